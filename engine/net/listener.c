/* SPDX-License-Identifier: Apache-2.0 */
/* Binding, and taking calls until the system runs out of descriptors. */
#include "net/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "net/endpoint.h"
#include "net/loop.h"
#include "net/loop_event.h"

enum { BACKLOG = 1024, REST_MS = 100, TELL_MS = 60 * 1000 };

struct listener {
	struct evconnlistener *event;
	struct timer *rest;
	int64_t tell_ms;   /* not before, or the log is full of it */
	listener_call *call;
	void *owner;
};

union where {
	struct sockaddr any;
	struct sockaddr_un path;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_storage inet;
};

static bool
port_read(struct str s, uint16_t *port)
{
	int64_t n;

	if (!str_to_int(s, &n) || n < 0 || n > 65535)
		return false;
	*port = (uint16_t)n;
	return true;
}

static bool
where_read(union where *to, socklen_t *n, struct str text)
{
	size_t colon = str_find_last(text, ':');
	struct str host = str_head(text, colon);
	struct addr addr = { .family = 4 };
	uint16_t port;

	if (colon == text.n || !port_read(str_from(text, colon + 1), &port))
		return false;
	/* A bare IPv6 address would leave the port in doubt. */
	if (str_has(host, ':') && !str_starts(host, STR("[")))
		return false;
	if (!str_is(host, "*") && !addr_parse(host, &addr))
		return false;
	*n = endpoint_make(&to->inet, &addr, port);
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

static bool
inet_read(union where *to, socklen_t *n, struct str where, struct err *e)
{
	return where_read(to, n, where) || err_set(e, "\"%" STR_FMT "\" is "
	    "not ADDRESS:PORT, like 127.0.0.1:11333 or [::1]:11333, nor a "
	    "path", STR_ARG(where));
}

static enum listener_result
open_inet(int *out, struct str where, struct err *e)
{
	union where to;
	socklen_t n = 0;
	int fd, on = 1;

	if (!inet_read(&to, &n, where, e))
		return LISTENER_MISTYPED;
	fd = socket(to.any.sa_family,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return refuse(fd, where, e);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (to.any.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, &to.any, n) != 0)
		return refuse(fd, where, e);
	/* Only now: who has the port already was to be seen. */
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	if (listen(fd, BACKLOG) != 0)
		return refuse(fd, where, e);
	*out = fd;
	return LISTENER_OPEN;
}

static bool
can_be_shared(int fd)
{
	int on = 0;
	socklen_t n = sizeof(on);

	return getsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, &n) == 0 &&
	    on != 0;
}

static bool
listen_too(int fd, const union where *at, socklen_t n)
{
	int on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	if (at->any.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	return bind(fd, &at->any, n) == 0 && listen(fd, BACKLOG) == 0;
}

bool
listener_share(int *out, int fd, struct err *e)
{
	union where at;
	socklen_t n = sizeof(at);

	memset(&at, 0, sizeof(at));
	if (!can_be_shared(fd)) {
		*out = fcntl(fd, F_DUPFD_CLOEXEC, 0);
		return *out >= 0 || err_set(e, "%s", strerror(errno));
	}
	if (getsockname(fd, &at.any, &n) != 0)
		return err_set(e, "%s", strerror(errno));
	*out = socket(at.any.sa_family,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*out >= 0 && listen_too(*out, &at, n))
		return true;
	err_set(e, "%s", strerror(errno));
	if (*out >= 0)
		close(*out);
	return false;
}

/* Sockets in the file system. */

/* One that a daemon left behind and nobody answers any more.  Anything else
 * of that name stays, and bind fails. */
static void
remove_stale(const struct sockaddr_un *to)
{
	struct stat st;
	int fd;

	if (lstat(to->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode))
		return;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)) != 0 &&
	    errno == ECONNREFUSED)
		unlink(to->sun_path);
	close(fd);
}

static bool
give_away(const char *path, const struct listener_rights *r, struct err *e)
{
	const struct passwd *user = NULL;
	const struct group *group = NULL;

	if (r->owner != NULL && (user = getpwnam(r->owner)) == NULL)
		return err_set(e, "%s: there is no user %s", path, r->owner);
	if (r->group != NULL && (group = getgrnam(r->group)) == NULL)
		return err_set(e, "%s: there is no group %s", path, r->group);
	if ((user != NULL || group != NULL) &&
	    chown(path, user != NULL ? user->pw_uid : (uid_t)-1,
		group != NULL ? group->gr_gid : (gid_t)-1) != 0)
		return err_set(e, "%s: chown: %s", path, strerror(errno));
	return chmod(path, r->mode) == 0 ||
	    err_set(e, "%s: chmod: %s", path, strerror(errno));
}

static enum listener_result
open_path(int *out, struct str where, const struct listener_rights *rights,
    struct err *e)
{
	union where to = { .path = { .sun_family = AF_UNIX } };
	mode_t mask;
	bool is_bound;
	int fd;

