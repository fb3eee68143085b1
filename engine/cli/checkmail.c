/* SPDX-License-Identifier: Apache-2.0 */
/* Packs that recent mail does not need any more. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/map.h"
#include "cli/backtest.h"
#include "cli/check.h"

enum { SILENT_LEAST = 60 }; /* days */

/* The last day on which somebody saw it. */
static int32_t
last_seen(const struct pack *p)
{
	return p->seen_last != DAY_NONE ? p->seen_last : p->created;
}

static bool
is_in_use(const struct pack *p)
{
	return p->kind == PACK_CAMPAIGN && p->status != PACK_DRAFT &&
	    p->status != PACK_RETIRED && !p->is_site;
}

/* L02 */
static void
tell_silent(const struct check_more *c, const struct backtest *b)
{
	const struct backtest_row *row;
	struct map hit;

	map_init(&hit, c->call->arena);
	VEC_EACH(row, &b->rows)
		if (row->hits != 0)
			map_put(&hit, row->pack->id, 0);
	for (size_t i = 0; i < c->loaded->n_named; i++) {
		const struct pack *p = c->loaded->packs.at[i];
		char day[16];

		if (!is_in_use(p) || map_get(&hit, p->id) != NULL ||
		    day_today() - last_seen(p) < SILENT_LEAST)
			continue;
		day_format(last_seen(p), day);
		check_turn(c, p);
		diag_add(&c->loaded->diags, DIAG_WARNING,
		    check_place(p, "seen"), "L02", "none of %zu mails is hit, "
		    "and it was seen last on %s", b->done - b->unread, day);
		diag_hint(&c->loaded->diags, "\"sekisho promote --to retired\" "
		    "puts it aside");
	}
}

bool
check_mail(const struct check_more *c, struct err *e)
{
	word_list none = { 0 };
	struct backtest_conf conf = { .named = &c->call->operands,
		.corpus = c->corpus, .folders = c->folders,
		.authserv = &none, .day = DAY_NONE, .most = -1,
		.is_quiet = !c->is_watched };
	struct backtest b = { .conf = &conf };
	const struct str *word;

	VEC_EACH(word, &c->call->operands)
		if (str_is(*word, "-"))
			return err_set(e, "--corpus: name the packs, standard "
			    "input was read already");
	if (!backtest_try(&b, c->call, e))
		return err_wrap(e, "--corpus");
	tell_silent(c, &b);
	return true;
}
