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

enum pem { PEM_CA, PEM_CERTIFICATE, PEM_KEY, PEMS };

static const char *const pem_settings[PEMS] = {
	[PEM_CA] = "store.ca",
	[PEM_CERTIFICATE] = "store.certificate",
	[PEM_KEY] = "store.key"
};

/* The setting that an error of tls_client_new is about. */
static const char *
pem_setting(const struct store_settings *s, const struct err *e)
{
	const struct str what = str_from(str_of(e->text), sizeof("tls: ") - 1);

	if (str_starts(what, STR("ca ")))
		return pem_settings[PEM_CA];
	return str_starts(what, STR("certificate ")) || s->key.n == 0
	    ? pem_settings[PEM_CERTIFICATE] : pem_settings[PEM_KEY];
}

/* What can be read, and is no certificate or no key of it. */
static bool
check_pems(const struct daemon_conf *c, struct arena *a,
    const struct said *said)
{
	struct tls_client *tls;
	struct store_conf conf;
	struct err e;

	store_settings_conf(&conf, a, &c->store, c->state);
	if (tls_client_new(&tls, conf.remote.tls, &e)) {
		tls_client_free(tls);
		return true;
	}
	said_wrap(&e, a, said, pem_setting(&c->store, &e));
	log_error("%s", e.text);
	return false;
}

/* Who the servers of the store are believed by, and what they are shown.
 * is_looking: only as tell has it. */
static bool
check_store(const struct daemon_conf *c, struct arena *a,
    const struct said *said, bool is_looking)
{
	const struct str paths[PEMS] = { c->store.ca, c->store.certificate,
		c->store.key };
	struct err e;
	int error;

	if (c->store.engine != STORE_REDIS || !c->store.tls)
		return true;
	for (size_t i = 0; i < PEMS; i++) {
		if (paths[i].n == 0 ||
		    access(str_cstr(a, paths[i]), R_OK) == 0)
			continue;
		error = errno;
		err_set(&e, "%s %" STR_FMT ": %s", pem_settings[i],
		    STR_ARG(paths[i]), strerror(error));
		return tell(&e, is_looking ? error : 0, a, said,
		    pem_settings[i]);
	}
	return check_pems(c, a, said);
}

bool
paths_check_tls(const struct daemon_conf *c, struct arena *a,
    const struct said *said)
{
	bool is_right = check_mirror(c, a, said);

	return check_store(c, a, said, false) && is_right;
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
	is_right = check_store(c, a, said, true) && is_right;
	check_control(c, a, said);
	check_key(c, a, said);
	return is_right;
}
