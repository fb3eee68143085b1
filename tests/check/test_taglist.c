/* SPDX-License-Identifier: Apache-2.0 */
/* Tag lists (RFC 6376 3.2) and base64, as they come and as they should not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/arena.h"
#include "check/taglist.h"

static void
test_lists_that_are_some_and_none(void **state)
{
	static const struct { const char *text; size_t n; } cases[] = {
		{ "v=1", 1 },
		{ "v=1;", 1 },
		{ " v = 1 ; a\t=\r\n b ; ", 2 },
		{ "v=1;a=", 2 },
		{ "n=a=b=c;", 1 },
		{ "x_1=y", 1 },
		{ "v=1; V=2", 2 },
		{ "", 0 },
		{ ";", 0 },
		{ "v", 0 },
		{ "v=1; a", 0 },
		{ "=1", 0 },
		{ "v=1;;a=2", 0 },
		{ "v=1; v=1", 0 },
		{ "1v=1", 0 },
		{ "_v=1", 0 },
		{ "v-a=1", 0 },
		{ "v a=1", 0 },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct taglist list;
		bool is_list = taglist_read(&list, a, str_of(cases[i].text));

		if (is_list != (cases[i].n != 0) ||
		    (is_list && list.tags.n != cases[i].n))
			fail_msg("\"%s\": %zu tags", cases[i].text,
			    list.tags.n);
	}
	arena_free(a);
}

static void
test_a_list_has_so_many_tags_and_no_more(void **state)
{
	struct arena *a = arena_new();
	struct str text = STR("a0=1");
	struct taglist list;

	(void)state;
	for (int i = 1; i < TAGS_MOST; i++)
		text = str_cat(a, text, str_printf(a, ";a%d=%d", i, i));
	assert_true(taglist_read(&list, a, text));
	assert_int_equal(list.tags.n, TAGS_MOST);
	assert_false(taglist_read(&list, a, str_cat(a, text, STR(";z=1"))));
	arena_free(a);
}

static void
test_a_value_keeps_the_blanks_inside(void **state)
{
	struct arena *a = arena_new();
	struct taglist list;
	struct str value;

	(void)state;
	assert_true(taglist_read(&list, a, STR("h= from : to ;n= ")));
	assert_true(taglist_get(&list, "h", &value));
	assert_true(str_is(value, "from : to"));
	assert_true(str_is(tag_without_blanks(a, value), "from:to"));
	assert_true(tag_list_has(value, "To"));
	assert_false(tag_list_has(value, "from : to"));
	assert_false(tag_list_has(value, ""));
	assert_true(taglist_get(&list, "n", &value));
	assert_int_equal(value.n, 0);
	assert_false(taglist_get(&list, "H", &value));
	arena_free(a);
}

static void
test_base64_that_is_some_and_none(void **state)
{
	static const struct { const char *text, *bytes; } cases[] = {
		{ "Zm9v", "foo" },
		{ "Zm9vYg==", "foob" },
		{ "Zm9vYg", "foob" },
		{ "Zm9vYmE=", "fooba" },
		{ " Z\tm\r\n 9 v ", "foo" },
		{ "+/+/", "\xfb\xff\xbf" },
		{ "", NULL },
		{ "=", NULL },
		{ "====", NULL },
		{ "Z", NULL },
		{ "Zm9vY", NULL },
		{ "Zm9vYg=", NULL },
		{ "Zm9v=", NULL },
		{ "Zm9v===", NULL },
		{ "Zm9vYh==", NULL },
		{ "Zm9vYmF=", NULL },
		{ "Zm=v", NULL },
		{ "Zm-_", NULL },
		{ "Zm9\x80", NULL },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct str bytes;
		bool is_some = tag_base64(a, str_of(cases[i].text), &bytes);

		if (is_some != (cases[i].bytes != NULL) ||
		    (is_some && !str_is(bytes, cases[i].bytes)))
			fail_msg("\"%s\"", cases[i].text);
	}
	arena_free(a);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists_that_are_some_and_none),
		cmocka_unit_test(test_a_list_has_so_many_tags_and_no_more),
		cmocka_unit_test(test_a_value_keeps_the_blanks_inside),
		cmocka_unit_test(test_base64_that_is_some_and_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
