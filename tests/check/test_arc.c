/* SPDX-License-Identifier: Apache-2.0 */
/* Chains good, broken and forged; sections are those of RFC 8617. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "check/arc.h"
#include "house.h"
#include "zone.h"

enum { NOW = 1700000000 };

static const struct str mail = STR_INIT("From: Taro <taro@d.example>\r\n"
    "To: hanako@example.org\r\n"
    "Subject: forwarded\r\n"
    "\r\n"
    "First  line \r\n"
    "last line\r\n");

/* The fields of a set, "%u" for its number; NULL: as usual. */
struct shape {
	const char *results, *message, *seal;
	enum auth_result want;
};

static const struct shape usual = {
	"ARC-Authentication-Results: i=%u; mx.example; spf=pass",
	"i=%u; a=rsa-sha256; c=relaxed/relaxed; d=k.example; s=s; "
	    "h=from:to:subject; t=1600000000",
	"i=%u; a=rsa-sha256; cv=%s; d=k.example; s=s; t=1600000000",
	AUTH_PASS
};

struct chain {
	struct arena *arena;
	struct str mail;       /* with what was put on top */
	struct str sealed;     /* relaxed, all sets so far */
	unsigned n;
};

static int
set_up(void **state)
{
	struct house *h = *state;

	house_open(state);
	house_publish(h, "s._domainkey.k.example", "v=DKIM1; k=rsa; p=%s",
	    &h->rsa);
	house_publish(h, "ed._domainkey.k.example", "v=DKIM1; k=ed25519; p=%s",
	    &h->ed);
	house_publish(h, "weak._domainkey.k.example", "p=%s", &h->weak);
	house_publish(h, "gone._domainkey.k.example", "p=", NULL);
	house_publish(h, "web._domainkey.k.example", "s=web; p=%s", &h->rsa);
	h->lines[5] = "dead._domainkey.k.example FAIL x";
	return 0;
}

static void
add_text(void *owner, struct str piece)
{
	struct chain *c = owner;

	c->sealed = str_cat(c->arena, c->sealed, piece);
}

static void
add_relaxed(struct chain *c, struct str field)
{
	const struct canon_sink sink = { add_text, c };

	canon_field(&sink, CANON_RELAXED, field);
}

/* A text of a shape with the number of the set, and cv= as it must be. */
static struct str
fill(struct chain *c, const char *own, const char *other)
{
	struct str rest = str_of(own != NULL ? own : other), out = { 0 };
	struct str number = str_printf(c->arena, "%u", c->n), piece;
	size_t at;

	for (; (at = str_find(rest, '%')) < rest.n;
	    rest = str_from(rest, at + 2)) {
		piece = rest.p[at + 1] == 'u' ? number
		    : c->n == 1 ? STR("none") : STR("pass");
		out = str_cat(c->arena, out, str_head(rest, at), piece);
	}
	return str_cat(c->arena, out, rest);
}

/* One more set. */
static void
seal(struct chain *c, const struct signer *s, const struct shape *shape)
{
	struct str results, message, name = STR("ARC-Seal: "), tags;
	unsigned char digest[SHA256_BYTES];
	struct sha256 *sum = sha256_new();
	struct str before;

	c->n++;
	results = fill(c, shape->results, usual.results);
	message = sign_field(c->arena, s, c->mail, "ARC-Message-Signature",
	    fill(c, shape->message, usual.message), DKIM_USE_ARC);
	tags = fill(c, shape->seal, usual.seal);
	if (str_find_str(tags, STR("t=")) == tags.n)
		tags = str_cat(c->arena, tags, STR("; t=1600000000"));
	add_relaxed(c, results);
	c->sealed = str_cat(c->arena, c->sealed, STR("\r\n"));
	add_relaxed(c, message);
	c->sealed = str_cat(c->arena, c->sealed, STR("\r\n"));
	before = c->sealed;
	add_relaxed(c, str_cat(c->arena, name, tags, STR("; b=")));
	sha256_add(sum, c->sealed);
	sha256_end(sum, digest);
	c->sealed = before;
	tags = str_cat(c->arena, name, tags, STR("; b="),
	    sign_digest(s, c->arena, digest));
	add_relaxed(c, tags);
	c->sealed = str_cat(c->arena, c->sealed, STR("\r\n"));
	c->mail = str_cat(c->arena, tags, STR("\r\n"), str_cat(c->arena,
	    message, STR("\r\n"), str_cat(c->arena, results, STR("\r\n"),
	    c->mail)));
}

