/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures good, odd and forged; sections are those of RFC 6376. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "check/dkim.h"
#include "check/taglist.h"
#include "house.h"
#include "zone.h"

enum { NOW = 1700000000 };

static const struct str mail = STR_INIT(
    "Received: from a.example by b.example; Thu, 1 Jan 2026 00:00:00 +0900\r\n"
    "From: Taro <taro@d.example>\r\n"
    "To: hanako@example.org\r\n"
    "Subject: =?UTF-8?B?44GT44KT44Gr44Gh44Gv?=\r\n"
    "\tfolded  twice\r\n"
    "List-Id: one\r\n"
    "List-Id: two\r\n"
    "\r\n"
    "First  line \r\n"
    "\r\n"
    "last line\r\n"
    "\r\n");

static void
publish(struct house *h, const char *record, const struct signer *s)
{
	house_publish(h, "s._domainkey.d.example", record, s);
}

static struct dkim_verdict
verify_for(struct house *h, struct str raw, const char *from)
{
	struct zone z = { .arena = h->arena, .lines = h->lines,
		.is_lazy = true };
	struct names names = { zone_find, &z };
	struct signed_mail m;
	const struct dkim_query q = { &m, str_of(from), NOW };
	struct dkim_verdict v;
	unsigned n = 0;

	signed_mail_read(&m, h->arena, raw);
	while (!dkim_check(&v, h->arena, &names, &q))
		assert_true(++n < 20);
	return v;
}

static struct dkim_verdict
verify(struct house *h, struct str raw)
{
	return verify_for(h, raw, "d.example");
}

static void
assert_verdict(const struct dkim_verdict *v, enum auth_result want,
    const char *what)
{
	if (v->n != 1 || v->at[0].result != want ||
	    (v->at[0].problem == NULL) != (want == AUTH_PASS))
		fail_msg("%s: %zu signatures, %s (%s)", what, v->n,
		    auth_result_name(v->at[0].result), v->at[0].problem);
}

struct shown {
	const char *tags;
	enum auth_result want;
};

#define RSA "v=1; a=rsa-sha256; d=d.example; s=s; "
#define ED "v=1; a=ed25519-sha256; d=d.example; s=s; "

