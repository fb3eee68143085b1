/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worst shapes a sender could think of, each at two sizes, held against a
 * benign mail of the same size: how many times its CPU they take in stations
 * 2 and 3, and how the cost grows when the size doubles.  What is bounded by a
 * count is dearest where it is as small as holds so many, at 32 and 64 KB.
 * With an argument only the shapes whose names hold it.
 */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "bench/bench.h"
#include "mail/message.h"
#include "mail/punycode.h"
#include "rule/extract.h"

enum {
	SIZE = 1024 * 1024, SIZE_SMALL = 32 * 1024, SIZE_GROWN = 8 * SIZE,
	ROUNDS = 5, TIMES_MOST = 20, HOLDS_MOST = 16
};

static const double growth_most = 2.3;

typedef void (*shape_make)(struct buf *b, size_t size);

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void
head(struct buf *b, const char *type)
{
	buf_printf(b, "From: a@example.com\r\nTo: b@example.org\r\n"
	    "Subject: shape\r\nMIME-Version: 1.0\r\nContent-Type: %s\r\n\r\n",
	    type);
}

static void
fill(struct buf *b, size_t size, const char *piece)
{
	while (b->n < size)
		buf_add_str(b, str_of(piece));
}

/* --- what they are held against --- */

static void
benign(struct buf *b, size_t size)
{
	head(b, "text/html; charset=utf-8");
	for (unsigned i = 0; b->n < size; i++) {
		buf_add_str(b, STR("<p style=\"color:#333\">いつもご利用いた"
		    "だきありがとうございます。Your statement is ready.</p>"
		    "\r\n"));
		if (i % 10 == 0)
			buf_printf(b, "<a href=\"https://www.example.com/%u"
			    "\">item</a>\r\n", i);
	}
}

/* --- MIME --- */

static void
nested_multiparts(struct buf *b, size_t size)
{
	buf_add_str(b, STR("From: a@example.com\r\n"));
	for (unsigned i = 0; b->n < size; i++)
		buf_printf(b, "Content-Type: multipart/mixed; boundary=b%u"
		    "\r\n\r\n--b%u\r\n", i, i);
}

static void
nested_messages(struct buf *b, size_t size)
{
	fill(b, size, "Subject: x\r\nContent-Type: message/rfc822\r\n\r\n");
}

static void
boundary_flood(struct buf *b, size_t size)
{
	head(b, "multipart/mixed; boundary=x");
	fill(b, size, "--x\r\n\r\n");
}

/* The next line feed is always the last byte. */
static void
return_boundaries(struct buf *b, size_t size)
{
	head(b, "multipart/mixed; boundary=x");
	fill(b, size, "--x\r");
}

static void
dotted(struct buf *b, size_t size)
{
	head(b, "text/plain");
	fill(b, size, "a.");
}

