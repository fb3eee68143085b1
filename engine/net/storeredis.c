/* SPDX-License-Identifier: Apache-2.0 */
/* The engine on other machines: its row, its connections, its walks. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "net/loop.h"
#include "net/redis.h"
#include "net/redisscript.h"
#include "net/resp.h"
#include "net/storeledger.h"
#include "net/tlsclient.h"

enum {
	LOOK_PATIENCE_MS = 500,
	WRITE_PATIENCE_MS = 1500,
	CLOSE_MS = 1000,
	CLOSE_LOOK_MS = 5
};

static void
on_look_ready(void *owner)
{
	struct redis_node *node = owner;

	if (node->is_told_away)
		log_info("store: %s is back", node->at);
	node->is_told_away = false;
	node->is_single = false;
	redis_map_ready(node->redis->map, node);
}

static void
on_look_lost(void *owner, const char *why)
{
	struct redis_node *node = owner;

	node->redis->counts.breaks += !node->is_told_away;
	if (!node->is_told_away)
		log_warn("store: %s is away: %s", node->at, why);
	else
		log_debug("store: %s is still away: %s", node->at, why);
	node->is_told_away = true;
	redis_map_doubt(node->redis->map);
}

static void
on_write_ready(void *owner)
{
	struct redis_node *node = owner;

	redis_writes_go(node->redis->writes);
}

static void
on_write_lost(void *owner, const char *why)
{
	struct redis_node *node = owner;

	log_debug("store: %s: %s", node->at, why);
	redis_map_doubt(node->redis->map);
}

static void
uses_set(struct redis *r)
{
	const struct store_remote *c = &r->conf.remote;
	const struct redis_use use = { .loop = r->loop, .user = c->user,
		.password = c->password, .db = c->db, .tls = r->tls,
		.wants_master = c->layout == STORE_SENTINEL };

	r->look_use = r->write_use = r->sentinel_use = use;
	r->look_use.patience_ms = LOOK_PATIENCE_MS;
	r->look_use.ready = on_look_ready;
	r->look_use.lost = on_look_lost;
	r->write_use.patience_ms = WRITE_PATIENCE_MS;
	r->write_use.script = redis_script;
	r->write_use.ready = on_write_ready;
	r->write_use.lost = on_write_lost;
	r->sentinel_use.patience_ms = LOOK_PATIENCE_MS;
	r->sentinel_use.user = c->sentinel_user;
	r->sentinel_use.password = c->sentinel_password;
	r->sentinel_use.db = 0;
	r->sentinel_use.wants_master = false;
}

static void
redis_free(struct redis *r)
{
	while (!LIST_EMPTY(&r->nodes))
		redis_node_free(LIST_FIRST(&r->nodes));
	redis_map_free(r->map);
	redis_looks_free(r->looks);
	redis_writes_free(r->writes);
	tls_client_free(r->tls);
	free(r);
}

static bool
redis_open(void **engine, struct loop *l, const struct store_conf *conf,
    struct err *e)
{
	struct redis *r = calloc(1, sizeof(*r));

	if (r == NULL)
		abort();
	r->loop = l;
	r->conf = *conf;
	LIST_INIT(&r->nodes);
	if (conf->remote.n_servers == 0) {
		free(r);
		return err_set(e, "store: no server is named");
	}
	if (conf->remote.tls != NULL &&
	    !tls_client_new(&r->tls, conf->remote.tls, e)) {
		free(r);
		return false;
	}
	uses_set(r);
	r->map = redis_map_new(r);
	r->looks = redis_looks_new(r);
	if (!redis_writes_open(&r->writes, r, e)) {
		redis_free(r);
		return false;
	}
	*engine = r;
	return true;
}

/* What is still to be sent gets a little time; what is left then stays in
 * the journal. */
struct closing {
	struct redis *redis;
	struct timer *timer;
	int64_t until_ms;
};

static void
on_closing(void *owner)
{
	struct closing *c = owner;

	if (redis_writes_waiting(c->redis->writes) == 0 ||
	    clock_ms() >= c->until_ms)
		loop_stop(c->redis->loop);
	else
		timer_set(c->timer, CLOSE_LOOK_MS);
}

static void
redis_close(void *engine)
{
	struct redis *r = engine;
	struct closing c = { r, timer_new(r->loop, on_closing, &c),
		clock_ms() + CLOSE_MS };
	size_t left;

	if (redis_writes_waiting(r->writes) != 0) {
		redis_writes_go(r->writes);
		timer_set(c.timer, 0);
		loop_run(r->loop);
	}
	timer_free(c.timer);
	left = redis_writes_waiting(r->writes);
	if (left != 0)
		log_warn("store: %zu updates are not sent: %s", left,
		    r->conf.remote.journal != NULL ?
		    "they stay in the journal" : "they are lost");
	redis_free(r);
}

static bool
redis_is_ready(const void *engine)
{
	const struct redis *r = engine;
	unsigned n = redis_map_slots(r->map);

	for (unsigned i = 0; i < n; i++) {
		if (!redis_node_answers(redis_map_node(r->map, i)))
			return false;
	}
	return true;
}

static void
redis_get(void *engine, struct store_get_list *gets)
{
	struct redis *r = engine;

	redis_look(r->looks, gets);
}

static void
redis_forget(void *engine, struct store_get *g)
{
	(void)engine;
	redis_look_forget(g);
}

static bool
redis_take(void *engine, const struct update *u)
{
	struct redis *r = engine;

	return redis_write(r->writes, u);
}

static void
redis_walk(void *engine, struct store_walk *w)
{
	redis_walk_step(engine, w);
}

static void
redis_counts(const void *engine, struct store_counts *out)
{
	const struct redis *r = engine;
	const struct store_counts *c = &r->counts;
	const struct redis_node *node;

	LIST_FOREACH(node, &r->nodes, entry) {
		out->servers += node->is_wanted;
		out->broken += node->is_wanted && !redis_node_answers(node);
		out->refusing += node->is_wanted && node->refuses;
	}
	out->written += count_get(&r->conf.ledger->written);
	out->dropped += count_get(&r->conf.ledger->failed);
	out->trips += c->trips;
	out->write_trips += c->write_trips;
	out->late += c->late;
	out->away += c->away;
	out->breaks += c->breaks;
	out->kept += c->kept;
	out->replayed += c->replayed;
	out->doubles += c->doubles;
	out->dropped_full += c->dropped_full;
	out->dropped_old += c->dropped_old;
	out->dropped_unsure += c->dropped_unsure;
	out->dropped_refused += c->dropped_refused;
	out->waiting += redis_writes_waiting(r->writes);
	out->orphans += redis_writes_left(r->writes);
	redis_writes_told(r->writes);
}

const struct store_engine store_redis = {
	.name = "redis",
	.open = redis_open,
	.close = redis_close,
	.is_ready = redis_is_ready,
	.get = redis_get,
	.forget = redis_forget,
	.write = redis_take,
	.walk = redis_walk,
	.counts = redis_counts
};
