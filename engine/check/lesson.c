/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts and reports to lessons, and back. */
#include "check/lesson.h"

#include <inttypes.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "check/filemark.h"
#include "check/pivot.h"
#include "check/reputation.h"
#include "mail/message.h"
#include "scan/ask.h"
#include "scan/scan.h"

enum {
	RECEIPT_DAYS = 60,
	RECEIPT_MOST = 32 * 1024,
	DIGEST_TEXT = 40,            /* hex digits */
	DIGEST_BYTES_MOST = 64 * 1024, /* of one text */
	DIGEST_URLS_MOST = 50,
	KNOWN_LEAST = 16,            /* messages that make a thing well known */
	SHARE = 8                    /* of its good messages one teaches */
};

static void
digest_add(struct sha256 *sum, struct str s)
{
	sha256_add(sum, str_head(s, DIGEST_BYTES_MOST));
	sha256_add(sum, (struct str){ "", 1 });
}

/* "[PHISHING] [list] Your parcel": what is put in front on the way. */
static struct str
without_tags(struct str subject)
{
	size_t end;

	while (subject = str_trim(subject), str_starts(subject, STR("[")) &&
	    (end = str_find(subject, ']')) < subject.n)
		subject = str_from(subject, end + 1);
	return subject;
}

/* Gateways add fields and tags of their own, and no more.  The same words with
 * other links are another message. */
static struct str
receipt_key(struct arena *a, const struct message *m)
{
	unsigned char bytes[SHA256_BYTES];
	struct sha256 *sum = sha256_new();
	const struct text *t;
	struct buf b;

	digest_add(sum, str_trim(m->message_id));
	digest_add(sum, m->from.n == 0 ? STR("") : m->from.at[0].addr);
	digest_add(sum, without_tags(m->subject));
	digest_add(sum, str_of_int(a, m->has_date ? m->date : 0));
	VEC_EACH(t, &m->texts)
		digest_add(sum, t->visible);
	for (size_t i = 0; i < m->urls.n && i < DIGEST_URLS_MOST; i++)
		digest_add(sum, m->urls.at[i].host);
	sha256_end(sum, bytes);
	buf_init_arena(&b, a, sizeof(RECEIPT_KEYS) + DIGEST_TEXT);
	buf_add_str(&b, STR(RECEIPT_KEYS));
	for (size_t i = 0; i < DIGEST_TEXT / 2; i++)
		buf_printf(&b, "%02x", bytes[i]);
	return buf_str(&b);
}

/* Teaching. */

struct dose {
	double bad, good;
	int64_t when;
	const struct store_claim *claim; /* of a receipt, or NULL */
};

static struct store_lesson
lesson_for(enum reputation_kind kind, const struct dose *d)
{
	int64_t half_life = reputation_half_life(kind);

	return (struct store_lesson){ .bad = d->bad, .good = d->good,
		.when = d->when, .half_life = half_life,
		.life = half_life * REPUTATION_LIVES };
}

static void
teach(struct check_run *r, enum reputation_kind kind, struct str key,
    const struct dose *d)
{
	struct store_lesson l = lesson_for(kind, d);

	learn_teach(r, key, &l, d->claim);
}

static void
mark(struct check_run *r, const struct known *k, const struct campaign *c,
    struct buf *receipt)
{
	const struct reputation_conf *conf = r->conf;
	const struct reputation *rep = r->state;
	struct pivot_mark now = { c->pack->id, rep->now, rep->now }, old;
	struct str key = pivot_key(r->arena, k->entity.kind, k->entity.name);

	if (k->pivot != NULL && k->pivot->state == ASK_ANSWERED &&
	    pivot_mark_read(k->pivot->answer[0], &old) &&
	    str_eq(old.campaign, now.campaign))
		now.first = old.first;
	learn_put(r, key, pivot_mark_write(r->arena, &now),
	    conf->campaign_ms / 1000);
	buf_printf(receipt, "%" STR_FMT "\n", STR_ARG(key));
}

