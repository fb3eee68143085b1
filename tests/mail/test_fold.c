/* SPDX-License-Identifier: Apache-2.0 */
/* Folding: a table of what must come out, and what must hold of any text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/fold.h"
#include "cpu.h"
#include "../scratch.h"

struct pair {
	const char *text, *wanted;
};

static void
check_pairs(const struct pair *pairs, size_t n,
    struct folded (*how)(struct arena *, struct str))
{
	for (size_t i = 0; i < n; i++) {
		struct folded f = how(arena, str_of(pairs[i].text));

		assert_string_equal(str_cstr(arena, f.text), pairs[i].wanted);
	}
}

static void
test_width_case_and_invisible_characters_make_no_difference(void **state)
{
	static const struct pair pairs[] = {
		{ "", "" },
		{ "ＫＡＧＯＹＡ", "kagoya" },
		{ "ｶｺﾞﾔ", "カゴヤ" },
		{ "カコ\u3099ヤ", "カゴヤ" },
		{ "①", "1" },
		{ "㈱カゴヤ", "(株)カゴヤ" },
		{ "！！！", "!!!" },
		{ "KA\u00adGO\u200bYA\ufeff", "kagoya" },
		{ "\u202egnp.exe\u2066", "gnp.exe" },
		{ "葛\U000e0100城", "葛城" },
		{ "Straße ÉTÉ E\u0301", "strasse été é" },
		{ "Σίσυφος ΣΊΣΥΦΟΣ", "σίσυφοσ σίσυφοσ" },
		{ "K\u200b\u0301", "\u1e31" },
		{ "𝐊𝐀𝐆𝐎𝐘𝐀 🅺", "kagoya 🅺" },
		/* a control kept the accent apart in ASCII */
		{ "as\x01\u0327", "a\u015f" },
		{ "お\x01支\x7f払\ufff9い\ufffb", "お支払い" },
		{ "pay\x02pal your ac\x7f" "count is su\x7fspended now",
		    "paypal your account is suspended now" },
		{ "お\u0332支\u0336払\u20ddい", "お支払い" },
		{ "カート゛ホ゜", "カードポ" },
		{ "お⠀支 pay⠀pal", "お支pay pal" },
		{ "a\xc2\x85" "b\xc2\x81" "c", "a bc" },
	};

	(void)state;
	check_pairs(pairs, nitems(pairs), fold);
}

static void
test_dashes_and_tildes_are_one_and_the_long_vowel_is_neither(void **state)
{
	static const struct pair pairs[] = {
		{ "‐‑‒–—―−－-", "---------" },
		{ "〜～~", "~~~" },
		{ "サーバー ｻｰﾊﾞｰ", "サーバーサーバー" },
	};

	(void)state;
	check_pairs(pairs, nitems(pairs), fold);
}

static void
test_white_space_collapses_and_vanishes_beside_japanese(void **state)
{
	static const struct pair pairs[] = {
		{ "お支払い\r\n  情報のご確認", "お支払い情報のご確認" },
		{ "KAGOYA \t\n Internet", "kagoya internet" },
		{ "KIR\nコントロール パネル >", "kirコントロールパネル>" },
		{ "kir36\n3552", "kir36 3552" },
		{ "【重要】 Amazon", "【重要】amazon" },
		{ "a　b", "a b" },
		{ "Ａ　Ｂ", "a b" },
		{ "カゴ\nヤ ＡＢ\nＣＤ", "カゴヤabcd" },
		{ " あ ", "あ" },
		{ " a ", " a " },
		{ "あ \u0301 い", "あ \u0301い" },
		{ "a\u00a0\u2003b\u2028c", "a b c" },
		{ "確認！ ok", "確認!ok" },
		/* the blank stayed in a first folding, and went in a second */
		{ "﹞\u0327\u0327 ok", "〕\u0327\u0327ok" },
	};

	(void)state;
	check_pairs(pairs, nitems(pairs), fold);
}

