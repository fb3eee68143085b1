/* SPDX-License-Identifier: Apache-2.0 */
/* URLs and hosts: our own cases, and those of the web platform tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "mail/host.h"
#include "mail/url.h"
#include "shared.h"
#include "../scratch.h"

#define assert_str(s, text) \
	assert_string_equal(str_cstr(arena, (s)), (text))

static void
test_a_url_is_taken_apart(void **state)
{
	struct url u;

	(void)state;
	assert_true(url_read(&u, arena,
	    STR("HTTPS://user:pw@WWW2.jcom.co.jp.Login.VKIA.cn:8443//wp//a/"
	    "%6Bagoya/../B%20c?Q=1&r=%41#top")));
	assert_str(u.scheme, "https");
	assert_str(u.userinfo, "user:pw");
	assert_str(u.host, "www2.jcom.co.jp.login.vkia.cn");
	assert_str(u.host_shown, "www2.jcom.co.jp.login.vkia.cn");
	assert_str(u.registrable, "vkia.cn");
	assert_int_equal(u.port, 8443);
	assert_str(u.path, "/wp/a/B c");
	assert_str(u.query, "Q=1&r=%41");
	assert_str(u.fragment, "top");
	assert_str(u.normalized, "https://user:pw@www2.jcom.co.jp.login.vkia"
	    ".cn:8443//wp//a/B%20c?Q=1&r=%41#top");
	assert_false(u.is_ip);
	assert_false(u.is_schemeless);
	assert_int_equal(u.outer, URL_NONE);
}

static void
test_hosts_in_disguise_are_made_plain(void **state)
{
	static const struct {
		const char *raw, *host, *shown, *registrable;
		bool is_ip;
	} cases[] = {
		{ "http://EXAMPLE.com./x", "example.com", "example.com",
		    "example.com", false },
		{ "http:\\\\example.com\\x", "example.com", "example.com",
		    "example.com", false },
		{ "https:example.com", "example.com", "example.com",
		    "example.com", false },
		{ "https:///example.com", "example.com", "example.com",
		    "example.com", false },
		{ " ht\ntp://exa\tmple.com ", "example.com", "example.com",
		    "example.com", false },
		{ "http://ex%61mple%2Ecom/", "example.com", "example.com",
		    "example.com", false },
		{ "http://ｅｘａｍｐｌｅ．ｃｏｍ/", "example.com",
		    "example.com", "example.com", false },
		{ "http://www。example｡co．jp/", "www.example.co.jp",
		    "www.example.co.jp", "example.co.jp", false },
		{ "http://日本語.jp/", "xn--wgv71a119e.jp", "日本語.jp",
		    "xn--wgv71a119e.jp", false },
		{ "http://xn--wgv71a119e.jp/", "xn--wgv71a119e.jp",
		    "日本語.jp", "xn--wgv71a119e.jp", false },
		{ "http://good.com@evil.cn/", "evil.cn", "evil.cn", "evil.cn",
		    false },
		{ "http://good.com:80@a@evil.cn:80/", "evil.cn", "evil.cn",
		    "evil.cn", false },
		{ "http://3232235777/", "192.168.1.1", "192.168.1.1", "",
		    true },
		{ "http://0xC0.0250.257/", "192.168.1.1", "192.168.1.1", "",
		    true },
		{ "http://0300.0xa8.1.1./", "192.168.1.1", "192.168.1.1", "",
		    true },
		{ "http://１９２。168。１.1/", "192.168.1.1", "192.168.1.1",
		    "", true },
		{ "http://[2001:DB8:0:0::1]:80/", "[2001:db8::1]",
		    "[2001:db8::1]", "", true },
		{ "http://[::ffff:192.168.1.1]/", "[::ffff:c0a8:101]",
		    "[::ffff:c0a8:101]", "", true },
		{ "http://exam\u00adple\u200b.com/", "example.com",
		    "example.com", "example.com", false },
		{ "http://eki-net-carcini.ddnxw.cn/Perosnal_member/",
		    "eki-net-carcini.ddnxw.cn", "eki-net-carcini.ddnxw.cn",
		    "ddnxw.cn", false },
		{ "http://foo.github.io/", "foo.github.io", "foo.github.io",
		    "foo.github.io", false },
		{ "http://co.jp/", "co.jp", "co.jp", "", false },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct url u;

		if (!url_read(&u, arena, str_of(cases[i].raw)))
			fail_msg("%s", cases[i].raw);
		assert_str(u.host, cases[i].host);
		assert_str(u.host_shown, cases[i].shown);
		assert_str(u.registrable, cases[i].registrable);
		assert_int_equal(u.is_ip, cases[i].is_ip);
	}
}

static void
test_what_has_no_host_is_no_url(void **state)
{
	static const char *const cases[] = {
		"", " ", "http", "http:", "http://", "http://:80/", "x",
		"mailto:a@b.jp", "tel:110", "javascript:alert(1)", "/path",
		"//example.com/", "http://a b/", "http://a<b/", "http://%/",
		"http://a:b/", "http://a:65536/", "http://1.2.3.256/",
		"http://1.2.3.4.5/", "http://[::1/", "http://[x]/",
		"http://./", "http://a%00b/", "www",
		"http://\xff/", "wwwexample.com",
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct url u;

		if (url_read(&u, arena, str_of(cases[i])))
			fail_msg("%s", cases[i]);
	}
}

static void
test_a_name_that_begins_with_www_needs_no_scheme(void **state)
{
	struct url u;

	(void)state;
	assert_true(url_read(&u, arena, STR("WWW.Example.com:81/x?y")));
	assert_true(u.is_schemeless);
	assert_str(u.scheme, "http");
	assert_str(u.host, "www.example.com");
	assert_str(u.normalized, "http://www.example.com:81/x?y");
	assert_int_equal(u.port, 81);
}

static void
test_a_reference_is_resolved_against_its_base(void **state)
{
	static const struct {
		const char *raw, *wanted;
	} cases[] = {
		{ "x", "http://h.jp/a/x" },
		{ "", "http://h.jp/a/b?q" },
		{ "?r", "http://h.jp/a/b?r" },
		{ "#f", "http://h.jp/a/b?q#f" },
		{ "/x", "http://h.jp/x" },
		{ "\\x", "http://h.jp/x" },
		{ "../../x", "http://h.jp/x" },
		{ "./x/%2e./y", "http://h.jp/a/y" },
		{ "//e.cn/x", "http://e.cn/x" },
		{ "/\\e.cn/x", "http://e.cn/x" },
		{ "http:x", "http://h.jp/a/x" },
		{ "https:x", "https://x/" },
	};
	struct url base, u;

	(void)state;
	assert_true(url_read(&base, arena, STR("http://h.jp/a/b?q")));
	for (size_t i = 0; i < nitems(cases); i++) {
		assert_true(url_resolve(&u, arena, str_of(cases[i].raw),
		    &base));
		assert_str(u.normalized, cases[i].wanted);
	}
	assert_false(url_resolve(&u, arena, STR("tel:1"), &base));
	assert_false(url_resolve(&u, arena, STR("x"), NULL));
}

static void
test_padding_does_not_hide_the_host(void **state)
{
	size_t n = 3000000;
	char *text = arena_take(arena, n + 64);
	struct url u;

	(void)state;
	memset(text, 'a', n);
	memcpy(text, "http://", 7);
	memcpy(text + n, "@evil.cn/x", 10);
	assert_true(url_read(&u, arena, (struct str){ text, n + 10 }));
	assert_str(u.host, "evil.cn");
	assert_true(u.normalized.n < 2000);
	memcpy(text + 7, "evil.cn/", 8);
	assert_true(url_read(&u, arena, (struct str){ text, n }));
	assert_str(u.host, "evil.cn");
	assert_true(u.path.n < URL_READ_MOST);
}

/* UTS 46 drops what nobody sees. */
static void
test_unseen_letters_do_not_make_a_host_too_long(void **state)
{
	struct url u;
	struct buf b;

	(void)state;
	for (int i = 0; i < 2; i++) {
		buf_init_arena(&b, arena, SIZE_MAX);
		buf_add_str(&b, STR("http://ev"));
		for (int k = 0; k < 300; k++)
			buf_add_str(&b, i == 0 ? STR("\u00ad") :
			    STR("%E2%80%8B"));
		buf_add_str(&b, STR("il.cn/"));
		assert_true(url_read(&u, arena, buf_str(&b)));
		assert_str(u.host, "evil.cn");
	}
}

