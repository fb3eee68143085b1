/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_EXPOSITION_H
#define FRONT_EXPOSITION_H

/*
 * Writes metrics, family by family: as OpenMetrics 1.0 text for who scrapes
 * them, or as JSON for our own command line.  A family is begun, then each of
 * its samples is written; names are the caller's own, label values may be
 * any bytes.
 *
 *	{"families": [{"name": "sekisho_messages", "type": "counter", "help":
 *	"...", "samples": [{"labels": {"front": "http"}, "value": 3}]}]}
 *
 * A sample of a histogram has "ranges", how many in each, and "us", all of
 * them together in microseconds; the ranges' bounds stand in the family as
 * "bounds_us".
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "base/str.h"

struct buf;
struct histogram;

enum exposition_type {
	EXPOSITION_COUNTER,
	EXPOSITION_GAUGE,
	EXPOSITION_HISTOGRAM, /* of seconds */
	EXPOSITION_INFO
};

struct exposition_family {
	const char *name;     /* without "_total" and the like */
	enum exposition_type type;
	const char *unit;     /* "seconds", "bytes": the name ends with it; or
	                         NULL */
	const char *help;
};

struct exposition_label {
	const char *name;
	struct str value;
};

/* At most so many at a sample. */
enum { EXPOSITION_LABELS = 2 };

struct exposition {
	struct buf *to;
	struct json json;
	bool is_json;
	bool has_family;
	const struct exposition_family *family;
};

void exposition_begin(struct exposition *x, struct buf *to, bool is_json);
void exposition_end(struct exposition *x);

void exposition_family(struct exposition *x,
    const struct exposition_family *f);

/* labels: n of them, or NULL. */
void exposition_count(struct exposition *x,
    const struct exposition_label *labels, size_t n, uint64_t value);
/* Microseconds, written as seconds. */
void exposition_time(struct exposition *x,
    const struct exposition_label *labels, size_t n, uint64_t us);
void exposition_histogram(struct exposition *x,
    const struct exposition_label *labels, size_t n,
    const struct histogram *h);

#endif
