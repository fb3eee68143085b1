/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_METRICPUT_H
#define FRONT_METRICPUT_H

/*
 * What the parts of front/metrics.c share: the answer under construction, the
 * sum of what all workers have counted, and the shapes that families of one
 * number have.
 */

#include "base/str.h"
#include "front/counts.h"
#include "front/exposition.h"

struct front;

struct metric_job {
	struct exposition x;
	const struct front *front;
	struct counts sum;
};

#define COUNTER(name, help) \
	{ "sekisho_" name, EXPOSITION_COUNTER, NULL, help }
#define GAUGE(name, help) { "sekisho_" name, EXPOSITION_GAUGE, NULL, help }
#define MEASURED(name, type, unit, help) \
	{ "sekisho_" name "_" unit, EXPOSITION_##type, unit, help }

void metric_put(struct metric_job *j, const struct exposition_family *family,
    uint64_t value);

/* The two ways in which a thing goes, by name. */
struct metric_way {
	const char *name;
	uint64_t count;
};

void metric_put_ways(struct metric_job *j,
    const struct exposition_family *family, const char *label,
    const struct metric_way ways[static 2]);

#endif
