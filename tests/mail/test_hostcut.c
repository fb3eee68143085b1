/* SPDX-License-Identifier: Apache-2.0 */
/* Where a host may end in Japanese text, told by its last label. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>

#include "../../engine/mail/hostcut.c"

static void
test_a_place_is_told_by_the_label_in_front_of_it(void **state)
{
	static const struct {
		const char *url;
		uint32_t next;
		enum hostcut wanted;
	} cases[] = {
		{ "https://a.com", 0x3092, HOSTCUT_NAME },
		{ "https://a.COM", 0x3092, HOSTCUT_NAME },
		{ "https://a.com.", 0x3092, HOSTCUT_NAME },
		{ "https://a.com\xe3\x80\x82", 0x3092, HOSTCUT_NAME },
		{ "https://a.com:8080", 0x3092, HOSTCUT_NAME },
		{ "https://a.co.za", 0x3092, HOSTCUT_NAME },
		{ "https://a\xef\xbc\x8e" "com", 0x3092, HOSTCUT_NAME },
		{ "https://\xe3\x81\x82.jp", 0x3092, HOSTCUT_NAME },
		{ "https://co.jp", 0x3092, HOSTCUT_NOT },
		{ "https://com", 0x3092, HOSTCUT_NOT },
		{ "https://.com", 0x3092, HOSTCUT_NOT },
		{ "https://b@com", 0x3092, HOSTCUT_NOT },
		{ "https://a.invalid", 0x3092, HOSTCUT_NOT },
		{ "https://\xe3\x81\x82" "a", 0x3092, HOSTCUT_NOT },
		{ "https://a.\xd0\xb4" "a", 0x3092, HOSTCUT_NOT },
		{ "https://a.com:b", 0x3092, HOSTCUT_NOT },
		{ "https://", 0x3092, HOSTCUT_NOT },
		{ "https://192.0.2.1", 0x3092, HOSTCUT_NUMBER },
		{ "https://192.0.2.1", '1', HOSTCUT_NOT },
		{ "https://192.0.2", 0x3002, HOSTCUT_NOT },
		{ "https://192.0.2.1:80", 0x3002, HOSTCUT_NUMBER },
		{ "https://0X7F000001", 0x3092, HOSTCUT_NUMBER },
		{ "https://[::1]", 0x3092, HOSTCUT_OTHER },
		{ "https://a]", 0x3092, HOSTCUT_NOT },
		/* full-width letters stand for plain ones */
		{ "https://a.\xef\xbd\x83om", 0x3092, HOSTCUT_OTHER },
		{ "https://a.%63om", 0x3092, HOSTCUT_OTHER },
		{ "https://a.\xef\xbd\x83om.", 0x3092, HOSTCUT_NOT },
		{ "https://a.\xe3\x81\xbf\xe3\x82\x93\xe3\x81\xaa.", 'a',
		    HOSTCUT_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		bool was_odd = false;
		enum hostcut kind = hostcut_of(str_of(cases[i].url),
		    cases[i].next, &was_odd);

		if (kind != cases[i].wanted)
			fail_msg("%s: %d", cases[i].url, (int)kind);
	}
}

/* Each read costs, and a text is full of such places if its sender wants. */
static void
test_only_one_place_behind_odd_letters_is_read(void **state)
{
	const struct str url = STR("https://a.\xef\xbd\x83om");
	bool was_odd = false;

	(void)state;
	assert_int_equal(hostcut_of(url, ' ', &was_odd), HOSTCUT_OTHER);
	assert_int_equal(hostcut_of(url, ' ', &was_odd), HOSTCUT_NOT);
}

/* Neither dropped nor made ASCII or Latin, as ICU has it. */
static void
test_letters_of_their_own_stay_so(void **state)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *mapping = unorm2_getInstance(NULL, "uts46",
	    UNORM2_COMPOSE, &status);
	unsigned count = 0;

	(void)state;
	for (uint32_t c = 0; c < 0x30000; c++) {
		UChar from[2], to[32];
		int32_t n = 0, made;

		if (!is_own(c))
			continue;
		U16_APPEND_UNSAFE(from, n, c);
		made = unorm2_normalize(mapping, from, n, to, nitems(to),
		    &status);
		assert_true(U_SUCCESS(status) && made > 0);
		for (int32_t i = 0; i < made; i++) {
			UScriptCode script = uscript_getScript(to[i], &status);

			if (to[i] < 0x80 || script == USCRIPT_LATIN)
				fail_msg("U+%04X is U+%04X", c, to[i]);
		}
		count++;
	}
	assert_true(count > 35000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_place_is_told_by_the_label_in_front_of_it),
		cmocka_unit_test(
		    test_only_one_place_behind_odd_letters_is_read),
		cmocka_unit_test(test_letters_of_their_own_stay_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
