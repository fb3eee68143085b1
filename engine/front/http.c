/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session reads a request, has its route answer it, and reads the next.
 * While a scan is under way what the peer sends waits in the connection.
 */
#include "front/http.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/count.h"
#include "base/log.h"
#include "base/memory.h"
#include "front/client.h"
#include "front/front.h"
#include "front/historyquery.h"
#include "front/httpreply.h"
#include "front/httproute.h"
#include "front/job.h"
#include "front/reply.h"
#include "net/conn.h"
#include "scan/scan.h"
#include "scan/world.h"

enum {
	REPLY_MOST = 16 * 1024 * 1024,
	HEAD_MOST = 64 * 1024,
	LINE_MOST = 8 * 1024,
	FIELDS_MOST = 2000    /* Haraka names every recipient in one */
};

/* The answer to a request is being worked out. */
static bool
is_busy(const struct http_session *ss)
{
	return ss->scan != NULL || ss->query != NULL;
}

/* The request in hand is answered; on to the next, or the end. */
static void
request_over(struct http_session *ss)
{
	bool was_last = ss->parse.state == HTTP_DONE &&
	    !http_parse_may_stay(&ss->parse);

	ss->is_begun = false;
	ss->is_looked_at = false;
	client_hold(ss->client, 0);
	http_parse_reset(&ss->parse);
	if (ss->is_last) {
		ss->is_closing = true;
		if (was_last)
			conn_end(ss->conn);
		else
			conn_close(ss->conn);
		return;
	}
	conn_push(ss->conn);
	conn_alarm(ss->conn, ss->client->front->conf->idle_ms);
	conn_resume(ss->conn);
}

static void
answer_packed(struct http_session *ss, struct http_reply *reply,
    struct str body)
{
	struct buf head;

	/* Emptied with the request. */
	buf_init_arena(&head, ss->parse.arena, HEAD_MOST);
	reply->n = body.n;
	reply->is_last = ss->is_last;
	reply->is_private = ss->client->protocol == &front_control;
	http_reply_head(&head, reply);
	conn_send(ss->conn, buf_str(&head));
	if (!str_is(ss->parse.method, "HEAD"))
		conn_send(ss->conn, body);
	request_over(ss);
}

void
http_answer(struct http_session *ss, int status, const char *type,
    struct str body)
{
	struct http_reply reply = { .status = status, .type = type };

	answer_packed(ss, &reply, body);
}

void
http_answer_json(struct http_session *ss, struct str body)
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

void
http_answer_error(struct http_session *ss, int status, const char *error)
{
	struct buf body;

	front_refused(ss->client->front, REFUSED_REQUEST);
	buf_init(&body, HEAD_MOST);
	reply_error(&body, error);
	http_answer(ss, status, "application/json", buf_str(&body));
	buf_release(&body);
}

/* The rest of such a connection cannot be trusted. */
static void
refuse(struct http_session *ss, int status, const char *error)
{
	char peer[CLIENT_TEXT];

	client_text(ss->client, peer);
	log_info("http %s: %d %s", peer, status, error);
	ss->is_last = true;
	http_answer_error(ss, status, error);
}

static const struct str methods[] = {
	STR_INIT("POST"), STR_INIT("PUT"), STR_INIT("GET"),
};

static bool
is_method(const struct http_session *ss)
{
	return str_is_any(ss->parse.method, methods, nitems(methods)) ||
	    (ss->route->takes_head && str_is(ss->parse.method, "HEAD"));
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

struct str
http_token(const struct http_session *ss)
{
	return token_of(&ss->parse);
}

/* Otherwise it has been answered. */
static bool
is_permitted(struct http_session *ss)
{
	switch (client_may(ss->client, ss->route->role,
	    token_of(&ss->parse))) {
	case CLIENT_MAY:
		return true;
	case CLIENT_NEEDS_TOKEN:
		http_answer_error(ss, 401,
		    "a token is needed that is known here: see sekisho "
		    "token --role");
		break;
	case CLIENT_MAY_NOT:
		http_answer_error(ss, 403, "this token does not allow it");
		break;
	case CLIENT_MUST_WAIT:
		http_answer_error(ss, 429, "too many wrong tokens; wait");
		break;
	}
	return false;
}

/*
 * As soon as the head is in: nobody sends megabytes to be told then that he
 * may not.  False: it has been answered; what is still to come of the body
 * ends with the connection.
 */
static bool
look_at_head(struct http_session *ss)
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
	ss->route = http_route_of(ss->routes, ss->parse.path);
	if (ss->route == NULL) {
		http_answer_error(ss, 404, "there is no such path");
		return false;
	}
	if (!is_method(ss)) {
		http_answer_error(ss, 405,
		    "this path does not take this method");
		return false;
	}
	if (!is_permitted(ss))
		return false;
	ss->is_last = was_last;
	return true;
}

static void
serve(struct http_session *ss)
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
go_on(struct http_session *ss)
{
	const struct front *f = ss->client->front;

	if (!ss->is_begun && !http_parse_is_fresh(&ss->parse)) {
		ss->is_begun = true;
		/* Most come whole. */
		if (ss->parse.state != HTTP_DONE)
			conn_alarm(ss->conn, f->conf->request_ms);
	}
	client_hold(ss->client, ss->parse.body.n);
	if (has_head(&ss->parse) && !ss->is_looked_at && !look_at_head(ss))
		return;
	if (ss->parse.state == HTTP_BAD) {
		refuse(ss, ss->parse.status, ss->parse.error);
	} else if (ss->parse.state == HTTP_DONE) {
		serve(ss);
	} else if (front_is_full(f)) {
		refuse(ss, 503, "too much is coming in; try again later");
	} else if (ss->parse.wants_continue) {
		ss->parse.wants_continue = false;
		conn_send(ss->conn, STR("HTTP/1.1 100 Continue\r\n\r\n"));
	}
}

static size_t
on_data(void *owner, struct str bytes)
{
	struct http_session *ss = owner;
	size_t n;

	if (is_busy(ss) || ss->is_closing)
		return 0;
	n = http_parse(&ss->parse, bytes);
	go_on(ss);
	return n;
}

/* A whole request is answered all the same, half of one never will be. */
static void
on_half_closed(void *owner)
{
	struct http_session *ss = owner;

	ss->is_last = true;
	if (is_busy(ss) || ss->is_closing)
		return;
	if (ss->is_begun)
		refuse(ss, 400, "the request ends before its end");
	else
		request_over(ss);
}

static void
on_alarm(void *owner)
{
	struct http_session *ss = owner;

	if (is_busy(ss))
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
	struct http_session *ss = owner;

	job_drop(ss->scan);
	history_query_free(ss->query);
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
open_session(struct client *c, const struct http_route *routes)
{
	struct http_session *ss = memory_new(sizeof(*ss));

	ss->client = c;
	ss->conn = c->conn;
	ss->routes = routes;
	ss->limits = (struct http_limits){ .line = LINE_MOST,
		.head = HEAD_MOST, .fields = FIELDS_MOST,
		.body = c->front->conf->message };
	http_parse_init(&ss->parse, &ss->limits);
	ss->parse.notes = world_noted(c->front->world);
	return ss;
}

static void *
open_scan(struct client *c)
{
	return open_session(c, http_scan_routes);
}

static void *
open_control(struct client *c)
{
	count_add(&c->front->counts->controls, 1);
	return open_session(c, http_control_routes);
}

static void
drain(void *session)
{
	struct http_session *ss = session;

	ss->is_last = true;
	if (!is_busy(ss) && !ss->is_begun && !ss->is_closing)
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
