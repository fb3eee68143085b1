/* SPDX-License-Identifier: Apache-2.0 */
/* One batch of questions for all lists together. */
#include "check/dnslists.h"

#include <stdlib.h>

#include "base/addr.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "scan/ask.h"
#include "scan/scan.h"

enum {
	ALARM_REST_MS = 10 * 60 * 1000,
	SILENT_REST_MS = 60 * 1000,
	FAILURES_MOST = 5     /* then it rests */
};

/* Facts of all lists, then one of each. */
enum { LISTED, SAID, EACH };

static const char *const needs[] = { "ip", "helo", "from.domain",
	"mail_from.domain", "reply_to.domain", "url.host", NULL };

/* What else must be there for some of what is asked. */
static const struct {
	enum dnslist_what what;
	const char *fact;
} more_needs[] = {
	{ DNSLIST_URL_IP, "url.ip" },
	{ DNSLIST_RDNS, "rdns" },
	{ DNSLIST_DKIM, "auth.dkim" },
};

const char *const dnslist_result_names[DNSLIST_RESULTS] = {
	[DNSLIST_LISTED] = "listed",
	[DNSLIST_UNLISTED] = "not_listed",
	[DNSLIST_FAILED] = "failed",
	[DNSLIST_REFUSED] = "refused"
};

struct asked {
	size_t list;
	const struct dnssubject *subject;
	const struct ask *ask;
	bool is_sent;
};

struct state {
	dnssubject_list subjects;
	VEC(struct asked) asked;
	uint64_t failed;      /* bits: lists that were not asked all */
	bool is_asked;
};

void
dnslists_alarm(struct dnslists *l, size_t list, struct str address,
    const char *why)
{
	struct dnslist_health *h = &l->at[list];
	const struct dnslist *d = &l->conf->lists.at[list];
	struct addr addr = { .family = 4 };
	char text[ADDR_TEXT] = "";

	h->results[DNSLIST_REFUSED]++;
	h->is_alarmed = true;
	/* Answers to questions sent before it was let alone. */
	if (h->rests_until > clock_ms())
		return;
	h->rests_until = clock_ms() + ALARM_REST_MS;
	if (address.n == DNSCODE_BYTES) {
		memcpy(addr.bytes, address.p, DNSCODE_BYTES);
		addr_format(&addr, text);
	}
	log_warn("dnslists: %" STR_FMT " (%" STR_FMT ") answers %s: %s; it "
	    "counts for nothing and is not asked for %d minutes",
	    STR_ARG(d->id), STR_ARG(d->zone), text, why,
	    ALARM_REST_MS / 60000);
}

/* It has answered in earnest. */
static void
on_answered(struct dnslists *l, size_t list, enum dnslist_result result)
{
	struct dnslist_health *h = &l->at[list];

	h->results[result]++;
	h->answered_ms = clock_ms();
	h->failures = 0;
	if (!h->is_alarmed)
		return;
	h->is_alarmed = false;
	log_info("dnslists: %" STR_FMT " answers again",
	    STR_ARG(l->conf->lists.at[list].id));
}

static void
on_silence(struct dnslists *l, size_t list)
{
	struct dnslist_health *h = &l->at[list];

	h->results[DNSLIST_FAILED]++;
	if (++h->failures < FAILURES_MOST || h->rests_until > clock_ms())
		return;
	h->rests_until = clock_ms() + SILENT_REST_MS;
	log_warn("dnslists: %" STR_FMT " (%" STR_FMT ") does not answer; it "
	    "is not asked for %d seconds", STR_ARG(l->conf->lists.at[list].id),
	    STR_ARG(l->conf->lists.at[list].zone), SILENT_REST_MS / 1000);
}

/* Asking. */

bool
dnslist_rests(const struct dnslist_health *h)
{
	return h->is_wrong || h->rests_until > clock_ms();
}

