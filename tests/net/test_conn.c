/* SPDX-License-Identifier: Apache-2.0 */
/* Connections: back-pressure, half-closed peers, the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "net/conn.h"
#include "net/listener.h"
#include "net/loop.h"

enum { LARGE = 4 * 1024 * 1024 };

struct house {
	struct loop *loop;
	struct timer *end;
	struct conn *conn;
	int peer;
	size_t takes;      /* how many bytes are taken at a time */
	char got[1000];
	size_t n;
	unsigned half_closed, alarms, gone;
};

static size_t
on_data(void *owner, struct str bytes)
{
	struct house *h = owner;
	size_t n = bytes.n < h->takes ? bytes.n : h->takes;

	assert_in_range(h->n + n, 0, sizeof(h->got));
	memcpy(h->got + h->n, bytes.p, n);
	h->n += n;
	return n;
}

static void
on_half_closed(void *owner)
{
	((struct house *)owner)->half_closed++;
}

static void
on_alarm(void *owner)
{
	((struct house *)owner)->alarms++;
}

static void
on_gone(void *owner)
{
	struct house *h = owner;

	h->gone++;
	h->conn = NULL;
}

static const struct conn_handler handler = { on_data, on_half_closed,
	on_alarm, on_gone };

static void
on_end(void *owner)
{
	loop_stop(owner);
}

static int
set_up(void **state)
{
	struct house *h = calloc(1, sizeof(*h));
	struct err e;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0)
		return -1;
	if (!loop_new(&h->loop, &e))
		return -1;
	h->end = timer_new(h->loop, on_end, h->loop);
	h->conn = conn_new(h->loop, pair[0], &handler, h, 500);
	h->peer = pair[1];
	h->takes = SIZE_MAX;
	*state = h;
	return 0;
}

static int
tear_down(void **state)
{
	struct house *h = *state;

	conn_free(h->conn);
	timer_free(h->end);
	loop_free(h->loop);
	if (h->peer >= 0)
		close(h->peer);
	free(h);
	return 0;
}

static void
turn(struct house *h, int64_t ms)
{
	timer_set(h->end, ms);
	loop_run(h->loop);
}

static void
say(struct house *h, const char *text)
{
	assert_int_equal(write(h->peer, text, strlen(text)), strlen(text));
}

static void
test_what_is_not_taken_waits_for_resume(void **state)
{
	struct house *h = *state;

	h->takes = 3;
	say(h, "abcdefgh");
	turn(h, 10);
	assert_int_equal(h->n, 3);
	turn(h, 10);
	assert_int_equal(h->n, 3);
	conn_resume(h->conn);
	assert_int_equal(h->n, 3);
	turn(h, 10);
	assert_int_equal(h->n, 6);
	conn_resume(h->conn);
	turn(h, 10);
	assert_memory_equal(h->got, "abcdefgh", 8);
}

static void
test_what_is_here_at_the_beginning_is_read_at_once(void **state)
{
	struct house *h = *state;

	conn_begin(h->conn);
	assert_int_equal(h->n, 0);
	say(h, "abc");
	conn_begin(h->conn);
	assert_memory_equal(h->got, "abc", 3);
	/* The rest comes by itself. */
	say(h, "de");
	turn(h, 10);
	assert_int_equal(h->n, 5);
	conn_drop(h->conn);
	conn_begin(h->conn);
	turn(h, 10);
	assert_int_equal(h->gone, 1);
}

/* Takes a word, and leaves the rest to the next owner. */
static size_t
on_first(void *owner, struct str bytes)
{
	struct house *h = owner;

	assert_int_equal(bytes.n, 8);
	conn_hand(h->conn, &handler, h);
	return 2;
}

static const struct conn_handler first_handler = { on_first, on_half_closed,
	on_alarm, on_gone };

static void
test_the_next_owner_is_offered_the_rest_at_once(void **state)
{
	struct house *h = *state;

	conn_hand(h->conn, &first_handler, h);
	h->takes = 4;
	say(h, "abcdefgh");
	conn_begin(h->conn);
	assert_int_equal(h->n, 4);
	assert_memory_equal(h->got, "cdef", 4);
	/* Who takes no more is not asked for it. */
	turn(h, 10);
	assert_int_equal(h->n, 4);
	conn_resume(h->conn);
	turn(h, 10);
	assert_memory_equal(h->got, "cdefgh", 6);
}

static void
test_the_end_of_the_peer_is_told_behind_its_last_byte(void **state)
{
	struct house *h = *state;

	h->takes = 2;
	say(h, "abc");
	shutdown(h->peer, SHUT_WR);
	turn(h, 10);
	assert_int_equal(h->half_closed, 0);
	conn_resume(h->conn);
	turn(h, 10);
	assert_int_equal(h->n, 3);
	assert_int_equal(h->half_closed, 1);
	assert_int_equal(h->gone, 0);
	conn_send(h->conn, STR("still here"));
	conn_close(h->conn);
	turn(h, 10);
	assert_int_equal(read(h->peer, h->got, 100), 10);
	assert_int_equal(read(h->peer, h->got, 100), 0);
	assert_int_equal(h->gone, 1);
}

