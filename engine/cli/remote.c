/* SPDX-License-Identifier: Apache-2.0 */
/* Has a message scored by a running daemon, and shows its reply. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "cli/client.h"
#include "cli/job.h"
#include "cli/replyview.h"

enum { ANSWER_MOST = 64 << 20, STATUS_OK = 200 };

/* The daemon explains as we would here: in our language, for our terminal. */
static void
add_wish(struct client_request *r, struct arena *a,
    const struct job_conf *conf)
{
	request_add(&r->fields, a, "Flags", STR("notes"));
	request_add(&r->fields, a, "Sekisho-Text", str_printf(a,
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

	request_add_envelope(&r.fields, job->arena, &job->envelope);
	if (!job->conf->is_json)
		add_wish(&r, job->arena, job->conf);
	if (job->conf->day != DAY_NONE) {
		day_format(job->conf->day, day);
		request_add(&r.fields, job->arena, "Sekisho-At", str_of(day));
	}
	if (!client_post(&reply, job->arena, &r, e))
		return false;
	if (reply.status != STATUS_OK)
		return refuse(job, &reply, e);
	return read_reply(job, &reply, e);
}
