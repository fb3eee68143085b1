/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sekishod.  What needs privilege or a terminal is done here, in order:
 * options, configuration, sockets; then the master runs until it is told to
 * end.
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "daemon/master.h"
#include "daemon/options.h"
#include "daemon/paths.h"
#include "daemon/said.h"
#include "daemon/upgrade.h"
#include "daemon/user.h"
#include "net/listener.h"

enum {
	TEXT_MOST = 64 * 1024,
	MAP_LEAST = 512 * 1024,
	FILES_OWN = 200 /* beside connections: stores, questions, packs */
};

struct program {
	struct arena *arena;
	struct options options;
	struct daemon_conf conf;
	struct conf_text file;
	struct conf_source source;
	struct user user;
	char **words;    /* of the command line */
	int *listeners;  /* one each of conf.listeners */
};

static int
fail(int status, const struct err *e)
{
	log_error("%s", e->text);
	return status;
}

static int
show(struct program *p)
{
	struct buf text;
	ssize_t n;

	buf_init(&text, TEXT_MOST);
	if (p->options.wants_version)
		buf_add_str(&text, STR("sekishod " SEKISHO_VERSION "\n"));
	else
		daemon_options_help(&text);
	n = write(STDOUT_FILENO, text.p, text.n);
	buf_release(&text);
	return n < 0 ? EX_IOERR : EX_OK;
}

/* Puts in front where that was said.  Always false. */
static bool
wrap(const struct program *p, struct err *e, const char *setting)
{
	const struct said said = { &p->file, &p->options.overrides };

	return said_wrap(e, p->arena, &said, setting);
}

static bool
wrap_listener(const struct program *p, struct err *e,
    const struct listen_conf *c)
{
	if (c->mark.line == 0)
		return wrap(p, e, "listen");
	return err_wrap(e, "%s:%u:%u", p->file.path, (unsigned)c->mark.line,
	    (unsigned)c->mark.column);
}

static bool
may_read_packs(const struct program *p, struct err *e)
{
	const struct str *path;

	VEC_EACH(path, &p->conf.generation.packs) {
		if (access(str_cstr(p->arena, *path), R_OK) == 0)
			continue;
		err_set(e, "packs: %" STR_FMT ": %s", STR_ARG(*path),
		    strerror(errno));
		return wrap(p, e, "packs");
	}
	return true;
}

/* Before privilege goes: the key may be root's. */
static bool
load_tls(struct listen_conf *c, struct err *e)
{
	if (c->tls.certificate == NULL || tls_new(&c->front.tls, &c->tls, e))
		return true;
	return err_wrap(e, "listen %" STR_FMT, STR_ARG(c->front.address));
}

/* As far as it can be said before they are open. */
static bool
are_listeners_right(struct program *p, struct err *e)
{
	struct listen_conf *c;

	VEC_EACH(c, &p->conf.listeners) {
		bool is_public = listener_may_be_public(c->front.address) &&
		    !str_starts(c->front.address, STR("systemd:"));

		if (!listener_is_address(c->front.address, e)) {
			err_wrap(e, "listen");
			return wrap_listener(p, e, c);
		}
		if (!listen_is_safe(c, is_public, p->conf.open != 0, e) ||
		    !load_tls(c, e))
			return wrap_listener(p, e, c);
	}
	return true;
}

static int
open_listeners(struct program *p)
{
	static const int statuses[] = {
		[LISTENER_OPEN] = EX_OK,
		[LISTENER_MISTYPED] = EX_CONFIG,
		[LISTENER_NOT_ALLOWED] = EX_NOPERM,
		[LISTENER_UNAVAILABLE] = EX_UNAVAILABLE
	};
	enum listener_result result;
	struct listen_conf *c;
	struct err e;

	p->listeners = ARENA_MANY(p->arena, int, p->conf.listeners.n);
	for (size_t i = 0; i < p->conf.listeners.n; i++) {
		c = &p->conf.listeners.at[i];
		p->listeners[i] = upgrade_socket(c->front.address, 0);
		result = p->listeners[i] >= 0 ? LISTENER_OPEN :
		    listener_open(&p->listeners[i], c->front.address,
			&c->rights, &e);
		if (result != LISTENER_OPEN) {
			err_wrap(&e, "listen");
			wrap_listener(p, &e, c);
			return fail(statuses[result], &e);
		}
		if (!listen_is_safe(c, listener_is_public(p->listeners[i]),
			p->conf.open != 0, &e)) {
			wrap_listener(p, &e, c);
			return fail(EX_CONFIG, &e);
		}
	}
	return EX_OK;
}

