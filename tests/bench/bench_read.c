/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What reading a message costs: stations 2 (message_read) and 3
 * (extract_facts), over a folder of mails, over a base64 attachment, and over
 * texts from 1 KB to 50 MB.
 */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "bench/bench.h"
#include "mail/encoding.h"
#include "mail/message.h"
#include "rule/extract.h"
#include "rule/quote.h"

enum { ROUNDS = 25, MB = 1024 * 1024 };

struct cost {
	int64_t read;    /* ns, station 2 */
	int64_t facts;   /* station 3 */
	int64_t quote;   /* of it, telling reports from phishing */
	int64_t sums;    /* of it, SHA-256 of attachments */
	double memory;   /* most bytes held for a byte of the message */
	size_t holder;   /* by which mail */
};

static const struct envelope nothing_said;

static void
sum_files(const struct message *m)
{
	const struct part *p;
	char sum[SHA256_TEXT];

	VEC_EACH(p, &m->parts)
		if (p->is_leaf && p->is_attachment)
			hash_sha256(p->bytes, sum);
}

static void
read_one(struct cost *c, const struct fact_table *table, struct str raw)
{
	struct arena *a = arena_new(), *scratch = arena_new();
	struct message m;
	struct facts facts;
	struct str why;
	double memory;
	int64_t at;

	at = cpu_ns();
	message_read(&m, a, raw, &nothing_said, NULL);
	c->read += cpu_since(at);
	at = cpu_ns();
	facts_init(&facts, a, table);
	extract_facts(&facts, &m, &nothing_said, NULL);
	c->facts += cpu_since(at);
	at = cpu_ns();
	quote_is_report(&m, scratch, &why);
	c->quote += cpu_since(at);
	at = cpu_ns();
	sum_files(&m);
	c->sums += cpu_since(at);
	memory = (double)arena_used(a) / (double)raw.n;
	if (memory > c->memory) {
		c->memory = memory;
		c->holder = raw.n;
	}
	arena_free(scratch);
	arena_free(a);
}

static struct cost
read_all(const struct fact_table *table, const mail_list *mails, int rounds)
{
	int64_t read[ROUNDS], facts[ROUNDS], quote[ROUNDS], sums[ROUNDS];
	struct cost total = { 0 };
	const struct str *mail;
	size_t n = (size_t)rounds;

	for (int i = 0; i < rounds; i++) {
		struct cost c = { 0 };

		VEC_EACH(mail, mails)
			read_one(&c, table, *mail);
		read[i] = c.read;
		facts[i] = c.facts;
		quote[i] = c.quote;
		sums[i] = c.sums;
		total.memory = c.memory;
		total.holder = c.holder;
	}
	total.read = bench_least(read, n);
	total.facts = bench_least(facts, n);
	total.quote = bench_least(quote, n);
	total.sums = bench_least(sums, n);
	return total;
}

static void
bench_corpus(const struct fact_table *table, const mail_list *mails)
{
	struct cost c = read_all(table, mails, ROUNDS);
	double n = (double)mails->n * 1000, bytes = 0, held = 0;
	const struct str *mail;

	VEC_EACH(mail, mails) {
		bytes += (double)mail->n;
		if (mail->n >= 4096) {
			struct cost one = { 0 };

			read_one(&one, table, *mail);
			held = one.memory > held ? one.memory : held;
		}
	}
	printf("mails %zu  mean %.1f KB\n", mails->n,
	    bytes / (double)mails->n / 1024);
	printf("read    %8.1f us a mail  %8.1f us for 32 KB\n",
	    (double)c.read / n, (double)c.read / bytes * 32.768);
	printf("facts   %8.1f us a mail  %8.1f us for 32 KB  (quote %.1f, "
	    "sha256 %.1f us a mail)\n", (double)c.facts / n,
	    (double)c.facts / bytes * 32.768, (double)c.quote / n,
	    (double)c.sums / n);
	printf("both    %8.1f us a mail  %8.1f us for 32 KB\n",
	    (double)(c.read + c.facts) / n,
	    (double)(c.read + c.facts) / bytes * 32.768);
	printf("asked   %8.1f us a mail  %8.1f us for 32 KB  (without sha256, "
	    "which the daemon leaves out unless a pack asks for it)\n",
	    (double)(c.read + c.facts - c.sums) / n,
	    (double)(c.read + c.facts - c.sums) / bytes * 32.768);
	printf("memory  most %.2f times the message (of 4 KB and more), "
	    "%.2f (of any; %zu bytes)\n", held, c.memory, c.holder);
}

/* --- one attachment --- */

static struct str
attachment_mail(struct arena *a, size_t size)
{
	static const char head[] = "From: a@example.com\r\nSubject: file\r\n"
	    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
	    "boundary=\"=_edge\"\r\n\r\n--=_edge\r\nContent-Type: text/plain"
	    "\r\n\r\nSee the file.\r\n--=_edge\r\nContent-Type: image/png; "
	    "name=a.png\r\nContent-Disposition: attachment\r\n"
	    "Content-Transfer-Encoding: base64\r\n\r\n";
	char *bytes = arena_take(a, size);
	uint32_t seed = 1;

	for (size_t i = 0; i < size; i++) {
		seed = seed * 1103515245 + 12345;
		bytes[i] = (char)(seed >> 16);
	}
	return str_cat(a, STR(head), encoding_to_base64(a,
	    (struct str){ bytes, size }), STR("\r\n--=_edge--\r\n"));
}

