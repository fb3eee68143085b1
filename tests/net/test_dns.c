/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions against a name server in a thread, whose first label says how it
 * behaves: ok, silent, slow, cut, stuck (cut, and silent over TCP), liar, none,
 * broken, damaged, foreign.
 */
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "net/dns.h"
#include "net/dnscache.h"
#include "net/loop.h"
#include "packet.h"

enum { ANSWER = 0x8180, CUT = 0x8380, NO_NAME = 0x8183, SERVFAIL = 0x8182,
	TRY_MS = 1000, HEADER = 12, MANY = 80, OWNERS = 12, OF_ONE = 16,
	STUCK_MOST = 512 };

struct server {
	pthread_t thread;
	int udp, tcp, stop[2];
	uint16_t port;
	atomic_int n_udp, n_tcp;
	atomic_bool has_edns;  /* the last question over UDP */
	int stuck[STUCK_MOST];
	size_t n_stuck;
	bool is_silent;
};

/* The question as it came, and an answer by its first label. */
static size_t
respond(struct server *s, struct packet *p, struct str question, bool by_tcp)
{
	const unsigned char *q = (const unsigned char *)question.p;
	struct str label = { question.p + HEADER + 1, q[HEADER] };
	size_t end = HEADER, name_n;
	unsigned flags = ANSWER;

	while (q[end] != 0)
		end += q[end] + 1u;
	name_n = end + 1 - HEADER;
	if (s->is_silent || str_case_is(label, "silent"))
		return 0;
	if (str_case_is(label, "stuck") && by_tcp)
		return 0;
	if ((str_case_is(label, "cut") || str_case_is(label, "stuck")) &&
	    !by_tcp)
		flags = CUT;
	else if (str_case_is(label, "none"))
		flags = NO_NAME;
	else if (str_case_is(label, "broken"))
		flags = SERVFAIL;
	put_header(p, flags, flags == ANSWER, 0);
	memcpy(p->bytes, question.p, 2);
	memcpy(p->bytes + p->n, q + HEADER, name_n + 4);
	if (str_case_is(label, "liar") && !by_tcp) {
		for (size_t i = 0; i < name_n; i++)
			p->bytes[HEADER + i] = (unsigned char)ascii_lower(
			    (char)p->bytes[HEADER + i]);
	}
	p->n += name_n + 4;
	if (flags != ANSWER)
		return p->n;
	if (str_case_is(label, "foreign"))
		put_name(p, "bank.example");
	else
		put_short(p, 0xc000 | HEADER);
	put_short(p, DNS_A);
	put_short(p, 1);
	put_short(p, 0);
	put_short(p, 60);
	put_short(p, str_case_is(label, "damaged") ? 0xffff : 4);
	put_short(p, 0xc000);
	put_short(p, str_case_is(label, "liar") && !by_tcp ? 66 : 1);
	return p->n;
}

static void
serve_udp(struct server *s)
{
	struct sockaddr_in from;
	socklen_t from_n = sizeof(from);
	struct packet p;
	char bytes[1500];
	ssize_t n = recvfrom(s->udp, bytes, sizeof(bytes), 0,
	    (struct sockaddr *)&from, &from_n);
	size_t out;

	if (n <= HEADER)
		return;
	s->n_udp++;
	s->has_edns = bytes[HEADER - 1] == 1;
	out = respond(s, &p, (struct str){ bytes, (size_t)n }, false);
	if (out != 0)
		sendto(s->udp, p.bytes, out, 0, (struct sockaddr *)&from,
		    from_n);
}

static void
serve_tcp(struct server *s)
{
	int fd = accept(s->tcp, NULL, NULL);
	unsigned char bytes[1500], size[2];
	struct packet p;
	ssize_t n;
	size_t out;

	if (fd < 0 || recv(fd, size, 2, MSG_WAITALL) != 2)
		return;
	n = recv(fd, bytes, (size_t)size[0] << 8 | size[1], MSG_WAITALL);
	s->n_tcp++;
	out = n <= HEADER ? 0 : respond(s, &p, (struct str){ (char *)bytes,
	    (size_t)n }, true);
	size[0] = (unsigned char)(out >> 8);
	size[1] = (unsigned char)out;
	if (out != 0 && send(fd, size, 2, 0) == 2)
		send(fd, p.bytes, out, 0);
	if (out == 0 && s->n_stuck < STUCK_MOST)
		s->stuck[s->n_stuck++] = fd;
	else
		close(fd);
}

