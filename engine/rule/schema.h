/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_SCHEMA_H
#define RULE_SCHEMA_H

/*
 * The JSON Schema (draft 2020-12) of packs, for editors: made by asking the
 * loader's own readers (shape.h).  What it cannot say, the loader must:
 * duplicate keys, names in "when", masks, the order of dates.
 */

#include "base/str.h"

struct arena;
struct buf;

void schema_write(struct buf *to, struct arena *scratch);

/* What a key is for, by what holds it and its name; "": nobody wrote it. */
struct str schema_help(struct str holder, struct str key);

#endif