static struct chain *
begin(struct house *h, struct str raw)
{
	struct chain *c = ARENA_ONE(h->arena, struct chain);

	*c = (struct chain){ .arena = h->arena, .mail = raw };
	return c;
}

/* n usual sets. */
static struct chain *
chain_of(struct house *h, unsigned n)
{
	struct chain *c = begin(h, mail);

	while (c->n < n)
		seal(c, &h->rsa, &usual);
	return c;
}

static struct arc_verdict
verify(struct house *h, struct str raw)
{
	struct zone z = { .arena = h->arena, .lines = h->lines,
		.is_lazy = true };
	struct names names = { zone_find, &z };
	struct signed_mail m;
	struct arc_verdict v;
	unsigned n = 0;

	signed_mail_read(&m, h->arena, raw);
	while (!arc_check(&v, h->arena, &m, &names, NOW))
		assert_true(++n < 20);
	if ((v.problem != NULL) != (v.result == AUTH_FAIL))
		fail_msg("%s with the problem %s",
		    auth_result_name(v.result), v.problem);
	return v;
}

static void
assert_chain(struct house *h, struct str raw, enum auth_result want,
    const char *what)
{
	struct arc_verdict v = verify(h, raw);

	if (v.result != want)
		fail_msg("%s: %s (set %zu: %s)", what,
		    auth_result_name(v.result), v.problem_set, v.problem);
}

static void
test_a_mail_without_a_chain_has_none(void **state)
{
	struct house *h = *state;

	assert_chain(h, mail, AUTH_NONE, "none");
	assert_chain(h, str_cat(h->arena, STR("odd\r\n"), mail), AUTH_NONE,
	    "none, and odd");
}

static void
test_chains_of_all_lengths(void **state)
{
	struct house *h = *state;
	struct chain *c = begin(h, mail);

	for (unsigned n = 1; n <= ARC_SETS_MOST; n++) {
		seal(c, &h->rsa, &usual);
		if (n < 6 || n == ARC_SETS_MOST) {
			struct arc_verdict v = verify(h, c->mail);

			assert_int_equal(v.result, AUTH_PASS);
			assert_int_equal(v.n, n);
			assert_true(str_is(v.sealer[n - 1], "k.example"));
			assert_true(str_is(v.results[0],
			    " mx.example; spf=pass"));
		}
	}
	seal(c, &h->rsa, &usual);
	assert_chain(h, c->mail, AUTH_FAIL, "51 sets");
}

