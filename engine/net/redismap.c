/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which server has a key.  One alone has all; behind Sentinels all are with
 * the server that most of them call the master; in a cluster each slot has
 * its own.  Sentinels and cluster are asked every second, and at once (but not
 * again and again) when something says that what we know is old.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "net/loop.h"
#include "net/redis.h"
#include "net/resp.h"

enum {
	SENTINELS_MOST = 16,
	ASK_MS = 1000,
	UNWANTED_MS = 60000,   /* until a server is forgotten */
	TOLD_MS = 60000,
	DOUBT_MS = 100
};

struct sentinel {
	struct redis_map *map;
	struct redis_conn *conn;
	struct redis_call call;
	bool is_asked;
	bool is_told_away;
	char master[REDIS_AT_MOST];   /* as it said last, or "" */
};

struct redis_map {
	struct redis *redis;
	struct timer *timer;
	int64_t asked_ms;             /* when it was, last */
	struct redis_node *one;       /* has all keys, or NULL */

	struct sentinel sentinels[SENTINELS_MOST];
	size_t n_sentinels;

	struct redis_call call;       /* CLUSTER SLOTS */
	struct redis_node *asked;     /* whom; NULL: nobody just now */
	struct redis_node **slots;    /* of each, or NULL */
	struct redis_node **fresh;    /* those being read */
	size_t next;                  /* whose turn it is to be asked */
	int64_t told_ms;              /* that nobody answered as a cluster */
};

unsigned
redis_map_slots(const struct redis_map *m)
{
	return m->slots != NULL ? REDIS_SLOTS : 1;
}

bool
redis_map_follows(const struct redis_map *m)
{
	return m->slots != NULL;
}

unsigned
redis_map_slot(const struct redis_map *m, struct buf *room, struct str key)
{
	return m->slots == NULL ? 0 : redis_key_slot(redis_key(room,
	    m->redis->conf.remote.prefix, key));
}

struct redis_node *
redis_map_node(const struct redis_map *m, unsigned slot)
{
	return m->slots != NULL ? m->slots[slot] : m->one;
}

struct redis_node *
redis_map_each(const struct redis_map *m, unsigned *slot)
{
	unsigned n = redis_map_slots(m), before;
	struct redis_node *node;

	while (*slot < n) {
		node = redis_map_node(m, *slot);
		for (before = 0; before < *slot; before++) {
			if (redis_map_node(m, before) == node)
				break;
		}
		++*slot;
		if (node != NULL && before == *slot - 1)
			return node;
	}
	return NULL;
}

void
redis_map_moved(struct redis_map *m, unsigned slot, struct redis_node *node)
{
	if (m->slots == NULL)
		return;
	m->slots[slot] = node;
	node->is_wanted = true;
}

void
redis_map_doubt(struct redis_map *m)
{
	int64_t since = clock_ms() - m->asked_ms;

	if (m->redis->conf.remote.layout != STORE_SINGLE)
		timer_set(m->timer, since < DOUBT_MS ? DOUBT_MS - since : 0);
}

/* Those that nobody wants go in a turn of their own, and not at once: one that
 * slots are just moving to is in no map yet. */
static void
on_sweep(void *owner)
{
	struct redis *r = owner;
	struct redis_node *node, *next;
	int64_t since = clock_ms() - UNWANTED_MS;

	for (node = LIST_FIRST(&r->nodes); node != NULL; node = next) {
		next = LIST_NEXT(node, entry);
		if (node->is_wanted || node == r->map->asked ||
		    node->used_ms > since)
			continue;
		redis_writes_leave(r->writes, node);
		redis_node_free(node);
	}
}

/* Sentinels. */

/* What most of them say, of those that said anything; NULL: nothing. */
static const char *
most_said(const struct redis_map *m)
{
	const char *best = NULL;
	size_t votes, most = 0;

	for (size_t i = 0; i < m->n_sentinels; i++) {
		const char *said = m->sentinels[i].master;

		votes = 0;
		for (size_t j = 0; j < m->n_sentinels; j++)
			votes += strcmp(said, m->sentinels[j].master) == 0;
		if (said[0] != '\0' && votes > most) {
			most = votes;
			best = said;
		}
	}
	return best;
}