static void
test_the_original_is_found_again(void **state)
{
	static const struct {
		const char *text, *piece, *wanted;
	} cases[] = {
		{ "■ お支\r\n払い情報 です", "支払い", "支\r\n払い" },
		{ "From ＫＡＧＯＹＡ Internet", "kagoya", "ＫＡＧＯＹＡ" },
		{ "xｶｺﾞﾔy", "ゴ", "ｺﾞ" },
		{ "㈱カゴヤ", "株", "㈱" },
		{ "株 \n カゴヤ", "株", "株" },
		{ "plain Ascii Text", "ascii", "Ascii" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct str s = str_of(cases[i].text), found;
		struct str piece = str_of(cases[i].piece);
		struct folded f = fold(arena, s);
		size_t at = str_find_str(f.text, piece);

		assert_true(at < f.text.n);
		found = fold_source(&f, s, at, at + piece.n);
		assert_string_equal(str_cstr(arena, found), cases[i].wanted);
	}
}

static void
test_look_alikes_share_a_skeleton(void **state)
{
	static const struct {
		const char *one, *other;
	} pairs[] = {
		{ "KAGOYA", "k a g o y a" },
		{ "KAGOYA", "K-A-G-O-Y-A" },
		{ "kagoya", "k.a.g.o.y.a" },
		{ "kagoya", "k . a . g . o . y . a" },
		{ "kagoya", "кaɡoуa" },
		{ "kagoya", "КАGОYА" },
		{ "kagoya", "𝗸agoya" },
		{ "kagoya", "kág\u0323oỹa" },
		{ "kagoya", "kag0ya" },
		{ "paypal", "PayPaI" },
		{ "paypal", "paypa1" },
		{ "microsoft", "rnicrosoft" },
		{ "amazon", "a m a z o n" },
		{ "HSBC", "ΗЅВС" },
		{ "カゴヤ", "カ ゴ ヤ" },
		{ "カゴヤ", "カ・ゴ・ヤ" },
		{ "my kagoya mail", "my k a g o y a mail" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(pairs); i++) {
		struct folded a = fold_skeleton(arena, str_of(pairs[i].one));
		struct folded b = fold_skeleton(arena, str_of(pairs[i].other));

		assert_string_equal(str_cstr(arena, a.text),
		    str_cstr(arena, b.text));
	}
}

static void
test_words_and_initials_keep_their_gaps(void **state)
{
	static const struct pair pairs[] = {
		{ "go to go", "go to go" },
		{ "a b", "a b" },
		{ "x-ray a-b cd", "x-ray a-b cd" },
		{ "a ---- b ---- c", "a ---- b ---- c" },
	};

	(void)state;
	check_pairs(pairs, nitems(pairs), fold_skeleton);
}

static void
test_the_original_is_found_behind_a_skeleton(void **state)
{
	struct str s = STR("From: k a g o y a!"), found;
	struct folded f = fold_skeleton(arena, s);
	size_t at = str_find_str(f.text, STR("kagoya"));

	(void)state;
	assert_true(at < f.text.n);
	found = fold_source(&f, s, at, at + 6);
	assert_string_equal(str_cstr(arena, found), "k a g o y a");
}

/* Text of the kind that is hard: marks, jamo, kana, spaces, dashes, tags. */
static struct str
hard_text(unsigned seed, size_t points)
{
	static const uint32_t ranges[][2] = {
		{ 0x20, 0x7e }, { 0x20, 0x20 }, { 0x9, 0xd }, { 0xa0, 0x17f },
		{ 0x300, 0x345 }, { 0x391, 0x3c9 }, { 0x5b0, 0x5bd },
		{ 0x9be, 0x9d7 }, { 0xac00, 0xac20 }, { 0x1100, 0x11ff },
		{ 0x200b, 0x202f }, { 0x2060, 0x206f }, { 0x2100, 0x2300 },
		{ 0x3000, 0x30ff }, { 0x3099, 0x309c }, { 0x3200, 0x33ff },
		{ 0x4e00, 0x4e40 }, { 0xf900, 0xfa30 }, { 0xfb00, 0xfdff },
		{ 0xfe00, 0xffef }, { 0x1d100, 0x1d7ff }, { 0xe0000, 0xe01ff },
		{ 0x1, 0x10ffff }, { 0x300, 0x300 }, { 0x2010, 0x2015 },
	};
	struct buf b;

	srandom(seed);
	buf_init_arena(&b, arena, points * 4);
	for (size_t i = 0; i < points; i++) {
		size_t r = (size_t)random() % nitems(ranges);

		utf8_add(&b, ranges[r][0] + (uint32_t)random() %
		    (ranges[r][1] - ranges[r][0] + 1));
	}
	return buf_str(&b);
}

static void
show(struct str s)
{
	for (size_t at = 0; at < s.n;)
		print_message(" %x", utf8_next(s, &at));
	print_message("\n");
}

static void
check_form(const struct folded *f, struct str s)
{
	assert_true(utf8_is_valid(f->text));
	assert_int_equal(f->from[f->text.n], s.n);
	for (size_t i = 0; i < f->text.n; i++)
		assert_true(f->from[i] <= f->from[i + 1]);
}

static void
test_folding_twice_is_folding_once(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 3000; seed++) {
		struct str s = hard_text(seed, 1 + seed % 40);
		struct folded once, twice, skeleton;

		once = fold(arena, s);
		check_form(&once, s);
		twice = fold(arena, once.text);
		if (!str_eq(once.text, twice.text)) {
			show(s);
			show(once.text);
			show(twice.text);
			fail_msg("seed %u", seed);
		}
		skeleton = fold_skeleton(arena, s);
		check_form(&skeleton, s);
		arena_empty(arena);
	}
}

/* What ICU makes of the whole, with the steps behind it left out. */
static struct str
by_icu(struct str s)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *form = unorm2_getNFKCCasefoldInstance(&status);
	int32_t room = (int32_t)s.n * 20 + 64, n;
	UChar *from = ARENA_MANY(arena, UChar, (size_t)room);
	UChar *to = ARENA_MANY(arena, UChar, (size_t)room);
	char *out = arena_take(arena, (size_t)room * 3);

	u_strFromUTF8(from, room, &n, s.p, (int32_t)s.n, &status);
	n = unorm2_normalize(form, from, n, to, room, &status);
	u_strToUTF8(out, room * 3, &n, to, n, &status);
	assert_true(U_SUCCESS(status));
	return (struct str){ out, (size_t)n };
}