static void *
serve(void *arg)
{
	struct server *s = arg;
	struct pollfd fds[] = { { .fd = s->udp, .events = POLLIN },
		{ .fd = s->tcp, .events = POLLIN },
		{ .fd = s->stop[0], .events = POLLIN } };

	while (poll(fds, 3, -1) > 0 && fds[2].revents == 0) {
		if (fds[0].revents != 0)
			serve_udp(s);
		if (fds[1].revents != 0)
			serve_tcp(s);
	}
	return NULL;
}

/* False: what is free for TCP somebody has for UDP. */
static bool
bind_both(struct server *s)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);

	s->tcp = socket(AF_INET, SOCK_STREAM, 0);
	s->udp = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(bind(s->tcp, (struct sockaddr *)&at, n), 0);
	assert_int_equal(getsockname(s->tcp, (struct sockaddr *)&at, &n), 0);
	s->port = ntohs(at.sin_port);
	if (bind(s->udp, (struct sockaddr *)&at, n) == 0)
		return true;
	close(s->tcp);
	close(s->udp);
	return false;
}

static void
server_start(struct server *s)
{
	while (!bind_both(s))
		;
	assert_int_equal(listen(s->tcp, 128), 0);
	assert_int_equal(pipe(s->stop), 0);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void
server_stop(struct server *s)
{
	assert_int_equal(write(s->stop[1], "", 1), 1);
	pthread_join(s->thread, NULL);
	while (s->n_stuck != 0)
		close(s->stuck[--s->n_stuck]);
	close(s->udp);
	close(s->tcp);
	close(s->stop[0]);
	close(s->stop[1]);
}

struct house {
	struct server servers[2];
	struct loop *loop;
	struct dns *dns;
	struct timer *end;
	unsigned waits, replies, found;
	enum dns_result result;
	bool is_never;
	size_t n;
	unsigned char last; /* of the first address */
};

static void
on_late(void *owner)
{
	loop_stop(owner);
}

static int
set_up(void **state)
{
	static const struct str never[] = { STR_INIT("Test"),
		STR_INIT("local") };
	struct house *h = calloc(1, sizeof(*h));
	struct resolver_at at[2];
	struct dns_conf conf = { .resolvers = at, .n_resolvers = 2,
		.timeout_ms = TRY_MS, .cache_bytes = 100000,
		.never = never, .n_never = 2, .asks_private = true };
	struct err e;

	for (int i = 0; i < 2; i++) {
		server_start(&h->servers[i]);
		assert_true(addr_parse(STR("127.0.0.1"), &at[i].addr));
		at[i].port = h->servers[i].port;
	}
	assert_true(loop_new(&h->loop, &e));
	assert_true(dns_open(&h->dns, h->loop, &conf, &e));
	h->end = timer_new(h->loop, on_late, h->loop);
	*state = h;
	return 0;
}

static int
tear_down(void **state)
{
	struct house *h = *state;

	dns_close(h->dns);
	timer_free(h->end);
	loop_free(h->loop);
	server_stop(&h->servers[0]);
	server_stop(&h->servers[1]);
	free(h);
	return 0;
}

static void
on_reply(void *asker, const struct dns_answer *answer)
{
	struct house *h = asker;

	h->replies++;
	h->found += answer->result == DNS_FOUND;
	h->result = answer->result;
	h->is_never = answer->is_never;
	h->n = answer->n;
	h->last = answer->n == 0 ? 0 : (unsigned char)answer->at[0].p[3];
	if (--h->waits == 0)
		loop_stop(h->loop);
}

static void
wait_for(struct house *h)
{
	timer_set(h->end, 20000);
	loop_run(h->loop);
	assert_int_equal(h->waits, 0);
}

static void
ask(struct house *h, const char *name)
{
	h->waits = 1;
	h->replies = 0;
	dns_ask(h->dns, DNS_A, str_of(name), on_reply, h);
	assert_int_equal(h->replies, 0);
	wait_for(h);
}

static void
test_an_answer_comes_and_is_kept(void **state)
{
	struct house *h = *state;

	ask(h, "Ok.example.org.");
	assert_int_equal(h->result, DNS_FOUND);
	assert_int_equal(h->last, 1);
	ask(h, "ok.EXAMPLE.org");
	assert_int_equal(h->result, DNS_FOUND);
	assert_int_equal(h->servers[0].n_udp, 1);
	assert_int_equal(dns_counts(h->dns).kept, 1);
}

static void
test_a_cut_answer_is_fetched_over_tcp(void **state)
{
	struct house *h = *state;

	ask(h, "cut.example.org");
	assert_int_equal(h->result, DNS_FOUND);
	assert_int_equal(h->servers[0].n_tcp, 1);
}

/* The server closes a connection behind every answer. */
static void
test_many_cut_answers_at_once_are_all_fetched(void **state)
{
	struct house *h = *state;
	struct arena *a = arena_new();
	int odd;

	h->waits = MANY;
	for (int i = 0; i < MANY; i++)
		dns_ask(h->dns, DNS_A, str_printf(a, "cut.n%d.example.org",
		    i), on_reply, h);
	wait_for(h);
	assert_int_equal(h->found, MANY);
	assert_int_equal(dns_counts(h->dns).failed, 0);
	odd = (int)(dns_counts(h->dns).late + dns_counts(h->dns).odd);
	assert_int_equal(odd, 0);
	assert_int_equal(h->servers[0].n_tcp, MANY);
	assert_int_equal(h->servers[1].n_udp, 0);
	arena_free(a);
}

static void
on_nothing(void *asker, const struct dns_answer *answer)
{
	(void)asker;
	(void)answer;
}

/* A dozen messages whose keys never come over TCP. */
static void
test_who_asks_for_much_over_tcp_holds_nobody_up(void **state)
{
	struct house *h = *state;
	struct arena *a = arena_new();
	int64_t begun;

	for (int i = 0; i < OWNERS * OF_ONE; i++)
		dns_share(dns_ask(h->dns, DNS_A, str_printf(a,
		    "stuck.n%d.example.org", i), on_nothing, NULL),
		    &h->servers[0].stuck[i / OF_ONE]);
	timer_set(h->end, 100);
	loop_run(h->loop);
	assert_true(h->servers[0].n_tcp >= OF_ONE);
	begun = clock_ms();
	for (int i = 0; i < 3; i++) {
		h->waits = 1;
		dns_share(dns_ask(h->dns, DNS_A, str_printf(a,
		    "cut.honest%d.example.org", i), on_reply, h), h);
		wait_for(h);
		assert_int_equal(h->result, DNS_FOUND);
	}
	/* Theirs have all they get. */
	assert_true(clock_ms() - begun < TRY_MS / 2);
	arena_free(a);
}

static void
test_an_error_does_not_make_later_answers_short(void **state)
{
	struct house *h = *state;

	ask(h, "ok.example.org");
	assert_true(h->servers[0].has_edns);
	ask(h, "broken.example.org");
	assert_int_equal(h->result, DNS_FAILED);
	ask(h, "ok.other.example.org");
	assert_int_equal(h->result, DNS_FOUND);
	assert_true(h->servers[0].has_edns);
}

static void
test_an_answer_in_other_spelling_is_not_believed(void **state)
{
	struct house *h = *state;

	ask(h, "liar.a-name-with-letters-enough.example.org");
	assert_int_equal(h->result, DNS_FOUND);
	assert_int_equal(h->last, 1);
	assert_int_equal(dns_counts(h->dns).odd, 1);
}

static void
test_a_silent_server_is_left_alone_for_a_while(void **state)
{
	struct house *h = *state;

	h->servers[0].is_silent = true;
	ask(h, "ok.one.example");
	assert_int_equal(h->result, DNS_FOUND);
	assert_int_equal(h->servers[0].n_udp, 1);
	ask(h, "ok.two.example");
	assert_int_equal(h->result, DNS_FOUND);
	assert_int_equal(h->servers[0].n_udp, 1);
	assert_int_equal(h->servers[1].n_udp, 2);
}

static void
test_a_question_that_nobody_answers_fails(void **state)
{
	struct house *h = *state;

	ask(h, "silent.example.org");
	assert_int_equal(h->result, DNS_FAILED);
	ask(h, "broken.example.org");
	assert_int_equal(h->result, DNS_FAILED);
	ask(h, "none.example.org");
	assert_int_equal(h->result, DNS_NO_NAME);
}

/* As after SERVFAIL: what one told badly another may tell well. */
static void
test_an_answer_that_cannot_be_read_is_asked_of_the_next(void **state)
{
	static const char *const names[] = { "damaged.example.org",
		"foreign.example.org" };
	struct house *h = *state;

	for (int i = 0; i < 2; i++) {
		ask(h, names[i]);
		assert_int_equal(h->result, DNS_FAILED);
		assert_int_equal(h->n, 0);
		assert_int_equal(h->servers[0].n_udp, i + 1);
		assert_int_equal(h->servers[1].n_udp, i + 1);
	}
}

static void
test_some_names_are_never_asked(void **state)
{
	static const char *const names[] = { "ok.test", "test", "a.LOCAL",
		"", "a..b", "a\\b.example" };
	struct house *h = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		ask(h, names[i]);
		assert_int_equal(h->result, DNS_FAILED);
	}
	assert_int_equal(h->servers[0].n_udp, 0);
	ask(h, "ok.notlocal");
	assert_int_equal(h->result, DNS_FOUND);
}

