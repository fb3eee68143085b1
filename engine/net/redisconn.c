/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bufferevent that connects, and goes on where there is TLS; without it the
 * connection reads and sends by itself (net/conn.h), which takes fewer system
 * calls.  A queue of calls, and three timers' worth of patience: with
 * connecting and greeting, with the oldest call, with a server that is away.
 */
#include "net/redisconn.h"

#include <assert.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/util.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/vec.h"
#include "net/conn.h"
#include "net/loop.h"
#include "net/loop_event.h"
#include "net/resp.h"
#include "net/tlsclient.h"

enum {
	PAUSE_FIRST_MS = 50,
	PAUSE_MOST_MS = 1000,
	COMMAND_MOST = 256 * 1024,
	GREETING_MOST = 6,
	SEND_MS = 30000,          /* longer than anybody waits */
	WHY_MOST = 200
};

enum conn_state { PAUSING, RESOLVING, CONNECTING, GREETING, READY };

TAILQ_HEAD(call_list, redis_call);

struct greeting {
	struct redis_call call;
	struct redis_conn *conn;
	enum { MUST_WORK, MAY_FAIL, MUST_BE_MASTER } kind;
	bool is_last;
};

/* A name being resolved, by a thread. */
struct search {
	struct redis_conn *conn;  /* NULL: it is gone */
	char host[REDIS_AT_MOST], port[16];
	struct addrinfo *found;
};

struct redis_conn {
	const struct redis_use *use;
	void *owner;
	char at[REDIS_AT_MOST];
	enum conn_state state;
	struct search *search;
	struct bufferevent *event;
	struct conn *conn;        /* in its place, once connected, in the
	                           * clear */
	struct resp_reader *reader;
	struct call_list calls;
	struct buf text;          /* of one command */
	struct greeting greetings[GREETING_MOST];
	struct timer *alarm;
	bool rings;               /* that is set */
	int64_t began_ms;         /* the attempt */
	int64_t pause_ms;
	struct task tell;         /* ready or lost */
	bool is_dropped;
	bool ready_is_told;
	char why[WHY_MOST];
};

static void attempt(struct redis_conn *c);

bool
redis_conn_is_ready(const struct redis_conn *c)
{
	return c->state == READY && !c->is_dropped;
}

void
redis_conn_drop(struct redis_conn *c, const char *why)
{
	if (c->is_dropped || c->state == PAUSING)
		return;
	c->is_dropped = true;
	snprintf(c->why, sizeof(c->why), "%s", why);
	if (c->event != NULL)
		bufferevent_disable(c->event, EV_READ | EV_WRITE);
	loop_ready(c->use->loop, &c->tell);
}

/* What an error reply says, without what a peer can make endless. */
static void
drop_for(struct redis_conn *c, const char *what, struct str why)
{
	char text[WHY_MOST];

	snprintf(text, sizeof(text), "%s: %" STR_FMT, what,
	    STR_ARG(str_head(why, 120)));
	redis_conn_drop(c, text);
}

static void
shut(struct redis_conn *c)
{
	SSL *ssl;

	if (c->event != NULL) {
		ssl = bufferevent_openssl_get_ssl(c->event);
		/* What waits is of no use to anybody. */
		if (ssl != NULL)
			SSL_set_shutdown(ssl, SSL_RECEIVED_SHUTDOWN |
			    SSL_SENT_SHUTDOWN);
		bufferevent_free(c->event);
	}
	c->event = NULL;
	conn_free(c->conn);
	c->conn = NULL;
	resp_reader_free(c->reader);
	c->reader = NULL;
	if (c->search != NULL)
		c->search->conn = NULL;
	c->search = NULL;
}

static void
end_calls(struct redis_conn *c)
{
	struct call_list ended = TAILQ_HEAD_INITIALIZER(ended);
	struct redis_call *call;

	TAILQ_CONCAT(&ended, &c->calls, entry);
	while ((call = TAILQ_FIRST(&ended)) != NULL) {
		TAILQ_REMOVE(&ended, call, entry);
		call->done(call, NULL);
	}
}

static void
ring_in(struct redis_conn *c, int64_t ms)
{
	c->rings = true;
	timer_set(c->alarm, ms);
}

