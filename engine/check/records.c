/* SPDX-License-Identifier: Apache-2.0 */
/* One question a domain: of the sender, the envelope, and the first links. */
#include "check/records.h"

#include "base/arena.h"
#include "base/clock.h"
#include "check/record.h"
#include "mail/host.h"
#include "scan/ask.h"
#include "scan/scan.h"

/* Of a host and its domain two; a decoy costs its sender a link, and us some
 * hundred nanoseconds. */
enum { NAMES_MOST = 64 };

enum { FROM_DOMAIN, URL_HOST };
static const char *const needs[] = {
	[FROM_DOMAIN] = "from.domain",
	[URL_HOST] = "url.host",
	NULL
};

enum { FROM_AGE, FROM_REGISTERED, URL_AGE, URL_REGISTERED, URL_VERDICT,
	URL_VERDICT_WORD };
static const struct fact_def gives[] = {
	[FROM_AGE] = { .name = "from.domain.age" },
	[FROM_REGISTERED] = { .name = "from.domain.registered" },
	[URL_AGE] = { .name = "url.domain.age" },
	[URL_REGISTERED] = { .name = "url.domain.registered" },
	[URL_VERDICT] = { .name = "url.verdict" },
	[URL_VERDICT_WORD] = { .name = "url.verdict.word" },
	{ 0 }
};

struct name {
	struct str name;
	struct place place;   /* where it stands first */
	bool is_sender;
	const struct ask *ask;
};

struct state {
	struct name names[NAMES_MOST];
	size_t n;
	bool is_asked;
	bool lacks_sender;    /* not all was asked about, or answered */
	bool lacks_link;
};

static void
set_lacking(struct state *st, bool is_sender)
{
	*(is_sender ? &st->lacks_sender : &st->lacks_link) = true;
}

static void
add_name(struct check_run *r, struct str name, struct place place,
    bool is_sender)
{
	struct state *st = r->state;

	if (name.n == 0)
		return;
	for (size_t i = 0; i < st->n; i++)
		if (st->names[i].is_sender == is_sender &&
		    str_case_eq(st->names[i].name, name))
			return;
	if (st->n == NAMES_MOST) {
		set_lacking(st, is_sender);
		return;
	}
	st->names[st->n++] = (struct name){ .name = name, .place = place,
		.is_sender = is_sender,
		.ask = ask_store(r, record_key(r->arena, name)) };
}

/* A vendor may speak of a host, a registry only of a domain. */
static void
ask_all(struct check_run *r)
{
	const struct fact *from = check_need(r, FROM_DOMAIN);
	const struct message *m = &r->scan->message;

	for (size_t i = 0; i < from->n; i++)
		add_name(r, host_registrable(from->at[i].text),
		    from->at[i].place, true);
	for (size_t i = 0; i < m->urls.n; i++) {
		struct place where = { .kind = PLACE_URL,
			.index = (uint32_t)i };

		add_name(r, m->urls.at[i].registrable, where, false);
		add_name(r, m->urls.at[i].host, where, false);
	}
}

/* The day the mail says, where that is believable. */
static int32_t
day_of_mail(const struct scan *s)
{
	int32_t day;

	if (!s->message.has_date)
		return s->day;
	day = day_of(s->message.date);
	return day < s->day ? day : s->day;
}

static void
give_age(struct check_run *r, const struct name *n, const struct record *rec)
{
	struct facts *f = &r->scan->facts;
	int32_t age = day_of_mail(r->scan) - rec->first;
	struct str words = str_cat(r->arena, rec->registered, STR(" ("),
	    rec->source, STR(", "), rec->fetched, STR(")"));

	/* A mail of before its domain has a wrong date. */
	if (age < 0)
		age = r->scan->day - rec->first;
	if (age < 0)
		age = 0;
	facts_give_int(f, r->gives[n->is_sender ? FROM_AGE : URL_AGE], age,
	    n->place);
	facts_give_str(f,
	    r->gives[n->is_sender ? FROM_REGISTERED : URL_REGISTERED], words,
	    n->place);
}

static void
give_verdict(struct check_run *r, const struct name *n,
    const struct record_verdict *v)
{
	struct str words = str_cat(r->arena, v->vendor, STR(": "), v->says,
	    STR(" ("), v->seen, v->note.n == 0 ? STR("") : STR(", "),
	    v->note, STR(")"));

	facts_give_str(&r->scan->facts, r->gives[URL_VERDICT], words,
	    n->place);
	words = record_word(r->arena, v->says);
	facts_give_str(&r->scan->facts, r->gives[URL_VERDICT_WORD],
	    str_cat(r->arena, record_word(r->arena, v->vendor), STR("="),
	    words), n->place);
	facts_give_str(&r->scan->facts, r->gives[URL_VERDICT_WORD], words,
	    n->place);
}

static void
give_record(struct check_run *r, const struct name *n)
{
	struct record rec;

	record_read(&rec, str_copy(r->arena, n->ask->answer[0]));
	if (rec.registered.n != 0)
		give_age(r, n, &rec);
	for (size_t i = 0; i < rec.n && !n->is_sender; i++)
		give_verdict(r, n, &rec.verdicts[i]);
}

/* What nobody has written down is absent.  Where a name could not be looked up
 * or was one too many, the fact is failed whatever others have given: a decoy
 * with a record makes nothing known of the name behind it. */
static void
settle(struct check_run *r, const struct state *st)
{
	struct facts *f = &r->scan->facts;

	for (uint32_t i = 0; i < nitems(gives) - 1; i++) {
		bool is_of_sender = i == FROM_AGE || i == FROM_REGISTERED;

		if (is_of_sender ? st->lacks_sender : st->lacks_link)
			facts_give_failed(f, r->gives[i]);
		else if (facts_get(f, r->gives[i])->state == FACT_OPEN)
			check_give_absent(r, i);
	}
}

static enum check_next
run(struct check_run *r)
{
	struct state *st = r->state;

	if (!st->is_asked) {
		st->is_asked = true;
		ask_all(r);
		if (st->n != 0)
			return CHECK_WAIT;
	}
	for (size_t i = 0; i < st->n; i++) {
		if (st->names[i].ask->state == ASK_ANSWERED)
			give_record(r, &st->names[i]);
		if (st->names[i].ask->state == ASK_FAILED)
			set_lacking(st, st->names[i].is_sender);
	}
	settle(r, st);
	return CHECK_DONE;
}

const struct check check_records = {
	.name = "records",
	.needs = needs,
	.gives = gives,
	.state_size = sizeof(struct state),
	.run = run,
	.tells = true
};
