/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_RECORD_H
#define CHECK_RECORD_H

/*
 * What others have found out about a domain or host and written into the
 * store: when it was registered, and what vendors say of it.  Nothing is
 * fetched by a scan.  Any tool may write them; doc/records.md has the form:
 *
 *	key    record:<name in lower case, A-labels>
 *	value  lines, their fields with a tab between
 *	registered <when> <source> <day fetched>
 *	verdict <vendor> <what it says> <day seen> <note>
 *
 * <when> is as exact as it is known: "2026-02-09", "2026-02", "2026", or
 * "early 2026-02" (until the 10th), "mid" (11th to 20th), "late".
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct arena;
struct buf;

enum { RECORD_VERDICTS = 8, RECORD_FIELD_MOST = 200,
	RECORD_LIFE = 400 * 24 * 60 * 60 /* seconds */ };

struct record_verdict {
	struct str vendor, says, seen, note;
};

struct record {
	struct str registered; /* as written, or "" */
	int32_t first, last;   /* days between which that was */
	struct str source, fetched;
	size_t n;
	struct record_verdict verdicts[RECORD_VERDICTS];
};

/* The days that a date may mean.  False: it is none. */
bool record_when(struct str text, int32_t *first, int32_t *last);

/* The day of a date, or of a time such as "2026-02-09T12:00:00Z"; the first
 * that is meant.  False: it is none. */
bool record_day(struct str text, int32_t *day);

/* "Trend Micro, Inc." as a pack names it: "trend-micro-inc", letters and
 * digits in lower case, whatever else as one hyphen. */
struct str record_word(struct arena *a, struct str text);

struct str record_key(struct arena *a, struct str name);

/* Lines that are none of these, or do not say who says so and when that was,
 * are passed over; the texts are views. */
void record_read(struct record *out, struct str value);
void record_write(struct buf *to, const struct record *r);

#endif
