/* SPDX-License-Identifier: Apache-2.0 */
/* Single values of a pack changed: every other byte stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "cli/packedit.h"

static void
test_a_value_is_replaced_and_nothing_else(void **state)
{
	static const struct {
		const char *before, *after;
	} cases[] = {
		{ "id: x\nstatus: draft\n", "id: x\nstatus: test\n" },
		{ "status:   draft   # why\n", "status:   test   # why\n" },
		{ "status: 'draft'\r\nid: x\r\n", "status: test\r\nid: x\r\n" },
		{ "x: |\n  status: draft\nstatus: draft",
		    "x: |\n  status: draft\nstatus: test" },
		{ "status_of: y\nstatus: draft\n",
		    "status_of: y\nstatus: test\n" },
		{ "id: x\ncreated: y\n",
		    "id: x\nstatus: test\ncreated: y\n" },
		{ "id: x # c\r\ncreated: y\r\n",
		    "id: x # c\r\nstatus: test\r\ncreated: y\r\n" },
		{ "created: y\nid: x", "created: y\nid: x\nstatus: test" },
	};
	const struct packedit edit = { "status", STR("test"), "id" };

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct arena *a = arena_new();
		struct str text = str_of(cases[i].before);
		struct err e;

		assert_true(packedit_set(&text, a, &edit, &e));
		assert_string_equal(str_cstr(a, text), cases[i].after);
		arena_free(a);
	}
}

static void
test_a_line_that_is_not_plain_is_refused_and_kept(void **state)
{
	static const char *const cases[] = {
		"status:\n  draft\n",
		"status: >\n  draft\n",
		"status: draft test\n",
		"status: draft#x\n",
		"status: &a draft\n",
		"{id: x, status: draft}\n",
		"",
	};
	const struct packedit edit = { "status", STR("test"), "id" };

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct arena *a = arena_new();
		struct str text = str_of(cases[i]);
		struct err e;

		assert_false(packedit_set(&text, a, &edit, &e));
		assert_string_equal(str_cstr(a, text), cases[i]);
		assert_true(str_find_str(str_of(e.text), STR("hand")) <
		    str_of(e.text).n);
		arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_value_is_replaced_and_nothing_else),
		cmocka_unit_test(
		    test_a_line_that_is_not_plain_is_refused_and_kept),
	};

	return cmocka_run_group_tests_name("cli/packedit", tests, NULL, NULL);
}
