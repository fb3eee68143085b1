/* SPDX-License-Identifier: Apache-2.0 */
/* From a scan to its entry: small things first, which lists show; what is
 * long, and may be cut, last. */
#include "front/history.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/utf8.h"
#include "front/action.h"
#include "front/client.h"
#include "front/front.h"
#include "front/reply.h"
#include "front/symbol.h"
#include "net/store.h"
#include "rule/explain.h"
#include "scan/inhand.h"
#include "scan/reputation.h"
#include "scan/scan.h"
#include "scan/world.h"

enum {
	WORD_MOST = 300,
	RCPT_MOST = 50,
	LIST_MOST = 50,
	EXPLANATION_MOST = 20 * 1024,
	ENTRY_USUAL = 4 * 1024,
	LOCAL_LEAST = 2
};

/* How a message came in; in its scan's arena. */
struct way {
	struct front *front;
	struct str protocol, client;
	struct str explained;    /* by the reply, or "" */
};

/* Without a key "~" alone stands for whoever it is. */
static bool
is_hidden(struct str local)
{
	return str_is(local, "~") || reputation_is_hidden(local);
}

struct str
history_mailbox(struct arena *a, struct str mailbox,
    const struct history_conf *conf)
{
	size_t at = str_find_last(mailbox, '@');
	struct str domain = str_from(mailbox, at), name = STR("~");

	if (!conf->hides || mailbox.n == 0 ||
	    is_hidden(str_head(mailbox, at)))
		return mailbox;
	if (conf->secret.n != 0)
		name = reputation_hide(a, str_lower(a, mailbox),
		    conf->secret);
	return str_cat(a, name, domain);
}

/* Addresses as people write them; of the rest each byte is a character. */
struct str
history_value(struct arena *a, int type, struct str value)
{
	struct addr addr = { 0 };
	char text[ADDR_TEXT];
	struct buf b;

	if ((type == DNS_A && value.n == 4) ||
	    (type == DNS_AAAA && value.n == 16)) {
		addr.family = value.n == 4 ? 4 : 6;
		memcpy(addr.bytes, value.p, value.n);
		addr_format(&addr, text);
		return str_copy(a, str_of(text));
	}
	if (utf8_ascii_run(value) == value.n)
		return value;
	buf_init_arena(&b, a, 2 * value.n + 1);
	for (size_t i = 0; i < value.n; i++)
		utf8_add(&b, (unsigned char)value.p[i]);
	return buf_str(&b);
}

struct str
history_bytes(struct arena *a, int type, struct str text)
{
	struct addr addr;
	struct buf b;

	if (type == DNS_A || type == DNS_AAAA) {
		if (!addr_parse(text, &addr) ||
		    (type == DNS_A) != (addr.family == 4))
			return STR("");
		return str_copy(a, (struct str){ (const char *)addr.bytes,
		    type == DNS_A ? 4 : 16 });
	}
	buf_init_arena(&b, a, text.n + 1);
	for (size_t at = 0; at < text.n;)
		buf_add_byte(&b, (char)utf8_next(text, &at));
	return buf_str(&b);
}

struct writing {
	struct json j;
	struct arena *arena;
	const struct scan *scan;
	const struct history_conf *conf;
	bool is_short;       /* without what is long */
};

static void
put(struct writing *w, const char *key, struct str value)
{
	if (value.n != 0)
		json_put_str(&w->j, key, utf8_head(value, WORD_MOST));
}

static void
put_mailbox(struct writing *w, const char *key, struct str value)
{
	put(w, key, history_mailbox(w->arena, value, w->conf));
}

static void
put_addr(struct writing *w, const char *key, const struct addr *addr)
{
	char text[ADDR_TEXT];

	if (addr->family == 0)
		return;
	addr_format(addr, text);
	json_put_str(&w->j, key, str_of(text));
}

static void
put_rcpt(struct writing *w)
{
	const struct envelope *env = &w->scan->envelope;

	json_key(&w->j, "rcpt");
	json_open_array(&w->j);
	for (size_t i = 0; i < env->rcpt.n && i < RCPT_MOST; i++)
		json_str(&w->j, history_mailbox(w->arena,
		    utf8_head(env->rcpt.at[i], WORD_MOST), w->conf));
	json_close_array(&w->j);
	json_put_int(&w->j, "rcpts", (int64_t)env->rcpt.n);
}

