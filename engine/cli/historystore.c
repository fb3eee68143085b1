/* SPDX-License-Identifier: Apache-2.0 */
/* Reading diaries, which an engine may have to fetch from elsewhere. */
#include "cli/history.h"

#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/map.h"
#include "net/loop.h"

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR,
	MESSAGE_MOST = 64 << 20 };

struct finding {
	struct reputation_store *store;
	const struct history_search *search;
	struct history_conf conf;
	struct map seen;           /* an entry may stand there twice */
	history_list *out;
	bool is_whole;
};

static void
finish(struct finding *f, bool is_whole)
{
	f->is_whole = is_whole;
	loop_stop(f->store->loop);
}

static void
on_entry(void *asker, struct str key, struct str value)
{
	struct finding *f = asker;
	struct arena *a = f->store->arena;
	struct history_entry entry;

	(void)key;
	value = str_copy(a, value);
	if (!history_entry_read(&entry, a, value) ||
	    !history_matches(&entry, a, f->search, &f->conf) ||
	    map_get(&f->seen, entry.id) != NULL)
		return;
	map_put(&f->seen, entry.id, 1);
	*VEC_ADD(a, f->out) = entry;
	if (f->search->most == 0 || f->out->n < f->search->most)
		return;
	store_cancel(f->store->store, f);
	finish(f, true);
}

static void
on_end(void *asker, bool is_whole)
{
	finish(asker, is_whole);
}

bool
history_find(history_list *out, struct reputation_store *s,
    struct str diary, const struct history_search *search, struct err *e)
{
	struct finding f = { .store = s, .search = search, .out = out,
		.conf.secret = s->secret };

	map_init(&f.seen, s->arena);
	store_diary_read(s->store, diary, on_entry, on_end, &f);
	loop_run(s->loop);
	return f.is_whole || err_set(e, "the store did not tell all it has");
}

static bool
ago(struct str text, int64_t now, int64_t *when)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', MINUTE }, { 'h', HOUR },
		{ 'd', DAY } };
	int64_t n;

	for (size_t i = 0; i < nitems(units) && text.n > 1; i++) {
		if (text.p[text.n - 1] != units[i].unit)
			continue;
		if (!str_to_int(str_head(text, text.n - 1), &n) || n < 0 ||
		    n > now / units[i].seconds)
			return false;
		*when = now - n * units[i].seconds;
		return true;
	}
	return false;
}

bool
history_time(struct str text, int64_t now, int64_t *when)
{
	unsigned hour = 0, minute = 0, second = 0;
	char clock[32];
	struct str date = text, rest = STR("");
	int32_t day;

	if (ago(text, now, when))
		return true;
	if (str_cut(text, 'T', &date, &rest)) {
		snprintf(clock, sizeof(clock), "%.*s", (int)(rest.n < 31 ?
		    rest.n : 31), rest.p);
		if (sscanf(clock, "%2u:%2u:%2u", &hour, &minute,
		    &second) < 2 || hour > 23 || minute > 59 || second > 60)
			return false;
	}
	if (!day_parse(date, &day))
		return false;
	*when = (int64_t)day * DAY + hour * HOUR + minute * MINUTE + second;
	return true;
}

struct str
history_time_text(struct arena *a, int64_t when)
{
	char text[40];
	time_t at = (time_t)when;
	struct tm utc;
	size_t n = 0;

	if (gmtime_r(&at, &utc) != NULL)
		n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
	return str_copy(a, (struct str){ text, n });
}

/* Pieces of one message; they come the last first. */
struct pieces {
	struct finding finding;
	struct str id;
	struct str *at;
	int64_t of, n;
};

static void
on_piece(void *asker, struct str key, struct str value)
{
	struct pieces *p = asker;
	struct arena *a = p->finding.store->arena;
	struct history_piece piece;

	(void)key;
	if (!history_piece_read(&piece, value) ||
	    !str_eq(piece.id, p->id) || piece.of > MESSAGE_MOST /
	    HISTORY_PIECE || (p->at != NULL && piece.of != p->of))
		return;
	if (p->at == NULL) {
		p->of = piece.of;
		p->at = ARENA_MANY(a, struct str, (size_t)piece.of);
	}
	if (p->at[piece.part].p == NULL) {
		p->at[piece.part] = str_copy(a, piece.bytes);
		p->n++;
	}
}

static void
on_pieces(void *asker, bool is_whole)
{
	struct pieces *p = asker;

	finish(&p->finding, is_whole);
}

bool
history_message(struct str *raw, struct reputation_store *s, struct str id,
    struct err *e)
{
	struct pieces p = { .finding.store = s, .id = id };
	struct buf b;

	store_diary_read(s->store, STR(HISTORY_MAILS), on_piece, on_pieces,
	    &p);
	loop_run(s->loop);
	if (p.at == NULL || p.n != p.of)
		return err_set(e, "the message is not kept");
	buf_init_arena(&b, s->arena, MESSAGE_MOST);
	for (int64_t i = 0; i < p.of; i++)
		buf_add_str(&b, p.at[i]);
	*raw = buf_str(&b);
	return true;
}