static const struct shown signatures[] = {
	/* 3.4 canonical forms */
	{ RSA "h=from", AUTH_PASS },
	{ RSA "c=simple; h=from:to:subject", AUTH_PASS },
	{ RSA "c=relaxed; h=from:to:subject", AUTH_PASS },
	{ RSA "c=simple/relaxed; h=from:to:subject", AUTH_PASS },
	{ RSA "c=relaxed/relaxed; h=from:to:subject:received", AUTH_PASS },
	{ RSA "c=Relaxed/Simple; h=FROM:To:sUbject", AUTH_PASS },
	{ RSA "c=strict; h=from", AUTH_PERMERROR },
	{ RSA "c=relaxed/strict; h=from", AUTH_PERMERROR },
	{ RSA "c=relaxed/relaxed/relaxed; h=from", AUTH_PERMERROR },
	/* 3.5 a field named more often than it is there, or not at all */
	{ RSA "h=from:from", AUTH_PASS },
	{ RSA "h=from:from:to:to:reply-to", AUTH_PASS },
	{ RSA "h=from:list-id", AUTH_PASS },
	{ RSA "h=from:list-id:list-id:list-id", AUTH_PASS },
	{ RSA "h=dkim-signature:from", AUTH_PASS },
	{ RSA "h=from : to :\r\n\tsubject", AUTH_PASS },
	{ RSA "h=to:subject", AUTH_PERMERROR },
	{ RSA "h=from:", AUTH_PERMERROR },
	{ RSA "h=", AUTH_PERMERROR },
	{ "v=1; a=rsa-sha256; d=d.example; s=s", AUTH_PERMERROR },
	/* 3.5 the other tags */
	{ "v=2; a=rsa-sha256; d=d.example; s=s; h=from", AUTH_PERMERROR },
	{ "a=rsa-sha256; d=d.example; s=s; h=from", AUTH_PERMERROR },
	{ "v=1; d=d.example; s=s; h=from", AUTH_PERMERROR },
	{ "v=1; a=rsa-sha256; s=s; h=from", AUTH_PERMERROR },
	{ "v=1; a=rsa-sha256; d=d.example; h=from", AUTH_PERMERROR },
	{ "v=1; a=rsa-sha1; d=d.example; s=s; h=from", AUTH_PERMERROR },
	{ "v=1; a=dsa-sha256; d=d.example; s=s; h=from", AUTH_PERMERROR },
	{ "v=1; a=rsa-sha256; d=d..example; s=s; h=from", AUTH_PERMERROR },
	{ "v=1; a=rsa-sha256; d=D.Example; s=S; h=from", AUTH_PASS },
	{ RSA "h=from; h=to", AUTH_PERMERROR },
	{ RSA "h=from; unknown=tag", AUTH_PASS },
	{ RSA "h=from; z=From:x|To:y", AUTH_PASS },
	{ RSA "h=from; q=dns/txt", AUTH_PASS },
	{ RSA "h=from; q=dns/other:dns/txt", AUTH_PASS },
	{ RSA "h=from; q=http", AUTH_PERMERROR },
	/* 3.5 i=, 3.10 the domain it may have */
	{ RSA "h=from; i=@d.example", AUTH_PASS },
	{ RSA "h=from; i=taro@d.example", AUTH_PASS },
	{ RSA "h=from; i=taro@sub.D.example", AUTH_PASS },
	{ RSA "h=from; i=\"a@b\"@sub.d.example", AUTH_PASS },
	{ RSA "h=from; i=d.example", AUTH_PERMERROR },
	{ RSA "h=from; i=@example", AUTH_PERMERROR },
	{ RSA "h=from; i=@evild.example", AUTH_PERMERROR },
	{ RSA "h=from; i=@d.example.org", AUTH_PERMERROR },
	/* 3.5 times */
	{ RSA "h=from; t=1600000000", AUTH_PASS },
	{ RSA "h=from; t=1600000000; x=1700000000", AUTH_PASS },
	{ RSA "h=from; x=1699999999", AUTH_FAIL },
	{ RSA "h=from; x=999999999999", AUTH_PASS },
	{ RSA "h=from; t=1800000000; x=1750000000", AUTH_PERMERROR },
	{ RSA "h=from; t=1800000000; x=1800000000", AUTH_PERMERROR },
	{ RSA "h=from; t=yesterday", AUTH_PERMERROR },
	{ RSA "h=from; x=-1", AUTH_PERMERROR },
	/* 3.5, 8.2 part of the body */
	{ RSA "h=from; l=27", AUTH_PASS },
	{ RSA "h=from; l=26", AUTH_POLICY },
	{ RSA "h=from; l=0", AUTH_POLICY },
	{ RSA "h=from; l=28", AUTH_FAIL },
	{ RSA "h=from; l=999999999999999999", AUTH_FAIL },
	{ RSA "h=from; l=99999999999999999999", AUTH_PERMERROR },
	{ RSA "h=from; l=-1", AUTH_PERMERROR },
	{ RSA "h=from; l=", AUTH_PERMERROR },
	{ RSA "c=relaxed/relaxed; h=from; l=25", AUTH_PASS },
	{ RSA "c=relaxed/relaxed; h=from; l=24", AUTH_POLICY },
};

static void
test_signatures(void **state)
{
	struct house *h = *state;

	publish(h, "v=DKIM1; k=rsa; p=%s", &h->rsa);
	for (size_t i = 0; i < nitems(signatures); i++) {
		struct dkim_verdict v = verify(h, sign_dkim(h->arena, &h->rsa,
		    mail, signatures[i].tags));

		assert_verdict(&v, signatures[i].want, signatures[i].tags);
	}
}

