/* SPDX-License-Identifier: Apache-2.0 */
/* Has a message scored by a running daemon, and shows its reply. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "cli/client.h"
#include "cli/job.h"
#include "cli/replyview.h"

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

/* The daemon explains as we would here: in our language, for our terminal. */
static void
add_wish(struct client_request *r, struct arena *a,
    const struct job_conf *conf)
{
	add_field(r, a, STR("Flags"), STR("notes"));
	add_field(r, a, STR("Sekisho-Text"), str_printf(a,
	    "%" STR_FMT " %u%s%s", STR_ARG(conf->lang), conf->out.width,
	    conf->out.is_coloured ? " colour" : "",
	    conf->is_markdown ? " markdown" : ""));
}

static bool
refuse(const struct job *job, const struct client_reply *reply,
    struct err *e)
{
	struct str why = reply_error_text(job->arena, reply->body);

	return err_set(e, "%" STR_FMT " answered %u%s%" STR_FMT,
	    STR_ARG(job->conf->server), reply->status,
	    why.n == 0 ? "" : ": ", STR_ARG(why));
}

static bool
read_reply(struct job *job, const struct client_reply *reply, struct err *e)
{
	struct buf b;

	buf_init_arena(&b, job->arena, ANSWER_MOST);
	if (!reply_view(&b, &job->is_caught, reply->body, &job->conf->out, e))
		return err_wrap(e, "%" STR_FMT, STR_ARG(job->conf->server));
	job->answer = job->conf->is_json ? reply->body : buf_str(&b);
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
	if (!job->conf->is_json)
		add_wish(&r, job->arena, job->conf);
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
