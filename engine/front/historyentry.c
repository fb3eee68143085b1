/* SPDX-License-Identifier: Apache-2.0 */
/* One row a member. */
#include "front/historyentry.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/arena.h"
#include "front/history.h"

enum { ANSWERS_MOST = 1000, VALUES_MOST = 1000, LIST_MOST = 1000,
	POINTS_MOST = 1000000 };

const char *const history_thresholds[5] = { "greylist", "add header",
	"rewrite subject", "soft reject", "reject" };

struct reading {
	struct history_entry *entry;
	struct arena *arena;
};

static struct str
text_of(struct arena *a, const json_t *value)
{
	if (!json_is_string(value))
		return STR("");
	return str_copy(a, (struct str){ json_string_value(value),
		json_string_length(value) });
}

static struct str
get_text(struct arena *a, const json_t *object, const char *key)
{
	return text_of(a, json_object_get(object, key));
}

static int64_t
get_int(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static int32_t
get_points(const json_t *object, const char *key)
{
	double n = json_number_value(json_object_get(object, key));

	if (!(n < POINTS_MOST && n > -POINTS_MOST))
		return 0;
	return (int32_t)(n * 100 + (n < 0 ? -0.5 : 0.5));
}

static bool
get_bool(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

static uint64_t
get_hash(struct arena *a, const json_t *object, const char *key)
{
	struct str text = get_text(a, object, key);

	return text.n == HISTORY_ID ? strtoull(text.p, NULL, 16) : 0;
}

#define AT(member_) offsetof(struct history_entry, member_)

static const struct {
	const char *key;
	size_t at;
} texts[] = {
	{ "id", AT(id) }, { "queue", AT(queue) },
	{ "message_id", AT(message_id) }, { "tag", AT(tag) },
	{ "front", AT(front) }, { "client", AT(client) },
	{ "listener", AT(listener) }, { "settings", AT(settings) },
	{ "header_from", AT(header_from) }, { "subject", AT(subject) },
	{ "peer", AT(peer) }, { "action", AT(action) },
	{ "verdict", AT(verdict) }, { "helo", AT(envelope.helo) },
	{ "user", AT(envelope.user) }, { "tls", AT(envelope.tls) },
	{ "queue", AT(envelope.queue_id) },
	{ "auth_source", AT(envelope.auth.source) },
	{ "their_action", AT(their_action) }, { "differs", AT(differs) },
	{ "mirror", AT(mirror) }
}, numbers[] = {
	{ "time", AT(time) }, { "generation", AT(generation) },
	{ "day", AT(day) }, { "bytes", AT(bytes) },
	{ "time_us", AT(time_us) }, { "rcpts", AT(rcpts) }
}, points[] = {
	{ "score", AT(points) }, { "required", AT(required) },
	{ "their_score", AT(their_points) }
}, flags[] = {
	{ "degraded", AT(is_degraded) }, { "cut", AT(is_cut) },
	{ "hidden", AT(is_hidden) }, { "message", AT(has_message) }
};

static void
read_rows(struct reading *r, const json_t *root)
{
	char *to = (char *)r->entry;

	for (size_t i = 0; i < nitems(texts); i++)
		*(struct str *)(void *)(to + texts[i].at) =
		    get_text(r->arena, root, texts[i].key);
	for (size_t i = 0; i < nitems(numbers); i++)
		*(int64_t *)(void *)(to + numbers[i].at) =
		    get_int(root, numbers[i].key);
	for (size_t i = 0; i < nitems(points); i++)
		*(int32_t *)(void *)(to + points[i].at) =
		    get_points(root, points[i].key);
	for (size_t i = 0; i < nitems(flags); i++)
		*(bool *)(void *)(to + flags[i].at) =
		    get_bool(root, flags[i].key);
	r->entry->hash = get_hash(r->arena, root, "hash");
	r->entry->same = get_hash(r->arena, root, "same");
}

static void
read_auth(struct reading *r, const json_t *auth)
{
	struct auth *to = &r->entry->envelope.auth;
	enum auth_result result;

	for (int i = 0; i < AUTH_METHODS; i++) {
		const json_t *pair = json_object_get(auth,
		    auth_method_name((enum auth_method)i));

		if (auth_result_of(text_of(r->arena, json_array_get(pair, 0)),
		    &result))
			to->result[i] = result;
		to->domain[i] = text_of(r->arena, json_array_get(pair, 1));
	}
}

static void
read_envelope(struct reading *r, const json_t *root)
{
	struct envelope *env = &r->entry->envelope;
	const json_t *rcpt = json_object_get(root, "rcpt");

	if (!addr_parse(get_text(r->arena, root, "ip"), &env->ip))
		env->ip = (struct addr){ 0 };
	env->has_rdns = json_object_get(root, "rdns") != NULL;
	env->rdns = get_text(r->arena, root, "rdns");
	env->has_mail_from = json_object_get(root, "from") != NULL;
	env->mail_from = get_text(r->arena, root, "from");
	for (size_t i = 0; i < json_array_size(rcpt) && i < LIST_MOST; i++)
		envelope_add_rcpt(env, r->arena, text_of(r->arena,
		    json_array_get(rcpt, i)));
	read_auth(r, json_object_get(root, "auth"));
}

static void
read_campaigns(struct reading *r, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list) && i < LIST_MOST; i++) {
		const json_t *from = json_array_get(list, i);
		struct history_campaign *c = VEC_ADD(r->arena,
		    &r->entry->campaigns);

		c->id = get_text(r->arena, from, "id");
		c->symbol = get_text(r->arena, from, "symbol");
		c->brand = get_text(r->arena, from, "brand");
		c->revision = get_int(from, "revision");
		c->points = get_points(from, "points");
		c->would = get_points(from, "would");
		c->is_observed = get_bool(from, "observed");
		c->is_beaten = get_bool(from, "beaten");
	}
}