static bool
begin_log(struct program *p, struct err *e)
{
	const char *path = str_cstr(p->arena, p->conf.log_file);
	int fd;

	log_set_level((enum log_level)p->conf.log);
	log_set_format((enum log_format)p->conf.log_format);
	if (p->conf.log_file.n == 0)
		return log_open((enum log_to)p->conf.log_to,
		    p->conf.log_socket, e) || err_wrap(e, "log.to") ||
		    wrap(p, e, "log.to");
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (fd < 0 || dup2(fd, STDERR_FILENO) < 0) {
		err_set(e, "log_file %s: %s", path, strerror(errno));
		return wrap(p, e, "log_file");
	}
	close(fd);
	return true;
}

/* The log stays where it is; all else lets go of the terminal. */
static bool
go_background(struct err *e)
{
	pid_t pid = fork();
	int null;

	if (pid < 0)
		return err_set(e, "fork: %s", strerror(errno));
	if (pid > 0)
		_exit(EX_OK);
	setsid();
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		close(null);
	}
	return true;
}

static bool
write_pid_to(const char *path)
{
	FILE *f = fopen(path, "we");
	bool is_written = f != NULL &&
	    fprintf(f, "%ld\n", (long)getpid()) > 0;

	return f != NULL && fclose(f) == 0 && is_written;
}

/* Whoever reads it finds a whole one, this one's or that of the program before.
 * A device is not replaced; where the folder is another's the file may still be
 * ours to write, and false says so. */
static bool
replace_pid(struct arena *a, const char *path)
{
	const char *new = str_cstr(a, str_cat(a, str_of(path), STR(".new")));
	struct stat st;

	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return false;
	if (write_pid_to(new) && rename(new, path) == 0)
		return true;
	unlink(new);
	return false;
}

static bool
write_pid(struct program *p, struct err *e)
{
	const char *path = str_cstr(p->arena, p->conf.pid_file);

	if (p->conf.pid_file.n == 0)
		return true;
	return replace_pid(p->arena, path) || write_pid_to(path) ||
	    err_set(e, "pid_file %s: %s", path, strerror(errno)) ||
	    wrap(p, e, "pid_file");
}

/* A descriptor for each connection: the usual bound of 1024 has none left for
 * anything else. */
static void
make_room(const struct daemon_conf *conf)
{
	const rlim_t wanted = conf->front.connections + FILES_OWN;
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted)
		return;
	files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
	if (setrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur < wanted)
		log_warn("no more than %ju files may be open, and "
		    "limits.connections needs %ju; see LimitNOFILE of systemd "
		    "or ulimit -n", (uintmax_t)files.rlim_cur,
		    (uintmax_t)wanted);
}

static size_t
processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) == 0
	    ? (size_t)CPU_COUNT(&set) : 1;
}

/* Who runs it, and where that one remembers. */
static bool
settle(struct program *p, struct err *e)
{
	struct daemon_conf *conf = &p->conf;

	if (conf->workers == 0)
		conf->workers = processors();
	if (!user_find(&p->user, str_cstr(p->arena, conf->user), e)) {
		log_warn("%s: workers are root, %s", e->text,
		    conf->sandbox != 0 ? "with no capability of its"
		    : "with all it may do");
		p->user.is_set = false;
	}
	/* Made by whoever read the configuration first. */
	user_own_file(&p->user, str_cstr(p->arena,
	    conf->reputation.key_file));
	if (conf->state.n == 0) {
		log_info("no state folder: nothing is remembered");
		return true;
	}
	return user_own_folder(&p->user, str_cstr(p->arena, conf->state), e) ||
	    err_wrap(e, "state") || wrap(p, e, "state");
}

static int
run_master(struct program *p, struct master *m)
{
	struct err e;

	if (!master_compile(m))
		return EX_CONFIG;
	if ((!p->options.is_foreground && !go_background(&e)) ||
	    !write_pid(p, &e))
		return fail(EX_CANTCREAT, &e);
	return master_run(m);
}

static int
serve(struct program *p)
{
	const struct master_job job = { .conf = &p->conf,
		.source = &p->source, .user = &p->user,
		.control = p->conf.control.n == 0 ? NULL :
		    str_cstr(p->arena, p->conf.control),
		.quarantine = p->conf.state.n == 0 ? NULL :
		    str_cstr(p->arena, str_cat(p->arena, p->conf.state,
			STR("/quarantine"))),
		.log = p->conf.log_file.n == 0 ? NULL :
		    str_cstr(p->arena, p->conf.log_file),
		.words = p->words,
		.listeners = p->listeners };
	struct master *m = NULL;
	bool is_succeeded;
	struct err e;
	int status;

	if (!begin_log(p, &e) || !settle(p, &e))
		return fail(EX_CANTCREAT, &e);
	make_room(&p->conf);
	status = master_new(&m, &job, &e) ? run_master(p, m)
	    : fail(EX_OSERR, &e);
	is_succeeded = m != NULL && master_is_succeeded(m);
	master_free(m);
	if (p->conf.pid_file.n != 0 && !is_succeeded)
		unlink(str_cstr(p->arena, p->conf.pid_file));
	return status;
}