static bool
is_read_over(uint32_t c)
{
	return c == 0x305 || c == 0x332 || c == 0x333 ||
	    (c >= 0x335 && c <= 0x338) || c == 0x33f ||
	    (c >= 0x20d2 && c <= 0x20d3) ||
	    (c >= 0x20dd && c <= 0x20ea && c != 0x20e1) ||
	    (c >= 0xfe20 && c <= 0xfe2f);
}

/* Without controls and the like, which only we drop. */
static struct str
seen(struct str s)
{
	struct buf b;

	buf_init_arena(&b, arena, s.n);
	for (size_t at = 0; at < s.n;) {
		uint32_t c = utf8_next(s, &at);

		if (c == 0x2800)
			c = ' ';
		if (c == 0x309b || c == 0x309c)
			c -= 2;
		if (is_read_over(c))
			continue;
		if ((c >= 9 && c <= 13) || (c >= 0x20 && c < 0x7f) ||
		    c == 0x85 || (c >= 0xa0 && (c < 0xfff9 || c > 0xfffb)))
			utf8_add(&b, c);
	}
	return buf_str(&b);
}

/* Spaces and dashes apart, which only we treat. */
static struct str
bare(struct str s)
{
	struct buf b;

	buf_init_arena(&b, arena, s.n);
	for (size_t at = 0; at < s.n;) {
		uint32_t c = utf8_next(s, &at);

		if (c > 0x20 && c != '-' && c != '~' && c != 0x85 &&
		    c != 0x1680 && c != 0x2028 && c != 0x2029 &&
		    !(c >= 0x2010 && c <= 0x2015) && c != 0x2212 &&
		    c != 0x301c && !is_read_over(c))
			utf8_add(&b, c);
	}
	return buf_str(&b);
}

