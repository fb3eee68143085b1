/* SPDX-License-Identifier: Apache-2.0 */
/* Names in Unicode: what goes past ICU is as ICU has it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mail/idna.c"
#include "../scratch.h"

static const struct {
	const char *text, *name, *shown;
} names[] = {
	{ "日本語.jp", "xn--wgv71a119e.jp", "日本語.jp" },
	{ "WWW.日本語.JP.", "www.xn--wgv71a119e.jp.", "www.日本語.jp." },
	{ "bücher.example", "xn--bcher-kva.example", "bücher.example" },
	{ "a-b-ゴ--x", "xn--a-b---x-yu4f", "a-b-ゴ--x" },
	{ "ＡＢＣ.jp", "abc.jp", "abc.jp" },
	{ "㍿ガ。jp", "xn--mcky92ge4kn0iwpv.jp", "株式会社ガ.jp" },
	{ "пример..рф", "xn--e1afmkfd..xn--p1ai", "пример..рф" },
	{ "ＸＮ--wgv71a119e", "xn--wgv71a119e", "" },
	{ "σς", "xn--3xab", "σς" },
	{ "ＡΩเﬁ.jp", "xn--afi-f0c905k.jp", "aωเfi.jp" },
	/* RFC 3492 7.1 (L), (N), (R) */
	{ "3年b組金八先生", "xn--3b-ww4c5e180e575a65lsy2b",
	    "3年b組金八先生" },
	{ "hello-another-way-それぞれの場所",
	    "xn--hello-another-way--fc4qua05auwb3674vfr0b",
	    "hello-another-way-それぞれの場所" },
	{ "そのスピードで", "xn--d9juau41awczczp", "そのスピードで" },
};

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static uint32_t
random_letter(uint32_t *seed)
{
	static const struct {
		uint32_t first, count;
	} from[] = {
		{ 'a', 26 }, { 'a', 26 }, { 'A', 26 }, { '0', 10 },
		{ '-', 2 }, { '-', 2 }, { '-', 2 }, { 0x4e00, 20902 },
		{ 0x4e00, 20902 }, { 0x3041, 86 }, { 0x30a1, 94 },
		{ 0x3005, 3 }, { 0xac00, 11172 }, { 0x430, 48 },
		{ 0xe0, 32 }, { 0x100, 0x500 }, { 0x3000, 0x100 },
		{ 0xff00, 0xe0 }, { 0x21, 0x5e }, { 0x300, 16 },
		{ 0x370, 0x300 }, { 0x900, 0x700 }, { 0x1100, 0x1400 },
		{ 0x2000, 0x200 }, { 0x1d400, 0x400 }, { 0x1100, 0x100 },
	};
	uint32_t which = next_random(seed) % nitems(from);

	/* what is not plain is rare, or nothing would be */
	if (which >= 15 && next_random(seed) % 8 != 0)
		which = 9;
	return from[which].first + next_random(seed) % from[which].count;
}

static struct str
random_name(uint32_t *seed)
{
	size_t n = 1 + next_random(seed) % 30;
	struct buf b;

	buf_init_arena(&b, arena, SIZE_MAX);
	if (next_random(seed) % 32 == 0)
		buf_add_str(&b, STR("xn--"));
	for (size_t i = 0; i < n; i++)
		utf8_add(&b, random_letter(seed));
	utf8_add(&b, 0x3042);
	return buf_str(&b);
}

static void
check_as_icu(struct str text)
{
	struct str name, shown, icu_name, icu_shown;
	bool is = idna_read(&name, &shown, arena, text);

	assert_int_equal(is, idna_run(&icu_name, arena,
	    map_new_letters(arena, text), true));
	if (!is)
		return;
	assert_string_equal(str_cstr(arena, name), str_cstr(arena, icu_name));
	if (shown.n == 0)
		return;
	assert_true(idna_run(&icu_shown, arena, icu_name, false));
	assert_string_equal(str_cstr(arena, shown),
	    str_cstr(arena, icu_shown));
}

static void
test_names_become_alabels(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(names); i++) {
		struct str name, shown;

		assert_true(idna_read(&name, &shown, arena,
		    str_of(names[i].text)));
		assert_string_equal(str_cstr(arena, name), names[i].name);
		assert_string_equal(str_cstr(arena, shown), names[i].shown);
		check_as_icu(str_of(names[i].text));
	}
}

static void
test_any_names_are_as_icu_has_them(void **state)
{
	uint32_t seed = 11;

	(void)state;
	for (int i = 0; i < 20000; i++)
		check_as_icu(random_name(&seed));
}

static void
test_each_plain_letter_is_as_icu_has_it(void **state)
{
	size_t n = 0;

	(void)state;
	for (uint32_t c = 0x80; c < 0x110000; c++) {
		struct buf b;

		if (!is_plain(c))
			continue;
		n++;
		buf_init_arena(&b, arena, SIZE_MAX);
		utf8_add(&b, c);
		buf_add_byte(&b, 'e');
		utf8_add(&b, c);
		check_as_icu(buf_str(&b));
	}
	assert_int_equal(n, 32335);
}

/* All of them were tried; each seventh is, for the time it takes. */
static void
test_any_letter_is_as_icu_has_it(void **state)
{
	(void)state;
	for (uint32_t c = 0x80; c < 0x110000; c += 7) {
		struct buf b;

		buf_init_arena(&b, arena, SIZE_MAX);
		buf_add_byte(&b, 'e');
		utf8_add(&b, c);
		utf8_add(&b, 0x3042);
		check_as_icu(buf_str(&b));
	}
}

static void
test_new_letters_are_looked_for_where_they_are(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(newly_mapped); i++) {
		assert_true(may_be_new(newly_mapped[i].first));
		assert_true(may_be_new(newly_mapped[i].last));
		assert_true(i == 0 ||
		    newly_mapped[i].first > newly_mapped[i - 1].last);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_become_alabels),
		cmocka_unit_test(test_any_names_are_as_icu_has_them),
		cmocka_unit_test(test_any_letter_is_as_icu_has_it),
		cmocka_unit_test(test_each_plain_letter_is_as_icu_has_it),
		cmocka_unit_test(
		    test_new_letters_are_looked_for_where_they_are),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
