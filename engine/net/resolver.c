/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A c-ares channel for UDP, with the sockets it has open now watched by the
 * loop, and net/dnstcp.h for what does not fit there: c-ares would ask all
 * over one connection, and lose the rest when a server closes it.
 */
#include "net/resolver.h"

#include <ares.h>
#include <arpa/inet.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "base/chance.h"
#include "base/err.h"
#include "net/dnstcp.h"
#include "net/loop.h"
#include "net/loop_event.h"

enum { CLASS_IN = 1, PORT = 53, AT_TEXT = ADDR_TEXT + 10 };
enum { PLAIN_BYTES = 512, EDNS_BYTES = 1232, FLAGS_AT = 2, FLAG_CUT = 2 };

struct channel;

struct watch {
	LIST_ENTRY(watch) entry;
	struct channel *channel;
	struct event *event;
	ares_socket_t fd;
};

struct channel {
	struct loop *loop;
	ares_channel ares;
	struct timer *timer;
	LIST_HEAD(, watch) watches;
};

struct resolver {
	struct channel udp;
	struct dnstcp *tcp;
	bool is_closing;
};

struct sent {
	struct resolver *resolver;
	struct resolver_question question;
	resolver_reply *reply;
	void *asker;
};

bool
resolver_at_read(struct resolver_at *at, struct str where)
{
	struct str host = where, port = STR("");
	size_t colon = str_find_last(where, ':');
	int64_t n = PORT;

	/* An IPv6 address has colons of its own: then brackets. */
	if (colon < where.n && (str_find(where, ':') == colon ||
	    (colon > 0 && where.p[colon - 1] == ']'))) {
		host = str_head(where, colon);
		port = str_from(where, colon + 1);
	}
	if (port.n != 0 && (!str_to_int(port, &n) || n < 1 || n > 65535))
		return false;
	at->port = (uint16_t)n;
	return addr_parse(host, &at->addr);
}

static void
set_timer(struct channel *c)
{
	struct timeval room, *tv = ares_timeout(c->ares, NULL, &room);

	if (tv == NULL)
		timer_stop(c->timer);
	else
		timer_set(c->timer, tv->tv_sec * 1000 + tv->tv_usec / 1000 + 1);
}

