/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table in which each name has one of five places of a line of a processor's
 * cache; who comes takes one in turn.  A name is told by its length and a hash
 * whose seed nobody knows: to look it up costs one line, and all of them
 * together are near.
 */
#include "check/namebook.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/chance.h"
#include "base/hash.h"
#include "mail/url.h"
#include "rule/ruleset.h"
#include "rule/sharedname.h"
#include "scan/reputation.h"

enum {
	LINES = 4096,      /* a power of two */
	PLACES = 5,        /* of a line */
	NAME_MOST = 253,   /* longer ones are not kept */
	LINE = 64          /* of a processor's cache */
};

struct line {
	alignas(LINE) uint64_t hash[PLACES];
	uint8_t n[PLACES];     /* of the name; 0: nobody is here */
	uint8_t site[PLACES];  /* where it begins; n: there is none */
	uint8_t never[PLACES];
	uint8_t turn;
};

struct namebook {
	struct line lines[LINES];
	uint64_t seed;
};

static_assert(sizeof(struct line) == LINE, "to look at one costs one line");

struct namebook *
namebook_new(void)
{
	struct namebook *b = aligned_alloc(LINE, sizeof(*b));

	if (b == NULL)
		abort();
	memset(b, 0, sizeof(*b));
	b->seed = chance_number();
	return b;
}

void
namebook_free(struct namebook *b)
{
	free(b);
}

/* Below a host of pages each name is somebody's own; below other shared names
 * all of it is theirs. */
static bool
is_shared(struct str host, struct str site)
{
	enum shared_kind kind = shared_kind(host);

	if (kind != SHARED_NONE || str_eq(host, site))
		return kind != SHARED_NONE;
	kind = shared_kind(site);
	return kind != SHARED_NONE && kind != SHARED_PAGES;
}

static unsigned
never_of(const struct ruleset *r, struct str host, struct str site)
{
	unsigned never = 0;

	if (site.n == 0 && host_is_suffix(host))
		never |= NEVER_SUFFIX;
	if (is_shared(host, site))
		never |= NEVER_SHARED;
	if (ruleset_is_brands(r, host))
		never |= NEVER_BRAND;
	return never;
}

static struct line *
line_of(struct namebook *b, uint64_t hash)
{
	return &b->lines[hash % LINES];
}

/* False: it is not there. */
static bool
look_up(struct named *out, const struct line *l, uint64_t hash,
    struct str host)
{
	for (size_t i = 0; i < PLACES; i++) {
		if (l->hash[i] != hash || l->n[i] != host.n)
			continue;
		*out = (struct named){ str_from(host, l->site[i]),
			l->never[i] };
		return true;
	}
	return false;
}

static void
write_down(struct line *l, uint64_t hash, struct str host,
    const struct named *named)
{
	size_t i = l->turn++ % PLACES;

	if (host.n > NAME_MOST || !str_ends(host, named->site))
		return;
	l->hash[i] = hash;
	l->n[i] = (uint8_t)host.n;
	l->site[i] = (uint8_t)(host.n - named->site.n);
	l->never[i] = (uint8_t)named->never;
}

struct named
namebook_find(struct namebook *b, const struct ruleset *r, struct str host,
    struct str site)
{
	bool is_kept = b != NULL && host.n != 0;
	uint64_t hash = is_kept ? hash_bytes(host, b->seed) : 0;
	struct named named;

	if (is_kept && look_up(&named, line_of(b, hash), hash, host))
		return named;
	if (site.n == 0)
		site = host_registrable(host);
	named = (struct named){ site, never_of(r, host, site) };
	if (is_kept)
		write_down(line_of(b, hash), hash, host, &named);
	return named;
}
