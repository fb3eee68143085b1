/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thousand times one byte of a signed mail is another: it verifies if and
 * only if what was signed is still the same.  What was signed is put together
 * here a second time, slowly, and by nothing of the engine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buf.h"
#include "check/arc.h"
#include "check/dkim.h"
#include "check/taglist.h"
#include "house.h"
#include "zone.h"
#include "../draw.h"

enum { NOW = 1700000000, CHANGES = 1000, FIELDS_MOST = 64, TEXT_MOST = 20000 };

static const struct str mail = STR_INIT(
    "Received: from a.example by b.example; 1 Jan 2026 00:00:00 +0900\r\n"
    "From: Taro <taro@d.example>\r\n"
    "X-Unsigned: nobody vouches for what stands here, or in Received\r\n"
    "To: hanako@example.org\r\n"
    "Subject: a mail\r\n"
    "\tfolded  twice\r\n"
    "List-Id: one\r\n"
    "List-Id: two\r\n"
    "\r\n"
    "First  line \r\n"
    "\r\n"
    "  https://d.example/path?a=b&c=d\t\r\n"
    "last line\r\n"
    "\r\n"
    "\r\n");

static const char *const signed_names[] = { "from", "to", "subject",
	"list-id" };

/* --- what is signed --- */

/* Line ends are one byte here. */
static struct str
plain(struct arena *a, struct str raw)
{
	char *to = arena_take(a, raw.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < raw.n; i++) {
		if (raw.p[i] != '\r' || i + 1 == raw.n || raw.p[i + 1] != '\n')
			to[n++] = raw.p[i];
	}
	return (struct str){ to, n };
}

struct parts {
	size_t n;
	struct str field[FIELDS_MOST];
	struct str body;
	bool is_odd;
};