/* The last line of a receipt, which is no key, says when and whose it is. */
static struct str
token_of(const struct check_run *r)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return str_printf(r->arena, "%010lld%06ld.%" STR_FMT,
	    (long long)now.tv_sec, now.tv_nsec / 1000, STR_ARG(r->scan->id));
}

static void
put_receipt(struct check_run *r, struct buf *receipt, bool is_new)
{
	const struct reputation *rep = r->state;
	const int64_t life = (int64_t)RECEIPT_DAYS * REPUTATION_DAY;

	if (is_new)
		learn_put_new(r, rep->receipt_key, buf_str(receipt), life);
	else
		learn_put(r, rep->receipt_key, buf_str(receipt), life);
}

/* All that a message has to do with, and a receipt for it: the first line
 * says what was taught, each other one a key.  Where there was none another
 * worker may be at it, too: the first receipt that arrives counts, but that a
 * report to the contrary has the last word.  It is put before what it is
 * for. */
static void
teach_all(struct check_run *r, const struct dose *dose,
    const struct campaign *c)
{
	const struct reputation *rep = r->state;
	const struct store_claim claim = { rep->receipt_key, token_of(r),
		.is_last_word = r->scan->lesson != NULL };
	bool is_new = rep->receipt->state != ASK_ANSWERED;
	struct dose with = *dose, *d = &with;
	struct str stamp = str_printf(r->arena, "%s %" PRId64 " %.2f\n",
	    d->bad > 0 ? "bad" : "good", d->when,
	    d->bad > 0 ? d->bad : d->good);
	const struct known *k;
	struct buf receipt;

	reputation_name_files(r);
	d->claim = is_new ? &claim : NULL;
	buf_init_arena(&receipt, r->arena, RECEIPT_MOST);
	buf_add_str(&receipt, stamp);
	VEC_EACH(k, &rep->list) {
		if (k->entity.kind == REPUTATION_FILE)
			learn_put(r, filemark_key(r->arena, k->entity.bytes),
			    STR(FILE_MARK_VALUE), filemark_life());
		buf_printf(&receipt, "%" STR_FMT "\n", STR_ARG(k->key));
		if (c != NULL && pivot_may_mark(k))
			mark(r, k, c, &receipt);
	}
	buf_add_str(&receipt, claim.token);
	put_receipt(r, &receipt, is_new);
	VEC_EACH(k, &rep->list)
		teach(r, k->entity.kind, k->key, d);
	if (is_new && claim.is_last_word)
		learn_put_over(r, rep->receipt_key, buf_str(&receipt),
		    (int64_t)RECEIPT_DAYS * REPUTATION_DAY);
}

/* Taking back. */

struct receipt {
	struct dose dose;
	struct str keys;     /* a line each */
	bool is_bad;
};

/* Amounts have two decimals: "bad 1700000000 4.00". */
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

static bool
receipt_read(struct str value, struct receipt *out)
{
	struct str line = str_take_line(&value), word, when, rest;
	double amount;

	*out = (struct receipt){ .keys = value };
	if (!str_cut(line, ' ', &word, &rest) ||
	    !str_cut(rest, ' ', &when, &rest) ||
	    !str_to_int(when, &out->dose.when) || !read_amount(rest, &amount))
		return false;
	out->is_bad = str_is(word, "bad");
	if (out->is_bad)
		out->dose.bad = amount;
	else
		out->dose.good = amount;
	return true;
}

/* How many entities forget it. */
static size_t
take_back(struct check_run *r, const struct receipt *receipt)
{
	struct dose back = { .bad = -receipt->dose.bad,
		.good = -receipt->dose.good, .when = receipt->dose.when };
	struct str keys = receipt->keys, name;
	enum reputation_kind kind;
	size_t n = 0;

	while (keys.n != 0) {
		struct str key = str_take_line(&keys);

		if (reputation_key_read(key, &kind, &name)) {
			teach(r, kind, key, &back);
			n++;
		} else if (str_starts(key, STR(PIVOT_KEYS))) {
			learn_forget(r, key);
		}
	}
	return n;
}

