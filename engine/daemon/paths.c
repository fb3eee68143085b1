/* SPDX-License-Identifier: Apache-2.0 */
/* Each as the start would find it, its folder where it is not there yet. */
#include "daemon/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "daemon/said.h"
#include "net/tlsclient.h"

/* False: it would end a start.  Whom another user's rights keep out may be
 * looking only: root starts it. */
static bool
tell(struct err *e, int error, struct arena *a, const struct said *said,
    const char *setting)
{
	bool is_other = (error == EACCES || error == EPERM) && geteuid() != 0;

	said_wrap(e, a, said, setting);
	if (is_other)
		log_warn("%s", e->text);
	else
		log_error("%s", e->text);
	return is_other;
}

/* 0, or why something cannot be made there. */
static int
folder_error(struct arena *a, struct str path)
{
	size_t slash = str_find_last(path, '/');
	const char *folder = slash == path.n ? "." : slash == 0 ? "/" :
	    str_cstr(a, str_head(path, slash));
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	return access(folder, W_OK | X_OK) == 0 ? 0 : errno;
}

static int
file_error(struct arena *a, struct str path)
{
	int fd = open(str_cstr(a, path), O_WRONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? folder_error(a, path) : errno;
	close(fd);
	return 0;
}

static bool
check_file(const struct said *said, struct arena *a, const char *setting,
    struct str path)
{
	int error = path.n == 0 ? 0 : file_error(a, path);
	struct err e;

	if (error == 0)
		return true;
	err_set(&e, "%s %" STR_FMT ": %s", setting, STR_ARG(path),
	    strerror(error));
	return tell(&e, error, a, said, setting);
}

static bool
check_log(const struct daemon_conf *c, struct arena *a,
    const struct said *said)
{
	struct err e;

	if (log_is_there((enum log_to)c->log_to, c->log_socket, &e))
		return check_file(said, a, "log_file", c->log_file);
	err_wrap(&e, "log.to");
	said_wrap(&e, a, said, "log.to");
	log_error("%s", e.text);
	return false;
}

static bool
check_state(const struct daemon_conf *c, struct arena *a,
    const struct said *said)
{
	int error = 0, fd;
	struct err e;

	if (c->state.n == 0)
		return true;
	fd = open(str_cstr(a, c->state), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		error = errno == ENOENT ? folder_error(a, c->state) : errno;
	else
		close(fd);
	if (error == 0)
		return true;
	err_set(&e, "state: %" STR_FMT ": %s", STR_ARG(c->state),
	    strerror(error));
	return tell(&e, error, a, said, "state");
}

/* That of the folder state comes with it; without any the daemon starts. */
static void
check_control(const struct daemon_conf *c, struct arena *a,
    const struct said *said)
{
	int error = 0;
	struct err e;

	if (c->control.n != 0 && (c->state.n == 0 ||
		!str_eq(c->control, str_cat(a, c->state,
		    STR("/control.sock")))))
		error = folder_error(a, c->control);
	if (error == 0)
		return;
	err_set(&e, "control: %" STR_FMT ": %s; sekisho reload finds nobody",
	    STR_ARG(c->control), strerror(error));
	said_wrap(&e, a, said, "control");
	log_warn("%s", e.text);
}

/* A key of the state folder's is made with it. */
static void
check_key(const struct daemon_conf *c, struct arena *a,
    const struct said *said)
{
	struct str path = c->reputation.key_file;
	struct err e;
	int error;

	if (!c->reputation.hides_mailboxes || path.n == 0)
		return;
	error = access(str_cstr(a, path), R_OK) == 0 ? 0 :
	    errno == ENOENT ? folder_error(a, path) : errno;
	if (error == 0)
		return;
	err_set(&e, "reputation.key_file: mailboxes are not kept: %" STR_FMT
	    ": %s", STR_ARG(path), strerror(error));
	said_wrap(&e, a, said, "reputation.key_file");
	log_warn("%s", e.text);
}

/* A socket needs a folder.  The start removes an old one. */
static bool
check_listener(const struct listen_conf *c, struct arena *a,
    const struct said *said)
{
	struct str path = c->front.address;
	int error = str_starts(path, STR("/")) ? folder_error(a, path) : 0;
	struct err e;

	if (error == 0)
		return true;
	err_set(&e, "listen: %" STR_FMT ": %s", STR_ARG(path),
	    strerror(error));
	return tell(&e, error, a, said, "listen");
}

/* What the mirror is believed by. */
static bool
check_mirror(const struct daemon_conf *c, struct arena *a,
    const struct said *said)
{
	struct tls_client *tls;
	struct err e;

	if (mirror_believes(&tls, a, &c->front.mirror, &e)) {
		tls_client_free(tls);
		return true;
	}
	said_wrap(&e, a, said, "mirror.ca");
	log_error("%s", e.text);
	return false;
}

bool
paths_check(const struct daemon_conf *c, struct arena *a,
    const struct said *said)
{
	bool is_right = check_log(c, a, said);
	const struct listen_conf *listener;

	VEC_EACH(listener, &c->listeners)
		is_right = check_listener(listener, a, said) && is_right;
	is_right = check_state(c, a, said) && is_right;
	is_right = check_file(said, a, "pid_file", c->pid_file) && is_right;
	is_right = check_mirror(c, a, said) && is_right;
	check_control(c, a, said);
	check_key(c, a, said);
	return is_right;
}
