/* SPDX-License-Identifier: Apache-2.0 */
/* A child that reads packs and hands over what they come to. */
#include "daemon/compiler.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "daemon/paths.h"
#include "daemon/said.h"
#include "daemon/sandbox.h"
#include "daemon/talk.h"
#include "scan/generation.h"

enum { TEXT_MOST = 256 * 1024, PIECE = 4096, WALL_TIMES = 3 };

static void
let_go(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void
made_release(struct made *m)
{
	let_go(&m->image);
	let_go(&m->files);
	let_go(&m->kept);
	let_go(&m->conf);
}

/* A file that other processes read too: its place is not ours to move. */
static bool
read_whole(struct str *out, struct arena *a, int fd, struct err *e)
{
	struct stat st;
	char *p;

	if (fstat(fd, &st) != 0)
		return err_set(e, "%s", strerror(errno));
	p = arena_take(a, (size_t)st.st_size + 1);
	if (pread(fd, p, (size_t)st.st_size, 0) != (ssize_t)st.st_size)
		return err_set(e, "%s", strerror(errno));
	*out = (struct str){ p, (size_t)st.st_size };
	return true;
}

bool
conf_source_read(struct conf_text *out, struct arena *a,
    const struct conf_source *s, int text, struct err *e)
{
	*out = (struct conf_text){ .path = text >= 0 ? s->path : NULL };
	return text < 0 || read_whole(&out->yaml, a, text, e);
}

/* The child's side. */

/* One that was right and is broken now: then the last good ones go on
 * serving, or a typing error lets lures through. */
static bool
breaks_nothing(const struct generation *g, const struct made *before)
{
	struct arena *scratch = arena_new();
	struct str files, file;
	const struct str *broken;
	bool is_fine = true;
	struct err e;

	if (before->files >= 0 &&
	    read_whole(&files, scratch, before->files, &e)) {
		while (is_fine && str_next(&files, '\n', &file)) {
			VEC_EACH(broken, &g->broken)
				is_fine = is_fine && !str_eq(*broken, file);
			if (!is_fine)
				log_error("%" STR_FMT " was right before and "
				    "is broken now", STR_ARG(file));
		}
	}
	arena_free(scratch);
	return is_fine;
}

static int
write_files(const struct generation *g)
{
	int fd = memfd_create("files", MFD_CLOEXEC);
	const struct str *file;
	struct buf b;
	ssize_t n;

	buf_init(&b, SIZE_MAX);
	VEC_EACH(file, &g->files) {
		buf_add_str(&b, *file);
		buf_add_byte(&b, '\n');
	}
	n = write(fd, b.p, b.n);
	(void)n;
	buf_release(&b);
	return fd;
}

static bool
compile(const struct compiler_job *job, int text, int *kept,
    struct talk *made)
{
	struct arena *a = arena_new();
	struct generation *g;
	struct daemon_conf conf;
	struct conf_text file;
	const struct said said = { &file, job->source->overrides };
	struct diags d;
	struct err e;
	bool is_made;

	diags_init(&d, a);
	is_made = conf_source_read(&file, a, job->source, text, &e) &&
	    daemon_conf_read(&conf, a, &said, &d, &e);
	/* What workers to come could not open: the start says so itself. */
	if (is_made && job->before->image >= 0 &&
	    !paths_check_tls(&conf, a, &said))
		return false;
	if (is_made) {
		conf.generation.is_shared = true;
		conf.generation.kept = kept;
		is_made = generation_load(&g, &conf.generation, &d, &e);
	}
	diags_log(&d);
	if (!is_made) {
		log_error("%s", e.text);
		return false;
	}
	if (!breaks_nothing(g, job->before))
		return false;
	if (g->broken.n != 0)
		log_warn("%zu files with errors are left out; %zu packs serve",
		    g->broken.n, ruleset_packs(g->ruleset));
	*made = (struct talk){ .kind = TALK_MADE,
		.packs = ruleset_packs(g->ruleset),
		.indicators = ruleset_indicators(g->ruleset),
		.fds = { g->image, write_files(g) } };
	return true;
}

/* Bytes that the master has mapped: what it shares with many workers comes to
 * more than any compiler takes, and most of it is never touched. */
static rlim_t
mapped(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	uintmax_t pages = 0;

	if (f == NULL)
		return 0;
	if (fscanf(f, "%ju", &pages) != 1)
		pages = 0;
	fclose(f);
	return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* Seconds of the processor, and a few for what it tells. */
static void
set_bounds(const struct daemon_conf *conf)
{
	rlim_t seconds = (rlim_t)(conf->compile_ms + 999) / 1000;
	rlim_t most = mapped() + conf->compile;
	struct rlimit cpu = { seconds, seconds + 1 };
	struct rlimit bytes = { most, most };

	setrlimit(RLIMIT_CPU, &cpu);
	if (sandbox_is_possible())
		setrlimit(RLIMIT_AS, &bytes);
}

static bool
tell_made(int talk, int kept, const struct talk *made)
{
	const struct talk t = { .kind = TALK_KEPT, .fds = { kept, -1 } };

	return (kept < 0 || talk_send(talk, &t)) && talk_send(talk, made);
}

static _Noreturn void
child(const struct compiler_job *job, int text, int talk, int said)
{
	int kept = job->before->kept;
	struct talk made;
	sigset_t none;
	struct err e;
	bool is_made;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	log_copy_to(said);
	set_bounds(job->conf);
	if (!user_become(job->user, &e)) {
		log_error("%s", e.text);
		_exit(EX_NOPERM);
	}
	/* What the image's key says of the program is read in /proc. */
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_DUMPABLE, 1);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	is_made = compile(job, text, &kept, &made) &&
	    tell_made(talk, kept, &made);
	_exit(is_made ? EX_OK : EX_CONFIG);
}

/* The master's. */

/* Everybody is to read the same, whoever writes to the file meanwhile. */
static bool
keep_conf(int *fd, const struct conf_source *s, struct err *e)
{
	struct arena *scratch;
	struct conf_text file;
	bool is_kept;

	*fd = -1;
	if (s->path == NULL)
		return true;
	scratch = arena_new();
	is_kept = conf_text_read(&file, scratch, s->path, e);
	if (is_kept) {
		*fd = memfd_create("conf", MFD_CLOEXEC);
		is_kept = *fd >= 0 && write(*fd, file.yaml.p, file.yaml.n) ==
		    (ssize_t)file.yaml.n;
		if (!is_kept)
			err_set(e, "%s: %s", s->path, strerror(errno));
	}
	arena_free(scratch);
	return is_kept;
}

static bool
start(struct compiler *c, const struct compiler_job *job, int talk[2],
    int said[2], struct err *e)
{
	if (!keep_conf(&c->made.conf, job->source, e) || !talk_open(talk, e))
		return false;
	if (pipe2(said, O_CLOEXEC) != 0)
		return err_set(e, "pipe: %s", strerror(errno));
	c->pid = fork();
	if (c->pid == 0)
		child(job, c->made.conf, talk[1], said[1]);
	return c->pid > 0 || err_set(e, "fork: %s", strerror(errno));
}

bool
compiler_start(struct compiler *c, const struct compiler_job *job,
    struct err *e)
{
	int talk[2] = { -1, -1 }, said[2] = { -1, -1 };
	bool is_started;

	c->made = (struct made){ .image = -1, .files = -1, .kept = -1,
		.conf = -1 };
	is_started = start(c, job, talk, said, e);
	let_go(&talk[1]);
	let_go(&said[1]);
	if (!is_started) {
		c->pid = 0;
		let_go(&talk[0]);
		let_go(&said[0]);
		made_release(&c->made);
		return false;
	}
	c->talk = talk[0];
	c->said = said[0];
	fcntl(c->said, F_SETFL, O_NONBLOCK);
	buf_init(&c->text, TEXT_MOST);
	c->deadline_ms = clock_ms() + WALL_TIMES * job->conf->compile_ms;
	return true;
}

static void
hear(struct compiler *c)
{
	struct talk t;

	while (c->talk >= 0) {
		switch (talk_read(c->talk, &t)) {
		case TALK_NOTHING:
			return;
		case TALK_OVER:
			let_go(&c->talk);
			return;
		case TALK_GOT:
			break;
		}
		if (t.kind == TALK_KEPT) {
			let_go(&c->made.kept);
			c->made.kept = t.fds[0];
			continue;
		}
		let_go(&c->made.image);
		let_go(&c->made.files);
		c->made.image = t.fds[0];
		c->made.files = t.fds[1];
		c->made.packs = t.packs;
		c->made.indicators = t.indicators;
	}
}

/* False: it says nothing any more. */
static bool
listen_to(struct compiler *c)
{
	char bytes[PIECE];
	ssize_t n = c->said < 0 ? 0 : read(c->said, bytes, sizeof(bytes));

	if (n > 0) {
		buf_add(&c->text, bytes, (size_t)n);
		return true;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	let_go(&c->said);
	return false;
}

/* It is heard to its end before it counts as done. */
bool
compiler_follow(struct compiler *c)
{
	hear(c);
	while (listen_to(c) && c->said >= 0 &&
	    poll(&(struct pollfd){ c->said, POLLIN, 0 }, 1, 0) > 0)
		;
	return c->talk < 0 && c->said < 0;
}

static void
tell_end(const struct compiler *c, int status)
{
	if (!WIFSIGNALED(status))
		return;
	if (clock_ms() >= c->deadline_ms || WTERMSIG(status) == SIGXCPU)
		log_error("compiling the packs takes longer than "
		    "limits.compile_time allows");
	else
		log_error("compiling the packs was ended by signal %d (%s)",
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
}

bool
compiler_finish(struct compiler *c)
{
	int status = 0;

	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	tell_end(c, status);
	c->pid = 0;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 &&
	    c->made.image >= 0;
}

void
compiler_end(struct compiler *c)
{
	if (c->pid > 0) {
		kill(c->pid, SIGKILL);
		while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	c->pid = 0;
	let_go(&c->talk);
	let_go(&c->said);
	buf_release(&c->text);
}
