/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A check may run when every fact it needs is settled.  When none may and
 * none waits for an answer, one needs a fact that nobody will give; that one
 * fails, and the rest goes on.
 */
#include "scan/check.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "scan/scan.h"

struct checks {
	struct scan *scan;
	struct check_run *runs;
	size_t n;
};

static size_t
names_count(const char *const *names)
{
	size_t n = 0;

	while (names != NULL && names[n] != NULL)
		n++;
	return n;
}

static size_t
defs_count(const struct fact_def *defs)
{
	size_t n = 0;

	while (defs != NULL && defs[n].name != NULL)
		n++;
	return n;
}

static bool
plan_gives(struct check_plan *p, struct arena *a, struct fact_table *table,
    struct err *e)
{
	const struct fact_def *defs = p->check->gives;

	p->n_gives = defs_count(defs);
	p->gives = ARENA_MANY(a, uint32_t, p->n_gives);
	for (size_t i = 0; i < p->n_gives; i++) {
		if (!fact_table_add(table, &defs[i], &p->gives[i]))
			return err_set(e, "check %s: the fact %s has an author "
			    "already", p->check->name, defs[i].name);
	}
	return true;
}

static bool
plan_needs(struct check_plan *p, struct arena *a,
    const struct fact_table *table, struct err *e)
{
	const char *const *names = p->check->needs;

	p->n_needs = names_count(names);
	p->needs = ARENA_MANY(a, uint32_t, p->n_needs);
	for (size_t i = 0; i < p->n_needs; i++) {
		if (!fact_table_find(table, str_of(names[i]), &p->needs[i]))
			return err_set(e, "check %s: nobody gives the fact %s",
			    p->check->name, names[i]);
	}
	return true;
}

static bool
plan_lists(const struct check_plan *p, const struct fact_table *table,
    uint32_t id)
{
	for (size_t i = 0; i < p->n_gives; i++) {
		if (p->gives[i] == id)
			return table->defs.at[id]->is_many;
	}
	return false;
}

/* A list is whole when its check is done, not at its first value. */
static void
plan_givers(struct check_plan *plans, size_t n, struct arena *a,
    const struct fact_table *table, size_t which)
{
	struct check_plan *p = &plans[which];

	p->givers = ARENA_MANY(a, size_t, p->n_needs);
	for (size_t i = 0; i < p->n_needs; i++) {
		size_t k = 0;

		while (k < n && (k == which ||
		    !plan_lists(&plans[k], table, p->needs[i])))
			k++;
		p->givers[i] = k < n ? k : SIZE_MAX;
	}
}

bool
check_plan_open(struct check_plan *plans, size_t n, bool is_serving,
    struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		const struct check *c = plans[i].check;

		if (c->open == NULL ||
		    c->open(&plans[i].opened, plans[i].conf, e))
			continue;
		if (!is_serving || !c->may_lack)
			return false;
		log_error("%s; what it would say is not known", e->text);
	}
	return true;
}

bool
check_plan_make(struct check_plan *out, struct arena *a,
    const check_use_list *uses, struct fact_table *table, struct err *e)
{
	/* All facts are declared before any is needed: data has no order. */
	for (size_t i = 0; i < uses->n; i++) {
		out[i].check = uses->at[i].check;
		out[i].conf = uses->at[i].conf;
		if (!plan_gives(&out[i], a, table, e))
			return false;
	}
	for (size_t i = 0; i < uses->n; i++) {
		if (!plan_needs(&out[i], a, table, e))
			return false;
		plan_givers(out, uses->n, a, table, i);
	}
	return true;
}

void
check_plan_close(struct check_plan *plans, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (plans[i].opened != NULL)
			plans[i].check->close(plans[i].opened);
		plans[i].opened = NULL;
	}
}

struct checks *
checks_new(struct scan *s)
{
	struct checks *c = ARENA_ONE(s->arena, struct checks);
	size_t n = s->generation->conf.checks.n;

	c->scan = s;
	c->n = n;
	c->runs = ARENA_MANY(s->arena, struct check_run, n);
	for (size_t i = 0; i < n; i++) {
		const struct check_plan *p = &s->generation->checks[i];

		c->runs[i] = (struct check_run){
			.scan = s, .arena = s->arena, .check = p->check,
			.conf = p->conf, .opened = p->opened,
			.needs = p->needs, .gives = p->gives,
			.state = arena_take(s->arena, p->check->state_size)
		};
	}
	return c;
}