static void
read_symbols(struct reading *r, json_t *map)
{
	const char *name;
	json_t *value;

	json_object_foreach(map, name, value) {
		struct history_symbol *s = VEC_ADD(r->arena,
		    &r->entry->symbols);

		s->name = str_copy(r->arena, str_of(name));
		s->points = get_points(map, name);
	}
}

static void
read_lists(struct reading *r, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list) && i < LIST_MOST; i++) {
		const json_t *from = json_array_get(list, i);
		struct history_list *l = VEC_ADD(r->arena, &r->entry->lists);

		l->id = get_text(r->arena, from, "id");
		l->mtime = get_int(from, "mtime");
		l->rows = get_int(from, "rows");
	}
}

static int32_t
get_bound(const json_t *map, const char *key)
{
	return json_is_number(json_object_get(map, key)) ?
	    get_points(map, key) : INT32_MAX;
}

static void
read_checks(struct reading *r, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list) && i < LIST_MOST; i++)
		*VEC_ADD(r->arena, &r->entry->checks) = text_of(r->arena,
		    json_array_get(list, i));
}

static void
read_thresholds(struct reading *r, const json_t *map)
{
	r->entry->ceiling = get_bound(map, "ceiling");
	r->entry->reputation = get_bound(map, "reputation");
	r->entry->refuse = get_bound(map, "refuse");
	for (size_t i = 0; i < nitems(history_thresholds); i++)
		r->entry->thresholds[i] = get_bound(map,
		    history_thresholds[i]);
}

static enum ask_state
state_of(struct str word, bool *is_no_name)
{
	*is_no_name = str_is(word, "no name");
	return str_is(word, "found") ? ASK_ANSWERED :
	    *is_no_name || str_is(word, "none") ? ASK_NONE : ASK_FAILED;
}

static void
read_values(struct trace_answer *t, struct arena *a, const json_t *from)
{
	size_t n = json_array_size(from) - 4;
	struct str *at;

	if (t->state != ASK_ANSWERED)
		return;
	at = ARENA_MANY(a, struct str, n);
	for (size_t i = 0; i < n; i++)
		at[i] = history_bytes(a, t->type,
		    text_of(a, json_array_get(from, 4 + i)));
	t->at = at;
	t->n = n;
}

/* An address that is none would be one of other bytes: no answer. */
static bool
is_sound(const struct trace_answer *t)
{
	if (t->state == ASK_ANSWERED && t->n == 0)
		return false;
	for (size_t i = 0; i < t->n; i++) {
		if ((t->type == DNS_A && t->at[i].n != 4) ||
		    (t->type == DNS_AAAA && t->at[i].n != 16))
			return false;
	}
	return t->type != TRACE_STORE || t->n <= 1;
}

static void
read_answer(struct reading *r, const json_t *from)
{
	size_t n = json_array_size(from);
	struct trace_answer t = { 0 };
	struct str state;
	json_int_t ttl = json_integer_value(json_array_get(from, 3));

	if (n < 4 || n > VALUES_MOST || !trace_type_of(text_of(r->arena,
	    json_array_get(from, 0)), &t.type))
		return;
	t.key = history_bytes(r->arena, TRACE_STORE,
	    text_of(r->arena, json_array_get(from, 1)));
	state = text_of(r->arena, json_array_get(from, 2));
	t.state = state_of(state, &t.is_no_name);
	t.is_never = str_is(state, "never");
	t.ttl = ttl > 0 && ttl < UINT32_MAX ? (uint32_t)ttl : 0;
	read_values(&t, r->arena, from);
	if (is_sound(&t))
		*VEC_ADD(r->arena, &r->entry->trace.answers) = t;
}

