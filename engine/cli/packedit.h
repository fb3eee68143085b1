/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PACKEDIT_H
#define CLI_PACKEDIT_H

/*
 * Single values of a pack's text changed, every other byte left alone:
 * comments, order and layout are the author's.  Top-level keys only.
 */

#include <stdbool.h>

#include "base/str.h"

struct arena;
struct err;

/*
 * Sets a key to a plain value; one that is not there gets a line behind the
 * key named.  False: the line is laid out so that it cannot be changed
 * safely.
 */
struct packedit {
	const char *key;
	struct str value;
	const char *behind;
};

bool packedit_set(struct str *text, struct arena *a,
    const struct packedit *edit, struct err *e);

/* The text in the place of a file: never half of it. */
bool packedit_save(struct arena *a, struct str path, struct str text,
    struct err *e);

#endif