static void
test_ed25519(void **state)
{
	static const struct shown shown[] = {
		{ ED "h=from", AUTH_PASS },
		{ ED "c=relaxed/relaxed; h=from:from:to:subject", AUTH_PASS },
		{ ED "c=relaxed/relaxed; h=from; l=5", AUTH_POLICY },
		{ RSA "h=from", AUTH_PERMERROR },
	};
	struct house *h = *state;

	publish(h, "v=DKIM1; k=ed25519; p=%s", &h->ed);
	for (size_t i = 0; i < nitems(shown); i++) {
		struct dkim_verdict v = verify(h, sign_dkim(h->arena, &h->ed,
		    mail, shown[i].tags));

		assert_verdict(&v, shown[i].want, shown[i].tags);
	}
}

/* 3.6.1 */
static void
test_key_records(void **state)
{
	static const struct shown records[] = {
		{ "p=%s", AUTH_PASS },
		{ "v=DKIM1; p=%s;", AUTH_PASS },
		{ "v=DKIM1;k=RSA;h=sha1:sha256;s=email;t=y;n=note;p=%s",
		    AUTH_PASS },
		{ " v = DKIM1 ; p = %s ; x=y", AUTH_PASS },
		{ "s=*; p=%s", AUTH_PASS },
		{ "s=web:email; p=%s", AUTH_PASS },
		{ "t=s; p=%s", AUTH_PASS },
		{ "v=DKIM2; p=%s", AUTH_PERMERROR },
		{ "v=dkim1; p=%s", AUTH_PERMERROR },
		{ "p=%s; v=DKIM1", AUTH_PERMERROR },
		{ "k=dsa; p=%s", AUTH_PERMERROR },
		{ "k=ed25519; p=%s", AUTH_PERMERROR },
		{ "h=sha1; p=%s", AUTH_PERMERROR },
		{ "s=web; p=%s", AUTH_PERMERROR },
		{ "v=DKIM1; p=", AUTH_PERMERROR },
		{ "v=DKIM1; k=rsa", AUTH_PERMERROR },
		{ "v=DKIM1; p=AAAA", AUTH_PERMERROR },
		{ "v=DKIM1; p=%s; p=%s", AUTH_PERMERROR },
		{ "v=DKIM1; p=!%s", AUTH_PERMERROR },
		{ "v=DKIM1; p=A%s", AUTH_PERMERROR },
		{ "no key at all", AUTH_PERMERROR },
		{ "", AUTH_PERMERROR },
	};
	struct house *h = *state;
	struct str signed_mail = sign_dkim(h->arena, &h->rsa, mail,
	    RSA "h=from:to");

	for (size_t i = 0; i < nitems(records); i++) {
		struct dkim_verdict v;

		h->lines[0] = NULL;
		publish(h, records[i].tags, &h->rsa);
		v = verify(h, signed_mail);
		assert_verdict(&v, records[i].want, records[i].tags);
		assert_int_equal(v.at[0].is_testing,
		    str_find_str(str_of(records[i].tags), STR("t=y")) !=
		    strlen(records[i].tags));
	}
}

/* The numbers alone: what follows the head of SubjectPublicKeyInfo, which is
 * 22 bytes for a key of 1024 bits. */
static void
test_a_key_without_its_envelope(void **state)
{
	struct house *h = *state;
	struct str bytes, text = signer_public(&h->rsa, h->arena);
	struct dkim_verdict v;

	assert_true(tag_base64(h->arena, text, &bytes));
	bytes = str_from(bytes, 22);
	h->lines[0] = str_cstr(h->arena, str_cat(h->arena,
	    STR("s._domainkey.d.example TXT p="), signing_base64(h->arena,
	    (const unsigned char *)bytes.p, bytes.n)));
	v = verify(h, sign_dkim(h->arena, &h->rsa, mail, RSA "h=from"));
	assert_verdict(&v, AUTH_PASS, "bare");
}

