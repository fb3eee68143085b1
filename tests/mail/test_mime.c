/* SPDX-License-Identifier: Apache-2.0 */
/* Trees of parts, whole and broken: each case lists what must be found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "mail/mime.h"

#define HQX "(This file must be converted with BinHex 4.0)\n\n" \
	":\"@%ZG(Kd!&4&@&4dG(Kd!*!&$J#3\"N0KG##3!#\"KN!J!N!3:"

static const struct mime_limits limits = { 64, 10000,
	{ 1 << 20, 1 << 17, 5000 } };

#define MULTI(kind, boundary) \
	"Content-Type: multipart/" kind "; boundary=\"" boundary "\"\n\n"

#define MULTI_TYPE(boundary) \
	"Content-Type: multipart/mixed; boundary=\"" boundary "\"\n"

/* "number type bytes", one a line; "-" for what is no leaf, "!" behind what
 * is damaged, "@" behind an attachment */
static const struct {
	const char *raw, *wanted;
} trees[] = {
	{ "A: b\n\nhi\n", "1 text/plain [hi\n]\n" },
	{ "", "1 text/plain []\n" },
	{ "Content-Type: text\n\nhi", "1 text/plain [hi]\n" },
	{ MULTI("mixed", "b") "pre\n--b\n\none\n--b \t\r\n"
	  "Content-Type: TEXT/Html (x); charset=x\n\ntwo\r\n--b--\nepi\n",
	    " multipart/mixed -\n1 text/plain [one]\n"
	    "2 text/html [two]\n" },
	/* a boundary begins another */
	{ MULTI("mixed", "b") "--b\n" MULTI("alternative", "bb")
	  "--bb\n\none\n--bb\n\ntwo\n--bb--\n--b\n\nthree\n--b--\n",
	    " multipart/mixed -\n1 multipart/alternative -\n"
	    "1.1 text/plain [one]\n1.2 text/plain [two]\n"
	    "2 text/plain [three]\n" },
	/* never closed */
	{ MULTI("mixed", "b") "--b\n\none\n--b\n\ntwo\n",
	    " multipart/mixed -!\n1 text/plain [one]\n"
	    "2 text/plain [two\n]\n" },
	{ MULTI("mixed", "b") "--b\n" MULTI("related", "c")
	  "--c\n\none\n--b\n\ntwo\n--b--",
	    " multipart/mixed -\n1 multipart/related -!\n"
	    "1.1 text/plain [one]\n2 text/plain [two]\n" },
	/* no boundary, or one that never comes: text */
	{ "Content-Type: multipart/mixed\n\nhi", "1 text/plain [hi]!\n" },
	{ MULTI("mixed", "b") "hi", "1 text/plain [hi]!\n" },
	/* nested messages */
	{ "Content-Type: message/rfc822\n\nA: b\n\nhi",
	    "1 message/rfc822 -\n1.1 text/plain [hi]\n" },
	{ MULTI("mixed", "b") "--b\n\none\n--b\n"
	  "Content-Type: message/rfc822\n\n" MULTI("mixed", "c")
	  "--c\n\ntwo\n--c\n\nthree\n--c--\n--b\n\nfour\n--b--\n",
	    " multipart/mixed -\n1 text/plain [one]\n"
	    "2 message/rfc822 -\n2 multipart/mixed -\n"
	    "2.1 text/plain [two]\n2.2 text/plain [three]\n"
	    "3 text/plain [four]\n" },
	{ MULTI("digest", "b") "--b\n\nA: b\n\nhi\n--b--\n",
	    " multipart/digest -\n1 message/rfc822 -\n"
	    "1.1 text/plain [hi]\n" },
	/* messages in an encoding, or as a file */
	{ MULTI("mixed", "b") "--b\nContent-Type: message/rfc822\n"
	  "Content-Transfer-Encoding: base64\n\n"
	  "Q29udGVudC1UeXBlOiBtdWx0aXBhcnQvbWl4ZWQ7IGJvdW5kYXJ5PWMKCi0tYwoK"
	  "b25lCi0tYwoKdHdvCi0tYy0tCg==\n--b\n\nlast\n--b--\n",
	    " multipart/mixed -\n1 message/rfc822 [Content-Type: "
	    "multipart/mixed; boundary=c\n\n--c\n\none\n--c\n\ntwo\n--c--\n"
	    "]@\n2 text/plain [last]\n1 multipart/mixed -\n"
	    "1.1 text/plain [one]\n1.2 text/plain [two]\n" },
	{ "Content-Type: x/y; name=\"a.EML\"\n\nA: b\n\nhi",
	    "1 x/y [A: b\n\nhi]@\n1.1 text/plain [hi]\n" },
	/* another boundary than the declared one */
	{ MULTI("mixed", "b") "--other\nContent-Type: text/html\n\nhi\n"
	  "--other--\n", " multipart/mixed -!\n1 text/html [hi]\n" },
	/* headers that run into the next boundary or into text */
	{ MULTI("mixed", "b") "--b\nContent-Type: text/html\n--b\n\nx\n--b--",
	    " multipart/mixed -\n1 text/html []\n2 text/plain [x]\n" },
	{ MULTI("mixed", "b") "--b\nContent-Type: text/html\n<p>x\n\ny\n--b--",
	    " multipart/mixed -\n1 text/html [<p>x\n\ny]\n" },
	{ MULTI("mixed", "b") "--b--\n", "1 text/plain [--b--\n]\n" },
	/* encodings */
	{ "Content-Transfer-Encoding: BASE64\n\naGk=\n",
	    "1 text/plain [hi]\n" },
	{ "Content-Transfer-Encoding: quoted-printable\n\nh=69\n",
	    "1 text/plain [hi\n]\n" },
	{ "Content-Type: image/png; name=a.png\n\nx",
	    "1 image/png [x]@\n" },
	{ "Content-Disposition: attachment; filename=a.txt\n\nx",
	    "1 text/plain [x]@\n" },
	{ "Content-Disposition: inline; filename=a.txt\n\nx",
	    "1 text/plain [x]\n" },
	/* the boundary of the one around it */
	{ MULTI("mixed", "b") "--b\n" MULTI("alternative", "b")
	  "--b\n\none\n--b\n\ntwo\n--b--\n--b\n\nthree\n--b--\n",
	    " multipart/mixed -\n1 multipart/alternative -\n"
	    "1.1 text/plain [one]\n1.2 text/plain [two]\n"
	    "2 text/plain [three]\n" },
	/* parts behind the last boundary */
	{ MULTI("mixed", "b") "--b\n\none\n--b--\nepi\n--b\n\ntwo\n--b--\n",
	    " multipart/mixed -!\n1 text/plain [one]\n"
	    "2 text/plain [two]\n" },
	/* a boundary that begins another, the longer one outside */
	{ MULTI("mixed", "bb") "--bb\n" MULTI("alternative", "b")
	  "--b\n\none\n--b--\n--bb\n\ntwo\n--bb--\n",
	    " multipart/mixed -\n1 multipart/alternative -\n"
	    "1.1 text/plain [one]\n2 text/plain [two]\n" },
	/* something behind the last boundary all the same */
	{ MULTI("mixed", "b") "--b\n\none\n--b-->\nmore\n",
	    " multipart/mixed -\n1 text/plain [one]\n" },
	/* text that says it is base64, and base64 with blanks in it */
	{ "Content-Transfer-Encoding: base64\n\nplain words from a person who "
	  "sent them like this, and some more of the same kind\n",
	    "1 text/plain [plain words from a person who sent them like "
	    "this, and some more of the same kind\n]!\n" },
	{ "Content-Transfer-Encoding: base64\n\ncG xh aW 4g d2 9y ZH M=\n",
	    "1 text/plain [plain words]\n" },
	/* two types: a multipart is never left unread */
	{ "Content-Type: text/plain\n" MULTI("mixed", "b") "--b\n\none\n--b--",
	    " multipart/mixed -\n1 text/plain [one]\n" },
	{ "Content-Type: nothing\nContent-Type: text/html\n\n<p>x",
	    "1 text/html [<p>x]\n" },
	/* the ";" is lost */
	{ "Content-Type: text/html charset=utf-8\n\n<p>x",
	    "1 text/html [<p>x]\n" },
	{ "Content-Type: multipart/mixed boundary=b\n\n--b\n"
	  "Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n"
	  "PGI+\n--b--\n",
	    " multipart/mixed -!\n1 text/html [<b>]\n" },
	{ "Content-Type: text/html, text/plain\n\n<p>x",
	    "1 text/plain [<p>x]\n" },
	/* no fields at all, not even the empty line */
	{ MULTI("mixed", "b") "--b\njust text\n\nmore\n--b--",
	    " multipart/mixed -\n1 text/plain [just text\n\nmore]\n" },
	/* files in text */
	{ "A: b\n\nhi\nbegin 644 a.txt\n#0V%T\n`\nend\nbye\n",
	    "1 text/plain [hi\nbye\n]\n"
	    "1 application/octet-stream [Cat]@\n" },
	{ "A: b\n\nbegin 644 a b.txt\n#0V%T\n",
	    "1 text/plain []\n1 application/octet-stream [Cat]@\n" },
	{ "A: b\n\nbegin 644 dinner with soup\nand bread\n",
	    "1 text/plain [begin 644 dinner with soup\nand bread\n]\n" },
	{ "A: b\n\nhi\n=ybegin line=128 size=3 name=a.txt\n\x6d\x8b\x9e\n"
	  "=yend size=3\nbye\n",
	    "1 text/plain [hi\n=ybegin line=128 size=3 name=a.txt\n"
	    "\x6d\x8b\x9e\n=yend size=3\nbye\n]\n"
	    "1 application/octet-stream [Cat]@\n" },
	{ "A: b\n\nhi\nbegin-base64 644 a.txt\nQ2F0\n====\nbye\n",
	    "1 text/plain [hi\nbegin-base64 644 a.txt\nQ2F0\n====\nbye\n]\n"
	    "1 application/octet-stream [Cat]@\n" },
	{ "A: b\n\n" HQX "\nbye\n",
	    "1 text/plain [" HQX "\nbye\n]\n"
	    "1 application/octet-stream [Cat \x90 aaaaaaaa]@\n" },
	{ "Content-Type: application/mac-binhex40; name=a.hqx\n\n" HQX,
	    "1 application/mac-binhex40 [Cat \x90 aaaaaaaa]@\n" },
	{ "A: b\n\n(This file must be converted with BinHex 4.0)\n:!!:\n",
	    "1 text/plain [(This file must be converted with BinHex 4.0)\n"
	    ":!!:\n]\n" },
	{ "Content-Type: message/global\n\nA: b\n\nhi",
	    "1 message/global -\n1.1 text/plain [hi]\n" },
	{ "Content-Type: message/partial; id=a; number=1; total=2\n\n"
	  "A: b\n\nhi", "1 message/partial -\n1.1 text/plain [hi]\n" },
	{ "Content-Type: message/partial; id=a; number=2; total=2\n\nhi",
	    "1 message/partial [hi]@\n" },
	{ "Content-Type: multipart/mixed; boundary=b (c)\n\n--b\n\nhi\n--b--",
	    " multipart/mixed -!\n1 text/plain [hi]\n" },
	{ "Content-Type: \"text/html\"\n\nhi", "1 text/html [hi]\n" },
	{ "Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n#0V%T\n`\n"
	  "end\n", "1 text/plain [Cat]\n" },
	{ "Content-Type: application/ms-tnef; name=winmail.dat\n\nx",
	    "1 application/ms-tnef [x]@\n" },
	{ "Content-Type: application/octet-stream\n\n\x78\x9f\x3e\x22",
	    "1 application/ms-tnef [\x78\x9f\x3e\x22]@\n" },
	/* a bare CR ends a line where others end in LF */
	{ "Content-Type: multipart/mixed; boundary=b\n\n--b\r\rone\r--b\n\n"
	  "two\r--b--\n",
	    " multipart/mixed -\n1 text/plain [one]\n2 text/plain [two]\n" },
	/* two multipart types, or one of two boundaries: parts of either were
	 * lost, whichever came second */
	{ MULTI_TYPE("b") MULTI("mixed", "c") "--b\n\none\n--b--\n"
	  "--c\n\ntwo\n--c--\n",
	    " multipart/mixed -!\n1 text/plain [one]\n"
	    "1 text/plain [two]\n" },
	{ "Content-Type: multipart/mixed; boundary=b; boundary=c\n\n"
	  "--b\n\none\n--b--\n--c\n\ntwo\n--c--\n",
	    " multipart/mixed -!\n1 text/plain [one]\n"
	    "1 text/plain [two]\n" },
	{ MULTI("mixed", "z") "--z\n" MULTI_TYPE("b") MULTI("mixed", "c")
	  "--c\n\ntwo\n--c--\n--z--\n",
	    " multipart/mixed -\n1 multipart/mixed -!\n"
	    "1.1 text/plain [two]\n" },
	/* a multipart encoded as a whole was shown as it is sent */
	{ "Content-Transfer-Encoding: base64\n" MULTI("mixed", "b")
	  "LS1iCgpvbmUKLS1iCkNvbnRlbnQtVHlwZTogdGV4dC9odG1sCgp0d28KLS1i"
	  "LS0K\n",
	    " multipart/mixed -!\n1 text/plain [one]\n"
	    "2 text/html [two]\n" },
	{ MULTI("mixed", "z") "--z\nContent-Transfer-Encoding: "
	  "quoted-printable\n" MULTI("mixed", "b") "=2D-b\n\none\n=2D-b=\n"
	  "--\n--z--\n",
	    " multipart/mixed -\n1 multipart/mixed -!\n"
	    "1.1 text/plain [one]\n" },
	/* and one that only says so stands as it is */
	{ "Content-Transfer-Encoding: base64\n" MULTI("mixed", "b")
	  "--b\n\none\n--b--\n",
	    " multipart/mixed -\n1 text/plain [one]\n" },
	{ "Content-Transfer-Encoding: quoted-printable\n"
	  MULTI("mixed", "=b") "--=b\n\none\n--=b--\n",
	    " multipart/mixed -\n1 text/plain [one]\n" },
	{ "Content-Transfer-Encoding: base64\nContent-Type: message/rfc822"
	  "\n\nA: b\n\nhi", "1 message/rfc822 [A: b\n\nhi]!@\n"
	    "1.1 text/plain [hi]\n" },
	/* no boundary, or another, below the top: the parts were lost */
	{ MULTI("mixed", "z") "--z\nContent-Type: multipart/mixed\n\n--b\n"
	  "Content-Type: text/html\n\none\n--b--\n--z--\n",
	    " multipart/mixed -\n1 multipart/mixed -!\n"
	    "1.1 text/html [one]\n" },
	{ MULTI("mixed", "") "--b\n\none\n--b\n\ntwo\n",
	    " multipart/mixed -!\n1 text/plain [one]\n"
	    "2 text/plain [two\n]\n" },
	{ MULTI("mixed", "") "--\nContent-Type: text/html\n\none\n----\n",
	    " multipart/mixed -!\n1 text/html [one]\n" },
	{ MULTI("mixed", "") "--- note ---\n\none\n\n--- note ---\n",
	    "1 text/plain [--- note ---\n\none\n\n--- note ---\n]!\n" },
	{ MULTI("mixed", "") "--x\nContent-Type: text/plain\n\none\n"
	  "--b\nContent-Type: text/html\n\ntwo\n--b--\n",
	    " multipart/mixed -!\n1 text/plain [one\n--b\nContent-Type: "
	    "text/html\n\ntwo\n--b--\n]\n1 text/html [two]\n" },
	/* a part without the empty line: its text was taken for fields */
	{ MULTI("mixed", "b") "--b\nContent-Type: text/plain\nplease\n"
	  "Link: http://x.example/\nbye\n--b--",
	    " multipart/mixed -\n1 text/plain [please\n"
	    "Link: http://x.example/\nbye]\n" },
	{ MULTI("mixed", "b") "--b\nhttp://x.example/\nbye\n--b--",
	    " multipart/mixed -\n1 text/plain [http://x.example/\nbye]\n" },
	{ "A: b\nplease see\nhttp://x.example/\nbye\n",
	    "1 text/plain [please see\nhttp://x.example/\nbye\n]\n" },
	/* a type with comments and blanks in it, or without its end */
	{ "Content-Type: (x) multipart/mixed; (y) boundary=(z)b\n\n"
	  "--b\n\none\n--b--",
	    " multipart/mixed -\n1 text/plain [one]\n" },
	{ "Content-Type: multipart / mixed; boundary=b\n\n--b\n\none\n--b--",
	    " multipart/mixed -\n1 text/plain [one]\n" },
	{ "Content-Type: multipart; boundary=b\n\n--b\n\none\n--b--",
	    " multipart/mixed -\n1 text/plain [one]\n" },
	/* two encodings: the text of the second was lost */
	{ "Content-Transfer-Encoding: quoted-printable\n"
	  "Content-Transfer-Encoding: base64\n\naGk=\n",
	    "1 text/plain [aGk]!\n1 text/plain [hi]!\n" },
	{ "Content-Transfer-Encoding: x-base64;\n\naGk=\n",
	    "1 text/plain [hi]!\n1 text/plain [aGk=\n]!\n" },
	{ "Content-Transfer-Encoding: 7bit\n"
	  "Content-Transfer-Encoding: base64\n\naGk=\n",
	    "1 text/plain [hi]!\n1 text/plain [aGk=\n]!\n" },
	{ "Content-Transfer-Encoding: B\n\naGk=\n",
	    "1 text/plain [hi]!\n1 text/plain [aGk=\n]!\n" },
	{ "Content-Transfer-Encoding: QP\n\nh=69\n",
	    "1 text/plain [hi\n]\n" },
	{ "Content-Transfer-Encoding: q\nContent-Type: text/html\n\n<p>=69",
	    "1 text/html [<p>i]\n" },
	{ "Content-Transfer-Encoding: bit\n\naGk=\n",
	    "1 text/plain [aGk=\n]\n" },
	{ MULTI_TYPE("b") "a preamble\n--b\nContent-Transfer-Encoding: 7bit\n"
	  "\none\n--b--\n",
	    " multipart/mixed -\n1 text/plain [one]\n" },
	/* lines among the fields, and blanks in front of them */
	{ MULTI("mixed", "b") "--b\nX: y\nlost\nlost\nContent-Type: "
	  "text/html\nContent-Transfer-Encoding: base64\n\nPGI+\n--b--\n",
	    " multipart/mixed -\n1 text/html [<b>]!\n" },
	{ MULTI("mixed", "b") "--b\n Content-Type: text/html\n "
	  "Content-Transfer-Encoding: base64\n\nPGI+\n--b--\n",
	    " multipart/mixed -\n1 text/html [<b>]!\n" },
	/* of many boundaries the last */
	{ "Content-Type: multipart/mixed; boundary=a; boundary=c;"
	  " boundary=d; boundary=e; boundary=b\n\n--b\n\none\n--b--",
	    " multipart/mixed -!\n1 text/plain [one]\n" },
	/* a bracket in a comment of the type */
	{ "Content-Type: (x\\)y) text/html; charset=utf-8\n\n<p>x",
	    "1 text/html [<p>x]\n" },
	{ "Content-Transfer-Encoding: quoted printable\n\nh=69\n",
	    "1 text/plain [hi\n]\n" },
	/* line ends of another kind */
	{ "Content-Type: multipart/mixed; boundary=b\r\r--b\r\rhi\r--b--\r",
	    " multipart/mixed -\n1 text/plain [hi]\n" },
	{ "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhi\r\n"
	  "--b--\r\n",
	    " multipart/mixed -\n1 text/plain [hi]\n" },
};