static void
test_a_host_lies_below_its_domain(void **state)
{
	(void)state;
	assert_true(host_is_below(STR("a.kagoya.jp"), STR("kagoya.jp")));
	assert_true(host_is_below(STR("kagoya.jp"), STR("kagoya.jp")));
	assert_false(host_is_below(STR("xkagoya.jp"), STR("kagoya.jp")));
	assert_false(host_is_below(STR("jp"), STR("kagoya.jp")));
	assert_false(host_is_below(STR("a.jp"), STR("")));
}

static void
test_suffixes_are_told_from_names(void **state)
{
	(void)state;
	assert_true(host_is_suffix(STR("co.jp")));
	assert_true(host_is_suffix(STR("github.io")));
	assert_false(host_is_suffix(STR("kagoya.jp")));
	assert_false(host_is_suffix(STR("192.0.2.1")));
	assert_false(host_is_suffix(STR("")));
	assert_true(host_has_known_suffix(STR("a.kagoya.jp")));
	assert_false(host_has_known_suffix(STR("index.php")));
	assert_false(host_has_known_suffix(STR("jp")));
}

/* The share of cases in which we agree, for the assertion and the reader. */
struct tally {
	size_t agreed, asked;
};

static double
tally_show(const struct tally *t, const char *what)
{
	double share = t->asked == 0 ? 0
	    : 100.0 * (double)t->agreed / (double)t->asked;

	print_message("%s: %zu of %zu agree (%.1f %%)\n", what, t->agreed,
	    t->asked, share);
	return share;
}

