/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session reads a request, has it scanned, answers, and reads the next.
 * While a scan is under way what the peer sends waits in the connection.
 */
#include "front/http.h"

#include <stdlib.h>
#include <sys/queue.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "front/front.h"
#include "front/httpparse.h"
#include "front/reply.h"
#include "front/request.h"
#include "net/conn.h"
#include "rule/explain.h"
#include "scan/scan.h"
#include "scan/world.h"

enum {
	REPLY_MOST = 16 * 1024 * 1024,
	HEAD_MOST = 16 * 1024,
	LINE_MOST = 8 * 1024,
	FIELDS_MOST = 100,
	TEXT_WIDTH = 80
};

const struct front_conf front_conf_default = {
	.message = (size_t)50 * 1024 * 1024,
	.connections = 1000,
	.per_client = 100,
	.held = (size_t)512 * 1024 * 1024,
	.first_ms = 5000,
	.request_ms = 30000,
	.idle_ms = 60000,
	.send_ms = 10000
};

struct session {
	TAILQ_ENTRY(session) entry;
	struct http *http;
	struct conn *conn;
	struct addr peer;
	struct http_parse parse;
	struct scan *scan;      /* under way, or NULL */
	size_t held;            /* bytes of the request so far */
	bool is_begun;          /* the first byte of a request is here */
	bool is_last;           /* no request after this one */
	bool is_closing;
};
TAILQ_HEAD(session_list, session);

struct http {
	struct front *front;
	struct http_limits limits;
	struct session_list sessions;
	size_t n;
	size_t held;            /* by all sessions */
	void (*drained)(void *owner);
	void *owner;
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
	ss->http->held += bytes - ss->held;
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
	conn_alarm(ss->conn, ss->http->front->conf->idle_ms);
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

	ss->http->front->refused++;
	buf_init(&body, HEAD_MOST);
	reply_error(&body, error);
	answer(ss, status, "application/json", buf_str(&body));
	buf_release(&body);
}

/* The rest of such a connection cannot be trusted. */
static void
refuse(struct session *ss, int status, const char *error)
{
	char peer[ADDR_TEXT] = "?";

	if (ss->peer.family != 0)
		addr_format(&ss->peer, peer);
	log_info("http %s: %d %s", peer, status, error);
	ss->is_last = true;
	answer_error(ss, status, error);
}

static void
on_verdict(struct scan *s)
{
	struct session *ss = s->client;
	struct str lang = s->generation->conf.lang;
	struct explain_conf text = { .lang = lang, .width = TEXT_WIDTH };
	struct buf body;

	ss->scan = NULL;
	ss->http->front->scanned++;
	reply_log(s);
	buf_init(&body, REPLY_MOST);
	reply_json(&body, s, lang,
	    request_wants_text(&text, &ss->parse) ? &text : NULL);
	if (body.is_full)
		answer_error(ss, 503, "the reply is too long");
	else
		answer(ss, 200, "application/json", buf_str(&body));
	buf_release(&body);
}

/* Loopback and networks of ours. */
static bool
is_trusted(const struct front *f, const struct addr *peer)
{
	const struct generation_conf *c = &f->generation->conf;
	static const struct addr six_loopback = { 6, { [15] = 1 } };
	const struct addr_net *net;

	if (peer->family == 4 && peer->bytes[0] == 127)
		return true;
	if (addr_eq(peer, &six_loopback))
		return true;
	VEC_EACH(net, &c->trusted) {
		if (addr_net_has(net, peer))
			return true;
	}
	return false;
}

static void
do_check(struct session *ss)
{
	struct front *f = ss->http->front;
	struct scan *s = scan_new(f->generation, on_verdict, ss);
	const char *why = NULL;

	if (!request_read(s, &ss->parse, is_trusted(f, &ss->peer), &why)) {
		scan_free(s);
		answer_error(ss, 400, why);
		return;
	}
	/* The scan outlives the request: it learns after the answer. */
	s->raw = str_copy(s->arena, buf_str(&ss->parse.body));
	buf_release(&ss->parse.body);
	ss->scan = s;
	scan_send(s, f->world);
}

static void
do_ping(struct session *ss)
{
	answer(ss, 200, "text/plain", STR("pong\r\n"));
}

