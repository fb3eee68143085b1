/* SPDX-License-Identifier: Apache-2.0 */
/* Reports to lessons: who may teach, and what he may take back. */
#include "check/lesson.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "check/receipt.h"
#include "check/reputation.h"
#include "check/teach.h"
#include "scan/ask.h"
#include "scan/learn.h"
#include "scan/scan.h"

/* Of who reports how often. */
#define REPORTER_KEYS "reporter1:"
/* Of what is being written; not in the store. */
#define REPORTED_KEYS "reported:"

enum {
	FRESH_SECONDS = 1, /* of a good verdict: it may be on its way */
	FRESH_MS = 1300,   /* by then it is written */
	RECEIPT_MS = 300,  /* and a report */
	NOTED_SECONDS = 2, /* it is told of, among ourselves */
	PAUSES_MOST = 5
};

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

/* Again after a pause, for what has been written meanwhile. */
static void
ask_for_report(struct check_run *r, struct reputation *rep)
{
	rep->is_asked = true;
	teach_ask(r);
	if (rep->count != NULL)
		return;
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

	return receipt != NULL && receipt_has(receipt, teach_reporter(r,
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
correct(struct check_run *r, const struct receipt *receipt,
    const struct store_claim *claim)
{
	double amount = receipt->amount, weight = weight_of(r);
	struct lesson *l = r->scan->lesson;
	struct receipt left = *receipt;
	struct buf to;

	if (weight >= amount || receipt_has(receipt, teach_reporter(r, "by"))) {
		l->entities = teach_back(r, receipt, amount, claim);
		return true;
	}
	l->entities = teach_back(r, receipt, weight, claim);
	left.amount = amount - weight;
	teach_open(r, &to, &left);
	receipt_lines(&to, &left);
	receipt_line(&to, teach_reporter(r, "not"));
	teach_put(r, &to);
	return false;
}

static enum lesson_result
forget(struct check_run *r, const struct receipt *receipt)
{
	const struct reputation *rep = r->state;
	size_t heard = teach_back_heard(r);
	struct store_claim claim;

	r->scan->lesson->entities = heard;
	if (receipt == NULL || receipt_has(receipt, teach_reporter(r, "not")))
		return heard == 0 ? LESSON_UNKNOWN : LESSON_FORGOTTEN;
	claim = teach_claim_back(r, rep->receipt_key, rep->receipt);
	if (correct(r, receipt, &claim))
		learn_forget(r, rep->receipt_key);
	return LESSON_FORGOTTEN;
}

/* There is nothing to add.  But what he has taught himself and others have
 * taken back a part of he may say again. */
static bool
is_said(struct check_run *r, const struct receipt *receipt)
{
	bool is_bad = r->scan->lesson->kind == LESSON_BAD;

	if (receipt_has(receipt, teach_reporter(r, "not")))
		return true;
	return receipt->word == (is_bad ? RECEIPT_BAD : RECEIPT_GOOD) &&
	    (!receipt_has(receipt, teach_reporter(r, "by")) ||
	    receipt->amount + TEACH_BAD_LEAST >= weight_of(r));
}

/* What was taught to the contrary is taken back first. */
static enum lesson_result
teach_report(struct check_run *r, const struct receipt *receipt)
{
	const struct reputation *rep = r->state;
	struct lesson *l = r->scan->lesson;
	bool is_bad = l->kind == LESSON_BAD;
	double weight = weight_of(r);
	struct teach_dose dose = { .bad = is_bad ? weight : 0,
		.good = is_bad ? 0 : weight, .when = rep->now };
	struct store_claim claim;

	if (receipt != NULL && is_said(r, receipt))
		return LESSON_KNOWN;
	teach_back_heard(r);
	if (receipt != NULL) {
		claim = teach_claim_back(r, rep->receipt_key, rep->receipt);
		dose.claim = &claim;
		if (!correct(r, receipt, &claim))
			return LESSON_LEARNT;
	}
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

	return teach_find(&heard, rep->heard) &&
	    heard.when >= rep->now - FRESH_SECONDS;
}

/* Who is at his limit may correct himself at once: the receipt of his own
 * report may be on its way. */
static bool
may_come(struct check_run *r, const struct reputation *rep)
{
	return rep->receipt->state == ASK_NONE && is_over_limit(r, rep);
}

static struct str
reported_key(struct check_run *r, const struct reputation *rep)
{
	return str_cat(r->arena, STR(REPORTED_KEYS), rep->receipt_key);
}

/* A report that this daemon has only just taken is to be there before the next
 * of its message says what is to become of it. */
static bool
is_behind_another(struct check_run *r, struct reputation *rep)
{
	int64_t n = learn_bounded_here(r, reported_key(r, rep));
	bool is_new = n > rep->noted;

	rep->noted = n;
	return is_new;
}

/* Another daemon may have taken what is to be forgotten. */
static bool
is_nowhere(const struct check_run *r, const struct reputation *rep)
{
	return r->scan->lesson->kind == LESSON_FORGET &&
	    rep->receipt->state == ASK_NONE;
}

/* How long to wait for what is only just being written; 0: for nothing. */
static int64_t
moment(struct check_run *r, struct reputation *rep)
{
	bool is_behind = is_behind_another(r, rep);
	bool is_first = rep->pauses == 0;

	if (rep->pauses == PAUSES_MOST)
		return 0;
	if (!rep->was_fresh && is_fresh(rep)) {
		rep->was_fresh = true;
		return FRESH_MS;
	}
	return is_behind || (is_first && (may_come(r, rep) ||
	    is_nowhere(r, rep))) ? RECEIPT_MS : 0;
}

/* True: it is to be asked for again then. */
static bool
has_to_wait(struct check_run *r, struct reputation *rep)
{
	int64_t ms = moment(r, rep);

	if (ms == 0)
		return false;
	rep->pauses++;
	rep->is_asked = rep->has_marked = false;
	rep->marked.n = 0;
	ask_pause(r, ms);
	return true;
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

	if (!rep->is_asked) {
		ask_for_report(r, rep);
		if (r->open != 0)
			return CHECK_WAIT;
	}
	if (has_to_wait(r, rep))
		return CHECK_WAIT;
	is_there = teach_find(&receipt, rep->receipt);
	if (is_there && !rep->has_marked) {
		teach_ask_marked(r, &receipt);
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
	if (l->result == LESSON_LEARNT || l->result == LESSON_FORGOTTEN) {
		learn_bounded(r, rep->count_key, 2 * REPUTATION_DAY);
		learn_bounded_note(r, reported_key(r, rep), NOTED_SECONDS);
	}
	return CHECK_DONE;
}
