/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A socket and its manners: back-pressure, half-closed peers, and the
 * lingering close.  Every way out ends in the task that calls gone, so no
 * handler ever sees its connection vanish under it.
 *
 * What comes is read into room that all connections share and offered there;
 * only what an owner leaves is kept.
 */
#include "net/conn.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/buf.h"
#include "base/memory.h"
#include "net/loop.h"
#include "net/loop_event.h"
#include "net/wire.h"

enum {
	UNREAD_MOST = 256 * 1024,   /* waiting for the owner */
	UNSENT_MOST = 256 * 1024,   /* before the owner gets more to do */
	PIECE_MOST = 16 * 1024,     /* of what is offered again */
	OUT_FIRST = 8 * 1024,       /* holds most replies */
	LINGER_MS = 2000,
	LINGER_MOST = 64 * 1024 * 1024
};

enum conn_state { CONN_OPEN, CONN_CLOSING, CONN_LINGERING, CONN_GONE };

struct conn {
	struct loop *loop;
	struct wire wire;
	struct event readable, writable, alarm;
	struct timeval send;
	const struct conn_handler *handler;
	void *owner;
	struct str here;    /* not taken yet; in kept or the loop's room */
	struct buf kept;
	struct buf out;
	struct str unsent;  /* the rest of out */
	struct task flush;
	struct task resume;
	struct task end;
	enum conn_state state;
	size_t lingered;
	bool is_paused;
	bool waits_for_room;  /* to go on when replies have left */
	bool is_read;       /* readable is waited for */
	bool is_written;    /* writable is */
	bool has_eof;       /* the peer's side is shut */
	bool eof_is_told;
	bool is_done;       /* its request was the last, the peer says */
};

static void take_in(struct conn *c);

static void
wait_to_read(struct conn *c, bool is_wanted)
{
	if (is_wanted == c->is_read)
		return;
	c->is_read = is_wanted;
	if (is_wanted)
		event_add(&c->readable, NULL);
	else
		event_del(&c->readable);
}

/* send is how long the peer may take nothing. */
static void
wait_to_write(struct conn *c, bool is_wanted)
{
	if (is_wanted == c->is_written)
		return;
	c->is_written = is_wanted;
	if (is_wanted)
		event_add(&c->writable, &c->send);
	else
		event_del(&c->writable);
}

static void
ring_in(struct conn *c, int64_t ms)
{
	struct timeval tv = { ms / 1000, (suseconds_t)(ms % 1000) * 1000 };

	event_add(&c->alarm, &tv);
}

/* A peer that asks and asks and reads no reply is given no further ones. */
static void
look_for_room(struct conn *c)
{
	c->waits_for_room = c->unsent.n > UNSENT_MOST;
	if (c->waits_for_room)
		c->is_paused = true;
}

/* An owner that takes nothing leaves the rest with the peer. */
static bool
is_full(const struct conn *c)
{
	return c->state == CONN_OPEN && c->is_paused &&
	    c->here.n >= UNREAD_MOST;
}

static void
brake(struct conn *c)
{
	wait_to_read(c, !is_full(c) && !c->has_eof && c->state != CONN_GONE);
}

/* Once more, in one piece, when there is more; too much of it counts as
 * nothing taken. */
static bool
waits_for_more(size_t *taken, size_t offered)
{
	if (*taken != CONN_MORE)
		return false;
	*taken = 0;
	return offered < PIECE_MOST;
}

static void
offer(struct conn *c)
{
	look_for_room(c);
	while (c->state == CONN_OPEN && !c->is_paused && c->here.n != 0) {
		const struct conn_handler *asked = c->handler;
		size_t n = c->here.n;
		size_t taken = asked->data(c->owner, c->here);

		if (waits_for_more(&taken, n))
			break;
		c->here = str_from(c->here, taken);
		c->is_paused = taken < n && c->handler == asked;
		/* The next one is asked now: nothing has to be kept for it. */
		if (c->handler != asked)
			loop_unready(c->loop, &c->resume);
	}
	if (c->state == CONN_OPEN && c->has_eof && !c->eof_is_told &&
	    !c->is_paused) {
		c->eof_is_told = true;
		c->handler->half_closed(c->owner);
	}
	brake(c);
}

