/* SPDX-License-Identifier: Apache-2.0 */
/* URLs as they stand in text: where they begin, where they end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/vec.h"
#include "mail/url.h"
#include "cpu.h"
#include "../scratch.h"

static void
test_a_url_ends_where_a_reader_sees_its_end(void **state)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{ "see http://a.com/x. Then", "http://a.com/x" },
		{ "「https://a.co.jp/ログイン」", "https://a.co.jp/" },
		{ "https://a.co.jp/xをクリック", "https://a.co.jp/x" },
		{ "https://a.co.jpをクリック", "https://a.co.jp" },
		{ "https://a.co.jp。次に", "https://a.co.jp" },
		{ "https://a.co.zaです", "https://a.co.za" },
		{ "https://A.COM:8080です", "https://A.COM:8080" },
		{ "http://192.0.2.1です", "http://192.0.2.1" },
		{ "http://192。0。2。1です", "http://192。0。2。1" },
		{ "https://shop。a。comです", "https://shop。a。com" },
		{ "https://a.ｉnfｏ/x", "https://a.ｉnfｏ/x" },
		{ "https://a.ｃomです", "https://a.ｃom" },
		{ "https://u:p@あ.jpです", "https://u:p@あ.jp" },
		{ "https://x.jpあ@b.comです", "https://x.jp" },
		{ "https://%x.jpあ@b.comです", "https://%x.jpあ@b.com" },
		{ "（https://a.co.jp/x）", "https://a.co.jp/x" },
		{ "(https://a.com/x_(y))", "https://a.com/x_(y)" },
		{ "<https://a.com/x>", "https://a.com/x" },
		{ "\"https://a.com/x\"", "https://a.com/x" },
		{ "URL：https://a.com/x,", "https://a.com/x" },
		{ "【https://a.com/x】", "https://a.com/x" },
		{ "https://a.com/x）、", "https://a.com/x" },
		{ "https://a.com　次", "https://a.com" },
		{ "**https://a.com**", "https://a.com" },
		{ "[1]https://a.com[2]", "https://a.com" },
		{ "HTTPS://A.com/X", "HTTPS://A.com/X" },
		{ "www.a.com/x ok", "www.a.com/x" },
		{ "こちらwww.a.co.jpへ", "www.a.co.jp" },
		{ "see a.com/x, then", "a.com/x" },
		{ "こちらa.co.jp/loginをクリック", "a.co.jp/login" },
		{ "「a.b.co.jp/ログイン」", "a.b.co.jp/" },
		{ "URL:A.COM:8080/x?y=1#z", "A.COM:8080/x?y=1#z" },
		{ "(a.com/x)", "a.com/x" },
		{ "[a.com/x](b)", "a.com/x" },
		{ "a.com/", "a.com/" },
		{ "visit a-b.com now.", "a-b.com" },
		{ "「a.b.co.jpをご覧", "a.b.co.jp" },
		{ "a.com.", "a.com" },
		{ "at evil-example.top now", "evil-example.top" },
		{ "at a.workers.dev now", "a.workers.dev" },
		{ "Evil-Example.Com", "Evil-Example.Com" },
		{ "a-b.com:8080", "a-b.com:8080" },
		{ "a.com:8080/x", "a.com:8080/x" },
		{ "a.com:8080?x=1 y", "a.com:8080?x=1" },
		{ "「a.com?x=1&y=2」", "a.com?x=1&y=2" },
		{ "a.com#x.", "a.com#x" }, { "a.com#/x", "a.com#/x" },
		{ "(a.com:80)", "a.com:80" }, { "a.com:80, b", "a.com:80" },
		{ "[a.com?x](b)", "a.com?x" },
		{ "did you see a.com? Yes", "a.com" }, { "a.com?", "a.com" },
		{ "a.comですか?はい", "a.com" }, { "a.com?はい", "a.com" },
		{ "a.com:12:30", "a.com" },
		{ "a.com:2026年", "a.com" }, { "a.com:80a", "a.com" },
		{ "a.com:99999", "a.com" }, { "a.com #x", "a.com" },
		{ "https://２０３.０.１１３.９/h", "https://２０３.０.１１３.９/h" },
		{ "http://a.com/xｶﾅ", "http://a.com/x" },
		{ "{http://a.com/x}", "http://a.com/x" },
		{ "http://a.com/{x}", "http://a.com/{x}" },
		{ "a.github.io/x", "a.github.io/x" },
		{ "a.xn--p1ai/x", "a.xn--p1ai/x" },
		{ "http://a.com/b.com/c", "http://a.com/b.com/c" },
		{ "https://日本語.jp/x", "https://日本語.jp/x" },
		{ "https://日本語.jpを", "https://日本語.jp" },
		{ "https://a。com/x", "https://a。com/x" },
		{ "https://ａ．ｃｏｍ/x", "https://ａ．ｃｏｍ/x" },
		{ "http://192.0.2.1を", "http://192.0.2.1" },
		{ "http://192。0。2。1/", "http://192。0。2。1/" },
		{ "http://[::1]:80/x", "http://[::1]:80/x" },
		{ "http://u:p@a.com/x", "http://u:p@a.com/x" },
		{ "URLhttp://a.com/", "http://a.com/" },
		{ "https://fr.a.org/Café!", "https://fr.a.org/Café" },
		{ "https://a.com/?x=1&y=2#z.", "https://a.com/?x=1&y=2#z" },
		{ "https://a.com/x…続き", "https://a.com/x" },
		{ "https://a.com/****", "https://a.com/" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		url_list list = { 0 };
		size_t defanged = 0;

		urls_find(&list, arena, str_of(cases[i].text), 10, &defanged);
		if (list.n != 1)
			fail_msg("%s: %zu found", cases[i].text, list.n);
		assert_string_equal(str_cstr(arena, list.at[0].raw),
		    cases[i].wanted);
		assert_int_equal(list.at[0].offset,
		    strstr(cases[i].text, cases[i].wanted) - cases[i].text);
		assert_int_equal(list.at[0].source, URL_TEXT);
		assert_int_equal(list.at[0].outer, URL_NONE);
		assert_int_equal(defanged, 0);
	}
}

/* A host in circled letters was not found, which browsers take for plain
 * ones. */
