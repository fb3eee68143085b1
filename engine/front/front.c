/* SPDX-License-Identifier: Apache-2.0 */
/* The table of protocols. */
#include "front/front.h"

#include <assert.h>
#include <string.h>

#include "base/count.h"
#include "base/hash.h"
#include "base/vec.h"
#include "front/http.h"
#include "front/milter.h"
#include "front/spamc.h"

const struct front_conf front_conf_default = {
	.message = (size_t)50 * 1024 * 1024,
	.connections = 1000,
	.per_client = 100,
	.scans = 1000,
	.wait_ms = 1000,
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

static_assert(nitems(front_protocols) == COUNTS_FRONTS,
    "each has its own counts");

const struct front_protocol *
front_protocol(struct str name)
{
	for (size_t i = 0; i < nitems(front_protocols); i++) {
		if (str_is(name, front_protocols[i]->name))
			return front_protocols[i];
	}
	return NULL;
}

size_t
front_protocol_number(const struct front_protocol *protocol)
{
	size_t i = 0;

	while (front_protocols[i] != protocol)
		i++;
	return i;
}

void
front_counts(const struct front *f, struct counts *sum)
{
	memset(sum, 0, sizeof(*sum));
	for (size_t i = 0; i < f->n_seats; i++)
		counts_sum(sum, &f->seats[i].counts);
}

size_t
front_inside(const struct front *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_seats; i++)
		n += f->seats[i].now.inside;
	return n;
}

enum front_store
front_store(const struct front *f)
{
	enum front_store state = f->store == NULL ? FRONT_STORE_NONE
	    : FRONT_STORE_OK;

	for (size_t i = 0; i < f->n_seats; i++) {
		const struct front_now *now = &f->seats[i].now;

		if (now->pid == 0 || now->has_store == 0)
			continue;
		if (now->is_store_ready == 0)
			return FRONT_STORE_AWAY;
		if (now->refusing != 0)
			state = FRONT_STORE_FULL;
	}
	return state;
}

bool
front_is_full(const struct front *f)
{
	return f->held > f->conf->held;
}

size_t
front_caller(const struct front *f, const struct addr *peer)
{
	const struct str bytes = { (const char *)peer->bytes,
		peer->family == 4 ? 4 : sizeof(peer->bytes) };

	return hash_bytes(bytes, f->seed) % FRONT_CALLERS;
}

size_t
front_scans(const struct front *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_seats; i++)
		n += f->seats[i].now.scans + f->seats[i].now.queued;
	return n;
}

void
front_refused(struct front *f, enum refusal why)
{
	count_add(&f->counts->refused[why], 1);
}

size_t
front_room(const struct front *f)
{
	return f->conf->message + 1;
}