/* A message in its own signature was a file that nobody looked into. */
static void
test_a_signed_message_is_read(void **state)
{
	static const char *const files[] = {
	  "MEUGCSqGSIb3DQEHAqA4MDYCAQExADAtBgkqhkiG9w0BBwGgIAQeQ29udGVudC1U"
	  "eXBlOiB0ZXh0L2h0bWwNCg0KPGI+MQA=",
	  "MIAGCSqGSIb3DQEHAqCAMIACAQExADCABgkqhkiG9w0BBwGggCSABAlDb250ZW50"
	  "LVQEC3lwZTogdGV4dC9oBAp0bWwNCg0KPGI+AAAAAAAAAAAAAAAA",
	};
	struct arena *a = arena_new();
	struct mime m;

	(void)state;
	for (size_t i = 0; i < nitems(files); i++) {
		mime_read(&m, a, str_cat(a, STR("Content-Type: application/"
		    "pkcs7-mime; smime-type=signed-data\n"
		    "Content-Transfer-Encoding: base64\n\n"),
		    str_of(files[i])), &limits);
		assert_int_equal(m.parts.n, 3);
		assert_true(str_is(m.parts.at[2].type, "text/html"));
		assert_true(str_is(m.parts.at[2].bytes, "<b>"));
		assert_true(str_is(m.parts.at[2].number, "1.1"));
		assert_int_equal(m.parts.at[2].source, 1);
	}
	mime_read(&m, a, STR("Content-Type: application/pkcs7-mime\n\n"
	    "\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\x06\x09"
	    "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x88"), &limits);
	assert_int_equal(m.parts.n, 1);
	arena_free(a);
}

