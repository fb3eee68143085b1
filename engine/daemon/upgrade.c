/* SPDX-License-Identifier: Apache-2.0 */
/* "ADDRESS=3,4;ADDRESS=5,6" and the number of a pipe. */
#include "daemon/upgrade.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"

#define SOCKETS "SEKISHO_SOCKETS"
#define ANSWER "SEKISHO_ANSWER"

int
upgrade_socket(struct str address, size_t n)
{
	struct str rest = str_of(getenv(SOCKETS)), one, name, fds, fd;
	int64_t number;

	while (rest.p != NULL && str_next(&rest, ';', &one)) {
		size_t equals = str_find_last(one, '=');

		name = str_head(one, equals);
		if (equals == one.n || !str_eq(name, address))
			continue;
		fds = str_from(one, equals + 1);
		for (size_t i = 0; str_next(&fds, ',', &fd); i++) {
			if (i != n || !str_to_int(fd, &number) || number < 3)
				continue;
			fcntl((int)number, F_SETFD, FD_CLOEXEC);
			return (int)number;
		}
	}
	return -1;
}

/* Those that nobody took, or calls would wait there for ever. */
static void
close_rest(void)
{
	struct str rest = str_of(getenv(SOCKETS)), one, fd;
	int64_t number;

	while (rest.p != NULL && str_next(&rest, ';', &one)) {
		struct str fds = str_from(one, str_find_last(one, '=') + 1);

		while (str_next(&fds, ',', &fd)) {
			if (str_to_int(fd, &number) && number >= 3 &&
			    fcntl((int)number, F_GETFD) == 0)
				close((int)number);
		}
	}
}

bool
upgrade_serves(void)
{
	int64_t fd;
	ssize_t n;

	if (!str_to_int(str_of(getenv(ANSWER)), &fd) || fd < 3)
		return false;
	close_rest();
	n = write((int)fd, "1", 1);
	(void)n;
	close((int)fd);
	unsetenv(ANSWER);
	unsetenv(SOCKETS);
	return true;
}

/* The descriptors that come along stay open. */
static void
hand_over(const struct upgrade_socket *sockets, size_t n, int answer)
{
	struct buf text;
	char number[16];

	buf_init(&text, SIZE_MAX);
	for (size_t i = 0; i < n; i++) {
		buf_add_str(&text, sockets[i].address);
		for (size_t k = 0; k < sockets[i].n; k++) {
			fcntl(sockets[i].fds[k], F_SETFD, 0);
			buf_printf(&text, "%c%d", k == 0 ? '=' : ',',
			    sockets[i].fds[k]);
		}
		buf_add_byte(&text, ';');
	}
	buf_add_byte(&text, '\0');
	setenv(SOCKETS, text.p, 1);
	fcntl(answer, F_SETFD, 0);
	snprintf(number, sizeof(number), "%d", answer);
	setenv(ANSWER, number, 1);
	buf_release(&text);
}

/* Never returns.  What keeps it from running goes where its word would. */
static _Noreturn void
run(char **words, int answer)
{
	ssize_t n;
	int why;

	execvp(words[0], words);
	why = errno;
	n = write(answer, &why, sizeof(why));
	(void)n;
	_exit(127);
}

bool
upgrade_start(struct successor *out, char **words,
    const struct upgrade_socket *sockets, size_t n, struct err *e)
{
	sigset_t none;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_set(e, "pipe: %s", strerror(errno));
	pid = fork();
	if (pid == 0) {
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		hand_over(sockets, n, ends[1]);
		run(words, ends[1]);
	}
	close(ends[1]);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	*out = (struct successor){ ends[0], pid };
	if (pid > 0)
		return true;
	close(ends[0]);
	*out = (struct successor){ .answer = -1 };
	return err_set(e, "fork: %s", strerror(errno));
}

/* It has let go of the pipe, and ends soon. */
static enum successor_word
hear_end(struct successor *s, struct err *e)
{
	int status = 0;

	if (waitpid(s->pid, &status, WNOHANG) == 0)
		return SUCCESSOR_SILENT;
	s->pid = 0;
	if (WIFSIGNALED(status))
		err_set(e, "it was ended by signal %d (%s)",
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		err_set(e, "it ended with status %d", WEXITSTATUS(status));
	return SUCCESSOR_FAILED;
}

enum successor_word
successor_hear(struct successor *s, struct err *e)
{
	ssize_t n;
	int why;

	if (s->pid == 0)
		return SUCCESSOR_SILENT;
	if (s->answer < 0)
		return hear_end(s, e);
	n = read(s->answer, &why, sizeof(why));
	if (n < 0)
		return SUCCESSOR_SILENT;
	close(s->answer);
	s->answer = -1;
	if (n == 0)
		return hear_end(s, e);
	if (n == 1) {
		s->pid = 0;
		return SUCCESSOR_SERVES;
	}
	waitpid(s->pid, NULL, 0);
	s->pid = 0;
	err_set(e, "it cannot be run: %s", strerror(why));
	return SUCCESSOR_FAILED;
}