bool
history_entry_read(struct history_entry *out, struct arena *a,
    struct str text)
{
	struct reading r = { .entry = out, .arena = a };
	json_t *root = json_loadb(text.p, text.n, JSON_ALLOW_NUL, NULL);
	const json_t *answers;

	*out = (struct history_entry){ .json = text };
	if (get_int(root, "v") != 1) {
		json_decref(root);
		return false;
	}
	read_rows(&r, root);
	read_envelope(&r, root);
	read_campaigns(&r, json_object_get(root, "campaigns"));
	read_checks(&r, json_object_get(root, "checks"));
	read_symbols(&r, json_object_get(root, "symbols"));
	read_lists(&r, json_object_get(root, "lists"));
	read_thresholds(&r, json_object_get(root, "thresholds"));
	answers = json_object_get(root, "answers");
	for (size_t i = 0; i < json_array_size(answers) && i < ANSWERS_MOST;
	    i++)
		read_answer(&r, json_array_get(answers, i));
	out->trace.is_cut = get_bool(root, "answers_cut");
	json_decref(root);
	return out->id.n != 0;
}

const char *
history_action(const struct history_entry *e, int32_t score)
{
	const char *action = "no action";

	for (size_t i = 0; i < nitems(history_thresholds); i++) {
		if (score >= e->thresholds[i])
			action = history_thresholds[i];
	}
	return action;
}

static bool
is_same(struct str wanted, struct str is)
{
	return wanted.n == 0 || str_case_eq(wanted, is);
}

/* "a@b.example", "@b.example", "b.example". */
static bool
is_mailbox(struct arena *a, struct str wanted, struct str is,
    const struct history_conf *conf)
{
	size_t at = str_find_last(is, '@');

	if (!str_has(wanted, '@') || str_skip(&wanted, STR("@")))
		return at < is.n && str_case_eq(str_from(is, at + 1), wanted);
	if (str_starts(is, STR("~")))
		wanted = history_mailbox(a, wanted, conf);
	return str_case_eq(wanted, is);
}

static bool
has_rcpt(const struct history_entry *e, struct arena *a, struct str wanted,
    const struct history_conf *conf)
{
	const struct str *rcpt;

	VEC_EACH(rcpt, &e->envelope.rcpt) {
		if (is_mailbox(a, wanted, *rcpt, conf))
			return true;
	}
	return false;
}

static bool
has_campaign(const struct history_entry *e, struct str wanted)
{
	const struct history_campaign *c;

	VEC_EACH(c, &e->campaigns) {
		if (str_case_eq(c->id, wanted) ||
		    str_case_eq(c->symbol, wanted) ||
		    str_case_eq(c->brand, wanted))
			return true;
	}
	return false;
}

static bool
is_message_id(struct str wanted, struct str is)
{
	if (wanted.n >= 2 && wanted.p[0] == '<' &&
	    wanted.p[wanted.n - 1] == '>')
		wanted = str_sub(wanted, 1, wanted.n - 1);
	return wanted.n == 0 || str_eq(wanted, is);
}

bool
history_matches(const struct history_entry *e, struct arena *a,
    const struct history_search *s, const struct history_conf *conf)
{
	struct history_conf hides = *conf;

	hides.hides = true;
	return is_same(s->id, e->id) && is_same(s->queue, e->queue) &&
	    is_message_id(s->message_id, e->message_id) &&
	    is_same(s->action, e->action) &&
	    (s->ip.n == 0 || str_eq(s->ip, e->peer)) &&
	    (s->subject.n == 0 ||
		str_find_str(e->subject, s->subject) < e->subject.n) &&
	    (s->from.n == 0 ||
		is_mailbox(a, s->from, e->envelope.mail_from, &hides) ||
		is_mailbox(a, s->from, e->header_from, &hides)) &&
	    (s->rcpt.n == 0 || has_rcpt(e, a, s->rcpt, &hides)) &&
	    (s->campaign.n == 0 || has_campaign(e, s->campaign)) &&
	    (s->since == 0 || e->time >= s->since) &&
	    (s->until == 0 || e->time <= s->until);
}

bool
history_piece_read(struct history_piece *out, struct str text)
{
	struct str head, rest, part, of;

	return str_cut(text, '\n', &head, &out->bytes) &&
	    str_cut(head, ' ', &out->id, &rest) &&
	    str_cut(rest, ' ', &part, &of) && out->id.n == HISTORY_ID &&
	    str_to_int(part, &out->part) && str_to_int(of, &out->of) &&
	    out->part >= 0 && out->part < out->of;
}
