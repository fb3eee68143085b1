/* SPDX-License-Identifier: Apache-2.0 */
/* Hits by pack and group over many mails. */
#include "cli/summary.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "cli/terminal.h"

enum { NAME_CELLS = 44 };

void
summary_init(struct summary *s, struct arena *a)
{
	*s = (struct summary){ .arena = a };
	map_init(&s->by_name, a);
}

/* Names of packs and groups hold no blank. */
static struct summary_row *
row_of(struct summary *s, struct str pack, struct str group)
{
	struct str name = str_cat(s->arena, pack, STR(" "), group);
	uint32_t *at = map_put(&s->by_name, name, (uint32_t)s->rows.n);

	if (*at == s->rows.n)
		*VEC_ADD(s->arena, &s->rows) = (struct summary_row){
			.pack = str_head(name, pack.n),
			.group = str_from(name, pack.n + 1) };
	return &s->rows.at[*at];
}

static void
add_points(struct summary_row *row, int32_t points)
{
	row->mails++;
	if (points > row->most)
		row->most = points;
}

static int32_t
points_of(const struct verdict *v, const struct group_hit *group)
{
	const struct verdict_line *line;
	int32_t points = 0;

	VEC_EACH(line, &v->lines)
		if (line->kind == LINE_GROUP && line->group == group)
			points += line->points;
	return points;
}

static void
add_groups(struct summary *s, const struct verdict *v,
    const struct campaign *c)
{
	for (size_t i = 0; i < c->rule->pack->groups.n; i++) {
		const struct group_hit *g = &c->rule->groups[i];

		if (g->truth == TRUTH_TRUE && !g->is_expired)
			add_points(row_of(s, c->pack->id, g->group->name),
			    points_of(v, g));
	}
}

void
summary_add(struct summary *s, const struct verdict *v)
{
	const struct campaign *c;

	s->mails++;
	s->actions[v->action]++;
	VEC_EACH(c, &v->campaigns) {
		struct str id = c->rule == NULL && c->brand != NULL
		    ? c->brand->brand->id : c->pack->id;
		struct summary_row *row = row_of(s, id, STR(""));

		add_points(row, c->points > c->would ? c->points : c->would);
		row->is_observed = c->is_observed;
		if (c->rule != NULL)
			add_groups(s, v, c);
	}
}

/* A row and what its pack has, to sort by. */
struct ranked {
	const struct summary_row *row;
	size_t of_pack;
};

static int
by_hits(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int order;

	if (x->of_pack != y->of_pack)
		return x->of_pack < y->of_pack ? 1 : -1;
	order = str_order(x->row->pack, y->row->pack);
	if (order != 0)
		return order;
	if ((x->row->group.n == 0) != (y->row->group.n == 0))
		return x->row->group.n == 0 ? -1 : 1;
	if (x->row->mails != y->row->mails)
		return x->row->mails < y->row->mails ? 1 : -1;
	return str_order(x->row->group, y->row->group);
}

static const struct ranked *
rank(struct summary *s)
{
	size_t n = s->rows.n;
	struct ranked *all = ARENA_MANY(s->arena, struct ranked, n + 1);

	for (size_t i = 0; i < n; i++) {
		const struct summary_row *row = &s->rows.at[i];

		all[i] = (struct ranked){ row, row->mails };
		if (row->group.n != 0)
			all[i].of_pack = row_of(s, row->pack,
			    STR(""))->mails;
	}
	qsort(all, n, sizeof(*all), by_hits);
	return all;
}

static void
print_row(struct buf *b, const struct summary_row *row,
    const struct terminal *t)
{
	bool is_pack = row->group.n == 0;

	if (!is_pack)
		buf_add_str(b, STR("  "));
	buf_add_str(b, str_of(terminal_ink(t, is_pack ? INK_BOLD
	    : INK_PLAIN)));
	terminal_cell(b, is_pack ? row->pack : row->group,
	    is_pack ? NAME_CELLS : NAME_CELLS - 2);
	buf_printf(b, "%s%8zu%5" PRId32 ".%02" PRId32 "%s\n",
	    is_pack ? terminal_ink(t, INK_PLAIN) : "", row->mails,
	    row->most / 100, row->most % 100,
	    row->is_observed ? "  observed" : "");
}

void
summary_print(struct buf *to, struct summary *s, const struct terminal *t)
{
	const struct ranked *all = rank(s);

	buf_printf(to, "%zu mail%s", s->mails, s->mails == 1 ? "" : "s");
	for (int i = 0; i < ACTIONS; i++)
		if (s->actions[i] != 0)
			buf_printf(to, ", %zu %s", s->actions[i],
			    action_name((enum action)i));
	if (s->unread != 0)
		buf_printf(to, ", %zu could not be read", s->unread);
	buf_add_byte(to, '\n');
	if (s->rows.n == 0)
		return;
	buf_add_byte(to, '\n');
	terminal_cell(to, STR("campaign or brand, and its groups"),
	    NAME_CELLS);
	buf_printf(to, "%8s%8s\n", "mails", "most");
	for (size_t i = 0; i < s->rows.n; i++)
		print_row(to, all[i].row, t);
}

static void
json_row(struct json *j, const struct summary_row *row)
{
	json_open_object(j);
	json_put_str(j, "pack", row->pack);
	json_put_str(j, "group", row->group);
	json_put_int(j, "mails", (int64_t)row->mails);
	json_put_points(j, "most", row->most);
	json_put_bool(j, "observed", row->is_observed);
	json_close_object(j);
}

void
summary_json(struct buf *to, struct summary *s)
{
	const struct ranked *all = rank(s);
	struct json j;

	json_init(&j, to);
	json_open_object(&j);
	json_put_int(&j, "mails", (int64_t)s->mails);
	json_put_int(&j, "unread", (int64_t)s->unread);
	json_key(&j, "actions");
	json_open_object(&j);
	for (int i = 0; i < ACTIONS; i++)
		json_put_int(&j, action_name((enum action)i),
		    (int64_t)s->actions[i]);
	json_close_object(&j);
	json_key(&j, "rows");
	json_open_array(&j);
	for (size_t i = 0; i < s->rows.n; i++)
		json_row(&j, all[i].row);
	json_close_array(&j);
	json_close_object(&j);
	buf_add_byte(to, '\n');
}
