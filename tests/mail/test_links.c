/* SPDX-License-Identifier: Apache-2.0 */
/* Links and text from every place of a message that has some, and what is
 * said of fields that stand twice or go on for too long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mail/message.h"

#define MIXED "Content-Type: multipart/mixed; boundary=b\n\n"
#define HTML "Content-Type: text/html; charset=utf-8\n\n"
#define RLO "\u202e"
#define PDF "\u202c"
#define FLOWED "Content-Type: text/plain; format=flowed"

static const struct {
	const char *raw, *urls; /* each behind a blank */
} links[] = {
	{ MIXED "http://a.example/pre\n--b\n\nhi\n--b--\nhttp://a.example/epi",
	    " http://a.example/pre http://a.example/epi" },
	/* a blank on top of the fields of a part ends nothing */
	{ MIXED "--b\n \nContent-Type: text/html\n"
	  "Content-Transfer-Encoding: base64\n\n"
	  "PGEgaHJlZj0iaHR0cDovL2EuZXhhbXBsZS8iPng8L2E+\n--b--\n",
	    " http://a.example/" },
	{ " \nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n"
	  "PGEgaHJlZj0iaHR0cDovL2EuZXhhbXBsZS8iPng8L2E+\n",
	    " http://a.example/" },
	/* and between the end and another part */
	{ MIXED "--b\n\nx\n--b--\nhttp://a.example/\n--b\n\ny\n--b--\n",
	    " http://a.example/" },
	{ FLOWED "; delsp=yes\n\nsee http://a.example/one \n/two \n/three\n",
	    " http://a.example/one/two/three" },
	{ FLOWED "\n\nsee http://a.example/one \ntwo\n",
	    " http://a.example/one" },
	{ "Content-Type: text/calendar\n\nDESCRIPTION:see http://a.exam\r\n"
	  " ple/x\\, and\\nhttp://b.example/\r\n",
	    " http://a.example/x http://b.example/" },
	{ MIXED "--b\nContent-Type: application/octet-stream; name=a.ics\n\n"
	  "URL:http://a.example/x\n--b--\n", " http://a.example/x" },
	{ "Content-Type: application/pdf\n\n%PDF-1.4\n<< /S /URI /URI "
	  "(http://a.example/\\050x\\)) >>\n<</URI<687474703A2F2F622E6578"
	  "616D706C652F>>> /URI (no url)",
	    " http://a.example/(x) http://b.example/" },
	{ "Content-Type: text/plain\nContent-Type: text/html\n\n"
	  "<a href='http://a.example/'>x</a>", " http://a.example/" },
	{ "Subject: x\n\nbegin 644 page.html\n"
	  "B/&$@:')E9CTB:'1T<#HO+V$N97AA;7!L92\\B/G@\\+V$^\n`\nend\n",
	    " http://a.example/" },
	/* who writes what looks like a file is read all the same */
	{ "Subject: x\n\n=ybegin line=1 size=1 name=a\n"
	  "http://a.example/y\n", " http://a.example/y" },
	{ "Subject: x\n\nbegin 644 a\n7HTTP://A.EXAMPLE/UUENCODEDAY8\nend\n",
	    " HTTP://A.EXAMPLE/UUENCODEDAY8" },
	{ "Subject: x\n\n(This file must be converted with BinHex 4.0)\n"
	  ":\"Q%ZD(4YE!\"849K8G(4iG!#3\"5)!N!BmB5\"SFQ9Q2@KdG(!k,bpK,Q9iB@e`E'8[D(&i2RJm,f%q!*!%:\n",
	    " http://a.example/hqx" },
	/* behind base64 */
	{ "Content-Transfer-Encoding: base64\n\nY2F0\n\n-- \n"
	  "list http://a.example/foot\n", " http://a.example/foot" },
	{ "Content-Transfer-Encoding: base64\n\nwww.a.example.com",
	    " www.a.example.com" },
	{ "Content-Type: message/external-body; access-type=URL; "
	  "URL=\"http://a.exa\n mple/x.exe\"\n\nA: b\n",
	    " http://a.example/x.exe" },
	{ MIXED "--b\nContent-Type: application/octet-stream; name=a.url\n\n"
	  "[InternetShortcut]\nURL=http://a.example/\n--b--\n",
	    " http://a.example/" },
	{ MIXED "--b\nContent-Type: application/octet-stream; name=a.mht\n\n"
	  "Content-Type: text/html\n\n<a href=http://a.example/>x\n--b--\n",
	    " http://a.example/" },
	{ MIXED "--b\nContent-Type: application/octet-stream; name=a.hta\n\n"
	  "<a href=http://a.example/>x\n--b--\n", " http://a.example/" },
	{ "Subject: x\n\nhttp://a.exa\0mple/x", " http://a.exa" },
	{ MIXED "--b\n\nhi\n--b--\n--b\n\nhttp://a.example/late\n--b--\n",
	    " http://a.example/late" },
	/* painted from the other end, and links all the same */
	{ "Subject: x\n\n" RLO "http://a.example/x", " http://a.example/x" },
	{ "Subject: x\n\n" RLO " Dear, go to http://a.example/x now" PDF
	  "\nand http://b.example/\n",
	    " http://b.example/ http://a.example/x" },
	{ "Subject: x\n\n" RLO "x/elpmaxe.a//:ptth" PDF " or " RLO
	  "http://b.example/" PDF,
	    " http://a.example/x http://b.example/" },
	{ "Subject: x\n\nhttp://a.example/ http://a.example/ " RLO "x",
	    " http://a.example/ http://a.example/" },
	{ HTML RLO "http://a.example/x", " http://a.example/x" },
	{ HTML "<p>http://b.example/<p>&#x202e;http://a.example/x" PDF
	  " <a href=http://c.example/>http://c.example/</a>",
	    " http://b.example/ http://a.example/x http://c.example/" },
	{ HTML "<bdo dir=rtl>http://a.example/x</bdo> http://b.example/",
	    " http://b.example/ http://a.example/x" },
	{ HTML "<p>see <bdo dir=rtl>x http://a.example/x y</bdo> now",
	    " http://a.example/x" },
	/* what an anchor shows is where it leads */
	{ HTML RLO "<a href=http://a.example/>http://b.example/</a>",
	    " http://a.example/" },
	{ HTML "<bdo dir=rtl><a href=http://a.example/>http://b.example/"
	  "</a></bdo>", " http://a.example/" },
	{ HTML "<a href=http://a.example/>" RLO "http://b.example/</a>",
	    " http://a.example/" },
};

