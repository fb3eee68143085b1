/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a message costs with N indicators of campaigns that have nothing to
 * do with it, and what it takes to get there: reading packs, compiling them
 * into an image, compiling again with one pack changed, opening the image.
 * Of the indicators 30 % are domains of senders, 40 % hosts of URLs, 15 %
 * paths, 7.5 % subjects, 7.5 % texts; of the last three a quarter are
 * regexes.  All times are CPU time of this thread.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "bench/bench.h"
#include "mail/message.h"
#include "rule/extract.h"
#include "rule/image.h"
#include "rule/ruleset.h"

enum { ROUNDS = 1000, PARAGRAPHS = 60, A_PACK = 100, YAML_MOST = 64 * 1024 };

static const char *const words[] = { "secure", "portal", "account", "verify",
	"login", "update", "mail", "support", "billing", "invoice",
	"service", "customer", "wallet", "parcel", "refund", "session" };
static const char *const brands[] = { "kagoya", "sakura", "rakuten",
	"netflix", "paypal", "dhl", "docusign", "binance", "chase", "itau",
	"correios", "fedex", "ionos", "webmail", "zimbra", "santander" };

static uint64_t seed;

static uint32_t
draw(uint32_t below)
{
	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(seed >> 33) % below;
}

static const char *
word(void)
{
	return words[draw(nitems(words))];
}

static const char *
brand(void)
{
	return brands[draw(nitems(brands))];
}

static struct str
token(struct arena *a)
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	size_t n = 4 + draw(5);
	char *p = arena_take(a, n);

	for (size_t i = 0; i < n; i++)
		p[i] = digits[draw(36)];
	return (struct str){ p, n };
}

/* n values under a key, every fourth a regex where there is such a form. */
struct form {
	const char *key;
	unsigned share; /* of 200 */
	const char *plain, *regex;
};

static const struct form forms[] = {
	{ "from.domain", 60, "%s-%s-%s.xyz", NULL },
	{ "url.host", 80, "%s-%s-%s.click", NULL },
	{ "url.path", 30, "/%s-%s-%s/", "re:%s/[a-z0-9]{3,8}/%s/%s" },
	{ "subject", 15, "%s %s %s", "re:%s %s\\s+(?:suspended|locked)\\s+%s" },
	{ "body", 15, "your %s %s %s",
	    "re:verify your [a-z]{2,12} %s %s within [0-9]{1,2} hours %s" },
};

static void
add_values(struct buf *b, struct arena *a, const struct form *form,
    unsigned n)
{
	buf_printf(b, "    %s:\n", form->key);
	for (unsigned i = 0; i < n; i++) {
		const char *text = form->regex != NULL && draw(4) == 0
		    ? form->regex : form->plain;
		const char *first = brand(), *second = word();
		const char *third = str_cstr(a, token(a));

		buf_add_str(b, STR("      - '"));
		for (; *text != '\0'; text++) {
			if (text[0] != '%' || text[1] != 's') {
				buf_add_byte(b, *text);
				continue;
			}
			buf_add_str(b, str_of(first));
			first = second;
			second = third;
			text++;
		}
		buf_add_str(b, STR("'\n"));
	}
}

static struct str
pack_text(struct arena *a, unsigned i, unsigned n)
{
	struct buf b;

	buf_init_arena(&b, a, YAML_MOST);
	buf_printf(&b,
	    "pack: 1\nkind: campaign\nid: bench-%u\ntitle: x\nrevision: 1\n"
	    "status: stable\nmode: score\ncreated: 2026-01-01\n"
	    "expires: 2026-12-31\nseverity: high\nconfidence: high\n"
	    "tlp: clear\nreferences: [x]\ngroups:\n  seen:\n", i);
	for (size_t k = 0; k < nitems(forms); k++) {
		unsigned share = (n * forms[k].share + 199) / 200;

		if (share != 0)
			add_values(&b, a, &forms[k], share);
	}
	buf_add_str(&b, STR("when: seen\ntests:\n"
	    "  - {name: a, expect: match, mail: {from: a@b.example, "
	    "subject: x, body: x}}\n"
	    "  - {name: b, expect: clean, mail: {from: a@b.example, "
	    "subject: y, body: y}}\n"));
	return buf_str(&b);
}

static struct pack *
read_pack(struct arena *a, unsigned i, unsigned n)
{
	struct arena *scratch = arena_new();
	struct pack *p;
	struct diags d;
	struct str yaml = pack_text(a, i, n);

	diags_init(&d, scratch);
	if (!pack_read(&p, a, STR("bench.pack.yaml"), yaml, &d)) {
		fprintf(stderr, "%.*s\n", STR_ARG(d.list.at[0].text));
		exit(1);
	}
	arena_free(scratch);
	return p;
}

