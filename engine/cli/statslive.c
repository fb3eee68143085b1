/* SPDX-License-Identifier: Apache-2.0 */
/* By pack: on which messages, with how many points, to what end. */
#include "cli/statslive.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/map.h"
#include "cli/history.h"

enum { OUTPUT_MOST = 1 << 30 };

struct seen {
	const struct history_entry *entry;
	const struct history_campaign *campaign;
	const char *now, *would; /* actions */
};

struct pack_seen {
	struct str id;
	VEC(struct seen) mails;
	size_t changed;
};

struct live {
	struct arena *arena;
	struct map by_id;
	VEC(struct pack_seen) packs;
	size_t messages;
};

static void
add(struct live *l, const struct history_entry *e,
    const struct history_campaign *c)
{
	uint32_t *at = map_get(&l->by_id, c->id);
	struct pack_seen *pack;
	struct seen *seen;

	if (at == NULL) {
		VEC_ADD(l->arena, &l->packs)->id = c->id;
		map_put(&l->by_id, c->id, (uint32_t)l->packs.n);
		at = map_get(&l->by_id, c->id);
	}
	pack = &l->packs.at[*at - 1];
	seen = VEC_ADD(l->arena, &pack->mails);
	*seen = (struct seen){ e, c, history_action(e, e->points),
		history_action(e, e->points + c->would) };
	pack->changed += strcmp(seen->now, seen->would) != 0;
}

static void
put_mail(struct json *j, const struct seen *s)
{
	json_open_object(j);
	json_put_str(j, "id", s->entry->id);
	json_put_int(j, "time", s->entry->time);
	json_put_str(j, "queue", s->entry->queue);
	json_put_str(j, "from", s->entry->header_from);
	json_put_str(j, "subject", s->entry->subject);
	json_put_points(j, "points", s->campaign->would);
	json_put_points(j, "score", s->entry->points);
	json_put_str(j, "action", str_of(s->now));
	json_put_str(j, "would", str_of(s->would));
	json_close_object(j);
}

static void
print_json(struct buf *b, const struct live *l)
{
	const struct pack_seen *pack;
	const struct seen *s;
	struct json j;

	json_init(&j, b);
	json_open_object(&j);
	json_put_int(&j, "messages", (int64_t)l->messages);
	json_key(&j, "packs");
	json_open_array(&j);
	VEC_EACH(pack, &l->packs) {
		json_open_object(&j);
		json_put_str(&j, "pack", pack->id);
		json_put_int(&j, "hits", (int64_t)pack->mails.n);
		json_put_int(&j, "changed", (int64_t)pack->changed);
		json_key(&j, "mails");
		json_open_array(&j);
		VEC_EACH(s, &pack->mails)
			put_mail(&j, s);
		json_close_array(&j);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_close_object(&j);
	buf_add_byte(b, '\n');
}

static void
print_mail(struct buf *b, struct arena *a, const struct seen *s)
{
	buf_printf(b, "  %" STR_FMT "  %" STR_FMT "  %s %.2f",
	    STR_ARG(history_time_text(a, s->entry->time)),
	    STR_ARG(s->entry->id), s->now, (double)s->entry->points / 100);
	buf_printf(b, " > %s %.2f (%+.2f)  ", s->would,
	    (double)(s->entry->points + s->campaign->would) / 100,
	    (double)s->campaign->would / 100);
	terminal_text(b, s->entry->header_from);
	buf_add_str(b, STR("  \""));
	terminal_text(b, s->entry->subject);
	buf_add_str(b, STR("\"\n"));
}

static void
print_text(struct buf *b, const struct live *l)
{
	const struct pack_seen *pack;
	const struct seen *s;

	VEC_EACH(pack, &l->packs) {
		terminal_text(b, pack->id);
		buf_printf(b, ": %zu of %zu messages, another action for "
		    "%zu\n", pack->mails.n, l->messages, pack->changed);
		VEC_EACH(s, &pack->mails)
			print_mail(b, l->arena, s);
	}
	if (l->packs.n == 0)
		buf_printf(b, "%zu messages, none that an observing pack "
		    "knew\n", l->messages);
}

static bool
read_all(struct live *l, const struct stats_live *conf, struct err *e)
{
	struct history_search search = { 0 };
	struct reputation_store store;
	const struct history_campaign *c;
	const struct history_entry *entry;
	history_list found = { 0 };
	bool is_read;

	if (conf->since.n != 0 && !history_time(conf->since, clock_wall(),
	    &search.since))
		return err_set(e, "--since: \"%" STR_FMT "\" is no time such "
		    "as 2026-02-09 or 7d", STR_ARG(conf->since));
	if (!reputation_open(&store, l->arena, conf->config, conf->state, e))
		return false;
	is_read = history_find(&found, &store, STR(HISTORY_DIARY), &search,
	    e);
	reputation_close(&store);
	l->messages = found.n;
	VEC_EACH(entry, &found) {
		VEC_EACH(c, &entry->campaigns) {
			if (c->is_observed && c->id.n != 0)
				add(l, entry, c);
		}
	}
	return is_read;
}

enum status
stats_live(struct call *call, const struct stats_live *conf)
{
	struct live l = { .arena = call->arena };
	struct buf b;
	struct err e;

	map_init(&l.by_id, l.arena);
	if (!read_all(&l, conf, &e))
		return command_fail(call, "%s", e.text);
	buf_init_arena(&b, l.arena, OUTPUT_MOST);
	if (conf->is_json)
		print_json(&b, &l);
	else
		print_text(&b, &l);
	return command_print(buf_str(&b));
}