static void
tally_add(struct tally *t, bool agrees, struct str input, struct str ours)
{
	t->asked++;
	t->agreed += agrees;
	if (!agrees && getenv("SEKISHO_VERBOSE") != NULL)
		print_message("differs: \"%" STR_FMT "\" ours \"%" STR_FMT
		    "\"\n", STR_ARG(input), STR_ARG(ours));
}

/* The last dot is ours to drop. */
static struct str
without_last_dot(struct str s)
{
	while (str_ends(s, STR(".")))
		s.n--;
	return s;
}

static bool
is_web(struct str s)
{
	struct url u;

	return s.p == NULL || str_case_starts(s, STR("http")) ||
	    str_case_starts(s, STR("ftp:")) || url_read(&u, arena, s);
}

/* Cases about other schemes are not ours. */
static bool
concerns_us(const json_t *c)
{
	struct str input = shared_str(c, "input");
	struct str base = shared_str(c, "base");
	struct str protocol = shared_str(c, "protocol");

	if (!json_is_object(c) || !is_web(base))
		return false;
	if (json_object_get(c, "failure") == NULL)
		return str_is(protocol, "http:") ||
		    str_is(protocol, "https:") || str_is(protocol, "ftp:");
	return base.p != NULL || is_web(input);
}

/* "http://../": a name to the standard, none to us. */
static bool
has_odd_dots(const json_t *c)
{
	struct str name = shared_str(c, "hostname");

	return str_is(name, ".") || str_ends(name, STR(".."));
}