/* 4: what stands in the fields of the first set. */
static const struct shape first_sets[] = {
	{ NULL, NULL, NULL, AUTH_PASS },
	/* 4.1.1 ARC-Authentication-Results */
	{ "ARC-Authentication-Results:i=%u;x;none", NULL, NULL, AUTH_PASS },
	{ "arc-authentication-RESULTS : i = %u ; x ; dkim=pass", NULL, NULL,
	    AUTH_PASS },
	{ "ARC-Authentication-Results:\r\n i=%u;\r\n\tx; spf=fail", NULL,
	    NULL, AUTH_PASS },
	{ "ARC-Authentication-Results: x; spf=pass", NULL, NULL, AUTH_FAIL },
	{ "ARC-Authentication-Results: i=; x; spf=pass", NULL, NULL,
	    AUTH_FAIL },
	{ "ARC-Authentication-Results: i=0; x", NULL, NULL, AUTH_FAIL },
	{ "ARC-Authentication-Results: i=51; x", NULL, NULL, AUTH_FAIL },
	{ "ARC-Authentication-Results: i=-1; x", NULL, NULL, AUTH_FAIL },
	{ "ARC-Authentication-Results: i=2; x", NULL, NULL, AUTH_FAIL },
	{ "ARC-Authentication-Results: i=a; x", NULL, NULL, AUTH_FAIL },
	{ "ARC-Authentication-Results: i=99999999999999999999; x", NULL,
	    NULL, AUTH_FAIL },
	/* 4.1.2 ARC-Message-Signature */
	{ NULL, "a=rsa-sha256; d=k.example; s=s; h=from", NULL, AUTH_FAIL },
	{ NULL, "i=; a=rsa-sha256; d=k.example; s=s; h=from", NULL,
	    AUTH_FAIL },
	{ NULL, "i=2; a=rsa-sha256; d=k.example; s=s; h=from", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u; i=%u; a=rsa-sha256; d=k.example; s=s; h=from", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=s; h=from", NULL,
	    AUTH_PASS },
	{ NULL, "i=%u; a=rsa-sha256; c=simple; d=k.example; s=s; h=from:to",
	    NULL, AUTH_PASS },
	{ NULL, "i=%u; a=rsa-sha256; c=simple/relaxed; d=k.example; s=s;"
	    "\r\n\th=from : to :\r\n subject", NULL, AUTH_PASS },
	{ NULL, "i=%u; a=rsa-sha256; c=odd; d=k.example; s=s; h=from", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha1; d=k.example; s=s; h=from", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha512; d=k.example; s=s; h=from", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u; d=k.example; s=s; h=from", NULL, AUTH_FAIL },
	{ NULL, "i=%u; a=; d=k.example; s=s; h=from", NULL, AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; s=s; h=from", NULL, AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=; s=s; h=from", NULL, AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; h=from", NULL, AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=; h=from", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=s", NULL, AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=s; h=", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=s; h=to:subject", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=s; h=from:ARC-Seal",
	    NULL, AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=s; h=from:x-not-there",
	    NULL, AUTH_PASS },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=s; h=from:from:from",
	    NULL, AUTH_PASS },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=s; h=from; t=x", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=s; h=from; t=0", NULL,
	    AUTH_PASS },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=s; h=from; x=1", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=s; h=from; l=3", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=s; h=from; t=", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=s; h=From : TO:from;"
	    " c=relaxed", NULL, AUTH_PASS },
	{ NULL, "i=%u; a=rsa-sha256; d=***; s=s; h=from", NULL, AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=s; h=from; c=", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=s; h=from; bh=AAAA",
	    NULL, AUTH_FAIL },
	{ NULL, "i=0; a=rsa-sha256; d=k.example; s=s; h=from", NULL,
	    AUTH_FAIL },
	{ NULL, "i=one; a=rsa-sha256; d=k.example; s=s; h=from", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u;; a=rsa-sha256; d=k.example; s=s; h=from", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u; A=rsa-sha256; d=k.example; s=s; h=from", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=s; h=from; odd=x", NULL,
	    AUTH_PASS },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=none; h=from", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=gone; h=from", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=web; h=from", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=weak; h=from", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=ed; h=from", NULL,
	    AUTH_FAIL },
	{ NULL, "i=%u; a=rsa-sha256; d=k.example; s=dead; h=from", NULL,
	    AUTH_TEMPERROR },
	/* 4.1.3 ARC-Seal */
	{ NULL, NULL, "a=rsa-sha256; cv=%s; d=k.example; s=s", AUTH_FAIL },
	{ NULL, NULL, "i=2; a=rsa-sha256; cv=%s; d=k.example; s=s",
	    AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; d=k.example; s=s",
	    AUTH_PASS },
	{ NULL, NULL, "s = s ;\r\n\td=K.Example; cv= %s; a=RSA-SHA256; i=%u",
	    AUTH_PASS },
	{ NULL, NULL, "i=%u; a=rsa-sha256; d=k.example; s=s", AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=; d=k.example; s=s",
	    AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=fail; d=k.example; s=s",
	    AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=pass; d=k.example; s=s",
	    AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=odd; d=k.example; s=s",
	    AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=none; cv=none; d=k.example; "
	    "s=s", AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha1; cv=%s; d=k.example; s=s",
	    AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=odd; cv=%s; d=k.example; s=s", AUTH_FAIL },
	{ NULL, NULL, "i=%u; cv=%s; d=k.example; s=s", AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; s=s", AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; d=k.example", AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; d=k..example; s=s",
	    AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; d=k.example; s=s; h=from",
	    AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; d=k.example; s=s; bh=AAAA",
	    AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; d=k.example; s=s; "
	    "c=relaxed/relaxed", AUTH_PASS },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; d=k.example; s=s; "
	    "without_t=1", AUTH_PASS },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; d=k.example; s=s; t=",
	    AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; d=k.example; s=s; t=-1.5",
	    AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; d=k.example; s=s; t=0",
	    AUTH_PASS },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; d=***; s=s", AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; d=; s=s", AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; d=k.example; s=",
	    AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=; cv=%s; d=k.example; s=s", AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=:); d=k.example; s=s",
	    AUTH_FAIL },
	/* 3.2 of RFC 6376: the list itself */
	{ NULL, NULL, "i=%u;; a=rsa-sha256; cv=%s; d=k.example; s=s",
	    AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; d=k.example; S=s",
	    AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; d=k.example; s=s; s=s",
	    AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; d=k.example; s=s; _=",
	    AUTH_FAIL },
	{ NULL, NULL, "i=%u;\r\n\ta = rsa-sha256 ;cv =%s;d= k.example;"
	    "\r\n  s=\r\n s", AUTH_PASS },
	{ NULL, NULL, "i=; a=rsa-sha256; cv=%s; d=k.example; s=s",
	    AUTH_FAIL },
	{ NULL, NULL, "i=0; a=rsa-sha256; cv=%s; d=k.example; s=s",
	    AUTH_FAIL },
	{ NULL, NULL, "i=one; a=rsa-sha256; cv=%s; d=k.example; s=s",
	    AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; d=k.example; s=none",
	    AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; d=k.example; s=gone",
	    AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; d=k.example; s=weak",
	    AUTH_FAIL },
	{ NULL, NULL, "i=%u; a=rsa-sha256; cv=%s; d=k.example; s=dead",
	    AUTH_TEMPERROR },
};

