/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP client against a server that says what the table tells it to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "cli/client.h"

enum { TIMEOUT_MS = 2000, SHORT_MS = 200 };

struct server {
	char folder[64];
	char path[96];
	pid_t pid;
};

/* A child answers one connection with reply, once it has seen the body. */
static void
answer_once(int listener, const char *reply)
{
	char got[4096];
	size_t n = 0;
	int fd = accept(listener, NULL, NULL);

	while (fd >= 0 && n < sizeof(got)) {
		ssize_t more = read(fd, got + n, sizeof(got) - n);

		if (more <= 0)
			break;
		n += (size_t)more;
		if (memmem(got, n, "END", 3) != NULL)
			break;
	}
	if (reply == NULL)
		sleep(2);
	else if (write(fd, reply, strlen(reply)) < 0)
		_exit(1);
	close(fd);
	_exit(0);
}

static void
server_start(struct server *s, const char *reply)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int listener;

	snprintf(s->folder, sizeof(s->folder), "/tmp/sekisho-test-XXXXXX");
	assert_non_null(mkdtemp(s->folder));
	snprintf(s->path, sizeof(s->path), "unix:%s/socket", s->folder);
	snprintf(un.sun_path, sizeof(un.sun_path), "%s", s->path + 5);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&un, sizeof(un)),
	    0);
	assert_int_equal(listen(listener, 1), 0);
	s->pid = fork();
	if (s->pid == 0)
		answer_once(listener, reply);
	close(listener);
}

static void
server_end(struct server *s)
{
	waitpid(s->pid, NULL, 0);
	unlink(s->path + 5);
	rmdir(s->folder);
}

static bool
ask(struct client_reply *reply, struct arena *a, const char *answer,
    int timeout_ms, struct err *e)
{
	struct client_request r = { .path = STR("/checkv2"),
		.body = STR("END"), .timeout_ms = timeout_ms };
	struct server s;
	bool done;

	server_start(&s, answer);
	r.server = str_of(s.path);
	done = client_post(reply, a, &r, e);
	server_end(&s);
	return done;
}

static void
test_answers_are_read_in_every_framing(void **state)
{
	static const struct {
		const char *answer;
		unsigned status;
		const char *body;
	} cases[] = {
		{ "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 200,
		    "hi" },
		{ "HTTP/1.1 200 OK\r\ncontent-length:2\r\n\r\nhi, more", 200,
		    "hi" },
		{ "HTTP/1.0 404 No\r\n\r\nto the end", 404, "to the end" },
	};
	struct arena *a = arena_new();
	struct client_reply reply;
	struct err e;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		assert_true(ask(&reply, a, cases[i].answer, TIMEOUT_MS, &e));
		assert_int_equal(reply.status, cases[i].status);
		assert_true(str_is(reply.body, cases[i].body));
	}
	arena_free(a);
}

static void
test_chunks_are_joined(void **state)
{
	struct arena *a = arena_new();
	struct client_reply reply;
	struct err e;

	(void)state;
	assert_true(ask(&reply, a, "HTTP/1.1 200 OK\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n"
	    "2\r\nhi\r\n4;x=y\r\n all\r\n0\r\n\r\n", TIMEOUT_MS, &e));
	assert_true(str_is(reply.body, "hi all"));
	arena_free(a);
}

static void
test_broken_answers_say_what_is_wrong(void **state)
{
	static const struct {
		const char *answer, *why;
	} cases[] = {
		{ "", "closed the connection without an answer" },
		{ "SSH-2.0\r\n", "does not speak HTTP" },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi",
		    "the answer broke off" },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n",
		    "the answer broke off" },
		{ NULL, "no answer in time" },
	};
	struct arena *a = arena_new();
	struct client_reply reply;
	struct err e;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		assert_false(ask(&reply, a, cases[i].answer, SHORT_MS, &e));
		assert_non_null(strstr(e.text, cases[i].why));
	}
	arena_free(a);
}

static void
test_a_server_that_is_not_there_is_named(void **state)
{
	struct client_request r = { .server = STR("127.0.0.1:1"),
		.path = STR("/ping") };
	struct arena *a = arena_new();
	struct client_reply reply;
	struct err e;

	(void)state;
	assert_false(client_post(&reply, a, &r, &e));
	assert_string_equal(e.text, "127.0.0.1:1: Connection refused");
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers_are_read_in_every_framing),
		cmocka_unit_test(test_chunks_are_joined),
		cmocka_unit_test(test_broken_answers_say_what_is_wrong),
		cmocka_unit_test(test_a_server_that_is_not_there_is_named),
	};

	return cmocka_run_group_tests_name("cli/client", tests, NULL, NULL);
}
