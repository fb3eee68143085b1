/* SPDX-License-Identifier: Apache-2.0 */
/* The sockets of all posts, from being shared out to being handed over. */
#include "daemon/post.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "daemon/config.h"
#include "daemon/upgrade.h"
#include "net/listener.h"

enum {
	DELAY_MS = 100,         /* doubled with each that dies soon */
	DELAY_MOST_MS = 5000,
	EMPTY_MS = 1000,        /* that callers may wait for a successor */
	ALONE_MS = 10000,       /* where nobody else could serve them */
	BACKLOG = 1024
};

/* first: of the address, for the first post. */
static bool
open_one(int *fd, size_t post, struct str address, int first, struct err *e)
{
	*fd = post == 0 ? first : upgrade_socket(address, post);
	return *fd >= 0 || listener_share(fd, first, e) ||
	    err_wrap(e, "listen %" STR_FMT, STR_ARG(address));
}

bool
posts_open(struct posts *p, struct arena *a, const struct daemon_conf *conf,
    const int *listeners, struct err *e)
{
	size_t n = conf->listeners.n;

	p->conf = conf;
	p->n = conf->workers;
	p->at = ARENA_MANY(a, struct post, p->n);
	for (size_t i = 0; i < p->n; i++) {
		p->at[i].listeners = ARENA_MANY(a, int, n);
		for (size_t k = 0; k < n; k++) {
			if (!open_one(&p->at[i].listeners[k], i,
			    conf->listeners.at[k].front.address, listeners[k],
			    e))
				return false;
		}
	}
	return true;
}

void
posts_shut(const struct posts *p, const struct post *but)
{
	for (size_t i = 0; i < p->n; i++) {
		for (size_t k = 0; &p->at[i] != but &&
		    k < p->conf->listeners.n; k++)
			close(p->at[i].listeners[k]);
	}
}

void
posts_tell(const struct posts *p)
{
	char name[LISTENER_NAME];

	for (size_t i = 0; i < p->conf->listeners.n; i++) {
		const struct front_listener *at =
		    &p->conf->listeners.at[i].front;

		listener_name(p->at[0].listeners[i], name);
		log_info("listening %s %s",
		    at->protocol == NULL ? "auto" : at->protocol->name, name);
	}
}

void
post_put_off(struct post *p)
{
	p->delay_ms = p->delay_ms == 0 ? DELAY_MS : p->delay_ms * 2;
	if (p->delay_ms > DELAY_MOST_MS)
		p->delay_ms = DELAY_MOST_MS;
	p->start_ms = clock_ms() + p->delay_ms;
}

static bool
is_set(int fd, int option)
{
	int on = 0;
	socklen_t n = sizeof(on);

	return getsockopt(fd, SOL_SOCKET, option, &on, &n) == 0 && on != 0;
}

/* The address stays bound: it may have taken root to get it. */
void
post_is_empty(const struct posts *p, struct post *post, bool has_others)
{
	const int64_t patience = has_others ? EMPTY_MS : ALONE_MS;
	bool was_open = false;

	if (post->empty_ms == 0)
		post->empty_ms = clock_ms();
	if (clock_ms() - post->empty_ms < patience)
		return;
	for (size_t i = 0; i < p->conf->listeners.n; i++) {
		int fd = post->listeners[i];

		if (is_set(fd, SO_REUSEPORT) && is_set(fd, SO_ACCEPTCONN))
			was_open = shutdown(fd, SHUT_RD) == 0 || was_open;
	}
	if (was_open)
		log_warn("a worker has no successor: %s", has_others
		    ? "calls go to the others" : "calls are refused");
}

void
post_is_manned(struct post *post)
{
	post->empty_ms = 0;
}

void
post_listen(const struct daemon_conf *conf, const int *listeners)
{
	for (size_t i = 0; i < conf->listeners.n; i++) {
		if (!is_set(listeners[i], SO_ACCEPTCONN) &&
		    listen(listeners[i], BACKLOG) != 0)
			log_error("listen %" STR_FMT ": %s",
			    STR_ARG(conf->listeners.at[i].front.address),
			    strerror(errno));
	}
}

bool
posts_hand_over(const struct posts *p, char **words,
    struct successor *out, struct err *e)
{
	size_t n = p->conf->listeners.n;
	struct arena *scratch = arena_new();
	struct upgrade_socket *sockets = ARENA_MANY(scratch,
	    struct upgrade_socket, n);
	int *fds = ARENA_MANY(scratch, int, n * p->n);
	bool is_started;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < p->n; k++)
			fds[i * p->n + k] = p->at[k].listeners[i];
		sockets[i] = (struct upgrade_socket){
			p->conf->listeners.at[i].front.address,
			fds + i * p->n, p->n };
	}
	is_started = upgrade_start(out, words, sockets, n, e);
	arena_free(scratch);
	return is_started;
}
