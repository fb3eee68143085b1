/* SPDX-License-Identifier: Apache-2.0 */
/* Binding, and taking calls until the system runs out of descriptors. */
#include "net/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "net/loop.h"
#include "net/loop_event.h"

enum { BACKLOG = 1024, REST_MS = 100 };

struct listener {
	struct evconnlistener *event;
	struct timer *rest;
	listener_call *call;
	void *owner;
};

union where {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static bool
port_read(struct str s, in_port_t *port)
{
	int64_t n;

	if (!str_to_int(s, &n) || n < 0 || n > 65535)
		return false;
	*port = htons((uint16_t)n);
	return true;
}

static bool
where_read(union where *to, socklen_t *n, struct str text)
{
	size_t colon = str_find_last(text, ':');
	struct str host = str_head(text, colon);
	struct addr addr = { .family = 4 };
	in_port_t port;

	memset(to, 0, sizeof(*to));
	if (colon == text.n || !port_read(str_from(text, colon + 1), &port))
		return false;
	/* A bare IPv6 address would leave the port in doubt. */
	if (str_has(host, ':') && !str_starts(host, STR("[")))
		return false;
	if (!str_is(host, "*") && !addr_parse(host, &addr))
		return false;
	if (addr.family == 4) {
		to->v4.sin_family = AF_INET;
		to->v4.sin_port = port;
		memcpy(&to->v4.sin_addr, addr.bytes, 4);
		*n = sizeof(to->v4);
		return true;
	}
	to->v6.sin6_family = AF_INET6;
	to->v6.sin6_port = port;
	memcpy(&to->v6.sin6_addr, addr.bytes, 16);
	*n = sizeof(to->v6);
	return true;
}

static enum listener_result
refuse(int fd, struct str where, struct err *e)
{
	int why = errno;

	if (fd >= 0)
		close(fd);
	if (why == EACCES) {
		err_set(e, "%" STR_FMT ": not allowed; ports below 1024 need "
		    "privilege", STR_ARG(where));
		return LISTENER_NOT_ALLOWED;
	}
	err_set(e, "%" STR_FMT ": %s", STR_ARG(where), why == EADDRINUSE ?
	    "the port is in use by another program" : strerror(why));
	return LISTENER_UNAVAILABLE;
}

enum listener_result
listener_open(int *out, struct str where, struct err *e)
{
	union where to;
	socklen_t n = 0;
	int fd, on = 1;

	if (!where_read(&to, &n, where)) {
		err_set(e, "\"%" STR_FMT "\" is not ADDRESS:PORT, like "
		    "127.0.0.1:11333 or [::1]:11333", STR_ARG(where));
		return LISTENER_MISTYPED;
	}
	fd = socket(to.any.sa_family,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return refuse(fd, where, e);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (to.any.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, &to.any, n) != 0 || listen(fd, BACKLOG) != 0)
		return refuse(fd, where, e);
	*out = fd;
	return LISTENER_OPEN;
}

static bool
addr_of(struct addr *addr, in_port_t *port, const union where *w)
{
	char text[INET6_ADDRSTRLEN] = "";

	if (w->any.sa_family == AF_INET) {
		inet_ntop(AF_INET, &w->v4.sin_addr, text, sizeof(text));
		*port = ntohs(w->v4.sin_port);
	} else if (w->any.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &w->v6.sin6_addr, text, sizeof(text));
		*port = ntohs(w->v6.sin6_port);
	}
	return addr_parse(str_of(text), addr);
}

void
listener_name(int fd, char name[static LISTENER_NAME])
{
	char text[ADDR_TEXT];
	union where w;
	socklen_t n = sizeof(w);
	struct addr addr = { 0 };
	in_port_t port = 0;

	memset(&w, 0, sizeof(w));
	getsockname(fd, &w.any, &n);
	if (!addr_of(&addr, &port, &w)) {
		snprintf(name, LISTENER_NAME, "?");
		return;
	}
	addr_format(&addr, text);
	snprintf(name, LISTENER_NAME, addr.family == 6 ? "[%s]:%u" : "%s:%u",
	    text, port);
}

static void
on_call(struct evconnlistener *event, evutil_socket_t fd,
    struct sockaddr *from, int n, void *arg)
{
	struct listener *li = arg;
	struct addr peer = { 0 };
	in_port_t port;
	union where w;
	int on = 1;

	(void)event;
	memset(&w, 0, sizeof(w));
	memcpy(&w, from, (size_t)n < sizeof(w) ? (size_t)n : sizeof(w));
	if (!addr_of(&peer, &port, &w))
		peer.family = 0;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	li->call(li->owner, fd, &peer);
}

/* Out of descriptors or buffers: what waits stays in the backlog. */
static void
on_trouble(struct evconnlistener *event, void *arg)
{
	struct listener *li = arg;

	log_warn("accept: %s", strerror(errno));
	evconnlistener_disable(event);
	timer_set(li->rest, REST_MS);
}

static void
on_rested(void *owner)
{
	struct listener *li = owner;

	evconnlistener_enable(li->event);
}

struct listener *
listener_new(struct loop *l, int fd, listener_call *call, void *owner)
{
	struct listener *li = calloc(1, sizeof(*li));

	if (li == NULL)
		abort();
	li->call = call;
	li->owner = owner;
	li->rest = timer_new(l, on_rested, li);
	li->event = evconnlistener_new(loop_base(l), on_call, li,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (li->event == NULL)
		abort();
	evconnlistener_set_error_cb(li->event, on_trouble);
	return li;
}

void
listener_free(struct listener *li)
{
	if (li == NULL)
		return;
	timer_free(li->rest);
	evconnlistener_free(li->event);
	free(li);
}