static void
on_timer(void *owner)
{
	struct channel *c = owner;

	ares_process_fd(c->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	set_timer(c);
}

static void
on_socket(evutil_socket_t fd, short what, void *arg)
{
	struct channel *c = ((struct watch *)arg)->channel;

	/* The watch may be gone after this. */
	ares_process_fd(c->ares, (what & EV_READ) != 0 ? fd : ARES_SOCKET_BAD,
	    (what & EV_WRITE) != 0 ? fd : ARES_SOCKET_BAD);
	set_timer(c);
}

static struct watch *
watch_of(struct channel *c, ares_socket_t fd)
{
	struct watch *w;

	LIST_FOREACH(w, &c->watches, entry) {
		if (w->fd == fd)
			return w;
	}
	w = calloc(1, sizeof(*w));
	if (w == NULL)
		abort();
	w->channel = c;
	w->fd = fd;
	LIST_INSERT_HEAD(&c->watches, w, entry);
	return w;
}

static void
watch_free(struct watch *w)
{
	if (w->event != NULL)
		event_free(w->event);
	LIST_REMOVE(w, entry);
	free(w);
}

static void
on_interest(void *owner, ares_socket_t fd, int readable, int writable)
{
	struct channel *c = owner;
	struct watch *w = watch_of(c, fd);
	short what = (short)(EV_PERSIST | (readable ? EV_READ : 0) |
	    (writable ? EV_WRITE : 0));

	if (w->event != NULL)
		event_free(w->event);
	w->event = NULL;
	if (!readable && !writable) {
		watch_free(w);
		return;
	}
	w->event = event_new(loop_base(c->loop), fd, what, on_socket, w);
	if (w->event == NULL || event_add(w->event, NULL) != 0)
		abort();
}

static bool
channel_open(struct channel *c, struct loop *l, const char *at,
    int timeout_ms)
{
	struct ares_options o = {
		.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES |
		    ARES_FLAG_NOCHECKRESP | ARES_FLAG_EDNS | ARES_FLAG_IGNTC,
		.timeout = timeout_ms, .tries = 1, .ednspsz = EDNS_BYTES,
		.lookups = (char[]){ "b" },
		.sock_state_cb = on_interest, .sock_state_cb_data = c
	};

	c->loop = l;
	LIST_INIT(&c->watches);
	c->timer = timer_new(l, on_timer, c);
	return ares_init_options(&c->ares, &o, ARES_OPT_FLAGS |
	    ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_EDNSPSZ |
	    ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB) == ARES_SUCCESS &&
	    ares_set_servers_ports_csv(c->ares, at) == ARES_SUCCESS;
}

static void
channel_close(struct channel *c)
{
	if (c->ares != NULL)
		ares_destroy(c->ares);
	while (!LIST_EMPTY(&c->watches))
		watch_free(LIST_FIRST(&c->watches));
	timer_free(c->timer);
}

/* Once a process, before the first channel. */
static bool
library_start(void)
{
	static bool is_started;

	if (!is_started)
		is_started = ares_library_init(ARES_LIB_INIT_ALL) ==
		    ARES_SUCCESS;
	return is_started;
}

bool
resolver_new(struct resolver **out, struct loop *l,
    const struct resolver_at *at, int timeout_ms, struct err *e)
{
	struct resolver *r = calloc(1, sizeof(*r));
	char text[ADDR_TEXT], where[AT_TEXT];

	if (r == NULL)
		abort();
	addr_format(&at->addr, text);
	snprintf(where, sizeof(where), at->addr.family == 6 ? "[%s]:%u"
	    : "%s:%u", text, (unsigned)at->port);
	r->tcp = dnstcp_new(l, &at->addr, at->port, timeout_ms);
	if (!library_start() ||
	    !channel_open(&r->udp, l, where, timeout_ms)) {
		resolver_free(r);
		return err_set(e, "resolver %s: c-ares does not start", where);
	}
	*out = r;
	return true;
}

void
resolver_free(struct resolver *r)
{
	if (r == NULL)
		return;
	r->is_closing = true;
	channel_close(&r->udp);
	dnstcp_free(r->tcp);
	free(r);
}

static void
on_tcp_answer(void *owner, struct str packet)
{
	struct sent *sent = owner;

	sent->reply(sent->asker, packet);
	free(sent);
}

static void
send_by_tcp(struct sent *sent)
{
	unsigned short id;
	unsigned char *question = NULL;
	int n = 0;

	/* A connection is harder to guess than an id. */
	chance_fill(&id, sizeof(id));
	if (ares_create_query(sent->question.name, CLASS_IN,
	    (int)sent->question.type, id, 1, &question, &n, EDNS_BYTES) !=
	    ARES_SUCCESS)
		on_tcp_answer(sent, STR(""));
	else
		dnstcp_ask(sent->resolver->tcp, (struct str){
		    (const char *)question, (size_t)n },
		    sent->question.whose, on_tcp_answer, sent);
	ares_free_string(question);
}

/* RFC 1035 4.1.1; of longer ones than it asked for c-ares hands on the
 * beginning. */
static bool
is_cut(const unsigned char *packet, int n)
{
	return n >= EDNS_BYTES || n == PLAIN_BYTES ||
	    (n > FLAGS_AT && (packet[FLAGS_AT] & FLAG_CUT) != 0);
}

static void
on_answer(void *owner, int status, int timeouts, unsigned char *packet, int n)
{
	struct sent *sent = owner;

	(void)status; /* what matters of it stands in the packet */
	(void)timeouts;
	if (packet != NULL && is_cut(packet, n) &&
	    !sent->resolver->is_closing) {
		send_by_tcp(sent);
		return;
	}
	sent->reply(sent->asker, (struct str){ (const char *)packet,
	    packet == NULL || n < 0 ? 0 : (size_t)n });
	free(sent);
}

void
resolver_send(struct resolver *r, const struct resolver_question *q,
    resolver_reply *reply, void *asker)
{
	struct sent *sent = calloc(1, sizeof(*sent));

	if (sent == NULL)
		abort();
	*sent = (struct sent){ r, *q, reply, asker };
	if (q->by_tcp) {
		send_by_tcp(sent);
		return;
	}
	ares_query(r->udp.ares, q->name, CLASS_IN, (int)q->type, on_answer,
	    sent);
	set_timer(&r->udp);
}

static void
read_node(struct resolver_at *at, const struct ares_addr_port_node *node)
{
	*at = (struct resolver_at){ .port = node->udp_port != 0
	    ? (uint16_t)node->udp_port : PORT };
	at->addr.family = node->family == AF_INET ? 4 : 6;
	memcpy(at->addr.bytes, &node->addr, node->family == AF_INET ? 4 : 16);
}

size_t
resolver_system(struct resolver_at *at, size_t most)
{
	struct ares_addr_port_node *list = NULL, *node;
	ares_channel ares;
	size_t n = 0;

	if (!library_start() || ares_init(&ares) != ARES_SUCCESS)
		return 0;
	if (ares_get_servers_ports(ares, &list) == ARES_SUCCESS) {
		for (node = list; node != NULL && n < most; node = node->next)
			read_node(&at[n++], node);
		ares_free_data(list);
	}
	ares_destroy(ares);
	return n;
}
