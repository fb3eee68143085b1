/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table in which each text has one page: who comes last stays.  A text is
 * told by two sums, whose seeds nobody knows: so none can be made that passes
 * for another.
 */
#include "check/templatebook.h"

#include <stdlib.h>
#include <string.h>

#include "base/chance.h"
#include "base/hash.h"

enum { PAGES = 2048, /* a power of two */ SUMS = 2 };

struct page {
	uint64_t sums[SUMS];
	struct template template;
	bool is_known, has_template;
};

struct templatebook {
	uint64_t seeds[SUMS];
	struct page pages[PAGES];
};

struct templatebook *
templatebook_new(void)
{
	struct templatebook *b = calloc(1, sizeof(*b));

	if (b == NULL)
		abort();
	chance_fill(b->seeds, sizeof(b->seeds));
	return b;
}

void
templatebook_free(struct templatebook *b)
{
	free(b);
}

bool
templatebook_find(struct templatebook *b, struct template *out,
    struct str text)
{
	uint64_t sums[SUMS];
	struct page *p;

	if (b == NULL)
		return template_of(out, text);
	text = str_head(text, TEMPLATE_TEXT);
	for (size_t i = 0; i < SUMS; i++)
		sums[i] = hash_bytes(text, b->seeds[i]);
	p = &b->pages[sums[0] % PAGES];
	if (!p->is_known || memcmp(p->sums, sums, sizeof(sums)) != 0) {
		memcpy(p->sums, sums, sizeof(sums));
		p->has_template = template_of(&p->template, text);
		p->is_known = true;
	}
	if (p->has_template)
		*out = p->template;
	return p->has_template;
}
