/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/learn.h"

#include "base/clock.h"
#include "net/store.h"
#include "scan/asks.h"
#include "scan/check.h"
#include "scan/keptcount.h"
#include "scan/world.h"

/* Or NULL. */
static struct store *
store_of(const struct check_run *run)
{
	const struct world *w = asks_world(run->scan);

	return w == NULL ? NULL : world_store(w);
}

/* Or NULL. */
static struct keptcount *
bounded_of(const struct check_run *run)
{
	const struct world *w = asks_world(run->scan);

	return w == NULL ? NULL : world_bounded(w);
}

void
learn_count(struct check_run *run, struct str key, int64_t more, int64_t life)
{
	if (store_of(run) != NULL)
		store_count_later(store_of(run), key, more, life);
}

void
learn_bounded_note(struct check_run *run, struct str key, int64_t life)
{
	struct keptcount *bounded = bounded_of(run);
	int64_t now = clock_wall();

	if (bounded != NULL)
		keptcount_add(bounded, key, now, now + life);
}

void
learn_bounded(struct check_run *run, struct str key, int64_t life)
{
	if (store_of(run) == NULL)
		return;
	learn_bounded_note(run, key, life);
	store_count(store_of(run), key, 1, life);
}

int64_t
learn_bounded_here(const struct check_run *run, struct str key)
{
	struct keptcount *bounded = bounded_of(run);

	return bounded == NULL ? 0 :
	    keptcount_get(bounded, key, clock_wall());
}

void
learn_teach(struct check_run *run, struct str key,
    const struct store_lesson *l, const struct store_claim *claim)
{
	struct store *s = store_of(run);

	if (s != NULL && claim != NULL)
		store_teach_claimed(s, key, l, claim);
	else if (s != NULL)
		store_teach(s, key, l);
}

void
learn_teach_later(struct check_run *run, struct str key,
    const struct store_lesson *l)
{
	if (store_of(run) != NULL)
		store_teach_later(store_of(run), key, l);
}

void
learn_put(struct check_run *run, struct str key, struct str value,
    int64_t life)
{
	if (store_of(run) != NULL)
		store_put(store_of(run), key, value, life);
}

void
learn_put_new(struct check_run *run, struct str key, struct str value,
    int64_t life)
{
	if (store_of(run) != NULL)
		store_put_new(store_of(run), key, value, life);
}

void
learn_put_over(struct check_run *run, struct str key, struct str value,
    int64_t life)
{
	if (store_of(run) != NULL)
		store_put_over(store_of(run), key, value, life);
}

void
learn_forget(struct check_run *run, struct str key)
{
	if (store_of(run) != NULL)
		store_forget(store_of(run), key);
}