/* RFC 8301 3.2 */
static void
test_keys_of_the_wrong_size(void **state)
{
	struct house *h = *state;
	struct dkim_verdict v;

	publish(h, "p=%s", &h->weak);
	v = verify(h, sign_dkim(h->arena, &h->weak, mail, RSA "h=from"));
	assert_verdict(&v, AUTH_POLICY, "768 bits");
	h->lines[0] = NULL;
	publish(h, "p=%s", &h->slow);
	v = verify(h, sign_dkim(h->arena, &h->slow, mail, RSA "h=from"));
	assert_verdict(&v, AUTH_POLICY, "an exponent of 101 bits");
	h->lines[0] = NULL;
	publish(h, "k=ed25519; p=%s", &h->rsa);
	v = verify(h, sign_dkim(h->arena, &h->ed, mail, ED "h=from"));
	assert_verdict(&v, AUTH_PERMERROR, "RSA as Ed25519");
	h->lines[0] = NULL;
	publish(h, "k=rsa; p=%s", &h->ed);
	v = verify(h, sign_dkim(h->arena, &h->rsa, mail, RSA "h=from"));
	assert_verdict(&v, AUTH_PERMERROR, "Ed25519 as RSA");
}

static void
test_a_key_only_for_its_domain(void **state)
{
	struct house *h = *state;
	struct dkim_verdict v;

	publish(h, "t=x:s; p=%s", &h->rsa);
	v = verify(h, sign_dkim(h->arena, &h->rsa, mail,
	    RSA "h=from; i=@D.example"));
	assert_verdict(&v, AUTH_PASS, "itself");
	v = verify(h, sign_dkim(h->arena, &h->rsa, mail,
	    RSA "h=from; i=@sub.d.example"));
	assert_verdict(&v, AUTH_PERMERROR, "below");
}

/* 6.1.2 step 4: any of them may do. */
static void
test_of_several_keys_the_one_that_fits(void **state)
{
	struct house *h = *state;
	struct dkim_verdict v;

	publish(h, "about something else", &h->rsa);
	publish(h, "k=ed25519; p=%s", &h->ed);
	publish(h, "k=rsa; p=%s", &h->rsa);
	v = verify(h, sign_dkim(h->arena, &h->rsa, mail, RSA "h=from"));
	assert_verdict(&v, AUTH_PASS, "RSA");
	v = verify(h, sign_dkim(h->arena, &h->ed, mail, ED "h=from"));
	assert_verdict(&v, AUTH_PASS, "Ed25519");
	v = verify(h, sign_dkim(h->arena, &h->other, mail, RSA "h=from"));
	assert_verdict(&v, AUTH_FAIL, "somebody else's");
}

static void
test_no_key_and_no_answer_are_two_things(void **state)
{
	struct house *h = *state;
	struct str raw = sign_dkim(h->arena, &h->rsa, mail, RSA "h=from");
	struct dkim_verdict v = verify(h, raw);

	assert_verdict(&v, AUTH_PERMERROR, "no key");
	h->lines[0] = "s._domainkey.d.example FAIL x";
	v = verify(h, raw);
	assert_verdict(&v, AUTH_TEMPERROR, "no answer");
}

/* It once was no answer: whoever signed so was never told from the owner. */
static void
test_a_key_that_must_not_be_asked_for_is_an_error_for_good(void **state)
{
	struct house *h = *state;
	struct str raw = sign_dkim(h->arena, &h->rsa, mail, RSA "h=from");
	struct dkim_verdict v;

	h->lines[0] = "s._domainkey.d.example NEVER x";
	v = verify_for(h, raw, "a.example");
	assert_verdict(&v, AUTH_PERMERROR, "a stranger's");
	v = verify(h, raw);
	assert_verdict(&v, AUTH_TEMPERROR, "of the domain in From");
}