static struct str
urls_of(struct arena *a, const struct message *m)
{
	const struct url *u;
	struct buf b;

	buf_init_arena(&b, a, 1 << 16);
	VEC_EACH(u, &m->urls)
		buf_printf(&b, " %" STR_FMT, STR_ARG(u->raw));
	return buf_str(&b);
}

static void
test_every_place_with_links_gives_them(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(links); i++) {
		struct message m;
		struct str got;

		message_read(&m, a, str_of(links[i].raw), NULL, NULL);
		got = urls_of(a, &m);
		if (!str_is(got, links[i].urls))
			fail_msg("%s\ngave%" STR_FMT, links[i].raw,
			    STR_ARG(got));
	}
	arena_free(a);
}

static const struct {
	const char *raw, *visible;
} texts[] = {
	{ FLOWED "\n\none \ntwo\nthree\n", "one two\nthree\n" },
	{ FLOWED "; delsp=yes\n\nカゴ \nヤ\n", "カゴヤ\n" },
	{ FLOWED "\n\n> one \n> two\n>> three \nfour\n-- \nme\n",
	    "> one two\n>> three \nfour\n-- \nme\n" },
	{ FLOWED "\n\n one \n  two\n", "one  two\n" },
	{ "A: b\n\none \ntwo\n", "one \ntwo\n" },
	{ "Content-Type: text/plain\n" MIXED "one\n--b\n"
	  "Content-Type: image/png\n\nx\n--b--\n", "one" },
	{ "Content-Type: text/calendar\n\nSUMMARY:a\r\n b\\;c\\\\d\n",
	    "SUMMARY:ab;c\\d\n" },
};

static void
test_soft_line_breaks_are_none(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(texts); i++) {
		struct message m;

		message_read(&m, a, str_of(texts[i].raw), NULL, NULL);
		assert_int_equal(m.texts.n, 1);
		if (!str_is(m.texts.at[0].visible, texts[i].visible))
			fail_msg("%s\ngave\n%" STR_FMT, texts[i].raw,
			    STR_ARG(m.texts.at[0].visible));
	}
	arena_free(a);
}

static void
test_nul_bytes_part_no_words(void **state)
{
	struct arena *a = arena_new();
	struct message m;

	(void)state;
	message_read(&m, a, STR("Subject: pass\0word\n\npass\0word "
	    "http://a.exa\0mple/"), NULL, NULL);
	assert_true(str_is(m.subject, "password"));
	assert_true(str_starts(m.texts.at[0].visible, STR("password ")));
	assert_true(str_is(m.urls.at[0].host, "a.example"));
	arena_free(a);
}