static void
test_sets_of_all_shapes(void **state)
{
	struct house *h = *state;

	for (size_t i = 0; i < nitems(first_sets); i++) {
		const struct shape *s = &first_sets[i];
		struct chain *c = begin(h, mail);

		seal(c, &h->rsa, s);
		assert_chain(h, c->mail, s->want, s->results != NULL
		    ? s->results : s->message != NULL ? s->message : s->seal);
	}
}

/* 5.2 step 3 C: cv= of the sets behind the first. */
static void
test_states_of_a_second_set(void **state)
{
	static const struct { const char *cv; enum auth_result want; }
	    cases[] = { { "pass", AUTH_PASS }, { "PASS", AUTH_PASS },
		{ "none", AUTH_FAIL }, { "fail", AUTH_FAIL },
		{ "", AUTH_FAIL }, { "passed", AUTH_FAIL } };
	struct house *h = *state;

	for (size_t i = 0; i < nitems(cases); i++) {
		struct chain *c = chain_of(h, 1);
		struct shape s = { .seal = str_cstr(h->arena, str_cat(h->arena,
		    STR("i=%u; a=rsa-sha256; d=k.example; s=s; cv="),
		    str_of(cases[i].cv))) };

		seal(c, &h->rsa, &s);
		assert_chain(h, c->mail, cases[i].want, cases[i].cv);
		/* Nobody mends it. */
		seal(c, &h->rsa, &usual);
		assert_chain(h, c->mail, cases[i].want, cases[i].cv);
	}
}

static void
test_ed25519_seals_too(void **state)
{
	static const struct shape shape = { NULL,
		"i=%u; a=ed25519-sha256; d=k.example; s=ed; h=from:subject",
		"i=%u; a=ed25519-sha256; cv=%s; d=k.example; s=ed",
		AUTH_PASS };
	struct house *h = *state;
	struct chain *c = chain_of(h, 2);

	seal(c, &h->ed, &shape);
	seal(c, &h->rsa, &usual);
	assert_chain(h, c->mail, AUTH_PASS, "RSA, RSA, Ed25519, RSA");
}

/* The mail without the field that begins so. */
static struct str
without(struct house *h, struct str raw, const char *head)
{
	size_t at = str_find_str(raw, str_of(head));
	struct str rest = str_from(raw, at);

	assert_true(at < raw.n);
	return str_cat(h->arena, str_head(raw, at), str_from(rest,
	    str_find(rest, '\n') + 1));
}

/* The field that begins so, with its line end. */
static struct str
field_of(struct str raw, const char *head)
{
	struct str rest = str_from(raw, str_find_str(raw, str_of(head)));

	return str_head(rest, str_find(rest, '\n') + 1);
}

