/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A query is a row of a small table until its answer comes; it goes back to
 * the spares then.
 */
#include "scan/query.h"

#include <stdlib.h>
#include <string.h>

#include "net/dns.h"

enum {
	KEY_MOST = 100,   /* of most queries, and a NUL */
	SPARES_MOST = 256
};

TAILQ_HEAD(waiter_list, query_waiter);

struct query {
	LIST_ENTRY(query) entry;
	struct queries *all;
	struct waiter_list waiters;
	struct dns_question *question; /* or NULL: the store is asked */
	enum dns_type type;            /* 0: of the store */
	struct str key;                /* or name; behind the struct */
};

void
queries_release(struct queries *all)
{
	struct query *q;

	while ((q = LIST_FIRST(&all->spares)) != NULL) {
		LIST_REMOVE(q, entry);
		free(q);
	}
}

/* It stands in no list. */
static void
put_back(struct query *q)
{
	struct queries *all = q->all;

	if (q->key.n >= KEY_MOST || all->n_spares == SPARES_MOST) {
		free(q);
		return;
	}
	all->n_spares++;
	LIST_INSERT_HEAD(&all->spares, q, entry);
}

/* There are many in a moment, and none in the next: some are kept. */
static struct query *
take(struct queries *all, size_t room)
{
	struct query *q = LIST_FIRST(&all->spares);

	if (q != NULL && room <= KEY_MOST) {
		LIST_REMOVE(q, entry);
		all->n_spares--;
		memset(q, 0, sizeof(*q));
		return q;
	}
	q = calloc(1, sizeof(*q) + (room > KEY_MOST ? room : KEY_MOST));
	if (q == NULL)
		abort();
	return q;
}

static void
settle_all(struct query *q, const struct query_answer *answer)
{
	struct query_waiter *waiter;

	LIST_REMOVE(q, entry);
	while ((waiter = TAILQ_FIRST(&q->waiters)) != NULL) {
		TAILQ_REMOVE(&q->waiters, waiter, entry);
		waiter->query = NULL;
		waiter->settled(waiter, answer);
	}
	put_back(q);
}

enum ask_state
query_state(enum store_result result)
{
	static const enum ask_state states[] = {
		[STORE_FOUND] = ASK_ANSWERED,
		[STORE_NONE] = ASK_NONE,
		[STORE_FAILED] = ASK_FAILED
	};

	return states[result];
}

static void
on_stored(void *asker, enum store_result result, struct str value)
{
	settle_all(asker, &(struct query_answer){ .state = query_state(result),
	    .at = &value, .n = result == STORE_FOUND });
}

static void
on_answer(void *asker, const struct dns_answer *answer)
{
	static const enum ask_state states[] = {
		[DNS_FOUND] = ASK_ANSWERED,
		[DNS_EMPTY] = ASK_NONE,
		[DNS_NO_NAME] = ASK_NONE,
		[DNS_FAILED] = ASK_FAILED
	};

	settle_all(asker, &(struct query_answer){
	    .state = states[answer->result],
	    .is_no_name = answer->result == DNS_NO_NAME,
	    .is_never = answer->is_never,
	    .at = answer->at, .n = answer->n, .ttl = answer->ttl });
}

void
query_leave(struct query_waiter *waiter)
{
	struct query *q = waiter->query;

	TAILQ_REMOVE(&q->waiters, waiter, entry);
	waiter->query = NULL;
	if (!TAILQ_EMPTY(&q->waiters))
		return;
	if (q->question != NULL)
		dns_forget(q->question);
	else
		store_cancel(q->all->store, q);
	LIST_REMOVE(q, entry);
	put_back(q);
}

static struct query *
find(struct query_list *bucket, enum dns_type type, struct str key)
{
	struct query *q;

	LIST_FOREACH(q, bucket, entry) {
		if (q->type == type && str_eq(q->key, key))
			return q;
	}
	return NULL;
}

static struct query *
begin(struct queries *all, enum dns_type type, struct store_key of,
    const void *whose)
{
	const struct str key = of.text;
	struct query *q = take(all, key.n + 1);
	char *bytes = (char *)(q + 1);

	bytes[key.n] = '\0';
	if (key.n != 0)
		memcpy(bytes, key.p, key.n);
	q->key = (struct str){ bytes, key.n };
	q->all = all;
	q->type = type;
	TAILQ_INIT(&q->waiters);
	if (type == 0) {
		store_get(all->store, of, on_stored, q);
		return q;
	}
	q->question = dns_ask(all->dns, type, q->key, on_answer, q);
	dns_share(q->question, whose);
	return q;
}

bool
query_join(struct queries *all, struct query_waiter *waiter,
    enum dns_type type, struct store_key key, const void *whose)
{
	struct query_list *bucket = &all->under_way[key.hash % QUERY_BUCKETS];
	struct query *q = find(bucket, type, key.text);
	bool is_shared = q != NULL;

	if (!is_shared) {
		q = begin(all, type, key, whose);
		LIST_INSERT_HEAD(bucket, q, entry);
	}
	waiter->query = q;
	TAILQ_INSERT_TAIL(&q->waiters, waiter, entry);
	return is_shared;
}
