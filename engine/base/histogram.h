/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_HISTOGRAM_H
#define BASE_HISTOGRAM_H

/*
 * How long things took: how many in each of a few ranges, from a microsecond
 * to ten seconds in steps of 1, 2 and 5.  Nothing but numbers of
 * base/count.h, so it may lie in shared memory and be summed.
 */

#include <stdint.h>

enum { HISTOGRAM_BOUNDS = 22, HISTOGRAM_RANGES = HISTOGRAM_BOUNDS + 1 };

struct histogram {
	uint64_t ranges[HISTOGRAM_RANGES]; /* the last: longer than all */
	uint64_t us;                       /* all of them together */
};

/* Up to and with so many microseconds. */
extern const uint32_t histogram_bounds[HISTOGRAM_BOUNDS];
/* The same in seconds as OpenMetrics 1.0 wants floats: "1e-06", "0.0005",
 * "10.0". */
extern const char *const histogram_seconds[HISTOGRAM_BOUNDS];

/* Less than nothing, of a clock that was set, counts as nothing. */
void histogram_add(struct histogram *h, int64_t us);

uint64_t histogram_count(const struct histogram *h);

#endif