/* 5.2 step 3 A and B. */
static void
test_sets_that_are_not_whole_and_gaps(void **state)
{
	static const char *const fields[] = {
		"ARC-Authentication-Results: i=1", "ARC-Message-Signature: i=1",
		"ARC-Seal: i=1", "ARC-Authentication-Results: i=2",
		"ARC-Message-Signature: i=2", "ARC-Seal: i=2",
		"ARC-Authentication-Results: i=3", "ARC-Message-Signature: i=3",
		"ARC-Seal: i=3" };
	struct house *h = *state;
	struct str raw = chain_of(h, 3)->mail, one;

	assert_chain(h, raw, AUTH_PASS, "whole");
	for (size_t i = 0; i < nitems(fields); i++) {
		one = without(h, raw, fields[i]);
		assert_chain(h, one, AUTH_FAIL, fields[i]);
		one = str_cat(h->arena, field_of(raw, fields[i]), raw);
		assert_chain(h, one, AUTH_FAIL, fields[i]);
	}
	for (size_t set = 0; set < 2; set++) {
		one = raw;
		for (size_t i = 0; i < 3; i++)
			one = without(h, one, fields[set * 3 + i]);
		assert_chain(h, one, AUTH_FAIL, "a gap");
	}
	/* The last alone may be taken off: it is a shorter chain. */
	one = raw;
	for (size_t i = 6; i < 9; i++)
		one = without(h, one, fields[i]);
	assert_chain(h, one, AUTH_PASS, "two of three");
}

static void
test_the_order_of_the_fields_is_free(void **state)
{
	struct house *h = *state;
	struct str raw = chain_of(h, 2)->mail, one;

	one = field_of(raw, "ARC-Seal: i=1");
	one = str_cat(h->arena, one, without(h, raw, "ARC-Seal: i=1"));
	assert_chain(h, one, AUTH_PASS, "a seal on top");
	one = field_of(raw, "ARC-Authentication-Results: i=2");
	raw = without(h, raw, "ARC-Authentication-Results: i=2");
	one = str_cat(h->arena, str_head(raw, raw.n - mail.n), one, mail);
	assert_chain(h, one, AUTH_PASS, "results at the bottom");
}

/* One letter of what stands behind the head. */
static struct str
changed(struct house *h, struct str raw, const char *head, size_t behind)
{
	struct str copy = str_copy(h->arena, raw);
	size_t at = str_find_str(copy, str_of(head)) + strlen(head) + behind;

	assert_true(at < copy.n);
	((char *)(uintptr_t)copy.p)[at] ^= 1;
	return copy;
}

static void
test_what_was_changed_fails(void **state)
{
	static const struct { const char *head; size_t behind, set; }
	    cases[] = {
		{ "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=k.example; s=s; "
		    "t=16", 4, 1 },
		{ "ARC-Authentication-Results: i=1; mx", 1, 2 },
		{ "ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/"
		    "relaxed; d=k.example; s=s; h=from:to:subject; t=16", 4,
		    2 },
		{ "First  ", 1, 2 },
		{ "Subject: ", 1, 2 },
		{ "From: ", 1, 2 },
	};
	struct house *h = *state;
	struct str raw = chain_of(h, 2)->mail;

	for (size_t i = 0; i < nitems(cases); i++) {
		struct arc_verdict v = verify(h, changed(h, raw,
		    cases[i].head, cases[i].behind));

		if (v.result != AUTH_FAIL || (v.problem_set != cases[i].set &&
		    v.problem_set != 2))
			fail_msg("%s: %s in set %zu", cases[i].head,
			    auth_result_name(v.result), v.problem_set);
	}
}

/* A list may change the mail, if it then signs it anew. */
static void
test_only_the_latest_message_signature_must_hold(void **state)
{
	struct house *h = *state;
	struct chain *c = chain_of(h, 2);

	c->mail = str_cat(h->arena, c->mail, STR("-- \r\nlist\r\n"));
	assert_chain(h, c->mail, AUTH_FAIL, "changed");
	seal(c, &h->rsa, &usual);
	assert_chain(h, c->mail, AUTH_PASS, "signed anew");
}

static void
test_a_header_of_two_minds_is_no_chain(void **state)
{
	struct house *h = *state;

	assert_chain(h, str_cat(h->arena, STR("X: a\r\r<html>\r\n"),
	    chain_of(h, 1)->mail), AUTH_FAIL, "odd");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, house_close)
		TEST(test_a_mail_without_a_chain_has_none),
		TEST(test_chains_of_all_lengths),
		TEST(test_sets_of_all_shapes),
		TEST(test_states_of_a_second_set),
		TEST(test_ed25519_seals_too),
		TEST(test_sets_that_are_not_whole_and_gaps),
		TEST(test_the_order_of_the_fields_is_free),
		TEST(test_what_was_changed_fails),
		TEST(test_only_the_latest_message_signature_must_hold),
		TEST(test_a_header_of_two_minds_is_no_chain),
	};

	return cmocka_run_group_tests(tests, house_build, house_leave);
}