/* False: it is not asked all there is to ask. */
static bool
ask_list(struct check_run *r, struct state *st, size_t list)
{
	const struct dnslists_conf *conf = r->conf;
	const struct dnslist *d = &conf->lists.at[list];
	const struct dnssubject *s;
	size_t n = 0;

	VEC_EACH(s, &st->subjects) {
		struct asked *asked;
		struct str name;

		if ((d->whats & 1U << s->what) == 0)
			continue;
		name = dnssubject_name(r->arena, s, d);
		if (name.n == 0)
			continue;
		if (n++ == d->queries || st->asked.n == conf->queries)
			return false;
		asked = VEC_ADD(r->arena, &st->asked);
		asked->list = list;
		asked->subject = s;
		asked->ask = ask_dns(r, DNS_A, name);
		asked->is_sent = asked->ask->state == ASK_OPEN;
	}
	return true;
}

/* The sender has hidden the address that this list knows. */
static bool
is_kept_from(const struct check_run *r, const struct dnslist *d)
{
	return r->scan->message.is_peer_hidden &&
	    (d->whats & 1U << DNSLIST_IP) != 0;
}

static void
ask_all(struct check_run *r, struct state *st)
{
	const struct dnslists_conf *conf = r->conf;
	const struct dnslists *l = r->opened;
	unsigned whats = 0;
	bool is_whole;

	for (size_t i = 0; i < conf->lists.n; i++)
		whats |= conf->lists.at[i].whats;
	is_whole = dnssubjects_find(&st->subjects, r->arena, r->scan, whats,
	    &conf->never);
	for (size_t i = 0; i < conf->lists.n; i++) {
		if (dnslist_rests(&l->at[i]) || !ask_list(r, st, i) ||
		    !is_whole || is_kept_from(r, &conf->lists.at[i]))
			st->failed |= (uint64_t)1 << i;
	}
}

/* Settling. */

static bool
is_told(const struct scan *s, struct str name)
{
	const struct remembered *told;

	VEC_EACH(told, &s->remembered) {
		if (told->is_list && str_eq(told->name, name))
			return true;
	}
	return false;
}

/* name is "zen=sbl"; each is worth its points once. */
static void
tell(struct check_run *r, const struct dnssubject *s, struct str name,
    const struct dnscode *c, struct str address)
{
	if (c->points == 0 || is_told(r->scan, name))
		return;
	*VEC_ADD(r->arena, &r->scan->remembered) = (struct remembered){
		.is_list = true,
		.symbol = str_symbol(r->arena, str_cat(r->arena,
		    STR("DNSLIST_"), name)),
		.name = name,
		.points = c->points,
		.say = { STR("{1} は DNS リスト {2} に載っています ({3})"),
		    STR("{1} is on the DNS list {2} ({3})") },
		.args = { s->shown, name, address }
	};
}

static void
give(struct check_run *r, const struct asked *q, const struct dnscode *c,
    struct str bytes)
{
	const struct dnslists_conf *conf = r->conf;
	const struct dnslist *d = &conf->lists.at[q->list];
	const struct dnssubject *s = q->subject;
	struct facts *f = &r->scan->facts;
	struct addr addr = { .family = 4 };
	char text[ADDR_TEXT], day[16];
	struct str name, address;

	memcpy(addr.bytes, bytes.p, DNSCODE_BYTES);
	addr_format(&addr, text);
	address = str_copy(r->arena, str_of(text));
	name = str_cat(r->arena, d->id, STR("="), c->name);
	facts_give_str(f, r->gives[LISTED], d->id, s->place);
	facts_give_str(f, r->gives[LISTED], name, s->place);
	day_format(r->scan->day, day);
	facts_give_str(f, r->gives[SAID], str_cat(r->arena, name, STR(" "),
	    address, STR(" "), str_of(day), STR(" "), s->shown), s->place);
	facts_give_str(f, r->gives[EACH + q->list], c->name, s->place);
	tell(r, s, name, c, address);
}

/* An answer may hold several codes, and one may mean several things. */
static void
settle_answer(struct check_run *r, struct state *st, const struct asked *q)
{
	const struct dnslists_conf *conf = r->conf;
	const struct dnslist *d = &conf->lists.at[q->list];
	const struct dnscode *c;
	const char *why = NULL;
	bool is_listed = false;

	for (size_t i = 0; i < q->ask->count && why == NULL; i++) {
		why = dnscode_alarm(&d->alarms, q->ask->answer[i]);
		if (why != NULL)
			dnslists_alarm(r->opened, q->list,
			    q->ask->answer[i], why);
	}
	if (why != NULL) {
		st->failed |= (uint64_t)1 << q->list;
		return;
	}
	for (size_t i = 0; i < q->ask->count; i++) {
		VEC_EACH(c, &d->codes) {
			if (!dnscode_has(c, (const uint8_t *)
			    q->ask->answer[i].p))
				continue;
			give(r, q, c, q->ask->answer[i]);
			is_listed = true;
		}
	}
	on_answered(r->opened, q->list, is_listed ? DNSLIST_LISTED
	    : DNSLIST_UNLISTED);
}