/* What was measured for one N. */
struct taken {
	int64_t read, compile, again, open;
	size_t size;
};

static void
compile(const pack_list *packs, const struct ruleset *old, const char *path,
    struct str stamp)
{
	const struct ruleset_conf conf = { .old = old };
	const struct image_name name = { stamp, STR("bench") };
	struct arena *a = arena_new();
	struct image_writer w;
	struct err e;

	image_writer_init(&w, a);
	if (!ruleset_compile(&w, packs, &conf, &e) ||
	    !image_save(&w, &name, path, &e)) {
		fprintf(stderr, "%s\n", e.text);
		exit(1);
	}
	arena_free(a);
}

static struct ruleset *
open_image(const char *path, struct str stamp,
    const struct fact_table *table)
{
	struct image *image;
	struct ruleset *r;
	struct err e;

	if (!image_open(&image, path, stamp, &e) ||
	    !ruleset_open(&r, image, table, &e)) {
		fprintf(stderr, "%s\n", e.text);
		exit(1);
	}
	return r;
}

static struct ruleset *
build(struct taken *t, unsigned n, const struct fact_table *table)
{
	struct arena *a = arena_new();
	char path[] = "/tmp/sekisho-bench-XXXXXX";
	struct str stamp = ruleset_stamp(a);
	pack_list packs = { 0 };
	struct ruleset *r, *old;
	int64_t begun = cpu_ns();

	close(mkstemp(path));
	for (unsigned i = 0; i * A_PACK < n; i++)
		*VEC_ADD(a, &packs) = read_pack(a, i,
		    n < A_PACK ? n : A_PACK);
	t->read = cpu_ns() - begun;
	begun = cpu_ns();
	compile(&packs, NULL, path, stamp);
	t->compile = cpu_ns() - begun;
	old = open_image(path, stamp, table);
	packs.at[0] = read_pack(a, 0, n < A_PACK ? n : A_PACK);
	begun = cpu_ns();
	compile(&packs, old, path, stamp);
	t->again = cpu_ns() - begun;
	ruleset_free(old);
	arena_free(a);
	begun = cpu_ns();
	a = arena_new();
	r = open_image(path, ruleset_stamp(a), table);
	t->open = cpu_ns() - begun;
	t->size = ruleset_size(r);
	unlink(path);
	arena_free(a);
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

/* The least of many rounds: others share the machine. */
static void
match(struct ruleset *r, const struct message *m,
    const struct fact_table *table, int64_t least[static 2])
{
	static const struct envelope env;
	struct arena *scan = arena_new();
	int64_t extracted[ROUNDS], matched[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		struct facts facts;
		struct hits hits;
		int64_t at = cpu_ns();

		facts_init(&facts, scan, table);
		extract_facts(&facts, m, &env, NULL);
		extracted[i] = cpu_ns() - at;
		at = cpu_ns();
		ruleset_match(&hits, scan, r, &facts, m, 20493);
		matched[i] = cpu_ns() - at;
		arena_empty(scan);
	}
	least[0] = bench_median(extracted, ROUNDS);
	least[1] = bench_median(matched, ROUNDS);
	arena_free(scan);
}

static void
run(unsigned n)
{
	static const struct message_conf conf;
	static const struct envelope env;
	struct arena *a = arena_new();
	int64_t least[2];
	struct taken t;
	struct fact_table table;
	struct ruleset *r;
	struct message m;

	seed = n;
	fact_table_init(&table, a);
	r = build(&t, n, &table);
	message_read(&m, a, message_text(a), &env, &conf);
	match(r, &m, &table, least);
	printf("N=%-7zu read %7.0f  compile %8.1f  one pack changed %7.1f  "
	    "open %6.2f ms  image %6.1f MB  extract %6.1f  match %6.1f us\n",
	    ruleset_indicators(r), (double)t.read / 1e6,
	    (double)t.compile / 1e6, (double)t.again / 1e6,
	    (double)t.open / 1e6, (double)t.size / 1e6,
	    (double)least[0] / 1e3, (double)least[1] / 1e3);
	fflush(stdout);
	ruleset_free(r);
	arena_free(a);
}

int
main(int argc, char **argv)
{
	static const unsigned sizes[] = { 10, 1000, 10000, 100000 };

	for (int i = 1; i < argc; i++)
		run((unsigned)strtoul(argv[i], NULL, 10));
	for (size_t i = 0; argc < 2 && i < nitems(sizes); i++)
		run(sizes[i]);
	if (argc < 2)
		printf("N=1000000 takes minutes: bench_match 1000000\n");
	return 0;
}
