/* SPDX-License-Identifier: Apache-2.0 */
/* Families of one number, and of two. */
#include "front/metricput.h"

void
metric_put(struct metric_job *j, const struct exposition_family *family,
    uint64_t value)
{
	exposition_family(&j->x, family);
	exposition_count(&j->x, NULL, 0, value);
}

void
metric_put_ways(struct metric_job *j,
    const struct exposition_family *family, const char *label,
    const struct metric_way ways[static 2])
{
	exposition_family(&j->x, family);
	for (int i = 0; i < 2; i++)
		exposition_count(&j->x, &(struct exposition_label){ label,
		    str_of(ways[i].name) }, 1, ways[i].count);
}