static struct str
list_parts(struct arena *a, const struct mime *m)
{
	const struct part *p;
	struct buf b;

	buf_init_arena(&b, a, 1 << 16);
	VEC_EACH(p, &m->parts) {
		buf_printf(&b, "%" STR_FMT " %" STR_FMT " ",
		    STR_ARG(p->number), STR_ARG(p->type));
		if (p->is_leaf)
			buf_printf(&b, "[%" STR_FMT "]",
			    STR_ARG(p->has_files ? p->text : p->bytes));
		else
			buf_add_byte(&b, '-');
		buf_add_str(&b, p->is_damaged ? STR("!") : STR(""));
		buf_add_str(&b, p->is_attachment ? STR("@") : STR(""));
		buf_add_byte(&b, '\n');
	}
	return buf_str(&b);
}

static void
assert_inside(const struct mime *m, struct str raw)
{
	const struct part *p;

	VEC_EACH(p, &m->parts) {
		struct str in = p->source == PART_NONE ? raw :
		    m->parts.at[p->source].bytes;

		assert_true(p->offset <= in.n);
		assert_true(p->body.n <= in.n - p->offset);
		assert_true(p->body.n == 0 || p->body.p == in.p + p->offset);
	}
}

static void
test_every_tree_is_flattened_in_reading_order(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(trees); i++) {
		struct str raw = str_of(trees[i].raw), got;
		struct mime m;

		mime_read(&m, a, raw, &limits);
		assert_inside(&m, raw);
		got = list_parts(a, &m);
		if (!str_is(got, trees[i].wanted))
			fail_msg("%s\ngave\n%" STR_FMT, trees[i].raw,
			    STR_ARG(got));
	}
	arena_free(a);
}

