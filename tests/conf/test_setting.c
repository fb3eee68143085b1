/* SPDX-License-Identifier: Apache-2.0 */
/* Settings by rows: right values, wrong ones with their place and a hint. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/addr.h"
#include "base/arena.h"
#include "base/vec.h"
#include "conf/node.h"
#include "conf/setting.h"

struct conf {
	struct str name, line;
	int64_t number;
	size_t count;
	size_t size;
	int64_t time;
	int32_t points;
	int word;
	VEC(struct str) texts;
	VEC(struct addr_net) nets;
};

static const char *const words[] = { "red", "green", NULL };

#define IN(member_) .offset = offsetof(struct conf, member_)

static const struct setting table[] = {
	{ "name", SETTING_IS_STR, IN(name), .first = "nobody", .help = "h" },
	{ "number", SETTING_IS_INT, IN(number), .least = -5, .most = 5,
	    .help = "h" },
	{ "count", SETTING_IS_COUNT, IN(count), .help = "h" },
	{ "inner.size", SETTING_IS_SIZE, IN(size), .first = "2MB",
	    .help = "h" },
	{ "inner.time", SETTING_IS_TIME, IN(time), .help = "h" },
	{ "points", SETTING_IS_POINTS, IN(points), .help = "h" },
	{ "word", SETTING_IS_WORD, IN(word), .words = words, .help = "h" },
	{ "texts", SETTING_IS_STRS, IN(texts), .help = "h" },
	{ "nets", SETTING_IS_NETS, IN(nets), .help = "h" },
	{ "line", SETTING_IS_LINE, IN(line), .help = "h" },
	{ 0 }
};

static const struct node_limits limits = { 100000, 16, 1000 };

static bool
read_yaml(struct conf *conf, struct arena *a, const char *yaml,
    struct diags *d)
{
	struct node *root;

	*conf = (struct conf){ 0 };
	diags_init(d, a);
	diags_file(d, STR("x.yaml"), str_of(yaml));
	settings_first(conf, a, table);
	assert_true(node_read(&root, a, str_of(yaml), &limits, d));
	return settings_read(conf, a, table, root, d);
}

static void
test_each_type_is_read(void **state)
{
	struct arena *a = arena_new();
	struct conf c;
	struct diags d;

	(void)state;
	assert_true(read_yaml(&c, a, "name: you\nnumber: -5\ncount: 7\n"
	    "inner:\n  size: 50 MB\n  time: 1500ms\npoints: 6.5\n"
	    "line: \"1 関所\"\nword: green\ntexts: [a, b]\n"
	    "nets: 192.0.2.0/24\n", &d));
	assert_int_equal(d.errors, 0);
	assert_true(str_is(c.name, "you"));
	assert_true(str_is(c.line, "1 関所"));
	assert_int_equal(c.number, -5);
	assert_int_equal(c.count, 7);
	assert_int_equal(c.size, 50 * 1024 * 1024);
	assert_int_equal(c.time, 1500);
	assert_int_equal(c.points, 650);
	assert_int_equal(c.word, 1);
	assert_int_equal(c.texts.n, 2);
	assert_int_equal(c.nets.n, 1);
	assert_int_equal(c.nets.at[0].bits, 24);
	arena_free(a);
}

static void
test_what_is_not_said_has_its_first_value(void **state)
{
	struct arena *a = arena_new();
	struct conf c;
	struct diags d;

	(void)state;
	assert_true(read_yaml(&c, a, "count: 1\n", &d));
	assert_true(str_is(c.name, "nobody"));
	assert_int_equal(c.size, 2 * 1024 * 1024);
	arena_free(a);
}

static void
test_points_may_be_off(void **state)
{
	struct arena *a = arena_new();
	struct conf c;
	struct diags d;

	(void)state;
	assert_true(read_yaml(&c, a, "points: off\n", &d));
	assert_int_equal(c.points, INT32_MAX);
	assert_true(read_yaml(&c, a, "points: 0.05\n", &d));
	assert_int_equal(c.points, 5);
	arena_free(a);
}

static const struct {
	const char *yaml;
	unsigned line, column;
	const char *text; /* in the message or the hint */
} wrongs[] = {
	{ "nme: x\n", 1, 1, "did you mean \"name\"" },
	{ "inner:\n  sise: 1\n", 2, 3, "did you mean \"inner.size\"" },
	{ "number: 6\n", 1, 9, "from -5 to 5" },
	{ "number: six\n", 1, 9, "a whole number" },
	{ "count: -1\n", 1, 8, "a whole number" },
	{ "count: 99999999999999999999\n", 1, 8, "a whole number" },
	{ "inner:\n  size: 5 parsecs\n", 2, 9, "a size like 50MB" },
	{ "inner:\n  size: 99999999999999999GB\n", 2, 9, "a size" },
	{ "inner:\n  time: 5\n", 2, 9, "a time like 8s" },
	{ "points: 6.555\n", 1, 9, "points like 6" },
	{ "points: 6.-5\n", 1, 9, "points like 6" },
	{ "points: -1\n", 1, 9, "points like 6" },
	{ "word: blue\n", 1, 7, "red, green" },
	{ "nets: [192.0.2.1, x]\n", 1, 19, "192.0.2.0/24" },
	{ "line: \"a\\nb\"\n", 1, 7, "a text of one line" },
	{ "line: \"a\\x7f\"\n", 1, 7, "a text of one line" },
	{ "name: [a]\n", 1, 7, "not a list" },
	{ "inner: 5\n", 1, 8, "must be a mapping" },
	{ "texts: {a: b}\n", 1, 8, "not a mapping" },
	{ "- a\n", 1, 1, "is a mapping" },
};

