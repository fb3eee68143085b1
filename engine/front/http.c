/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session reads a request, has it scanned, answers, and reads the next.
 * While a scan is under way what the peer sends waits in the connection.
 */
#include "front/http.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/log.h"
#include "front/client.h"
#include "front/front.h"
#include "front/control.h"
#include "front/httpparse.h"
#include "front/httpreply.h"
#include "front/job.h"
#include "front/reply.h"
#include "front/request.h"
#include "net/conn.h"
#include "rule/explain.h"
#include "scan/scan.h"

enum {
	REPLY_MOST = 16 * 1024 * 1024,
	HEAD_MOST = 64 * 1024,
	LINE_MOST = 8 * 1024,
	FIELDS_MOST = 2000,   /* Haraka names every recipient in one */
	TEXT_WIDTH = 80
};

struct session;

/* A path and what is done there. */
struct route {
	const char *path;       /* NULL at the end of a table */
	void (*act)(struct session *ss);
	/* For show: writes the body. */
	void (*body)(struct buf *to, const struct front *f);
	unsigned role;          /* what a client must be allowed */
};

struct session {
	struct client *client;
	struct conn *conn;
	const struct route *routes;
	const struct route *route; /* of the request in hand */
	struct request request;
	struct http_limits limits;
	struct http_parse parse;
	struct scan *scan;      /* under way, or NULL */
	size_t held;            /* bytes of the request so far */
	bool is_begun;          /* the first byte of a request is here */
	bool is_looked_at;      /* its head is, and is in order */
	bool is_last;           /* no request after this one */
	bool is_closing;
};

static void
hold(struct session *ss, size_t bytes)
{
	ss->client->front->held += bytes - ss->held;
	ss->held = bytes;
}

/* The request in hand is answered; on to the next, or the end. */
static void
request_over(struct session *ss)
{
	bool was_last = ss->parse.state == HTTP_DONE &&
	    !http_parse_may_stay(&ss->parse);

	ss->is_begun = false;
	ss->is_looked_at = false;
	hold(ss, 0);
	http_parse_reset(&ss->parse);
	if (ss->is_last) {
		ss->is_closing = true;
		if (was_last)
			conn_end(ss->conn);
		else
			conn_close(ss->conn);
		return;
	}
	conn_alarm(ss->conn, ss->client->front->conf->idle_ms);
	conn_resume(ss->conn);
}

static void
answer_packed(struct session *ss, struct http_reply *reply, struct str body)
{
	struct buf head;

	buf_init(&head, HEAD_MOST);
	reply->n = body.n;
	reply->is_last = ss->is_last;
	reply->is_private = ss->client->protocol == &front_control;
	http_reply_head(&head, reply);
	conn_send(ss->conn, buf_str(&head));
	buf_release(&head);
	if (!str_is(ss->parse.method, "HEAD"))
		conn_send(ss->conn, body);
	request_over(ss);
}

static void
answer(struct session *ss, int status, const char *type, struct str body)
{
	struct http_reply reply = { .status = status, .type = type };

	answer_packed(ss, &reply, body);
}

/* Packed as the client can read it, if it says so. */
static void
answer_json(struct session *ss, struct str body)
{
	struct http_reply reply = { .status = 200, .type = "application/json",
		.packing = ss->request.reply_packing };
	struct buf packed;

	buf_init(&packed, REPLY_MOST);
	if (reply.packing != PACKING_NONE &&
	    pack(&packed, reply.packing, body)) {
		answer_packed(ss, &reply, buf_str(&packed));
	} else {
		reply.packing = PACKING_NONE;
		answer_packed(ss, &reply, body);
	}
	buf_release(&packed);
}

static void
answer_error(struct session *ss, int status, const char *error)
{
	struct buf body;

	ss->client->front->refused++;
	buf_init(&body, HEAD_MOST);
	reply_error(&body, error);
	answer(ss, status, "application/json", buf_str(&body));
	buf_release(&body);
}

