/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_IMPORT_H
#define CLI_IMPORT_H

/*
 * Indicators on their way in: readers of the formats of others fill one
 * list, of which a draft or a feed is made.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"

struct arena;
struct err;

struct import_row {
	struct str field;      /* ours: "url.domain" */
	struct str text;       /* as a pack writes it */
	bool is_spoofed, is_hacked;
	bool is_unsure;        /* its source would not act on it */
};

struct import {
	struct arena *arena;
	VEC(struct import_row) rows;
	size_t lost;           /* of kinds that no field is for */
	struct str title;
	struct str tlp;
	int32_t first, last;   /* days, or DAY_NONE */
};

enum { IMPORT_ROWS_MOST = 2000000 };

void import_add(struct import *in, struct str field, struct str text);
void import_day(struct import *in, struct str text); /* "2026-02-09T..." */

typedef bool import_fn(struct import *in, struct str text, struct err *e);

import_fn import_stix, import_misp, import_csv, import_openphish,
    import_phishtank, import_urlhaus;

#endif
