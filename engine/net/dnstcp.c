/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A question waits, then has a connection until an answer is whole, the
 * connection ends or its time is over: all three come to the same task.
 */
#include "net/dnstcp.h"

#include <assert.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "net/endpoint.h"
#include "net/loop.h"
#include "net/loop_event.h"

enum { ID_BYTES = 2, SIZE_BYTES = 2, QUESTION_MOST = 512,
	LOOKED_AT = 256 /* of those that wait */ };

TAILQ_HEAD(talks, talk);

struct talk {
	TAILQ_ENTRY(talk) entry;
	struct dnstcp *of;
	struct bufferevent *event; /* NULL: it waits for a connection */
	struct timer *patience;
	struct task end;
	bool is_over;
	const void *whose;
	dnstcp_reply *reply;
	void *asker;
	size_t n;
	unsigned char question[SIZE_BYTES + QUESTION_MOST];
};

struct dnstcp {
	struct loop *loop;
	struct sockaddr_storage to;
	socklen_t to_n;
	int timeout_ms;
	unsigned n_open;
	struct talks open, waiting;
};

struct dnstcp *
dnstcp_new(struct loop *l, const struct addr *addr, uint16_t port,
    int timeout_ms)
{
	struct dnstcp *t = calloc(1, sizeof(*t));

	if (t == NULL)
		abort();
	t->loop = l;
	t->timeout_ms = timeout_ms;
	t->to_n = endpoint_make(&t->to, addr, port);
	TAILQ_INIT(&t->open);
	TAILQ_INIT(&t->waiting);
	return t;
}

/* The bytes of an answer that is all there, or none. */
static struct str
answer_of(struct talk *k)
{
	struct evbuffer *in = k->event == NULL ? NULL
	    : bufferevent_get_input(k->event);
	unsigned char head[SIZE_BYTES];
	const unsigned char *bytes;
	size_t n;

	if (in == NULL ||
	    evbuffer_copyout(in, head, SIZE_BYTES) != SIZE_BYTES)
		return STR("");
	n = (size_t)head[0] << 8 | head[1];
	if (n < ID_BYTES || evbuffer_get_length(in) < SIZE_BYTES + n)
		return STR("");
	bytes = evbuffer_pullup(in, (ev_ssize_t)(SIZE_BYTES + n));
	return (struct str){ (const char *)bytes + SIZE_BYTES, n };
}

/* Nobody else speaks on this connection: another id is no answer. */
static bool
is_ours(const struct talk *k, struct str packet)
{
	return packet.n != 0 &&
	    memcmp(packet.p, k->question + SIZE_BYTES, ID_BYTES) == 0;
}

static void
talk_free(struct talk *k)
{
	struct dnstcp *t = k->of;

	if (k->event != NULL) {
		TAILQ_REMOVE(&t->open, k, entry);
		t->n_open--;
		bufferevent_free(k->event);
	} else {
		TAILQ_REMOVE(&t->waiting, k, entry);
	}
	loop_unready(t->loop, &k->end);
	timer_free(k->patience);
	free(k);
}

static void
tell(struct talk *k, struct str packet)
{
	k->reply(k->asker, is_ours(k, packet) ? packet : STR(""));
	talk_free(k);
}

static void
on_over(void *owner)
{
	struct talk *k = owner;

	k->is_over = true;
	loop_ready(k->of->loop, &k->end);
}

/* So many bytes that there may be an answer, or one that is none. */
static void
on_bytes(struct bufferevent *event, void *owner)
{
	struct talk *k = owner;
	unsigned char head[SIZE_BYTES];
	size_t n;

	evbuffer_copyout(bufferevent_get_input(event), head, SIZE_BYTES);
	n = (size_t)head[0] << 8 | head[1];
	if (n < ID_BYTES || answer_of(k).n != 0)
		on_over(k);
	else
		bufferevent_setwatermark(event, EV_READ, SIZE_BYTES + n, 0);
}

static void
on_event(struct bufferevent *event, short what, void *owner)
{
	(void)event;
	if ((what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)) != 0)
		on_over(owner);
}