static void
follow_master(struct redis_map *m)
{
	const char *at = most_said(m);
	struct redis_node *node = at == NULL ? NULL :
	    redis_node_at(m->redis, at);

	if (node == NULL || node == m->one)
		return;
	log_info("store: the master is %s", node->at);
	if (m->one != NULL)
		m->one->is_wanted = false;
	m->one = node;
	node->is_wanted = true;
	redis_writes_go(m->redis->writes);
}

static void
on_sentinel_said(struct redis_call *call, const struct resp *reply)
{
	struct sentinel *s = (struct sentinel *)(void *)((char *)call -
	    offsetof(struct sentinel, call));
	const struct resp *host, *port;
	char at[REDIS_AT_MOST];

	s->is_asked = false;
	s->master[0] = '\0';
	if (reply == NULL || reply->type != RESP_ARRAY || reply->n != 2)
		return;
	host = &reply->at[0];
	port = &reply->at[1];
	if (host->text.n == 0 || host->text.n > REDIS_AT_MOST - 20 ||
	    port->text.n == 0 || port->text.n > 5 ||
	    memchr(host->text.p, '\0', host->text.n) != NULL)
		return;
	snprintf(at, sizeof(at), str_has(host->text, ':') ?
	    "[%" STR_FMT "]:%" STR_FMT : "%" STR_FMT ":%" STR_FMT,
	    STR_ARG(host->text), STR_ARG(port->text));
	memcpy(s->master, at, sizeof(at));
	redis_conn_praise(s->conn);
	follow_master(s->map);
}

static void
ask_sentinels(struct redis_map *m)
{
	const struct str words[] = { STR("SENTINEL"),
		STR("get-master-addr-by-name"), m->redis->conf.remote.master };
	struct sentinel *s;

	for (size_t i = 0; i < m->n_sentinels; i++) {
		s = &m->sentinels[i];
		if (s->is_asked || !redis_conn_is_ready(s->conn))
			continue;
		s->is_asked = true;
		s->call.done = on_sentinel_said;
		redis_conn_send(s->conn, &s->call, words, 3);
	}
	m->asked_ms = clock_ms();
}

static struct str
sentinel_at(const struct sentinel *s)
{
	return s->map->redis->conf.remote.servers[s - s->map->sentinels];
}

static void
on_sentinel_ready(void *owner)
{
	struct sentinel *s = owner;

	if (s->is_told_away)
		log_info("store: sentinel %" STR_FMT " is back",
		    STR_ARG(sentinel_at(s)));
	s->is_told_away = false;
	ask_sentinels(s->map);
}

static void
on_sentinel_lost(void *owner, const char *why)
{
	struct sentinel *s = owner;

	if (!s->is_told_away)
		log_warn("store: sentinel %" STR_FMT " is away: %s",
		    STR_ARG(sentinel_at(s)), why);
	s->is_told_away = true;
	s->master[0] = '\0';
}

static void
sentinels_new(struct redis_map *m)
{
	const struct store_remote *conf = &m->redis->conf.remote;
	char at[REDIS_AT_MOST];

	m->redis->sentinel_use.ready = on_sentinel_ready;
	m->redis->sentinel_use.lost = on_sentinel_lost;
	for (size_t i = 0; i < conf->n_servers && i < SENTINELS_MOST; i++) {
		snprintf(at, sizeof(at), "%" STR_FMT,
		    STR_ARG(conf->servers[i]));
		m->sentinels[i].map = m;
		m->sentinels[i].conn = redis_conn_new(&m->redis->sentinel_use,
		    at, &m->sentinels[i]);
		m->n_sentinels++;
	}
}

/* Cluster. */

static void
read_range(struct redis_map *m, const struct resp *reply)
{
	struct redis_range range;
	struct redis_node *node;

	if (!redis_range_read(&range, reply, m->asked->at))
		return;
	node = redis_node_at(m->redis, range.at);
	for (unsigned i = range.first; i <= range.last; i++)
		m->fresh[i] = node;
}

/* What the fresh map does not say, the old one does. */
static void
take_over(struct redis_map *m)
{
	struct redis_node *node;
	bool is_new = false;

	LIST_FOREACH(node, &m->redis->nodes, entry)
		node->is_wanted = false;
	for (int i = 0; i < REDIS_SLOTS; i++) {
		if (m->fresh[i] == NULL)
			m->fresh[i] = m->slots[i];
		is_new = is_new || m->slots[i] != m->fresh[i];
		m->slots[i] = m->fresh[i];
		if (m->slots[i] != NULL)
			m->slots[i]->is_wanted = true;
	}
	if (!is_new)
		return;
	log_info("store: the cluster has a new map of slots");
	redis_writes_go(m->redis->writes);
}

