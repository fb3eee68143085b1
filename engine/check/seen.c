/* SPDX-License-Identifier: Apache-2.0 */
/* First-seen times of sender domains: one question, one count. */
#include "check/seen.h"

#include "net/store.h"
#include "scan/ask.h"
#include "scan/learn.h"
#include "scan/scan.h"

enum {
	DOMAIN_MOST = 253,
	DAY_SECONDS = 24 * 60 * 60,
	LIFE = 180 * DAY_SECONDS
};

enum { FROM_DOMAIN };
static const char *const needs[] = {
	[FROM_DOMAIN] = "from.domain",
	NULL
};

enum { FIRST_SEEN_DAYS, SEEN_COUNT };
static const struct fact_def gives[] = {
	[FIRST_SEEN_DAYS] = { "from.domain.first_seen_days", FACT_INT,
	    "days since the domain in From was first seen here", false },
	[SEEN_COUNT] = { "from.domain.seen_count", FACT_INT,
	    "messages with this domain in From seen here before", false },
	{ 0 }
};

struct state {
	struct str key;
	const struct ask *seen;
};

static void
give(struct check_run *r, const struct ask *seen)
{
	struct store_count c;
	int64_t days;

	if (seen->state == ASK_NONE) {
		check_give_absent(r, FIRST_SEEN_DAYS);
		check_give_int(r, SEEN_COUNT, 0);
	} else if (seen->state == ASK_ANSWERED &&
	    store_count_read(seen->answer[0], &c)) {
		days = (r->scan->now - c.first) / DAY_SECONDS;
		/* A clock set back makes no domain come from the future. */
		check_give_int(r, FIRST_SEEN_DAYS, days > 0 ? days : 0);
		check_give_int(r, SEEN_COUNT, c.count);
	}
	/* Else both stay open, and count as failed. */
}

static enum check_next
run(struct check_run *r)
{
	struct str domain = check_need_str(r, FROM_DOMAIN);
	struct state *st = r->state;

	if (domain.n == 0 || domain.n > DOMAIN_MOST) {
		check_give_absent(r, FIRST_SEEN_DAYS);
		check_give_absent(r, SEEN_COUNT);
		return CHECK_DONE;
	}
	if (st->seen == NULL) {
		st->key = str_cat(r->arena, STR("seen:from:"), domain);
		st->seen = ask_store(r, st->key);
		return CHECK_WAIT;
	}
	give(r, st->seen);
	return CHECK_DONE;
}

static enum check_next
learn(struct check_run *r)
{
	struct state *st = r->state;

	if (st->key.n != 0)
		learn_count(r, st->key, 1, LIFE);
	return CHECK_DONE;
}

const struct check check_seen = {
	.name = "seen",
	.needs = needs,
	.gives = gives,
	.state_size = sizeof(struct state),
	.run = run,
	.learn = learn
};