/* Verdicts. */

enum lesson_of_verdict { TEACH_NOTHING, TEACH_BAD, TEACH_GOOD };

/* What is remembered does not prove itself right. */
static enum lesson_of_verdict
lesson_of(const struct scan *s, const struct reputation_conf *conf)
{
	int32_t points = s->verdict.points - s->verdict.remembered;

	if (conf->learn_bad != INT32_MAX && points >= conf->learn_bad)
		return TEACH_BAD;
	if (pivot_campaign(s) != NULL)
		return TEACH_BAD;
	if (conf->learn_good != INT32_MAX && points <= conf->learn_good &&
	    !s->is_cut && s->message.limits == 0 &&
	    s->hits.silenced_by == NULL)
		return TEACH_GOOD;
	return TEACH_NOTHING;
}

static bool
starts_with_good(enum reputation_kind kind)
{
	return kind != REPUTATION_TARGET && kind != REPUTATION_FILE &&
	    kind != REPUTATION_TEMPLATE;
}

/* One in SHARE, by lot. */
static bool
is_drawn(const struct check_run *r, const struct known *k)
{
	return hash_bytes(k->key, hash_bytes(r->scan->id, 0)) % SHARE == 0;
}

static void
teach_good(struct check_run *r, const struct reputation *rep)
{
	struct dose dose = { .good = 1, .when = rep->now };
	struct store_lesson l;
	const struct known *k;

	VEC_EACH(k, &rep->list) {
		bool is_known = k->tally.bad + k->tally.good >= KNOWN_LEAST;

		if (!k->is_there && !starts_with_good(k->entity.kind))
			continue;
		if (is_known && !is_drawn(r, k))
			continue;
		dose.good = is_known ? SHARE : 1;
		l = lesson_for(k->entity.kind, &dose);
		learn_teach_later(r, k->key, &l);
	}
}

/* Copies of what was reported must not teach the contrary.  It left a bad
 * template, if it has one. */
static bool
may_be_reported(const struct reputation *rep)
{
	bool has_form = false, is_bad = false, is_bad_form = false;
	const struct known *k;

	VEC_EACH(k, &rep->list) {
		bool is_form = k->entity.kind == REPUTATION_TEMPLATE;

		has_form |= is_form;
		is_bad |= k->is_there && k->tally.bad > 0;
		is_bad_form |= is_form && k->is_there && k->tally.bad > 0;
	}
	return has_form ? is_bad_form : is_bad;
}

enum check_next
lesson_learn(struct check_run *r)
{
	const struct dose bad = { .bad = 1, .when = clock_wall() };
	struct reputation *rep = r->state;
	enum lesson_of_verdict lesson;

	if (rep->list.n == 0)
		return CHECK_DONE;
	lesson = lesson_of(r->scan, r->conf);
	if (lesson == TEACH_NOTHING)
		return CHECK_DONE;
	if (rep->receipt == NULL &&
	    (lesson == TEACH_BAD || may_be_reported(rep))) {
		rep->receipt_key = receipt_key(r->arena, &r->scan->message);
		rep->receipt = ask_store(r, rep->receipt_key);
		if (r->open != 0)
			return CHECK_WAIT;
	}
	if (lesson == TEACH_GOOD && (rep->receipt == NULL ||
	    rep->receipt->state != ASK_ANSWERED))
		teach_good(r, rep);
	if (lesson != TEACH_BAD)
		return CHECK_DONE;
	/* Better twice than not at all while the store is away. */
	if (rep->receipt->state != ASK_ANSWERED)
		teach_all(r, &bad, pivot_campaign(r->scan));
	return CHECK_DONE;
}

/* Reports. */

static const char *const reporters[REPORTERS] = {
	[REPORTER_TOKEN] = "token",
	[REPORTER_USER] = "user",
	[REPORTER_IP] = "ip",
};

