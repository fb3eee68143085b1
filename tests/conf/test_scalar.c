/* SPDX-License-Identifier: Apache-2.0 */
/* What is written as YAML is read back as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "conf/node.h"
#include "conf/scalar.h"
#include "../draw.h"

enum { TEXTS = 20000, TEXT_MOST = 24 };

static const struct node_limits limits = { .bytes = 1 << 20, .depth = 8,
	.nodes = 100 };

static struct str
written(struct arena *a, struct str text)
{
	struct buf b;

	buf_init_arena(&b, a, 1 << 16);
	scalar_add(&b, text);
	return buf_str(&b);
}

/* As a value of a map, an entry of a list, and inside a flow list. */
static void
assert_same(struct arena *a, struct str text)
{
	struct str yaml = written(a, text);
	struct str page = str_cat(a, STR("a: "), yaml, STR("\nb:\n  - "), yaml,
	    STR("\nc: ["), yaml, STR(", x]\n"));
	struct node *root;
	struct diags d;

	diags_init(&d, a);
	diags_file(&d, STR("x"), page);
	assert_true(node_read(&root, a, page, &limits, &d));
	assert_true(str_eq(node_get(root, "a")->text, text));
	assert_true(str_eq(node_get(root, "b")->first->text, text));
	assert_true(str_eq(node_get(root, "c")->first->text, text));
	assert_int_equal(node_get(root, "c")->n, 2);
}

static void
test_texts_with_every_trap_are_read_back(void **state)
{
	static const struct str texts[] = {
		STR_INIT(""), STR_INIT(" "), STR_INIT("a"), STR_INIT("no"),
		STR_INIT("01"), STR_INIT("2026-02-09"), STR_INIT("~"),
		STR_INIT("*.kir.jp"), STR_INIT("@kir.jp"), STR_INIT("`x`"),
		STR_INIT("%E3"), STR_INIT("[KAGOYA Billing] 一括払い"),
		STR_INIT("Re: お知らせ"), STR_INIT("foo #bar"),
		STR_INIT("a\\.b"), STR_INIT("{date} お知らせ"),
		STR_INIT("it's"), STR_INIT("say \"x\""), STR_INIT("- a"),
		STR_INIT("---"), STR_INIT("..."), STR_INIT("a:"),
		STR_INIT("a\nb"), STR_INIT("\t"), STR_INIT("a\x01"),
		STR_INIT("a\xe2\x80\xae" "b"), STR_INIT("\xef\xbb\xbf"),
		STR_INIT("http://a.example/?b=c&d#e"), STR_INIT("? x"),
		STR_INIT("\xe2\x80\xa8"), STR_INIT("<<"), STR_INIT("="),
		STR_INIT("|"), STR_INIT("> x"), STR_INIT("、"),
		STR_INIT("\xc2\xa0x"), STR_INIT("a b "), STR_INIT("a,b"),
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(texts); i++)
		assert_same(a, texts[i]);
	arena_free(a);
}

static uint32_t
draw_point(void)
{
	static const char odd[] = " :#-?,[]{}&*!|>'\"%@`\\\n\t.~<=a0";
	uint32_t point;

	switch (draw(5)) {
	case 0:
		point = draw(0x80);
		return point == 0 ? 'x' : point;
	case 1:
		return 0x3000 + draw(0x100);
	case 2:
		point = draw(0x110000);
		return point - 0xd800 < 0x800 || point == 0 ? 0x20 : point;
	default:
		return (unsigned char)odd[draw(sizeof(odd) - 1)];
	}
}

static void
test_random_texts_are_read_back(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (int i = 0; i < TEXTS; i++) {
		uint32_t n = draw(TEXT_MOST);
		struct buf b;

		buf_init_arena(&b, a, 1 << 12);
		while (n-- > 0)
			utf8_add(&b, draw_point());
		assert_same(a, buf_str(&b));
		arena_empty(a);
	}
	arena_free(a);
}

static void
test_what_needs_no_quotes_has_none(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_true(str_is(written(a, STR("2026-02-09")), "2026-02-09"));
	assert_true(str_is(written(a, STR("件名")), "件名"));
	assert_true(str_is(written(a, STR("a: b")), "'a: b'"));
	arena_free(a);
}

static void
test_bytes_that_are_no_text_become_marks(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_true(str_is(written(a, STR("a\xff")), "\"a\xef\xbf\xbd\""));
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts_with_every_trap_are_read_back),
		cmocka_unit_test(test_random_texts_are_read_back),
		cmocka_unit_test(test_what_needs_no_quotes_has_none),
		cmocka_unit_test(test_bytes_that_are_no_text_become_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