/* The rest of such a connection cannot be trusted. */
static void
refuse(struct session *ss, int status, const char *error)
{
	char peer[CLIENT_TEXT];

	client_text(ss->client, peer);
	log_info("http %s: %d %s", peer, status, error);
	ss->is_last = true;
	answer_error(ss, status, error);
}

static void do_check_old(struct session *ss);

static void
on_verdict(struct scan *s)
{
	struct session *ss = s->client;
	struct explain_conf text = { .lang = s->policy->lang,
		.width = TEXT_WIDTH };
	struct reply_conf conf = {
		.lang = s->policy->lang,
		.text = request_wants_text(&text, &ss->parse) ? &text : NULL,
		.is_old = ss->route->act == do_check_old,
		.has_urls = ss->request.wants_urls,
		.has_groups = ss->request.wants_groups
	};
	struct buf body;

	ss->scan = NULL;
	job_over(s, ss->client);
	buf_init(&body, REPLY_MOST);
	reply_json(&body, s, &conf);
	if (body.is_full)
		answer_error(ss, 503, "the reply is too long");
	else
		answer_json(ss, buf_str(&body));
	buf_release(&body);
}

static void
do_skip(struct session *ss)
{
	struct buf body;

	buf_init(&body, REPLY_MOST);
	reply_skipped(&body, ss->route->act == do_check_old);
	answer_json(ss, buf_str(&body));
	buf_release(&body);
}

/* Takes the scan. */
static void
send_scan(struct session *ss, struct scan *s, struct str raw)
{
	if (job_send(s, ss->client, raw) == JOB_BUSY) {
		answer_error(ss, 503, "too many messages at a time; try "
		    "again later");
		return;
	}
	ss->scan = s;
	buf_release(&ss->parse.body);
}

/* What does not fit is a message too long, and scored as such. */
static void
send_packed(struct session *ss, struct scan *s)
{
	struct buf raw;

	buf_init(&raw, front_room(ss->client->front));
	if (unpack(&raw, ss->request.packing, buf_str(&ss->parse.body)) ==
	    UNPACKED_BROKEN) {
		scan_free(s);
		answer_error(ss, 400, "the message is not packed as its "
		    "header says");
	} else {
		send_scan(ss, s, buf_str(&raw));
	}
	buf_release(&raw);
}

static void
do_check(struct session *ss)
{
	struct scan *s = job_new(ss->client, on_verdict, ss);
	const char *why = NULL;

	if (!request_read(&ss->request, s, &ss->parse,
		client_is_trusted(ss->client), &why)) {
		scan_free(s);
		answer_error(ss, 400, why);
	} else if (ss->request.wants_skip) {
		scan_free(s);
		do_skip(ss);
	} else if (ss->request.packing != PACKING_NONE) {
		send_packed(ss, s);
	} else {
		send_scan(ss, s, buf_str(&ss->parse.body));
	}
}

static void
do_check_old(struct session *ss)
{
	do_check(ss);
}

static void
do_show(struct session *ss)
{
	struct buf body;

	buf_init(&body, REPLY_MOST);
	ss->route->body(&body, ss->client->front);
	answer(ss, 200, "application/json", buf_str(&body));
	buf_release(&body);
}

static void
do_not_yet(struct session *ss)
{
	answer_error(ss, 501, "this daemon does not learn from messages");
}

static void
do_ping(struct session *ss)
{
	answer(ss, 200, "text/plain", STR("pong\r\n"));
}

static const struct route scan_routes[] = {
	{ "/checkv2", do_check, NULL, ROLE_SCAN },
	{ "/check", do_check_old, NULL, ROLE_SCAN },
	{ "/symbols", do_check_old, NULL, ROLE_SCAN },
	{ "/scan", do_check_old, NULL, ROLE_SCAN },
	{ "/report", do_check_old, NULL, ROLE_SCAN },
	{ "/report_ifspam", do_check_old, NULL, ROLE_SCAN },
	{ "/process", do_check_old, NULL, ROLE_SCAN },
	{ "/skip", do_skip, NULL, ROLE_SCAN },
	{ "/ping", do_ping, NULL, 0 },
	{ NULL, NULL, NULL, 0 }
};