/* What a gateway handed over; of a header field the message has it. */
static void
put_auth(struct writing *w)
{
	const struct auth *auth = &w->scan->envelope.auth;

	json_key(&w->j, "auth");
	json_open_object(&w->j);
	for (int i = 0; i < AUTH_METHODS; i++) {
		if (auth->result[i] == AUTH_UNKNOWN)
			continue;
		json_key(&w->j, auth_method_name((enum auth_method)i));
		json_open_array(&w->j);
		json_str(&w->j, str_of(auth_result_name(auth->result[i])));
		json_str(&w->j, utf8_head(auth->domain[i], WORD_MOST));
		json_close_array(&w->j);
	}
	json_close_object(&w->j);
	put(w, "auth_source", auth->source);
}

static void
put_envelope(struct writing *w)
{
	const struct envelope *env = &w->scan->envelope;

	put_addr(w, "ip", &env->ip);
	put(w, "helo", env->helo);
	if (env->has_rdns)
		json_put_str(&w->j, "rdns", utf8_head(env->rdns, WORD_MOST));
	if (env->has_mail_from)
		json_put_str(&w->j, "from", history_mailbox(w->arena,
		    utf8_head(env->mail_from, WORD_MOST), w->conf));
	put_rcpt(w);
	put_mailbox(w, "user", env->user);
	put(w, "tls", env->tls);
	put_auth(w);
}

static void
put_threshold(struct writing *w, const char *key, int32_t points)
{
	if (points != INT32_MAX)
		json_put_points(&w->j, key, points);
}

static void
put_score(struct writing *w)
{
	const struct verdict *v = &w->scan->verdict;

	json_put_str(&w->j, "action", str_of(measure_name(
	    (enum measure)w->scan->policy->measures[v->action])));
	json_put_str(&w->j, "verdict", str_of(action_name(v->action)));
	json_put_points(&w->j, "score", v->points);
	json_put_points(&w->j, "required", outcome_reject(w->scan));
	json_key(&w->j, "thresholds");
	json_open_object(&w->j);
	put_threshold(w, "greylist", v->conf->greylist);
	put_threshold(w, "add header", v->conf->add_header);
	put_threshold(w, "rewrite subject", v->conf->rewrite);
	put_threshold(w, "soft reject", v->conf->soft_reject);
	put_threshold(w, "reject", v->conf->reject);
	put_threshold(w, "ceiling", v->conf->ceiling);
	put_threshold(w, "reputation", v->conf->reputation);
	put_threshold(w, "refuse", v->conf->refuse);
	json_close_object(&w->j);
}

static void
put_symbols(struct writing *w)
{
	const struct symbol *symbol;
	symbol_list symbols = { 0 };

	symbols_with_points(&symbols, w->arena, w->scan);
	json_key(&w->j, "symbols");
	json_open_object(&w->j);
	VEC_EACH(symbol, &symbols) {
		if (symbol < symbols.at + LIST_MOST) {
			json_key_str(&w->j, symbol->name);
			json_points(&w->j, symbol->points);
		}
	}
	json_close_object(&w->j);
}

static void
put_campaign(struct writing *w, const struct campaign *c)
{
	const struct brand_finding *b = c->brand != NULL ? c->brand :
	    c->rule != NULL ? c->rule->brand : NULL;

	json_open_object(&w->j);
	put(w, "id", c->pack->id);
	put(w, "symbol", c->symbol);
	json_put_int(&w->j, "revision", c->pack->revision);
	json_put_points(&w->j, "points", c->points);
	json_put_points(&w->j, "would", c->would);
	json_put_bool(&w->j, "observed", c->is_observed);
	json_put_bool(&w->j, "beaten", c->is_beaten);
	if (b != NULL)
		put(w, "brand", b->brand->id);
	json_close_object(&w->j);
}

static void
put_campaigns(struct writing *w)
{
	const struct campaign *c;

	json_key(&w->j, "campaigns");
	json_open_array(&w->j);
	VEC_EACH(c, &w->scan->verdict.campaigns) {
		if (c < w->scan->verdict.campaigns.at + LIST_MOST)
			put_campaign(w, c);
	}
	json_close_array(&w->j);
}

