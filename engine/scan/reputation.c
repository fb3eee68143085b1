/* SPDX-License-Identifier: Apache-2.0 */
/* The table of kinds, the arithmetic, and how keys are written. */
#include "scan/reputation.h"

#include <inttypes.h>
#include <math.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/vec.h"
#include "net/store.h"

enum { NAME_MOST = 200, HIDDEN_DIGITS = 32 };

/* What names a sender that anybody can write is only believed with proof. */
#define NEVER_SENDER (NEVER_FORGED | NEVER_SUFFIX | NEVER_BRAND | \
    NEVER_SHARED)
#define NEVER_SITE (NEVER_SUFFIX | NEVER_BRAND | NEVER_SHARED)

const struct reputation_kind_info reputation_kinds[REPUTATION_KINDS] = {
	[REPUTATION_IP] = {
		.name = "ip", .symbol = "REPUTATION_IP",
		.what = { "接続元", "the connecting address" },
		.half_life = 7, .prior = 0.2, .strength = 4,
		.per_bit = 50, .cap = 250, .most = 1,
		.never = NEVER_TRUSTED, .carries = true },
	[REPUTATION_NET] = {
		.name = "net", .symbol = "REPUTATION_NET",
		.what = { "接続元のネットワーク", "the network" },
		.half_life = 14, .prior = 0.2, .strength = 20,
		.per_bit = 30, .cap = 120, .most = 1,
		.never = NEVER_TRUSTED },
	[REPUTATION_ASN] = {
		.name = "asn", .symbol = "REPUTATION_ASN",
		.what = { "接続元の事業者網", "the provider's network" },
		.half_life = 30, .prior = 0.2, .strength = 100,
		.per_bit = 20, .cap = 60, .most = 1,
		.never = NEVER_TRUSTED },
	[REPUTATION_HELO] = {
		.name = "helo", .symbol = "REPUTATION_HELO",
		.what = { "HELO 名", "the HELO name" },
		.half_life = 14, .prior = 0.2, .strength = 8,
		.per_bit = 20, .cap = 80, .most = 1,
		.never = NEVER_TRUSTED | NEVER_FORGED | NEVER_SUFFIX |
		    NEVER_BRAND },
	[REPUTATION_ENVELOPE] = {
		.name = "mail_from", .symbol = "REPUTATION_MAIL_FROM",
		.what = { "送信者のドメイン",
		    "the envelope sender's domain" },
		.half_life = 30, .prior = 0.2, .strength = 4,
		.per_bit = 30, .cap = 150, .most = 1,
		.never = NEVER_SENDER },
	[REPUTATION_FROM] = {
		.name = "from", .symbol = "REPUTATION_FROM",
		.what = { "差出人のドメイン", "the sender's domain" },
		.half_life = 30, .prior = 0.2, .strength = 4,
		.per_bit = 40, .cap = 200, .most = 1,
		.never = NEVER_SENDER },
	[REPUTATION_MAILBOX] = {
		.name = "mailbox", .symbol = "REPUTATION_MAILBOX",
		.what = { "差出人のアドレス", "the sender's address" },
		.half_life = 60, .prior = 0.2, .strength = 4,
		.per_bit = 40, .cap = 200, .most = 1,
		.never = NEVER_FORGED | NEVER_BRAND, .is_private = true },
	[REPUTATION_DKIM] = {
		.name = "dkim", .symbol = "REPUTATION_DKIM",
		.what = { "署名したドメイン", "the domain that signed" },
		.half_life = 30, .prior = 0.2, .strength = 4,
		.per_bit = 40, .cap = 200, .most = 1,
		.never = NEVER_SENDER },
	[REPUTATION_HOST] = {
		.name = "host", .symbol = "REPUTATION_HOST",
		.what = { "リンク先のホスト", "the link's host" },
		.half_life = 14, .prior = 0.2, .strength = 4,
		.per_bit = 50, .cap = 250, .most = 4,
		.never = NEVER_SITE, .carries = true },
	[REPUTATION_DOMAIN] = {
		.name = "domain", .symbol = "REPUTATION_DOMAIN",
		.what = { "リンク先のドメイン", "the link's domain" },
		.half_life = 30, .prior = 0.2, .strength = 6,
		.per_bit = 40, .cap = 200, .most = 4,
		.never = NEVER_SITE, .carries = true },
	[REPUTATION_TARGET] = {
		.name = "target", .symbol = "REPUTATION_TARGET",
		.what = { "リンクの行き先", "where the link ends" },
		.half_life = 14, .prior = 0.2, .strength = 2,
		.per_bit = 60, .cap = 250, .most = 3,
		.never = NEVER_BRAND, .carries = true },
	[REPUTATION_FILE] = {
		.name = "file", .symbol = "REPUTATION_FILE",
		.what = { "添付ファイル", "the attachment" },
		.half_life = 30, .prior = 0.2, .strength = 2,
		.per_bit = 80, .cap = 300, .most = 3, .carries = true },
	[REPUTATION_TEMPLATE] = {
		.name = "template", .symbol = "REPUTATION_TEMPLATE",
		.what = { "文面の型", "the template of the text" },
		.half_life = 14, .prior = 0.2, .strength = 4,
		.per_bit = 60, .cap = 250, .most = 4,
		.never = NEVER_SMALL, .carries = true },
};