/* It once had failed, as if a server had to answer: for ever. */
static void
test_what_means_something_at_home_only_is_no_name(void **state)
{
	static const struct str never[] = { STR_INIT("never.local") };
	static const struct {
		const char *name;
		enum dns_result result;
		bool is_never;
	} cases[] = {
		{ "ok.local", DNS_NO_NAME, false },
		{ "ok.LAN", DNS_NO_NAME, false },
		{ "ok", DNS_NO_NAME, false },
		{ "1.0.0.10.in-addr.arpa", DNS_FAILED, false },
		{ "ok.never.local", DNS_FAILED, true },
		{ "ok.example.org", DNS_FOUND, false },
	};
	struct house *h = *state;
	struct resolver_at at = { .port = h->servers[0].port };
	struct dns_conf conf = { .resolvers = &at, .n_resolvers = 1,
		.timeout_ms = TRY_MS, .cache_bytes = 100000,
		.never = never, .n_never = 1 };
	struct err e;

	assert_true(addr_parse(STR("127.0.0.1"), &at.addr));
	dns_close(h->dns);
	assert_true(dns_open(&h->dns, h->loop, &conf, &e));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ask(h, cases[i].name);
		if (h->result != cases[i].result ||
		    h->is_never != cases[i].is_never)
			fail_msg("%s: %d", cases[i].name, h->result);
	}
	assert_int_equal(h->servers[0].n_udp, 1);
}

