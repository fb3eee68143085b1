/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A question goes from turn to turn of the loop: first it looks into the
 * cache, then it is tried with one resolver after the other, and in the end
 * it is answered.  Nothing but a note happens inside a resolver's reply.
 */
#include "net/dns.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "base/arena.h"
#include "base/chance.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "net/dnscache.h"
#include "net/dnsprivate.h"
#include "net/loop.h"

enum {
	TRIES = 4,             /* of one question */
	REST_MS = 500,         /* of a silent resolver; doubles */
	REST_MS_MOST = 60 * 1000,
	REST_DOUBLINGS = 7,
	ODD_MOST = 20          /* answers behind one another that were to
	                          something else: then the operator is told */
};

struct server {
	struct resolver *resolver;
	unsigned failures;  /* one behind the other */
	int64_t rests_until; /* clock_ms() */
	unsigned odd;       /* answers, one behind the other */
	char at[ADDR_TEXT];
};

struct dns {
	struct loop *loop;
	struct dnscache *cache;
	struct arena *arena;     /* of what dns_open copied */
	struct server servers[RESOLVERS_MOST];
	size_t n_servers;
	const struct str *never;
	size_t n_never;
	bool asks_private;
	TAILQ_HEAD(, dns_question) open;
	struct dns_counts counts;
};

struct dns_question {
	TAILQ_ENTRY(dns_question) entry;
	struct dns *dns;
	struct arena *arena;
	struct task turn;
	enum dns_type type;
	struct str name;         /* lower case */
	dns_reply *reply;        /* NULL: nobody waits any more */
	void *asker;
	const void *whose;
	struct server *server;   /* who is asked just now */
	const char *spelt;       /* how */
	bool by_tcp, is_sent, is_settled;
	unsigned tries;
	struct dns_answer answer;
};

static void
server_failed(struct server *s)
{
	unsigned n = s->failures < REST_DOUBLINGS ? s->failures
	    : REST_DOUBLINGS;
	int64_t rest = (int64_t)REST_MS << n;

	s->failures++;
	s->rests_until = clock_ms() +
	    (rest < REST_MS_MOST ? rest : REST_MS_MOST);
}

static void
server_answered(struct server *s)
{
	s->failures = 0;
	s->rests_until = 0;
}

/* The first that does not rest, or the one that will be up soonest: it is
 * asked all the same.  Not the one that has just failed, if there are more. */
static struct server *
server_pick(struct dns *d, const struct server *not_this)
{
	int64_t now = clock_ms();
	struct server *best = NULL;

	for (size_t i = 0; i < d->n_servers; i++) {
		struct server *s = &d->servers[i];

		if (s == not_this && d->n_servers > 1)
			continue;
		if (s->rests_until <= now)
			return s;
		if (best == NULL || s->rests_until < best->rests_until)
			best = s;
	}
	return best;
}

/* DNS0x20: a bit of chance a letter. */
static const char *
spell(struct arena *a, struct str name)
{
	unsigned char chance[DNS_NAME_MOST / 8 + 1];
	char *spelt = arena_take(a, name.n + 1);

	chance_fill(chance, sizeof(chance));
	for (size_t i = 0; i < name.n; i++)
		spelt[i] = (chance[i / 8] >> i % 8 & 1) != 0
		    ? ascii_upper(name.p[i]) : name.p[i];
	return spelt;
}

static void
question_free(struct dns_question *q)
{
	loop_unready(q->dns->loop, &q->turn);
	TAILQ_REMOVE(&q->dns->open, q, entry);
	q->dns->counts.open--;
	arena_free(q->arena);
}

/* The one way in which a question ends. */
static void
finish(struct dns_question *q, const struct dns_answer *answer)
{
	q->dns->counts.failed += answer->result == DNS_FAILED;
	if (q->reply != NULL)
		q->reply(q->asker, answer);
	question_free(q);
}

/* One by one they may be forged; all of them are the server's own. */
static void
note_odd(struct server *s, bool is_ours)
{
	s->odd = is_ours ? 0 : s->odd + 1;
	if (s->odd == ODD_MOST)
		log_warn("dns.servers: the last %d answers of %s are to "
		    "something else than was asked, or spell the name in "
		    "other case than it was asked: none is believed",
		    ODD_MOST, s->at);
}

static void
on_packet(void *asker, struct str packet)
{
	struct dns_question *q = asker;
	bool is_ours = packet.n != 0 && dns_read(&q->answer, q->arena, packet,
	    q->type, str_of(q->spelt));

	if (packet.n != 0)
		note_odd(q->server, is_ours);
	q->is_sent = false;
	q->dns->counts.late += packet.n == 0;
	if (packet.n == 0)
		server_failed(q->server);
	else
		server_answered(q->server);
	/* What one could not find out another may. */
	q->is_settled = is_ours && (q->answer.result != DNS_FAILED ||
	    q->tries >= q->dns->n_servers);
	/* Somebody else may have answered: over TCP that is harder. */
	q->by_tcp = packet.n != 0 && !is_ours;
	q->dns->counts.odd += q->by_tcp;
	loop_ready(q->dns->loop, &q->turn);
}

static void
try_next(struct dns_question *q)
{
	struct server *before = q->server;

	q->tries++;
	q->server = q->by_tcp ? before : server_pick(q->dns, before);
	q->spelt = spell(q->arena, q->name);
	q->is_sent = true;
	q->dns->counts.sent++;
	resolver_send(q->server->resolver, &(struct resolver_question){
	    .type = q->type, .name = q->spelt, .whose = q->whose,
	    .by_tcp = q->by_tcp }, on_packet, q);
}

