/* SPDX-License-Identifier: Apache-2.0 */
/* Who holds the other end of a socket, and what /proc says of it. */
#include "cli/configask.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"

enum { WORDS_MOST = 1 << 20, PATH_ROOM = 64 };

static bool
find_pid(pid_t *pid, struct str path, struct err *e)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct ucred who = { .pid = 0 };
	socklen_t n = sizeof(who);
	bool is_found;
	int fd;

	if (path.n >= sizeof(to.sun_path))
		return err_set(e, "%" STR_FMT ": %s", STR_ARG(path),
		    strerror(ENAMETOOLONG));
	memcpy(to.sun_path, path.p, path.n);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	is_found = fd >= 0 &&
	    connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0 &&
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0;
	if (!is_found)
		err_set(e, "%" STR_FMT ": %s; is sekishod running, with a "
		    "state folder?", STR_ARG(path), strerror(errno));
	if (fd >= 0)
		close(fd);
	*pid = who.pid;
	return is_found;
}

static const char *
proc_path(struct arena *a, pid_t pid, const char *name)
{
	struct buf b;

	buf_init_arena(&b, a, PATH_ROOM);
	buf_printf(&b, "/proc/%ld/%s", (long)pid, name);
	return str_cstr(a, buf_str(&b));
}

bool
configask_running(word_list *words, struct str *folder, struct arena *a,
    struct str socket_path, struct err *e)
{
	struct str text, word;
	char cwd[PATH_MAX];
	ssize_t n;
	pid_t pid = 0;

	if (!find_pid(&pid, socket_path, e) ||
	    !file_read(&text, a, proc_path(a, pid, "cmdline"), WORDS_MOST, e))
		return false;
	n = readlink(proc_path(a, pid, "cwd"), cwd, sizeof(cwd));
	if (n < 0)
		return err_set(e, "process %ld: %s", (long)pid,
		    strerror(errno));
	*folder = str_copy(a, (struct str){ cwd, (size_t)n });
	/* Each word ends with a zero. */
	text = str_head(text, text.n == 0 ? 0 : text.n - 1);
	str_next(&text, '\0', &word);
	while (str_next(&text, '\0', &word))
		*VEC_ADD(a, words) = str_of(str_cstr(a, word));
	return true;
}
