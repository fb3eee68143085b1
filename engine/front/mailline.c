/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of the log, one after the other. */
#include "front/mailline.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/utf8.h"
#include "front/action.h"
#include "front/reply.h"
#include "front/symbol.h"
#include "scan/scan.h"

enum { FIELDS_MOST = 40, WORD_MOST = 200, LIST_MOST = 1500, RCPT_MOST = 10,
	STATIONS_USUAL = 128 };

struct line {
	const struct scan *scan;
	struct arena *arena;
	struct log_field fields[FIELDS_MOST];
	size_t n;
};

static struct log_field *
add(struct line *l, enum log_kind kind, const char *name, struct str value)
{
	struct log_field *f = &l->fields[l->n++];

	*f = (struct log_field){ .kind = kind, .name = name,
		.value = utf8_head(value, WORD_MOST) };
	return f;
}

static void
add_number(struct line *l, const char *name, const char *key, int64_t n)
{
	add(l, LOG_NUMBER, name, str_of_int(l->arena, n))->key = key;
}

static void
add_if(struct line *l, const char *name, struct str value)
{
	if (value.n != 0)
		add(l, LOG_WORD, name, value);
}

/* A list: words with commas between, and in JSON an array, where anybody
 * looks at that. */
struct list {
	struct buf text, json;
	struct json j;
	bool is_json;
};

static void
list_begin(struct list *list, struct arena *a)
{
	buf_init_arena(&list->text, a, LIST_MOST);
	buf_init_arena(&list->json, a, 8 * LIST_MOST);
	json_init(&list->j, &list->json);
	list->is_json = log_is_json();
	if (list->is_json)
		json_open_array(&list->j);
}

static void
list_word(struct list *list, struct str word)
{
	if (list->text.n != 0)
		buf_add_byte(&list->text, ',');
	buf_add_str(&list->text, word);
	if (list->is_json)
		json_str(&list->j, word);
}

static void
list_end(struct list *list, struct line *l, const char *name)
{
	struct log_field *f;

	if (list->text.n == 0)
		return;
	f = add(l, LOG_WORD, name, STR(""));
	f->value = buf_str(&list->text);
	if (!list->is_json)
		return;
	json_close_array(&list->j);
	if (!list->json.is_full)
		f->json = buf_str(&list->json);
}

static void
add_symbols(struct line *l)
{
	const struct symbol *symbol;
	symbol_list symbols = { 0 };
	struct log_field *f;
	struct buf b;

	symbols_with_points(&symbols, l->arena, l->scan);
	buf_init_arena(&b, l->arena, LIST_MOST);
	VEC_EACH(symbol, &symbols) {
		if (b.n != 0)
			buf_add_byte(&b, ',');
		buf_add_str(&b, symbol->name);
		buf_add_byte(&b, '(');
		points_add(&b, symbol->points);
		buf_add_byte(&b, ')');
	}
	f = add(l, LOG_WORD, "symbols", STR(""));
	f->value = buf_str(&b);
}

static void
add_rcpt(struct line *l)
{
	const struct envelope *env = &l->scan->envelope;
	struct list list;

	list_begin(&list, l->arena);
	for (size_t i = 0; i < env->rcpt.n && i < RCPT_MOST; i++)
		list_word(&list, utf8_head(env->rcpt.at[i], WORD_MOST));
	list_end(&list, l, "rcpt");
	if (env->rcpt.n > RCPT_MOST)
		add_number(l, "rcpts", NULL, (int64_t)env->rcpt.n);
}

/* "jp-bank-2026-02(12.5)": what each pack gives, or would have given. */
static void
add_campaigns(struct line *l)
{
	const struct campaign *c;
	struct list list;

	list_begin(&list, l->arena);
	VEC_EACH(c, &l->scan->verdict.campaigns)
		list_word(&list, str_printf(l->arena, "%" STR_FMT "(%" STR_FMT
		    ")%s", STR_ARG(c->pack->id),
		    STR_ARG(points_text(l->arena, c->is_observed ? c->would :
		    c->points)), c->is_observed ? "?" : ""));
	list_end(&list, l, "campaigns");
}

static struct str
brand_of(const struct campaign *c)
{
	const struct brand_finding *b = c->brand != NULL ? c->brand :
	    c->rule != NULL ? c->rule->brand : NULL;

	return b == NULL ? STR("") : b->brand->id;
}

static void
add_brands(struct line *l)
{
	const struct campaign *c, *first = l->scan->verdict.campaigns.at;
	const struct campaign *before;
	struct list list;

	list_begin(&list, l->arena);
	VEC_EACH(c, &l->scan->verdict.campaigns) {
		for (before = first; before < c; before++)
			if (str_eq(brand_of(before), brand_of(c)))
				break;
		if (before == c && brand_of(c).n != 0)
			list_word(&list, brand_of(c));
	}
	list_end(&list, l, "brand");
}