static void
test_the_web_platform_cases_are_read_alike(void **state)
{
	json_t *cases = shared_json("url/urltestdata.json"), *c;
	struct tally hosts = { 0 }, hrefs = { 0 };
	size_t i;

	(void)state;
	json_array_foreach(cases, i, c) {
		bool wanted = json_object_get(c, "failure") == NULL;
		struct str input = shared_str(c, "input");
		struct str base = shared_str(c, "base");
		struct url from, u;
		bool is_url;

		if (!concerns_us(c) || has_odd_dots(c))
			continue;
		if (base.p != NULL && !url_read(&from, arena, base))
			continue;
		is_url = url_resolve(&u, arena, input,
		    base.p == NULL ? NULL : &from);
		tally_add(&hosts, is_url == wanted && (!wanted ||
		    str_eq(u.host, without_last_dot(shared_str(c,
		    "hostname")))), input, is_url ? u.host : STR("none"));
		if (wanted && is_url &&
		    !str_ends(shared_str(c, "hostname"), STR(".")))
			tally_add(&hrefs, str_eq(u.normalized,
			    shared_str(c, "href")), input, u.normalized);
	}
	json_decref(cases);
	assert_true(tally_show(&hosts, "hosts of URLs") >= 99);
	assert_true(tally_show(&hrefs, "whole URLs") >= 100);
}

static void
idna_cases(const char *name, double least)
{
	json_t *cases = shared_json(name), *c;
	struct tally t = { 0 };
	size_t i;

	json_array_foreach(cases, i, c) {
		struct str input = shared_str(c, "input"), ours;
		struct str wanted = shared_str(c, "output");
		struct host h;
		bool is_host;

		if (!json_is_object(c) || input.n == 0)
			continue;
		is_host = host_read(&h, arena, input, true);
		ours = is_host ? h.name : STR("none");
		wanted = without_last_dot(wanted);
		tally_add(&t, wanted.n == 0 ? !is_host
		    : is_host && str_eq(ours, wanted), input, ours);
	}
	json_decref(cases);
	assert_true(tally_show(&t, name) >= least);
}

static void
test_international_names_are_read_alike(void **state)
{
	(void)state;
	/* The list is of a newer Unicode than some ICUs in use. */
	idna_cases("url/toascii.json", 95);
	idna_cases("url/IdnaTestV2.json", 97);
}

static bool
psl_case(struct str line, struct str *host, struct str *wanted)
{
	line = str_trim(line);
	return line.n != 0 && !str_starts(line, STR("//")) &&
	    str_cut(line, ' ', host, wanted);
}

static void
test_registrable_domains_are_cut_alike(void **state)
{
	char path[512], line[512];
	struct tally t = { 0 };
	struct err e;
	FILE *f;

	(void)state;
	shared_path(path, sizeof(path), "url/public_suffix_list.dat");
	if (!host_suffixes_load(path, &e))
		fail_msg("%s", e.text);
	f = fopen(shared_path(path, sizeof(path), "url/psl-tests.txt"), "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		struct str input, wanted, host, ours;

		if (!psl_case(str_of(line), &input, &wanted) ||
		    str_is(input, "null"))
			continue;
		if (str_is(wanted, "null"))
			wanted = STR("");
		else if (!host_normalize(&wanted, arena, wanted))
			fail_msg("%s", line);
		ours = host_normalize(&host, arena, input)
		    ? host_registrable(host) : STR("");
		tally_add(&t, str_eq(ours, wanted), input, ours);
	}
	fclose(f);
	assert_true(tally_show(&t, "registrable domains") >= 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_url_is_taken_apart),
		cmocka_unit_test(test_hosts_in_disguise_are_made_plain),
		cmocka_unit_test(test_what_has_no_host_is_no_url),
		cmocka_unit_test(
		    test_a_name_that_begins_with_www_needs_no_scheme),
		cmocka_unit_test(
		    test_a_reference_is_resolved_against_its_base),
		cmocka_unit_test(test_padding_does_not_hide_the_host),
		cmocka_unit_test(
		    test_unseen_letters_do_not_make_a_host_too_long),
		cmocka_unit_test(test_a_host_lies_below_its_domain),
		cmocka_unit_test(test_suffixes_are_told_from_names),
		cmocka_unit_test(test_the_web_platform_cases_are_read_alike),
		cmocka_unit_test(test_international_names_are_read_alike),
		cmocka_unit_test(test_registrable_domains_are_cut_alike),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