static void
on_cluster_said(struct redis_call *call, const struct resp *reply)
{
	struct redis_map *m = (struct redis_map *)(void *)((char *)call -
	    offsetof(struct redis_map, call));

	if (reply != NULL && reply->type == RESP_ARRAY && reply->n != 0) {
		memset(m->fresh, 0, REDIS_SLOTS * sizeof(*m->fresh));
		for (size_t i = 0; i < reply->n; i++)
			read_range(m, &reply->at[i]);
		take_over(m);
		redis_conn_praise(m->asked->look);
	} else if (reply != NULL && reply->type == RESP_ERROR &&
	    (m->told_ms == 0 || clock_ms() - m->told_ms > TOLD_MS)) {
		m->told_ms = clock_ms();
		log_warn("store: %s: %" STR_FMT, m->asked->at,
		    STR_ARG(str_head(reply->text, 200)));
	}
	m->asked = NULL;
}

/* One that answers, another each time; the servers that the configuration
 * names are found again when none does. */
static struct redis_node *
whom_to_ask(struct redis_map *m)
{
	const struct store_remote *conf = &m->redis->conf.remote;
	struct redis_node *node, *found = NULL;
	char at[REDIS_AT_MOST];
	size_t i = 0, turn;

	turn = m->next++ % (m->redis->n_nodes + 1);
	LIST_FOREACH(node, &m->redis->nodes, entry) {
		if (redis_conn_is_ready(node->look) &&
		    (found == NULL || i <= turn))
			found = node;
		i++;
	}
	for (i = 0; found == NULL && i < conf->n_servers; i++) {
		snprintf(at, sizeof(at), "%" STR_FMT,
		    STR_ARG(conf->servers[i]));
		redis_node_at(m->redis, at);
	}
	return found;
}

static void
ask_cluster(struct redis_map *m)
{
	static const struct str words[] = { STR_INIT("CLUSTER"),
		STR_INIT("SLOTS") };

	if (m->asked != NULL)
		return;
	m->asked = whom_to_ask(m);
	if (m->asked == NULL)
		return;
	m->asked_ms = clock_ms();
	m->call.done = on_cluster_said;
	redis_conn_send(m->asked->look, &m->call, words, 2);
}

static void
on_timer(void *owner)
{
	struct redis_map *m = owner;

	timer_set(m->timer, ASK_MS);
	loop_ready(m->redis->loop, &m->redis->sweep);
	if (m->redis->conf.remote.layout == STORE_SENTINEL)
		ask_sentinels(m);
	else
		ask_cluster(m);
}

void
redis_map_ready(struct redis_map *m, struct redis_node *node)
{
	if (m->slots != NULL && m->slots[0] == NULL)
		ask_cluster(m);
	(void)node;
}

static void
single_new(struct redis_map *m)
{
	char at[REDIS_AT_MOST];

	snprintf(at, sizeof(at), "%" STR_FMT,
	    STR_ARG(m->redis->conf.remote.servers[0]));
	m->one = redis_node_at(m->redis, at);
	m->one->is_wanted = true;
}

struct redis_map *
redis_map_new(struct redis *r)
{
	struct redis_map *m = calloc(1, sizeof(*m));

	if (m == NULL)
		abort();
	m->redis = r;
	m->timer = timer_new(r->loop, on_timer, m);
	r->sweep = (struct task){ .run = on_sweep, .owner = r };
	if (r->conf.remote.layout == STORE_CLUSTER) {
		m->slots = calloc(REDIS_SLOTS, sizeof(*m->slots));
		m->fresh = calloc(REDIS_SLOTS, sizeof(*m->fresh));
		if (m->slots == NULL || m->fresh == NULL)
			abort();
		whom_to_ask(m);
		timer_set(m->timer, ASK_MS);
	} else if (r->conf.remote.layout == STORE_SENTINEL) {
		sentinels_new(m);
		timer_set(m->timer, ASK_MS);
	} else {
		single_new(m);
	}
	return m;
}

void
redis_map_free(struct redis_map *m)
{
	if (m == NULL)
		return;
	for (size_t i = 0; i < m->n_sentinels; i++)
		redis_conn_free(m->sentinels[i].conn);
	loop_unready(m->redis->loop, &m->redis->sweep);
	timer_free(m->timer);
	free(m->slots);
	free(m->fresh);
	free(m);
}
