/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Coming in, being counted, finding the protocol.  Until that is known the
 * door itself is the handler of a connection.
 */
#include "front/door.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/count.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/vec.h"
#include "front/client.h"
#include "front/front.h"
#include "net/conn.h"
#include "net/listener.h"
#include "net/proxy.h"
#include "scan/generation.h"

enum {
	TURN_AWAY_MOST = 1024,
	WORD_MOST = 32,
	TURNED_MOST = 64 /* who hear to the end that there is no room */
};

/* A listening socket with what is told about it. */
struct gate {
	STAILQ_ENTRY(gate) entry;
	struct door *door;
	const struct front_listener *at;
	struct listener *listener;
};

TAILQ_HEAD(client_list, client);

struct door {
	struct front *front;
	STAILQ_HEAD(, gate) gates;
	struct client_list clients;
	size_t n;
	struct client_list turned; /* away: all is said to them */
	size_t n_turned;
	void (*drained)(void *owner);
	void *owner;
};

static void
tell(struct door *d)
{
	d->front->seat->now.inside = d->n;
}

/* Clients. */

void
client_text(const struct client *c, char text[static CLIENT_TEXT])
{
	_Static_assert((size_t)CLIENT_TEXT >= ADDR_TEXT, "room for both");

	if (c->peer.family == 0)
		memcpy(text, "local", sizeof("local"));
	else
		addr_format(&c->peer, text);
}

/* What a balancer says is loopback is not ours. */
static bool
is_trusted(const struct front *f, const struct addr *peer, bool is_announced)
{
	const struct generation_conf *c = &f->generation->conf;

	if (!is_announced && (peer->family == 0 || addr_is_loopback(peer)))
		return true;
	return addr_net_list_has(c->trusted.at, c->trusted.n, peer);
}

bool
client_is_trusted(const struct client *c)
{
	return is_trusted(c->front, &c->peer, c->is_announced);
}

enum permission
client_may(const struct client *c, unsigned role, struct str token)
{
	struct front *f = c->front;
	char text[CLIENT_TEXT];
	const struct token *t;

	if ((c->listener->roles & role) == role)
		return CLIENT_MAY;
	if (token.n == 0)
		return CLIENT_NEEDS_TOKEN;
	t = token_find(&f->conf->tokens, token);
	if (backoff_waits(f->backoff, &c->peer, clock_ms()) &&
	    (t == NULL || !backoff_knows(f->backoff, &c->peer, t)))
		return CLIENT_MUST_WAIT;
	if (t != NULL) {
		backoff_proved(f->backoff, &c->peer, t);
		return (t->roles & role) == role ? CLIENT_MAY :
		    CLIENT_MAY_NOT;
	}
	backoff_failed(f->backoff, &c->peer, clock_ms());
	client_text(c, text);
	log_warn("%s: a token that is not known", text);
	return CLIENT_NEEDS_TOKEN;
}

bool
client_is_last(const struct client *c)
{
	return c->door->drained != NULL;
}

void
client_hold(struct client *c, size_t bytes)
{
	c->front->held += bytes - c->held;
	c->held = bytes;
}

void
client_leave(struct client *c)
{
	struct door *d = c->door;

	client_hold(c, 0);
	TAILQ_REMOVE(&d->clients, c, entry);
	d->n--;
	if (c->calls != NULL)
		--*c->calls;
	tell(d);
	free(c);
	if (d->drained != NULL && d->n == 0)
		d->drained(d->owner);
}

/* Finding the protocol. */

enum fit { FIT_NO, FIT_MAYBE, FIT_YES };

/* Whether "CHECK SPAMC/1.5" has the mark "SPAMC/", as far as it is here. */
static enum fit
fit(struct str first, const char *mark)
{
	size_t blank = str_find(first, ' ');
	struct str word = str_from(first, blank + 1);
	struct str wanted = str_of(mark);

	if (str_find(first, '\n') < blank || blank > WORD_MOST)
		return FIT_NO;
	if (blank == first.n)
		return FIT_MAYBE;
	if (word.n < wanted.n)
		return str_case_starts(wanted, word) ? FIT_MAYBE : FIT_NO;
	return str_case_starts(word, wanted) ? FIT_YES : FIT_NO;
}

