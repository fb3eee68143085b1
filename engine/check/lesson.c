/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts to lessons. */
#include "check/lesson.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "check/pivot.h"
#include "check/receipt.h"
#include "check/reputation.h"
#include "check/teach.h"
#include "mail/message.h"
#include "scan/learn.h"
#include "scan/scan.h"

enum {
	KNOWN_LEAST = 16, /* messages that make a thing well known */
	SHARE = 8         /* of its good messages one teaches */
};

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

	return k->tally.bad >= TEACH_BAD_LEAST && reputation_probability(kind,
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
	struct teach_dose dose = { .when = rep->now };
	struct store_lesson l;
	const struct known *k;
	struct buf receipt;

	teach_open(r, &receipt, &head);
	VEC_EACH(k, &rep->list) {
		int amount = good_for(k, is_drawn);

		if (amount == 0)
			continue;
		receipt_hear(&receipt, k->key, amount);
		dose.good = amount;
		l = teach_lesson(k->entity.kind, &dose);
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
	bool drawn;

	if (rep->receipt == NULL && has_heard_copy(r))
		return CHECK_DONE;
	drawn = is_drawn(r);
	if (rep->receipt == NULL) {
		if (!has_good(rep, drawn))
			return CHECK_DONE;
		teach_name_receipt(r);
		if (reputation_has_heard(r->opened, receipt_hash(rep)))
			return CHECK_DONE;
		teach_ask(r);
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
	const struct teach_dose bad = { .bad = 1, .when = clock_wall() };
	const struct campaign *c = pivot_campaign(r->scan);
	struct reputation *rep = r->state;
	struct receipt receipt;

	if (rep->receipt == NULL) {
		teach_ask(r);
		if (r->open != 0)
			return CHECK_WAIT;
	}
	teach_back_heard(r);
	/* Better twice than not at all while the store is away. */
	if (!teach_find(&receipt, rep->receipt))
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
