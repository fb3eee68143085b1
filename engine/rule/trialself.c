/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The self-test: a mail made of each indicator must hit it, on the last day
 * on which it counts.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "rule/selfmail.h"
#include "rule/trial_parts.h"

enum { FOUND_MOST = 4096 };

static int32_t
sooner(int32_t a, int32_t b)
{
	return a == DAY_NONE || (b != DAY_NONE && b < a) ? b : a;
}

static bool
is_found(const struct outcome *o, size_t group, const struct value *v)
{
	const struct evidence *e;

	if (o->rule == NULL)
		return false;
	VEC_EACH(e, &o->rule->groups[group].evidence)
		if (e->value == v && !e->is_quoted)
			return true;
	return false;
}

static struct str
tell(struct trial_run *run, const struct outcome *o, const struct value *v)
{
	struct buf b;

	buf_init_arena(&b, run->arena, FOUND_MOST);
	buf_add_str(&b, STR("the mail made of it does not hit it"));
	if (o->hits->is_report)
		buf_add_str(&b, STR("; the mail reads as a report"));
	if (v->link == NULL)
		trial_tell_field(&b, run->arena, o->sight, v);
	return buf_str(&b);
}

static struct str
try_mail(struct trial_run *run, struct trial *t, const struct selfmail *mail,
    size_t group, const struct value *v)
{
	struct sight *s = ARENA_ONE(run->arena, struct sight);
	struct outcome o = { .day = sooner(trial_day(run), sooner(v->expires,
	    run->pack->groups.at[group].expires)) };
	struct rebuilt built;
	struct err e;

	if (!rebuild_test(&built, run->arena, &(struct rebuild){
	    run->pack, &mail->test, mail->variant }, &e))
		return str_copy(run->arena, str_of(e.text));
	trial_read(s, run->arena, run->table, &built);
	trial_observe(&o, run, s);
	t->is_passed = is_found(&o, group, v);
	return t->is_passed ? STR("") : tell(run, &o, v);
}

static void
try_value(struct trial_run *run, size_t group, const struct value *v)
{
	struct trial *t;
	struct selfmail mail;
	struct str found;

	if (run->conf->like.n != 0 &&
	    str_find_str(v->text, run->conf->like) == v->text.n)
		return;
	t = trial_add(run, TRIAL_SELF, v->link != NULL
	    ? str_cat(run->keep, str_of(v->field->name), STR(" object"))
	    : v->text, v->mark);
	selfmail_make(&mail, run->arena, v);
	found = mail.skip;
	if (found.n != 0)
		t->is_skipped = t->is_passed = true;
	else
		found = try_mail(run, t, &mail, group, v);
	trial_close(run, t, found);
	arena_empty(run->arena);
}

void
trial_selves(struct trial_run *run)
{
	const struct group *group;
	const struct value *v;

	VEC_EACH(group, &run->pack->groups) {
		if (run->pack->kind != PACK_CAMPAIGN)
			break;
		VEC_EACH(v, &group->values)
			try_value(run, (size_t)(group -
			    run->pack->groups.at), v);
	}
}