/* Else anybody could make it uncertain whether d= has signed. */
static void
test_a_selector_too_long_for_a_name_is_no_missing_answer(void **state)
{
	struct house *h = *state;
	struct str label = STR("0123456789012345678901234567890123456789"
	    "01234567890123456789.");
	struct str raw = str_cat(h->arena, STR("DKIM-Signature: v=1; "
	    "a=rsa-sha256; d=d.example; h=from;\r\n bh=AAAAAAAAAAAAAAAAAAAAA"
	    "AAAAAAAAAAAAAAAAAAAAAA=; b=AAAA;\r\n s="), label, label, label,
	    label, STR("s\r\n"), mail);
	struct dkim_verdict v = verify(h, raw);

	assert_int_equal(v.n, 1);
	assert_int_equal(v.at[0].result, AUTH_PERMERROR);
	assert_true(str_is(str_of(v.at[0].problem),
	    "d= and s= are too long for a name"));
}

static void
test_signatures_that_are_cut_or_no_base64(void **state)
{
	struct house *h = *state;
	struct str raw = sign_dkim(h->arena, &h->rsa, mail, RSA "h=from");
	size_t b = str_find_str(raw, STR("; b=")) + 4;
	size_t end = str_find(raw, '\n') - 1;
	static const struct { const char *b; enum auth_result want; }
	    cases[] = {
		{ "", AUTH_PERMERROR }, { "!", AUTH_PERMERROR },
		{ "AAA", AUTH_FAIL }, { "A", AUTH_PERMERROR },
		{ "AAAA=", AUTH_PERMERROR },
	};

	publish(h, "p=%s", &h->rsa);
	for (size_t i = 0; i < nitems(cases); i++) {
		struct dkim_verdict v = verify(h, str_cat(h->arena,
		    str_head(raw, b), str_of(cases[i].b),
		    str_from(raw, end)));

		assert_verdict(&v, cases[i].want, cases[i].b);
	}
	/* Folded as gateways do, it is the same. */
	{
		struct dkim_verdict v = verify(h, str_cat(h->arena,
		    str_head(raw, b + 20), STR("\r\n\t "),
		    str_from(raw, b + 20)));

		assert_verdict(&v, AUTH_PASS, "folded");
	}
}

/* 5.4.2: names are used up from the bottom. */
static void
test_a_second_field_of_a_signed_name(void **state)
{
	struct house *h = *state;
	struct dkim_verdict v;
	struct str once = sign_dkim(h->arena, &h->rsa, mail, RSA "h=from"),
	    over = sign_dkim(h->arena, &h->rsa, mail, RSA "h=from:from"),
	    list = sign_dkim(h->arena, &h->rsa, mail, RSA "h=from:list-id"),
	    more = STR("From: eve@evil.example\r\n");

	publish(h, "p=%s", &h->rsa);
	v = verify(h, str_cat(h->arena, more, once));
	assert_verdict(&v, AUTH_PASS, "on top, not guarded");
	v = verify(h, str_cat(h->arena, more, over));
	assert_verdict(&v, AUTH_FAIL, "on top, guarded");
	v = verify(h, str_cat(h->arena, STR("List-Id: x\r\n"), list));
	assert_verdict(&v, AUTH_PASS, "the lowest is signed");
}

static void
test_a_header_of_two_minds_verifies_nothing(void **state)
{
	static const char *const tops[] = { "Look here\r\n",
		"X: a\r\r<html>\r\n", "Content-Type: text/html\r\n<html>\r\n" };
	struct house *h = *state;
	struct str raw = sign_dkim(h->arena, &h->rsa, mail, RSA "h=from");

	publish(h, "p=%s", &h->rsa);
	for (size_t i = 0; i < nitems(tops); i++) {
		struct dkim_verdict v = verify(h, str_cat(h->arena,
		    str_of(tops[i]), raw));

		assert_verdict(&v, AUTH_PERMERROR, tops[i]);
	}
}