static void
test_names_and_labels_are_decoded(void **state)
{
	struct arena *a = arena_new();
	struct mime m;

	(void)state;
	mime_read(&m, a, STR("Content-Type: application/zip; "
	    "name=\"=?utf-8?B?44Kr?=.zip\"; charset=X\n"
	    "Content-Disposition: other; filename*=utf-8''%E3%82%AA.zip\n\n"),
	    &limits);
	assert_true(str_is(m.parts.at[0].name, "オ.zip"));
	assert_true(str_is(m.parts.at[0].disposition, "attachment"));
	assert_true(str_is(m.parts.at[0].charset, "X"));
	arena_free(a);
}

static void
test_a_name_is_found_without_what_stands_before_it(void **state)
{
	static const char *const fields[] = {
		"Content-Disposition: attachment filename=\"a.exe\"\n\n",
		"Content-Disposition: filename=a.exe\n\n",
		"Content-Disposition: attachment; filename=\"\"a.exe\"\"\n\n",
		"Content-Disposition: attachment; name=a.exe\n\n",
		"Content-Disposition: attachment FileName*=utf-8''a.exe\n\n",
		"Content-Type: application/zip name=a.exe; x=y\n\n",
	};
	struct arena *a = arena_new();
	struct mime m;

	(void)state;
	for (size_t i = 0; i < nitems(fields); i++) {
		mime_read(&m, a, str_of(fields[i]), &limits);
		if (!str_is(m.parts.at[0].name, "a.exe"))
			fail_msg("%s: %" STR_FMT, fields[i],
			    STR_ARG(m.parts.at[0].name));
	}
	mime_read(&m, a, STR("Content-Disposition: x-filename=a; x=b\n\n"),
	    &limits);
	assert_int_equal(m.parts.at[0].name.n, 0);
	arena_free(a);
}