static double
gb_a_second(size_t bytes, int64_t ns)
{
	return (double)bytes / (double)(ns == 0 ? 1 : ns);
}

/* As many bytes copied into fresh memory and into memory in use. */
static void
bench_copy(struct str raw)
{
	int64_t fresh[ROUNDS], again[ROUNDS], at;
	volatile char seen;

	for (int i = 0; i < ROUNDS; i++) {
		char *p = malloc(raw.n);

		if (p == NULL)
			return;
		at = cpu_ns();
		memcpy(p, raw.p, raw.n);
		seen = p[raw.n / 2];
		fresh[i] = cpu_ns() - at;
		at = cpu_ns();
		memcpy(p, raw.p, raw.n);
		seen = p[raw.n / 2];
		again[i] = cpu_ns() - at;
		free(p);
	}
	(void)seen;
	printf("memcpy  %.2f GB/s to fresh memory, %.2f to memory in use\n",
	    gb_a_second(raw.n, bench_least(fresh, ROUNDS)),
	    gb_a_second(raw.n, bench_least(again, ROUNDS)));
}

static void
bench_attachment(const struct fact_table *table)
{
	struct arena *a = arena_new();
	mail_list mails = { 0 };
	struct str mail = attachment_mail(a, 8 * MB);
	struct cost c;

	*VEC_ADD(a, &mails) = mail;
	c = read_all(table, &mails, ROUNDS);
	printf("base64  %.2f GB/s of raw bytes read, %.2f read and facts; "
	    "memory %.2f times\n", gb_a_second(mail.n, c.read),
	    gb_a_second(mail.n, c.read + c.facts), c.memory);
	bench_copy(mail);
	arena_free(a);
}

/* --- size --- */

static void
add_text(struct buf *b, size_t size, bool is_html)
{
	unsigned i = 0;

	buf_add_str(b, STR("From: a@example.com\r\nSubject: size\r\n"
	    "MIME-Version: 1.0\r\n"));
	buf_printf(b, "Content-Type: text/%s; charset=utf-8\r\n\r\n",
	    is_html ? "html" : "plain");
	for (; b->n < size; i++) {
		buf_add_str(b, is_html ? STR("<p style=\"color:#333\">") :
		    STR(""));
		buf_add_str(b, STR("いつもご利用いただきありがとうござい"
		    "ます。Your statement is ready to be viewed online.\r\n"));
		if (i % 40 == 0 && is_html)
			buf_printf(b, "<a href=\"https://www.example.com/"
			    "%u\">item %u</a>", i, i);
		if (i % 40 == 0 && !is_html)
			buf_printf(b, "https://www.example.com/%u\r\n", i);
		buf_add_str(b, is_html ? STR("</p>\r\n") : STR(""));
	}
}

/* Microseconds for a kilobyte. */
static double
bench_size(const struct fact_table *table, size_t size, bool is_html)
{
	struct arena *a = arena_new();
	mail_list mails = { 0 };
	struct cost c;
	struct buf b;
	double us;
	int copies = (int)(64 * 1024 / size);

	buf_init_arena(&b, a, SIZE_MAX);
	add_text(&b, size, is_html);
	for (int i = 0; i <= copies; i++)
		*VEC_ADD(a, &mails) = buf_str(&b);
	c = read_all(table, &mails, size > 8 * MB ? 3 : ROUNDS);
	us = (double)(c.read + c.facts) / 1000 / (double)mails.n;
	printf("  %12.1f %8.3f %6.2f", us,
	    us / ((double)b.n / 1024), c.memory);
	arena_free(a);
	return us / ((double)b.n / 1024);
}

/* What a kilobyte costs, as far to the right as it costs: a straight line down
 * is a cost that grows with the size and no faster. */
static void
plot(const size_t *sizes, double (*cost)[2], size_t n)
{
	enum { WIDTH = 60 };
	double most = 0;

	for (size_t i = 0; i < 2 * n; i++)
		most = cost[i / 2][i % 2] > most ? cost[i / 2][i % 2] : most;
	printf("# us a KB, to %.1f: t text, h page\n", most);
	for (size_t i = 0; i < n; i++) {
		char line[WIDTH + 2] = "";

		memset(line, ' ', WIDTH + 1);
		line[(size_t)(cost[i][0] / most * WIDTH)] = 't';
		line[(size_t)(cost[i][1] / most * WIDTH)] = 'h';
		printf("%9zu |%s\n", sizes[i], line);
	}
}

static void
bench_sizes(const struct fact_table *table)
{
	static const size_t sizes[] = { 1024, 4096, 16384, 65536, 262144, MB,
		4 * MB, 9 * MB, 16 * MB, 50 * MB };
	double cost[nitems(sizes)][2];

	printf("# bytes      text us    us/KB memory      html us    us/KB "
	    "memory\n");
	for (size_t i = 0; i < nitems(sizes); i++) {
		printf("%9zu", sizes[i]);
		cost[i][0] = bench_size(table, sizes[i], false);
		cost[i][1] = bench_size(table, sizes[i], true);
		putchar('\n');
	}
	plot(sizes, cost, nitems(sizes));
}

int
main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct fact_table table;
	mail_list mails = { 0 };

	bench_as_daemon();
	fact_table_init(&table, a);
	if (bench_sample(&mails, a, argc, argv))
		bench_corpus(&table, &mails);
	if (argc < 2) {
		bench_attachment(&table);
		bench_sizes(&table);
	}
	arena_free(a);
	return 0;
}
