/* SPDX-License-Identifier: Apache-2.0 */
/* One entry after the other into one JSON text. */
#include "front/historyquery.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "front/front.h"
#include "front/historyentry.h"
#include "front/httpparse.h"
#include "net/store.h"
#include "scan/world.h"

enum {
	REPLY_MOST = 16 * 1024 * 1024,
	ROWS_USUAL = 200,
	ROWS_MOST = 2000,
	MILLION = 1000000
};

struct history_query {
	struct store *store;
	struct history_conf conf;
	struct history_search search;
	struct arena *arena;    /* of what is looked for */
	struct arena *scratch;  /* of one entry */
	struct buf body;
	struct json j;
	size_t rows;
	bool is_reading;        /* the store knows of it */
	history_query_done *done;
	void *owner;
};

static const struct {
	const char *name;
	size_t at;
} texts[] = {
	{ "id", offsetof(struct history_search, id) },
	{ "queue_id", offsetof(struct history_search, queue) },
	{ "message_id", offsetof(struct history_search, message_id) },
	{ "from", offsetof(struct history_search, from) },
	{ "rcpt", offsetof(struct history_search, rcpt) },
	{ "campaign", offsetof(struct history_search, campaign) },
	{ "action", offsetof(struct history_search, action) },
	{ "ip", offsetof(struct history_search, ip) },
	{ "subject", offsetof(struct history_search, subject) },
};

static bool
read_number(int64_t *to, const struct http_parse *p, const char *name)
{
	const struct http_field *f = http_field(p, name);

	return f == NULL || (str_to_int(f->value, to) && *to >= 0);
}

static const char *
read_search(struct history_query *q, const struct http_parse *p)
{
	struct history_search *s = &q->search;
	int64_t limit = ROWS_USUAL;

	for (size_t i = 0; i < nitems(texts); i++) {
		const struct http_field *f = http_field(p, texts[i].name);

		if (f != NULL)
			*(struct str *)(void *)((char *)s + texts[i].at) =
			    str_copy(q->arena, f->value);
	}
	if (!read_number(&s->since, p, "since") ||
	    !read_number(&s->until, p, "until"))
		return "since and until are seconds since 1970";
	if (!read_number(&limit, p, "limit") || limit > ROWS_MOST)
		return "limit is a number up to 2000";
	s->most = (size_t)limit;
	return NULL;
}

static void
put_symbols(struct json *j, const struct history_entry *e)
{
	const struct history_symbol *s;

	json_key(j, "symbols");
	json_open_object(j);
	VEC_EACH(s, &e->symbols) {
		json_key_str(j, s->name);
		json_open_object(j);
		json_put_str(j, "name", s->name);
		json_put_points(j, "score", s->points);
		json_put_points(j, "metric_score", s->points);
		json_close_object(j);
	}
	json_close_object(j);
}

static void
put_addresses(struct json *j, const char *key, const struct history_entry *e)
{
	const struct str *rcpt;

	json_key(j, key);
	json_open_array(j);
	VEC_EACH(rcpt, &e->envelope.rcpt)
		json_str(j, *rcpt);
	json_close_array(j);
}

static void
put_seconds(struct json *j, struct arena *a, const char *key, int64_t us)
{
	struct str rest = str_of_int(a, MILLION + us % MILLION);

	json_key(j, key);
	json_raw(j, str_cat(a, str_of_int(a, us / MILLION), STR("."),
	    str_from(rest, 1)));
}

static void
put_row(struct json *j, struct arena *a, const struct history_entry *e)
{
	int64_t us = e->time_us > 0 ? e->time_us : 0;

	json_open_object(j);
	json_put_str(j, "id", e->id);
	json_put_int(j, "unix_time", e->time);
	json_put_str(j, "queue_id", e->queue);
	json_put_str(j, "message-id", e->message_id);
	json_put_str(j, "ip", e->peer);
	json_put_str(j, "user", e->envelope.user);
	json_put_str(j, "sender_smtp", e->envelope.mail_from);
	json_put_str(j, "sender_mime", e->header_from);
	put_addresses(j, "rcpt_smtp", e);
	put_addresses(j, "rcpt_mime", e);
	json_put_str(j, "subject", e->subject);
	json_put_int(j, "size", e->bytes);
	json_put_bool(j, "is_skipped", false);
	json_put_str(j, "action", e->action);
	json_put_points(j, "score", e->points);
	json_put_points(j, "required_score", e->required);
	put_seconds(j, a, "time_real", us);
	put_seconds(j, a, "scan_time", us);
	put_symbols(j, e);
	json_close_object(j);
}

void
history_query_free(struct history_query *q)
{
	if (q == NULL)
		return;
	if (q->is_reading)
		store_cancel(q->store, q);
	buf_release(&q->body);
	arena_free(q->arena);
	arena_free(q->scratch);
	free(q);
}

static void
finish(struct history_query *q, bool is_whole)
{
	json_close_array(&q->j);
	json_close_object(&q->j);
	buf_add_byte(&q->body, '\n');
	q->done(q->owner, is_whole && !q->body.is_full ? buf_str(&q->body)
	    : STR(""));
	history_query_free(q);
}

static void
on_entry(void *asker, struct str key, struct str value)
{
	struct history_query *q = asker;
	struct history_entry e;

	(void)key;
	if (q->rows >= q->search.most)
		return;
	arena_empty(q->scratch);
	if (!history_entry_read(&e, q->scratch, value) ||
	    !history_matches(&e, q->scratch, &q->search, &q->conf))
		return;
	put_row(&q->j, q->scratch, &e);
	if (++q->rows < q->search.most)
		return;
	store_cancel(q->store, q);
	q->is_reading = false;
	finish(q, true);
}

static void
on_end(void *asker, bool is_whole)
{
	struct history_query *q = asker;

	q->is_reading = false;
	finish(q, is_whole);
}

struct history_query *
history_query_new(const struct front *f, const struct http_parse *p,
    const char **why)
{
	struct history_query *q = calloc(1, sizeof(*q));

	if (q == NULL)
		abort();
	q->store = world_store(f->world);
	q->arena = arena_new();
	q->scratch = arena_new();
	q->conf.secret = str_copy(q->arena, f->conf->history.secret);
	buf_init(&q->body, REPLY_MOST);
	*why = q->store == NULL ? "nothing is remembered here"
	    : read_search(q, p);
	if (*why == NULL)
		return q;
	buf_release(&q->body);
	arena_free(q->arena);
	arena_free(q->scratch);
	free(q);
	return NULL;
}

void
history_query_go(struct history_query *q, history_query_done *done,
    void *owner)
{
	q->done = done;
	q->owner = owner;
	json_init(&q->j, &q->body);
	json_open_object(&q->j);
	json_put_int(&q->j, "version", 2);
	json_key(&q->j, "rows");
	json_open_array(&q->j);
	q->is_reading = true;
	store_diary_read(q->store, STR(HISTORY_DIARY), on_entry, on_end, q);
}