static uint32_t *
first_open(struct facts *f, uint32_t *ids, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (facts_get(f, ids[i])->state == FACT_OPEN)
			return &ids[i];
	}
	return NULL;
}

static const struct check_plan *
plan_of(const struct checks *c, const struct check_run *r)
{
	return &c->scan->generation->checks[r - c->runs];
}

static void
finish(struct checks *c, struct check_run *r)
{
	const struct check_plan *p = plan_of(c, r);
	uint32_t *id;

	r->is_done = true;
	while ((id = first_open(&c->scan->facts, p->gives, p->n_gives)) != NULL)
		facts_give_failed(&c->scan->facts, *id);
}

static bool
are_lists_whole(const struct checks *c, const struct check_plan *p)
{
	for (size_t i = 0; i < p->n_needs; i++) {
		if (p->givers[i] != SIZE_MAX &&
		    !c->runs[p->givers[i]].is_done &&
		    c->runs[p->givers[i]].has_run)
			return false;
	}
	return true;
}

/* True when the check got anywhere. */
static bool
run_one(struct checks *c, struct check_run *r)
{
	const struct check_plan *p = plan_of(c, r);
	uint32_t asked = r->asked;
	enum check_next next;

	if (r->is_done || (r->open != 0 && !r->is_called) ||
	    first_open(&c->scan->facts, p->needs, p->n_needs) != NULL ||
	    !are_lists_whole(c, p))
		return false;
	r->is_called = false;
	r->has_run = true;
	next = r->check->run(r);
	/* Who waits without having asked would wait for ever. */
	if (next == CHECK_DONE || (r->asked == asked && r->open == 0))
		finish(c, r);
	return true;
}

static bool
run_round(struct checks *c)
{
	bool has_moved = false;

	for (size_t i = 0; i < c->n; i++)
		has_moved = run_one(c, &c->runs[i]) || has_moved;
	return has_moved;
}

/* Fails one fact that the first stuck check waits for. */
static bool
unblock(struct checks *c)
{
	uint32_t *id;

	for (size_t i = 0; i < c->n; i++) {
		const struct check_plan *p = plan_of(c, &c->runs[i]);

		if (c->runs[i].is_done)
			continue;
		id = first_open(&c->scan->facts, p->needs, p->n_needs);
		if (id == NULL)
			continue;
		facts_give_failed(&c->scan->facts, *id);
		return true;
	}
	return false;
}

static bool
is_waiting(const struct checks *c)
{
	for (size_t i = 0; i < c->n; i++) {
		if (!c->runs[i].is_done && c->runs[i].open != 0)
			return true;
	}
	return false;
}

bool
checks_run(struct checks *c)
{
	do {
		while (run_round(c))
			;
		if (is_waiting(c))
			return false;
	} while (unblock(c));
	return true;
}

/* False: it waits. */
static bool
learn_one(struct check_run *r)
{
	enum check_next (*learn)(struct check_run *run) =
	    r->scan->lesson != NULL ? r->check->report : r->check->learn;
	uint32_t asked = r->asked;

	/* What a check did not wait for is of no use to anybody now. */
	if (r->is_done && learn == NULL)
		return true;
	if (r->open != 0)
		return r->has_learnt;
	if (r->has_learnt || !r->is_done)
		return true;
	r->has_learnt = learn(r) == CHECK_DONE || r->asked == asked;
	return r->has_learnt;
}

bool
checks_learn(struct checks *c)
{
	bool is_over = true;

	for (size_t i = 0; i < c->n; i++)
		is_over = learn_one(&c->runs[i]) && is_over;
	return is_over;
}

const struct fact *
check_need(const struct check_run *r, uint32_t need)
{
	return facts_get(&r->scan->facts, r->needs[need]);
}

struct str
check_need_str(const struct check_run *r, uint32_t need)
{
	const struct fact *f = check_need(r, need);

	if (f->state != FACT_KNOWN || f->n == 0)
		return STR("");
	return f->at[0].text;
}

void
check_give_str(struct check_run *r, uint32_t give, struct str value)
{
	facts_give_str(&r->scan->facts, r->gives[give], value, nowhere);
}

void
check_give_int(struct check_run *r, uint32_t give, int64_t value)
{
	facts_give_int(&r->scan->facts, r->gives[give], value, nowhere);
}

void
check_give_absent(struct check_run *r, uint32_t give)
{
	facts_give_absent(&r->scan->facts, r->gives[give]);
}