/* The loop's room is for the next one. */
static void
keep(struct conn *c)
{
	struct buf rest;

	if (c->here.n == 0 || c->state != CONN_OPEN) {
		buf_release(&c->kept);
		c->here = STR("");
		return;
	}
	if (c->kept.n != 0 && c->here.p == c->kept.p)
		return;
	buf_init(&rest, SIZE_MAX);
	buf_add_str(&rest, c->here);
	buf_release(&c->kept);
	c->kept = rest;
	c->here = buf_str(&rest);
}

static void
read_end(struct conn *c)
{
	c->has_eof = true;
	if (c->state == CONN_LINGERING)
		conn_drop(c);
}

/* Behind what is kept, in one piece with it. */
static enum wire_result
read_more(struct conn *c)
{
	size_t n = 0;
	enum wire_result is;

	buf_reserve(&c->kept, LOOP_ROOM);
	is = wire_receive(&c->wire, c->kept.p + c->kept.n, LOOP_ROOM, &n);
	c->kept.n += n;
	c->here = buf_str(&c->kept);
	return is;
}

static enum wire_result
read_first(struct conn *c)
{
	char *room = loop_room(c->loop);
	size_t n = 0;
	enum wire_result is = wire_receive(&c->wire, room, LOOP_ROOM, &n);

	if (n != 0)
		c->here = (struct str){ room, n };
	return is;
}

static enum wire_result
throw_away(struct conn *c)
{
	size_t n = 0;
	enum wire_result is = wire_waste(&c->wire, loop_room(c->loop),
	    LOOP_ROOM, &n);

	c->lingered += n;
	return c->lingered > LINGER_MOST ? WIRE_BROKEN : is;
}

static enum wire_result
read_some(struct conn *c)
{
	if (c->state != CONN_OPEN)
		return throw_away(c);
	return c->kept.n != 0 ? read_more(c) : read_first(c);
}

static void
take_in(struct conn *c)
{
	enum wire_result is;

	do {
		is = read_some(c);
		switch (is) {
		case WIRE_BROKEN:
			conn_drop(c);
			return;
		case WIRE_END:
			read_end(c);
			break;
		case WIRE_LATER:
		case WIRE_DONE:
			break;
		}
		offer(c);
		keep(c);
		/* Half a record counts as more, and gives nothing until its
		 * rest is here. */
	} while (is == WIRE_DONE && c->is_read && c->state == CONN_OPEN &&
	    wire_has_more(&c->wire));
	/* TLS may have waited for its peer. */
	if (c->wire.ssl != NULL && (c->wire.wants_room || c->unsent.n != 0))
		wait_to_write(c, c->state != CONN_GONE);
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	take_in(arg);
}

static void
on_resume(void *owner)
{
	struct conn *c = owner;

	if (c->state != CONN_OPEN)
		return;
	c->is_paused = false;
	offer(c);
	keep(c);
	if (c->is_read && wire_has_more(&c->wire))
		take_in(c);
}

/* The peer sends no more: there is nothing to linger for. */
static bool
ends_at_once(const struct conn *c)
{
	return (c->has_eof || c->is_done) && c->wire.ssl == NULL;
}