/* NULL: too early to say. */
static const struct front_protocol *
choose(struct str first)
{
	bool is_open = false;

	for (size_t i = 0; i < front_protocols_n; i++) {
		enum fit fits = front_protocols[i]->mark == NULL ? FIT_NO :
		    fit(first, front_protocols[i]->mark);

		if (fits == FIT_YES)
			return front_protocols[i];
		is_open = is_open || fits == FIT_MAYBE;
	}
	return is_open ? NULL : front_protocols[0];
}

static void
begin(struct client *c, const struct front_protocol *protocol)
{
	if (!protocol->has_tokens && (c->listener->roles & ROLE_SCAN) == 0) {
		front_refused(c->front, REFUSED_TOKEN);
		conn_drop(c->conn);
		return;
	}
	c->protocol = protocol;
	count_add(&c->front->counts->sessions[front_protocol_number(protocol)],
	    1);
	c->session = protocol->open(c);
	conn_hand(c->conn, protocol->handler, c->session);
}

static const struct conn_handler first_handler;

static bool
has_room(const struct door *d, const struct addr *peer, bool is_announced)
{
	const struct front *f = d->front;
	size_t n = 0, caller;

	/* One that is announced has been counted. */
	if (!is_announced && front_inside(f) >= f->conf->connections)
		return false;
	if (is_trusted(f, peer, is_announced))
		return true;
	caller = front_caller(f, peer);
	for (size_t i = 0; i < f->n_seats; i++)
		n += f->seats[i].callers[caller];
	return n < f->conf->per_client;
}

static void
count(struct client *c)
{
	struct front *f = c->front;

	if (is_trusted(f, &c->peer, c->is_announced))
		return;
	c->calls = &f->seat->callers[front_caller(f, &c->peer)];
	++*c->calls;
}

/* Inside, with the address that counts. */
static void
arrive(struct client *c)
{
	if (c->listener->tls != NULL)
		conn_secure(c->conn, c->listener->tls);
	if (c->listener->protocol != NULL)
		begin(c, c->listener->protocol);
	else
		conn_hand(c->conn, &first_handler, c);
}

static size_t
read_announcement(struct client *c, struct str bytes)
{
	struct addr peer = c->peer;
	char text[CLIENT_TEXT];
	size_t taken = 0;

	switch (proxy_read(bytes, &taken, &peer)) {
	case PROXY_MORE:
		return CONN_MORE;
	case PROXY_BAD:
		client_text(c, text);
		log_info("%s: no header of the PROXY protocol, version 2",
		    text);
		front_refused(c->front, REFUSED_PROXY);
		conn_drop(c->conn);
		return 0;
	case PROXY_READ:
		break;
	}
	c->is_awaited = false;
	if (!has_room(c->door, &peer, true)) {
		front_refused(c->front, REFUSED_CROWD);
		conn_drop(c->conn);
		return 0;
	}
	c->peer = peer;
	c->is_announced = true;
	count(c);
	conn_skip(c->conn, taken);
	arrive(c);
	return 0;
}

static size_t
on_first(void *owner, struct str bytes)
{
	struct client *c = owner;
	const struct front_protocol *protocol;

	if (c->is_awaited)
		return read_announcement(c, bytes);
	protocol = choose(bytes);
	if (protocol == NULL)
		return CONN_MORE;
	begin(c, protocol);
	return 0;
}

static void
on_nothing(void *owner)
{
	struct client *c = owner;

	conn_close(c->conn);
}

static void
on_gone(void *owner)
{
	client_leave(owner);
}

static const struct conn_handler first_handler = {
	.data = on_first,
	.half_closed = on_nothing,
	.alarm = on_nothing,
	.gone = on_gone
};

/* Coming in. */

static void
on_turned(void *owner)
{
	struct client *c = owner;

	TAILQ_REMOVE(&c->door->turned, c, entry);
	c->door->n_turned--;
	free(c);
}

static const struct conn_handler turned_handler = { .gone = on_turned };

/*
 * Closed while its request is still under way, it would see that the
 * connection was reset, and not why.
 */
static void
explain(struct door *d, int fd, struct str text)
{
	struct client *c = calloc(1, sizeof(*c));

	if (c == NULL)
		abort();
	c->door = d;
	c->conn = conn_new(d->front->loop, fd, &turned_handler, c,
	    d->front->conf->send_ms);
	TAILQ_INSERT_TAIL(&d->turned, c, entry);
	d->n_turned++;
	conn_send(c->conn, text);
	conn_close(c->conn);
}

