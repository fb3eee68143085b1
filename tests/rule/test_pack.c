/* SPDX-License-Identifier: Apache-2.0 */
/* Packs: the examples load, broken ones say what is wrong and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "rule/pack.h"

static void
print_diags(const struct diags *d)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < d->list.n; i++)
		diag_print(&b, &d->list.at[i], false);
	fprintf(stderr, "%" STR_FMT, STR_ARG(buf_str(&b)));
	buf_release(&b);
}

static void
test_the_example_packs_load_without_errors(void **state)
{
	const char *shared = getenv("SEKISHO_SHARED");
	struct arena *a = arena_new();
	pack_list packs = { 0 };
	struct diags d;
	struct str path;

	(void)state;
	if (shared == NULL)
		shared = "/nowhere";
	path = str_printf(a, "%s/packs", shared);
	diags_init(&d, a);
	packs_load(&packs, a, &path, 1, &d);
	print_diags(&d);
	if (packs.n == 0) {
		arena_free(a);
		skip();
	}
	assert_int_equal(d.errors, 0);
	assert_int_equal(packs.n, 6);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_example_packs_load_without_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
