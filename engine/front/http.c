/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session reads a request, has it scanned, answers, and reads the next.
 * While a scan is under way what the peer sends waits in the connection.
 */
#include "front/http.h"

#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/log.h"
#include "front/client.h"
#include "front/front.h"
#include "front/httpparse.h"
#include "front/job.h"
#include "front/reply.h"
#include "front/request.h"
#include "net/conn.h"
#include "rule/explain.h"
#include "scan/scan.h"

enum {
	REPLY_MOST = 16 * 1024 * 1024,
	HEAD_MOST = 16 * 1024,
	LINE_MOST = 8 * 1024,
	FIELDS_MOST = 100,
	TEXT_WIDTH = 80
};

struct route;

struct session {
	struct client *client;
	struct conn *conn;
	const struct route *routes;
	struct http_limits limits;
	struct http_parse parse;
	struct scan *scan;      /* under way, or NULL */
	size_t held;            /* bytes of the request so far */
	bool is_begun;          /* the first byte of a request is here */
	bool is_last;           /* no request after this one */
	bool is_closing;
};

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{ 200, "OK" },
	{ 400, "Bad Request" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 408, "Request Timeout" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 417, "Expectation Failed" },
	{ 431, "Request Header Fields Too Large" },
	{ 501, "Not Implemented" },
	{ 503, "Service Unavailable" },
	{ 505, "HTTP Version Not Supported" },
};

static const char *
reason_of(int status)
{
	for (size_t i = 0; i < nitems(reasons); i++) {
		if (reasons[i].status == status)
			return reasons[i].reason;
	}
	return "Error";
}

static void
add_head(struct buf *to, int status, const char *type, size_t n, bool is_last)
{
	time_t now = time(NULL);
	char date[64] = "";
	struct tm utc;

	if (gmtime_r(&now, &utc) != NULL)
		strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT",
		    &utc);
	buf_printf(to, "HTTP/1.1 %d %s\r\n"
	    "Server: sekisho/" SEKISHO_VERSION "\r\n"
	    "Date: %s\r\n"
	    "Connection: %s\r\n"
	    "Content-Type: %s\r\n"
	    "Content-Length: %zu\r\n", status, reason_of(status), date,
	    is_last ? "close" : "keep-alive", type, n);
	if (status == 405)
		buf_add_str(to, STR("Allow: POST, PUT, GET\r\n"));
	if (status == 503)
		buf_add_str(to, STR("Retry-After: 1\r\n"));
	buf_add_str(to, STR("\r\n"));
}

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
	ss->is_begun = false;
	hold(ss, 0);
	http_parse_reset(&ss->parse);
	if (ss->is_last) {
		ss->is_closing = true;
		conn_close(ss->conn);
		return;
	}
	conn_alarm(ss->conn, ss->client->front->conf->idle_ms);
	conn_resume(ss->conn);
}

static void
answer(struct session *ss, int status, const char *type, struct str body)
{
	struct buf head;

	buf_init(&head, HEAD_MOST);
	add_head(&head, status, type, body.n, ss->is_last);
	conn_send(ss->conn, buf_str(&head));
	buf_release(&head);
	if (!str_is(ss->parse.method, "HEAD"))
		conn_send(ss->conn, body);
	request_over(ss);
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

static void
on_verdict(struct scan *s)
{
	struct session *ss = s->client;
	struct str lang = s->policy->lang;
	struct explain_conf text = { .lang = lang, .width = TEXT_WIDTH };
	struct buf body;

	ss->scan = NULL;
	job_over(s, ss->client);
	buf_init(&body, REPLY_MOST);
	reply_json(&body, s, lang,
	    request_wants_text(&text, &ss->parse) ? &text : NULL);
	if (body.is_full)
		answer_error(ss, 503, "the reply is too long");
	else
		answer(ss, 200, "application/json", buf_str(&body));
	buf_release(&body);
}

static void
do_check(struct session *ss)
{
	struct scan *s = job_new(ss->client, on_verdict, ss);
	const char *why = NULL;

	if (!request_read(s, &ss->parse, client_is_trusted(ss->client),
		&why)) {
		scan_free(s);
		answer_error(ss, 400, why);
		return;
	}
	if (job_send(s, ss->client, buf_str(&ss->parse.body)) == JOB_BUSY) {
		answer_error(ss, 503, "too many messages at a time; try "
		    "again later");
		return;
	}
	ss->scan = s;
	buf_release(&ss->parse.body);
}

static void
do_ping(struct session *ss)
{
	answer(ss, 200, "text/plain", STR("pong\r\n"));
}

struct route {
	const char *path;       /* NULL at the end of a table */
	void (*act)(struct session *ss);
};

static const struct route scan_routes[] = {
	{ "/checkv2", do_check },
	{ "/ping", do_ping },
	{ NULL, NULL }
};

/* rspamc calls here when it is told nothing but the host. */
static const struct route control_routes[] = {
	{ "/checkv2", do_check },
	{ "/ping", do_ping },
	{ NULL, NULL }
};

static const char *const methods[] = { "POST", "PUT", "GET" };

static bool
is_allowed(const struct session *ss, const struct route *route)
{
	for (size_t i = 0; i < nitems(methods); i++) {
		if (str_is(ss->parse.method, methods[i]))
			return true;
	}
	return route->act == do_ping && str_is(ss->parse.method, "HEAD");
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

static void
serve(struct session *ss)
{
	const struct route *route;

	ss->is_last = ss->is_last || client_is_last(ss->client) ||
	    !http_parse_may_stay(&ss->parse);
	conn_alarm(ss->conn, CONN_NEVER);
	if (!http_parse_arguments(&ss->parse)) {
		refuse(ss, ss->parse.status, ss->parse.error);
		return;
	}
	route = route_of(ss->routes, ss->parse.path);
	if (route == NULL)
		answer_error(ss, 404, "there is no such path");
	else if (!is_allowed(ss, route))
		answer_error(ss, 405, "this path does not take this method");
	else
		route->act(ss);
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
	add_head(to, 503, "application/json", 0, true);
}

const struct front_protocol front_http = {
	.name = "http",
	.handler = &handler,
	.open = open_scan,
	.drain = drain,
	.turn_away = turn_away
};

const struct front_protocol front_control = {
	.name = "control",
	.handler = &handler,
	.open = open_control,
	.drain = drain,
	.turn_away = turn_away
};