/* A name of a thousand words stays as it is from some word on. */
static void
test_words_of_a_name_end_at_their_limit(void **state)
{
	struct arena *a = arena_new();
	struct mime m;
	struct buf b;

	(void)state;
	buf_init_arena(&b, a, SIZE_MAX);
	buf_add_str(&b, STR("Content-Type: image/png; name=\"\n"));
	for (int i = 0; i < 1000; i++)
		buf_add_str(&b, STR(" =?utf-8?q?a?=\n"));
	buf_add_str(&b, STR(" \"\n\n"));
	mime_read(&m, a, buf_str(&b), &limits);
	assert_true(m.is_words_over);
	assert_false(m.is_params_over);
	arena_free(a);
}

/* levels of multipart, each in the one before, and a text at the bottom */
static struct str
nest(struct arena *a, unsigned levels)
{
	struct buf b;

	buf_init_arena(&b, a, SIZE_MAX);
	for (unsigned i = 0; i < levels; i++)
		buf_printf(&b, "Content-Type: multipart/mixed; "
		    "boundary=b%u\n\n--b%u\n", i, i);
	buf_printf(&b, "\nbottom\n");
	return buf_str(&b);
}

/* Read once as it stands and once decoded, or by two boundaries: its file was
 * counted twice. */
static void
test_what_is_read_twice_gives_its_files_once(void **state)
{
	static const char *const wanted[] = {
		" multipart/mixed -!\n1 text/plain [one\n=2D-b]\n"
		"2 image/png [Cat]@\n1 text/plain [one]\n2 text/plain []\n"
		"3 image/png -\n",
		" multipart/mixed -!\n1 multipart/mixed -\n"
		"1.1 image/png [Cat]@\n1 multipart/mixed -\n"
		"1.1 image/png -\n",
	};
	static const char *const raws[] = {
		"Content-Transfer-Encoding: quoted-printable\n"
		MULTI("mixed", "b") "--b\n\none\n=2D-b\n--b\n"
		"Content-Type: image/png; name=a.png\n"
		"Content-Transfer-Encoding: base64\n\nQ2F0\n--b--\n",
		"Content-Type: multipart/mixed; boundary=b; boundary=c\n\n"
		"--b\n" MULTI("mixed", "x") "--c\n" MULTI("mixed", "x")
		"--x\nContent-Type: image/png; name=a.png\n"
		"Content-Transfer-Encoding: base64\n\nQ2F0\n--x--\n"
		"--c--\n--b--\n",
	};
	struct arena *a = arena_new();
	struct mime m;

	(void)state;
	for (size_t i = 0; i < nitems(raws); i++) {
		mime_read(&m, a, str_of(raws[i]), &limits);
		if (!str_is(list_parts(a, &m), wanted[i]))
			fail_msg("%s\ngave\n%" STR_FMT, raws[i],
			    STR_ARG(list_parts(a, &m)));
	}
	arena_free(a);
}