static void
begin(struct talk *k)
{
	struct dnstcp *t = k->of;

	k->event = bufferevent_socket_new(loop_base(t->loop), -1,
	    BEV_OPT_CLOSE_ON_FREE);
	if (k->event == NULL)
		abort();
	TAILQ_REMOVE(&t->waiting, k, entry);
	TAILQ_INSERT_TAIL(&t->open, k, entry);
	t->n_open++;
	bufferevent_setcb(k->event, on_bytes, NULL, on_event, k);
	bufferevent_setwatermark(k->event, EV_READ, SIZE_BYTES, 0);
	bufferevent_write(k->event, k->question, k->n);
	if (bufferevent_socket_connect(k->event, (struct sockaddr *)&t->to,
	    t->to_n) != 0 || bufferevent_enable(k->event, EV_READ) != 0)
		on_over(k);
}

static size_t
open_of(const struct dnstcp *t, const void *whose)
{
	const struct talk *k;
	size_t n = 0;

	TAILQ_FOREACH(k, &t->open, entry)
		n += k->whose == whose;
	return n;
}

/* The first of the owner that has the fewest connections. */
static struct talk *
poorest(const struct dnstcp *t, size_t *least)
{
	struct talk *k, *best = NULL;
	size_t looked_at = 0;

	*least = SIZE_MAX;
	TAILQ_FOREACH(k, &t->waiting, entry) {
		size_t n = open_of(t, k->whose);

		if (n < *least) {
			*least = n;
			best = k;
		}
		if (n == 0 || ++looked_at == LOOKED_AT)
			break;
	}
	return best;
}

/* The oldest of the owner that has the most. */
static struct talk *
richest(const struct dnstcp *t, size_t *most)
{
	struct talk *k, *best = NULL;

	*most = 0;
	TAILQ_FOREACH(k, &t->open, entry) {
		size_t n = k->is_over ? 0 : open_of(t, k->whose);

		if (n > *most) {
			*most = n;
			best = k;
		}
	}
	return best;
}

/* Its time goes on. */
static void
wait_again(struct talk *k)
{
	struct dnstcp *t = k->of;

	bufferevent_free(k->event);
	k->event = NULL;
	TAILQ_REMOVE(&t->open, k, entry);
	t->n_open--;
	TAILQ_INSERT_TAIL(&t->waiting, k, entry);
}

static void
begin_next(struct dnstcp *t)
{
	struct talk *next, *last;
	size_t least, most;

	while ((next = poorest(t, &least)) != NULL) {
		if (t->n_open == DNSTCP_OPEN_MOST) {
			last = richest(t, &most);
			/* One less for him is still as many. */
			if (last == NULL || most < least + 2)
				return;
			wait_again(last);
		}
		begin(next);
	}
}

static void
on_end(void *owner)
{
	struct talk *k = owner;
	struct dnstcp *t = k->of;

	tell(k, answer_of(k));
	begin_next(t);
}

void
dnstcp_ask(struct dnstcp *t, struct str question, const void *whose,
    dnstcp_reply *reply, void *asker)
{
	struct talk *k = calloc(1, sizeof(*k));

	assert(question.n >= ID_BYTES && question.n <= QUESTION_MOST);
	if (k == NULL)
		abort();
	k->of = t;
	k->whose = whose;
	k->reply = reply;
	k->asker = asker;
	k->end = (struct task){ .run = on_end, .owner = k };
	k->question[0] = (unsigned char)(question.n >> 8);
	k->question[1] = (unsigned char)question.n;
	memcpy(k->question + SIZE_BYTES, question.p, question.n);
	k->n = SIZE_BYTES + question.n;
	k->patience = timer_new(t->loop, on_over, k);
	timer_set(k->patience, t->timeout_ms);
	TAILQ_INSERT_TAIL(&t->waiting, k, entry);
	begin_next(t);
}

void
dnstcp_free(struct dnstcp *t)
{
	if (t == NULL)
		return;
	while (!TAILQ_EMPTY(&t->waiting))
		tell(TAILQ_FIRST(&t->waiting), STR(""));
	while (!TAILQ_EMPTY(&t->open))
		tell(TAILQ_FIRST(&t->open), STR(""));
	free(t);
}