bool
reputation_kind_of(struct str name, enum reputation_kind *kind)
{
	for (int i = 0; i < REPUTATION_KINDS; i++) {
		if (str_is(name, reputation_kinds[i].name)) {
			*kind = (enum reputation_kind)i;
			return true;
		}
	}
	return false;
}

int64_t
reputation_half_life(enum reputation_kind kind)
{
	return (int64_t)reputation_kinds[kind].half_life * REPUTATION_DAY;
}

double
reputation_probability(enum reputation_kind kind, const struct store_tally *t)
{
	const struct reputation_kind_info *k = &reputation_kinds[kind];

	return (t->bad + k->strength * k->prior) /
	    (t->bad + t->good + k->strength);
}

int32_t
reputation_points(enum reputation_kind kind, const struct store_tally *t)
{
	const struct reputation_kind_info *k = &reputation_kinds[kind];
	double p = reputation_probability(kind, t);
	double bits, points;

	/* Most of what is known is good: no logarithm for that. */
	if (!(p > k->prior))
		return 0;
	bits = log2(p / (1 - p)) - log2(k->prior / (1 - k->prior));
	points = k->per_bit * bits;
	return points < k->cap ? (int32_t)points : k->cap;
}

/* Each entity of each message has one. */
static struct str
join(struct arena *a, struct str space, struct str word, struct str name)
{
	size_t n = space.n + word.n + 1 + name.n;
	char *p = arena_take_raw(a, n), *to;

	to = mempcpy(p, space.p, space.n);
	to = mempcpy(to, word.p, word.n);
	*to++ = ':';
	if (name.n != 0)
		memcpy(to, name.p, name.n);
	return (struct str){ p, n };
}

static struct str
key_of(struct arena *a, struct str space, enum reputation_kind kind,
    struct str name)
{
	char sum[SHA256_TEXT];

	/* Receipts have a line a key. */
	if (name.n > NAME_MOST || str_has(name, '\n') || str_has(name, '\r')) {
		hash_sha256(name, sum);
		name = str_cat(a, STR("#"), str_of(sum));
	}
	return join(a, space, str_of(reputation_kinds[kind].name), name);
}

struct str
reputation_hide(struct arena *a, struct str name, struct str secret)
{
	char sum[SHA256_TEXT];

	hash_keyed(secret, name, sum);
	return str_cat(a, STR("~"), str_head(str_of(sum), HIDDEN_DIGITS));
}

bool
reputation_is_hidden(struct str name)
{
	if (!str_skip(&name, STR("~")) || name.n != HIDDEN_DIGITS)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!ascii_is_hex(name.p[i]) || ascii_lower(name.p[i]) !=
		    name.p[i])
			return false;
	return true;
}

struct str
reputation_key(struct arena *a, enum reputation_kind kind, struct str name,
    struct str secret)
{
	if (reputation_kinds[kind].is_private && secret.n != 0)
		name = reputation_hide(a, name, secret);
	return key_of(a, STR(REPUTATION_KEYS), kind, name);
}

bool
reputation_key_read(struct str key, enum reputation_kind *kind,
    struct str *name)
{
	struct str word;

	return str_skip(&key, STR(REPUTATION_KEYS)) &&
	    str_cut(key, ':', &word, name) && reputation_kind_of(word, kind);
}

struct str
reputation_net(struct arena *a, const struct addr *ip)
{
	struct addr net = *ip;
	char text[ADDR_TEXT];

	for (size_t i = ip->family == 4 ? 3 : 8; i < sizeof(net.bytes); i++)
		net.bytes[i] = 0;
	addr_format(&net, text);
	return str_cat(a, str_of(text), ip->family == 4 ? STR("/24") :
	    STR("/64"));
}

struct str
pivot_key(struct arena *a, enum reputation_kind kind, struct str name)
{
	return key_of(a, STR(PIVOT_KEYS), kind, name);
}

struct str
pivot_mark_write(struct arena *a, const struct pivot_mark *m)
{
	return str_printf(a, "%" STR_FMT " %" PRId64 " %" PRId64,
	    STR_ARG(m->campaign), m->first, m->last);
}

bool
pivot_mark_read(struct str value, struct pivot_mark *m)
{
	struct str times, first, last;

	return str_cut(value, ' ', &m->campaign, &times) &&
	    m->campaign.n != 0 && str_cut(times, ' ', &first, &last) &&
	    str_to_int(first, &m->first) && str_to_int(last, &m->last);
}