static void
settle(struct check_run *r, struct state *st, const struct asked *q)
{
	switch (q->ask->state) {
	case ASK_ANSWERED:
		settle_answer(r, st, q);
		break;
	case ASK_NONE:
		on_answered(r->opened, q->list, DNSLIST_UNLISTED);
		break;
	default:
		st->failed |= (uint64_t)1 << q->list;
		if (q->is_sent)
			on_silence(r->opened, q->list);
		break;
	}
}

/* What is known stays so; what is not is none, or cannot be said. */
static void
close_fact(struct check_run *r, size_t give, bool has_failed)
{
	struct facts *f = &r->scan->facts;
	uint32_t id = r->gives[give];

	if (has_failed)
		facts_give_failed(f, id);
	else if (facts_get(f, id)->state == FACT_OPEN)
		facts_give_absent(f, id);
}

static enum check_next
run(struct check_run *r)
{
	const struct dnslists_conf *conf = r->conf;
	struct state *st = r->state;
	const struct asked *q;

	if (!st->is_asked) {
		st->is_asked = true;
		ask_all(r, st);
		if (r->open != 0)
			return CHECK_WAIT;
	}
	VEC_EACH(q, &st->asked)
		settle(r, st, q);
	close_fact(r, LISTED, st->failed != 0);
	close_fact(r, SAID, st->failed != 0);
	for (size_t i = 0; i < conf->lists.n; i++)
		close_fact(r, EACH + i, (st->failed >> i & 1) != 0);
	return CHECK_DONE;
}

/* The check itself. */

static bool
open_lists(void **opened, const void *conf, struct err *e)
{
	struct dnslists *l = calloc(1, sizeof(*l));

	(void)e;
	if (l == NULL)
		abort();
	l->conf = conf;
	*opened = l;
	return true;
}

static const char *const *
needs_of(struct arena *a, const struct dnslists_conf *conf)
{
	const char **all = ARENA_MANY(a, const char *,
	    nitems(needs) + nitems(more_needs));
	unsigned whats = 0;
	size_t n = 0;

	for (size_t i = 0; i < conf->lists.n; i++)
		whats |= conf->lists.at[i].whats;
	for (; needs[n] != NULL; n++)
		all[n] = needs[n];
	for (size_t i = 0; i < nitems(more_needs); i++) {
		if ((whats & 1U << more_needs[i].what) != 0)
			all[n++] = more_needs[i].fact;
	}
	return all;
}

static const struct fact_def *
gives_of(struct arena *a, const struct dnslists_conf *conf)
{
	struct fact_def *defs = ARENA_MANY(a, struct fact_def,
	    EACH + conf->lists.n + 1);

	defs[LISTED].name = "dnslist";
	defs[SAID].name = "dnslist.said";
	for (size_t i = 0; i < conf->lists.n; i++)
		defs[EACH + i] = (struct fact_def){
			.name = str_cstr(a, str_cat(a, STR("dnslist."),
			    conf->lists.at[i].id)),
			.type = FACT_STR, .is_many = true,
			.help = "what this list of the DNS says"
		};
	return defs;
}

const struct check *
dnslists_check(struct arena *a, const struct dnslists_conf *conf)
{
	struct check *c = ARENA_ONE(a, struct check);

	*c = (struct check){
		.name = "dnslists",
		.needs = needs_of(a, conf),
		.gives = gives_of(a, conf),
		.state_size = sizeof(struct state),
		.open = open_lists,
		.close = free,
		.run = run,
		.tells = true,
		.tells_from = EACH
	};
	return c;
}

struct dnslists *
dnslists_of(const struct generation *g)
{
	for (size_t i = 0; i < g->conf.checks.n; i++) {
		if (g->checks[i].check->run == run)
			return g->checks[i].opened;
	}
	return NULL;
}
