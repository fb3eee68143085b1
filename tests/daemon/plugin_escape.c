/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an intruder in a worker would try, for the stories: the first label of
 * the sender's domain names the attempt, its outcome is a fact.  Some end the
 * worker, which is what they are there to show.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugin.h"

enum { FROM_DOMAIN };
static const char *const needs[] = {
	[FROM_DOMAIN] = "from.domain",
	NULL
};

enum { RESULT };
static const struct fact_def gives[] = {
	[RESULT] = { "escape.result", FACT_STR, "what came of it", false },
	{ 0 }
};

struct conf {
	struct str file;
	struct str state;
};

static const struct setting settings[] = {
	SETTING_STR(struct conf, file, "/etc/passwd", "a file to read"),
	SETTING_STR(struct conf, state, "/tmp", "a folder to write to"),
	{ 0 }
};

static int
try_read(struct check_run *r)
{
	const struct conf *conf = r->conf;

	return open(str_cstr(r->arena, conf->file), O_RDONLY);
}

static int
try_write(struct check_run *r)
{
	(void)r;
	return open("/tmp/sekisho-escaped", O_WRONLY | O_CREAT, 0600);
}

static int
try_state(struct check_run *r)
{
	const struct conf *conf = r->conf;
	struct str path = str_cat(r->arena, conf->state, STR("/escape"));

	return open(str_cstr(r->arena, path), O_WRONLY | O_CREAT, 0600);
}

static int
try_exec(struct check_run *r)
{
	(void)r;
	return execl("/bin/true", "true", (char *)NULL);
}

static int
try_fork(struct check_run *r)
{
	pid_t pid = fork();

	(void)r;
	if (pid == 0)
		_exit(0);
	return pid;
}

static int
try_system(struct check_run *r)
{
	(void)r;
	return system("true");
}

static int
try_ptrace(struct check_run *r)
{
	(void)r;
	return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static int
try_raw(struct check_run *r)
{
	(void)r;
	return socket(AF_PACKET, SOCK_RAW, 0);
}

static int
try_kill(struct check_run *r)
{
	(void)r;
	return kill(getppid(), SIGKILL);
}

static int
try_listen(struct check_run *r)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)r;
	if (fd < 0 || bind(fd, (const struct sockaddr *)&any,
		sizeof(any)) != 0 || listen(fd, 1) != 0)
		return -1;
	return fd;
}

static int
try_setuid(struct check_run *r)
{
	(void)r;
	return setuid(0);
}

/* For the stories of faults. */
static int
try_crash(struct check_run *r)
{
	(void)r;
	raise(SIGSEGV);
	return 0;
}

static int
try_loop(struct check_run *r)
{
	volatile unsigned long turns = 0;

	(void)r;
	for (;;)
		turns++;
	return 0;
}

static const struct attempt {
	const char *name;
	int (*run)(struct check_run *r);
} attempts[] = {
	{ "read", try_read },
	{ "write", try_write },
	{ "state", try_state },
	{ "exec", try_exec },
	{ "fork", try_fork },
	{ "system", try_system },
	{ "ptrace", try_ptrace },
	{ "raw", try_raw },
	{ "kill", try_kill },
	{ "listen", try_listen },
	{ "setuid", try_setuid },
	{ "crash", try_crash },
	{ "loop", try_loop },
	{ NULL, NULL }
};

static enum check_next
run(struct check_run *r)
{
	struct str domain = check_need_str(r, FROM_DOMAIN);
	struct str label = str_head(domain, str_find(domain, '.'));

	for (const struct attempt *a = attempts; a->name != NULL; a++) {
		if (!str_is(label, a->name))
			continue;
		errno = 0;
		check_give_str(r, RESULT, a->run(r) >= 0 ? STR("done") :
		    str_of(strerror(errno)));
		return CHECK_DONE;
	}
	check_give_absent(r, RESULT);
	return CHECK_DONE;
}

const struct plugin plugin = {
	.abi = PLUGIN_ABI,
	.name = "escape",
	.needs = needs,
	.gives = gives,
	.settings = settings,
	.conf_size = sizeof(struct conf),
	.run = run
};