static void
put_limits(struct writing *w)
{
	const struct fact *f = facts_get(&w->scan->facts, FACT_LIMIT);

	json_key(&w->j, "limits");
	json_open_array(&w->j);
	for (size_t i = 0; f->state == FACT_KNOWN && i < f->n; i++)
		json_str(&w->j, f->at[i].text);
	json_close_array(&w->j);
}

/* Versions of the external lists that served. */
static void
put_lists(struct writing *w)
{
	const struct lists *lists = w->scan->generation->lists;
	size_t n = lists == NULL ? 0 : lists->n;

	json_key(&w->j, "lists");
	json_open_array(&w->j);
	for (size_t i = 0; i < n && i < LIST_MOST; i++) {
		if (lists->at[i].conf == NULL)
			continue;
		json_open_object(&w->j);
		json_put_str(&w->j, "id", lists->at[i].conf->id);
		json_put_int(&w->j, "mtime", lists->at[i].health.mtime);
		json_put_int(&w->j, "rows",
		    (int64_t)lists->at[i].health.rows);
		json_close_object(&w->j);
	}
	json_close_array(&w->j);
}

static void
put_checks(struct writing *w)
{
	const struct check_use *use;

	json_key(&w->j, "checks");
	json_open_array(&w->j);
	VEC_EACH(use, &w->scan->generation->conf.checks)
		json_str(&w->j, str_of(use->check->name));
	json_close_array(&w->j);
}

static void
put_hash(struct writing *w, const char *key, uint64_t hash)
{
	char text[HASH_TEXT];

	json_put_str(&w->j, key, hash_text(hash, text));
}

static void
put_head(struct writing *w)
{
	const struct scan *s = w->scan;
	const struct way *way = s->keeper;
	uint64_t same = s->hash != 0 ? s->hash : inhand_hash(s->raw);

	json_put_int(&w->j, "v", 1);
	json_put_str(&w->j, "id", s->id);
	json_put_int(&w->j, "time", s->now);
	put(w, "queue", s->envelope.queue_id);
	put(w, "message_id", reply_message_id(s));
	put(w, "tag", s->tag);
	put(w, "front", way == NULL ? STR("") : way->protocol);
	put(w, "client", way == NULL ? STR("") : way->client);
	put(w, "listener", s->listener);
	put(w, "settings", s->asked);
	put_envelope(w);
	put_addr(w, "peer", &s->message.peer_ip);
	if (s->message.from.n != 0)
		put_mailbox(w, "header_from", s->message.from.at[0].addr);
	put(w, "subject", s->message.subject);
	put_score(w);
	put_symbols(w);
	put_campaigns(w);
	put_limits(w);
	json_put_bool(&w->j, "degraded", s->hits.is_degraded);
	json_put_bool(&w->j, "cut", s->is_cut);
	json_put_int(&w->j, "generation", (int64_t)s->generation->number);
	json_put_int(&w->j, "day", s->day);
	json_put_int(&w->j, "bytes", (int64_t)s->raw.n);
	json_put_int(&w->j, "time_us", s->times.at - s->started_us);
	put_hash(w, "hash", inhand_whole(s->raw, same));
	put_hash(w, "same", same);
	json_put_bool(&w->j, "hidden", w->conf->hides);
	json_put_bool(&w->j, "message", w->conf->messages != 0 &&
	    s->raw.n <= w->conf->message);
	put_checks(w);
	put_lists(w);
}

/* What is looked for in front of an "@", to be hidden there. */
struct hiding {
	struct arena *arena;
	VEC(struct str) names;
};

static void
hide(struct hiding *h, struct str mailbox)
{
	size_t at = str_find_last(mailbox, '@');

	if (at < mailbox.n && at >= LOCAL_LEAST && h->names.n < RCPT_MOST)
		*VEC_ADD(h->arena, &h->names) = str_head(mailbox, at);
}

static void
hide_all(struct hiding *h, const address_list *list)
{
	const struct address *each;

	VEC_EACH(each, list)
		hide(h, each->addr);
}

