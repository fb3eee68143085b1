/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_NUMBERS_H
#define CLI_NUMBERS_H

/*
 * What a running daemon has counted (/metrics.json, front/exposition.h), as
 * of a moment; and what came between two of them.  Bounded: what a daemon
 * would say beyond that is an error, as is what is no such JSON.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/histogram.h"
#include "base/str.h"
#include "base/vec.h"

struct arena;
struct err;

enum { NUMBER_LABELS = 2 };

struct number {
	struct str family;          /* "sekisho_messages" */
	struct str labels[NUMBER_LABELS][2]; /* name and value, or "" */
	bool is_counter;            /* counter or histogram: only grows */
	double value;
	double ranges[HISTOGRAM_RANGES]; /* of a histogram */
	double us;
};

struct numbers {
	struct str text;            /* the JSON */
	int64_t at_ms;              /* on the monotonic clock */
	VEC(struct number) all;
};

struct numbers_source {
	struct str server;          /* "": 127.0.0.1:11334 */
	struct str token;           /* "": of the environment, if any */
};

bool numbers_fetch(struct numbers *out, struct arena *a,
    const struct numbers_source *from, struct err *e);
bool numbers_read(struct numbers *out, struct arena *a, struct str json,
    struct err *e);

/* What was counted since before, gauges as they are now.  A daemon that was
 * started anew has counted all of it since. */
void numbers_since(struct numbers *out, struct arena *a,
    const struct numbers *now, const struct numbers *before);

/* The value of a label, or "". */
struct str number_label(const struct number *n, const char *label);

/* Of a family, those with that value of a label; label NULL: all. */
double numbers_sum(const struct numbers *n, const char *family,
    const char *label, const char *value);
/* A family added up by the values of a label, the largest first, those of 0
 * left out. */
struct number_sum {
	struct str name;
	double value;
};
typedef VEC(struct number_sum) number_sums;
void numbers_by(number_sums *out, struct arena *a, const struct numbers *n,
    const char *family, const char *label);

/* The histogram of a family, or NULL. */
const struct number *numbers_times(const struct numbers *n,
    const char *family, const char *label, const char *value);

double number_times_count(const struct number *n);
/* Microseconds below which that share of the times lies: within a range, as
 * if they were spread over it evenly.  0: there are none. */
double number_quantile(const struct number *n, double share);

#endif