static const struct route {
	const char *path;
	void (*act)(struct session *ss);
} routes[] = {
	{ "/checkv2", do_check },
	{ "/ping", do_ping },
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
route_of(struct str path)
{
	if (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	for (size_t i = 0; i < nitems(routes); i++) {
		if (str_case_is(path, routes[i].path))
			return &routes[i];
	}
	return NULL;
}

static void
serve(struct session *ss)
{
	const struct route *route;

	ss->is_last = ss->is_last || ss->http->drained != NULL ||
	    !http_parse_may_stay(&ss->parse);
	conn_alarm(ss->conn, CONN_NEVER);
	if (!http_parse_arguments(&ss->parse)) {
		refuse(ss, ss->parse.status, ss->parse.error);
		return;
	}
	route = route_of(ss->parse.path);
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
	struct http *h = ss->http;

	if (!ss->is_begun && !http_parse_is_fresh(&ss->parse)) {
		ss->is_begun = true;
		conn_alarm(ss->conn, h->front->conf->request_ms);
	}
	hold(ss, ss->parse.body.n);
	if (ss->parse.state == HTTP_BAD) {
		refuse(ss, ss->parse.status, ss->parse.error);
	} else if (ss->parse.state == HTTP_DONE) {
		serve(ss);
	} else if (h->held > h->front->conf->held) {
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
	struct http *h = ss->http;

	scan_free(ss->scan);
	hold(ss, 0);
	http_parse_release(&ss->parse);
	TAILQ_REMOVE(&h->sessions, ss, entry);
	h->n--;
	free(ss);
	if (h->drained != NULL && h->n == 0)
		h->drained(h->owner);
}

static const struct conn_handler handler = {
	.data = on_data,
	.half_closed = on_half_closed,
	.alarm = on_alarm,
	.gone = on_gone
};

struct http *
http_new(struct front *f)
{
	struct http *h = calloc(1, sizeof(*h));

	if (h == NULL)
		abort();
	h->front = f;
	h->limits = (struct http_limits){ .line = LINE_MOST,
		.head = HEAD_MOST, .fields = FIELDS_MOST,
		.body = f->conf->message };
	TAILQ_INIT(&h->sessions);
	return h;
}

void
http_free(struct http *h)
{
	struct session *ss;

	if (h == NULL)
		return;
	h->drained = NULL;
	while ((ss = TAILQ_FIRST(&h->sessions)) != NULL) {
		conn_free(ss->conn);
		on_gone(ss);
	}
	free(h);
}

static bool
has_room(const struct http *h, const struct addr *peer)
{
	const struct front_conf *conf = h->front->conf;
	const struct session *ss;
	size_t n = 0;

	if (h->n >= conf->connections)
		return false;
	if (is_trusted(h->front, peer))
		return true;
	TAILQ_FOREACH(ss, &h->sessions, entry)
		n += addr_eq(&ss->peer, peer);
	return n < conf->per_client;
}

/* Told at once that there is no room; not waited for. */
static void
turn_away(int fd)
{
	struct buf head;
	ssize_t n;

	buf_init(&head, HEAD_MOST);
	add_head(&head, 503, "application/json", 0, true);
	n = write(fd, head.p, head.n);
	(void)n;
	buf_release(&head);
	close(fd);
}

void
http_call(void *http, int fd, const struct addr *peer)
{
	struct http *h = http;
	struct session *ss;

	if (!has_room(h, peer)) {
		h->front->refused++;
		turn_away(fd);
		return;
	}
	ss = calloc(1, sizeof(*ss));
	if (ss == NULL)
		abort();
	ss->http = h;
	ss->peer = *peer;
	http_parse_init(&ss->parse, &h->limits);
	ss->conn = conn_new(h->front->loop, fd, &handler, ss,
	    h->front->conf->send_ms);
	conn_alarm(ss->conn, h->front->conf->first_ms);
	TAILQ_INSERT_TAIL(&h->sessions, ss, entry);
	h->n++;
}

void
http_drain(struct http *h, void (*drained)(void *owner), void *owner)
{
	struct session *ss;

	h->drained = drained;
	h->owner = owner;
	TAILQ_FOREACH(ss, &h->sessions, entry) {
		ss->is_last = true;
		if (ss->scan == NULL && !ss->is_begun && !ss->is_closing)
			request_over(ss);
	}
	if (h->n == 0)
		drained(owner);
}
