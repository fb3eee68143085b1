/* SPDX-License-Identifier: Apache-2.0 */
/* The digest, and lines out and in. */
#include "check/receipt.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/hash.h"
#include "mail/message.h"

enum {
	DIGEST_BYTES = 20,
	TEXT_MOST = 64 * 1024,  /* bytes of one text that count */
	FILE_END = 1024,        /* of each end of a file */
	URLS_MOST = 200
};

/* Two hashes side by side: fast ones, as a text may be long. */
struct digest {
	uint64_t one, two;
};

static void
digest_add(struct digest *d, struct str s)
{
	d->one = hash_bytes(s, d->one);
	d->two = hash_bytes(s, d->two);
}

static void
add_links(struct digest *d, const struct message *m)
{
	for (size_t i = 0; i < m->urls.n && i < URLS_MOST; i++) {
		const struct url *u = &m->urls.at[i];

		if (url_source_is_loaded(u->source))
			continue;
		digest_add(d, u->host);
		digest_add(d, u->path);
	}
}

static void
add_files(struct digest *d, const struct message *m)
{
	const struct part *p;

	VEC_EACH(p, &m->parts) {
		if (!p->is_leaf || !p->is_attachment)
			continue;
		d->one += p->bytes.n;
		digest_add(d, str_head(p->bytes, FILE_END));
		if (p->bytes.n > FILE_END)
			digest_add(d, str_from(p->bytes,
			    p->bytes.n - FILE_END));
	}
}

struct str
receipt_key(struct arena *a, const struct message *m)
{
	struct digest d = { 0, 1 };
	unsigned char bytes[SHA256_BYTES];
	struct sha256 *sum = sha256_new();
	const struct text *t;
	struct buf b;

	digest_add(&d, str_trim(m->message_id));
	digest_add(&d, m->from.n == 0 ? STR("") : m->from.at[0].addr);
	VEC_EACH(t, &m->texts)
		digest_add(&d, str_head(t->visible, TEXT_MOST));
	add_links(&d, m);
	add_files(&d, m);
	sha256_add(sum, str_trim(m->message_id));
	sha256_add(sum, str_printf(a, "\n%" PRId64 " %" PRIx64 " %" PRIx64,
	    m->has_date ? m->date : 0, d.one, d.two));
	sha256_end(sum, bytes);
	buf_init_arena(&b, a, sizeof(RECEIPT_KEYS) + 2 * DIGEST_BYTES);
	buf_add_str(&b, STR(RECEIPT_KEYS));
	for (size_t i = 0; i < DIGEST_BYTES; i++) {
		buf_add_byte(&b, "0123456789abcdef"[bytes[i] >> 4]);
		buf_add_byte(&b, "0123456789abcdef"[bytes[i] & 15]);
	}
	return buf_str(&b);
}

struct str
receipt_heard_key(struct arena *a, struct str key)
{
	str_skip(&key, STR(RECEIPT_KEYS));
	return str_cat(a, STR(HEARD_KEYS), key);
}

struct str
receipt_back_key(struct arena *a, struct str key, struct str value)
{
	char text[HASH_TEXT];

	if (!str_skip(&key, STR(RECEIPT_KEYS)))
		str_skip(&key, STR(HEARD_KEYS));
	return str_cat(a, STR(BACK_KEYS), key, STR(":"),
	    hash_text(hash_bytes(value, 0), text));
}

/* Reading. */

/* Amounts have two decimals: "4.00". */
static bool
read_amount(struct str s, double *amount)
{
	struct str whole, part;
	int64_t a, b;

	if (!str_cut(s, '.', &whole, &part) || part.n != 2 ||
	    !str_to_int(whole, &a) || !str_to_int(part, &b) || a < 0 || b < 0)
		return false;
	*amount = (double)a + (double)b / 100;
	return true;
}

bool
receipt_parse(struct receipt *out, struct str value)
{
	struct str line, word, when, rest;

	*out = (struct receipt){ .lines = value };
	line = str_take_line(&out->lines);
	if (!str_cut(line, ' ', &word, &rest))
		return false;
	if (!str_cut(rest, ' ', &when, &rest))
		when = rest;
	if (!str_to_int(when, &out->when))
		return false;
	if (str_is(word, "heard")) {
		out->word = RECEIPT_HEARD;
		out->lines = rest;
		return true;
	}
	out->word = str_is(word, "bad") ? RECEIPT_BAD : RECEIPT_GOOD;
	return (out->word == RECEIPT_BAD || str_is(word, "good")) &&
	    read_amount(rest, &out->amount);
}

int64_t
receipt_ends(struct str value)
{
	struct receipt r;

	if (!receipt_parse(&r, value))
		return 0;
	return r.when + (r.word == RECEIPT_HEARD ? RECEIPT_HEARD_LIFE :
	    RECEIPT_LIFE);
}

bool
receipt_has(const struct receipt *r, struct str line)
{
	struct str lines = r->lines;

	while (lines.n != 0)
		if (str_eq(str_take_line(&lines), line))
			return true;
	return false;
}

static struct str
key_hash(struct str key, char text[static HASH_TEXT])
{
	return str_head(hash_text(hash_bytes(key, 0), text), RECEIPT_HASH);
}

int
receipt_heard(const struct receipt *r, struct str key)
{
	char text[HASH_TEXT];
	struct str hash = key_hash(key, text), words = r->lines, word, n;
	int64_t amount;

	while (str_next(&words, ' ', &word))
		if (str_cut(word, ':', &word, &n) && str_eq(word, hash) &&
		    str_to_int(n, &amount) && amount > 0 && amount < 100)
			return (int)amount;
	return 0;
}

/* Writing. */

void
receipt_begin(struct buf *to, const struct receipt *r)
{
	if (r->word == RECEIPT_HEARD)
		buf_printf(to, "heard %" PRId64, r->when);
	else
		buf_printf(to, "%s %" PRId64 " %.2f\n",
		    r->word == RECEIPT_BAD ? "bad" : "good", r->when,
		    r->amount);
}

void
receipt_line(struct buf *to, struct str line)
{
	buf_add_str(to, line);
	buf_add_byte(to, '\n');
}

void
receipt_lines(struct buf *to, const struct receipt *r)
{
	struct str lines = r->lines;
	size_t end = str_find_last(lines, '\n');

	lines = end == lines.n ? STR("") : str_head(lines, end + 1);
	while (lines.n > RECEIPT_MOST)
		str_take_line(&lines);
	buf_add_str(to, lines);
}

void
receipt_hear(struct buf *to, struct str key, int amount)
{
	char text[HASH_TEXT], room[STR_INT];

	buf_add_byte(to, ' ');
	buf_add_str(to, key_hash(key, text));
	buf_add_byte(to, ':');
	buf_add_str(to, str_int(room, amount));
}
