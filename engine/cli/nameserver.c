/* SPDX-License-Identifier: Apache-2.0 */
/* A loop of its own, run for as long as a question is open. */
#include "cli/nameserver.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/err.h"
#include "net/dns.h"
#include "net/loop.h"

enum { TRY_MS = 2000, CACHE = 1024 * 1024 };

struct looked_up {
	struct nameserver *of;
	struct looked_up *next;
	enum dns_type type;
	struct str name;
	bool is_known;
	struct dns_answer answer;
};

struct nameserver {
	struct arena *arena;
	struct loop *loop;
	struct dns *dns;
	struct looked_up *all;
	unsigned n_open;
};

bool
nameserver_open(struct nameserver **out, struct arena *a, struct str where,
    struct err *e)
{
	struct nameserver *n = ARENA_ONE(a, struct nameserver);
	struct resolver_at at;
	struct dns_conf conf = { .resolvers = &at, .timeout_ms = TRY_MS,
		.cache_bytes = CACHE, .asks_private = true };

	n->arena = a;
	if (where.n != 0) {
		conf.n_resolvers = 1;
		if (!resolver_at_read(&at, where))
			return err_set(e, "\"%" STR_FMT "\" is no address of "
			    "a name server such as 192.0.2.53 or "
			    "[2001:db8::53]:5353", STR_ARG(where));
	}
	if (!loop_new(&n->loop, e))
		return false;
	if (!dns_open(&n->dns, n->loop, &conf, e)) {
		loop_free(n->loop);
		return false;
	}
	*out = n;
	return true;
}

void
nameserver_close(struct nameserver *n)
{
	if (n == NULL)
		return;
	dns_close(n->dns);
	loop_free(n->loop);
}

static void
on_answer(void *asker, const struct dns_answer *answer)
{
	struct looked_up *l = asker;
	struct arena *a = l->of->arena;
	struct str *at = ARENA_MANY(a, struct str, answer->n);

	for (size_t i = 0; i < answer->n; i++)
		at[i] = str_copy(a, answer->at[i]);
	l->answer = *answer;
	l->answer.at = at;
	l->is_known = true;
	if (--l->of->n_open == 0)
		loop_stop(l->of->loop);
}

static const struct dns_answer *
find(void *owner, enum dns_type type, struct str name)
{
	struct nameserver *n = owner;
	struct looked_up *l;

	for (l = n->all; l != NULL; l = l->next) {
		if (l->type == type && str_case_eq(l->name, name))
			return l->is_known ? &l->answer : NULL;
	}
	l = ARENA_ONE(n->arena, struct looked_up);
	*l = (struct looked_up){ .of = n, .next = n->all, .type = type,
		.name = str_copy(n->arena, name) };
	n->all = l;
	n->n_open++;
	dns_ask(n->dns, type, name, on_answer, l);
	return NULL;
}

struct names
nameserver_names(struct nameserver *n)
{
	return (struct names){ find, n };
}

void
nameserver_wait(struct nameserver *n)
{
	if (n->n_open != 0)
		loop_run(n->loop);
}
