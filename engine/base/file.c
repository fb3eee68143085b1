/* SPDX-License-Identifier: Apache-2.0 */
/* Files and folders, for start-up and the command line. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"

enum { READ_STEP = 64 * 1024, DEPTH_MOST = 16 };

static bool
read_all(struct buf *b, int fd, const char *path, struct err *e)
{
	ssize_t n;

	do {
		size_t left = b->most - b->n;
		size_t step = left < READ_STEP ? left : READ_STEP;

		if (step == 0)
			return err_set(e, "%s: larger than the limit of %zu "
			    "bytes", path, b->most - 1);
		buf_reserve(b, step);
		n = read(fd, b->p + b->n, step);
		if (n > 0)
			b->n += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	return n == 0 || err_set(e, "%s: %s", path, strerror(errno));
}

bool
file_read(struct str *out, struct arena *a, const char *path, size_t most,
    struct err *e)
{
	bool is_stdin = strcmp(path, "-") == 0, done;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct buf b;

	if (fd < 0)
		return err_set(e, "%s: %s", path, strerror(errno));
	buf_init(&b, most + 1);
	done = read_all(&b, fd, path, e);
	if (done)
		*out = str_copy(a, buf_str(&b));
	buf_release(&b);
	if (!is_stdin)
		close(fd);
	return done;
}

/* The size is known, so it goes where it stays at once; a file that grows
 * meanwhile moves. */
static bool
read_sized(struct str *out, struct buf *b, int fd, const char *path,
    struct err *e)
{
	if (!read_all(b, fd, path, e))
		return false;
	buf_fit(b);
	*out = buf_str(b);
	return true;
}

bool
file_read_regular(struct str *out, struct arena *a, const char *path,
    size_t most, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	struct buf b;
	bool done;

	if (fd < 0)
		return err_set(e, "%s: %s", path, strerror(errno));
	buf_init_arena(&b, a, most + 1);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		done = err_set(e, "%s: no regular file", path);
	} else {
		buf_reserve(&b, (size_t)st.st_size + READ_STEP + 1);
		b.is_full = false;
		done = read_sized(out, &b, fd, path, e);
	}
	close(fd);
	return done;
}

static int
order(const void *a, const void *b)
{
	return str_order(*(const struct str *)a, *(const struct str *)b);
}

static bool
list_folder(file_list *names, struct arena *a, const char *path,
    struct err *e)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	if (dir == NULL)
		return err_set(e, "%s: %s", path, strerror(errno));
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		*VEC_ADD(a, names) = str_printf(a, "%s%s%s", path,
		    path[strlen(path) - 1] == '/' ? "" : "/", entry->d_name);
	}
	closedir(dir);
	if (names->n != 0)
		qsort(names->at, names->n, sizeof(names->at[0]), order);
	return true;
}

/* A link to a file counts as one, and so does a link that leads nowhere:
 * whoever reads it says so.  A link to a folder is not entered; pipes and
 * devices would keep whoever reads them waiting. */
static bool
is_regular(const char *path, const struct stat *st)
{
	struct stat target;

	if (S_ISLNK(st->st_mode))
		return stat(path, &target) != 0 || S_ISREG(target.st_mode);
	return S_ISREG(st->st_mode);
}

struct walk {
	file_list *out;
	struct arena *arena;
	struct str tail; /* of the names that are meant */
	struct err *e;
};

static bool
walk_folder(const struct walk *w, const char *path, unsigned depth)
{
	file_list names = { 0 };
	struct stat st;
	struct str *name;

	if (depth > DEPTH_MOST ||
	    !list_folder(&names, w->arena, path, w->e))
		return depth > DEPTH_MOST;
	VEC_EACH(name, &names) {
		const char *file = str_cstr(w->arena, *name);

		if (lstat(file, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode)) {
			if (!walk_folder(w, file, depth + 1))
				return false;
		} else if (str_ends(*name, w->tail) &&
		    is_regular(file, &st)) {
			*VEC_ADD(w->arena, w->out) = *name;
		}
	}
	return true;
}

bool
file_walk(file_list *out, struct arena *a, const char *path, struct str tail,
    struct err *e)
{
	struct stat st;

	if (path[0] == '\0')
		return err_set(e, "the name of a file or folder is empty");
	if (stat(path, &st) != 0)
		return err_set(e, "%s: %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return walk_folder(&(struct walk){ out, a, tail, e }, path,
		    1);
	*VEC_ADD(a, out) = str_copy(a, str_of(path));
	return true;
}
