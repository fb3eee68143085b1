/* SPDX-License-Identifier: Apache-2.0 */
/* A table in which each name has one leaf: who comes last stays. */
#include "check/namebook.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "mail/url.h"
#include "rule/ruleset.h"
#include "rule/sharedname.h"
#include "scan/reputation.h"

enum {
	LEAVES = 8192,     /* a power of two */
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
	struct leaf leaves[LEAVES];
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
	if (host.n > NAME_MOST || !str_ends(host, named->site))
		return;
	p->n = (uint8_t)host.n;
	p->site = (uint8_t)(host.n - named->site.n);
	p->never = (uint8_t)named->never;
	memcpy(p->name, host.p, host.n);
}

struct named
namebook_find(struct namebook *b, const struct ruleset *r, struct str host,
    struct str site)
{
	struct leaf *p = b == NULL || host.n == 0 ? NULL :
	    &b->leaves[hash_bytes(host, 0) % LEAVES];
	struct named named;

	if (p != NULL && str_eq(host, (struct str){ p->name, p->n }))
		return (struct named){ str_from(host, p->site), p->never };
	if (site.n == 0)
		site = host_registrable(host);
	named = (struct named){ site, never_of(r, host, site) };
	if (p != NULL)
		keep(p, host, &named);
	return named;
}