static bool
is_wsp(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_field(struct str line)
{
	size_t n = 0, at;

	while (n < line.n && line.p[n] > ' ' && line.p[n] < 0x7f &&
	    strchr("()<>@,;:\\\"/[]?={}", line.p[n]) == NULL)
		n++;
	for (at = n; at < line.n && is_wsp(line.p[at]);)
		at++;
	return n != 0 && at < line.n && line.p[at] == ':';
}

static void
split(struct parts *out, struct str s)
{
	size_t at = 0, end;

	*out = (struct parts){ 0 };
	for (; at < s.n && s.p[at] != '\n'; at = end + 1) {
		for (end = at; end < s.n && (s.p[end] != '\n' ||
		    (end + 1 < s.n && is_wsp(s.p[end + 1])));)
			end++;
		assert_true(out->n < FIELDS_MOST);
		out->field[out->n] = str_sub(s, at, end);
		out->is_odd |= !is_field(out->field[out->n]) ||
		    str_has(out->field[out->n], '\r');
		out->n++;
	}
	out->body = str_from(s, at + 1);
}

static struct str
name_of(struct str field)
{
	return str_trim(str_head(field, str_find(field, ':')));
}

/* Runs of blanks as one, none at the ends; line ends too, if so. */
static void
add_words(struct buf *b, struct str s, bool and_ends)
{
	bool has_blank = false, has_word = false;

	for (size_t i = 0; i < s.n; i++) {
		if (is_wsp(s.p[i]) || (and_ends && s.p[i] == '\n')) {
			has_blank = true;
			continue;
		}
		if (has_blank && (has_word || !and_ends))
			buf_add_byte(b, ' ');
		has_blank = false;
		has_word = true;
		buf_add_byte(b, s.p[i]);
	}
}

static void
add_field(struct buf *b, struct str field, bool is_relaxed)
{
	struct str name = name_of(field);

	if (!is_relaxed) {
		buf_add_str(b, field);
	} else {
		for (size_t i = 0; i < name.n; i++)
			buf_add_byte(b, ascii_lower(name.p[i]));
		buf_add_byte(b, ':');
		add_words(b, str_from(field, str_find(field, ':') + 1), true);
	}
	buf_add_byte(b, '\n');
}

/* The field and its b= apart. */
static void
add_signature(struct buf *b, struct arena *a, struct str field,
    bool is_relaxed)
{
	size_t at = str_find(field, ':'), end, is;
	struct str bytes;

	for (;; at = end) {
		end = at + 1 + str_find(str_from(field, at + 1), ';');
		is = at + 1 + str_find(str_sub(field, at + 1, end), '=');
		if (str_is(str_trim(str_sub(field, at + 1, is)), "b") ||
		    end >= field.n)
			break;
	}
	add_field(b, str_cat(a, str_head(field, is + 1),
	    str_from(field, end)), is_relaxed);
	if (tag_base64(a, str_sub(field, is + 1, end), &bytes))
		buf_add_str(b, bytes);
	else
		buf_add_str(b, STR("?"));
}

static void
add_body(struct buf *b, struct str body, bool is_relaxed)
{
	size_t begin = b->n, empty = 0;

	while (body.n != 0) {
		size_t n = str_find(body, '\n');
		struct str line = str_head(body, n);

		body = str_from(body, n + 1);
		while (is_relaxed && line.n != 0 && is_wsp(line.p[line.n - 1]))
			line.n--;
		if (line.n == 0) {
			empty++;
			continue;
		}
		for (; empty != 0; empty--)
			buf_add_byte(b, '\n');
		if (is_relaxed)
			add_words(b, line, false);
		else
			buf_add_str(b, line);
		buf_add_byte(b, '\n');
	}
	if (b->n == begin && !is_relaxed)
		buf_add_byte(b, '\n');
}

static void
add_named(struct buf *b, const struct parts *p, bool is_relaxed)
{
	bool used[FIELDS_MOST] = { false };

	for (size_t k = 0; k < 2 * nitems(signed_names); k++) {
		const char *name = signed_names[k / 2];
		size_t i = p->n;

		while (i-- > 0 && (used[i] ||
		    !str_case_is(name_of(p->field[i]), name)))
			;
		if (i < p->n) {
			used[i] = true;
			add_field(b, p->field[i], is_relaxed);
		}
	}
}

struct form {
	const char *name, *tags; /* of DKIM; NULL: ARC */
	bool is_ed, is_head_relaxed, is_body_relaxed;
};

/* Nothing, where no reader is of one mind. */
static struct str
what_is_signed(struct arena *a, struct str raw, const struct form *f)
{
	struct parts p;
	struct buf b;
	bool has_last = false;

	split(&p, plain(a, raw));
	buf_init_arena(&b, a, TEXT_MOST);
	if (p.is_odd)
		return STR("");
	for (size_t i = 0; i < p.n; i++) {
		struct str name = name_of(p.field[i]);

		if (f->tags != NULL && str_case_is(name, "DKIM-Signature")) {
			add_signature(&b, a, p.field[i], f->is_head_relaxed);
		} else if (f->tags == NULL && !has_last &&
		    str_case_is(name, "ARC-Seal")) {
			has_last = true;
			add_signature(&b, a, p.field[i], true);
		} else if (f->tags == NULL && str_case_starts(name,
		    STR("ARC-"))) {
			add_field(&b, p.field[i], true);
		}
	}
	add_named(&b, &p, f->is_head_relaxed);
	add_body(&b, p.body, f->is_body_relaxed);
	return buf_str(&b);
}

/* --- signing and verifying --- */

static struct str
arc_set(struct house *h, struct str raw, unsigned i, struct str *below)
{
	struct arena *a = h->arena;
	struct str results = str_printf(a, "ARC-Authentication-Results: i=%u; "
	    "mx.example; spf=pass", i);
	struct str message = sign_field(a, &h->rsa, raw,
	    "ARC-Message-Signature", str_printf(a, "i=%u; a=rsa-sha256; "
	    "c=relaxed/relaxed; d=d.example; s=s; h=from:from:to:to:subject:"
	    "subject:list-id:list-id", i), DKIM_USE_ARC);
	struct str seal = str_printf(a, "ARC-Seal: i=%u; a=rsa-sha256; cv=%s; "
	    "d=d.example; s=s; t=1; b=", i, i == 1 ? "none" : "pass");
	unsigned char digest[SHA256_BYTES];
	struct sha256 *sum = sha256_new();
	const struct canon_sink sink = { signing_add, sum };
	const struct str fields[] = { results, message, seal };

	sha256_add(sum, *below);
	for (size_t n = 0; n < 3; n++) {
		canon_field(&sink, CANON_RELAXED, fields[n]);
		if (n < 2)
			sha256_add(sum, STR("\r\n"));
	}
	sha256_end(sum, digest);
	seal = str_cat(a, seal, sign_digest(&h->rsa, a, digest));
	*below = str_cat(a, *below,
	    STR("arc-authentication-results:"), str_from(results, 28),
	    STR("\r\narc-message-signature:"));
	*below = str_cat(a, *below, str_from(message, 23),
	    STR("\r\narc-seal:"), str_from(seal, 10));
	*below = str_cat(a, *below, STR("\r\n"));
	return str_cat(a, str_cat(a, seal, STR("\r\n"), message),
	    STR("\r\n"), str_cat(a, results, STR("\r\n"), raw));
}

static struct str
sign(struct house *h, const struct form *f)
{
	struct str raw = mail, below = STR("");

	if (f->tags != NULL)
		return sign_dkim(h->arena, f->is_ed ? &h->ed : &h->rsa, raw,
		    f->tags);
	raw = arc_set(h, raw, 1, &below);
	return arc_set(h, raw, 2, &below);
}

static bool
verifies(struct house *h, struct arena *a, struct str raw,
    const struct form *f)
{
	struct zone z = { .arena = a, .lines = h->lines };
	struct names names = { zone_find, &z };
	struct signed_mail m;
	const struct dkim_query q = { .mail = &m, .now = NOW };
	struct dkim_verdict dkim;
	struct arc_verdict arc;

	signed_mail_read(&m, a, raw);
	if (f->tags == NULL) {
		assert_true(arc_check(&arc, a, &m, &names, NOW));
		return arc.result == AUTH_PASS;
	}
	assert_true(dkim_check(&dkim, a, &names, &q));
	return dkim.n == 1 && dkim.at[0].result == AUTH_PASS;
}

/* --- changing --- */

/* One form of signature, over one mail. */
struct trial {
	struct house *house;
	const struct form *form;
	struct str raw;
	struct str text;       /* what is signed of it */
	unsigned counts[2];    /* of changes: those that fail, and hold */
};

static char
another(char c)
{
	static const char odd[] = " \t\r\n:;=\0b";
	char new;

	do {
		switch (draw(4)) {
		case 0:
			new = (char)(c ^ (1 << draw(8)));
			break;
		case 1:
			new = (char)draw(256);
			break;
		case 2:
			new = odd[draw(sizeof(odd) - 1)];
			break;
		default:
			new = c ^ 0x20;
		}
	} while (new == c);
	return new;
}

#define NAMES "h=from:from:to:to:subject:subject:list-id:list-id"
static const struct form forms[] = {
	{ "RSA simple/simple", "v=1; a=rsa-sha256; d=d.example; s=s; " NAMES,
	    false, false, false },
	{ "RSA relaxed/relaxed", "v=1; a=rsa-sha256; c=relaxed/relaxed; "
	    "d=d.example; s=s; " NAMES, false, true, true },
	{ "RSA relaxed/simple", "v=1; a=rsa-sha256; c=relaxed; d=d.example; "
	    "s=s; " NAMES, false, true, false },
	{ "Ed25519 simple/simple", "v=1; a=ed25519-sha256; d=d.example; "
	    "s=ed; " NAMES, true, false, false },
	{ "Ed25519 relaxed/relaxed", "v=1; a=ed25519-sha256; "
	    "c=relaxed/relaxed; d=d.example; s=ed; " NAMES, true, true,
	    true },
	{ "ARC", NULL, false, true, true },
};

static void
change(struct trial *t)
{
	struct arena *a = arena_new();
	struct str copy = str_copy(a, t->raw);
	size_t at = draw((unsigned)t->raw.n);
	char *bytes = (char *)(uintptr_t)copy.p;
	bool is_same, holds;

	bytes[at] = another(bytes[at]);
	is_same = str_eq(what_is_signed(a, copy, t->form), t->text);
	holds = verifies(t->house, a, copy, t->form);
	if (holds != is_same)
		fail_msg("%s: byte %zu from %02x to %02x: %s, and what was "
		    "signed is %s\n%" STR_FMT, t->form->name, at,
		    (unsigned char)t->raw.p[at], (unsigned char)bytes[at],
		    holds ? "verifies" : "does not verify",
		    is_same ? "the same" : "another", STR_ARG(copy));
	t->counts[holds]++;
	arena_free(a);
}

static void
test_only_what_is_still_the_same_verifies(void **state)
{
	struct house *h = *state;
	struct trial t = { .house = h };

	house_publish(h, "s._domainkey.d.example", "p=%s", &h->rsa);
	house_publish(h, "ed._domainkey.d.example", "k=ed25519; p=%s",
	    &h->ed);
	for (size_t i = 0; i < nitems(forms); i++) {
		t.form = &forms[i];
		t.raw = sign(h, t.form);
		t.text = what_is_signed(h->arena, t.raw, t.form);
		memset(t.counts, 0, sizeof(t.counts));
		assert_true(t.text.n > 300);
		assert_true(verifies(h, h->arena, t.raw, t.form));
		for (int n = 0; n < CHANGES; n++)
			change(&t);
		/* Received and X-Unsigned are an eighth of a mail. */
		assert_true(t.counts[0] > CHANGES / 2);
		assert_true(t.counts[1] > CHANGES / 50);
		print_message("%s: %u changes fail, %u are outside\n",
		    t.form->name, t.counts[0], t.counts[1]);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_only_what_is_still_the_same_verifies, house_open,
		    house_close),
	};

	return cmocka_run_group_tests(tests, house_build, house_leave);
}
