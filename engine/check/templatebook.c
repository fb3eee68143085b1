/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table in which each text has one of two pages: who comes takes that of the
 * one who came before the other.  A text is
 * told by a sum of 128 bits, whose seed nobody knows: so none can be made that
 * passes for another.
 */
#include "check/templatebook.h"

#include <stdlib.h>
#include <string.h>

#include "base/chance.h"
#include "base/hash.h"

enum { PAGES = 2048 /* a power of two */ };

struct page {
	uint64_t sums[HASH_LONG];
	struct template template;
	bool is_known, has_template;
	bool is_newer;     /* than its neighbour */
};

struct templatebook {
	uint64_t seed;
	struct page pages[PAGES];
};

struct templatebook *
templatebook_new(void)
{
	struct templatebook *b = calloc(1, sizeof(*b));

	if (b == NULL)
		abort();
	b->seed = chance_number();
	return b;
}

void
templatebook_free(struct templatebook *b)
{
	free(b);
}

/* The page of a text, or the one it is to have, which is not known. */
static struct page *
page_of(struct templatebook *b, const uint64_t sums[static HASH_LONG])
{
	struct page *two = &b->pages[sums[0] % PAGES & ~(uint64_t)1], *p;

	for (p = two; p < two + 2; p++)
		if (p->is_known && memcmp(p->sums, sums, sizeof(p->sums)) == 0)
			return p;
	p = two[0].is_newer ? &two[1] : &two[0];
	two[0].is_newer = p == &two[0];
	p->is_known = false;
	memcpy(p->sums, sums, sizeof(p->sums));
	return p;
}

bool
templatebook_find(struct templatebook *b, struct template *out,
    struct str text)
{
	uint64_t sums[HASH_LONG];
	struct page *p;

	if (b == NULL)
		return template_of(out, text);
	text = str_head(text, TEMPLATE_TEXT);
	hash_long(text, b->seed, sums);
	p = page_of(b, sums);
	if (!p->is_known) {
		p->has_template = template_of(&p->template, text);
		p->is_known = true;
	}
	if (p->has_template)
		*out = p->template;
	return p->has_template;
}