static void
test_what_is_wrong_has_its_place_and_a_hint(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(wrongs); i++) {
		struct arena *a = arena_new();
		const struct diag *found;
		struct conf c;
		struct diags d;

		assert_false(read_yaml(&c, a, wrongs[i].yaml, &d));
		assert_int_equal(d.list.n, 1);
		found = &d.list.at[0];
		if (found->mark.column != wrongs[i].column)
			print_error("%s", wrongs[i].yaml);
		assert_int_equal(found->mark.line, wrongs[i].line);
		assert_int_equal(found->mark.column, wrongs[i].column);
		if (str_find_str(str_cat(a, found->text, found->hint),
			str_of(wrongs[i].text)) ==
		    found->text.n + found->hint.n)
			fail_msg("%s: %.*s", wrongs[i].yaml,
			    STR_ARG(found->text));
		arena_free(a);
	}
}

static void
test_all_that_is_wrong_is_told_at_once(void **state)
{
	struct arena *a = arena_new();
	struct conf c;
	struct diags d;

	(void)state;
	assert_false(read_yaml(&c, a, "numbr: 1\ncount: x\nword: y\n"
	    "name: fine\n", &d));
	assert_int_equal(d.errors, 3);
	assert_true(str_is(c.name, "fine"));
	arena_free(a);
}

static void
test_a_list_can_be_emptied_and_filled_again(void **state)
{
	struct arena *a = arena_new();
	struct str expected = { 0 };
	struct conf c;
	struct diags d;

	(void)state;
	assert_true(read_yaml(&c, a, "texts: [a, b]\nname: n\n", &d));
	for (size_t i = 0; table[i].name != NULL; i++)
		setting_empty(&c, &table[i]);
	assert_int_equal(c.texts.n, 0);
	assert_true(str_is(c.name, "n"));
	assert_true(setting_set(&c, a, &table[7], STR("c"), &expected));
	assert_true(str_is(c.texts.at[0], "c"));
	assert_false(setting_set(&c, a, &table[6], STR("c"), &expected));
	assert_true(str_is(expected, "one of red, green"));
	arena_free(a);
}

/* Said, told, and said again: the same. */
static const struct {
	size_t row;
	const char *said, *told;
} tellings[] = {
	{ 0, "some one", "some one" },
	{ 0, "", "" },
	{ 1, "-5", "-5" },
	{ 2, "7", "7" },
	{ 3, "50MB", "50MB" },
	{ 3, "2048", "2KB" },
	{ 3, "1025", "1025" },
	{ 3, "0", "0" },
	{ 3, "3072MB", "3GB" },
	{ 4, "8s", "8s" },
	{ 4, "1500ms", "1500ms" },
	{ 4, "7200s", "2h" },
	{ 4, "0ms", "0s" },
	{ 5, "6", "6" },
	{ 5, "6.5", "6.5" },
	{ 5, "6.25", "6.25" },
	{ 5, "0.05", "0.05" },
	{ 5, "off", "off" },
	{ 6, "green", "green" },
	{ 7, "a", "a" },
	{ 8, "192.0.2.0/24", "192.0.2.0/24" },
	{ 8, "192.0.2.7", "192.0.2.7" },
	{ 8, "2001:db8::/32", "2001:db8::/32" },
	{ 8, "::1", "::1" },
};

static void
test_what_was_said_can_be_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(tellings); i++) {
		const struct setting *row = &table[tellings[i].row];
		struct arena *a = arena_new();
		setting_texts texts = { 0 };
		struct conf c = { 0 };
		struct str expected;

		assert_true(setting_set(&c, a, row, str_of(tellings[i].said),
		    &expected));
		setting_tell(&texts, a, &c, row);
		assert_int_equal(texts.n, 1);
		assert_string_equal(str_cstr(a, texts.at[0]),
		    tellings[i].told);
		arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_type_is_read),
		cmocka_unit_test(test_what_is_not_said_has_its_first_value),
		cmocka_unit_test(test_points_may_be_off),
		cmocka_unit_test(test_what_is_wrong_has_its_place_and_a_hint),
		cmocka_unit_test(test_all_that_is_wrong_is_told_at_once),
		cmocka_unit_test(test_a_list_can_be_emptied_and_filled_again),
		cmocka_unit_test(test_what_was_said_can_be_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