static void
add_limits(struct line *l)
{
	const struct fact *f = facts_get(&l->scan->facts, FACT_LIMIT);
	struct list list;

	list_begin(&list, l->arena);
	for (size_t i = 0; f->state == FACT_KNOWN && i < f->n; i++)
		list_word(&list, f->at[i].text);
	list_end(&list, l, "limits");
}

static struct str
stations_json(struct arena *a, const int64_t *spent)
{
	struct buf b;
	struct json j;

	buf_init_arena(&b, a, LIST_MOST);
	json_init(&j, &b);
	json_open_object(&j);
	for (int i = 0; i < STATION_ANSWER; i++)
		json_put_int(&j, station_names[i], spent[i]);
	json_close_object(&j);
	return buf_str(&b);
}

/* "parse:120,extract:45,..." in microseconds; the answer is under way. */
static void
add_stations(struct line *l)
{
	const int64_t *spent = l->scan->times.spent;
	char room[STR_INT];
	struct log_field *f;
	struct buf b;

	buf_init_arena(&b, l->arena, LIST_MOST);
	buf_reserve(&b, STATIONS_USUAL);
	for (int i = 0; i < STATION_ANSWER; i++) {
		if (i != 0)
			buf_add_byte(&b, ',');
		buf_add_str(&b, str_of(station_names[i]));
		buf_add_byte(&b, ':');
		buf_add_str(&b, str_int(room, spent[i]));
	}
	f = add(l, LOG_WORD, "stations", buf_str(&b));
	f->key = "stations_us";
	if (log_is_json())
		f->json = stations_json(l->arena, spent);
}

static struct str
mail_from(const struct scan *s)
{
	return s->envelope.has_mail_from ? s->envelope.mail_from :
	    s->message.mail_from;
}

/* The head of the line is as it ever was. */
static void
add_head(struct line *l)
{
	const struct scan *s = l->scan;
	char ip[ADDR_TEXT] = "";

	if (s->message.peer_ip.family != 0)
		addr_format(&s->message.peer_ip, ip);
	add(l, LOG_WORD, "id", s->id);
	add(l, LOG_WORD, "queue", s->envelope.queue_id);
	add_if(l, "tag", s->tag);
	add(l, LOG_WORD, "mid", reply_message_id(s));
	add(l, LOG_WORD, "ip", str_copy(l->arena, str_of(ip)));
	add(l, LOG_WORD, "tls", s->envelope.tls);
	add(l, LOG_WORD, "from", mail_from(s));
	add(l, LOG_QUOTED, "action", str_of(measure_name(
	    (enum measure)s->policy->measures[s->verdict.action])));
	add(l, LOG_NUMBER, "score", points_text(l->arena,
	    s->verdict.points));
	add_symbols(l);
	add_number(l, "bytes", NULL, (int64_t)s->raw.n);
	add(l, LOG_US, "time", str_of_int(l->arena,
	    clock_us() - s->started_us))->key = "time_us";
}

static void
add_rest(struct line *l, const struct mailline_way *way)
{
	const struct scan *s = l->scan;
	char relay[ADDR_TEXT];

	add_if(l, "front", str_of(way->front));
	add_if(l, "client", way->client);
	add_if(l, "listener", s->listener);
	add_if(l, "helo", s->message.relay.family != 0
	    ? s->message.peer_helo : s->envelope.helo);
	if (s->message.relay.family != 0) {
		addr_format(&s->message.relay, relay);
		add(l, LOG_WORD, "relay", str_copy(l->arena, str_of(relay)));
	}
	add_rcpt(l);
	add_if(l, "user", s->envelope.user);
	if (s->message.from.n != 0)
		add_if(l, "header_from", s->message.from.at[0].addr);
	add(l, LOG_QUOTED, "subject", s->message.subject);
	add_campaigns(l);
	add_brands(l);
	add_limits(l);
	add_number(l, "generation", NULL, (int64_t)s->generation->number);
	add_stations(l);
	if (s->is_cut)
		add(l, LOG_FLAG, "cut", STR(""));
	if (s->hits.is_degraded)
		add(l, LOG_FLAG, "degraded", STR(""));
}

void
mailline_log(const struct scan *s, const struct mailline_way *way)
{
	struct line l = { .scan = s, .arena = s->scratch };

	add_head(&l);
	add_rest(&l, way);
	log_event("message", l.fields, l.n);
}
