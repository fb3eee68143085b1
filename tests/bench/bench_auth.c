/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What proving a sender costs, each method alone, once all answers are in: a
 * mail of 4 KB and one of 32 KB, keys made here, answers from a table.  What
 * waiting costs is tests/bench/bench_world.py.
 */
#include "bench/bench.h"

#include "base/buf.h"
#include "check/arc.h"
#include "check/dkim.h"
#include "check/dmarc.h"
#include "check/names.h"
#include "check/record.h"
#include "check/signing.h"
#include "check/spf.h"

enum { ROUNDS = 400, SETS = 3, LINES_MOST = 24, NOW = 1700000000,
	BELOW_MOST = 1 << 16 };

struct known {
	enum dns_type type;
	struct str name;
	struct dns_answer answer;
};

struct world {
	struct arena *arena;
	struct known at[LINES_MOST];
	size_t n;
	size_t asked;
};

static const struct dns_answer *
find(void *owner, enum dns_type type, struct str name)
{
	static const struct dns_answer none = { .result = DNS_NO_NAME };
	struct world *w = owner;

	w->asked++;
	for (size_t i = 0; i < w->n; i++) {
		if (w->at[i].type == type && str_case_eq(w->at[i].name, name))
			return &w->at[i].answer;
	}
	return &none;
}

static void
know(struct world *w, enum dns_type type, const char *name, struct str value)
{
	struct str *at = ARENA_ONE(w->arena, struct str);

	assert(w->n < LINES_MOST);
	*at = value;
	w->at[w->n++] = (struct known){ type, str_of(name),
		{ .result = DNS_FOUND, .n = 1, .at = at } };
}

static struct str
key_of(struct arena *a, const char *head, const struct signer *s)
{
	return str_cat(a, str_of(head), signer_public(s, a));
}

/* A line of a mail, over and over. */
static struct str
mail_of(struct arena *a, size_t bytes)
{
	struct buf b;

	buf_init_arena(&b, a, bytes + 1000);
	buf_add_str(&b, STR("Received: from a.example by b.example; 1 Jan\r\n"
	    "From: Taro <taro@mail.d.example>\r\nTo: h@example.org\r\n"
	    "Subject: a mail that is signed\r\nMIME-Version: 1.0\r\n"
	    "Date: Thu, 1 Jan 2026 00:00:00 +0900\r\n"
	    "Message-ID: <1@d.example>\r\n\r\n"));
	while (b.n < bytes)
		buf_add_str(&b, STR("A line as long as most are, with twelve "
		    "words, and one of them last.\r\n"));
	return buf_str(&b);
}

static unsigned sets;

#define NAMES "h=from:to:subject:date:message-id:mime-version"

static void
add_to_buf(void *owner, struct str piece)
{
	buf_add_str(owner, piece);
}

static void
add_relaxed(struct buf *b, struct str field, bool has_end)
{
	const struct canon_sink sink = { add_to_buf, b };

	canon_field(&sink, CANON_RELAXED, field);
	if (has_end)
		buf_add_str(b, STR("\r\n"));
}

/* One more set on top; below is what the sets so far add up to. */
static struct str
seal(struct arena *a, const struct signer *s, struct str raw,
    struct buf *below)
{
	unsigned char digest[SHA256_BYTES];
	struct sha256 *sum = sha256_new();
	unsigned i = ++sets;
	struct str results = str_printf(a, "ARC-Authentication-Results: i=%u; "
	    "mx.example; spf=pass", i);
	struct str message = sign_field(a, s, raw, "ARC-Message-Signature",
	    str_printf(a, "i=%u; a=rsa-sha256; c=relaxed/relaxed; "
	    "d=d.example; s=rsa; " NAMES, i), DKIM_USE_ARC);
	struct str top = str_printf(a, "ARC-Seal: i=%u; a=rsa-sha256; cv=%s; "
	    "d=d.example; s=rsa; t=1; b=", i, i == 1 ? "none" : "pass");
	size_t n;

	add_relaxed(below, results, true);
	add_relaxed(below, message, true);
	n = below->n;
	add_relaxed(below, top, false);
	sha256_add(sum, buf_str(below));
	sha256_end(sum, digest);
	below->n = n;
	top = str_cat(a, top, sign_digest(s, a, digest));
	add_relaxed(below, top, true);
	return str_cat(a, str_cat(a, top, STR("\r\n")),
	    str_cat(a, message, STR("\r\n")), str_cat(a, results,
	    STR("\r\n"), raw));
}

struct bench {
	struct world world;
	struct names names;
	struct signed_mail mail;
	struct str raw;
};

static void
run_spf(struct bench *b, struct arena *a)
{
	struct spf_query q = { .domain = STR("d.example"),
		.sender = STR("taro@d.example"), .helo = STR("mx.d.example") };
	struct spf_verdict v;

	addr_parse(STR("192.0.2.77"), &q.ip);
	spf_check(&v, a, &b->names, &q);
	assert(v.result == SPF_PASS);
}

static void
run_read(struct bench *b, struct arena *a)
{
	signed_mail_read(&b->mail, a, b->raw);
}

static void
run_dkim(struct bench *b, struct arena *a)
{
	const struct dkim_query q = { .mail = &b->mail, .now = NOW };
	struct dkim_verdict v;

	signed_mail_read(&b->mail, a, b->raw);
	dkim_check(&v, a, &b->names, &q);
	for (size_t i = 0; i < v.n; i++)
		assert(v.at[i].result == AUTH_PASS);
}