static void
test_what_is_pushed_leaves_at_once(void **state)
{
	struct house *h = *state;

	conn_send(h->conn, STR("one "));
	conn_send(h->conn, STR("reply"));
	assert_int_equal(read(h->peer, h->got, 100), -1);
	conn_push(h->conn);
	assert_int_equal(read(h->peer, h->got, 100), 9);
	conn_push(h->conn);
	turn(h, 5);
	assert_int_equal(read(h->peer, h->got, 100), -1);
}

static void
test_all_is_sent_before_the_close(void **state)
{
	static char large[LARGE];
	struct house *h = *state;
	size_t n = 0;
	ssize_t got = 1;

	memset(large, 'x', sizeof(large));
	conn_send(h->conn, (struct str){ large, sizeof(large) });
	conn_close(h->conn);
	for (int i = 0; i < 10000 && got != 0; i++) {
		turn(h, 1);
		while ((got = read(h->peer, large, sizeof(large))) > 0)
			n += (size_t)got;
	}
	assert_int_equal(n, LARGE);
	/* What the peer says meanwhile is nobody's. */
	say(h, "more");
	turn(h, 10);
	assert_int_equal(h->n, 0);
	close(h->peer);
	h->peer = -1;
	turn(h, 10);
	assert_int_equal(h->gone, 1);
}

static void
test_a_peer_that_reads_nothing_is_let_go(void **state)
{
	static char large[LARGE];
	struct house *h = *state;

	conn_send(h->conn, (struct str){ large, sizeof(large) });
	turn(h, 20);
	assert_int_equal(h->gone, 0);
	turn(h, 1000);
	assert_int_equal(h->gone, 1);
}

static void
test_a_peer_that_reads_nothing_gets_no_more_to_say(void **state)
{
	static char large[LARGE];
	struct house *h = *state;

	conn_send(h->conn, (struct str){ large, sizeof(large) });
	say(h, "abc");
	turn(h, 20);
	assert_int_equal(h->n, 0);
	while (read(h->peer, large, sizeof(large)) > 0)
		turn(h, 1);
	turn(h, 10);
	assert_int_equal(h->n, 3);
}

static void
test_a_full_connection_keeps_nobody_else_from_running(void **state)
{
	static char large[LARGE];
	struct house *h = *state;
	struct task task = { .run = on_end, .owner = h->loop };
	ssize_t n = 1;

	h->takes = 0;
	for (int i = 0; i < 50; i++) {
		n = write(h->peer, large, sizeof(large));
		turn(h, 1);
	}
	/* Past its bound the rest stays with the peer. */
	assert_true(n < 0);
	alarm(20);
	loop_ready(h->loop, &task);
	loop_run(h->loop);
	loop_ready(h->loop, &task);
	loop_run(h->loop);
	alarm(0);
	assert_int_equal(h->n, 0);
	/* And it is read on once there is room. */
	h->takes = 1;
	conn_resume(h->conn);
	turn(h, 5);
	assert_int_equal(h->n, 1);
}

static void
test_the_alarm_rings_once(void **state)
{
	struct house *h = *state;

	conn_alarm(h->conn, 5);
	turn(h, 40);
	assert_int_equal(h->alarms, 1);
}

static void
test_a_dropped_connection_tells_its_owner_later(void **state)
{
	struct house *h = *state;

	conn_drop(h->conn);
	conn_drop(h->conn);
	assert_int_equal(h->gone, 0);
	turn(h, 5);
	assert_int_equal(h->gone, 1);
}

static const struct {
	const char *where;
	const char *why; /* "": it is right */
} wheres[] = {
	{ "127.0.0.1:0", "" },
	{ "*:0", "" },
	{ "127.0.0.1", "is not ADDRESS:PORT" },
	{ "127.0.0.1:65536", "is not ADDRESS:PORT" },
	{ "127.0.0.1:-1", "is not ADDRESS:PORT" },
	{ "example:1", "is not ADDRESS:PORT" },
	{ "::1:25", "is not ADDRESS:PORT" },
	{ "", "is not ADDRESS:PORT" },
};

static void
test_where_to_listen_is_read_with_care(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wheres) / sizeof(wheres[0]); i++) {
		struct err e = { "" };
		char name[LISTENER_NAME];
		int fd = -1;

		if (listener_open(&fd, str_of(wheres[i].where), NULL, &e) !=
		    (wheres[i].why[0] == '\0' ? LISTENER_OPEN :
			LISTENER_MISTYPED))
			fail_msg("%s: %s", wheres[i].where, e.text);
		if (fd >= 0) {
			listener_name(fd, name);
			assert_null(strstr(name, ":0"));
			close(fd);
		} else {
			assert_non_null(strstr(e.text, wheres[i].why));
		}
	}
}

int
main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		EACH(test_what_is_not_taken_waits_for_resume),
		EACH(test_what_is_here_at_the_beginning_is_read_at_once),
		EACH(test_the_next_owner_is_offered_the_rest_at_once),
		EACH(test_the_end_of_the_peer_is_told_behind_its_last_byte),
		EACH(test_what_is_pushed_leaves_at_once),
		EACH(test_all_is_sent_before_the_close),
		EACH(test_a_peer_that_reads_nothing_is_let_go),
		EACH(test_a_peer_that_reads_nothing_gets_no_more_to_say),
		EACH(test_a_full_connection_keeps_nobody_else_from_running),
		EACH(test_the_alarm_rings_once),
		EACH(test_a_dropped_connection_tells_its_owner_later),
		cmocka_unit_test(test_where_to_listen_is_read_with_care),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