	if (where.n >= sizeof(to.path.sun_path)) {
		err_set(e, "%" STR_FMT ": a socket's path has up to %zu bytes",
		    STR_ARG(where), sizeof(to.path.sun_path) - 1);
		return LISTENER_MISTYPED;
	}
	memcpy(to.path.sun_path, where.p, where.n);
	remove_stale(&to.path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return refuse(fd, where, e);
	/* Nobody else's until it is given away. */
	mask = umask(0177);
	is_bound = bind(fd, &to.any, sizeof(to.path)) == 0;
	umask(mask);
	if (!is_bound)
		return refuse(fd, where, e);
	if (!give_away(to.path.sun_path, rights, e)) {
		close(fd);
		return LISTENER_NOT_ALLOWED;
	}
	if (listen(fd, BACKLOG) != 0)
		return refuse(fd, where, e);
	*out = fd;
	return LISTENER_OPEN;
}

/* Sockets that systemd hands over: from descriptor 3 on. */

enum { HANDED_FIRST = 3 };

static int
handed_of(struct str name, int64_t n)
{
	struct str names = str_of(getenv("LISTEN_FDNAMES")), one;
	int64_t number;

	if (str_to_int(name, &number))
		return number >= 0 && number < n ?
		    HANDED_FIRST + (int)number : -1;
	for (int i = 0; i < n && names.p != NULL; i++) {
		if (str_next(&names, ':', &one) && str_eq(one, name))
			return HANDED_FIRST + i;
	}
	return -1;
}

static enum listener_result
open_handed(int *out, struct str name, struct err *e)
{
	int64_t pid, n;
	int is_listening = 0, fd;
	socklen_t size = sizeof(is_listening);

	if (!str_to_int(str_of(getenv("LISTEN_PID")), &pid) ||
	    pid != getpid() || !str_to_int(str_of(getenv("LISTEN_FDS")), &n)) {
		err_set(e, "systemd:%" STR_FMT ": systemd hands no sockets "
		    "over; is it started by a .socket unit?", STR_ARG(name));
		return LISTENER_UNAVAILABLE;
	}
	fd = handed_of(name, n);
	if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening,
		&size) != 0 || is_listening == 0) {
		err_set(e, "systemd:%" STR_FMT ": of the %d sockets handed "
		    "over none that listens has this name", STR_ARG(name),
		    (int)n);
		return LISTENER_UNAVAILABLE;
	}
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	*out = fd;
	return LISTENER_OPEN;
}

enum listener_result
listener_open(int *out, struct str where,
    const struct listener_rights *rights, struct err *e)
{
	static const struct listener_rights usual = { .mode = 0660 };

	if (str_skip(&where, STR("systemd:")))
		return open_handed(out, where, e);
	if (str_starts(where, STR("/")))
		return open_path(out, where, rights != NULL ? rights : &usual,
		    e);
	return open_inet(out, where, e);
}

bool
listener_is_address(struct str where, struct err *e)
{
	union where to;
	socklen_t n;

	return str_starts(where, STR("systemd:")) ||
	    str_starts(where, STR("/")) || inet_read(&to, &n, where, e);
}

static bool
addr_of(struct addr *addr, in_port_t *port, const union where *w)
{
	char text[INET6_ADDRSTRLEN] = "";

	if (w->any.sa_family == AF_INET) {
		*addr = (struct addr){ .family = 4 };
		memcpy(addr->bytes, &w->v4.sin_addr, 4);
		*port = ntohs(w->v4.sin_port);
		return true;
	}
	if (w->any.sa_family == AF_INET6) {
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
	if (w.any.sa_family == AF_UNIX) {
		snprintf(name, LISTENER_NAME, "%s", w.path.sun_path);
		return;
	}
	if (!addr_of(&addr, &port, &w)) {
		snprintf(name, LISTENER_NAME, "?");
		return;
	}
	addr_format(&addr, text);
	snprintf(name, LISTENER_NAME, addr.family == 6 ? "[%s]:%u" : "%s:%u",
	    text, port);
}

bool
listener_is_public(int fd)
{
	struct addr addr = { 0 };
	in_port_t port;
	union where w;
	socklen_t n = sizeof(w);

	memset(&w, 0, sizeof(w));
	getsockname(fd, &w.any, &n);
	if (w.any.sa_family == AF_UNIX)
		return false;
	return !addr_of(&addr, &port, &w) || !addr_is_loopback(&addr);
}

bool
listener_may_be_public(struct str where)
{
	struct addr addr;
	struct str host = str_head(where, str_find_last(where, ':'));

	if (str_starts(where, STR("/")))
		return false;
	return !addr_parse(host, &addr) || !addr_is_loopback(&addr);
}

static void
on_call(struct evconnlistener *event, evutil_socket_t fd,
    struct sockaddr *from, int n, void *arg)
{
	struct listener *li = arg;
	struct addr peer = { 0 };
	in_port_t port;
	union where w;

	(void)event;
	memset(&w, 0, sizeof(w));
	memcpy(&w, from, (size_t)n < sizeof(w) ? (size_t)n : sizeof(w));
	if (!addr_of(&peer, &port, &w))
		peer.family = 0;
	li->call(li->owner, fd, &peer);
}

/* Out of descriptors or buffers: what waits stays in the backlog. */
static void
on_trouble(struct evconnlistener *event, void *arg)
{
	struct listener *li = arg;

	if (clock_ms() >= li->tell_ms) {
		log_warn("accept: %s; who calls now waits", strerror(errno));
		li->tell_ms = clock_ms() + TELL_MS;
	}
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
	int on = 1;

	if (li == NULL)
		abort();
	/* Those that come in have it from here. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
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
