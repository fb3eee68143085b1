/* SPDX-License-Identifier: Apache-2.0 */
/* YAML as nodes: marks, styles, and the traps of the format page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "conf/diag.h"
#include "conf/node.h"

static const struct node_limits limits = { 1 << 20, 16, 10000 };

struct fixture {
	struct arena *arena;
	struct diags diags;
	struct node *root;
	bool is_ok;
};

static void
start(struct fixture *f, struct str yaml)
{
	f->arena = arena_new();
	diags_init(&f->diags, f->arena);
	diags_file(&f->diags, STR("x.yaml"), yaml);
	f->is_ok = node_read(&f->root, f->arena, yaml, &limits, &f->diags);
}

static void
test_a_document_becomes_nodes_that_know_their_place(void **state)
{
	struct fixture f;
	const struct node *node;

	(void)state;
	start(&f, STR("a: no\nb:\n  - 01\n  - \"x\"\nc: |\n  [spam] x\n"
	    "  *.x #1\nd: {e: 2026-02-09, f: 1e3}\n"));
	assert_true(f.is_ok);
	assert_int_equal(f.root->type, NODE_MAP);
	assert_int_equal(f.root->n, 4);
	node = node_get(f.root, "a");
	assert_true(str_is(node->text, "no"));
	assert_int_equal(node->mark.line, 1);
	assert_int_equal(node->mark.column, 4);
	assert_int_equal(node->key_mark.column, 1);
	node = node_get(f.root, "b")->first;
	assert_true(str_is(node->text, "01"));
	assert_int_equal(node->style, NODE_PLAIN);
	assert_int_equal(node->next->style, NODE_QUOTED);
	assert_int_equal(node_content(node->next).column, 6);
	node = node_get(f.root, "c");
	assert_int_equal(node->style, NODE_BLOCK);
	assert_true(str_is(node->text, "[spam] x\n*.x #1\n"));
	assert_int_equal(node_content(node).line, 6);
	node = node_get(f.root, "d");
	assert_true(str_is(node_get(node, "e")->text, "2026-02-09"));
	assert_true(str_is(node_get(node, "f")->text, "1e3"));
	assert_null(node_get(node, "g"));
	assert_int_equal(f.diags.list.n, 0);
	arena_free(f.arena);
}

static void
test_columns_count_characters(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, STR("件名: [お知らせ, 更新]\n"));
	assert_true(f.is_ok);
	assert_int_equal(f.root->first->mark.column, 5);
	assert_int_equal(f.root->first->first->next->mark.column, 12);
	arena_free(f.arena);
}

/* A hint of "" means: none is asked for. */
static const struct {
	const char *yaml;
	unsigned line, column;
	const char *text, *hint;
} traps[] = {
	{ "a:\n  - *.kir.jp\n", 2, 5, "alphabetic or numeric",
	    "starts with *" },
	{ "a:\n  - ****.com\n", 2, 5, "alphabetic or numeric",
	    "starts with *" },
	{ "a: *name\n", 1, 4, "aliases", "starts with *" },
	{ "a:\n  - @kir.jp\n", 2, 5, "cannot start any token",
	    "starts with @" },
	{ "a:\n  - `x`\n", 2, 5, "cannot start any token", "starts with `" },
	{ "a:\n  - %E3\n", 2, 5, "cannot start any token", "starts with %" },
	{ "a:\n  - [KAGOYA Billing] 一括払い\n  - x\n", 2, 5,
	    "did not find expected", "starts with [" },
	{ "a: [spam] x\n", 1, 4, "did not find expected", "starts with [" },
	{ "a:\n  - {date} お知らせ\n", 2, 5, "did not find expected",
	    "<date>" },
	{ "a: \"x\" y\n", 1, 4, "did not find expected", "closing quote" },
	{ "a: [hxxps://a[.]b]\n", 1, 4, "did not find expected",
	    "under a | block" },
	{ "a: [hxxps://a[.]b, c]\n", 1, 4, "did not find expected",
	    "under a | block" },
	{ "a: \"a\\.b\"\n", 1, 6, "unknown escape", "'...' or a | block" },
	{ "a: Re: x\n", 1, 6, "mapping values", "contains \": \"" },
	{ "a: 1\nb: 2\na: 3\n", 3, 1, "duplicate key \"a\"",
	    "first set on line 1" },
	{ "a: &x 1\n", 1, 4, "anchors", "starts with &" },
	{ "a: !important\n", 1, 4, "tags", "starts with !" },
	{ "a: > コントロール\n", 1, 4, "block scalar", "starts with >" },
	{ "a: {b: 1, <<: 2}\n", 1, 11, "merge keys", "" },
	{ "a: 1\n---\nb: 2\n", 2, 1, "more than one document", "" },
	{ "a:\n\tb: 1\n", 2, 1, "token", "not with tabs" },
	{ "\xef\xbb\xbf" "a: 1\n", 1, 1, "byte order mark", "UTF-8" },
	{ "a: 1\nb: \x93\xfa\n", 2, 4, "not UTF-8", "UTF-8" },
	{ "a: \xff\n", 1, 4, "not UTF-8", "UTF-8" },
	{ "a: x\x01\n", 1, 5, "control character", "" },
	{ "a: x\xe2\x80\xa8y\n", 1, 5, "line separator", "" },
	{ "a: \"x\n", 1, 4, "unexpected end", "closing quote" },
	{ "%YAML 1.1\n---\na: 1\n", 1, 1, "directives", "" },
	{ "? [a]\n: b\n", 1, 3, "a key must be a text", "" },
	{ "a:\n  b: 1\n c: 2\n", 3, 2, "did not find expected",
	    "indentation" },
	{ "a: 1\nb\nc: 2\n", 2, 1, "could not find expected ':'", "colon" },
	{ "", 0, 0, "nothing in the file", "" },
};