static void
pause_now(struct redis_conn *c)
{
	c->state = PAUSING;
	c->is_dropped = false;
	c->ready_is_told = false;
	ring_in(c, c->pause_ms);
	c->pause_ms *= 2;
	if (c->pause_ms > PAUSE_MOST_MS)
		c->pause_ms = PAUSE_MOST_MS;
}

static void
on_tell(void *owner)
{
	struct redis_conn *c = owner;

	if (c->is_dropped) {
		shut(c);
		pause_now(c);
		end_calls(c);
		c->use->lost(c->owner, c->why);
	} else if (c->state == READY && !c->ready_is_told) {
		c->ready_is_told = true;
		c->use->ready(c->owner);
	}
}

/* The alarm rings for the end of a pause, and for the oldest call; or for one
 * that has been answered, as it is not set for each. */
static void
on_alarm(void *owner)
{
	struct redis_conn *c = owner;
	const struct redis_call *oldest = TAILQ_FIRST(&c->calls);
	int64_t since;

	c->rings = false;
	if (c->state == PAUSING) {
		attempt(c);
		return;
	}
	if (c->state == READY && oldest == NULL)
		return;
	since = c->state == READY ? oldest->sent_ms : c->began_ms;
	since += c->use->patience_ms - clock_ms();
	if (since > 0)
		ring_in(c, since);
	else
		redis_conn_drop(c, c->state < GREETING ?
		    "no connection in time" : "no answer in time");
}

void
redis_conn_send(struct redis_conn *c, struct redis_call *call,
    const struct str *words, size_t n)
{
	assert(c->event != NULL || c->conn != NULL);
	buf_empty(&c->text);
	resp_command(&c->text, words, n);
	assert(!c->text.is_full);
	if (c->conn != NULL)
		conn_send(c->conn, buf_str(&c->text));
	else
		bufferevent_write(c->event, c->text.p, c->text.n);
	call->sent_ms = clock_ms();
	if (!c->rings)
		ring_in(c, c->use->patience_ms);
	TAILQ_INSERT_TAIL(&c->calls, call, entry);
}

void
redis_conn_push(struct redis_conn *c)
{
	if (c->conn != NULL)
		conn_push(c->conn);
}

/* Nothing but that it comes. */
static void
on_asking(struct redis_call *call, const struct resp *reply)
{
	(void)reply;
	free(call);
}

void
redis_conn_send_asking(struct redis_conn *c)
{
	static const struct str word[] = { STR_INIT("ASKING") };
	struct redis_call *call = calloc(1, sizeof(*call));

	if (call == NULL)
		abort();
	call->done = on_asking;
	redis_conn_send(c, call, word, 1);
}

/* Greeting. */

static bool
is_master(const struct resp *reply)
{
	return reply->type == RESP_ARRAY && reply->n > 0 &&
	    reply->at[0].type == RESP_TEXT &&
	    str_is(reply->at[0].text, "master");
}

static void
on_greeted(struct redis_call *call, const struct resp *reply)
{
	struct greeting *g = (struct greeting *)(void *)call;
	struct redis_conn *c = g->conn;

	if (reply == NULL || c->is_dropped)
		return;
	if (reply->type == RESP_ERROR && g->kind != MAY_FAIL) {
		drop_for(c, "refused", reply->text);
	} else if (g->kind == MUST_BE_MASTER && !is_master(reply)) {
		redis_conn_drop(c, "not a master");
	} else if (g->is_last) {
		c->state = READY;
		loop_ready(c->use->loop, &c->tell);
	}
}

static struct greeting *
greet_with(struct redis_conn *c, struct greeting *g, const struct str *words,
    size_t n)
{
	assert(g < c->greetings + GREETING_MOST);
	*g = (struct greeting){ .call.done = on_greeted, .conn = c };
	redis_conn_send(c, &g->call, words, n);
	return g;
}