/* Who reports is a person, most of the time. */
static struct str
reporter_key(struct check_run *r, int64_t now)
{
	const struct reputation_conf *conf = r->conf;
	const struct lesson *l = r->scan->lesson;
	struct str name = l->reporter;
	char day[16];

	day_format(day_of(now), day);
	if (l->by == REPORTER_USER && conf->hides_mailboxes)
		name = reputation_hide(r->arena, name, conf->reporter_secret);
	return str_cat(r->arena, STR(REPORTER_KEYS), str_of(day), STR(":"),
	    str_of(reporters[l->by]), STR(":"), str_head(name, 200));
}

static void
ask_for_report(struct check_run *r, struct reputation *rep)
{
	rep->receipt_key = receipt_key(r->arena, &r->scan->message);
	rep->count_key = reporter_key(r, rep->now);
	rep->receipt = ask_store(r, rep->receipt_key);
	rep->count = ask_store(r, rep->count_key);
}

static bool
is_over_limit(const struct check_run *r, const struct reputation *rep)
{
	const struct reputation_conf *conf = r->conf;
	int64_t here = learn_bounded_here(r, rep->count_key);
	struct store_count c = { 0 };

	if (rep->count->state == ASK_ANSWERED &&
	    !store_count_read(rep->count->answer[0], &c))
		c.count = 0;
	if (c.count < here)
		c.count = here;
	return (uint64_t)c.count >= conf->reports;
}

static enum lesson_result
forget(struct check_run *r, const struct receipt *receipt)
{
	const struct reputation *rep = r->state;

	if (receipt == NULL)
		return LESSON_UNKNOWN;
	r->scan->lesson->entities = take_back(r, receipt);
	learn_forget(r, rep->receipt_key);
	return LESSON_FORGOTTEN;
}

/* What was taught to the contrary is taken back first. */
static enum lesson_result
teach_report(struct check_run *r, struct receipt *receipt)
{
	const struct reputation_conf *conf = r->conf;
	const struct reputation *rep = r->state;
	struct lesson *l = r->scan->lesson;
	bool is_bad = l->kind == LESSON_BAD;
	double weight = (double)conf->weights[l->by] / 100;
	struct dose dose = { .bad = is_bad ? weight : 0,
		.good = is_bad ? 0 : weight, .when = rep->now };

	if (receipt != NULL && receipt->is_bad == is_bad)
		return LESSON_KNOWN;
	/* Nobody takes back more than his own word weighs. */
	if (receipt != NULL && receipt->dose.bad > weight)
		receipt->dose.bad = weight;
	if (receipt != NULL && receipt->dose.good > weight)
		receipt->dose.good = weight;
	if (receipt != NULL)
		l->entities = take_back(r, receipt);
	if (rep->list.n == 0 && receipt == NULL)
		return LESSON_NOTHING;
	teach_all(r, &dose, NULL);
	l->entities = rep->list.n;
	return LESSON_LEARNT;
}

enum check_next
lesson_report(struct check_run *r)
{
	struct reputation *rep = r->state;
	struct lesson *l = r->scan->lesson;
	struct receipt receipt;
	bool is_there;

	if (rep->receipt == NULL) {
		ask_for_report(r, rep);
		if (r->open != 0)
			return CHECK_WAIT;
	}
	l->result = LESSON_FAILED;
	if (rep->receipt->state == ASK_FAILED ||
	    rep->count->state == ASK_FAILED)
		return CHECK_DONE;
	l->result = LESSON_LIMITED;
	if (is_over_limit(r, rep))
		return CHECK_DONE;
	is_there = rep->receipt->state == ASK_ANSWERED &&
	    receipt_read(rep->receipt->answer[0], &receipt);
	l->result = l->kind == LESSON_FORGET
	    ? forget(r, is_there ? &receipt : NULL)
	    : teach_report(r, is_there ? &receipt : NULL);
	if (l->result == LESSON_LEARNT || l->result == LESSON_FORGOTTEN)
		learn_bounded(r, rep->count_key, 2 * REPUTATION_DAY);
	return CHECK_DONE;
}
