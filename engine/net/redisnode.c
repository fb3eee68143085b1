/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One server, and the breaker before it: when it is away, or too late again
 * and again, nobody is made to wait for it; it is tried with a PING that
 * nobody waits for, until one comes back in time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "net/loop.h"
#include "net/redis.h"
#include "net/resp.h"

enum { LATE_MOST = 5, PROBE_MS = 250, SAME_MS = 60000, OTHER_MS = 1000 };

bool
redis_node_answers(const struct redis_node *node)
{
	return node != NULL && !node->is_slow &&
	    redis_conn_is_ready(node->look);
}

static void
set_slow(struct redis_node *node, bool is_slow)
{
	if (node->is_slow == is_slow)
		return;
	node->is_slow = is_slow;
	node->late = 0;
	node->redis->counts.breaks += is_slow;
	if (is_slow) {
		log_warn("store: %s is too slow: nobody waits for it until it "
		    "is prompt again", node->at);
		timer_set(node->probing, PROBE_MS);
	} else {
		log_info("store: %s is prompt again", node->at);
	}
}

void
redis_node_late(struct redis_node *node)
{
	if (++node->late >= LATE_MOST)
		set_slow(node, true);
}

void
redis_node_prompt(struct redis_node *node)
{
	node->late = 0;
	redis_conn_praise(node->look);
}

/* What was told of this kind, or what was told longest ago. */
static struct redis_refusal *
refusal_of(struct redis_refusal told[static REDIS_REFUSALS], uint64_t kind)
{
	struct redis_refusal *oldest = &told[0];

	for (size_t i = 0; i < REDIS_REFUSALS; i++) {
		if (told[i].kind == kind)
			return &told[i];
		if (told[i].told_ms < oldest->told_ms)
			oldest = &told[i];
	}
	return oldest;
}

void
redis_node_refused(struct redis_node *node, enum redis_asked what,
    const struct resp *reply)
{
	static const char *const words[REDIS_ASKED] = { "look-ups", "updates",
		"walks" };
	struct str first = str_head(reply->text, str_find(reply->text, ' '));
	uint64_t kind = hash_bytes(first, 0);
	struct redis_refusal *r = refusal_of(node->refusals[what], kind);
	int64_t now = clock_ms();

	if (r->told_ms != 0 && now - r->told_ms < (r->kind == kind ? SAME_MS :
	    OTHER_MS))
		return;
	r->kind = kind;
	r->told_ms = now;
	log_warn("store: %s refuses %s: %" STR_FMT, node->at, words[what],
	    STR_ARG(str_head(reply->text, 200)));
}

static struct redis_node *
node_of_probe(struct redis_call *call)
{
	return (struct redis_node *)(void *)((char *)call -
	    offsetof(struct redis_node, probe));
}

static void
on_probed(struct redis_call *call, const struct resp *reply)
{
	struct redis_node *node = node_of_probe(call);
	int64_t took = clock_ms() - node->probed_ms;

	if (reply != NULL && took <= node->redis->conf.remote.budget_ms)
		set_slow(node, false);
	else if (node->is_slow)
		timer_set(node->probing, PROBE_MS);
	node->probed_ms = 0;
}

static void
on_probing(void *owner)
{
	static const struct str ping[] = { STR_INIT("PING") };
	struct redis_node *node = owner;

	if (!node->is_slow || node->probed_ms != 0)
		return;
	if (!redis_conn_is_ready(node->look)) {
		timer_set(node->probing, PROBE_MS);
		return;
	}
	node->probed_ms = clock_ms();
	node->probe.done = on_probed;
	redis_conn_send(node->look, &node->probe, ping, 1);
}

struct redis_node *
redis_node_at(struct redis *r, const char *at)
{
	struct redis_node *node;

	LIST_FOREACH(node, &r->nodes, entry) {
		if (strcmp(node->at, at) != 0)
			continue;
		node->used_ms = clock_ms();
		return node;
	}
	if (r->n_nodes == REDIS_NODES_MOST)
		return NULL;
	node = calloc(1, sizeof(*node));
	if (node == NULL)
		abort();
	node->redis = r;
	node->used_ms = clock_ms();
	snprintf(node->at, sizeof(node->at), "%s", at);
	node->look = redis_conn_new(&r->look_use, node->at, node);
	node->write = redis_conn_new(&r->write_use, node->at, node);
	node->probing = timer_new(r->loop, on_probing, node);
	LIST_INSERT_HEAD(&r->nodes, node, entry);
	r->n_nodes++;
	return node;
}

void
redis_node_free(struct redis_node *node)
{
	LIST_REMOVE(node, entry);
	node->redis->n_nodes--;
	redis_conn_free(node->look);
	redis_conn_free(node->write);
	timer_free(node->probing);
	free(node);
}