static void
greet(struct redis_conn *c)
{
	const struct redis_use *u = c->use;
	const struct str auth[] = { STR("AUTH"), u->user, u->password };
	const struct str load[] = { STR("SCRIPT"), STR("LOAD"), u->script };
	struct greeting *g = c->greetings;
	char db[24];

	c->state = GREETING;
	if (u->user.n != 0)
		greet_with(c, g++, auth, 3);
	else if (u->password.n != 0)
		greet_with(c, g++, (struct str[]){ auth[0], auth[2] }, 2);
	snprintf(db, sizeof(db), "%lld", (long long)u->db);
	if (u->db != 0)
		greet_with(c, g++,
		    (struct str[]){ STR("SELECT"), str_of(db) }, 2);
	if (u->script.n != 0)
		greet_with(c, g++, load, 3)->kind = MAY_FAIL;
	if (u->wants_master)
		greet_with(c, g++, (struct str[]){ STR("ROLE") }, 1)->kind =
		    MUST_BE_MASTER;
	greet_with(c, g++, (struct str[]){ STR("PING") }, 1)->is_last = true;
}

/* What comes. */

static void
answer_next(struct redis_conn *c, const struct resp *reply)
{
	struct redis_call *call = TAILQ_FIRST(&c->calls);

	if (call == NULL) {
		drop_for(c, "an answer that nobody asked for", reply->text);
		return;
	}
	TAILQ_REMOVE(&c->calls, call, entry);
	call->done(call, reply);
}

static void
take(struct redis_conn *c, struct str bytes)
{
	const struct resp *reply;
	enum resp_next next;

	if (c->is_dropped)
		return;
	resp_feed(c->reader, bytes);
	do {
		next = resp_next(c->reader, &reply);
		if (next == RESP_HAVE)
			answer_next(c, reply);
	} while (next == RESP_HAVE && !c->is_dropped);
	if (next == RESP_BROKEN)
		redis_conn_drop(c, "this is no Redis");
}

static void
on_read(struct bufferevent *event, void *arg)
{
	struct evbuffer *in = bufferevent_get_input(event);
	struct evbuffer_iovec piece;
	struct redis_conn *c = arg;

	while (!c->is_dropped && evbuffer_peek(in, -1, NULL, &piece, 1) > 0) {
		take(c, (struct str){ piece.iov_base, piece.iov_len });
		evbuffer_drain(in, piece.iov_len);
	}
}

/* TLS that is refused leaves no error of the socket. */
static const char *
why_lost(const struct redis_conn *c, struct bufferevent *event, short what)
{
	int error = EVUTIL_SOCKET_ERROR();
	const char *why = NULL;

	if (c->use->tls != NULL)
		why = tls_client_why(bufferevent_openssl_get_ssl(event),
		    bufferevent_get_openssl_error(event));
	if (why != NULL)
		return why;
	if ((what & BEV_EVENT_EOF) != 0 || error == 0)
		return "the server has closed the connection";
	return evutil_socket_error_to_string(error);
}

static size_t
on_data(void *owner, struct str bytes)
{
	take(owner, bytes);
	return bytes.n;
}

static void
on_half_closed(void *owner)
{
	redis_conn_drop(owner, "the server has closed the connection");
}

static void
on_gone(void *owner)
{
	struct redis_conn *c = owner;

	c->conn = NULL;
	redis_conn_drop(c, "the connection has broken");
}

static const struct conn_handler handler = { .data = on_data,
	.half_closed = on_half_closed, .gone = on_gone };

/* The bufferevent has done its part. */
static void
take_over(struct redis_conn *c, int fd)
{
	bufferevent_setfd(c->event, -1);
	bufferevent_free(c->event);
	c->event = NULL;
	c->conn = conn_new(c->use->loop, fd, &handler, c, SEND_MS);
}

static void
on_event(struct bufferevent *event, short what, void *arg)
{
	struct redis_conn *c = arg;
	int fd, one = 1;

	if ((what & BEV_EVENT_CONNECTED) == 0) {
		redis_conn_drop(c, why_lost(c, event, what));
		return;
	}
	fd = bufferevent_getfd(event);
	if (c->at[0] != '/')
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (c->use->tls == NULL)
		take_over(c, fd);
	greet(c);
}

/* Connecting. */

