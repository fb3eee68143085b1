/* SPDX-License-Identifier: Apache-2.0 */
/* Folding: valid, stable, with a way back that never turns round. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "mail/fold.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct folded *f, struct str s)
{
	struct str source;

	assert(utf8_is_valid(f->text));
	assert(f->from[f->text.n] == s.n);
	for (size_t i = 0; i < f->text.n; i++)
		assert(f->from[i] <= f->from[i + 1]);
	for (size_t i = 0; i + 3 < f->text.n; i += 3) {
		source = fold_source(f, s, i, i + 3);
		assert(source.p >= s.p && source.p + source.n <= s.p + s.n);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct folded once, twice, skeleton;
	struct buf clean;

	/* Any bytes must be survived, but nothing is said of what comes out. */
	fold(a, (struct str){ (const char *)data, size });
	fold_skeleton(a, (struct str){ (const char *)data, size });
	buf_init_arena(&clean, a, size * 3 + 1);
	utf8_add_clean(&clean, (struct str){ (const char *)data, size });
	once = fold(a, buf_str(&clean));
	check(&once, buf_str(&clean));
	twice = fold(a, once.text);
	assert(str_eq(once.text, twice.text));
	skeleton = fold_skeleton(a, buf_str(&clean));
	check(&skeleton, buf_str(&clean));
	arena_free(a);
	return 0;
}