static void
test_a_forgotten_question_is_answered_to_nobody(void **state)
{
	struct house *h = *state;

	dns_forget(dns_ask(h->dns, DNS_A, STR("ok.b.example"), on_reply, h));
	ask(h, "ok.a.example");
	assert_int_equal(h->replies, 1);
}

static void
test_closing_forgets_what_is_still_open(void **state)
{
	struct house *h = *state;

	for (int i = 0; i < 20; i++)
		dns_ask(h->dns, DNS_A, STR("silent.example"), on_reply, h);
	ask(h, "ok.example.org");
	h->replies = 0;
	dns_close(h->dns);
	h->dns = NULL;
	assert_int_equal(h->replies, 0);
}

static void
test_a_flood_of_questions_is_bounded(void **state)
{
	struct house *h = *state;

	for (int i = 0; i < DNS_OPEN_MOST + 10; i++)
		dns_ask(h->dns, DNS_A, STR("ok.example"), on_reply, h);
	h->waits = DNS_OPEN_MOST + 10;
	wait_for(h);
	assert_int_equal(dns_counts(h->dns).refused, 10);
	assert_int_equal(dns_counts(h->dns).open, 0);
}

static void
test_the_cache_keeps_its_bound_and_the_lifetimes(void **state)
{
	struct str text = STR("v=spf1 -all");
	struct dns_answer yes = { .ttl = 10, .n = 1, .at = &text },
	    no = { .result = DNS_NO_NAME, .ttl = 100000 },
	    once = { .n = 1, .at = &text };
	struct dnscache *c = dnscache_new(2000);
	char name[32];

	(void)state;
	dnscache_put(c, DNS_TXT, STR("a"), &yes, 0);
	dnscache_put(c, DNS_TXT, STR("b"), &no, 0);
	dnscache_put(c, DNS_TXT, STR("c"), &once, 0);
	assert_non_null(dnscache_get(c, DNS_TXT, STR("a"), 9999));
	assert_null(dnscache_get(c, DNS_A, STR("a"), 0));
	assert_null(dnscache_get(c, DNS_TXT, STR("a"), 10000));
	assert_non_null(dnscache_get(c, DNS_TXT, STR("b"), 10000));
	assert_null(dnscache_get(c, DNS_TXT, STR("b"),
	    DNSCACHE_NEGATIVE_MOST * 1000));
	assert_null(dnscache_get(c, DNS_TXT, STR("c"), 0));
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		dnscache_put(c, DNS_TXT, str_of(name), &yes, 0);
		assert_in_range(dnscache_used(c), 1, 2000);
	}
	assert_non_null(dnscache_get(c, DNS_TXT, STR("n999"), 0));
	assert_null(dnscache_get(c, DNS_TXT, STR("n1"), 0));
	dnscache_free(c);
}