static void
test_only_so_many_signatures(void **state)
{
	struct house *h = *state;
	struct str raw = mail;
	struct dkim_verdict v;

	publish(h, "p=%s", &h->rsa);
	for (int i = 0; i < DKIM_SIGNATURES_MOST; i++)
		raw = sign_dkim(h->arena, &h->rsa, raw, RSA "h=from");
	v = verify(h, raw);
	assert_int_equal(v.n, DKIM_SIGNATURES_MOST);
	assert_int_equal(v.left, 0);
	for (size_t i = 0; i < v.n; i++)
		assert_int_equal(v.at[i].result, AUTH_PASS);
	v = verify(h, sign_dkim(h->arena, &h->rsa, raw, RSA "h=from"));
	assert_int_equal(v.n, DKIM_SIGNATURES_MOST);
	assert_int_equal(v.left, 1);
}

/* Somebody may put any number of signatures on top of the sender's. */
static void
test_of_too_many_those_of_the_sender_are_looked_at(void **state)
{
	struct house *h = *state;
	struct str raw = sign_dkim(h->arena, &h->rsa, mail, RSA "h=from");
	struct dkim_verdict v;

	publish(h, "p=%s", &h->rsa);
	raw = sign_dkim(h->arena, &h->rsa, raw, "v=1; a=rsa-sha256; "
	    "d=sub.d.example; s=s; h=from");
	for (int i = 0; i < 100; i++)
		raw = sign_dkim(h->arena, &h->rsa, raw, "v=1; a=rsa-sha256; "
		    "d=other.example; s=s; h=from");
	v = verify(h, raw);
	assert_int_equal(v.n, DKIM_SIGNATURES_MOST);
	assert_int_equal(v.left, 102 - DKIM_SIGNATURES_MOST);
	for (size_t i = 0; i < DKIM_SIGNATURES_MOST - 2; i++)
		assert_true(str_is(v.at[i].domain, "other.example"));
	assert_true(str_is(v.at[DKIM_SIGNATURES_MOST - 2].domain,
	    "sub.d.example"));
	assert_int_equal(v.at[DKIM_SIGNATURES_MOST - 1].result, AUTH_PASS);
	assert_ptr_equal(dkim_best(&v, STR("d.example")),
	    &v.at[DKIM_SIGNATURES_MOST - 1]);
}

/* A body may be long: each hash over a part of it costs as much. */
static void
test_parts_of_a_body_are_hashed_once(void **state)
{
	struct house *h = *state;
	struct str raw = mail;
	struct dkim_verdict v;

	publish(h, "p=%s", &h->rsa);
	raw = sign_dkim(h->arena, &h->rsa, raw, RSA "l=3; h=from");
	raw = sign_dkim(h->arena, &h->rsa, raw, RSA "h=from");
	raw = sign_dkim(h->arena, &h->rsa, raw,
	    RSA "c=relaxed/relaxed; h=from");
	raw = sign_dkim(h->arena, &h->rsa, raw, RSA "l=5; h=from");
	raw = sign_dkim(h->arena, &h->rsa, raw, RSA "l=5; h=from:to");
	v = verify(h, raw);
	assert_int_equal(v.n, 5);
	assert_int_equal(v.at[0].result, AUTH_POLICY);
	assert_int_equal(v.at[1].result, AUTH_POLICY);
	assert_int_equal(v.at[2].result, AUTH_PASS);
	assert_int_equal(v.at[3].result, AUTH_PASS);
	assert_int_equal(v.at[4].result, AUTH_FAIL);
}