/* rspamc calls here when it is told nothing but the host. */
static const struct route control_routes[] = {
	{ "/checkv2", do_check, NULL, ROLE_SCAN },
	{ "/check", do_check_old, NULL, ROLE_SCAN },
	{ "/scan", do_check_old, NULL, ROLE_SCAN },
	{ "/ping", do_ping, NULL, 0 },
	{ "/stat", do_show, control_stat, ROLE_READ },
	{ "/auth", do_show, control_auth, ROLE_READ },
	{ "/actions", do_show, control_actions, ROLE_READ },
	{ "/healthy", do_show, control_success, 0 },
	{ "/ready", do_show, control_success, 0 },
	{ "/learnspam", do_not_yet, NULL, ROLE_LEARN },
	{ "/learnham", do_not_yet, NULL, ROLE_LEARN },
	{ "/learnclass", do_not_yet, NULL, ROLE_LEARN },
	{ "/fuzzyadd", do_not_yet, NULL, ROLE_LEARN },
	{ "/fuzzydel", do_not_yet, NULL, ROLE_LEARN },
	{ "/statreset", do_not_yet, NULL, ROLE_ADMIN },
	{ NULL, NULL, NULL, 0 }
};

static const char *const methods[] = { "POST", "PUT", "GET" };

static bool
is_method(const struct session *ss)
{
	for (size_t i = 0; i < nitems(methods); i++) {
		if (str_is(ss->parse.method, methods[i]))
			return true;
	}
	return ss->route->act == do_ping && str_is(ss->parse.method, "HEAD");
}

/* "Authorization: Bearer skt_...", or Password as rspamc -P says it. */
static struct str
token_of(const struct http_parse *p)
{
	const struct http_field *f = http_field(p, "Authorization");
	struct str token;

	if (f != NULL) {
		token = f->value;
		return str_case_skip(&token, STR("Bearer ")) ?
		    str_trim(token) : STR("");
	}
	f = http_field(p, "Password");
	return f != NULL ? f->value : STR("");
}

/* Otherwise it has been answered. */
static bool
is_permitted(struct session *ss)
{
	switch (client_may(ss->client, ss->route->role,
	    token_of(&ss->parse))) {
	case CLIENT_MAY:
		return true;
	case CLIENT_NEEDS_TOKEN:
		answer_error(ss, 401, "a token is needed that is known here");
		break;
	case CLIENT_MAY_NOT:
		answer_error(ss, 403, "this token does not allow it");
		break;
	case CLIENT_MUST_WAIT:
		answer_error(ss, 429, "too many wrong tokens; wait");
		break;
	}
	return false;
}

