/* SPDX-License-Identifier: Apache-2.0 */
/* One batch of questions, another for files of which something may be known;
 * one line a kind. */
#include "check/reputation.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/hash.h"
#include "check/filemark.h"
#include "check/lesson.h"
#include "check/namebook.h"
#include "check/pivot.h"
#include "check/reputationrows.h"
#include "check/templatebook.h"
#include "scan/ask.h"
#include "scan/scan.h"

enum {
	POINTS_LEAST = 10, /* hundredths: less is not worth a line */
	HEARD = 8192       /* a power of two */
};

/* What the check keeps in a process. */
struct memory {
	struct entity_books books;
	uint64_t heard[HEARD]; /* who comes last stays */
};

const char *const reputation_no_yes[] = { "no", "yes", NULL };

/* All that entities are made of. */
static const char *const needs[] = { "ip", "asn", "helo", "helo.class",
	"rdns", "mail_from.domain", "from", "from.domain", "auth.spf",
	"auth.dkim", "auth.dmarc", "body", "report", NULL };

/* In the order of reputation_kinds; then what pivots give. */
static const struct fact_def gives[] = {
	[REPUTATION_IP] = { .name = "reputation.ip" },
	[REPUTATION_NET] = { .name = "reputation.net" },
	[REPUTATION_ASN] = { .name = "reputation.asn" },
	[REPUTATION_HELO] = { .name = "reputation.helo" },
	[REPUTATION_ENVELOPE] = { .name = "reputation.mail_from" },
	[REPUTATION_FROM] = { .name = "reputation.from" },
	[REPUTATION_MAILBOX] = { .name = "reputation.mailbox" },
	[REPUTATION_DKIM] = { .name = "reputation.dkim" },
	[REPUTATION_HOST] = { .name = "reputation.host" },
	[REPUTATION_DOMAIN] = { .name = "reputation.domain" },
	[REPUTATION_TARGET] = { .name = "reputation.target" },
	[REPUTATION_FILE] = { .name = "reputation.file" },
	[REPUTATION_TEMPLATE] = { .name = "reputation.template" },
	[REPUTATION_KINDS] = { .name = "reputation.campaign" },
	{ 0 }
};

static struct str
secret_of(const struct reputation_conf *conf)
{
	return conf->hides_mailboxes ? conf->secret : STR("");
}

/* Without a key what is to be hidden is not kept at all. */
static bool
is_nameless(enum reputation_kind kind, const struct reputation_conf *conf)
{
	return reputation_kinds[kind].is_private && conf->hides_mailboxes &&
	    conf->secret.n == 0;
}

static void
make_key(struct check_run *r, struct known *k)
{
	k->key = reputation_key(r->arena, k->entity.kind, k->entity.name,
	    secret_of(r->conf));
}

static void
ask_for(struct check_run *r, struct known *k)
{
	make_key(r, k);
	k->asked = ask_store(r, k->key);
}

/* What is asked for comes from all over the memory: it is on its way while the
 * other keys are made. */
static void
ask_for_all(struct check_run *r, struct reputation *rep)
{
	struct known *k;

	VEC_EACH(k, &rep->list)
		if (k->key.n != 0)
			k->near = ask_store_soon(r, k->key);
	VEC_EACH(k, &rep->list)
		if (k->key.n != 0)
			k->asked = ask_store_near(r, k->near);
}

static void
ask_for_mark(struct check_run *r, struct reputation *rep, struct known *k)
{
	if (r->scan->lesson != NULL)
		return;
	if (rep->all_files == NULL)
		rep->all_files = ask_store(r, STR(FILE_MARK_ALL));
	k->mark = ask_store(r, filemark_key(r->arena, k->entity.bytes));
}

static bool
is_unnamed(const struct known *k)
{
	return k->entity.name.n == 0;
}

static void
name_file(struct check_run *r, struct known *k)
{
	char sum[SHA256_TEXT];

	hash_sha256(k->entity.bytes, sum);
	k->entity.name = k->entity.shown = str_copy(r->arena, str_of(sum));
}

static void
begin(struct check_run *r, struct reputation *rep)
{
	static const struct entity_books none;
	const struct memory *memory = r->opened;
	entity_list entities = { 0 };
	const struct entity *e;

	rep->has_begun = true;
	rep->now = r->scan->now;
	entities_find(&entities, r->arena, r->scan, memory == NULL ? &none :
	    &memory->books);
	VEC_ROOM(r->arena, &rep->list, entities.n);
	VEC_EACH(e, &entities) {
		struct known *k;

		if (is_nameless(e->kind, r->conf))
			continue;
		k = VEC_ADD(r->arena, &rep->list);
		k->entity = *e;
		if (is_unnamed(k))
			ask_for_mark(r, rep, k);
		else
			make_key(r, k);
	}
	if (r->scan->lesson != NULL) {
		reputation_name_files(r);
		return;
	}
	ask_for_all(r, rep);
	pivots_ask(r, rep);
}

void
reputation_name_files(struct check_run *r)
{
	struct reputation *rep = r->state;
	struct known *k;

	VEC_EACH(k, &rep->list) {
		if (!is_unnamed(k))
			continue;
		name_file(r, k);
		make_key(r, k);
	}
}

/* Of those that have a mark. */
static void
ask_for_files(struct check_run *r, struct reputation *rep)
{
	struct known *k;

	rep->has_files = true;
	VEC_EACH(k, &rep->list) {
		if (!is_unnamed(k) || (k->mark->state != ASK_ANSWERED &&
		    rep->all_files->state != ASK_ANSWERED))
			continue;
		name_file(r, k);
		ask_for(r, k);
		pivot_ask(r, k);
	}
}