static bool
is_never(const struct dns *d, struct str name)
{
	for (size_t i = 0; i < d->n_never; i++) {
		if (dns_is_below(name, d->never[i]))
			return true;
	}
	return false;
}

static bool
is_at_home(const struct dns *d, struct str name)
{
	return !d->asks_private && dns_is_private(name);
}

static void
on_turn(void *owner)
{
	static const struct dns_answer failed = { .result = DNS_FAILED };
	struct dns_question *q = owner;
	struct dnscache *cache = q->dns->cache;
	const struct dns_answer *kept = q->tries != 0 ? NULL
	    : dnscache_get(cache, q->type, q->name, clock_ms());

	if (kept != NULL) {
		q->dns->counts.kept++;
		finish(q, kept);
	} else if (q->is_settled || q->tries == TRIES) {
		if (!q->is_settled)
			q->answer = failed;
		dnscache_put(cache, q->type, q->name, &q->answer, clock_ms());
		finish(q, &q->answer);
	} else {
		try_next(q);
	}
}

/* RFC 6761 6.4: what means something at home only is no name to anybody else,
 * and others wrote all that we look up.  Of addresses at home there may be
 * names: those are just not known. */
static void
on_refused(void *owner)
{
	struct dns_question *q = owner;
	struct dns_answer answer = { .result = DNS_FAILED,
		.is_never = is_never(q->dns, q->name) };

	if (!answer.is_never && is_at_home(q->dns, q->name) &&
	    !dns_is_below(q->name, STR("arpa")))
		answer.result = DNS_NO_NAME;
	q->dns->counts.refused++;
	finish(q, &answer);
}

static bool
may_ask(const struct dns *d, struct str name)
{
	return d->n_servers != 0 && d->counts.open < DNS_OPEN_MOST &&
	    dns_is_name(name) && !is_never(d, name) && !is_at_home(d, name);
}

struct dns_question *
dns_ask(struct dns *d, enum dns_type type, struct str name, dns_reply *reply,
    void *asker)
{
	struct arena *a = arena_new();
	struct dns_question *q = ARENA_ONE(a, struct dns_question);

	if (str_ends(name, STR(".")))
		name.n--;
	q->arena = a;
	q->dns = d;
	q->type = type;
	q->name = str_lower(a, name);
	q->reply = reply;
	q->asker = asker;
	q->turn = (struct task){ .owner = q,
		.run = may_ask(d, q->name) ? on_turn : on_refused };
	TAILQ_INSERT_TAIL(&d->open, q, entry);
	d->counts.open++;
	d->counts.asked++;
	loop_ready(d->loop, &q->turn);
	return q;
}

void
dns_share(struct dns_question *q, const void *whose)
{
	q->whose = whose;
}

void
dns_forget(struct dns_question *q)
{
	q->reply = NULL;
}

static bool
servers_start(struct dns *d, const struct dns_conf *conf, struct err *e)
{
	struct resolver_at system[RESOLVERS_MOST];
	const struct resolver_at *at = conf->resolvers;
	size_t n = conf->n_resolvers;

	if (n == 0) {
		n = resolver_system(system, RESOLVERS_MOST);
		at = system;
	}
	assert(n <= RESOLVERS_MOST);
	for (; d->n_servers < n; d->n_servers++) {
		addr_format(&at[d->n_servers].addr,
		    d->servers[d->n_servers].at);
		if (!resolver_new(&d->servers[d->n_servers].resolver, d->loop,
		    &at[d->n_servers], conf->timeout_ms, e))
			return false;
	}
	return true;
}

static void
copy_never(struct dns *d, const struct dns_conf *conf)
{
	struct str *never = ARENA_MANY(d->arena, struct str, conf->n_never);

	for (size_t i = 0; i < conf->n_never; i++)
		never[i] = str_lower(d->arena, conf->never[i]);
	d->never = never;
	d->asks_private = conf->asks_private;
	d->n_never = conf->n_never;
}

bool
dns_open(struct dns **out, struct loop *l, const struct dns_conf *conf,
    struct err *e)
{
	struct dns *d = calloc(1, sizeof(*d));

	if (d == NULL)
		abort();
	d->loop = l;
	d->arena = arena_new();
	d->cache = dnscache_new(conf->cache_bytes);
	TAILQ_INIT(&d->open);
	copy_never(d, conf);
	if (!servers_start(d, conf, e)) {
		dns_close(d);
		return false;
	}
	*out = d;
	return true;
}

void
dns_close(struct dns *d)
{
	if (d == NULL)
		return;
	/* What is still sent is answered here; nobody is told any more. */
	for (size_t i = 0; i < d->n_servers; i++)
		resolver_free(d->servers[i].resolver);
	while (!TAILQ_EMPTY(&d->open))
		question_free(TAILQ_FIRST(&d->open));
	dnscache_free(d->cache);
	arena_free(d->arena);
	free(d);
}

struct str
dns_reverse(struct arena *a, const struct addr *addr, struct str suffix4,
    struct str suffix6)
{
	const uint8_t *b = addr->bytes;
	char text[64];
	size_t n = 0;

	if (addr->family == 4)
		return str_printf(a, "%u.%u.%u.%u.%" STR_FMT, b[3], b[2],
		    b[1], b[0], STR_ARG(suffix4));
	if (addr->family != 6)
		return STR("");
	for (size_t i = 16; i-- > 0;) {
		text[n++] = "0123456789abcdef"[b[i] & 15];
		text[n++] = '.';
		text[n++] = "0123456789abcdef"[b[i] >> 4];
		text[n++] = '.';
	}
	return str_cat(a, ((struct str){ text, n }), suffix6);
}

struct dns_counts
dns_counts(const struct dns *d)
{
	return d->counts;
}
