/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table in which each name has one of four leaves, told apart by a part of
 * its hash: so whoever is not there costs no look at a leaf.  Who comes takes
 * one in turn.
 */
#include "check/namebook.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "mail/url.h"
#include "rule/ruleset.h"
#include "rule/sharedname.h"
#include "scan/reputation.h"

enum {
	SETS = 4096,       /* a power of two */
	WAYS = 4,          /* leaves of a set */
	NAME_MOST = 61,    /* longer ones are not kept */
	LINE = 64          /* of a processor's cache: a leaf is one */
};

struct leaf {
	uint8_t n;         /* of the name; 0: nobody is here */
	uint8_t site;      /* where it begins; n: there is none */
	uint8_t never;
	char name[NAME_MOST];
};

struct namebook {
	alignas(LINE) struct leaf leaves[SETS][WAYS];
	uint16_t tags[SETS][WAYS];
	unsigned turn;
};

static_assert(sizeof(struct leaf) == LINE, "to look at one costs one line");

struct namebook *
namebook_new(void)
{
	struct namebook *b = aligned_alloc(LINE, sizeof(*b));

	if (b == NULL)
		abort();
	memset(b, 0, sizeof(*b));
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

static void
keep(struct leaf *p, struct str host, const struct named *named)
{
	p->n = (uint8_t)host.n;
	p->site = (uint8_t)(host.n - named->site.n);
	p->never = (uint8_t)named->never;
	memcpy(p->name, host.p, host.n);
}

static size_t
set_of(uint64_t hash)
{
	return hash % SETS;
}

static uint16_t
tag_of(uint64_t hash)
{
	return (uint16_t)(hash >> 48);
}

/* The leaf of a name, or NULL. */
static const struct leaf *
look_up(const struct namebook *b, uint64_t hash, struct str host)
{
	size_t set = set_of(hash);

	for (size_t i = 0; i < WAYS; i++) {
		const struct leaf *p = &b->leaves[set][i];

		if (b->tags[set][i] == tag_of(hash) &&
		    str_eq(host, (struct str){ p->name, p->n }))
			return p;
	}
	return NULL;
}

static void
write_down(struct namebook *b, uint64_t hash, struct str host,
    const struct named *named)
{
	size_t set = set_of(hash), way = b->turn++ % WAYS;

	if (host.n > NAME_MOST || !str_ends(host, named->site))
		return;
	b->tags[set][way] = tag_of(hash);
	keep(&b->leaves[set][way], host, named);
}

struct named
namebook_find(struct namebook *b, const struct ruleset *r, struct str host,
    struct str site)
{
	bool is_kept = b != NULL && host.n != 0;
	uint64_t hash = is_kept ? hash_bytes(host, 0) : 0;
	const struct leaf *p = is_kept ? look_up(b, hash, host) : NULL;
	struct named named;

	if (p != NULL)
		return (struct named){ str_from(host, p->site), p->never };
	if (site.n == 0)
		site = host_registrable(host);
	named = (struct named){ site, never_of(r, host, site) };
	if (is_kept)
		write_down(b, hash, host, &named);
	return named;
}
