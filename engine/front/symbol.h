/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_SYMBOL_H
#define FRONT_SYMBOL_H

/*
 * What a verdict is to protocols that know nothing but names with points:
 * one symbol a campaign or brand, one for what checks found out, one that
 * says what was not done (a limit, the deadline), and one that brings the sum
 * to the score where a ceiling or a family took points.
 */

#include "base/str.h"
#include "base/vec.h"

struct buf;
struct scan;

struct symbol {
	struct str name;        /* upper-case ASCII, digits and "_" */
	int32_t points;
	struct str description;
	VEC(struct str) options;
};

typedef VEC(struct symbol) symbol_list;

void symbols_of(symbol_list *out, struct arena *a, const struct scan *s,
    struct str lang);

/* The same symbols for those who want names and points alone: whether there
 * are descriptions and options is left open. */
void symbols_with_points(symbol_list *out, struct arena *a,
    const struct scan *s);

/* "-6.50" */
struct str points_text(struct arena *a, int32_t points);
void points_add(struct buf *b, int32_t points);

#endif