static void
connect_to(struct redis_conn *c, const struct sockaddr *to, int n)
{
	const struct redis_use *u = c->use;
	struct event_base *base = loop_base(u->loop);

	c->state = CONNECTING;
	if (u->tls == NULL) {
		c->event = bufferevent_socket_new(base, -1,
		    BEV_OPT_CLOSE_ON_FREE);
	} else {
		c->event = bufferevent_openssl_socket_new(base, -1,
		    tls_client_connect(u->tls, str_of(c->at)),
		    BUFFEREVENT_SSL_CONNECTING, BEV_OPT_CLOSE_ON_FREE);
	}
	if (c->event == NULL)
		abort();
	c->reader = resp_reader_new();
	bufferevent_setcb(c->event, on_read, NULL, on_event, c);
	bufferevent_enable(c->event, EV_READ | EV_WRITE);
	if (bufferevent_socket_connect(c->event, to, n) != 0)
		redis_conn_drop(c, evutil_socket_error_to_string(
		    EVUTIL_SOCKET_ERROR()));
}

/* In a thread. */
static void
do_search(void *owner)
{
	const struct addrinfo want = { .ai_socktype = SOCK_STREAM };
	struct search *s = owner;

	if (getaddrinfo(s->host, s->port, &want, &s->found) != 0)
		s->found = NULL;
}

static void
on_found(void *owner)
{
	struct search *s = owner;
	struct redis_conn *c = s->conn;

	if (c != NULL) {
		c->search = NULL;
		if (c->is_dropped)
			;
		else if (s->found == NULL)
			redis_conn_drop(c, "this name is not known");
		else
			connect_to(c, s->found->ai_addr,
			    (int)s->found->ai_addrlen);
	}
	if (s->found != NULL)
		freeaddrinfo(s->found);
	free(s);
}

static void
search(struct redis_conn *c)
{
	struct search *s = calloc(1, sizeof(*s));
	char *colon;
	struct err e;

	if (s == NULL)
		abort();
	c->state = RESOLVING;
	snprintf(s->host, sizeof(s->host), "%s", c->at);
	colon = strrchr(s->host, ':');
	snprintf(s->port, sizeof(s->port), "%s",
	    colon != NULL ? colon + 1 : "6379");
	if (colon != NULL)
		*colon = '\0';
	s->conn = c;
	c->search = s;
	if (loop_work(c->use->loop, do_search, on_found, s, &e))
		return;
	c->search = NULL;
	free(s);
	redis_conn_drop(c, e.text);
}

/* What is cut short is no socket's path. */
static void
connect_path(struct redis_conn *c)
{
	struct sockaddr_un path = { .sun_family = AF_UNIX };
	size_t n = strlen(c->at);

	if (n >= sizeof(path.sun_path))
		n = sizeof(path.sun_path) - 1;
	memcpy(path.sun_path, c->at, n);
	connect_to(c, (struct sockaddr *)&path, sizeof(path));
}

static void
attempt(struct redis_conn *c)
{
	struct sockaddr_storage to;
	int n = sizeof(to);

	c->began_ms = clock_ms();
	ring_in(c, c->use->patience_ms);
	if (c->at[0] == '/') {
		connect_path(c);
	} else if (evutil_parse_sockaddr_port(c->at, (struct sockaddr *)&to,
	    &n) == 0) {
		connect_to(c, (struct sockaddr *)&to, n);
	} else {
		search(c);
	}
}

void
redis_conn_praise(struct redis_conn *c)
{
	c->pause_ms = PAUSE_FIRST_MS;
}

void
redis_conn_hurry(struct redis_conn *c)
{
	if (c->state == PAUSING)
		ring_in(c, 0);
}

struct redis_conn *
redis_conn_new(const struct redis_use *use, const char *at, void *owner)
{
	struct redis_conn *c = calloc(1, sizeof(*c));

	if (c == NULL)
		abort();
	c->use = use;
	c->owner = owner;
	snprintf(c->at, sizeof(c->at), "%s", at);
	TAILQ_INIT(&c->calls);
	buf_init(&c->text, COMMAND_MOST);
	c->alarm = timer_new(use->loop, on_alarm, c);
	c->tell = (struct task){ .run = on_tell, .owner = c };
	c->pause_ms = PAUSE_FIRST_MS;
	ring_in(c, 0);
	return c;
}

void
redis_conn_free(struct redis_conn *c)
{
	if (c == NULL)
		return;
	shut(c);
	loop_unready(c->use->loop, &c->tell);
	timer_free(c->alarm);
	end_calls(c);
	buf_release(&c->text);
	free(c);
}