/* 3.6.1 t=y */
static void
test_a_domain_that_tries_dkim_out_is_no_worse_off(void **state)
{
	struct house *h = *state;
	struct str raw = sign_dkim(h->arena, &h->rsa, mail, RSA "h=from");
	struct dkim_verdict v;

	publish(h, "t=y:s; p=%s", &h->rsa);
	v = verify(h, raw);
	assert_int_equal(v.at[0].result, AUTH_PASS);
	assert_true(v.at[0].is_testing);
	v = verify(h, str_cat(h->arena, raw, STR("more\r\n")));
	assert_int_equal(v.at[0].result, AUTH_NONE);
	assert_string_equal(v.at[0].problem, "only tried out (t=y): the body "
	    "is not what was signed");
	/* Nor is another signature hidden by it. */
	house_publish(h, "k._domainkey.d.example", "p=%s", &h->rsa);
	raw = sign_dkim(h->arena, &h->rsa, mail, "v=1; a=rsa-sha256; "
	    "d=d.example; s=k; h=from");
	raw = sign_dkim(h->arena, &h->rsa, raw, RSA "h=from");
	v = verify(h, str_cat(h->arena, raw, STR("more\r\n")));
	assert_int_equal(v.at[0].result, AUTH_NONE);
	assert_int_equal(v.at[1].result, AUTH_FAIL);
	assert_ptr_equal(dkim_best(&v, STR("d.example")), &v.at[1]);
}

/* RFC 8616 5 */
static void
test_names_in_unicode_are_looked_up_as_a_labels(void **state)
{
	struct house *h = *state;
	struct dkim_verdict v;

	house_publish(h, "xn--rck._domainkey.xn--wgv71a.example", "p=%s",
	    &h->rsa);
	v = verify(h, sign_dkim(h->arena, &h->rsa, mail, "v=1; a=rsa-sha256; "
	    "d=\u65e5\u672c.example; s=\u30b1; i=@a.\u65e5\u672c.example; h=from"));
	assert_verdict(&v, AUTH_PASS, "U-labels");
	assert_true(str_is(v.at[0].domain, "xn--wgv71a.example"));
}

static void
test_bodies_of_all_kinds(void **state)
{
	static const char *const bodies[] = { "", "\r\n", "\r\n\r\n", " ",
		" \r\n", "a", "a\r\n", "a\n", "\r\n\r\na\r\n\r\n", "a\r\rb" };
	static const char *const tags[] = { RSA "h=from",
		RSA "c=relaxed/relaxed; h=from" };
	struct house *h = *state;

	publish(h, "p=%s", &h->rsa);
	for (size_t i = 0; i < nitems(bodies) * 2; i++) {
		struct str raw = str_cat(h->arena, STR("From: a@b\r\n\r\n"),
		    str_of(bodies[i / 2]));
		struct dkim_verdict v = verify(h, sign_dkim(h->arena, &h->rsa,
		    raw, tags[i % 2]));

		assert_verdict(&v, AUTH_PASS, bodies[i / 2]);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, house_open, \
	    house_close)
		TEST(test_signatures),
		TEST(test_ed25519),
		TEST(test_key_records),
		TEST(test_a_key_without_its_envelope),
		TEST(test_keys_of_the_wrong_size),
		TEST(test_a_key_only_for_its_domain),
		TEST(test_of_several_keys_the_one_that_fits),
		TEST(test_no_key_and_no_answer_are_two_things),
		TEST(test_a_key_that_must_not_be_asked_for_is_an_error_for_good),
		TEST(
		    test_a_selector_too_long_for_a_name_is_no_missing_answer),
		TEST(test_signatures_that_are_cut_or_no_base64),
		TEST(test_a_second_field_of_a_signed_name),
		TEST(test_a_header_of_two_minds_verifies_nothing),
		TEST(test_only_so_many_signatures),
		TEST(test_of_too_many_those_of_the_sender_are_looked_at),
		TEST(test_parts_of_a_body_are_hashed_once),
		TEST(test_a_domain_that_tries_dkim_out_is_no_worse_off),
		TEST(test_names_in_unicode_are_looked_up_as_a_labels),
		TEST(test_bodies_of_all_kinds),
	};

	return cmocka_run_group_tests(tests, house_build, house_leave);
}