static void
linger(struct conn *c)
{
	c->state = CONN_LINGERING;
	if (ends_at_once(c)) {
		conn_drop(c);
		wire_close(&c->wire);
		return;
	}
	wire_shut(&c->wire);
	if (c->has_eof)
		conn_drop(c);
	else
		ring_in(c, LINGER_MS);
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

/*
 * Most replies fit what the kernel takes at once, and nobody has to be waited
 * for.
 */
static void
flush(struct conn *c)
{
	enum wire_result is = wire_send(&c->wire, &c->unsent,
	    c->state == CONN_CLOSING);

	loop_unready(c->loop, &c->flush);
	if (is == WIRE_BROKEN) {
		conn_drop(c);
		return;
	}
	/* What waits for the peer is tried again when that has sent. */
	wait_to_write(c, is == WIRE_LATER && !c->wire.wants_peer);
	if (is == WIRE_DONE)
		buf_release(&c->out);
}

static void
on_flush(void *owner)
{
	struct conn *c = owner;

	flush(c);
	if (c->state != CONN_GONE && c->unsent.n == 0)
		all_is_sent(c);
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;

	(void)fd;
	if ((what & EV_TIMEOUT) != 0) {
		conn_drop(c);
		return;
	}
	if (c->unsent.n != 0)
		on_flush(c);
	else
		wait_to_write(c, false);
	if (c->wire.wants_room && c->state != CONN_GONE)
		take_in(c);
}

static void
on_alarm(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;

	(void)fd;
	(void)what;
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

struct conn *
conn_new(struct loop *l, int fd, const struct conn_handler *h, void *owner,
    int64_t send_ms)
{
	struct event_base *base = loop_base(l);
	struct conn *c = memory_new(sizeof(*c));

	c->loop = l;
	c->wire.fd = fd;
	c->send = (struct timeval){ send_ms / 1000,
		(suseconds_t)(send_ms % 1000) * 1000 };
	c->handler = h;
	c->owner = owner;
	buf_init(&c->kept, SIZE_MAX);
	buf_init(&c->out, SIZE_MAX);
	c->flush = (struct task){ .run = on_flush, .owner = c };
	c->resume = (struct task){ .run = on_resume, .owner = c };
	c->end = (struct task){ .run = on_end, .owner = c };
	event_assign(&c->readable, base, fd, EV_READ | EV_PERSIST,
	    on_readable, c);
	event_assign(&c->writable, base, fd, EV_WRITE | EV_PERSIST,
	    on_writable, c);
	event_assign(&c->alarm, base, -1, 0, on_alarm, c);
	wait_to_read(c, true);
	return c;
}

void
conn_begin(struct conn *c)
{
	if (c->state == CONN_OPEN)
		take_in(c);
}

void
conn_secure(struct conn *c, struct tls *t)
{
	wire_secure(&c->wire, t, c->here);
	c->here = STR("");
}

void
conn_secure_to(struct conn *c, const struct tls_client *t, struct str at)
{
	wire_secure_to(&c->wire, t, at);
}

void
conn_free(struct conn *c)
{
	if (c == NULL)
		return;
	loop_unready(c->loop, &c->flush);
	loop_unready(c->loop, &c->resume);
	loop_unready(c->loop, &c->end);
	wait_to_read(c, false);
	wait_to_write(c, false);
	event_del(&c->alarm);
	buf_release(&c->kept);
	buf_release(&c->out);
	wire_release(&c->wire);
	free(c);
}

void
conn_hand(struct conn *c, const struct conn_handler *h, void *owner)
{
	c->handler = h;
	c->owner = owner;
	conn_resume(c);
}

void
conn_skip(struct conn *c, size_t n)
{
	c->here = str_from(c->here, n);
}

void
conn_send(struct conn *c, struct str bytes)
{
	size_t sent = c->out.n - c->unsent.n;

	if (c->state != CONN_OPEN)
		return;
	if (sent > c->unsent.n) {
		buf_drop(&c->out, sent);
		sent = 0;
	}
	if (c->out.n == 0)
		buf_reserve(&c->out, OUT_FIRST);
	buf_add_str(&c->out, bytes);
	c->unsent = str_from(buf_str(&c->out), sent);
	loop_ready(c->loop, &c->flush);
}

void
conn_push(struct conn *c)
{
	if (c->state == CONN_OPEN && c->unsent.n != 0 && !c->is_written &&
	    c->here.n == 0)
		on_flush(c);
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
	(void)setsockopt(c->wire.fd, IPPROTO_TCP, TCP_QUICKACK, &on,
	    sizeof(on));
}

void
conn_alarm(struct conn *c, int64_t ms)
{
	if (c->state != CONN_OPEN)
		return;
	if (ms == CONN_NEVER)
		event_del(&c->alarm);
	else
		ring_in(c, ms);
}

void
conn_close(struct conn *c)
{
	if (c->state != CONN_OPEN)
		return;
	c->state = CONN_CLOSING;
	event_del(&c->alarm);
	loop_unready(c->loop, &c->resume);
	flush(c);
	if (c->state == CONN_CLOSING && c->unsent.n == 0)
		linger(c);
}

void
conn_end(struct conn *c)
{
	/* More has come all the same. */
	c->is_done = c->here.n == 0 && wire_is_empty(&c->wire);
	conn_close(c);
}

void
conn_drop(struct conn *c)
{
	if (c->state == CONN_GONE)
		return;
	c->state = CONN_GONE;
	wait_to_read(c, false);
	wait_to_write(c, false);
	event_del(&c->alarm);
	loop_unready(c->loop, &c->flush);
	loop_ready(c->loop, &c->end);
}