/* False: it could not be looked up. */
static bool
settle(struct known *k, const struct reputation *rep)
{
	int64_t now = rep->now;

	if (k->asked == NULL)
		return k->mark->state != ASK_FAILED &&
		    rep->all_files->state != ASK_FAILED;
	if (k->asked->state == ASK_FAILED)
		return false;
	k->is_there = k->asked->state == ASK_ANSWERED &&
	    store_tally_read(k->asked->answer[0], &k->tally);
	if (!k->is_there)
		k->tally = (struct store_tally){ 0 };
	else if (k->tally.at < now)
		store_tally_decay(&k->tally, now,
		    reputation_half_life(k->entity.kind));
	return true;
}

/* "0.4", "12": what is left of so many messages. */
static struct str
amount(struct arena *a, double n)
{
	return str_printf(a, n < 9.95 ? "%.1f" : "%.0f", n);
}

static int
per_cent(const struct known *k)
{
	return (int)(100 * reputation_probability(k->entity.kind, &k->tally));
}

static void
tell(struct check_run *r, const struct known *k, int32_t points)
{
	const struct reputation_kind_info *kind =
	    &reputation_kinds[k->entity.kind];
	struct arena *a = r->arena;

	*VEC_ADD(a, &r->scan->remembered) = (struct remembered){
		.symbol = str_of(kind->symbol),
		.name = str_of(kind->name),
		.points = points,
		.say = {
			str_cat(a, str_of(kind->what[0]), STR(" {1}: 不審 {2} "
			    "通、正常 {3} 通の実績 (不審の確率 {4}%)")),
			str_cat(a, str_of(kind->what[1]), STR(" {1}: {2} bad "
			    "and {3} good messages, {4}% likely bad"))
		},
		.args = { k->entity.shown, amount(a, k->tally.bad),
		    amount(a, k->tally.good),
		    str_of_int(a, per_cent(k)) }
	};
}

/* The two worst of a kind, and their points. */
struct worst {
	const struct known *first, *second;
	int32_t most, next;
	bool has_failed;
};

static void
hold_against(struct worst *w, const struct known *k)
{
	int32_t points = reputation_points(k->entity.kind, &k->tally);

	if (w->first == NULL || points > w->most) {
		w->second = w->first;
		w->next = w->most;
		w->first = k;
		w->most = points;
	} else if (w->second == NULL || points > w->next) {
		w->second = k;
		w->next = points;
	}
}

/*
 * What counts of a kind: the worst.  Of a template, whose bands are entities
 * of their own, the second worst: one band is shared by accident.
 */
static void
give(struct check_run *r, const struct worst *w, enum reputation_kind kind)
{
	bool is_template = kind == REPUTATION_TEMPLATE;
	const struct known *k = is_template ? w->second : w->first;
	int32_t points = is_template ? w->next : w->most;

	if (k == NULL) {
		check_give_absent(r, kind);
		return;
	}
	check_give_int(r, kind, per_cent(k));
	if (points >= POINTS_LEAST)
		tell(r, k, points);
}

/* What could not be looked up stays open, and counts as failed. */
static void
give_all(struct check_run *r, struct reputation *rep)
{
	struct worst worst[REPUTATION_KINDS] = { 0 };
	struct known *k;

	VEC_EACH(k, &rep->list) {
		if (settle(k, rep)) {
			if (k->is_there)
				hold_against(&worst[k->entity.kind], k);
			continue;
		}
		worst[k->entity.kind].has_failed = true;
		r->scan->is_degraded = true;
	}
	for (int i = 0; i < REPUTATION_KINDS; i++)
		if (!worst[i].has_failed)
			give(r, &worst[i], (enum reputation_kind)i);
	if (pivots_give(r, rep))
		r->scan->is_degraded = true;
}

static enum check_next
run(struct check_run *r)
{
	struct reputation *rep = r->state;

	if (!rep->has_begun) {
		begin(r, rep);
		if (r->scan->lesson != NULL)
			return CHECK_DONE;
		if (r->open != 0)
			return CHECK_WAIT;
	}
	if (!rep->has_files) {
		ask_for_files(r, rep);
		if (r->open != 0)
			return CHECK_WAIT;
	}
	give_all(r, rep);
	return CHECK_DONE;
}

static bool
open_names(void **opened, const void *conf, struct err *e)
{
	struct memory *memory = calloc(1, sizeof(*memory));

	(void)conf;
	(void)e;
	if (memory == NULL)
		abort();
	memory->books.names = namebook_new();
	memory->books.templates = templatebook_new();
	*opened = memory;
	return true;
}

static void
close_names(void *opened)
{
	struct memory *memory = opened;

	if (memory == NULL)
		return;
	namebook_free(memory->books.names);
	templatebook_free(memory->books.templates);
	free(memory);
}

bool
reputation_has_heard(const void *opened, uint64_t hash)
{
	const struct memory *memory = opened;

	return memory != NULL && memory->heard[hash % HEARD] == hash;
}

void
reputation_hear(void *opened, uint64_t hash)
{
	struct memory *memory = opened;

	if (memory != NULL)
		memory->heard[hash % HEARD] = hash;
}

const struct check check_reputation = {
	.name = "reputation",
	.needs = needs,
	.gives = gives,
	.conf_size = sizeof(struct reputation_conf),
	.state_size = sizeof(struct reputation),
	.open = open_names,
	.close = close_names,
	.run = run,
	.learn = lesson_learn,
	.report = lesson_report,
	.is_quiet = true
};