static void
boundary_prefixes(struct buf *b, size_t size)
{
	buf_add_str(b, STR("From: a@example.com\r\n"));
	for (unsigned i = 1; i < 60; i++)
		buf_printf(b, "Content-Type: multipart/mixed; boundary=%.*s"
		    "\r\n\r\n--%.*s\r\n",
		    (int)i, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		    (int)i, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	buf_add_str(b, STR("\r\n"));
	fill(b, size, "--aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaX\r\n");
}

/* Each of them is read as often as it has boundaries, and once more decoded. */
static void
many_boundaries(struct buf *b, size_t size)
{
	buf_add_str(b, STR("From: a@example.com\r\n"));
	for (unsigned i = 0; i < 60; i++)
		buf_printf(b, "Content-Type: multipart/mixed; boundary=b%u; "
		    "boundary=c; boundary=d; boundary=e\r\n"
		    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
		    "--b%u\r\n", i, i);
	buf_add_str(b, STR("\r\n"));
	fill(b, size, "--c\r\nContent-Type: text/html\r\n\r\n"
	    "<p>one <a href=\"https://www.example.com/\">two</a></p>\r\n"
	    "=2D-d\r\nContent-Type: text/html\r\n\r\n<p>three\r\n--e\r\n"
	    "\r\nfour\r\n");
}

static void
no_boundaries(struct buf *b, size_t size)
{
	buf_add_str(b, STR("From: a@example.com\r\n"));
	for (unsigned i = 0; i < 60; i++)
		buf_printf(b, "Content-Type: multipart/mixed\r\n"
		    "\r\n--b%u\r\n", i);
	buf_add_str(b, STR("\r\n"));
	fill(b, size, "<p>one <a href=\"https://www.example.com/\">two</a>"
	    "\r\n-- \r\n--c\r\n");
}

static void
two_encodings(struct buf *b, size_t size)
{
	head(b, "text/html\r\nContent-Transfer-Encoding: base64\r\n"
	    "Content-Transfer-Encoding: quoted-printable");
	fill(b, size, "<p>one <a href=\"https://www.example.com/\">two</a>");
}

static void
dashes(struct buf *b, size_t size)
{
	head(b, "multipart/mixed; boundary=x");
	fill(b, size, "--\r\n");
}

static void
bare_returns(struct buf *b, size_t size)
{
	head(b, "multipart/mixed; boundary=x");
	fill(b, size, "--y\r--z\n");
}

static void
uu_begins(struct buf *b, size_t size)
{
	head(b, "text/plain");
	fill(b, size, "begin 644 a\r\n#0V%T\r\n");
}

static void
base64_messages(struct buf *b, size_t size)
{
	head(b, "multipart/digest; boundary=x");
	fill(b, size, "--x\r\nContent-Type: message/rfc822\r\n"
	    "Content-Transfer-Encoding: base64\r\n\r\n"
	    "U3ViamVjdDogeA0KDQpoZWxsbw==\r\n");
}

static void
base64_junk(struct buf *b, size_t size)
{
	head(b, "text/plain\r\nContent-Transfer-Encoding: base64");
	fill(b, size, "A=B!C?D*");
}

static void
quoted_junk(struct buf *b, size_t size)
{
	head(b, "text/plain\r\nContent-Transfer-Encoding: quoted-printable");
	fill(b, size, "==                                            ");
}

/* --- headers --- */

static void
many_headers(struct buf *b, size_t size)
{
	for (unsigned i = 0; b->n < size; i++)
		buf_printf(b, "X-%u: y\r\n", i);
	buf_add_str(b, STR("\r\nbody"));
}

static void
many_same_headers(struct buf *b, size_t size)
{
	fill(b, size, "Subject: x\r\nFrom: a@example.com\r\n"
	    "Content-Type: text/plain\r\n");
	buf_add_str(b, STR("\r\nbody"));
}

static void
folded_header(struct buf *b, size_t size)
{
	buf_add_str(b, STR("Subject: x\r\n"));
	fill(b, size, " x\r\n");
	buf_add_str(b, STR("\r\nbody"));
}

/* Each part's fields stand behind as many lines as are passed over. */
static void
stray_lines(struct buf *b, size_t size)
{
	head(b, "multipart/mixed; boundary=x");
	while (b->n < size) {
		buf_add_str(b, STR("--x\r\nA: b\r\n"));
		for (int k = 0; k < 60; k++)
			buf_add_str(b, STR("no field\r\n"));
		buf_add_str(b, STR("Content-Type: text/html\r\n\r\nx\r\n"));
	}
}

static void
encoded_words(struct buf *b, size_t size)
{
	for (unsigned i = 0; b->n < size; i++) {
		buf_printf(b, "X-%u:", i);
		for (int k = 0; k < 40; k++)
			buf_add_str(b, STR(" =?iso-2022-jp?B?GyRCQCVCQBsoQg"
			    "==?=\r\n"));
	}
	buf_add_str(b, STR("\r\nbody"));
}

static void
encoded_subjects(struct buf *b, size_t size)
{
	while (b->n < size) {
		buf_add_str(b, STR("Subject:"));
		for (int k = 0; k < 1000; k++)
			buf_add_str(b, STR(" =?a?q?b?="));
		buf_add_str(b, STR("\r\n"));
	}
	buf_add_str(b, STR("\r\nbody"));
}

static void
half_words(struct buf *b, size_t size)
{
	while (b->n < size) {
		buf_add_str(b, STR("Subject: "));
		for (int k = 0; k < 10000; k++)
			buf_add_str(b, STR("=?utf-8?b?"));
		buf_add_str(b, STR("\r\n"));
	}
	buf_add_str(b, STR("\r\nbody"));
}

static void
addresses(struct buf *b, size_t size)
{
	while (b->n < size) {
		buf_add_str(b, STR("To: "));
		for (int k = 0; k < 5000; k++)
			buf_printf(b, "\"x\" <a%d@b.example>,", k);
		buf_add_str(b, STR("\r\n"));
	}
	buf_add_str(b, STR("\r\nbody"));
}

static void
address_comments(struct buf *b, size_t size)
{
	while (b->n < size) {
		buf_add_str(b, STR("From: "));
		for (int k = 0; k < 100000; k++)
			buf_add_byte(b, "(<\"@"[k / 25000]);
		buf_add_str(b, STR("\r\n"));
	}
	buf_add_str(b, STR("\r\nbody"));
}

static void
parameters(struct buf *b, size_t size)
{
	buf_add_str(b, STR("MIME-Version: 1.0\r\n"));
	while (b->n < size) {
		buf_add_str(b, STR("Content-Type: text/plain"));
		for (int k = 0; k < 5000; k++)
			buf_printf(b, "; name*%d*=utf-8''%%61", k);
		buf_add_str(b, STR("\r\n"));
	}
	buf_add_str(b, STR("\r\nbody"));
}

static void
received(struct buf *b, size_t size)
{
	fill(b, size, "Received: from a.example (b.example [192.0.2.1]) by "
	    "c.example with ESMTP id x for <d@e.example>; Mon, 9 Feb 2026 "
	    "05:08:00 +0900\r\n");
	buf_add_str(b, STR("\r\nbody"));
}

static void
received_parens(struct buf *b, size_t size)
{
	while (b->n < size) {
		buf_add_str(b, STR("Received: from a "));
		for (int k = 0; k < 10000; k++)
			buf_add_str(b, STR("([from by "));
		buf_add_str(b, STR("\r\n"));
	}
	buf_add_str(b, STR("\r\nbody"));
}

/* --- text --- */

static void
one_line(struct buf *b, size_t size)
{
	head(b, "text/plain");
	fill(b, size, "a");
}

static void
random_bytes(struct buf *b, size_t size)
{
	uint32_t seed = 7;

	head(b, "text/plain");
	while (b->n < size)
		buf_add_byte(b, (char)next_random(&seed));
}

static void
random_high(struct buf *b, size_t size)
{
	uint32_t seed = 7;

	head(b, "text/plain; charset=iso-2022-jp");
	while (b->n < size)
		buf_add_byte(b, (char)(next_random(&seed) | 0x80));
}

static void
escapes(struct buf *b, size_t size)
{
	head(b, "text/plain");
	fill(b, size, "\x1b$B\x1b(B");
}

static void
marks(struct buf *b, size_t size)
{
	head(b, "text/plain; charset=utf-8");
	fill(b, size, "a\xcc\x81\xcc\xa3\xcc\x82\xcc\x83\xcc\x84");
}

static void
flowed(struct buf *b, size_t size)
{
	head(b, "text/plain; format=flowed; delsp=yes");
	fill(b, size, "> a \r\n>> b \r\n");
}

static void
reports(struct buf *b, size_t size)
{
	head(b, "text/plain; charset=utf-8");
	fill(b, size, "フィッシング詐欺の件名 hxxp://a[.]example/ "
	    "偽サイト 差出人 "
	    "phishing scam subject: from: received whois **.com\r\n");
}

static void
masks(struct buf *b, size_t size)
{
	head(b, "text/plain; charset=utf-8");
	buf_add_str(b, STR("phish https://"));
	fill(b, size, "*○");
}

static void
phones(struct buf *b, size_t size)
{
	head(b, "text/plain; charset=utf-8");
	fill(b, size, "03-1234-5678 (0120)");
}

/* --- links --- */

static void
links(struct buf *b, size_t size)
{
	head(b, "text/html; charset=utf-8");
	for (unsigned i = 0; b->n < size; i++)
		buf_printf(b, "<a href=http://h%u.example/%u>x</a>", i, i);
}

static void
bare_links(struct buf *b, size_t size)
{
	head(b, "text/plain; charset=utf-8");
	for (unsigned i = 0; b->n < size; i++)
		buf_printf(b, "http://h%u.example/ ", i);
}

static void
half_links(struct buf *b, size_t size)
{
	head(b, "text/plain; charset=utf-8");
	fill(b, size, "http://");
}

static void
wide_hosts(struct buf *b, size_t size)
{
	head(b, "text/plain; charset=utf-8");
	buf_add_str(b, STR("http://"));
	fill(b, size, "aあ");
}

static void
wide_links(struct buf *b, size_t size)
{
	head(b, "text/plain; charset=utf-8");
	fill(b, size, "http://日本語.テスト/あ ");
}

/* No two of them alike, in kanji that nothing stands for. */
static void
wide_names(struct buf *b, size_t size)
{
	head(b, "text/plain; charset=utf-8");
	for (unsigned i = 0; b->n < size; i++) {
		buf_add_str(b, STR("http://"));
		utf8_add(b, 0x4e00 + i % 16384);
		buf_add_str(b, STR("字の名前"));
		utf8_add(b, 0x4e00 + i * 7 % 16384);
		buf_add_str(b, STR(".jp/ "));
	}
}

/* The same as pages have them, in letters that others stand for. */
static void
mapped_names(struct buf *b, size_t size)
{
	head(b, "text/html; charset=utf-8");
	for (unsigned i = 0; b->n < size; i++)
		buf_printf(b, "<a href=//ＡB%uΩψเﬁ.jp>x</a>", i);
}

/* In letters that run to the left, for which there are rules of their own. */
static void
leftward_names(struct buf *b, size_t size)
{
	head(b, "text/html; charset=utf-8");
	for (unsigned i = 0; b->n < size; i++)
		buf_printf(b, "<a href=//שלוםא%u.jp>x</a>", i);
}

/* The same as the wire has them. */
static void
alabel_names(struct buf *b, size_t size)
{
	head(b, "text/html; charset=utf-8");
	for (unsigned i = 0; b->n < size; i++) {
		char letters[8];
		struct buf label;
		bool lent;

		buf_init(&label, sizeof(letters));
		buf_lend(&label, letters, sizeof(letters), &lent);
		utf8_add(&label, 0x4e00 + i % 16384);
		utf8_add(&label, 0x4e01 + i * 7 % 16384);
		buf_add_str(b, STR("<a href=//xn--"));
		punycode_add(b, buf_str(&label));
		buf_add_str(b, STR(".jp>x</a>"));
		buf_release(&label);
	}
}

/* A text with a link that may end at so many places. */
static void
fill_with_cuts(struct buf *b, size_t size, const char *front,
    const char *piece)
{
	head(b, "text/plain; charset=utf-8");
	for (unsigned i = 0; b->n < size; i++) {
		buf_printf(b, "http://%s%u", front, i);
		for (int k = 0; k < 16; k++)
			buf_add_str(b, str_of(piece));
		buf_add_byte(b, ' ');
	}
}

static void
names_cut(struct buf *b, size_t size)
{
	fill_with_cuts(b, size, "", "。あa");
}

static void
names_cut_oddly(struct buf *b, size_t size)
{
	fill_with_cuts(b, size, "", "aé");
}

/* Each is a name so far, but for its front. */
static void
broken_names_cut(struct buf *b, size_t size)
{
	fill_with_cuts(b, size, "%", ".jpあ");
}

static void
numbers_cut(struct buf *b, size_t size)
{
	fill_with_cuts(b, size, "a.", ".1é");
}

/* And the user before it is read with it. */
static void
users_cut(struct buf *b, size_t size)
{
	fill_with_cuts(b, size, "", "@%あ.jpあ");
}

/* The shortest that are read twice. */
static void
suffixes_cut(struct buf *b, size_t size)
{
	head(b, "text/plain; charset=utf-8");
	fill(b, size, "http://co.jpあ ");
}

/* Names without a scheme: each is asked for in the list of suffixes. */
static void
bare_names(struct buf *b, size_t size)
{
	head(b, "text/plain; charset=utf-8");
	for (unsigned i = 0; b->n < size; i++)
		buf_printf(b, "a%u.jp ", i);
}

static void
www_names(struct buf *b, size_t size)
{
	head(b, "text/plain; charset=utf-8");
	for (unsigned i = 0; b->n < size; i++)
		buf_printf(b, "www.a%u.jp ", i);
}

static void
names_as_texts(struct buf *b, size_t size)
{
	head(b, "text/html; charset=utf-8");
	for (unsigned i = 0; b->n < size; i++)
		buf_printf(b, "<a href=//a%u.jp>b%u.jp</a>", i, i);
}

/* Each label may begin a suffix. */
static void
deep_names(struct buf *b, size_t size)
{
	head(b, "text/html; charset=utf-8");
	for (unsigned i = 0; b->n < size; i++)
		buf_printf(b, "<a href=//a.a.a.a.a.a.a.a%u.jp>x</a>", i);
}

static void
nested_urls(struct buf *b, size_t size)
{
	head(b, "text/plain; charset=utf-8");
	while (b->n < size) {
		for (int k = 0; k < 300; k++)
			buf_add_str(b, STR("http://a.example/r?u="));
		buf_add_byte(b, '\n');
	}
}

static void
nested_encoded(struct buf *b, size_t size)
{
	head(b, "text/plain; charset=utf-8");
	while (b->n < size) {
		buf_add_str(b, STR("http://a.example/?u="));
		for (int k = 0; k < 100; k++)
			buf_add_str(b, STR("aHR0cDovL2E%252f&u=http%253a%2f/"));
		buf_add_byte(b, '\n');
	}
}

static void
dot_paths(struct buf *b, size_t size)
{
	head(b, "text/html; charset=utf-8");
	buf_add_str(b, STR("<base href=http://a.example/><a href=\""));
	while (b->n < size) {
		for (int k = 0; k < 1000; k++)
			buf_add_str(b, STR("a/../%2e/"));
		buf_add_str(b, STR("\">x</a><a href=\""));
	}
}

static void
one_link(struct buf *b, size_t size)
{
	head(b, "text/plain; charset=utf-8");
	buf_add_str(b, STR("http://a.example/"));
	fill(b, size, "%41@");
}

/* --- HTML --- */

static void
entities(struct buf *b, size_t size)
{
	head(b, "text/html; charset=utf-8");
	fill(b, size, "&CounterClockwiseContourIntegra&nGt;&#1;");
}

static void
open_tags(struct buf *b, size_t size)
{
	head(b, "text/html");
	fill(b, size, "<b><a><font><i>");
}

static void
stray_ends(struct buf *b, size_t size)
{
	head(b, "text/html");
	for (int i = 0; i < 200; i++)
		buf_add_str(b, STR("<b><x><nobr>"));
	fill(b, size, "</y></p></i></b><b>");
}

static void
unclosed_tag(struct buf *b, size_t size)
{
	head(b, "text/html");
	fill(b, size, "<a href='<!--\"");
}

static void
comments(struct buf *b, size_t size)
{
	head(b, "text/html");
	fill(b, size, "<!--<!-->--!");
}

static void
scripts(struct buf *b, size_t size)
{
	head(b, "text/html");
	fill(b, size, "<script><!--<script></script>");
}

static void
titles(struct buf *b, size_t size)
{
	head(b, "text/html");
	fill(b, size, "<title><textarea></titl</");
}

static void
attributes(struct buf *b, size_t size)
{
	head(b, "text/html");
	buf_add_str(b, STR("<a "));
	for (unsigned i = 0; b->n < size; i++)
		buf_printf(b, "a%u=b ", i);
	buf_add_str(b, STR(">"));
}

static void
sheets(struct buf *b, size_t size)
{
	head(b, "text/html");
	buf_add_str(b, STR("<style>"));
	for (unsigned i = 0; b->n < size / 2; i++)
		buf_printf(b, ".c%u,p.d%u{display:none}", i, i);
	buf_add_str(b, STR("</style>"));
	for (unsigned i = 0; b->n < size; i++)
		buf_printf(b, "<p class=\"c%u x y z d%u\">", i, i);
}

static void
sheet_classes(struct buf *b, size_t size)
{
	head(b, "text/html");
	buf_add_str(b, STR("<style>.a{display:none}</style>"));
	while (b->n < size) {
		buf_add_str(b, STR("<p class=\""));
		for (unsigned i = 0; i < 1000; i++)
			buf_printf(b, "c%u ", i);
		buf_add_str(b, STR("\">"));
	}
}

/* Each paragraph is asked about by every rule, through all that is open. */
static void
selectors(struct buf *b, size_t size)
{
	head(b, "text/html");
	buf_add_str(b, STR("<style>"));
	for (unsigned i = 0; i < 2000; i++)
		buf_printf(b, "a%u>div div div .h{color:red}"
		    ".a%u div>div p{display:none}", i, i);
	buf_add_str(b, STR("</style>"));
	for (unsigned i = 0; i < 250; i++)
		buf_add_str(b, STR("<div class='a b c d e f'>"));
	fill(b, size, "<p class='h h h h h h h'>x");
}

/* Each paragraph asks all its elders, by every rule. */
static void
siblings(struct buf *b, size_t size)
{
	head(b, "text/html");
	buf_add_str(b, STR("<body><style>"));
	for (unsigned i = 0; i < 120; i++)
		buf_printf(b, ".a~.a~.b%u~p{color:red}", i);
	buf_add_str(b, STR("</style>"));
	fill(b, size, "<p class=a>x");
}

/* Turned round by each element once more. */
static void
turned(struct buf *b, size_t size)
{
	head(b, "text/html");
	for (unsigned i = 0; i < 8; i++)
		buf_printf(b, "<bdo dir=%s>", i % 2 == 0 ? "rtl" : "ltr");
	fill(b, size, "e\xcc\x81x(");
}

/* The same by marks, in each of them. */
static void
overridden(struct buf *b, size_t size)
{
	head(b, "text/plain; charset=utf-8");
	fill(b, size, "\xe2\x80\xae" "a\xe2\x80\xad" "b");
}

/* Links in both orders. */
static void
overridden_links(struct buf *b, size_t size)
{
	head(b, "text/plain; charset=utf-8");
	fill(b, size, "http://日本語.テスト/あ \xe2\x80\xae"
	    "http://日本語.テスト/あ\n");
}

/* What was not closed is opened anew in each block. */
static void
formats_anew(struct buf *b, size_t size)
{
	head(b, "text/html");
	fill(b, b->n + 200, "<p><b>");
	fill(b, size, "<p>x</p>");
}

/* Tags that look for something through all that is open. */
static void
fill_below_divs(struct buf *b, size_t size, const char *front,
    const char *tag)
{
	head(b, "text/html");
	buf_add_str(b, str_of(front));
	fill(b, b->n + 1000, "<div>");
	fill(b, size, tag);
}

/* Each for its table. */
static void
lost_cells(struct buf *b, size_t size)
{
	fill_below_divs(b, size, "<table><td><template>", "<td>");
}

/* Formats that end around what goes on: sixty are lifted at a time, so that
 * soon as many are open as there may be. */
static void
lifted_deep(struct buf *b, size_t size)
{
	head(b, "text/html");
	while (b->n < size) {
		for (int i = 0; i < 60; i++)
			buf_add_str(b, STR("<b><q hidden><dl>"));
		for (int i = 0; i < 60; i++)
			buf_add_str(b, STR("</b>"));
		buf_add_str(b, STR("\r\n"));
	}
}

/* Each for its paragraph, up to what keeps it in. */
static void
lost_ends(struct buf *b, size_t size)
{
	fill_below_divs(b, size, "<p><object>", "</p>");
}

/* In one line, of which each run once looked for the end. */
static void
runs(struct buf *b, size_t size)
{
	head(b, "text/plain; charset=iso-2022-jp");
	fill(b, size, "\x1b$B;0\x1b(B");
}

/* Each class is looked for in all of them, by every rule. */
static void
class_words(struct buf *b, size_t size)
{
	head(b, "text/html");
	buf_add_str(b, STR("<style>"));
	for (unsigned i = 0; i < 128; i++)
		buf_printf(b, ".a.b%u{color:red}", i);
	buf_add_str(b, STR("</style>"));
	while (b->n < size) {
		buf_add_str(b, STR("<p class='"));
		for (unsigned i = 0; i < 250; i++)
			buf_add_str(b, STR("a "));
		buf_add_str(b, STR("'>x"));
	}
}

/* All of the page is read once more. */
static void
late_sheet(struct buf *b, size_t size)
{
	head(b, "text/html");
	fill(b, size, "<p class=h>x<style>.h{color:red}</style>");
}

static void
styles(struct buf *b, size_t size)
{
	head(b, "text/html");
	fill(b, size, "<p style=\"a:url(;b:'(;/*\\;display:none\">");
}

static void
one_style(struct buf *b, size_t size)
{
	head(b, "text/html");
	buf_add_str(b, STR("<p style=\""));
	fill(b, size, "a:url(;/*'(");
}

static void
alts(struct buf *b, size_t size)
{
	head(b, "text/html");
	buf_add_str(b, STR("<a href=http://a.example/>"));
	fill(b, size, "<img alt=x>");
}

static void
anchors_of_links(struct buf *b, size_t size)
{
	head(b, "text/html");
	while (b->n < size) {
		buf_add_str(b, STR("<a href=http://a.example/>"));
		for (int k = 0; k < 200; k++)
			buf_add_str(b, STR("http://b.example/ "));
		buf_add_str(b, STR("</a>"));
	}
}

static const struct shape {
	const char *name;
	shape_make make;
} shapes[] = {
	{ "nested multiparts", nested_multiparts },
	{ "nested messages", nested_messages },
	{ "boundary flood", boundary_flood },
	{ "boundaries of bare returns", return_boundaries },
	{ "boundary prefixes", boundary_prefixes },
	{ "many boundaries", many_boundaries },
	{ "no boundaries", no_boundaries },
	{ "two encodings", two_encodings },
	{ "dashes", dashes },
	{ "bare returns", bare_returns },
	{ "uuencode begins", uu_begins },
	{ "base64 messages", base64_messages },
	{ "base64 junk", base64_junk },
	{ "quoted-printable junk", quoted_junk },
	{ "many headers", many_headers },
	{ "many same headers", many_same_headers },
	{ "folded header", folded_header },
	{ "stray lines", stray_lines },
	{ "encoded words", encoded_words },
	{ "encoded subjects", encoded_subjects },
	{ "half encoded words", half_words },
	{ "addresses", addresses },
	{ "address comments", address_comments },
	{ "parameters", parameters },
	{ "received", received },
	{ "received parentheses", received_parens },
	{ "one line", one_line },
	{ "random bytes", random_bytes },
	{ "random 8-bit bytes", random_high },
	{ "escapes", escapes },
	{ "runs of kanji", runs },
	{ "marks on a letter", marks },
	{ "flowed text", flowed },
	{ "report-like text", reports },
	{ "masks", masks },
	{ "telephone numbers", phones },
	{ "links", links },
	{ "bare links", bare_links },
	{ "dotted words", dotted },
	{ "half links", half_links },
	{ "one wide host", wide_hosts },
	{ "wide links", wide_links },
	{ "wide names", wide_names },
	{ "nested URLs", nested_urls },
	{ "nested encoded URLs", nested_encoded },
	{ "dots in paths", dot_paths },
	{ "one link", one_link },
	{ "entities", entities },
	{ "open tags", open_tags },
	{ "stray end tags", stray_ends },
	{ "unclosed tag", unclosed_tag },
	{ "comments", comments },
	{ "scripts", scripts },
	{ "titles", titles },
	{ "attributes", attributes },
	{ "style sheets", sheets },
	{ "classes", sheet_classes },
	{ "selectors", selectors },
	{ "class words", class_words },
	{ "siblings", siblings },
	{ "turned", turned },
	{ "overridden", overridden },
	{ "overridden links", overridden_links },
	{ "formats anew", formats_anew },
	{ "lost cells", lost_cells },
	{ "lost ends", lost_ends },
	{ "lifted deep", lifted_deep },
	{ "late sheet", late_sheet },
	{ "styles", styles },
	{ "one style", one_style },
	{ "alts", alts },
	{ "links as texts of links", anchors_of_links },
};

/* Measured at small sizes, where their count has no end yet. */
static const struct shape few[] = {
	{ "few formats anew", formats_anew },
	{ "few lost cells", lost_cells },
	{ "few lost ends", lost_ends },
	{ "few links", links },
	{ "few bare links", bare_links },
	{ "few wide links", wide_links },
	{ "few wide names", wide_names },
	{ "few mapped names", mapped_names },
	{ "few leftward names", leftward_names },
	{ "few A-labels", alabel_names },
	{ "few names cut", names_cut },
	{ "few names cut oddly", names_cut_oddly },
	{ "few broken names cut", broken_names_cut },
	{ "few numbers cut", numbers_cut },
	{ "few users cut", users_cut },
	{ "few suffixes cut", suffixes_cut },
	{ "few bare names", bare_names },
	{ "few www names", www_names },
	{ "few names as texts", names_as_texts },
	{ "few deep names", deep_names },
	{ "few nested URLs", nested_urls },
	{ "few MIME parts", boundary_flood },
	{ "few addresses", addresses },
	{ "few encoded words", encoded_words },
	{ "few base64 messages", base64_messages },
};

/* Nanoseconds for stations 2 and 3, and the bytes that are held then. */
static int64_t
cost(const struct fact_table *table, shape_make make, size_t size,
    size_t *held)
{
	struct arena *made = arena_new();
	int64_t ns[ROUNDS];
	struct buf b;

	buf_init_arena(&b, made, SIZE_MAX);
	make(&b, size);
	for (int i = 0; i < ROUNDS; i++) {
		struct arena *a = arena_new();
		struct message m;
		struct facts facts;
		int64_t at = cpu_ns();

		message_read(&m, a, buf_str(&b), NULL, NULL);
		facts_init(&facts, a, table);
		extract_facts(&facts, &m, NULL, NULL);
		ns[i] = cpu_ns() - at;
		*held = arena_used(a);
		arena_free(a);
	}
	arena_free(made);
	return bench_least(ns, ROUNDS);
}

/*
 * Of once and twice as large, or of the next sizes, the least.  What grows
 * faster than its size does so at each of them; where a mail comes to be
 * larger than a cache of the processor, or its memory fresh from the system,
 * one step is dearer, and shapes that do little but read have no other cost.
 */
static double
growth_of(const struct fact_table *table, shape_make make, int64_t once,
    int64_t twice)
{
	double least = (double)twice / (double)once;
	size_t held;

	for (size_t size = 4 * SIZE; least > growth_most &&
	    size <= SIZE_GROWN; size *= 2) {
		once = twice;
		twice = cost(table, make, size, &held);
		if (least > (double)twice / (double)once)
			least = (double)twice / (double)once;
	}
	return least;
}

/* Against plain, which is what a benign page of that size and of twice as much
 * takes.  What small mails hold, and how that grows, says nothing. */
static bool
measure(const struct fact_table *table, const struct shape *s, size_t size,
    const int64_t plain[2])
{
	size_t held;
	int64_t once = cost(table, s->make, size, &held);
	int64_t twice = cost(table, s->make, 2 * size, &held);
	double holds = (double)held / (double)(2 * size);
	double growth = size == SIZE ?
	    growth_of(table, s->make, once, twice) :
	    (double)twice / (double)once;
	double times = (double)twice / (double)plain[1];
	bool is_over;

	if (times < (double)once / (double)plain[0])
		times = (double)once / (double)plain[0];
	is_over = times > TIMES_MOST || (size == SIZE &&
	    (growth > growth_most || holds > HOLDS_MOST));
	printf("%-26s %10.2f ms %10.2f ms %7.2f %7.2f %7.1f%s\n", s->name,
	    (double)once / 1e6, (double)twice / 1e6, times, growth, holds,
	    is_over ? "  <- over" : "");
	return is_over;
}

static void
measure_benign(const struct fact_table *table, size_t size, int64_t plain[2])
{
	size_t held;

	cost(table, benign, size, &held);
	plain[0] = cost(table, benign, size, &held);
	plain[1] = cost(table, benign, 2 * size, &held);
	printf("%-26s %10zu KB %10zu KB %7s %7s %7s\n", "shape", size / 1024,
	    2 * size / 1024, "times", "growth", "holds");
	printf("%-26s %10.2f ms %10.2f ms %23.1f\n", "benign page",
	    (double)plain[0] / 1e6, (double)plain[1] / 1e6,
	    (double)held / (double)(2 * size));
}

/* How many of them are over; of those whose names hold a word, if that is not
 * NULL. */
static unsigned
measure_all(const struct fact_table *table, size_t size,
    const struct shape *those, size_t n, const char *word)
{
	unsigned over = 0;
	int64_t plain[2];

	measure_benign(table, size, plain);
	for (size_t i = 0; i < n; i++)
		if (word == NULL || strstr(those[i].name, word) != NULL)
			over += measure(table, &those[i], size, plain);
	return over;
}

int
main(int argc, char **argv)
{
	const char *word = argc < 2 ? NULL : argv[1];
	struct arena *a = arena_new();
	struct fact_table table;
	unsigned over;

	bench_as_daemon();
	fact_table_init(&table, a);
	over = measure_all(&table, SIZE, shapes, nitems(shapes), word);
	over += measure_all(&table, SIZE_SMALL, few, nitems(few), word);
	printf("%u over %d times the benign page, growing by more than %.1f, "
	    "or holding more than %d times their size\n", over, TIMES_MOST,
	    growth_most, HOLDS_MOST);
	arena_free(a);
	return 0;
}