/* Two encodings make two files of other bytes, and still one attachment. */
static void
test_a_file_of_two_encodings_is_one_attachment(void **state)
{
	struct arena *a = arena_new();
	struct mime m;

	(void)state;
	mime_read(&m, a, STR("Content-Type: image/png; name=a.png\n"
	    "Content-Transfer-Encoding: 7bit\n"
	    "Content-Transfer-Encoding: base64\n\nQ2F0"), &limits);
	assert_int_equal(m.parts.n, 2);
	assert_true(str_is(m.parts.at[0].bytes, "Cat"));
	assert_false(m.parts.at[0].is_again);
	assert_true(str_is(m.parts.at[1].bytes, "Q2F0"));
	assert_true(m.parts.at[1].is_again);
	mime_read(&m, a, STR("Content-Transfer-Encoding: 7bit\n"
	    "Content-Transfer-Encoding: base64\n\n"), &limits);
	assert_int_equal(m.parts.n, 2);
	assert_false(m.parts.at[1].is_leaf);
	arena_free(a);
}

/* A message in a message in a message, each a file: read to three of them. */
static void
test_messages_carried_by_messages_end_at_three(void **state)
{
	struct arena *a = arena_new();
	struct mime m;

	(void)state;
	mime_read(&m, a, STR("Content-Type: x/y; name=a.eml\n\n"
	    "Content-Type: x/y; name=b.eml\n\n"
	    "Content-Type: x/y; name=c.eml\n\n"
	    "Content-Type: x/y; name=d.eml\n\nA: b\n\nhi"), &limits);
	assert_int_equal(m.parts.n, 4);
	assert_true(m.is_depth_over);
	assert_true(str_is(m.parts.at[3].name, "d.eml"));
	assert_int_equal(m.parts.at[3].depth, 3);
	arena_free(a);
}

