/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the answer to an ask comes from: what is here already, a trace of an
 * earlier scan, or the world, which has to be waited for.
 */
#include "scan/ask.h"

#include "base/arena.h"
#include "base/hash.h"
#include "net/store.h"
#include "scan/asks.h"
#include "scan/check.h"
#include "scan/query.h"
#include "scan/scan.h"
#include "scan/trace.h"
#include "scan/worldparts.h"

/* NULL: it has to be waited for.  Most of what is asked for is nowhere: one
 * answer does for all of that, but where it is told with its key. */
static const struct ask *
ask_at_once(struct check_run *run, struct store_key key)
{
	static const struct ask none = { .state = ASK_NONE };
	struct world *w = asks_world(run->scan);
	enum store_result result;
	struct str value;
	struct ask *k;

	if (!store_look(world_store(w), key, &result, &value))
		return NULL;
	w->counts.asked++;
	if (result != STORE_FOUND && !run->scan->is_traced)
		return &none;
	k = run->scan->is_traced ? asks_note(run, 0, key.text) :
	    ARENA_ONE(run->arena, struct ask);
	k->state = query_state(result);
	if (result == STORE_FOUND) {
		k->count = 1;
		k->answer = ARENA_ONE(run->arena, struct str);
		*k->answer = str_copy(run->arena, value);
	}
	return k;
}

/* By what was taken down once. */
static const struct ask *
ask_trace(struct check_run *run, enum dns_type type, struct str key)
{
	struct ask *k = ARENA_ONE(run->arena, struct ask);
	const struct trace_answer *t = trace_told(run->scan, (int)type, key);

	k->state = t == NULL ? ASK_FAILED : t->state;
	if (t == NULL)
		return k;
	k->is_no_name = t->is_no_name;
	k->is_never = t->is_never;
	k->count = t->n;
	k->answer = ARENA_MANY(run->arena, struct str, t->n);
	for (size_t i = 0; i < t->n; i++)
		k->answer[i] = t->at[i];
	return k;
}

static const struct ask *
ask_failed(struct check_run *run, enum dns_type type, struct str key)
{
	struct ask *k = asks_note(run, type, key);

	k->state = ASK_FAILED;
	return k;
}

const struct ask *
ask_store_near(struct check_run *run, struct store_key key)
{
	const struct ask *at_once;

	run->asked++;
	if (run->scan->told != NULL)
		return ask_trace(run, 0, key.text);
	if (!asks_may(run->scan, 0))
		return ask_failed(run, 0, key.text);
	asks_count(run->scan, 0);
	at_once = ask_at_once(run, key);
	return at_once != NULL ? at_once : asks_open(run, 0, key);
}

static struct store_key
key_of(const struct check_run *run, struct str key)
{
	struct store *store = asks_store(run->scan);

	return store == NULL ? (struct store_key){ key, 0 } :
	    store_key(store, key);
}

const struct ask *
ask_store(struct check_run *run, struct str key)
{
	return ask_store_near(run, key_of(run, key));
}

const struct ask *
ask_store_afresh(struct check_run *run, struct str key)
{
	struct store *store = asks_store(run->scan);

	if (store != NULL)
		store_look_afresh(store, key);
	return ask_store(run, key);
}

struct store_key
ask_store_soon(const struct check_run *run, struct str key)
{
	const struct store_key near = key_of(run, key);
	struct store *store = asks_store(run->scan);

	if (store != NULL)
		store_look_soon(store, near.hash);
	return near;
}

const struct ask *
ask_pause(struct check_run *run, int64_t ms)
{
	run->asked++;
	return asks_pause(run, ms);
}

const struct ask *
ask_dns(struct check_run *run, enum dns_type type, struct str name)
{
	const struct str key = str_lower(run->arena, name);

	run->asked++;
	if (run->scan->told != NULL)
		return ask_trace(run, type, key);
	if (!asks_may(run->scan, type))
		return ask_failed(run, type, key);
	asks_count(run->scan, type);
	return asks_open(run, type, (struct store_key){ key,
	    hash_bytes(key, type) });
}
