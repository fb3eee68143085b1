/* SPDX-License-Identifier: Apache-2.0 */
/* inotify on the loop. */
#include "net/watch.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/vec.h"
#include "net/loop.h"
#include "net/loop_event.h"

enum { READ_MOST = 4096 };

struct watched {
	int number;         /* of the system */
	struct str folder;
};

struct watch {
	struct arena *arena;
	struct arena *scratch;
	int fd;
	struct event *event;
	void (*told)(void *owner, struct str path);
	void *owner;
	VEC(struct watched) folders;
};

static void
tell(struct watch *w, const struct inotify_event *e)
{
	const struct watched *one;
	struct str name = str_of(e->name);

	VEC_EACH(one, &w->folders) {
		if (one->number != e->wd)
			continue;
		w->told(w->owner, one->folder.n == 0 ? name
		    : str_cat(w->scratch, one->folder, STR("/"), name));
		return;
	}
}

static void
on_read(evutil_socket_t fd, short what, void *owner)
{
	_Alignas(struct inotify_event) char bytes[READ_MOST];
	struct watch *w = owner;
	ssize_t n = read(fd, bytes, sizeof(bytes));

	(void)what;
	for (ssize_t at = 0; at < n;) {
		const struct inotify_event *e = (const void *)(bytes + at);

		if (e->len != 0)
			tell(w, e);
		at += (ssize_t)(sizeof(*e) + e->len);
	}
	arena_empty(w->scratch);
}

struct watch *
watch_new(struct loop *l, void (*told)(void *owner, struct str path),
    void *owner)
{
	struct arena *a;
	struct watch *w;
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (fd < 0)
		return NULL;
	a = arena_new();
	w = ARENA_ONE(a, struct watch);
	w->arena = a;
	w->scratch = arena_new();
	w->fd = fd;
	w->told = told;
	w->owner = owner;
	w->event = event_new(loop_base(l), fd, EV_READ | EV_PERSIST, on_read,
	    w);
	if (w->event == NULL || event_add(w->event, NULL) != 0)
		abort();
	return w;
}

void
watch_free(struct watch *w)
{
	if (w == NULL)
		return;
	event_free(w->event);
	close(w->fd);
	arena_free(w->scratch);
	arena_free(w->arena);
}

bool
watch_add(struct watch *w, struct str folder)
{
	const char *path = folder.n == 0 ? "." : str_cstr(w->scratch, folder);
	int number = inotify_add_watch(w->fd, path,
	    IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR);
	struct watched *one;

	if (number < 0)
		return false;
	VEC_EACH(one, &w->folders)
		if (str_eq(one->folder, folder)) {
			one->number = number;
			return true;
		}
	*VEC_ADD(w->arena, &w->folders) = (struct watched){ number,
		str_copy(w->arena, folder) };
	return true;
}
