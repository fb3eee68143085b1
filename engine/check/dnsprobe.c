/* SPDX-License-Identifier: Apache-2.0 */
/* Two questions a list. */
#include "check/dnsprobe.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/log.h"
#include "check/dnslists.h"
#include "net/dns.h"
#include "net/loop.h"
#include "scan/generation.h"

enum { HOUR_MS = 60 * 60 * 1000 };

/* What a list must have, and what it must not. */
enum { MUST, MUST_NOT, QUESTIONS };

struct question {
	struct dnsprobe *probe;
	size_t list;
	int kind;
	struct dns_question *asked; /* or NULL: answered, or not asked */
};

struct dnsprobe {
	struct loop *loop;
	struct dns *dns;
	struct generation *generation;
	struct arena *arena;
	struct timer *hourly;
	bool is_telling;
	struct question at[DNSLISTS_MOST * QUESTIONS];
};

static bool
is_of_addresses(const struct dnslist *d)
{
	return (d->whats & (1U << DNSLIST_IP | 1U << DNSLIST_RECEIVED_IP |
	    1U << DNSLIST_URL_IP)) != 0;
}

static bool
is_of_hashes(const struct dnslist *d)
{
	return d->whats >> DNSLIST_EMAIL != 0;
}

/*
 * The hash of what nobody can have: "invalid" is no domain (RFC 6761 6.4).
 * "": it is no list of hashes.
 */
static struct str
unheard_of(struct arena *a, const struct dnslist *d)
{
	static const struct dnssubject unheard[] = {
		{ .what = DNSLIST_EMAIL,
		  .text = STR_INIT("list-test@sekisho.invalid") },
		{ .what = DNSLIST_URL,
		  .text = STR_INIT("sekisho.invalid/list-test") },
		{ .what = DNSLIST_FILE,
		  .text = STR_INIT("sekisho.invalid list-test") }
	};

	for (size_t i = 0; i < nitems(unheard); i++) {
		if ((d->whats & 1U << unheard[i].what) != 0)
			return dnssubject_name(a, &unheard[i], d);
	}
	return STR("");
}

/* "" where there is nothing to ask. */
static struct str
name_of(struct arena *a, const struct dnslist *d, int kind)
{
	struct str front;

	if (kind == MUST && d->test.n != 0)
		front = d->test;
	else if (is_of_addresses(d))
		front = kind == MUST ? STR("2.0.0.127") : STR("1.0.0.127");
	else if (is_of_hashes(d))
		/* No hash is in all of them. */
		return kind == MUST ? STR("") : unheard_of(a, d);
	else
		front = kind == MUST ? STR("test") : STR("invalid");
	return str_cat(a, front, STR("."), d->zone);
}

static bool
is_listing(const struct dnslist *d, const struct dns_answer *answer)
{
	const struct dnscode *c;

	for (size_t i = 0; i < answer->n; i++) {
		VEC_EACH(c, &d->codes) {
			if (dnscode_has(c, (const uint8_t *)answer->at[i].p))
				return true;
		}
	}
	return false;
}

/* The entry for tests: RFC 5782 5 wants 127.0.0.2 of it, and whatever codes
 * the operator counts, an answer in 127.0.0.0/8 shows that the zone is one. */
static bool
has_entry(const struct dns_answer *answer)
{
	for (size_t i = 0; i < answer->n; i++) {
		if (answer->at[i].p[0] == 127)
			return true;
	}
	return false;
}

static void
say(const struct dnsprobe *p, const struct dnslist *d, const char *what)
{
	if (p->is_telling)
		log_warn("dnslists: %" STR_FMT " (%" STR_FMT "): %s",
		    STR_ARG(d->id), STR_ARG(d->zone), what);
}

static void
judge(struct dnsprobe *p, struct dnslists *l, const struct question *q,
    const struct dns_answer *answer)
{
	const struct dnslist *d = &l->conf->lists.at[q->list];
	bool has = is_listing(d, answer);

	if (q->kind == MUST_NOT) {
		if (has && !l->at[q->list].is_wrong)
			say(p, d, "lists what no list has; it counts for "
			    "nothing");
		l->at[q->list].is_wrong = has;
	} else if (!has_entry(answer)) {
		say(p, d, "does not have the entry that every list has for "
		    "tests; is the zone right?");
	} else if (p->is_telling) {
		log_info("dnslists: %" STR_FMT " (%" STR_FMT ") answers",
		    STR_ARG(d->id), STR_ARG(d->zone));
	}
}

static void
on_answer(void *asker, const struct dns_answer *answer)
{
	struct question *q = asker;
	struct dnsprobe *p = q->probe;
	struct dnslists *l = dnslists_of(p->generation);
	const struct dnslist *d = &l->conf->lists.at[q->list];
	const char *why;

	q->asked = NULL;
	if (answer->result == DNS_FAILED) {
		if (q->kind == MUST)
			say(p, d, "does not answer");
		return;
	}
	for (size_t i = 0; i < answer->n; i++) {
		why = dnscode_alarm(&d->alarms, answer->at[i]);
		if (why != NULL) {
			dnslists_alarm(l, q->list, answer->at[i], why);
			return;
		}
	}
	l->at[q->list].answered_ms = clock_ms();
	judge(p, l, q, answer);
}

static void
forget(struct dnsprobe *p)
{
	for (size_t i = 0; i < nitems(p->at); i++) {
		if (p->at[i].asked != NULL)
			dns_forget(p->at[i].asked);
		p->at[i].asked = NULL;
	}
}

static void
ask_all(void *owner)
{
	struct dnsprobe *p = owner;
	const struct dnslists *l = dnslists_of(p->generation);

	forget(p);
	arena_empty(p->arena);
	timer_set(p->hourly, HOUR_MS);
	for (size_t i = 0; l != NULL && i < l->conf->lists.n; i++) {
		for (int kind = 0; kind < QUESTIONS; kind++) {
			struct question *q = &p->at[i * QUESTIONS +
			    (size_t)kind];
			struct str name = name_of(p->arena,
			    &l->conf->lists.at[i], kind);

			*q = (struct question){ .probe = p, .list = i,
				.kind = kind };
			if (name.n != 0)
				q->asked = dns_ask(p->dns, DNS_A, name,
				    on_answer, q);
		}
	}
}

struct dnsprobe *
dnsprobe_new(struct loop *l, struct dns *d, bool is_telling)
{
	struct dnsprobe *p = calloc(1, sizeof(*p));

	if (p == NULL)
		abort();
	p->loop = l;
	p->dns = d;
	p->is_telling = is_telling;
	p->arena = arena_new();
	p->hourly = timer_new(l, ask_all, p);
	return p;
}

void
dnsprobe_free(struct dnsprobe *p)
{
	if (p == NULL)
		return;
	forget(p);
	timer_free(p->hourly);
	if (p->generation != NULL)
		generation_drop(p->generation);
	arena_free(p->arena);
	free(p);
}

void
dnsprobe_watch(struct dnsprobe *p, struct generation *g)
{
	struct generation *old = p->generation;

	p->generation = generation_hold(g);
	ask_all(p);
	if (old != NULL)
		generation_drop(old);
}
