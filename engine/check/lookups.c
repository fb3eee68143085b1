/* SPDX-License-Identifier: Apache-2.0 */
/* Few enough to be looked through. */
#include "check/lookups.h"

#include "base/arena.h"
#include "scan/ask.h"
#include "scan/check.h"

static const struct dns_answer failed = { .result = DNS_FAILED };

static struct dns_answer
answer_of(const struct ask *ask)
{
	struct dns_answer a = { .n = ask->count, .at = ask->answer };

	a.is_never = ask->is_never;
	if (ask->state == ASK_FAILED)
		a.result = DNS_FAILED;
	else if (ask->state == ASK_ANSWERED)
		a.result = DNS_FOUND;
	else
		a.result = ask->is_no_name ? DNS_NO_NAME : DNS_EMPTY;
	return a;
}

static struct lookup *
lookup_of(struct lookups *l, enum dns_type type, struct str name)
{
	struct lookup **each, *new;

	VEC_EACH(each, &l->all) {
		if ((*each)->type == type && str_case_eq((*each)->name, name))
			return *each;
	}
	if (l->all.n == LOOKUPS_MOST)
		return NULL;
	new = ARENA_ONE(l->run->arena, struct lookup);
	new->type = type;
	new->name = str_copy(l->run->arena, name);
	new->ask = ask_dns(l->run, type, name);
	*VEC_ADD(l->run->arena, &l->all) = new;
	return new;
}

static const struct dns_answer *
find(void *owner, enum dns_type type, struct str name)
{
	struct lookup *one = lookup_of(owner, type, name);

	if (one == NULL)
		return &failed;
	if (one->ask->state == ASK_OPEN)
		return NULL;
	one->answer = answer_of(one->ask);
	return &one->answer;
}

struct names
lookups_names(struct lookups *l, struct check_run *r)
{
	l->run = r;
	return (struct names){ find, l };
}