static bool
has(struct str s, const char *piece)
{
	return piece[0] == '\0' || str_find_str(s, str_of(piece)) < s.n;
}

static void
test_every_trap_is_shown_at_its_cause_with_a_hint(void **state)
{
	struct fixture f;
	bool is_fine = true;

	(void)state;
	for (size_t i = 0; i < nitems(traps); i++) {
		const struct diag *d;

		start(&f, str_of(traps[i].yaml));
		assert_false(f.is_ok);
		assert_true(f.diags.list.n >= 1);
		d = &f.diags.list.at[0];
		if (d->mark.line != traps[i].line ||
		    d->mark.column != traps[i].column ||
		    !has(d->text, traps[i].text) ||
		    !has(d->hint, traps[i].hint)) {
			print_error("%s: %u:%u %.*s / %.*s\n", traps[i].yaml,
			    d->mark.line, d->mark.column, STR_ARG(d->text),
			    STR_ARG(d->hint));
			is_fine = false;
		}
		arena_free(f.arena);
	}
	assert_true(is_fine);
}

static void
test_text_behind_a_hash_is_warned_about_and_comments_are_not(void **state)
{
	static const struct {
		const char *yaml;
		size_t warnings;
	} cases[] = {
		{ "a:\n  - foo #bar\n", 1 }, { "a: foo  #1\nb: 2\n", 1 },
		{ "a: foo # a comment\n", 0 }, { "a: 'foo' #bar\n", 0 },
		{ "a: foo#bar\n", 0 }, { "a: |\n  foo #bar\n", 0 },
		{ "# a\na: b\n#c\n", 0 }, { "a: [x, y] #z\n", 0 },
		{ "a: foo   #\n", 0 },
	};
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		start(&f, str_of(cases[i].yaml));
		assert_true(f.is_ok);
		assert_int_equal(f.diags.warnings, cases[i].warnings);
		if (cases[i].warnings != 0)
			assert_string_equal(f.diags.list.at[0].code, "Y03");
		arena_free(f.arena);
	}
}

static void
test_invisible_characters_are_warned_about(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, STR("a: x\xe2\x80\x8by\n"));
	assert_true(f.is_ok);
	assert_int_equal(f.diags.warnings, 1);
	assert_string_equal(f.diags.list.at[0].code, "Y05");
	assert_int_equal(f.diags.list.at[0].mark.column, 5);
	arena_free(f.arena);
}

static void
test_several_mistakes_are_reported_in_one_run(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, STR("a: 1\na: 2\nb: !x 1\nb: 3\n"));
	assert_false(f.is_ok);
	assert_int_equal(f.diags.errors, 3);
	arena_free(f.arena);
}

static void
test_limits_are_errors_and_cost_no_time(void **state)
{
	struct fixture f;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 22);
	for (int i = 0; i < 100000; i++)
		buf_add_byte(&b, '[');
	start(&f, buf_str(&b));
	assert_false(f.is_ok);
	arena_free(f.arena);
	buf_empty(&b);
	for (int i = 0; i < 200000; i++)
		buf_add_str(&b, STR("- a\n"));
	start(&f, buf_str(&b));
	assert_false(f.is_ok);
	assert_true(has(f.diags.list.at[0].text, "too many values"));
	arena_free(f.arena);
	while (b.n <= 1 << 20)
		buf_add_str(&b, STR("# a comment\n"));
	start(&f, buf_str(&b));
	assert_false(f.is_ok);
	assert_true(has(f.diags.list.at[0].text, "larger than"));
	arena_free(f.arena);
	buf_release(&b);
}

static void
test_duplicates_are_found_among_many_keys(void **state)
{
	struct fixture f;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 500; i++)
		buf_printf(&b, "k%d: 1\n", i);
	buf_add_str(&b, STR("k3: 1\nk499: 1\n"));
	start(&f, buf_str(&b));
	assert_false(f.is_ok);
	assert_int_equal(f.diags.errors, 2);
	assert_true(has(f.diags.list.at[0].hint, "line 4"));
	assert_true(has(f.diags.list.at[1].hint, "line 500"));
	assert_int_equal(f.root->n, 500);
	arena_free(f.arena);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_document_becomes_nodes_that_know_their_place),
		cmocka_unit_test(test_columns_count_characters),
		cmocka_unit_test(
		    test_every_trap_is_shown_at_its_cause_with_a_hint),
		cmocka_unit_test(
		    test_text_behind_a_hash_is_warned_about_and_comments_are_not),
		cmocka_unit_test(test_invisible_characters_are_warned_about),
		cmocka_unit_test(test_several_mistakes_are_reported_in_one_run),
		cmocka_unit_test(test_limits_are_errors_and_cost_no_time),
		cmocka_unit_test(test_duplicates_are_found_among_many_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