/* Where nobody has made the usual one, a try still works; who is named has to
 * be there, or workers stay root by a typing error. */
static bool
is_user_there(const struct program *p, struct err *e)
{
	struct user u;

	return user_find(&u, str_cstr(p->arena, p->conf.user), e) ||
	    str_is(p->conf.user, "sekisho") || err_wrap(e, "user") ||
	    wrap(p, e, "user");
}

/* The configuration, whole and sensible; else the exit status. */
static int
configure(struct program *p, struct diags *d)
{
	const struct said said = { &p->file, &p->options.overrides };
	const char *path = p->options.config;
	struct err e;

	if (path != NULL && access(path, R_OK) != 0) {
		err_set(&e, "%s: %s", path, strerror(errno));
		return fail(EX_NOINPUT, &e);
	}
	if (!conf_text_read(&p->file, p->arena, path, &e))
		return fail(EX_CONFIG, &e);
	p->file.makes_nothing = p->options.is_check;
	if (!daemon_conf_read(&p->conf, p->arena, &said, d, &e)) {
		diags_log(d);
		return fail(EX_CONFIG, &e);
	}
	if (!are_listeners_right(p, &e) || !is_user_there(p, &e))
		return fail(EX_CONFIG, &e);
	return may_read_packs(p, &e) ? EX_OK : fail(EX_NOINPUT, &e);
}

/* A broken pack stops a check; a start only when none is left. */
static int
check_packs(struct program *p, const struct said *said, struct diags *d,
    size_t *packs)
{
	struct generation *g = NULL;
	bool is_loaded;
	struct err e;

	/* Who looks leaves nothing in the state folder, least of all files
	 * of root's. */
	p->conf.generation.image = STR("");
	is_loaded = generation_load(&g, &p->conf.generation, d, &e);
	*packs = is_loaded ? ruleset_packs(g->ruleset) : 0;
	diags_log(d);
	generation_drop(g);
	if (!is_loaded) {
		said_wrap_named(&e, p->arena, said);
		return fail(EX_CONFIG, &e);
	}
	if (d->errors == 0)
		return EX_OK;
	log_warn("packs with errors are left out; %zu serve", *packs);
	return EX_CONFIG;
}

/* All that start would say, first what ends it. */
static int
check(struct program *p, struct diags *d)
{
	const struct said said = { &p->file, &p->options.overrides };
	int status = paths_check(&p->conf, p->arena, &said) ? EX_OK
	    : EX_CANTCREAT;
	size_t packs = 0;
	int found = check_packs(p, &said, d, &packs);

	if (found == EX_OK && status == EX_OK)
		log_info("the configuration and %zu packs are right", packs);
	return status != EX_OK ? status : found;
}

static int
start(struct program *p)
{
	const struct said said = { &p->file, &p->options.overrides };
	struct diags d;
	int status;

	diags_init(&d, p->arena);
	status = configure(p, &d);
	if (status != EX_OK)
		return status;
	if (p->options.is_check)
		return check(p, &d);
	if (!paths_check_tls(&p->conf, p->arena, &said))
		return EX_CANTCREAT;
	p->source = (struct conf_source){ p->options.config,
		&p->options.overrides };
	status = open_listeners(p);
	return status == EX_OK ? serve(p) : status;
}

static void
finish(struct program *p)
{
	const struct listen_conf *c;

	VEC_EACH(c, &p->conf.listeners)
		tls_free(c->front.tls);
	arena_free(p->arena);
}

static int
run(struct program *p, int n, char **words)
{
	struct err e;

	if (!daemon_options_read(&p->options, p->arena, n, words, &e))
		return fail(EX_USAGE, &e);
	if (p->options.wants_help || p->options.wants_version)
		return show(p);
	return start(p);
}

int
main(int argc, char **argv)
{
	struct program p = { .arena = arena_new(), .words = argv };
	int status;

	/* Large blocks go back to the system at once: left to itself the
	 * bound rises with the largest message seen, and they stay. */
	mallopt(M_MMAP_THRESHOLD, MAP_LEAST);
	mallopt(M_TRIM_THRESHOLD, 16 * MAP_LEAST);
	status = run(&p, argc - 1, argv + 1);
	finish(&p);
	return status;
}