static void
test_pieces_are_normalised_as_the_whole_would_be(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 3000; seed++) {
		struct str s = hard_text(seed, 1 + seed % 40);
		struct str ours = bare(fold(arena, s).text);
		struct str wanted = bare(by_icu(seen(s)));

		if (!str_eq(ours, wanted)) {
			show(s);
			show(ours);
			show(wanted);
			fail_msg("seed %u", seed);
		}
		arena_empty(arena);
	}
}

static int64_t
cost(const char *unit, size_t n)
{
	size_t length = strlen(unit);
	char *text = arena_take(arena, length * n);
	int64_t begin;

	for (size_t i = 0; i < n; i++)
		memcpy(text + i * length, unit, length);
	begin = cpu_us();
	fold(arena, (struct str){ text, length * n });
	fold_skeleton(arena, (struct str){ text, length * n });
	begin = cpu_us() - begin;
	arena_empty(arena);
	return begin;
}

/* Each of these letters stands for eighteen others, or three times as many
 * bytes. */
static void
test_a_text_grows_by_no_more_than_its_length(void **state)
{
	static const char *const letters[] = { "\ufdfa", "\u337f",
		"\ufdfa\u0301" };
	enum { TIMES = 20000 };
	struct folded f;
	struct buf b;

	(void)state;
	for (size_t i = 0; i < nitems(letters); i++) {
		struct arena *a = arena_new();
		size_t before;

		buf_init_arena(&b, a, SIZE_MAX);
		for (int k = 0; k < TIMES; k++)
			buf_add_str(&b, str_of(letters[i]));
		before = arena_used(a);
		f = fold(a, buf_str(&b));
		assert_true(f.text.n > b.n && f.text.n <= 2 * b.n);
		assert_int_equal(f.from[f.text.n], b.n);
		assert_true(utf8_is_valid(f.text));
		assert_true(arena_used(a) - before < 16 * b.n);
		arena_free(a);
	}
	f = fold(arena, STR("\ufdfa \u337f"));
	assert_int_equal(str_count(f.text, ' '), 3);
	assert_true(str_ends(f.text, STR("株式会社")));
}

static void
test_time_grows_with_the_text_and_no_faster(void **state)
{
	static const char *const units[] = {
		"a\u0301", "\u0301", "\u0315\u0300", " ", "\u200b", "a ",
		"\u1161", "k-", "あ ", "\ufdfa",
	};

	(void)state;
	for (size_t i = 0; i < nitems(units); i++) {
		int64_t one = cost(units[i], 100000);
		int64_t two = cost(units[i], 200000);

		assert_true(two < 5 * one + 50000);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
	    test_width_case_and_invisible_characters_make_no_difference),
		cmocka_unit_test(
	    test_dashes_and_tildes_are_one_and_the_long_vowel_is_neither),
		cmocka_unit_test(
	    test_white_space_collapses_and_vanishes_beside_japanese),
		cmocka_unit_test(test_the_original_is_found_again),
		cmocka_unit_test(test_look_alikes_share_a_skeleton),
		cmocka_unit_test(test_words_and_initials_keep_their_gaps),
		cmocka_unit_test(test_the_original_is_found_behind_a_skeleton),
		cmocka_unit_test(test_folding_twice_is_folding_once),
		cmocka_unit_test(
		    test_pieces_are_normalised_as_the_whole_would_be),
		cmocka_unit_test(test_a_text_grows_by_no_more_than_its_length),
		cmocka_unit_test(test_time_grows_with_the_text_and_no_faster),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
