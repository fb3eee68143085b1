/* SPDX-License-Identifier: Apache-2.0 */
/* Any text is a condition or refused; "not" of it is its mirror image. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/vec.h"
#include "rule/condition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct str at[] = {
	STR_INIT("a"), STR_INIT("b"), STR_INIT("lure_a"), STR_INIT("lure_b"),
	STR_INIT("x"), STR_INIT("brand.claimed"),
};

static struct condition *
read_text(struct arena *a, struct str text)
{
	const struct condition_names names = { .at = at, .n = nitems(at),
		.n_groups = 4, .what = STR("when") };
	struct condition *c = NULL;
	struct diags d;
	bool is_ok;

	diags_init(&d, a);
	diags_file(&d, STR("p"), text);
	is_ok = condition_read(&c, a, text, &names, &d, (struct mark){ 1, 1 });
	assert(is_ok == (c != NULL) && is_ok == (d.errors == 0));
	return c;
}

/* The first byte gives the values, the rest is the text. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	enum truth values[nitems(at)];
	bool used[nitems(at)] = { false };
	struct condition *c, *mirror;
	unsigned seed = size > 0 ? data[0] : 0;
	struct str text = { (const char *)data, size };

	text = str_from(text, 1);
	for (size_t i = 0; i < nitems(at); i++, seed /= 3)
		values[i] = seed % 3;
	c = read_text(a, text);
	mirror = read_text(a, str_cat(a, STR("not ("), text, STR(")")));
	if (c != NULL) {
		condition_uses(c, used, nitems(at));
		if (mirror != NULL)
			assert(condition_eval(c, values) ==
			    TRUTH_TRUE - condition_eval(mirror, values));
	}
	arena_free(a);
	return 0;
}
