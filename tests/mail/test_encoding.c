/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 and quoted-printable, as sent and as broken on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/vec.h"
#include "mail/base64block.h"
#include "mail/encoding.h"

struct pair {
	struct str sent;
	struct str wanted;
};

static void
assert_pairs(const struct pair *pairs, size_t n, enum encoding encoding)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < n; i++) {
		struct str got = encoding_decode(a, pairs[i].sent, encoding);

		if (!str_eq(got, pairs[i].wanted))
			fail_msg("%" STR_FMT " gave %" STR_FMT,
			    STR_ARG(pairs[i].sent), STR_ARG(got));
	}
	arena_free(a);
}

static void
test_base64_is_read_whatever_stands_between(void **state)
{
	static const struct pair pairs[] = {
		{ STR_INIT(""), STR_INIT("") },
		{ STR_INIT("YWJj"), STR_INIT("abc") },
		{ STR_INIT("YW\r\n Jj\n"), STR_INIT("abc") },
		{ STR_INIT("YWI="), STR_INIT("ab") },
		{ STR_INIT("YQ=="), STR_INIT("a") },
		{ STR_INIT("YQ"), STR_INIT("a") },
		{ STR_INIT("Y"), STR_INIT("") },
		{ STR_INIT("Y*W!J\xffj"), STR_INIT("abc") },
		{ STR_INIT("YQ==Yg=="), STR_INIT("ab") },
		{ STR_INIT("===="), STR_INIT("") },
	};

	(void)state;
	assert_pairs(pairs, nitems(pairs), ENCODING_BASE64);
}

static void
test_quoted_printable_keeps_what_it_cannot_read(void **state)
{
	static const struct pair pairs[] = {
		{ STR_INIT("a=3Db=3d"), STR_INIT("a=b=") },
		{ STR_INIT("a=\r\nb=\nc"), STR_INIT("abc") },
		{ STR_INIT("a= \t\r\nb"), STR_INIT("ab") },
		{ STR_INIT("a \t\r\nb"), STR_INIT("a\r\nb") },
		{ STR_INIT("a=20\r\nb"), STR_INIT("a \r\nb") },
		{ STR_INIT("a=zz=4"), STR_INIT("a=zz=4") },
		{ STR_INIT("a="), STR_INIT("a") },
		{ STR_INIT("a=\rb"), STR_INIT("ab") },
	};

	(void)state;
	assert_pairs(pairs, nitems(pairs), ENCODING_QUOTED);
}

static void
test_q_words_have_their_own_blank(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_true(str_is(encoding_decode_q(a, STR("a_b=5F=")), "a b_="));
	arena_free(a);
}

static void
test_labels_are_read_in_any_case(void **state)
{
	bool is_guess;

	(void)state;
	assert_int_equal(encoding_of(STR(" Base64 "), &is_guess),
	    ENCODING_BASE64);
	assert_false(is_guess);
	assert_int_equal(encoding_of(STR("QUOTED-printable"), &is_guess),
	    ENCODING_QUOTED);
	assert_int_equal(encoding_of(STR("7bit"), &is_guess), ENCODING_NONE);
	assert_false(is_guess);
	assert_int_equal(encoding_of(STR("no-base64"), &is_guess),
	    ENCODING_BASE64);
	assert_true(is_guess);
}

static void
test_strict_base64_takes_both_alphabets_and_nothing_else(void **state)
{
	struct arena *a = arena_new();
	struct str out;

	(void)state;
	assert_true(encoding_base64_strict(&out, a, STR("-_-_")));
	assert_true(str_eq(out, STR("\xfb\xff\xbf")));
	assert_true(encoding_base64_strict(&out, a, STR("+/+/")));
	assert_false(encoding_base64_strict(&out, a, STR("YW Jj")));
	assert_false(encoding_base64_strict(&out, a, STR("YWJjY")));
	arena_free(a);
}

static void
test_what_is_encoded_decodes_to_itself(void **state)
{
	struct arena *a = arena_new();
	char bytes[300];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7);
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		struct str s = { bytes, n };
		struct str coded = encoding_to_base64(a, s);

		assert_true(str_find(coded, '\n') <= 78);
		assert_true(str_eq(encoding_decode(a, coded, ENCODING_BASE64),
		    s));
	}
	arena_free(a);
}

static void
test_blocks_of_base64_end_at_what_is_no_letter(void **state)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	char text[16], out[16], *to = out;
	size_t most = base64_lines(&to, (struct str){ letters, 16 });

	(void)state;
	assert_true(most == 0 || most == 16); /* 0: no such processor */
	for (int c = 0; c < 256; c++)
		for (size_t i = 0; i < sizeof(text); i++) {
			bool is_letter = c != 0 && strchr(letters, c) != NULL;

			memset(text, 'Q', sizeof(text));
			text[i] = (char)c;
			to = out;
			assert_int_equal(base64_lines(&to,
			    (struct str){ text, sizeof(text) }),
			    is_letter ? most : 0);
			assert_int_equal(to - out, is_letter ? most / 4 * 3 :
			    0);
		}
}

/* Whatever the length of the lines, which are read by blocks. */
static void
test_base64_is_the_same_in_lines_of_any_length(void **state)
{
	struct arena *a = arena_new();
	char bytes[150], lines[800];
	struct str whole, got;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 37 + 11);
	whole = (struct str){ bytes, sizeof(bytes) };
	for (size_t length = 1; length < 100; length++) {
		struct str coded = encoding_to_base64(a, whole);
		size_t n = 0, column = 0;

		for (size_t i = 0; i < coded.n; i++) {
			if (ascii_is_space(coded.p[i]))
				continue;
			lines[n++] = coded.p[i];
			if (++column % length == 0 && n < sizeof(lines) - 3) {
				lines[n++] = '\r';
				lines[n++] = '\n';
			}
		}
		got = encoding_decode(a, (struct str){ lines, n },
		    ENCODING_BASE64);
		assert_true(str_eq(got, whole));
		assert_true(n < sizeof(lines));
	}
	arena_free(a);
}

static void
test_every_letter_of_base64_means_the_same_in_a_block_and_alone(void **state)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	struct arena *a = arena_new();
	struct str whole = encoding_decode(a, STR(letters), ENCODING_BASE64);

	(void)state;
	assert_int_equal(whole.n, 48);
	for (size_t i = 0; i < 64; i += 4) {
		struct str four = encoding_decode(a,
		    (struct str){ letters + i, 4 }, ENCODING_BASE64);

		assert_memory_equal(four.p, whole.p + i / 4 * 3, 3);
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_base64_is_read_whatever_stands_between),
		cmocka_unit_test(
		    test_quoted_printable_keeps_what_it_cannot_read),
		cmocka_unit_test(test_q_words_have_their_own_blank),
		cmocka_unit_test(test_labels_are_read_in_any_case),
		cmocka_unit_test(
		    test_strict_base64_takes_both_alphabets_and_nothing_else),
		cmocka_unit_test(
		    test_blocks_of_base64_end_at_what_is_no_letter),
		cmocka_unit_test(
		    test_base64_is_the_same_in_lines_of_any_length),
		cmocka_unit_test(
		    test_every_letter_of_base64_means_the_same_in_a_block_and_alone),
		cmocka_unit_test(test_what_is_encoded_decodes_to_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
