/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of wire formats that rspamd's clients lean on. */
#include "front/reply.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "front/action.h"
#include "front/headers.h"
#include "front/history.h"
#include "front/symbol.h"
#include "rule/explain.h"
#include "scan/lesson.h"
#include "scan/scan.h"

enum {
	LIST_MOST = 200,
	MILLION = 1000000,
	TEXT_MOST = 1024 * 1024
};

static void
put_symbol(struct json *j, const struct symbol *symbol)
{
	const struct str *option;

	json_key_str(j, symbol->name);
	json_open_object(j);
	json_put_str(j, "name", symbol->name);
	json_put_points(j, "score", symbol->points);
	json_put_points(j, "metric_score", symbol->points);
	if (symbol->description.n != 0)
		json_put_str(j, "description", symbol->description);
	json_key(j, "options");
	json_open_array(j);
	VEC_EACH(option, &symbol->options)
		json_str(j, *option);
	json_close_array(j);
	json_close_object(j);
}

static void
put_symbols(struct json *j, const symbol_list *symbols)
{
	const struct symbol *symbol;

	VEC_EACH(symbol, symbols)
		put_symbol(j, symbol);
}

static void
put_threshold(struct json *j, enum action action, int32_t points)
{
	if (points != INT32_MAX)
		json_put_points(j, action_name(action), points);
}

static void
put_thresholds(struct json *j, const struct verdict_conf *c)
{
	json_key(j, "thresholds");
	json_open_object(j);
	put_threshold(j, ACTION_REJECT, c->reject);
	put_threshold(j, ACTION_SOFT_REJECT, c->soft_reject);
	put_threshold(j, ACTION_REWRITE_SUBJECT, c->rewrite);
	put_threshold(j, ACTION_ADD_HEADER, c->add_header);
	put_threshold(j, ACTION_GREYLIST, c->greylist);
	json_close_object(j);
}

/* An object always: one client cannot read an empty list here. */
static void
put_messages(struct json *j, const struct outcome *o)
{
	json_key(j, "messages");
	json_open_object(j);
	if (o->code[0] != '\0')
		json_put_str(j, "smtp_message", o->text);
	json_close_object(j);
}

/* Each text once, the empty one never. */
static void
put_set(struct json *j, struct map *seen, struct str text)
{
	if (text.n == 0 || seen->n >= LIST_MOST ||
	    map_get(seen, text) != NULL)
		return;
	map_put(seen, text, 1);
	json_str(j, text);
}

static void
put_url(struct json *j, const struct message *m, const struct url *url)
{
	json_open_object(j);
	json_put_str(j, "url", url->normalized);
	json_put_str(j, "tld", url->registrable);
	json_put_str(j, "host", url->host);
	json_key(j, "flags");
	json_open_array(j);
	if (url->source != URL_TEXT)
		json_str(j, STR("html"));
	json_close_array(j);
	if (url->outer != URL_NONE)
		json_put_str(j, "linked_url",
		    m->urls.at[url->outer].normalized);
	json_close_object(j);
}

static void
put_urls(struct json *j, struct arena *a, const struct message *m,
    bool is_extended)
{
	const struct url *url;
	struct map seen;

	map_init(&seen, a);
	json_key(j, "urls");
	json_open_array(j);
	VEC_EACH(url, &m->urls) {
		if (!is_extended)
			put_set(j, &seen, url->host);
		else if (url < m->urls.at + LIST_MOST)
			put_url(j, m, url);
	}
	json_close_array(j);
}

/* All that we know is one group of rspamd's. */
static void
put_groups(struct json *j, const struct verdict *v)
{
	json_key(j, "groups");
	json_open_object(j);
	json_key(j, "phishing");
	json_open_object(j);
	json_put_bool(j, "public", true);
	json_put_points(j, "score", v->points);
	json_close_object(j);
	json_close_object(j);
}