static void
test_addresses_are_asked_for_backwards(void **state)
{
	struct arena *a = arena_new();
	struct addr addr;

	(void)state;
	assert_true(addr_parse(STR("192.0.2.17"), &addr));
	assert_true(str_is(dns_reverse(a, &addr, STR("in-addr.arpa"),
	    STR("ip6.arpa")), "17.2.0.192.in-addr.arpa"));
	assert_true(addr_parse(STR("2001:db8::4f"), &addr));
	assert_true(str_is(dns_reverse(a, &addr, STR("in-addr.arpa"),
	    STR("ip6.arpa")), "f.4.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
	    "0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"));
	arena_free(a);
}

int
main(void)
{
#define IN_HOUSE(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
		IN_HOUSE(test_an_answer_comes_and_is_kept),
		IN_HOUSE(test_a_cut_answer_is_fetched_over_tcp),
		IN_HOUSE(test_many_cut_answers_at_once_are_all_fetched),
		IN_HOUSE(test_who_asks_for_much_over_tcp_holds_nobody_up),
		IN_HOUSE(test_an_error_does_not_make_later_answers_short),
		IN_HOUSE(test_an_answer_in_other_spelling_is_not_believed),
		IN_HOUSE(test_a_silent_server_is_left_alone_for_a_while),
		IN_HOUSE(test_a_question_that_nobody_answers_fails),
		IN_HOUSE(
		    test_an_answer_that_cannot_be_read_is_asked_of_the_next),
		IN_HOUSE(test_some_names_are_never_asked),
		IN_HOUSE(test_what_means_something_at_home_only_is_no_name),
		IN_HOUSE(test_a_forgotten_question_is_answered_to_nobody),
		IN_HOUSE(test_closing_forgets_what_is_still_open),
		IN_HOUSE(test_a_flood_of_questions_is_bounded),
		cmocka_unit_test(
		    test_the_cache_keeps_its_bound_and_the_lifetimes),
		cmocka_unit_test(test_addresses_are_asked_for_backwards),
	};

	/* As the daemon has it: whom we write to may have gone. */
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
