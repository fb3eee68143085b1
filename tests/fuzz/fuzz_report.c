/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a report, or a message: the draft made from them is a pack
 * that the loader reads, with every value as it was found. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "rule/draft.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DAY = 20000 };

static size_t
values_in(const struct pack *pack)
{
	const struct group *g;
	size_t n = 0;

	VEC_EACH(g, &pack->groups)
		n += g->values.n;
	return n;
}

/* Says what, and ends. */
static void
refused(const struct diags *d, struct str yaml)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < d->list.n; i++)
		diag_print(&b, &d->list.at[i], false);
	fprintf(stderr, "%.*s\n%.*s", (int)b.n, b.p, (int)yaml.n, yaml.p);
	abort();
}

static void
assert_draft(struct arena *a, struct str bytes, enum draft_as as)
{
	const struct draft_conf conf = { .source = STR("report.txt"),
		.today = DAY, .seen = DAY_NONE, .as = as };
	struct draft draft;
	struct pack *pack;
	struct diags d, again;
	struct str yaml;
	size_t kept;

	draft_make(&draft, a, bytes, &conf);
	yaml = draft_finish(&draft, a, &d);
	kept = draft_count(&draft, DRAFT_KEEP) +
	    draft_count(&draft, DRAFT_ASK);
	if (kept == 0)
		return;
	diags_init(&again, a);
	if (!pack_read(&pack, a, STR("x.pack.yaml"), yaml, &again))
		refused(&again, yaml);
	assert(values_in(pack) == kept);
	assert(pack->status == PACK_DRAFT && pack->mode == PACK_OBSERVE);
	assert(pack->tests.n >= 3);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = { (const char *)data, size };
	struct arena *a = arena_new();

	assert_draft(a, bytes, DRAFT_AS_REPORT);
	arena_empty(a);
	assert_draft(a, bytes, DRAFT_AS_MESSAGE);
	arena_free(a);
	return 0;
}
