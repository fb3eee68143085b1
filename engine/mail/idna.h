/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_IDNA_H
#define MAIL_IDNA_H

/*
 * Names in Unicode and their A-labels, by UTS 46 as browsers have it.  What
 * only lookups in DNS ask for, such as how long a label is, is overlooked.
 */

#include <stdbool.h>

#include "base/str.h"

struct arena;

/* text is not all ASCII; shown is it as mapped, or "" where idna_shown has to
 * be asked.  False: it names nothing. */
bool idna_read(struct str *name, struct str *shown, struct arena *a,
    struct str text);

/* A name in lower-case ASCII, with its A-labels undone; as it is where one of
 * them is broken. */
struct str idna_shown(struct arena *a, struct str name);

/* Reads the tables now. */
void idna_prepare(void);

#endif
