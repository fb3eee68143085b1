/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bufferevent and its manners: back-pressure, half-closed peers, and the
 * lingering close.  Every way out ends in the task that calls gone, so no
 * handler ever sees its connection vanish under it.
 */
#include "net/conn.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/log.h"
#include "net/loop.h"
#include "net/loop_event.h"
#include "net/tls_ssl.h"

enum {
	UNREAD_MOST = 256 * 1024,   /* waiting for the owner */
	UNSENT_MOST = 256 * 1024,   /* before the owner gets more to do */
	READ_STEP = 128 * 1024,
	LIBEVENT_STEP = 4 * 1024,   /* of one read, EVBUFFER_MAX_READ */
	PIECE_MOST = 16 * 1024,     /* of what is offered again */
	LINGER_MS = 2000,
	LINGER_MOST = 64 * 1024 * 1024
};

enum conn_state { CONN_OPEN, CONN_CLOSING, CONN_LINGERING, CONN_GONE };

struct conn {
	struct loop *loop;
	struct bufferevent *event;
	int fd;
	SSL *ssl;           /* event's own, or NULL */
	struct timeval send;
	const struct conn_handler *handler;
	void *owner;
	struct timer *alarm;
	struct evbuffer *unsent; /* in this turn, ahead of event's own */
	struct task flush;
	struct task resume;
	struct task end;
	enum conn_state state;
	size_t lingered;
	bool is_paused;
	bool wants_more;    /* than the first piece of what is there */
	bool waits_for_room;  /* to go on when replies have left */
	bool is_braked;     /* nothing more is read off the socket */
	bool has_eof;       /* the peer's side is shut */
	bool eof_is_told;
	bool is_done;       /* its request was the last, the peer says */
};

/* Not yet with the kernel. */
static size_t
unsent(const struct conn *c)
{
	return evbuffer_get_length(c->unsent) +
	    evbuffer_get_length(bufferevent_get_output(c->event));
}

static void
throw_away(struct conn *c)
{
	struct evbuffer *in = bufferevent_get_input(c->event);
	size_t n = evbuffer_get_length(in);

	evbuffer_drain(in, n);
	c->lingered += n;
	if (c->lingered > LINGER_MOST)
		conn_drop(c);
}

/* A peer that asks and asks and reads no reply is given no further ones. */
static void
look_for_room(struct conn *c)
{
	c->waits_for_room = unsent(c) > UNSENT_MOST;
	if (c->waits_for_room)
		c->is_paused = true;
}

/*
 * An owner that takes nothing leaves the rest with the peer.  Not done by a
 * watermark: libevent calls on_read for a full buffer again and again, and
 * its loop never comes to an end.
 */
static void
brake(struct conn *c)
{
	struct evbuffer *in = bufferevent_get_input(c->event);
	bool is_full = c->state == CONN_OPEN && c->is_paused &&
	    evbuffer_get_length(in) >= UNREAD_MOST;

	if (is_full == c->is_braked || c->has_eof || c->state == CONN_GONE)
		return;
	c->is_braked = is_full;
	if (is_full)
		bufferevent_disable(c->event, EV_READ);
	else
		bufferevent_enable(c->event, EV_READ);
}

static struct str
first_piece(struct conn *c)
{
	struct evbuffer *in = bufferevent_get_input(c->event);
	size_t n = evbuffer_get_length(in);
	struct evbuffer_iovec piece = { 0 };

	if (c->wants_more)
		evbuffer_pullup(in, (ssize_t)(n < PIECE_MOST ? n : PIECE_MOST));
	evbuffer_peek(in, -1, NULL, &piece, 1);
	return (struct str){ piece.iov_base, n == 0 ? 0 : piece.iov_len };
}

static void
offer(struct conn *c)
{
	struct evbuffer *in = bufferevent_get_input(c->event);
	struct str piece;
	size_t taken;

	look_for_room(c);
	while (c->state == CONN_OPEN && !c->is_paused &&
	    (piece = first_piece(c)).n != 0) {
		taken = c->handler->data(c->owner, piece);
		c->wants_more = taken == CONN_MORE && piece.n < PIECE_MOST;
		if (c->wants_more)
			break;
		if (taken == CONN_MORE)
			taken = 0;
		c->is_paused = taken < piece.n;
		evbuffer_drain(in, taken);
	}
	if (c->state != CONN_OPEN)
		throw_away(c);
	else if (c->has_eof && !c->eof_is_told && !c->is_paused) {
		c->eof_is_told = true;
		c->handler->half_closed(c->owner);
	}
	brake(c);
}