static void
run_arc(struct bench *b, struct arena *a)
{
	struct arc_verdict v;

	signed_mail_read(&b->mail, a, b->raw);
	arc_check(&v, a, &b->mail, &b->names, NOW);
	assert(v.result == AUTH_PASS);
}

static void
run_dmarc(struct bench *b, struct arena *a)
{
	struct dmarc_query q = { .from = STR("mail.d.example"),
		.spf = STR("d.example"), .dkim = { STR("d.example") },
		.n_dkim = 1 };
	struct dmarc_verdict v;

	dmarc_check(&v, a, &b->names, &q);
	assert(v.result == AUTH_PASS);
}

static void
run_record(struct bench *b, struct arena *a)
{
	struct record r;

	(void)b;
	(void)a;
	record_read(&r, STR("registered\tearly 2026-02\twhois\t2026-02-13\n"
	    "verdict\tGoogle\tdangerous\t2026-02-13\tbrowser\n"
	    "verdict\tTrend Micro, Inc.\tphishing\t2026-02-13\t\n"));
	assert(r.n == 2);
}

static void
measure(struct bench *b, const char *what, void (*run)(struct bench *b,
    struct arena *a))
{
	int64_t took[ROUNDS];
	size_t asked;

	b->world.asked = 0;
	for (int i = 0; i < ROUNDS; i++) {
		struct arena *a = arena_new();
		int64_t at = cpu_ns();

		run(b, a);
		took[i] = cpu_since(at);
		arena_free(a);
	}
	asked = b->world.asked / ROUNDS;
	printf("%-44s %7.1f us, least %7.1f, %zu questions\n", what,
	    (double)bench_median(took, ROUNDS) / 1000,
	    (double)bench_least(took, ROUNDS) / 1000, asked);
}

static void
measure_mail(struct bench *b, const struct signer *rsa,
    const struct signer *ed, size_t bytes)
{
	struct arena *a = b->world.arena;
	struct str raw = mail_of(a, bytes), chain = raw;
	struct buf below;

	printf("%zu KB\n", bytes / 1024);
	b->raw = raw;
	measure(b, "  fields and body told apart", run_read);
	b->raw = sign_dkim(a, rsa, raw, "v=1; a=rsa-sha256; "
	    "c=relaxed/relaxed; d=d.example; s=rsa; " NAMES);
	measure(b, "  DKIM RSA-2048 relaxed/relaxed", run_dkim);
	b->raw = sign_dkim(a, rsa, raw, "v=1; a=rsa-sha256; d=d.example; "
	    "s=rsa; " NAMES);
	measure(b, "  DKIM RSA-2048 simple/simple", run_dkim);
	b->raw = sign_dkim(a, ed, raw, "v=1; a=ed25519-sha256; "
	    "c=relaxed/relaxed; d=d.example; s=ed; " NAMES);
	measure(b, "  DKIM Ed25519 relaxed/relaxed", run_dkim);
	b->raw = sign_dkim(a, rsa, b->raw, "v=1; a=rsa-sha256; "
	    "c=relaxed/relaxed; d=d.example; s=rsa; " NAMES);
	measure(b, "  DKIM, both of them", run_dkim);
	buf_init_arena(&below, a, BELOW_MOST);
	for (sets = 0; sets < SETS;)
		chain = seal(a, rsa, chain, &below);
	b->raw = chain;
	measure(b, "  ARC, a chain of three sets", run_arc);
}

int
main(void)
{
	struct bench b = { .world = { .arena = arena_new() } };
	struct arena *a = b.world.arena;
	struct signer rsa = signer_rsa(2048), ed = signer_ed25519(5);

	b.names = (struct names){ find, &b.world };
	know(&b.world, DNS_TXT, "d.example", STR("v=spf1 ip4:198.51.100.0/24 "
	    "include:_spf.d.example mx -all"));
	know(&b.world, DNS_TXT, "_spf.d.example",
	    STR("v=spf1 a:out.d.example exists:%{ir}._x.%{d} ~all"));
	know(&b.world, DNS_A, "out.d.example", STR("\xc0\0\2\1"));
	know(&b.world, DNS_MX, "d.example", STR("mx.d.example"));
	know(&b.world, DNS_A, "mx.d.example", STR("\xc0\0\2\x4d"));
	know(&b.world, DNS_TXT, "_dmarc.d.example",
	    STR("v=DMARC1; p=reject; sp=quarantine; rua=mailto:r@d.example"));
	know(&b.world, DNS_TXT, "rsa._domainkey.d.example",
	    key_of(a, "v=DKIM1; k=rsa; p=", &rsa));
	know(&b.world, DNS_TXT, "ed._domainkey.d.example",
	    key_of(a, "v=DKIM1; k=ed25519; p=", &ed));
	measure(&b, "SPF: include, a, exists, mx", run_spf);
	measure(&b, "DMARC: a record above, both aligned", run_dmarc);
	measure(&b, "a record of the store: age, two verdicts", run_record);
	measure_mail(&b, &rsa, &ed, 4096);
	measure_mail(&b, &rsa, &ed, 32768);
	signer_free(&rsa);
	signer_free(&ed);
	arena_free(a);
	return 0;
}