static void
test_fields_that_stand_twice_are_named_and_both_read(void **state)
{
	struct arena *a = arena_new();
	struct message m;

	(void)state;
	message_read(&m, a, STR("From: a@b.example\nSubject: one\n"
	    "Received: x\nfrom: c@d.example\nReceived: y\nFrom: e@f.example\n"
	    "Subject: two http://a.example/\nDate: x\n\nhi"), NULL, NULL);
	assert_int_equal(m.duplicates.n, 2);
	assert_true(str_is(m.duplicates.at[0], "from"));
	assert_true(str_is(m.duplicates.at[1], "subject"));
	assert_int_equal(m.from.n, 3);
	assert_true(str_is(m.subject, "one"));
	assert_int_equal(m.subjects.n, 2);
	assert_true(str_starts(m.subjects.at[1].text, STR("two ")));
	assert_int_equal(m.urls.n, 1);
	/* others show the first that is not empty */
	message_read(&m, a, STR("Subject:\nSubject: one\nSubject: =?utf-8?Q?"
	    "?=\nSubject: two\n\nhi"), NULL, NULL);
	assert_true(str_is(m.subject, "one"));
	assert_int_equal(m.subjects.n, 2);
	assert_int_equal(m.subjects.at[1].offset, 44);
	arena_free(a);
}

static uint32_t
limits_of(const char *head, const char *piece, size_t times)
{
	struct arena *a = arena_new();
	struct message m;
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_printf(&b, "%s", head);
	for (size_t i = 0; i < times; i++)
		buf_printf(&b, "%s", piece);
	buf_printf(&b, "\n\nhi http://a.example/\n");
	message_read(&m, a, buf_str(&b), NULL, NULL);
	/* and the rest is there all the same */
	assert_int_equal(m.urls.n, 1);
	buf_release(&b);
	arena_free(a);
	return m.limits;
}

static void
test_fields_that_go_on_for_too_long_are_said(void **state)
{
	const char *param = "; a=b", *word = "=?utf-8?q?a?= ";

	(void)state;
	assert_int_equal(limits_of("Content-Type: text/plain", param, 256),
	    0);
	assert_int_equal(limits_of("Content-Type: text/plain", param, 257),
	    1U << LIMIT_PARAMS);
	assert_int_equal(limits_of("Content-Type: text/plain; x=\"", "; ;",
	    500), 0);
	assert_int_equal(limits_of("Subject: ", word, 500), 0);
	assert_int_equal(limits_of("Subject: ", word, 501),
	    1U << LIMIT_WORDS);
	assert_int_equal(limits_of("From: a@b.example, ", word, 501),
	    1U << LIMIT_WORDS);
	assert_int_equal(limits_of("To: a@b.example", ", a@b.example", 1000),
	    1U << LIMIT_ADDRESSES);
	assert_int_equal(limits_of("X: y", "\nX: y", 6000),
	    1U << LIMIT_HEADERS);
	/* 64 KB in one line are nothing to say anything about */
	assert_int_equal(limits_of("Subject: ", "sixteen letters ", 4096), 0);
	assert_int_equal(limits_of("Subject: ", "sixteen letters ", 9000),
	    1U << LIMIT_HEADERS);
}

static void
test_relative_links_start_where_the_message_says(void **state)
{
	static const struct {
		const char *raw, *url;
	} cases[] = {
		{ "Content-Base: \"http://a.example/d/\"\n"
		  "Content-Type: text/html\n\n<a href=x>y</a>",
		    "http://a.example/d/x" },
		{ "Content-Type: text/html\n"
		  "Content-Location: http://a.example/d/page\n\n"
		  "<a href=/x>y</a>", "http://a.example/x" },
		{ "Content-Base: http://a.example/\n" MIXED
		  "--b\nContent-Type: text/html\n\n<a href=x>y</a>\n--b--",
		    "http://a.example/x" },
		{ "Content-Base: http://a.example/\nContent-Type: text/html"
		  "\n\n<base href=http://b.example/><a href=x>y</a>",
		    "http://b.example/x" },
		/* a base of a host alone was none, and its links were lost */
		{ "Content-Type: text/html\n\n<base href=//b.example>"
		  "<a href=/x>y</a>", "https://b.example/x" },
		{ "Content-Location: page.html\nContent-Type: text/html"
		  "\n\n<a href=x>y</a>", NULL },
		{ "Content-Base: javascript:x\nContent-Type: text/html"
		  "\n\n<a href=x>y</a>", NULL },
	};
	struct arena *a = arena_new();
	struct message m;
	bool is_found;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		message_read(&m, a, str_of(cases[i].raw), NULL, NULL);
		is_found = cases[i].url == NULL && m.urls.n == 0;
		for (size_t k = 0; k < m.urls.n && cases[i].url != NULL; k++)
			is_found |= str_is(m.urls.at[k].normalized,
			    cases[i].url);
		if (!is_found)
			fail_msg("%s", cases[i].raw);
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_place_with_links_gives_them),
		cmocka_unit_test(test_soft_line_breaks_are_none),
		cmocka_unit_test(test_nul_bytes_part_no_words),
		cmocka_unit_test(
		    test_relative_links_start_where_the_message_says),
		cmocka_unit_test(
		    test_fields_that_stand_twice_are_named_and_both_read),
		cmocka_unit_test(
		    test_fields_that_go_on_for_too_long_are_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