static void
test_letters_in_disguise_belong_to_the_host(void **state)
{
	static const struct {
		const char *text, *wanted, *host;
	} cases[] = {
		{ "http://ⓔⓥⓘⓛ.com/x を", "http://ⓔⓥⓘⓛ.com/x", "evil.com" },
		{ "http://evil℡.com/", "http://evil℡.com/", "eviltel.com" },
		{ "http://①②⑦.1/", "http://①②⑦.1/", "127.0.0.1" },
		{ "https:\\\\evil.com\\x", "https:\\\\evil.com\\x",
		    "evil.com" },
		{ "https://evil.com①次", "https://evil.com", "evil.com" },
		{ "https://evil.com…", "https://evil.com", "evil.com" },
		{ "https://evil.com★", "https://evil.com", "evil.com" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		url_list urls = { .n = 0 };
		size_t defanged = 0;

		urls_find(&urls, arena, str_of(cases[i].text), 10, &defanged);
		assert_int_equal(urls.n, 1);
		assert_string_equal(str_cstr(arena, urls.at[0].raw),
		    cases[i].wanted);
		assert_string_equal(str_cstr(arena, urls.at[0].host),
		    cases[i].host);
	}
}

static void
test_what_none_can_click_is_counted_and_no_link(void **state)
{
	static const struct {
		const char *text;
		size_t defanged;
	} cases[] = {
		{ "hxxp://a.com/x", 1 }, { "hXXps://a[.]com/x", 1 },
		{ "h**p://a.com", 1 }, { "http[:]//a.com/", 1 },
		{ "https[://]a.com", 1 }, { "https://a[.]com/x", 1 },
		{ "https://a(.)com", 1 }, { "https://a[dot]co[dot]jp/", 1 },
		{ "a[.]com/x?y b(.)jp", 2 }, { "ttps://a.com/", 1 },
		{ "https://○○.com/kagoya.jp/", 1 },
		{ "https://www.****.com/x", 1 },
		{ "https://●●●.com/ https://＊＊.jp/", 2 },
		{ "www.**.co.jp", 1 },
		{ "", 0 }, { "http", 0 }, { "http://", 0 }, { "https:// a", 0 },
		{ "www.です", 0 }, { "www.", 0 }, { "x@www.a.com", 0 },
		{ "index.html [.] (.)", 0 }, { "mailto:a@b.com", 0 },
		/* a slash makes no site of what is none */
		{ "and/or", 0 }, { "2026/11/21", 0 }, { "1.5/2.0", 0 },
		{ "src/a.c/b", 0 }, { "e.g./i.e.", 0 }, { "a@b.com/x", 0 },
		{ "/b.com/x", 0 }, { "~b.com/x", 0 }, { "**b.com/x", 0 },
		{ "●b.com/x", 0 }, { ".com/x", 0 }, { "-a.com/x", 0 },
		{ "a.html/x", 0 }, { "192.0.2.1/x", 0 }, { "co.jp/x", 0 },
		{ ":80/", 0 }, { "a:80/x", 0 }, { "x=b.com/", 0 },
		{ "_b.com/x", 0 }, { "é.com/x", 0 },
		/* nor a dot */
		{ "co.jp", 0 }, { "readme.md", 0 }, { "the end.Cn it", 0 },
		{ "x@a.com", 0 }, { "a.com@b", 0 }, { "$a.com", 0 },
		{ "the end.It is", 0 }, { "here.click", 0 }, { "com.a.app", 0 },
		{ "ASP.NET", 0 }, { "3.in", 0 },
		{ "a.com=b", 0 }, { "/a.com", 0 }, { "a.b.c...com", 0 },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		url_list list = { 0 };
		size_t defanged = 0;

		urls_find(&list, arena, str_of(cases[i].text), 10, &defanged);
		if (list.n != 0 || defanged != cases[i].defanged)
			fail_msg("%s: %zu found, %zu defanged", cases[i].text,
			    list.n, defanged);
	}
}

/* Some link up to the slash that is none, some to the blank. */
static void
test_a_user_in_disguise_is_read_as_both(void **state)
{
	url_list list = { 0 };
	size_t defanged = 0;

	(void)state;
	urls_find(&list, arena, STR("go https://www.a.co.jp／@evil.cn/h now"),
	    10, &defanged);
	assert_int_equal(list.n, 2);
	assert_string_equal(str_cstr(arena, list.at[0].host), "www.a.co.jp");
	assert_string_equal(str_cstr(arena, list.at[1].host), "evil.cn");
	list.n = 0;
	urls_find(&list, arena, STR("https://a.co.jpは@evilと https://b.jp、"),
	    10, &defanged);
	assert_int_equal(list.n, 2);
	assert_string_equal(str_cstr(arena, list.at[1].host), "b.jp");
	/* The second reading of one link once went past the limit. */
	list.n = 0;
	urls_find(&list, arena, STR("https://a.co.jp／@evil.cn/h"), 1,
	    &defanged);
	assert_int_equal(list.n, 1);
}

static void
test_the_limit_is_kept(void **state)
{
	url_list list = { 0 };
	size_t defanged = 0;

	(void)state;
	urls_find(&list, arena, STR("http://a.jp http://b.jp http://c.jp"), 2,
	    &defanged);
	assert_int_equal(list.n, 2);
	assert_string_equal(str_cstr(arena, list.at[1].host), "b.jp");
}

static int64_t
cost(const char *unit, size_t n)
{
	size_t length = strlen(unit), defanged = 0;
	char *text = arena_take(arena, length * n);
	url_list list = { 0 };
	int64_t begin;

	for (size_t i = 0; i < n; i++)
		memcpy(text + i * length, unit, length);
	begin = cpu_us();
	urls_find(&list, arena, (struct str){ text, length * n }, 2000,
	    &defanged);
	begin = cpu_us() - begin;
	arena_empty(arena);
	return begin;
}

static void
test_time_grows_with_the_text_and_no_faster(void **state)
{
	static const char *const units[] = {
		"http://", "www.", "h", "http://a", "ttp://", "a[.]", "(",
		"http://あa", "https://*", "http:///", "http://a/)", "h**p",
		"/", "a.com/", "a.zz/", "1/", ":1/", "a.bb:1/",
		"a.", ".com", "a.com.",
	};

	(void)state;
	for (size_t i = 0; i < nitems(units); i++) {
		int64_t one = cost(units[i], 50000);
		int64_t two = cost(units[i], 100000);

		if (two > 5 * one + 50000)
			fail_msg("%s: %d and %d us", units[i], (int)one,
			    (int)two);
	}
}

/* Links kept are slices of the text: together no longer than a few of it. */
static void
test_no_text_is_read_again_for_each_user_in_disguise(void **state)
{
	static const char *const units[] = {
		"http://a.example／@", "http://a.exampleあ@", "http://a.jp、@",
		"http://a.jp／@b.jp、", "http://a.jpあ@b.jp/", "www.a.jpあ@b.jp",
	};

	(void)state;
	for (size_t i = 0; i < nitems(units); i++) {
		size_t n = 8000 * strlen(units[i]), defanged = 0, kept = 0;
		char *text = arena_take(arena, n);
		url_list list = { 0 };
		int64_t begin = cpu_us();

		for (size_t at = 0; at < n; at++)
			text[at] = units[i][at % strlen(units[i])];
		urls_find(&list, arena, (struct str){ text, n }, 2000,
		    &defanged);
		for (size_t k = 0; k < list.n; k++)
			kept += list.at[k].raw.n;
		if (kept > 4 * n || cpu_us() - begin > 200000)
			fail_msg("%s: %zu of %zu bytes, %d us", units[i], kept,
			    n, (int)(cpu_us() - begin));
		arena_empty(arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_url_ends_where_a_reader_sees_its_end),
		cmocka_unit_test(test_letters_in_disguise_belong_to_the_host),
		cmocka_unit_test(
		    test_what_none_can_click_is_counted_and_no_link),
		cmocka_unit_test(test_a_user_in_disguise_is_read_as_both),
		cmocka_unit_test(test_the_limit_is_kept),
		cmocka_unit_test(test_time_grows_with_the_text_and_no_faster),
		cmocka_unit_test(
		    test_no_text_is_read_again_for_each_user_in_disguise),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