static void
test_depth_and_parts_end_at_their_limits(void **state)
{
	struct arena *a = arena_new();
	struct mime_limits few = limits;
	struct mime m;

	(void)state;
	mime_read(&m, a, nest(a, 63), &limits);
	assert_false(m.is_depth_over);
	assert_true(str_is(m.parts.at[63].bytes, "bottom\n"));
	mime_read(&m, a, nest(a, 5000), &limits);
	assert_true(m.is_depth_over);
	assert_int_equal(m.parts.n, 65);
	/* what is deeper is still text to look through */
	assert_true(str_find_str(m.parts.at[64].bytes, STR("bottom")) !=
	    m.parts.at[64].bytes.n);
	few.parts = 3;
	mime_read(&m, a, STR(MULTI("mixed", "b") "--b\n\n1\n--b\n\n2\n--b\n"
	    "\n3\n--b--\n"), &few);
	assert_true(m.is_parts_over);
	assert_int_equal(m.parts.n, 3);
	arena_free(a);
}

static void
test_lines_and_words_end_at_nul(void **state)
{
	struct arena *a = arena_new();
	struct mime m;

	(void)state;
	mime_read(&m, a, STR(MULTI("mixed", "b") "--b\0\n"
	    "Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n"
	    "PGI+\n--b--\n"), &limits);
	assert_int_equal(m.parts.n, 2);
	assert_true(str_is(m.parts.at[1].bytes, "<b>"));
	mime_read(&m, a, STR("Content-Type: text/html\0; charset=utf-8\n"
	    "Content-Transfer-Encoding: base64\0\n\nPGI+"), &limits);
	assert_true(str_is(m.parts.at[0].type, "text/html"));
	assert_true(str_is(m.parts.at[0].bytes, "<b>"));
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_every_tree_is_flattened_in_reading_order),
		cmocka_unit_test(test_names_and_labels_are_decoded),
		cmocka_unit_test(
		    test_a_name_is_found_without_what_stands_before_it),
		cmocka_unit_test(test_words_of_a_name_end_at_their_limit),
		cmocka_unit_test(
		    test_what_is_read_twice_gives_its_files_once),
		cmocka_unit_test(
		    test_a_file_of_two_encodings_is_one_attachment),
		cmocka_unit_test(
		    test_messages_carried_by_messages_end_at_three),
		cmocka_unit_test(test_depth_and_parts_end_at_their_limits),
		cmocka_unit_test(test_lines_and_words_end_at_nul),
		cmocka_unit_test(test_a_signed_message_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
