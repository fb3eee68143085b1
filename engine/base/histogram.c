/* SPDX-License-Identifier: Apache-2.0 */
/* Most things are short: the ranges are tried from the shortest on. */
#include "base/histogram.h"

#include "base/count.h"

const uint32_t histogram_bounds[HISTOGRAM_BOUNDS] = { 1, 2, 5, 10, 20, 50, 100,
	200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000,
	1000000, 2000000, 5000000, 10000000 };

const char *const histogram_seconds[HISTOGRAM_BOUNDS] = { "1e-06", "2e-06",
	"5e-06", "1e-05", "2e-05", "5e-05", "0.0001", "0.0002", "0.0005",
	"0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1", "0.2", "0.5",
	"1.0", "2.0", "5.0", "10.0" };

void
histogram_add(struct histogram *h, int64_t us)
{
	int i = 0;

	if (us < 0)
		us = 0;
	while (i < HISTOGRAM_BOUNDS && us > (int64_t)histogram_bounds[i])
		i++;
	count_add(&h->ranges[i], 1);
	count_add(&h->us, (uint64_t)us);
}

uint64_t
histogram_count(const struct histogram *h)
{
	uint64_t n = 0;

	for (int i = 0; i < HISTOGRAM_RANGES; i++)
		n += count_get(&h->ranges[i]);
	return n;
}
