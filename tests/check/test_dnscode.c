/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "check/dnscode.h"
#include "check/dnslist.h"

static void
test_codes_mean_what_is_written(void **state)
{
	static const struct {
		const char *code;
		uint8_t bytes[4];
		bool has;
	} cases[] = {
		{ "127.0.0.2", { 127, 0, 0, 2 }, true },
		{ "127.0.0.2", { 127, 0, 0, 3 }, false },
		{ "127.0.0.4-7", { 127, 0, 0, 4 }, true },
		{ "127.0.0.4-7", { 127, 0, 0, 7 }, true },
		{ "127.0.0.4-7", { 127, 0, 0, 8 }, false },
		{ "127.0.*.3", { 127, 0, 15, 3 }, true },
		{ "127.0.*.3", { 127, 1, 15, 3 }, false },
		{ "127.0.0.&8", { 127, 0, 0, 72 }, true },
		{ "127.0.0.&8", { 127, 0, 0, 64 }, false },
	};
	struct dnscode c;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		assert_true(dnscode_read(&c, str_of(cases[i].code)));
		if (dnscode_has(&c, cases[i].bytes) != cases[i].has)
			fail_msg("%s", cases[i].code);
	}
}

static void
test_what_is_no_code_is_refused(void **state)
{
	static const char *const texts[] = { "", "127", "127.0.0", "127.0.0.",
		"127.0.0.2.", "127.0.0.256", "127.0.0.7-4", "127.0.0.&0",
		"127.0.0.&", "127.0.0.-1", "127.0.0.1-", "127.0.0.x",
		"127.0.0.0001", "127..0.1", "::1" };
	struct dnscode c;

	(void)state;
	for (size_t i = 0; i < nitems(texts); i++) {
		if (dnscode_read(&c, str_of(texts[i])))
			fail_msg("%s", texts[i]);
	}
}

static const char *
alarm_of(const dnscode_list *alarms, const char *address)
{
	return dnscode_alarm(alarms, (struct str){ address, 4 });
}

static void
test_a_refusal_is_an_alarm_whatever_is_configured(void **state)
{
	dnscode_list none = { 0 };

	(void)state;
	assert_non_null(alarm_of(&none, "\x7f\xff\xff\xfe"));
	assert_non_null(alarm_of(&none, "\x7f\xff\xff\x01"));
	assert_non_null(alarm_of(&none, "\xc0\x00\x02\x01"));
	assert_non_null(alarm_of(&none, "\x00\x00\x00\x00"));
	assert_non_null(dnscode_alarm(&none, STR("abc")));
	assert_null(alarm_of(&none, "\x7f\x00\x00\x01"));
	assert_null(alarm_of(&none, "\x7f\xff\xfe\x02"));
}

static void
test_each_preset_reads_and_keeps_refusals_apart(void **state)
{
	struct arena *a = arena_new();
	const struct dnslist_preset *p;
	const struct dnscode *c;
	struct dnslist list;

	(void)state;
	for (p = dnslist_presets; p->name != NULL; p++) {
		assert_true(dnslist_of_preset(&list, a, str_of(p->name)));
		assert_true(list.whats != 0 && list.codes.n != 0);
		assert_non_null(p->terms);
		VEC_EACH(c, &list.codes) {
			const uint8_t refusal[] = { 127, 255, 255, 254 };

			assert_int_equal(c->points, 0);
			assert_false(dnscode_has(c, refusal));
		}
	}
	assert_false(dnslist_of_preset(&list, a, STR("nobody")));
	arena_free(a);
}

/* FIPS 180's "abc", in both ways of writing. */
static void
test_subjects_become_names(void **state)
{
	static const struct {
		enum dnslist_what what;
		const char *text;
		const char *addr;
		int hash, digits;
		const char *name;
	} cases[] = {
		{ DNSLIST_EMAIL, "abc", "", DNSLIST_SHA1, DNSLIST_HEX,
		    "a9993e364706816aba3e25717850c26c9cd0d89d.l.jp" },
		{ DNSLIST_EMAIL, "abc", "", DNSLIST_SHA1, DNSLIST_BASE32,
		    "vgmt4nsha2awvor6evyxqugcnsonbwe5.l.jp" },
		{ DNSLIST_FILE, "abc", "", DNSLIST_SHA256, DNSLIST_BASE32,
		    "xj4bnp4pahh6uqkbidpf3lrceoyagyndsylxvhfucd7wd4qacwwq"
		    ".l.jp" },
		{ DNSLIST_FILE, "abc", "", DNSLIST_SHA256, DNSLIST_HEX, "" },
		{ DNSLIST_DOMAIN, "bad.jp", "", 0, 0, "bad.jp.l.jp" },
		{ DNSLIST_IP, "", "192.0.2.9", 0, 0, "9.2.0.192.l.jp" },
		{ DNSLIST_IP, "", "2001:db8::1", 0, 0, "1.0.0.0.0.0.0.0.0.0."
		    "0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.l.jp" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct dnslist list = { .zone = STR("l.jp"),
			.hash = cases[i].hash, .digits = cases[i].digits };
		struct dnssubject s = { .what = cases[i].what,
			.text = str_of(cases[i].text) };
		struct str name;

		addr_parse(str_of(cases[i].addr), &s.addr);
		name = dnssubject_name(a, &s, &list);
		assert_string_equal(str_cstr(a, name), cases[i].name);
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codes_mean_what_is_written),
		cmocka_unit_test(test_what_is_no_code_is_refused),
		cmocka_unit_test(
		    test_a_refusal_is_an_alarm_whatever_is_configured),
		cmocka_unit_test(
		    test_each_preset_reads_and_keeps_refusals_apart),
		cmocka_unit_test(test_subjects_become_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