static void
put_emails(struct json *j, struct arena *a, const struct message *m)
{
	const struct address *address;
	struct map seen;

	map_init(&seen, a);
	json_key(j, "emails");
	json_open_array(j);
	VEC_EACH(address, &m->from)
		put_set(j, &seen, address->addr);
	VEC_EACH(address, &m->reply_to)
		put_set(j, &seen, address->addr);
	json_close_array(j);
}

/* A name that comes once has its value, the form that every client reads. */
static void
put_added(struct json *j, struct arena *a, const struct scan *s,
    const struct outcome *o)
{
	const struct result_header *header;
	result_list added = { 0 };

	headers_add(&added, a, s, o);
	json_key(j, "add_headers");
	json_open_object(j);
	VEC_EACH(header, &added) {
		if (!header->is_first) {
			json_put_str(j, header->name, header->value);
			continue;
		}
		json_key(j, header->name);
		json_open_object(j);
		json_put_str(j, "value", header->value);
		json_put_int(j, "order", 0);
		json_close_object(j);
	}
	json_close_object(j);
}

/* The numbers of those alone that claim to be ours, the last one first: who
 * takes them out in turn finds the rest where it was. */
static void
put_forged(struct json *j, struct arena *a, const struct scan *s)
{
	const struct headers *h = &s->message.headers;
	const struct header *field = headers_find(h, "Authentication-Results");
	VEC(int64_t) forged = { 0 };

	for (int64_t n = 1; field != NULL; n++) {
		if (headers_is_forged(s, a, field))
			*VEC_ADD(a, &forged) = n;
		field = headers_next(h, field);
	}
	if (forged.n == 0)
		return;
	json_key(j, "Authentication-Results");
	json_open_array(j);
	for (size_t i = forged.n; i-- > 0;)
		json_int(j, forged.at[i]);
	json_close_array(j);
}

/* 0: all of that name; a sender may have written his own. */
static void
put_removed(struct json *j, struct arena *a, const struct scan *s)
{
	removal_list removed = { 0 };
	const struct str *name;

	headers_remove(&removed, a, s);
	json_key(j, "remove_headers");
	json_open_object(j);
	VEC_EACH(name, &removed) {
		json_key_str(j, *name);
		json_int(j, 0);
	}
	put_forged(j, a, s);
	json_close_object(j);
}

static void
put_milter(struct json *j, struct arena *a, const struct scan *s,
    const struct outcome *o, bool is_old)
{
	json_key(j, is_old ? "rmilter" : "milter");
	json_open_object(j);
	put_added(j, a, s, o);
	put_removed(j, a, s);
	if (o->measure == MEASURE_QUARANTINE)
		json_put_str(j, "reject", STR("quarantine"));
	else if (o->measure == MEASURE_DISCARD)
		json_put_str(j, "reject", STR("discard"));
	json_close_object(j);
}

/* What the old layout has in an object of its own. */
static void
put_metric(struct json *j, struct arena *a, const struct scan *s,
    const struct reply_conf *conf, const struct outcome *o)
{
	symbol_list symbols = { 0 };
	struct str subject;

	symbols_of(&symbols, a, s, conf->lang);
	if (conf->is_old)
		json_put_bool(j, "is_spam", outcome_is_caught(o));
	json_put_bool(j, "is_skipped", false);
	json_put_points(j, "score", s->verdict.points);
	json_put_points(j, "required_score", outcome_reject(s));
	json_put_str(j, "action", str_of(measure_name(o->measure)));
	if (headers_subject(&subject, a, s, o) &&
	    o->measure == MEASURE_REWRITE_SUBJECT)
		json_put_str(j, "subject", subject);
	if (conf->is_old) {
		put_symbols(j, &symbols);
		return;
	}
	put_thresholds(j, s->verdict.conf);
	json_key(j, "symbols");
	json_open_object(j);
	put_symbols(j, &symbols);
	json_close_object(j);
	if (conf->has_groups)
		put_groups(j, &s->verdict);
}

