/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_LISTJSON_H
#define RULE_LISTJSON_H

/*
 * A line of JSON (RFC 8259) as a feed has it: an object whose members are
 * asked for by name, or a text alone.  Read where it stands; a text is copied
 * only if it has escapes.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct arena;

enum { LISTJSON_DEPTH = 32 };

/*
 * The members with these names, the first where one comes twice; "" where
 * there is none, or null, an object or an array.  A text alone is that of the
 * first name.  False: the line is no JSON, or nested too deep.
 */
bool listjson_read(struct str *out, struct arena *a, struct str line,
    const struct str *names, size_t n);

#endif