static void
turn_away(struct door *d, const struct front_listener *at, int fd)
{
	const struct front_protocol *protocol = at->protocol;
	struct buf text;
	ssize_t n;

	front_refused(d->front, REFUSED_CROWD);
	if (protocol == NULL)
		protocol = front_protocols[0];
	buf_init(&text, TURN_AWAY_MOST);
	if (protocol->turn_away != NULL && at->tls == NULL)
		protocol->turn_away(&text);
	if (text.n != 0 && d->n_turned < TURNED_MOST) {
		explain(d, fd, buf_str(&text));
	} else {
		n = text.n == 0 ? 0 : write(fd, text.p, text.n);
		(void)n;
		close(fd);
	}
	buf_release(&text);
}

static bool
is_allowed(const struct front_listener *at, const struct addr *peer)
{
	return at->allow.n == 0 || peer->family == 0 ||
	    addr_net_list_has(at->allow.at, at->allow.n, peer);
}

static void
on_call(void *owner, int fd, const struct addr *peer)
{
	struct gate *gate = owner;
	struct door *d = gate->door;
	struct client *c;

	if (!is_allowed(gate->at, peer)) {
		front_refused(d->front, REFUSED_ADDRESS);
		close(fd);
		return;
	}
	if (!has_room(d, peer, false)) {
		turn_away(d, gate->at, fd);
		return;
	}
	c = memory_new(sizeof(*c));
	c->door = d;
	c->front = d->front;
	c->listener = gate->at;
	c->peer = *peer;
	c->conn = conn_new(d->front->loop, fd, &first_handler, c,
	    d->front->conf->send_ms);
	conn_alarm(c->conn, d->front->conf->first_ms);
	TAILQ_INSERT_TAIL(&d->clients, c, entry);
	d->n++;
	count_add(&d->front->counts->connections, 1);
	c->is_awaited = gate->at->is_proxied;
	tell(d);
	if (!c->is_awaited) {
		count(c);
		arrive(c);
	}
	conn_begin(c->conn);
}

struct door *
door_new(struct front *f)
{
	struct door *d = calloc(1, sizeof(*d));

	if (d == NULL)
		abort();
	d->front = f;
	STAILQ_INIT(&d->gates);
	TAILQ_INIT(&d->clients);
	TAILQ_INIT(&d->turned);
	return d;
}

void
door_listen(struct door *d, int fd, const struct front_listener *at)
{
	struct gate *gate = calloc(1, sizeof(*gate));

	if (gate == NULL)
		abort();
	gate->door = d;
	gate->at = at;
	gate->listener = listener_new(d->front->loop, fd, on_call, gate);
	STAILQ_INSERT_TAIL(&d->gates, gate, entry);
}

static void
shut(struct door *d)
{
	struct gate *gate;

	while ((gate = STAILQ_FIRST(&d->gates)) != NULL) {
		STAILQ_REMOVE_HEAD(&d->gates, entry);
		listener_free(gate->listener);
		free(gate);
	}
}

void
door_free(struct door *d)
{
	struct client *c;

	if (d == NULL)
		return;
	shut(d);
	d->drained = NULL;
	while ((c = TAILQ_FIRST(&d->clients)) != NULL) {
		conn_free(c->conn);
		if (c->protocol != NULL)
			c->protocol->handler->gone(c->session);
		else
			client_leave(c);
	}
	while ((c = TAILQ_FIRST(&d->turned)) != NULL) {
		conn_free(c->conn);
		on_turned(c);
	}
	free(d);
}

void
door_retire(struct door *d, void (*drained)(void *owner), void *owner)
{
	shut(d);
	d->drained = drained;
	d->owner = owner;
	if (d->n == 0)
		drained(owner);
}

void
door_drain(struct door *d, void (*drained)(void *owner), void *owner)
{
	struct client *c;

	shut(d);
	d->drained = drained;
	d->owner = owner;
	TAILQ_FOREACH(c, &d->clients, entry) {
		if (c->protocol != NULL)
			c->protocol->drain(c->session);
		else
			conn_close(c->conn);
	}
	if (d->n == 0)
		drained(owner);
}
