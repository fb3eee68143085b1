/* SPDX-License-Identifier: Apache-2.0 */
/* Taking words, giving answers; nobody here keeps the master waiting. */
#include "daemon/desk.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "net/listener.h"

enum { ANSWER_ROOM = 512 * 1024 };

bool
desk_open(struct desk *d, const char *path, struct err *e)
{
	static const struct listener_rights own = { .mode = 0600 };

	d->fd = -1;
	for (size_t i = 0; i < DESK_CALLERS; i++)
		d->callers[i] = (struct caller){ .fd = -1 };
	return path == NULL || listener_open(&d->fd, str_of(path), &own, e) ==
	    LISTENER_OPEN;
}

void
desk_own(const struct desk *d)
{
	if (d->fd >= 0 && listen(d->fd, SOMAXCONN) != 0)
		log_warn("control: %s", strerror(errno));
}

static void
leave(struct caller *c)
{
	if (c->fd >= 0)
		close(c->fd);
	*c = (struct caller){ .fd = -1 };
}

void
desk_close(struct desk *d)
{
	for (size_t i = 0; i < DESK_CALLERS; i++)
		leave(&d->callers[i]);
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
}

size_t
desk_poll(const struct desk *d, struct pollfd *to)
{
	size_t n = 0;

	if (d->fd < 0)
		return 0;
	to[n++] = (struct pollfd){ .fd = d->fd, .events = POLLIN };
	for (size_t i = 0; i < DESK_CALLERS; i++) {
		if (d->callers[i].fd >= 0)
			to[n++] = (struct pollfd){ .fd = d->callers[i].fd,
				.events = POLLIN };
	}
	return n;
}

/* Whoever finds no place is closed, and sees that. */
static void
receive(struct desk *d)
{
	const int room = ANSWER_ROOM;
	size_t i;
	int fd;

	while ((fd = accept4(d->fd, NULL, NULL,
		    SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
		for (i = 0; i < DESK_CALLERS && d->callers[i].fd >= 0; i++)
			;
		if (i < DESK_CALLERS)
			d->callers[i].fd = fd;
		else
			close(fd);
	}
}

/* True once a whole word is there.  Who hangs up is gone. */
static bool
read_word(struct caller *c)
{
	ssize_t n = recv(c->fd, c->word + c->n, sizeof(c->word) - c->n, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0 || c->has_asked) {
		leave(c);
		return false;
	}
	c->n += (size_t)n;
	c->has_asked = c->word[c->n - 1] == '\n';
	if (!c->has_asked && c->n == sizeof(c->word))
		leave(c);
	return c->has_asked;
}

void
desk_turn(struct desk *d, void (*asked)(void *owner, size_t caller,
    struct str word), void *owner)
{
	if (d->fd < 0)
		return;
	receive(d);
	for (size_t i = 0; i < DESK_CALLERS; i++) {
		struct caller *c = &d->callers[i];

		if (c->fd >= 0 && read_word(c))
			asked(owner, i, (struct str){ c->word, c->n - 1 });
	}
}

void
desk_answer(struct desk *d, size_t caller, struct str text)
{
	struct caller *c = &d->callers[caller];
	ssize_t n;

	if (c->fd < 0)
		return;
	n = send(c->fd, text.p, text.n, MSG_NOSIGNAL);
	(void)n;
	leave(c);
}