static void
put_time(struct json *j, struct arena *a, const struct scan *s)
{
	int64_t us = clock_us() - s->started_us;
	struct str rest = str_of_int(a, MILLION + us % MILLION);

	json_key(j, "time_real");
	json_raw(j, str_cat(a, str_of_int(a, us / MILLION), STR("."),
	    str_from(rest, 1)));
}

struct str
reply_message_id(const struct scan *s)
{
	struct str id = str_trim(s->message.message_id);

	if (id.n >= 2 && id.p[0] == '<' && id.p[id.n - 1] == '>')
		id = str_sub(id, 1, id.n - 1);
	return id;
}

static void
put_text(struct json *j, const struct scan *s, const struct explain_conf *conf)
{
	struct buf text;

	buf_init_arena(&text, s->scratch, TEXT_MOST);
	explain_text(&text, &s->verdict, &s->facts, &s->message, conf);
	json_put_str(j, "sekisho_text", buf_str(&text));
}

void
reply_json(struct buf *to, const struct scan *s, const struct reply_conf *conf)
{
	const struct explain_conf words = { .lang = conf->lang,
		.is_brief = !conf->has_notes };
	struct arena *a = s->scratch;
	struct outcome o;
	struct json j;
	size_t first;

	outcome_of(&o, a, s);
	json_init(&j, to);
	json_open_object(&j);
	if (conf->is_old) {
		json_key(&j, "default");
		json_open_object(&j);
	}
	put_metric(&j, a, s, conf, &o);
	if (conf->is_old)
		json_close_object(&j);
	put_messages(&j, &o);
	put_urls(&j, a, &s->message, conf->has_urls);
	put_emails(&j, a, &s->message);
	json_put_str(&j, "message-id", reply_message_id(s));
	put_time(&j, a, s);
	put_milter(&j, a, s, &o, conf->is_old);
	json_key(&j, "sekisho");
	first = to->n;
	explain_json(&j, &s->verdict, &s->facts, &s->message, &words);
	if (!to->is_full)
		history_explained(s, str_from(buf_str(to), first));
	if (conf->text != NULL)
		put_text(&j, s, conf->text);
	json_close_object(&j);
	buf_add_byte(to, '\n');
}

void
reply_skipped(struct buf *to, bool is_old)
{
	struct json j;

	json_init(&j, to);
	json_open_object(&j);
	if (is_old) {
		json_key(&j, "default");
		json_open_object(&j);
		json_put_bool(&j, "is_spam", false);
	}
	json_put_bool(&j, "is_skipped", true);
	json_put_points(&j, "score", 0);
	json_put_points(&j, "required_score", 0);
	json_put_str(&j, "action", str_of(action_name(ACTION_NONE)));
	json_key(&j, "symbols");
	json_open_object(&j);
	json_close_object(&j);
	if (is_old)
		json_close_object(&j);
	json_key(&j, "messages");
	json_open_object(&j);
	json_close_object(&j);
	json_close_object(&j);
	buf_add_byte(to, '\n');
}

/* "success" and "error" are what rspamc looks for. */
void
reply_lesson(struct buf *to, const struct lesson *l)
{
	bool is_done = l->result == LESSON_LEARNT ||
	    l->result == LESSON_FORGOTTEN;
	struct json j;

	json_init(&j, to);
	json_open_object(&j);
	json_put_bool(&j, "success", is_done);
	if (!is_done)
		json_put_str(&j, "error",
		    str_of(lesson_result_text(l->result)));
	json_put_str(&j, "result", str_of(lesson_result_name(l->result)));
	json_put_int(&j, "things", (int64_t)l->entities);
	json_close_object(&j);
	buf_add_byte(to, '\n');
}

void
reply_error(struct buf *to, const char *error)
{
	struct json j;

	json_init(&j, to);
	json_open_object(&j);
	json_put_str(&j, "error", str_of(error));
	json_put_str(&j, "error_domain", STR("sekisho"));
	json_close_object(&j);
	buf_add_byte(to, '\n');
}
