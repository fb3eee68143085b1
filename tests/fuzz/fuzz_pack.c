/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a pack, or an overlay: read, or refused with a place inside
 * the file; what is said about it can be shown. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "rule/overlay.h"
#include "rule/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
assert_shown(const struct diags *d, struct str yaml)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < d->list.n; i++) {
		const struct diag *one = &d->list.at[i];

		assert(one->mark.line <= yaml.n + 2);
		assert(utf8_is_valid(one->text) && utf8_is_valid(one->hint));
		buf_empty(&b);
		diag_print(&b, one, true);
		assert(utf8_is_valid(buf_str(&b)));
	}
	buf_release(&b);
}

static void
assert_values(const struct group *g)
{
	const struct value *v;

	assert(g->want >= 1);
	VEC_EACH(v, &g->values) {
		assert(v->field != NULL);
		assert(v->link != NULL || v->pattern.kind != PATTERN_REGEX ||
		    v->pattern.regex.n != 0);
	}
}

static void
assert_pack(const struct pack *p)
{
	enum truth values[64 + BRAND_FACTS + 1] = { TRUTH_FALSE };
	const struct group *g;

	assert(p->names.n <= 64 + BRAND_FACTS);
	assert(p->n_groups <= p->groups.n);
	VEC_EACH(g, &p->groups)
		assert_values(g);
	if (p->when != NULL)
		condition_eval(p->when, values);
	pack_effect_on(p, 20000);
}

static void
try_overlay(struct arena *a, struct str yaml)
{
	struct overlay *overlay;
	overlay_list overlays = { 0 };
	pack_list packs = { 0 };
	struct diags d;

	diags_init(&d, a);
	assert(overlay_read(&overlay, a, STR("x.overlay.yaml"), yaml, &d) ==
	    (d.errors == 0));
	assert_shown(&d, yaml);
	if (overlay == NULL)
		return;
	*VEC_ADD(a, &overlays) = overlay;
	overlays_apply(&packs, a, &overlays, &d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str yaml = { (const char *)data, size };
	struct arena *a = arena_new();
	struct pack *pack;
	struct diags d;
	bool is_ok;

	diags_init(&d, a);
	is_ok = pack_read(&pack, a, STR("x.pack.yaml"), yaml, &d);
	assert(is_ok == (d.errors == 0) && is_ok == (pack != NULL));
	assert(is_ok || d.list.n != 0);
	assert_shown(&d, yaml);
	if (is_ok)
		assert_pack(pack);
	try_overlay(a, yaml);
	arena_free(a);
	return 0;
}