/*
 * libevent reads 4 KB at a time, and asks before each how much there is.  The
 * rest comes in one piece; whatever ends the connection is left for libevent
 * to find.
 */
static void
read_rest(struct conn *c)
{
	struct evbuffer *in = bufferevent_get_input(c->event);
	struct evbuffer_iovec room[2];
	ssize_t n;
	int pieces;

	if (c->ssl != NULL || evbuffer_get_length(in) < LIBEVENT_STEP)
		return;
	evbuffer_unfreeze(in, 0);
	pieces = evbuffer_reserve_space(in, READ_STEP, room, 1);
	n = pieces == 1 ? recv(c->fd, room[0].iov_base, READ_STEP, 0) : 0;
	room[0].iov_len = n > 0 ? (size_t)n : 0;
	if (n > 0)
		evbuffer_commit_space(in, room, 1);
	evbuffer_freeze(in, 0);
}

static void
on_read(struct bufferevent *event, void *arg)
{
	(void)event;
	read_rest(arg);
	offer(arg);
}

static void
on_resume(void *owner)
{
	struct conn *c = owner;

	if (c->state != CONN_OPEN)
		return;
	c->is_paused = false;
	offer(c);
}

static void
linger(struct conn *c)
{
	c->state = CONN_LINGERING;
	if ((c->has_eof || c->is_done) && c->ssl == NULL) {
		conn_drop(c);
		return;
	}
	if (c->ssl != NULL) {
		/* What says so may still be on its way out, and the last
		 * bytes with the filter below. */
		SSL_shutdown(c->ssl);
		ERR_clear_error();
	} else {
		shutdown(c->fd, SHUT_WR);
	}
	throw_away(c);
	brake(c);
	timer_set(c->alarm, LINGER_MS);
}

/* All that was to be sent is with the kernel. */
static void
all_is_sent(struct conn *c)
{
	if (c->state == CONN_CLOSING)
		linger(c);
	else if (c->waits_for_room)
		conn_resume(c);
}

static void
on_written(struct bufferevent *event, void *arg)
{
	struct conn *c = arg;

	(void)event;
	if (unsent(c) == 0)
		all_is_sent(c);
}

/*
 * Most replies fit what the kernel takes at once, and nobody has to be waited
 * for.  What is left, for whatever reason, is libevent's to send.
 */
static void
flush(struct conn *c)
{
	struct evbuffer *out = bufferevent_get_output(c->event);

	loop_unready(c->loop, &c->flush);
	if (c->ssl == NULL && evbuffer_get_length(out) == 0)
		evbuffer_write(c->unsent, c->fd);
	bufferevent_write_buffer(c->event, c->unsent);
}

static void
on_flush(void *owner)
{
	struct conn *c = owner;

	flush(c);
	if (unsent(c) == 0)
		all_is_sent(c);
}

/* A client that cannot come in should find out why from somebody. */
static void
tell_tls(struct conn *c)
{
	const char *why = ERR_reason_error_string(
	    bufferevent_get_openssl_error(c->event));

	if (why != NULL)
		log_info("tls: %s", why);
	ERR_clear_error();
}

static void
on_event(struct bufferevent *event, short what, void *arg)
{
	struct conn *c = arg;

	(void)event;
	if ((what & BEV_EVENT_CONNECTED) != 0)
		return;
	if (c->ssl != NULL && (what & BEV_EVENT_ERROR) != 0)
		tell_tls(c);
	if ((what & BEV_EVENT_EOF) != 0 && c->state != CONN_LINGERING) {
		c->has_eof = true;
		offer(c);
		return;
	}
	conn_drop(c);
}

static void
on_alarm(void *owner)
{
	struct conn *c = owner;

	if (c->state == CONN_OPEN)
		c->handler->alarm(c->owner);
	else if (c->state == CONN_LINGERING)
		conn_drop(c);
}

static void
on_end(void *owner)
{
	struct conn *c = owner;
	const struct conn_handler *handler = c->handler;
	void *whose = c->owner;

	conn_free(c);
	handler->gone(whose);
}

static void
set_up(struct conn *c)
{
	bufferevent_setcb(c->event, on_read, on_written, on_event, c);
	bufferevent_set_max_single_read(c->event, READ_STEP);
	bufferevent_set_timeouts(c->event, NULL, &c->send);
	bufferevent_enable(c->event, EV_READ | EV_WRITE);
}

