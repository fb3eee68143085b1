/* SPDX-License-Identifier: Apache-2.0 */
/* Has a message scored by a running daemon, and shows its reply. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "cli/client.h"
#include "cli/job.h"

enum { ANSWER_MOST = 64 << 20, STATUS_OK = 200 };

static void
add_field(struct client_request *r, struct arena *a, struct str name,
    struct str value)
{
	struct client_field *field = VEC_ADD(a, &r->fields);

	field->name = name;
	field->value = value;
}

/* RFC 8601: "sekisho; spf=fail; dkim=none". */
static void
add_auth(struct client_request *r, struct arena *a, const struct auth *auth)
{
	struct str value = STR("sekisho");

	for (int i = 0; i < AUTH_METHODS; i++)
		if (auth->result[i] != AUTH_UNKNOWN)
			value = str_printf(a, "%" STR_FMT "; %s=%s",
			    STR_ARG(value), auth_method_name(i),
			    auth_result_name(auth->result[i]));
	if (!str_is(value, "sekisho"))
		add_field(r, a, STR("Authentication-Results"), value);
}

/* The names every gateway of this protocol uses. */
static void
add_envelope(struct client_request *r, struct arena *a,
    const struct envelope *env)
{
	char ip[ADDR_TEXT];
	const struct str *rcpt;

	if (env->ip.family != 0) {
		addr_format(&env->ip, ip);
		add_field(r, a, STR("IP"), str_copy(a, str_of(ip)));
	}
	if (env->helo.n != 0)
		add_field(r, a, STR("Helo"), env->helo);
	if (env->has_rdns)
		add_field(r, a, STR("Hostname"), env->rdns.n == 0 ?
		    STR("unknown") : env->rdns);
	if (env->has_mail_from)
		add_field(r, a, STR("From"), str_cat(a, STR("<"),
		    env->mail_from, STR(">")));
	VEC_EACH(rcpt, &env->rcpt)
		add_field(r, a, STR("Rcpt"), str_cat(a, STR("<"), *rcpt,
		    STR(">")));
	if (env->user.n != 0)
		add_field(r, a, STR("User"), env->user);
	add_auth(r, a, &env->auth);
}

/* A daemon that refuses says why in JSON. */
static bool
refuse(const struct job *job, const struct client_reply *reply,
    struct err *e)
{
	json_error_t error;
	json_t *root = json_loadb(reply->body.p, reply->body.n, 0, &error);
	const char *why = json_string_value(json_object_get(root, "error"));

	err_set(e, "%" STR_FMT " answered %u%s%s", STR_ARG(job->conf->server),
	    reply->status, why == NULL ? "" : ": ", why == NULL ? "" : why);
	json_decref(root);
	return false;
}

static bool
is_caught(const char *action)
{
	static const char *const mild[] = { "no action", "greylist" };

	for (size_t i = 0; i < nitems(mild); i++)
		if (strcmp(action, mild[i]) == 0)
			return false;
	return true;
}

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text == NULL ? "" : text;
}

static enum ink
ink_of(const char *action)
{
	if (strcmp(action, "reject") == 0)
		return INK_RED;
	return is_caught(action) ? INK_YELLOW : INK_GREEN;
}

static void
show_symbols(struct buf *b, json_t *symbols)
{
	const char *name;
	json_t *symbol;

	json_object_foreach(symbols, name, symbol) {
		buf_printf(b, "%+8.2f  ", json_number_value(json_object_get(
		    symbol, "score")));
		terminal_text(b, str_of(name));
		buf_add_str(b, STR("  "));
		terminal_text(b, str_of(text_of(symbol, "description")));
		buf_add_byte(b, '\n');
	}
}

static void
show_reply(struct buf *b, const struct job *job, json_t *root)
{
	const struct terminal *t = &job->conf->out;
	const char *action = text_of(root, "action");
	const char *text = text_of(json_object_get(root, "sekisho"), "text");

	if (text[0] != '\0') {
		buf_add_str(b, str_of(text));
		return;
	}
	buf_printf(b, "%s%s%s %.2f / %.2f\n",
	    terminal_ink(t, ink_of(action)), action,
	    terminal_ink(t, INK_PLAIN),
	    json_number_value(json_object_get(root, "score")),
	    json_number_value(json_object_get(root, "required_score")));
	show_symbols(b, json_object_get(root, "symbols"));
}

static bool
read_reply(struct job *job, const struct client_reply *reply, struct err *e)
{
	json_error_t error;
	json_t *root = json_loadb(reply->body.p, reply->body.n, 0, &error);
	struct buf b;

	if (root == NULL)
		return err_set(e, "%" STR_FMT ": the reply is no JSON: %s",
		    STR_ARG(job->conf->server), error.text);
	job->is_caught = is_caught(text_of(root, "action"));
	if (job->conf->is_json) {
		job->answer = str_trim(reply->body);
	} else {
		buf_init_arena(&b, job->arena, ANSWER_MOST);
		show_reply(&b, job, root);
		job->answer = buf_str(&b);
	}
	json_decref(root);
	return true;
}

bool
remote_score(struct job *job, struct err *e)
{
	struct client_request r = { .server = job->conf->server,
		.path = STR("/checkv2"), .body = job->raw };
	struct client_reply reply;
	char day[16];

	add_envelope(&r, job->arena, &job->envelope);
	add_field(&r, job->arena, STR("Accept-Language"), job->conf->lang);
	if (job->conf->day != DAY_NONE) {
		day_format(job->conf->day, day);
		add_field(&r, job->arena, STR("Sekisho-At"), str_of(day));
	}
	if (!client_post(&reply, job->arena, &r, e))
		return false;
	if (reply.status != STATUS_OK)
		return refuse(job, &reply, e);
	return read_reply(job, &reply, e);
}
