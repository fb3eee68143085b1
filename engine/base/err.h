/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

/*
 * Why something that the operator or the system must mend did not work, in
 * one sentence for the operator: which thing, what was expected of it, what
 * was found.  What is broken in a message is never an err but a fact.
 */

#include <stdbool.h>

struct err {
	char text[512];
};

/* Always false, so that a refusal is one line. */
bool err_set(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Puts the formatted text and ": " in front.  Always false. */
bool err_wrap(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