/* How much of the end of a text is such a name. */
static size_t
name_at_end(const struct hiding *h, struct str text)
{
	const struct str *name;

	VEC_EACH(name, &h->names) {
		if (text.n >= name->n && str_case_eq(*name,
		    str_from(text, text.n - name->n)))
			return name->n;
	}
	return 0;
}

/* A mailbox that stands in the explanation: only its domain is left. */
static struct str
without_mailboxes(const struct hiding *h, struct str text)
{
	struct str before;
	struct buf b;
	size_t n;

	buf_init_arena(&b, h->arena, 2 * text.n);
	while (str_has(text, '@')) {
		before = str_head(text, str_find(text, '@'));
		n = name_at_end(h, before);
		buf_add_str(&b, str_head(before, before.n - n));
		buf_add_str(&b, n != 0 ? STR("~@") : STR("@"));
		text = str_from(text, before.n + 1);
	}
	buf_add_str(&b, text);
	return buf_str(&b);
}

static struct str
hidden(struct writing *w, struct str text)
{
	const struct scan *s = w->scan;
	struct hiding h = { .arena = w->arena };
	const struct str *rcpt;

	if (!w->conf->hides || !str_has(text, '@'))
		return text;
	hide(&h, s->message.mail_from);
	hide(&h, s->envelope.mail_from);
	hide(&h, s->envelope.user);
	hide_all(&h, &s->message.from);
	hide_all(&h, &s->message.sender);
	hide_all(&h, &s->message.reply_to);
	VEC_EACH(rcpt, &s->envelope.rcpt)
		hide(&h, *rcpt);
	return h.names.n == 0 ? text : without_mailboxes(&h, text);
}

/* Of a message that nothing was said of, what was remembered stands with its
 * symbols: that is all there is to tell. */
static bool
has_reasons(const struct scan *s)
{
	return s->verdict.action != ACTION_NONE ||
	    s->verdict.campaigns.n != 0;
}

/* In the words of the reply.  One that is too long is left out. */
static void
explain(struct buf *to, const struct scan *s)
{
	const struct way *way = s->keeper;
	struct json j;

	if (way != NULL && way->explained.n != 0) {
		buf_add_str(to, way->explained);
		return;
	}
	json_init(&j, to);
	explain_json(&j, &s->verdict, &s->facts, &s->message,
	    &(struct explain_conf){ .lang = s->policy->lang });
}

static void
put_explanation(struct writing *w)
{
	struct buf b;

	buf_init_arena(&b, w->arena, EXPLANATION_MOST);
	explain(&b, w->scan);
	if (b.is_full) {
		json_put_bool(&w->j, "explanation_cut", true);
		return;
	}
	json_key(&w->j, "sekisho");
	json_raw(&w->j, hidden(w, buf_str(&b)));
}

static const char *const states[] = {
	[ASK_OPEN] = "failed",
	[ASK_ANSWERED] = "found",
	[ASK_NONE] = "none",
	[ASK_FAILED] = "failed"
};

/* ["txt", "example.org", "found", 300, "v=spf1 -all"] */
static void
put_answer(struct writing *w, const struct trace_answer *t)
{
	struct json *j = &w->j;

	json_open_array(j);
	json_str(j, str_of(trace_type_name(t->type)));
	json_str(j, history_value(w->arena, TRACE_STORE, t->key));
	json_str(j, str_of(t->state == ASK_NONE && t->is_no_name
	    ? "no name" : t->state == ASK_FAILED && t->is_never ? "never"
	    : states[t->state]));
	json_int(j, t->ttl);
	for (size_t i = 0; i < t->n; i++)
		json_str(j, history_value(w->arena, t->type, t->at[i]));
	json_close_array(j);
}

/* No answer is shorter in JSON. */
static size_t
least_length(const struct trace_answer *t)
{
	size_t length = t->key.n;

	for (size_t i = 0; i < t->n; i++)
		length += t->at[i].n;
	return length;
}

/* False: it is longer than what is left of the room for them, and is not
 * there. */
static bool
put_if_fits(struct writing *w, const struct trace_answer *t, size_t *left)
{
	struct buf *to = w->j.to;
	const struct json before = w->j;
	size_t begin = to->n, n;

	if (to->is_full || least_length(t) > *left)
		return false;
	put_answer(w, t);
	n = to->n - begin - before.has_value;
	if (n <= *left) {
		*left -= n;
		return true;
	}
	w->j = before;
	to->n = begin;
	to->is_full = false;
	return false;
}

