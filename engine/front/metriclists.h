/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_METRICLISTS_H
#define FRONT_METRICLISTS_H

/* Numbers of the files that packs refer to, and of lists of the DNS. */

struct metric_job;

void metriclists_put(struct metric_job *j);
void metriclists_put_dns(struct metric_job *j);

#endif
