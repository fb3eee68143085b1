/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_METRICS_H
#define FRONT_METRICS_H

/*
 * All the numbers of the daemon, of all workers together, whichever is asked
 * (front/exposition.h).  What the outside may name, packs and lists of the
 * ruleset and limits of a message, is bounded: the names of front/counts.h,
 * and the lists that packs refer to.  doc/metrics.md says what each is for.
 */

struct buf;
struct front;

#define METRICS_TYPE \
	"application/openmetrics-text; version=1.0.0; charset=utf-8"

void metrics_text(struct buf *to, const struct front *f);
void metrics_json(struct buf *to, const struct front *f);

#endif