static void
put_answers(struct writing *w)
{
	size_t left = w->conf->answers;
	const struct trace_answer *t;
	trace_list answers = { 0 };
	bool is_cut = false;

	trace_of(&answers, w->scan);
	json_key(&w->j, "answers");
	json_open_array(&w->j);
	VEC_EACH(t, &answers)
		is_cut |= !put_if_fits(w, t, &left);
	json_close_array(&w->j);
	json_put_bool(&w->j, "answers_cut", is_cut);
}

static void
write_entry(struct buf *to, struct writing *w)
{
	buf_reserve(to, ENTRY_USUAL);
	json_init(&w->j, to);
	json_open_object(&w->j);
	put_head(w);
	if (w->is_short) {
		json_put_bool(&w->j, "answers_cut", true);
		json_put_bool(&w->j, "explanation_cut", true);
	} else {
		put_answers(w);
		if (has_reasons(w->scan))
			put_explanation(w);
	}
	json_close_object(&w->j);
}

void
history_write(struct buf *to, const struct scan *s,
    const struct history_conf *conf)
{
	struct writing w = { .arena = s->scratch, .scan = s, .conf = conf };

	write_entry(to, &w);
	if (!to->is_full)
		return;
	buf_empty(to);
	w.is_short = true;
	write_entry(to, &w);
}

void
history_write_head(struct buf *to, const struct scan *s,
    const struct history_conf *conf)
{
	struct writing w = { .arena = s->scratch, .scan = s, .conf = conf };

	json_init(&w.j, to);
	json_open_object(&w.j);
	put_head(&w);
}

/* "ID part of-parts\n" and bytes. */
static void
keep_message(struct store *store, const struct scan *s, size_t most)
{
	size_t n = (s->raw.n + HISTORY_PIECE - 1) / HISTORY_PIECE;
	struct buf b;

	for (size_t i = 0; i < n; i++) {
		buf_init(&b, DIARY_VALUE_MOST);
		buf_printf(&b, "%" STR_FMT " %zu %zu\n", STR_ARG(s->id), i,
		    n);
		buf_add_str(&b, str_sub(s->raw, i * HISTORY_PIECE,
		    (i + 1) * HISTORY_PIECE < s->raw.n
		    ? (i + 1) * HISTORY_PIECE : s->raw.n));
		store_diary_add(store, STR(HISTORY_MAILS), buf_str(&b),
		    most);
		buf_release(&b);
	}
}

static void
keep(const struct scan *s)
{
	const struct way *way = s->keeper;
	const struct history_conf *conf = &way->front->conf->history;
	struct store *store = world_store(way->front->world);
	struct buf b;

	if (conf->keep == 0 || store == NULL || s->is_unlogged)
		return;
	buf_init_arena(&b, s->scratch, DIARY_VALUE_MOST);
	history_write(&b, s, conf);
	if (b.is_full)
		return;
	store_diary_add(store, STR(HISTORY_DIARY), buf_str(&b), conf->keep);
	if (conf->messages != 0 && s->raw.n <= conf->message)
		keep_message(store, s, conf->keep);
}

void
history_explained(const struct scan *s, struct str json)
{
	struct way *way = s->keeper;

	if (way != NULL)
		way->explained = str_copy(s->arena, json);
}

static void
after(struct scan *s)
{
	const struct way *way = s->keeper;

	keep(s);
	mirror_send(way->front->mirror, s);
}

void
history_begin(struct scan *s, struct client *c)
{
	struct way *way;
	char peer[CLIENT_TEXT];

	if ((c->front->conf->history.keep == 0 &&
	    c->front->conf->mirror.to.n == 0) || s->lesson != NULL)
		return;
	way = ARENA_ONE(s->arena, struct way);
	way->front = c->front;
	way->protocol = c->protocol == NULL ? STR("") :
	    str_of(c->protocol->name);
	client_text(c, peer);
	way->client = str_copy(s->arena, str_of(peer));
	s->keeper = way;
	s->after = after;
	s->is_traced = true;
}
