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
#include "check/receipt.h"
#include "check/reputation.h"
#include "mail/message.h"
#include "scan/ask.h"
#include "scan/scan.h"

enum {
	FRESH_SECONDS = 1,           /* of a good verdict: it may be on its way */
	FRESH_MS = 1300,             /* by then it is written */
	KNOWN_LEAST = 16,            /* messages that make a thing well known */
	SHARE = 8                    /* of its good messages one teaches */
};

/* Less bad than this is nothing that anybody else has taught. */
static const double BAD_LEAST = 0.05;

static void
name_receipt(struct check_run *r)
{
	struct reputation *rep = r->state;

	if (rep->receipt_key.n == 0)
		rep->receipt_key = receipt_key(r->arena, &r->scan->message);
}

static void
ask_for_receipt(struct check_run *r)
{
	struct reputation *rep = r->state;

	name_receipt(r);
	rep->heard_key = receipt_heard_key(r->arena, rep->receipt_key);
	rep->receipt = ask_store(r, rep->receipt_key);
	rep->heard = ask_store(r, rep->heard_key);
}

/* False: there is none, or nobody could look. */
static bool
find_receipt(struct receipt *out, const struct ask *ask)
{
	return ask->state == ASK_ANSWERED &&
	    receipt_parse(out, ask->answer[0]);
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
mark(struct check_run *r, const struct known *k, struct str key,
    const struct campaign *c)
{
	const struct reputation_conf *conf = r->conf;
	const struct reputation *rep = r->state;
	struct pivot_mark now = { c->pack->id, rep->now, rep->now }, old;

	if (k->pivot != NULL && k->pivot->state == ASK_ANSWERED &&
	    pivot_mark_read(k->pivot->answer[0], &old) &&
	    str_eq(old.campaign, now.campaign))
		now.first = old.first;
	learn_put(r, key, pivot_mark_write(r->arena, &now),
	    conf->campaign_ms / 1000);
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
put_receipt(struct check_run *r, struct buf *receipt)
{
	const struct reputation *rep = r->state;

	buf_add_str(receipt, token_of(r));
	learn_put(r, rep->receipt_key, buf_str(receipt), RECEIPT_LIFE);
}

static void
open_receipt(struct check_run *r, struct buf *receipt,
    const struct receipt *head)
{
	buf_init_arena(receipt, r->arena, STORE_VALUE_MOST);
	receipt_begin(receipt, head);
}

/* Who reports: "by 0123456789abcdef", or "not" when he takes back. */
static struct str
reporter_line(struct check_run *r, const char *word)
{
	const struct lesson *l = r->scan->lesson;
	const struct reputation_conf *conf = r->conf;
	uint64_t seed = hash_bytes(conf->reporter_secret,
	    (uint64_t)l->by);
	char text[HASH_TEXT];

	return str_cat(r->arena, str_of(word), STR(" "),
	    hash_text(hash_bytes(l->reporter, seed), text));
}

static void
teach_one(struct check_run *r, const struct known *k, const struct dose *d)
{
	if (k->entity.kind == REPUTATION_FILE)
		learn_put(r, filemark_key(r->arena, k->entity.bytes),
		    STR(FILE_MARK_VALUE), filemark_life());
	teach(r, k->entity.kind, k->key, d);
}

static void
mark_all(struct check_run *r, const struct campaign *c,
    const struct receipt *before, struct buf *receipt)
{
	const struct reputation *rep = r->state;
	const struct known *k;
	struct str key;

	VEC_EACH(k, &rep->list) {
		if (!pivot_may_mark(k, rep->now))
			continue;
		key = pivot_key(r->arena, k->entity.kind, k->entity.name);
		if (before != NULL && receipt_has(before, key))
			continue;
		mark(r, k, key, c);
		receipt_line(receipt, key);
	}
}

/* All that a message has to do with, and a receipt for it.  Where there was
 * none another worker may be at it, too: the first receipt that arrives
 * counts, but that a report to the contrary has the last word.  It is put
 * before what it is for. */
static void
teach_all(struct check_run *r, const struct dose *dose,
    const struct campaign *c)
{
	const struct reputation *rep = r->state;
	const struct store_claim claim = { rep->receipt_key, token_of(r),
		.is_last_word = r->scan->lesson != NULL };
	const struct receipt head = {
		.word = dose->bad > 0 ? RECEIPT_BAD : RECEIPT_GOOD,
		.when = dose->when,
		.amount = dose->bad > 0 ? dose->bad : dose->good };
	bool is_new = rep->receipt->state != ASK_ANSWERED;
	struct dose d = *dose;
	const struct known *k;
	struct buf receipt;

	reputation_name_files(r);
	d.claim = is_new ? &claim : NULL;
	open_receipt(r, &receipt, &head);
	if (r->scan->lesson != NULL)
		receipt_line(&receipt, reporter_line(r, "by"));
	VEC_EACH(k, &rep->list)
		receipt_line(&receipt, k->key);
	if (c != NULL)
		mark_all(r, c, NULL, &receipt);
	buf_add_str(&receipt, claim.token);
	if (is_new)
		learn_put_new(r, rep->receipt_key, buf_str(&receipt),
		    RECEIPT_LIFE);
	else
		learn_put(r, rep->receipt_key, buf_str(&receipt),
		    RECEIPT_LIFE);
	VEC_EACH(k, &rep->list)
		teach_one(r, k, &d);
	if (is_new && claim.is_last_word)
		learn_put_over(r, rep->receipt_key, buf_str(&receipt),
		    RECEIPT_LIFE);
}

/* A copy of what has been taught: what is new of it is taught as the rest was,
 * and marked. */
static void
teach_more(struct check_run *r, const struct receipt *before,
    const struct campaign *c)
{
	const struct reputation *rep = r->state;
	const struct dose d = { .bad = before->amount, .when = before->when };
	const struct known *k;
	struct buf receipt;
	size_t same;

	reputation_name_files(r);
	open_receipt(r, &receipt, before);
	receipt_lines(&receipt, before);
	same = receipt.n;
	VEC_EACH(k, &rep->list) {
		if (receipt_has(before, k->key))
			continue;
		receipt_line(&receipt, k->key);
		teach_one(r, k, &d);
	}
	if (c != NULL)
		mark_all(r, c, before, &receipt);
	if (receipt.n != same)
		put_receipt(r, &receipt);
}

/* Taking back. */

/* The tally under the same name as a mark's. */
static struct str
tally_key(struct arena *a, struct str pivot)
{
	str_skip(&pivot, STR(PIVOT_KEYS));
	return str_cat(a, STR(REPUTATION_KEYS), pivot);
}

/* A mark may be others' as well: what is known besides tells. */
static void
ask_for_marked(struct check_run *r, const struct receipt *receipt)
{
	struct reputation *rep = r->state;
	struct str lines = receipt->lines, line;

	rep->has_marked = true;
	while (lines.n != 0) {
		line = str_take_line(&lines);
		if (str_starts(line, STR(PIVOT_KEYS)))
			*VEC_ADD(r->arena, &rep->marked) = ask_store(r,
			    tally_key(r->arena, line));
	}
}

/* asked: for the tally of what is marked, which back is not taken from yet. */
static void
take_mark(struct check_run *r, struct str key, const struct ask *asked,
    const struct dose *back)
{
	enum reputation_kind kind;
	struct store_lesson l;
	struct store_tally t;
	struct str name;

	if (!reputation_key_read(tally_key(r->arena, key), &kind, &name))
		return;
	l = lesson_for(kind, back);
	if (asked->state == ASK_ANSWERED &&
	    store_tally_read(asked->answer[0], &t)) {
		store_tally_add(&t, &l);
		if (t.bad >= BAD_LEAST)
			return;
	}
	learn_forget(r, key);
}

/* So many messages of what a receipt says; how many entities forget them. */
static size_t
take_back(struct check_run *r, const struct receipt *receipt, double amount)
{
	const struct reputation *rep = r->state;
	bool is_bad = receipt->word == RECEIPT_BAD;
	struct dose back = { .bad = is_bad ? -amount : 0,
		.good = is_bad ? 0 : -amount, .when = receipt->when };
	struct str lines = receipt->lines, name;
	enum reputation_kind kind;
	size_t n = 0, marks = 0;

	while (lines.n != 0) {
		struct str key = str_take_line(&lines);

		if (reputation_key_read(key, &kind, &name)) {
			teach(r, kind, key, &back);
			n++;
		} else if (str_starts(key, STR(PIVOT_KEYS))) {
			take_mark(r, key, rep->marked.at[marks++], &back);
		}
	}
	return n;
}

/* What a good verdict taught, as far as the message still shows it. */
static size_t
take_heard(struct check_run *r)
{
	const struct reputation *rep = r->state;
	struct dose back = { .good = 0 };
	struct receipt heard;
	const struct known *k;
	size_t n = 0;

	if (!find_receipt(&heard, rep->heard))
		return 0;
	back.when = heard.when;
	VEC_EACH(k, &rep->list) {
		back.good = -receipt_heard(&heard, k->key);
		if (back.good == 0)
			continue;
		teach(r, k->entity.kind, k->key, &back);
		n++;
	}
	learn_forget(r, rep->heard_key);
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

/* One message in SHARE, by a lot that its copies share. */
static bool
is_drawn(const struct check_run *r)
{
	const struct reputation_conf *conf = r->conf;
	const struct message *m = &r->scan->message;
	uint64_t lot = hash_bytes(conf->reporter_secret, 0);

	if (m->from.n != 0)
		lot = hash_bytes(m->from.at[0].addr, lot);
	return hash_bytes(m->message_id, lot) % SHARE == 0;
}

static bool
is_suspected(const struct known *k)
{
	enum reputation_kind kind = k->entity.kind;

	return k->tally.bad >= BAD_LEAST && reputation_probability(kind,
	    &k->tally) > reputation_kinds[kind].prior;
}

/* How many messages it learns of this one.  What is suspected is not to be
 * washed with a few harmless mails by whoever it belongs to. */
static int
good_for(const struct known *k, bool is_drawn)
{
	bool is_known = k->tally.bad + k->tally.good >= KNOWN_LEAST;

	if (!k->is_there && !starts_with_good(k->entity.kind))
		return 0;
	if (is_suspected(k))
		return is_drawn ? 1 : 0;
	return !is_known ? 1 : is_drawn ? SHARE : 0;
}

static bool
has_good(const struct reputation *rep, bool is_drawn)
{
	const struct known *k;

	VEC_EACH(k, &rep->list)
		if (good_for(k, is_drawn) != 0)
			return true;
	return false;
}

static void
teach_good(struct check_run *r, const struct reputation *rep, bool is_drawn)
{
	const struct receipt head = { .word = RECEIPT_HEARD,
		.when = rep->now };
	struct dose dose = { .when = rep->now };
	struct store_lesson l;
	const struct known *k;
	struct buf receipt;

	open_receipt(r, &receipt, &head);
	VEC_EACH(k, &rep->list) {
		int amount = good_for(k, is_drawn);

		if (amount == 0)
			continue;
		receipt_hear(&receipt, k->key, amount);
		dose.good = amount;
		l = lesson_for(k->entity.kind, &dose);
		learn_teach_later(r, k->key, &l);
	}
	learn_put(r, rep->heard_key, buf_str(&receipt),
	    RECEIPT_HEARD_LIFE);
}

/* A copy to the letter, but for what relays put on top, is known without
 * reading it again. */
static bool
has_heard_copy(const struct check_run *r)
{
	uint64_t hash = r->scan->hash;

	return hash != 0 && reputation_has_heard(r->opened, hash);
}

static uint64_t
receipt_hash(const struct reputation *rep)
{
	return hash_bytes(rep->receipt_key, 0);
}

/* Of copies of one message the first counts, and none of what was reported or
 * found to be bad. */
static enum check_next
learn_good(struct check_run *r)
{
	struct reputation *rep = r->state;
	bool drawn = is_drawn(r);

	if (rep->receipt == NULL) {
		if (!has_good(rep, drawn) || has_heard_copy(r))
			return CHECK_DONE;
		name_receipt(r);
		if (reputation_has_heard(r->opened, receipt_hash(rep)))
			return CHECK_DONE;
		ask_for_receipt(r);
		if (r->open != 0)
			return CHECK_WAIT;
	}
	if (rep->receipt->state == ASK_ANSWERED ||
	    rep->heard->state == ASK_ANSWERED ||
	    reputation_has_heard(r->opened, receipt_hash(rep)))
		return CHECK_DONE;
	reputation_hear(r->opened, receipt_hash(rep));
	reputation_hear(r->opened, r->scan->hash);
	teach_good(r, rep, drawn);
	return CHECK_DONE;
}

static enum check_next
learn_bad(struct check_run *r)
{
	const struct dose bad = { .bad = 1, .when = clock_wall() };
	const struct campaign *c = pivot_campaign(r->scan);
	struct reputation *rep = r->state;
	struct receipt receipt;

	if (rep->receipt == NULL) {
		ask_for_receipt(r);
		if (r->open != 0)
			return CHECK_WAIT;
	}
	take_heard(r);
	/* Better twice than not at all while the store is away. */
	if (!find_receipt(&receipt, rep->receipt))
		teach_all(r, &bad, c);
	else if (receipt.word == RECEIPT_BAD)
		teach_more(r, &receipt, c);
	return CHECK_DONE;
}

enum check_next
lesson_learn(struct check_run *r)
{
	const struct reputation *rep = r->state;
	enum lesson_of_verdict lesson;

	if (rep->list.n == 0)
		return CHECK_DONE;
	lesson = lesson_of(r->scan, r->conf);
	return lesson == TEACH_GOOD ? learn_good(r) :
	    lesson == TEACH_BAD ? learn_bad(r) : CHECK_DONE;
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
	ask_for_receipt(r);
	rep->count_key = reporter_key(r, rep->now);
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

/* What he has taught himself he may take back at any time. */
static bool
is_own_slip(struct check_run *r, const struct receipt *receipt)
{
	enum lesson_kind kind = r->scan->lesson->kind;

	return receipt != NULL && receipt_has(receipt, reporter_line(r,
	    "by")) && (kind == LESSON_FORGET || (kind == LESSON_BAD) !=
	    (receipt->word == RECEIPT_BAD));
}

static double
weight_of(const struct check_run *r)
{
	const struct reputation_conf *conf = r->conf;

	return (double)conf->weights[r->scan->lesson->by] / 100;
}

/*
 * What others have taught weighs as much as they do: a reporter takes back his
 * own weight of it, once, and all of what he has taught himself.  True: there
 * is nothing left of it.
 */
static bool
correct(struct check_run *r, const struct receipt *receipt)
{
	double amount = receipt->amount, weight = weight_of(r);
	struct lesson *l = r->scan->lesson;
	struct receipt left = *receipt;
	struct buf to;

	if (weight >= amount || receipt_has(receipt, reporter_line(r, "by"))) {
		l->entities = take_back(r, receipt, amount);
		return true;
	}
	l->entities = take_back(r, receipt, weight);
	left.amount = amount - weight;
	open_receipt(r, &to, &left);
	receipt_lines(&to, &left);
	receipt_line(&to, reporter_line(r, "not"));
	put_receipt(r, &to);
	return false;
}

static enum lesson_result
forget(struct check_run *r, const struct receipt *receipt)
{
	const struct reputation *rep = r->state;
	size_t heard = take_heard(r);

	r->scan->lesson->entities = heard;
	if (receipt == NULL || receipt_has(receipt, reporter_line(r, "not")))
		return heard == 0 ? LESSON_UNKNOWN : LESSON_FORGOTTEN;
	if (correct(r, receipt))
		learn_forget(r, rep->receipt_key);
	return LESSON_FORGOTTEN;
}

/* What was taught to the contrary is taken back first. */
static enum lesson_result
teach_report(struct check_run *r, const struct receipt *receipt)
{
	const struct reputation *rep = r->state;
	struct lesson *l = r->scan->lesson;
	bool is_bad = l->kind == LESSON_BAD;
	double weight = weight_of(r);
	struct dose dose = { .bad = is_bad ? weight : 0,
		.good = is_bad ? 0 : weight, .when = rep->now };

	if (receipt != NULL && (receipt->word == (is_bad ? RECEIPT_BAD :
	    RECEIPT_GOOD) || receipt_has(receipt, reporter_line(r, "not"))))
		return LESSON_KNOWN;
	take_heard(r);
	if (receipt != NULL && !correct(r, receipt))
		return LESSON_LEARNT;
	if (rep->list.n == 0 && receipt == NULL)
		return LESSON_NOTHING;
	teach_all(r, &dose, NULL);
	l->entities = rep->list.n;
	return LESSON_LEARNT;
}

/* What a good verdict taught is written a moment after its receipt: who took
 * it back in that moment would leave it. */
static bool
is_fresh(const struct reputation *rep)
{
	struct receipt heard;

	return rep->pause == NULL && find_receipt(&heard, rep->heard) &&
	    heard.when >= rep->now - FRESH_SECONDS;
}

static bool
has_failed(const struct reputation *rep)
{
	for (size_t i = 0; i < rep->marked.n; i++)
		if (rep->marked.at[i]->state == ASK_FAILED)
			return true;
	return rep->receipt->state == ASK_FAILED ||
	    rep->heard->state == ASK_FAILED ||
	    rep->count->state == ASK_FAILED;
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
	if (is_fresh(rep)) {
		rep->pause = ask_pause(r, FRESH_MS);
		return CHECK_WAIT;
	}
	if (rep->pause != NULL && !rep->has_paused) {
		rep->has_paused = true;
		ask_for_receipt(r);
		if (r->open != 0)
			return CHECK_WAIT;
	}
	is_there = find_receipt(&receipt, rep->receipt);
	if (is_there && !rep->has_marked) {
		ask_for_marked(r, &receipt);
		if (r->open != 0)
			return CHECK_WAIT;
	}
	l->result = LESSON_FAILED;
	if (has_failed(rep))
		return CHECK_DONE;
	l->result = LESSON_LIMITED;
	if (is_over_limit(r, rep) && !is_own_slip(r, is_there ? &receipt :
	    NULL))
		return CHECK_DONE;
	l->result = l->kind == LESSON_FORGET
	    ? forget(r, is_there ? &receipt : NULL)
	    : teach_report(r, is_there ? &receipt : NULL);
	if (l->result == LESSON_LEARNT || l->result == LESSON_FORGOTTEN)
		learn_bounded(r, rep->count_key, 2 * REPUTATION_DAY);
	return CHECK_DONE;
}