/* Paths compare without case, a slash at the end aside. */
static const struct route *
route_of(const struct route *routes, struct str path)
{
	if (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	for (; routes->path != NULL; routes++) {
		if (str_case_is(path, routes->path))
			return routes;
	}
	return NULL;
}

/*
 * As soon as the head is in: nobody sends megabytes to be told then that he
 * may not.  False: it has been answered; what is still to come of the body
 * ends with the connection.
 */
static bool
look_at_head(struct session *ss)
{
	bool was_last = ss->is_last;

	ss->is_looked_at = true;
	if (!http_parse_arguments(&ss->parse)) {
		refuse(ss, ss->parse.status, ss->parse.error);
		return false;
	}
	ss->is_last = was_last || client_is_last(ss->client) ||
	    !http_parse_may_stay(&ss->parse);
	ss->request = (struct request){ .packing = PACKING_NONE };
	ss->route = route_of(ss->routes, ss->parse.path);
	if (ss->route == NULL) {
		answer_error(ss, 404, "there is no such path");
		return false;
	}
	if (!is_method(ss)) {
		answer_error(ss, 405, "this path does not take this method");
		return false;
	}
	if (!is_permitted(ss))
		return false;
	ss->is_last = was_last;
	return true;
}

static void
serve(struct session *ss)
{
	ss->is_last = ss->is_last || client_is_last(ss->client) ||
	    !http_parse_may_stay(&ss->parse);
	conn_alarm(ss->conn, CONN_NEVER);
	ss->route->act(ss);
}

static bool
has_head(const struct http_parse *p)
{
	return p->state > HTTP_FIELDS && p->state != HTTP_BAD;
}

static void
go_on(struct session *ss)
{
	const struct front *f = ss->client->front;

	if (!ss->is_begun && !http_parse_is_fresh(&ss->parse)) {
		ss->is_begun = true;
		conn_alarm(ss->conn, f->conf->request_ms);
	}
	hold(ss, ss->parse.body.n);
	if (has_head(&ss->parse) && !ss->is_looked_at && !look_at_head(ss))
		return;
	if (ss->parse.state == HTTP_BAD) {
		refuse(ss, ss->parse.status, ss->parse.error);
	} else if (ss->parse.state == HTTP_DONE) {
		serve(ss);
	} else if (f->held > f->conf->held) {
		refuse(ss, 503, "too much is coming in; try again later");
	} else if (ss->parse.wants_continue) {
		ss->parse.wants_continue = false;
		conn_send(ss->conn, STR("HTTP/1.1 100 Continue\r\n\r\n"));
	}
}

static size_t
on_data(void *owner, struct str bytes)
{
	struct session *ss = owner;
	size_t n;

	if (ss->scan != NULL || ss->is_closing)
		return 0;
	n = http_parse(&ss->parse, bytes);
	go_on(ss);
	return n;
}

/* A whole request is answered all the same, half of one never will be. */
static void
on_half_closed(void *owner)
{
	struct session *ss = owner;

	ss->is_last = true;
	if (ss->scan != NULL || ss->is_closing)
		return;
	if (ss->is_begun)
		refuse(ss, 400, "the request ends before its end");
	else
		request_over(ss);
}

static void
on_alarm(void *owner)
{
	struct session *ss = owner;

	if (ss->scan != NULL)
		return;
	if (ss->is_begun) {
		refuse(ss, 408, "the request took too long to arrive");
		return;
	}
	ss->is_last = true;
	request_over(ss);
}

static void
on_gone(void *owner)
{
	struct session *ss = owner;

	scan_free(ss->scan);
	hold(ss, 0);
	http_parse_release(&ss->parse);
	client_leave(ss->client);
	free(ss);
}

static const struct conn_handler handler = {
	.data = on_data,
	.half_closed = on_half_closed,
	.alarm = on_alarm,
	.gone = on_gone
};

static void *
open_session(struct client *c, const struct route *routes)
{
	struct session *ss = calloc(1, sizeof(*ss));

	if (ss == NULL)
		abort();
	ss->client = c;
	ss->conn = c->conn;
	ss->routes = routes;
	ss->limits = (struct http_limits){ .line = LINE_MOST,
		.head = HEAD_MOST, .fields = FIELDS_MOST,
		.body = c->front->conf->message };
	http_parse_init(&ss->parse, &ss->limits);
	return ss;
}

static void *
open_scan(struct client *c)
{
	return open_session(c, scan_routes);
}

static void *
open_control(struct client *c)
{
	c->front->controls++;
	return open_session(c, control_routes);
}

static void
drain(void *session)
{
	struct session *ss = session;

	ss->is_last = true;
	if (ss->scan == NULL && !ss->is_begun && !ss->is_closing)
		request_over(ss);
}

static void
turn_away(struct buf *to)
{
	const struct http_reply reply = { .status = 503,
		.type = "application/json", .is_last = true };

	http_reply_head(to, &reply);
}

const struct front_protocol front_http = {
	.name = "http",
	.handler = &handler,
	.open = open_scan,
	.drain = drain,
	.turn_away = turn_away,
	.has_tokens = true
};

const struct front_protocol front_control = {
	.name = "control",
	.handler = &handler,
	.open = open_control,
	.drain = drain,
	.turn_away = turn_away,
	.has_tokens = true
};
