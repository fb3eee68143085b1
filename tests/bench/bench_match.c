/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a message costs with N indicators of campaigns that have nothing to
 * do with it.  Prints nanoseconds a message for the facts, the match and
 * both, and how long the packs took to compile.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "mail/message.h"
#include "rule/extract.h"
#include "rule/ruleset.h"

enum { ROUNDS = 2000, PARAGRAPHS = 60, A_PACK = 10 };

/* Ten indicators a pack, of the kinds that reports print. */
static struct str
pack_text(struct arena *a, unsigned i)
{
	return str_printf(a,
	    "pack: 1\nkind: campaign\nid: bench-%u\ntitle: x\nrevision: 1\n"
	    "status: stable\nmode: score\ncreated: 2026-01-01\n"
	    "expires: 2026-12-31\nseverity: high\nconfidence: high\n"
	    "tlp: clear\nreferences: [x]\n"
	    "groups:\n"
	    "  sender:\n    from: a%u@sender%u.example\n"
	    "    from.domain: sender%u.example\n"
	    "    ip: 198.%u.%u.%u\n    helo: new%u\n"
	    "  lure:\n    subject: お支払い%u番のご確認\n    body: |\n"
	    "      登録%uの情報が無効になっています\n"
	    "      受付番号%u<any>通の受信メール\n"
	    "  landing:\n    url: hxxps://land%u[.]example/kit%u/…\n"
	    "    url.domain: land%u.example\n    url.path: /kit-%u-portal/\n"
	    "when: landing or (sender and lure)\n"
	    "tests:\n"
	    "  - {name: a, expect: match, mail: {from: a@b.example, "
	    "subject: x, body: x}}\n"
	    "  - {name: b, expect: clean, mail: {from: a@b.example, "
	    "subject: y, body: y}}\n",
	    i, i, i, i, 18 + i / 65536, i / 256 % 256, i % 256, i, i, i, i, i,
	    i, i, i);
}

/* Time of ours alone: others share the machine. */
static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static struct ruleset *
build(struct arena *a, unsigned n, const struct fact_table *table)
{
	pack_list packs = { 0 };
	struct ruleset *r;
	struct err e = { "" };
	struct diags d;

	diags_init(&d, a);
	for (unsigned i = 0; i < n / A_PACK; i++) {
		struct pack *p;

		if (!pack_read(&p, a, STR("bench.pack.yaml"),
		        pack_text(a, i), &d)) {
			fprintf(stderr, "%.*s\n",
			    STR_ARG(d.list.at[0].text));
			exit(1);
		}
		*VEC_ADD(a, &packs) = p;
	}
	if (!ruleset_build(&r, &packs, table, NULL, &e)) {
		fprintf(stderr, "%s\n", e.text);
		exit(1);
	}
	return r;
}

/* About 12 KB of Japanese, with a dozen links. */
static struct str
message_text(struct arena *a)
{
	struct buf b;

	buf_init_arena(&b, a, 1 << 20);
	buf_add_str(&b, STR("Received: from mx.example (mx.example "
	    "[192.0.2.7]) by in.example; Mon, 9 Feb 2026 05:08:00 +0900\r\n"
	    "From: Info <info@shop.example>\r\n"
	    "To: taro@victim.example\r\n"
	    "Subject: Newsletter\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n\r\n"));
	for (unsigned i = 0; i < PARAGRAPHS; i++) {
		buf_add_str(&b, STR("いつもご利用いただきありがとうござい"
		    "ます。今月のお知らせをお送りします。ご登録の情報は"
		    "マイページからご確認いただけます。\r\n"));
		if (i % 5 == 0)
			buf_printf(&b, "https://www.shop.example/item/%u"
			    "?id=%u&ref=mail\r\n", i, i);
	}
	return buf_str(&b);
}

static void
run(unsigned n)
{
	static const struct message_conf conf;
	static const struct envelope env;
	struct arena *a = arena_new(), *scan = arena_new();
	int64_t begun, built, extracted = 0, matched = 0;
	struct fact_table table;
	struct ruleset *r;
	struct message m;
	size_t rules = 0;

	fact_table_init(&table, a);
	begun = now_us();
	r = build(a, n, &table);
	built = now_us() - begun;
	message_read(&m, a, message_text(a), &env, &conf);
	for (int i = 0; i < ROUNDS; i++) {
		struct facts facts;
		struct hits hits;
		int64_t at = now_us();

		facts_init(&facts, scan, &table);
		extract_facts(&facts, &m, &env, NULL);
		extracted += now_us() - at;
		at = now_us();
		ruleset_match(&hits, scan, r, &facts, &m, 20493);
		matched += now_us() - at;
		rules += hits.rules.n;
		arena_empty(scan);
	}
	printf("N=%-6u compile %7.1f ms  extract %7" PRId64 " ns  match %7"
	    PRId64 " ns  both %7" PRId64 " ns  rules hit %zu\n", n,
	    (double)built / 1000, extracted * 1000 / ROUNDS,
	    matched * 1000 / ROUNDS, (extracted + matched) * 1000 / ROUNDS,
	    rules);
	ruleset_free(r);
	arena_free(scan);
	arena_free(a);
}

int
main(int argc, char **argv)
{
	static const unsigned sizes[] = { 10, 1000, 10000 };

	for (int i = 1; i < argc; i++)
		run((unsigned)strtoul(argv[i], NULL, 10));
	for (size_t i = 0; argc < 2 && i < nitems(sizes); i++)
		run(sizes[i]);
	return 0;
}
