/* SPDX-License-Identifier: Apache-2.0 */
/* Each path's work, and the tables that say which is whose. */
#include "front/httproute.h"

#include "base/buf.h"
#include "front/client.h"
#include "front/control.h"
#include "front/front.h"
#include "front/historyquery.h"
#include "front/job.h"
#include "front/learn.h"
#include "front/metrics.h"
#include "front/reply.h"
#include "rule/explain.h"
#include "scan/scan.h"

enum { REPLY_MOST = 16 * 1024 * 1024, REPLY_USUAL = 8 * 1024,
	TEXT_WIDTH = 80 };

static void do_check_old(struct http_session *ss);

static void
on_verdict(struct scan *s)
{
	struct http_session *ss = s->client;
	struct explain_conf text = { .lang = s->policy->lang,
		.width = TEXT_WIDTH };
	struct reply_conf conf = {
		.lang = s->policy->lang,
		.text = request_wants_text(&text, &ss->parse) ? &text : NULL,
		.is_old = ss->route->act == do_check_old,
		.has_urls = ss->request.wants_urls,
		.has_groups = ss->request.wants_groups,
		.has_notes = ss->request.wants_notes
	};
	struct buf body;

	ss->scan = NULL;
	job_over(s, ss->client);
	/* The connection has its own by the end of this step. */
	buf_init_arena(&body, s->scratch, REPLY_MOST);
	buf_reserve(&body, REPLY_USUAL);
	reply_json(&body, s, &conf);
	if (body.is_full)
		http_answer_error(ss, 503, "the reply is too long");
	else
		http_answer_json(ss, buf_str(&body));
}

static void
do_skip(struct http_session *ss)
{
	struct buf body;

	buf_init(&body, REPLY_MOST);
	reply_skipped(&body, ss->route->act == do_check_old);
	http_answer_json(ss, buf_str(&body));
	buf_release(&body);
}

/* Takes the scan. */
static void
send_scan(struct http_session *ss, struct scan *s, struct buf *raw)
{
	enum job_result result = job_send(s, ss->client, raw);

	if (result != JOB_SENT) {
		http_answer_error(ss, 503, job_why(result));
		return;
	}
	ss->scan = s;
}

/* What does not fit is a message too long, and scored as such. */
static void
send_packed(struct http_session *ss, struct scan *s)
{
	struct buf raw;

	buf_init(&raw, front_room(ss->client->front));
	if (unpack(&raw, ss->request.packing, buf_str(&ss->parse.body)) ==
	    UNPACKED_BROKEN) {
		scan_free(s);
		http_answer_error(ss, 400, "the message is not packed as its "
		    "header says");
	} else {
		send_scan(ss, s, &raw);
	}
	buf_release(&raw);
}

/* Statuses as rspamc reads them: 208 is no error to it. */
static const int statuses[] = {
	[LESSON_OFF] = 501, [LESSON_FAILED] = 503, [LESSON_LEARNT] = 200,
	[LESSON_KNOWN] = 208, [LESSON_FORGOTTEN] = 200,
	[LESSON_UNKNOWN] = 404, [LESSON_LIMITED] = 429,
	[LESSON_NOTHING] = 422
};

static void
on_lesson(struct scan *s)
{
	struct http_session *ss = s->client;
	const struct lesson *l = s->lesson;
	struct buf body;

	ss->scan = NULL;
	learn_over(s, ss->client);
	buf_init(&body, REPLY_MOST);
	reply_lesson(&body, l);
	http_answer(ss, statuses[l->result], "application/json",
	    buf_str(&body));
	buf_release(&body);
}

/* Takes the scan, whose envelope is as the request says. */
static void
send_body(struct http_session *ss, struct scan *s)
{
	if (ss->request.packing != PACKING_NONE)
		send_packed(ss, s);
	else
		send_scan(ss, s, &ss->parse.body);
}

static void
learn(struct http_session *ss, enum lesson_kind kind)
{
	struct scan *s = job_new(ss->client, on_lesson, ss);
	const char *why = NULL;

	if (!request_read(&ss->request, s, &ss->parse,
		client_is_trusted(ss->client), &why)) {
		scan_free(s);
		http_answer_error(ss, 400, why);
	} else if (ss->parse.body.n == 0) {
		scan_free(s);
		http_answer_error(ss, 400, "there is no message to learn of");
	} else {
		learn_begin(s, ss->client, kind, http_token(ss));
		send_body(ss, s);
	}
}

static void
do_learn_spam(struct http_session *ss)
{
	learn(ss, LESSON_BAD);
}

static void
do_learn_ham(struct http_session *ss)
{
	learn(ss, LESSON_GOOD);
}

static void
do_learn_forget(struct http_session *ss)
{
	learn(ss, LESSON_FORGET);
}

/* "Class: spam", as rspamc's learn_class says it. */
static void
do_learn_class(struct http_session *ss)
{
	const struct http_field *f = http_field(&ss->parse, "Class");

	if (f != NULL && str_case_is(f->value, "spam"))
		learn(ss, LESSON_BAD);
	else if (f != NULL && str_case_is(f->value, "ham"))
		learn(ss, LESSON_GOOD);
	else
		http_answer_error(ss, 400, "the class must be spam or ham");
}