struct conn *
conn_new(struct loop *l, int fd, const struct conn_handler *h, void *owner,
    int64_t send_ms)
{
	struct conn *c = calloc(1, sizeof(*c));

	if (c == NULL)
		abort();
	c->loop = l;
	c->fd = fd;
	c->send = (struct timeval){ send_ms / 1000,
		(suseconds_t)(send_ms % 1000) * 1000 };
	c->handler = h;
	c->owner = owner;
	c->flush = (struct task){ .run = on_flush, .owner = c };
	c->resume = (struct task){ .run = on_resume, .owner = c };
	c->end = (struct task){ .run = on_end, .owner = c };
	c->alarm = timer_new(l, on_alarm, c);
	c->event = bufferevent_socket_new(loop_base(l), fd,
	    BEV_OPT_CLOSE_ON_FREE);
	c->unsent = evbuffer_new();
	if (c->event == NULL || c->unsent == NULL)
		abort();
	set_up(c);
	return c;
}

/*
 * What has come already, behind a header of PROXY, is the beginning of the
 * handshake; no further byte may come to wake the filter up.
 */
void
conn_secure(struct conn *c, struct tls *t)
{
	struct bufferevent *plain = c->event;

	c->ssl = tls_accept(t);
	bufferevent_setcb(plain, NULL, NULL, NULL, NULL);
	c->event = bufferevent_openssl_filter_new(loop_base(c->loop), plain,
	    c->ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
	if (c->event == NULL)
		abort();
	/* Many clients end without a word of TLS. */
	bufferevent_openssl_set_allow_dirty_shutdown(c->event, 1);
	set_up(c);
	if (evbuffer_get_length(bufferevent_get_input(plain)) != 0)
		bufferevent_trigger(plain, EV_READ,
		    BEV_TRIG_IGNORE_WATERMARKS | BEV_TRIG_DEFER_CALLBACKS);
}

void
conn_free(struct conn *c)
{
	if (c == NULL)
		return;
	loop_unready(c->loop, &c->flush);
	loop_unready(c->loop, &c->resume);
	loop_unready(c->loop, &c->end);
	timer_free(c->alarm);
	evbuffer_free(c->unsent);
	bufferevent_free(c->event);
	free(c);
}

void
conn_hand(struct conn *c, const struct conn_handler *h, void *owner)
{
	c->handler = h;
	c->owner = owner;
	c->wants_more = false;
	conn_resume(c);
}

void
conn_skip(struct conn *c, size_t n)
{
	evbuffer_drain(bufferevent_get_input(c->event), n);
}

void
conn_send(struct conn *c, struct str bytes)
{
	if (c->state != CONN_OPEN)
		return;
	evbuffer_add(c->unsent, bytes.p, bytes.n);
	loop_ready(c->loop, &c->flush);
}

void
conn_resume(struct conn *c)
{
	if (c->state == CONN_OPEN)
		loop_ready(c->loop, &c->resume);
}

void
conn_acknowledge(struct conn *c)
{
	int on = 1;

	/* Not a lasting setting; other sockets than TCP's know nothing of it
	 * and need none. */
	(void)setsockopt(bufferevent_getfd(c->event), IPPROTO_TCP,
	    TCP_QUICKACK, &on, sizeof(on));
}

void
conn_alarm(struct conn *c, int64_t ms)
{
	if (c->state != CONN_OPEN)
		return;
	if (ms == CONN_NEVER)
		timer_stop(c->alarm);
	else
		timer_set(c->alarm, ms);
}

void
conn_close(struct conn *c)
{
	if (c->state != CONN_OPEN)
		return;
	c->state = CONN_CLOSING;
	timer_stop(c->alarm);
	loop_unready(c->loop, &c->resume);
	flush(c);
	if (unsent(c) == 0)
		linger(c);
}

void
conn_end(struct conn *c)
{
	/* More has come all the same. */
	c->is_done = evbuffer_get_length(bufferevent_get_input(c->event)) == 0;
	conn_close(c);
}

void
conn_drop(struct conn *c)
{
	if (c->state == CONN_GONE)
		return;
	c->state = CONN_GONE;
	bufferevent_disable(c->event, EV_READ | EV_WRITE);
	timer_stop(c->alarm);
	loop_unready(c->loop, &c->flush);
	loop_ready(c->loop, &c->end);
}
