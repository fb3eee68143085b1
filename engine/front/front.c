/* SPDX-License-Identifier: Apache-2.0 */
/* The table of protocols. */
#include "front/front.h"

#include <string.h>

#include "base/vec.h"
#include "front/http.h"
#include "front/milter.h"
#include "front/spamc.h"

const struct front_conf front_conf_default = {
	.message = (size_t)50 * 1024 * 1024,
	.connections = 1000,
	.per_client = 100,
	.scans = 1000,
	.held = (size_t)512 * 1024 * 1024,
	.first_ms = 5000,
	.request_ms = 30000,
	.idle_ms = 60000,
	.send_ms = 10000
};

/* The first is the one for whatever begins like none of the others. */
const struct front_protocol *const front_protocols[] = {
	&front_http,
	&front_control,
	&front_spamc,
	&front_rspamc,
	&front_milter,
};
const size_t front_protocols_n = nitems(front_protocols);

const struct front_protocol *
front_protocol(struct str name)
{
	for (size_t i = 0; i < nitems(front_protocols); i++) {
		if (str_is(name, front_protocols[i]->name))
			return front_protocols[i];
	}
	return NULL;
}

void
front_tell(struct front *f)
{
	struct front_sum *to = &f->seat->counts;

	to->connections = f->connections;
	to->controls = f->controls;
	to->scanned = f->scanned;
	to->refused = f->refused;
	to->learnt = f->learnt;
	to->degraded = f->degraded;
	memcpy(to->measures, f->measures, sizeof(to->measures));
}

struct front_sum
front_sum(const struct front *f)
{
	struct front_sum sum = { 0 };

	for (size_t i = 0; i < f->n_seats; i++) {
		const struct front_sum *s = &f->seats[i].counts;

		sum.connections += s->connections;
		sum.controls += s->controls;
		sum.scanned += s->scanned;
		sum.refused += s->refused;
		sum.learnt += s->learnt;
		sum.degraded += s->degraded;
		for (int k = 0; k < MEASURES; k++)
			sum.measures[k] += s->measures[k];
		sum.inside += s->inside;
		sum.scans += s->scans;
	}
	return sum;
}

size_t
front_room(const struct front *f)
{
	return f->conf->message + 1;
}