static void
do_check(struct http_session *ss)
{
	struct scan *s = job_new(ss->client, on_verdict, ss);
	const char *why = NULL;

	if (!request_read(&ss->request, s, &ss->parse,
		client_is_trusted(ss->client), &why)) {
		scan_free(s);
		http_answer_error(ss, 400, why);
	} else if (ss->request.wants_skip) {
		scan_free(s);
		do_skip(ss);
	} else {
		send_body(ss, s);
	}
}

static void
do_check_old(struct http_session *ss)
{
	do_check(ss);
}

static void
do_show(struct http_session *ss)
{
	struct buf body;

	buf_init(&body, REPLY_MOST);
	ss->route->body(&body, ss->client->front);
	http_answer(ss, 200, "application/json", buf_str(&body));
	buf_release(&body);
}

static void
do_metrics(struct http_session *ss)
{
	struct buf body;

	buf_init(&body, REPLY_MOST);
	metrics_text(&body, ss->client->front);
	if (body.is_full)
		http_answer_error(ss, 503, "the reply is too long");
	else
		http_answer(ss, 200, METRICS_TYPE, buf_str(&body));
	buf_release(&body);
}

/* Serves, and goes on to: a daemon that ends answers those who are inside,
 * and wants no others. */
static void
do_ready(struct http_session *ss)
{
	if (ss->client->front->is_ending)
		http_answer_error(ss, 503, "this daemon is ending");
	else
		do_show(ss);
}

static void
on_history(void *owner, struct str body)
{
	struct http_session *ss = owner;

	ss->query = NULL;
	if (body.n == 0)
		http_answer_error(ss, 503, "the store does not tell");
	else
		http_answer_json(ss, body);
}

static void
do_history(struct http_session *ss)
{
	const char *why = NULL;

	ss->query = history_query_new(ss->client->front, &ss->parse, &why);
	if (ss->query == NULL)
		http_answer_error(ss, 400, why);
	else
		history_query_go(ss->query, on_history, ss);
}

static void
do_not_yet(struct http_session *ss)
{
	http_answer_error(ss, 501, "this daemon does not do that");
}

static void
do_ping(struct http_session *ss)
{
	http_answer(ss, 200, "text/plain", STR("pong\r\n"));
}

const struct http_route http_scan_routes[] = {
	{ "/checkv2", do_check, NULL, ROLE_SCAN, false },
	{ "/check", do_check_old, NULL, ROLE_SCAN, false },
	{ "/symbols", do_check_old, NULL, ROLE_SCAN, false },
	{ "/scan", do_check_old, NULL, ROLE_SCAN, false },
	{ "/report", do_check_old, NULL, ROLE_SCAN, false },
	{ "/report_ifspam", do_check_old, NULL, ROLE_SCAN, false },
	{ "/process", do_check_old, NULL, ROLE_SCAN, false },
	{ "/skip", do_skip, NULL, ROLE_SCAN, false },
	{ "/ping", do_ping, NULL, 0, true },
	{ "/metrics", do_metrics, NULL, ROLE_READ, true },
	{ "/healthz", do_show, control_success, 0, true },
	{ "/readyz", do_ready, control_ready, 0, true },
	{ 0 }
};

/* rspamc calls here when it is told nothing but the host. */
const struct http_route http_control_routes[] = {
	{ "/checkv2", do_check, NULL, ROLE_SCAN, false },
	{ "/check", do_check_old, NULL, ROLE_SCAN, false },
	{ "/scan", do_check_old, NULL, ROLE_SCAN, false },
	{ "/ping", do_ping, NULL, 0, true },
	{ "/stat", do_show, control_stat, ROLE_READ, false },
	{ "/auth", do_show, control_auth, ROLE_READ, false },
	{ "/actions", do_show, control_actions, ROLE_READ, false },
	{ "/metrics", do_metrics, NULL, ROLE_READ, true },
	{ "/metrics.json", do_show, metrics_json, ROLE_READ, false },
	{ "/history", do_history, NULL, ROLE_ADMIN, false },
	{ "/healthy", do_show, control_success, 0, true },
	{ "/healthz", do_show, control_success, 0, true },
	{ "/ready", do_ready, control_ready, 0, true },
	{ "/readyz", do_ready, control_ready, 0, true },
	{ "/learnspam", do_learn_spam, NULL, ROLE_LEARN, false },
	{ "/learnham", do_learn_ham, NULL, ROLE_LEARN, false },
	{ "/learnclass", do_learn_class, NULL, ROLE_LEARN, false },
	{ "/learnforget", do_learn_forget, NULL, ROLE_LEARN, false },
	{ "/fuzzyadd", do_not_yet, NULL, ROLE_LEARN, false },
	{ "/fuzzydel", do_not_yet, NULL, ROLE_LEARN, false },
	{ "/statreset", do_not_yet, NULL, ROLE_ADMIN, false },
	{ 0 }
};

const struct http_route *
http_route_of(const struct http_route *routes, struct str path)
{
	if (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	for (; routes->path != NULL; routes++) {
		if (str_case_is(path, routes->path))
			return routes;
	}
	return NULL;
}
