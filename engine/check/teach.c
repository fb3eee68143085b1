/* SPDX-License-Identifier: Apache-2.0 */
/* Teaching, receipts, and taking back. */
#include "check/teach.h"

#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "check/filemark.h"
#include "check/pivot.h"
#include "check/receipt.h"
#include "check/reputation.h"
#include "mail/message.h"
#include "scan/ask.h"
#include "scan/learn.h"
#include "scan/scan.h"

void
teach_name_receipt(struct check_run *r)
{
	struct reputation *rep = r->state;

	if (rep->receipt_key.n == 0)
		rep->receipt_key = receipt_key(r->arena, &r->scan->message);
}

void
teach_ask(struct check_run *r)
{
	const struct ask *(*ask)(struct check_run *run, struct str key) =
	    r->scan->lesson != NULL ? ask_store_afresh : ask_store;
	struct reputation *rep = r->state;

	teach_name_receipt(r);
	rep->heard_key = receipt_heard_key(r->arena, rep->receipt_key);
	rep->receipt = ask(r, rep->receipt_key);
	rep->heard = ask(r, rep->heard_key);
}

bool
teach_find(struct receipt *out, const struct ask *ask)
{
	return ask->state == ASK_ANSWERED &&
	    receipt_parse(out, ask->answer[0]);
}

struct store_lesson
teach_lesson(enum reputation_kind kind, const struct teach_dose *d)
{
	int64_t half_life = reputation_half_life(kind);

	return (struct store_lesson){ .bad = d->bad, .good = d->good,
		.when = d->when, .half_life = half_life,
		.life = half_life * REPUTATION_LIVES };
}

static void
teach(struct check_run *r, enum reputation_kind kind, struct str key,
    const struct teach_dose *d)
{
	struct store_lesson l = teach_lesson(kind, d);

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

void
teach_put(struct check_run *r, struct buf *receipt)
{
	const struct reputation *rep = r->state;

	buf_add_str(receipt, token_of(r));
	learn_put(r, rep->receipt_key, buf_str(receipt), RECEIPT_LIFE);
}

void
teach_open(struct check_run *r, struct buf *receipt,
    const struct receipt *head)
{
	buf_init_arena(receipt, r->arena, STORE_VALUE_MOST);
	receipt_begin(receipt, head);
}

struct str
teach_reporter(struct check_run *r, const char *word)
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
teach_one(struct check_run *r, const struct known *k,
    const struct teach_dose *d)
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
void
teach_all(struct check_run *r, const struct teach_dose *dose,
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
	struct teach_dose d = *dose;
	const struct known *k;
	struct buf receipt;

	reputation_name_files(r);
	if (is_new)
		d.claim = &claim;
	teach_open(r, &receipt, &head);
	if (r->scan->lesson != NULL)
		receipt_line(&receipt, teach_reporter(r, "by"));
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
void
teach_more(struct check_run *r, const struct receipt *before,
    const struct campaign *c)
{
	const struct reputation *rep = r->state;
	const struct teach_dose d = { .bad = before->amount,
		.when = before->when };
	const struct known *k;
	struct buf receipt;
	size_t same;

	reputation_name_files(r);
	teach_open(r, &receipt, before);
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
		teach_put(r, &receipt);
}

/* The tally under the same name as a mark's. */
static struct str
tally_key(struct arena *a, struct str pivot)
{
	str_skip(&pivot, STR(PIVOT_KEYS));
	return str_cat(a, STR(REPUTATION_KEYS), pivot);
}

/* A mark may be others' as well: what is known besides tells. */
void
teach_ask_marked(struct check_run *r, const struct receipt *receipt)
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
    const struct teach_dose *back)
{
	enum reputation_kind kind;
	struct store_lesson l;
	struct store_tally t;
	struct str name;

	if (!reputation_key_read(tally_key(r->arena, key), &kind, &name))
		return;
	l = teach_lesson(kind, back);
	if (asked->state == ASK_ANSWERED &&
	    store_tally_read(asked->answer[0], &t)) {
		store_tally_add(&t, &l);
		if (t.bad >= TEACH_BAD_LEAST)
			return;
	}
	learn_forget(r, key);
}

/* The shape of a receipt, as far as a claim looks at it (net/store.h). */
struct store_claim
teach_claim_back(struct check_run *r, struct str key, const struct ask *ask)
{
	const struct store_claim claim = {
		.key = receipt_back_key(r->arena, key, ask->answer[0]),
		.token = token_of(r) };

	learn_put_new(r, claim.key, str_cat(r->arena, STR("back\n"),
	    claim.token), RECEIPT_BACK_LIFE);
	return claim;
}

size_t
teach_back(struct check_run *r, const struct receipt *receipt, double amount,
    const struct store_claim *claim)
{
	const struct reputation *rep = r->state;
	bool is_bad = receipt->word == RECEIPT_BAD;
	struct teach_dose back = { .bad = is_bad ? -amount : 0,
		.good = is_bad ? 0 : -amount, .when = receipt->when,
		.claim = claim };
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

size_t
teach_back_heard(struct check_run *r)
{
	const struct reputation *rep = r->state;
	struct teach_dose back = { .good = 0 };
	struct store_claim claim;
	struct receipt heard;
	const struct known *k;
	size_t n = 0;

	if (!teach_find(&heard, rep->heard))
		return 0;
	claim = teach_claim_back(r, rep->heard_key, rep->heard);
	back.claim = &claim;
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
