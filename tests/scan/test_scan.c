/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trip of a message with everything else faked by linking: reading,
 * matching and the store do nothing but leave a trace.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "net/dns.h"
#include "net/loop.h"
#include "net/store.h"
#include "rule/extract.h"
#include "scan/ask.h"
#include "scan/check.h"
#include "scan/learn.h"
#include "scan/scan.h"
#include "scan/world.h"

/* What happened, a word each. */
static char trace[1000];

static void
note(const char *word)
{
	size_t n = strlen(trace);

	snprintf(trace + n, sizeof(trace) - n, "%s ", word);
}

/* The fakes. */

void
message_read(struct message *m, struct arena *a, struct str raw,
    const struct envelope *env, const struct message_conf *conf)
{
	(void)m;
	(void)a;
	(void)raw;
	(void)env;
	(void)conf;
	note("parse");
}

void
extract_facts(struct facts *f, const struct message *m,
    const struct envelope *env, const struct extract_conf *conf)
{
	(void)m;
	(void)env;
	(void)conf;
	facts_give_str(f, FACT_FROM_DOMAIN, STR("a.example"), nowhere);
	note("extract");
}

void
ruleset_match(struct hits *out, struct arena *a, struct ruleset *r,
    const struct facts *facts, const struct message *m, int32_t day)
{
	(void)out;
	(void)a;
	(void)r;
	(void)facts;
	(void)m;
	(void)day;
	note("match");
}

void
ruleset_use_lists(struct ruleset *r, const struct lists *lists)
{
	(void)r;
	(void)lists;
}

uint64_t
ruleset_limited(const struct ruleset *r)
{
	(void)r;
	return 0;
}

void
verdict_decide(struct verdict *v, struct arena *a, const struct hits *hits,
    const struct verdict_conf *conf, int32_t day)
{
	(void)v;
	(void)a;
	(void)hits;
	(void)conf;
	(void)day;
	note("decide");
}

struct generation *
generation_hold(struct generation *g)
{
	g->references++;
	return g;
}

void
generation_drop(struct generation *g)
{
	g->references--;
}

/* A store that answers when the test says so. */
static struct question {
	store_reply *reply;
	void *asker;
} questions[10];
static size_t n_questions, n_cancelled, n_learnt;

bool
store_look(struct store *s, struct store_key key, enum store_result *result,
    struct str *value)
{
	(void)s;
	(void)key;
	(void)result;
	(void)value;
	return false;
}

void
store_look_soon(struct store *s, uint64_t hash)
{
	(void)s;
	(void)hash;
}

struct store_key
store_key(const struct store *s, struct str key)
{
	(void)s;
	return (struct store_key){ key, key.n };
}

void
store_look_away(struct store *s)
{
	(void)s;
}

void
store_look_afresh(struct store *s, struct str key)
{
	(void)s;
	(void)key;
}

void
store_late(struct store *s)
{
	(void)s;
}

void
store_get(struct store *s, struct store_key key, store_reply *reply,
    void *asker)
{
	(void)s;
	(void)key;
	assert_in_range(n_questions, 0, nitems(questions) - 1);
	questions[n_questions++] = (struct question){ reply, asker };
}

void
store_cancel(struct store *s, void *asker)
{
	(void)s;
	for (size_t i = 0; i < n_questions; i++) {
		if (questions[i].asker == asker)
			questions[i].reply = NULL;
	}
	n_cancelled++;
}

void
store_count_later(struct store *s, struct str key, int64_t more, int64_t life)
{
	(void)s;
	(void)key;
	(void)more;
	(void)life;
	n_learnt++;
}

void
store_count(struct store *s, struct str key, int64_t more, int64_t life)
{
	store_count_later(s, key, more, life);
}

void
store_teach_later(struct store *s, struct str key,
    const struct store_lesson *l)
{
	store_teach(s, key, l);
}

void
store_teach(struct store *s, struct str key, const struct store_lesson *l)
{
	(void)s;
	(void)key;
	(void)l;
	n_learnt++;
}

void
store_teach_claimed(struct store *s, struct str key,
    const struct store_lesson *l, const struct store_claim *c)
{
	(void)c;
	store_teach(s, key, l);
}

void
store_put_over(struct store *s, struct str key, struct str value, int64_t life)
{
	store_put(s, key, value, life);
}

void
store_put_new(struct store *s, struct str key, struct str value, int64_t life)
{
	store_put(s, key, value, life);
}

void
store_put(struct store *s, struct str key, struct str value, int64_t life)
{
	(void)s;
	(void)key;
	(void)value;
	(void)life;
	n_learnt++;
}

void
store_forget(struct store *s, struct str key)
{
	(void)s;
	(void)key;
	n_learnt++;
}

static void
reply_to_all(enum store_result result, const char *value)
{
	size_t n = n_questions;

	n_questions = 0;
	for (size_t i = 0; i < n; i++) {
		if (questions[i].reply != NULL)
			questions[i].reply(questions[i].asker, result,
			    str_of(value));
	}
}

/* Name servers that do the same. */
struct dns_question {
	dns_reply *reply;
	void *asker;
	enum dns_type type;
};
static struct dns_question lookups[10];
static size_t n_lookups, n_forgotten;

struct dns_question *
dns_ask(struct dns *d, enum dns_type type, struct str name, dns_reply *reply,
    void *asker)
{
	(void)d;
	assert_true(str_is(name, "a.example"));
	assert_in_range(n_lookups, 0, nitems(lookups) - 1);
	lookups[n_lookups] = (struct dns_question){ reply, asker, type };
	return &lookups[n_lookups++];
}

void
dns_share(struct dns_question *q, const void *whose)
{
	assert_non_null(q);
	assert_non_null(whose);
}

void
dns_forget(struct dns_question *q)
{
	q->reply = NULL;
	n_forgotten++;
}

static void
answer_lookups(const struct dns_answer *answer)
{
	for (size_t i = 0; i < n_lookups; i++) {
		if (lookups[i].reply != NULL)
			lookups[i].reply(lookups[i].asker, answer);
	}
	n_lookups = 0;
}

/* A check that asks once and gives what it hears. */

static const char *const no_needs[] = { NULL };
static const char *const domain_needs[] = { "from.domain", NULL };
static const char *const heard_needs[] = { "test.heard", NULL };
static const char *const echo_needs[] = { "test.echo", NULL };

static const struct fact_def heard_gives[] = {
	{ "test.heard", FACT_STR, "what the store said", false }, { 0 }
};
static const struct fact_def echo_gives[] = {
	{ "test.echo", FACT_STR, "the same again", false }, { 0 }
};
static const struct fact_def loop_gives[] = {
	{ "test.heard", FACT_STR, "in a circle", false }, { 0 }
};

struct asking {
	const struct ask *ask;
};

static enum check_next
ask_once(struct check_run *r)
{
	struct asking *st = r->state;

	note("ask");
	if (st->ask == NULL) {
		st->ask = ask_store(r, STR("key"));
		return CHECK_WAIT;
	}
	assert_int_not_equal(st->ask->state, ASK_OPEN);
	if (st->ask->state == ASK_ANSWERED)
		check_give_str(r, 0, st->ask->answer[0]);
	else if (st->ask->state == ASK_NONE)
		check_give_absent(r, 0);
	return CHECK_DONE;
}

static enum check_next
echo(struct check_run *r)
{
	note("echo");
	check_give_str(r, 0, check_need_str(r, 0));
	return CHECK_DONE;
}

/* Gives one value of a list, and asks for the others. */
static enum check_next
list_slowly(struct check_run *r)
{
	struct asking *st = r->state;

	note("list");
	check_give_str(r, 0, STR("value"));
	if (st->ask != NULL)
		return CHECK_DONE;
	st->ask = ask_store(r, STR("key"));
	return CHECK_WAIT;
}

static enum check_next
count(struct check_run *r)
{
	note(check_need(r, 0)->n == 2 ? "two" : "fewer");
	check_give_str(r, 0, STR("counted"));
	return CHECK_DONE;
}

static enum check_next
wait_for_nothing(struct check_run *r)
{
	(void)r;
	note("idle");
	return CHECK_WAIT;
}

/* Asks for two types at once; tells how many answers came. */
static enum check_next
look_up(struct check_run *r)
{
	const struct ask **st = r->state;

	if (st[0] == NULL) {
		st[0] = ask_dns(r, DNS_TXT, STR("A.example"));
		st[1] = ask_dns(r, DNS_MX, STR("a.example"));
		return CHECK_WAIT;
	}
	note(st[0]->state == ASK_ANSWERED && st[0]->count == 2 ? "texts"
	    : "none");
	note(st[1]->state == ASK_NONE && st[1]->is_no_name ? "nxdomain"
	    : "other");
	return CHECK_DONE;
}

/* The store, name servers, and the store again. */
static enum check_next
ask_again(struct check_run *r)
{
	const struct ask **st = r->state;

	if (st[0] == NULL) {
		st[0] = ask_store(r, STR("key"));
		return CHECK_WAIT;
	}
	if (st[1] == NULL) {
		st[1] = ask_dns(r, DNS_TXT, STR("a.example"));
		return CHECK_WAIT;
	}
	if (st[2] == NULL) {
		st[2] = ask_store(r, STR("other"));
		return CHECK_WAIT;
	}
	assert_int_equal(st[0]->state, ASK_ANSWERED);
	assert_int_equal(st[2]->state, ASK_FAILED);
	return CHECK_DONE;
}

static enum check_next
learn(struct check_run *r)
{
	note("learn");
	learn_count(r, STR("key"), 1, 60);
	return CHECK_DONE;
}

static const struct check check_ask = { .name = "ask", .needs = domain_needs,
	.gives = heard_gives, .state_size = sizeof(struct asking),
	.run = ask_once, .learn = learn };
static const struct check check_look_up = { .name = "look_up",
	.needs = domain_needs, .gives = heard_gives,
	.state_size = 2 * sizeof(struct ask *), .run = look_up };
static const struct check check_again = { .name = "again",
	.needs = domain_needs, .gives = heard_gives,
	.state_size = 3 * sizeof(struct ask *), .run = ask_again };
static const struct check check_echo = { .name = "echo",
	.needs = heard_needs, .gives = echo_gives, .run = echo };
static const struct fact_def list_gives[] = {
	{ "test.heard", FACT_STR, "one after the other", true }, { 0 }
};
static const struct check check_list = { .name = "list", .needs = domain_needs,
	.gives = list_gives, .state_size = sizeof(struct asking),
	.run = list_slowly };
static const struct check check_count = { .name = "count",
	.needs = heard_needs, .gives = echo_gives, .run = count };
static const struct check check_circle = { .name = "circle",
	.needs = echo_needs, .gives = loop_gives, .run = echo };
static const struct check check_idle = { .name = "idle", .needs = no_needs,
	.gives = heard_gives, .run = wait_for_nothing };

/* One generation, loop and world a test. */
struct house {
	struct generation g;
	struct loop *loop;
	struct world *world;
	struct timer *end;
	struct fact heard, echo;
	unsigned answers;
};

static void
on_end(void *owner)
{
	loop_stop(owner);
}

static struct house *
house_new(const struct check *first, const struct check *second)
{
	struct house *h = calloc(1, sizeof(*h));
	struct err e = { "" };

	trace[0] = '\0';
	n_questions = n_cancelled = n_learnt = 0;
	n_lookups = n_forgotten = 0;
	h->g.arena = arena_new();
	h->g.references = 1;
	h->g.conf.deadline_ms = 5000;
	h->g.conf.memory = 1 << 20;
	fact_table_init(&h->g.facts, h->g.arena);
	if (first != NULL)
		VEC_ADD(h->g.arena, &h->g.conf.checks)->check = first;
	if (second != NULL)
		VEC_ADD(h->g.arena, &h->g.conf.checks)->check = second;
	h->g.checks = ARENA_MANY(h->g.arena, struct check_plan, 2);
	assert_true(check_plan_make(h->g.checks, h->g.arena,
	    &h->g.conf.checks, &h->g.facts, &e));
	assert_true(loop_new(&h->loop, &e));
	/* Neither is looked into: the fakes stand before them. */
	h->world = world_new(h->loop, (struct store *)h,
	    (struct dns *)h);
	h->end = timer_new(h->loop, on_end, h->loop);
	return h;
}

static void
house_free(struct house *h)
{
	timer_free(h->end);
	world_free(h->world);
	loop_free(h->loop);
	assert_int_equal(h->g.references, 1);
	while (h->g.n_spares != 0)
		arena_free(h->g.spares[--h->g.n_spares]);
	arena_free(h->g.arena);
	free(h);
}

/* A few turns of the loop. */
static void
turn(struct house *h, int64_t ms)
{
	timer_set(h->end, ms);
	loop_run(h->loop);
}

static void
on_answer(struct scan *s)
{
	struct house *h = s->client;
	uint32_t id;

	note("answer");
	h->answers++;
	if (fact_table_find(&h->g.facts, STR("test.heard"), &id))
		h->heard = *facts_get(&s->facts, id);
	if (fact_table_find(&h->g.facts, STR("test.echo"), &id))
		h->echo = *facts_get(&s->facts, id);
}

static void
test_the_steps_run_in_order(void **state)
{
	struct house *h = house_new(NULL, NULL);
	struct scan *s = scan_new(&h->g, on_answer, h);

	(void)state;
	assert_true(scan_run(s));
	assert_string_equal(trace, "parse extract match decide answer ");
	scan_free(s);
	house_free(h);
}

static void
test_a_check_that_waits_is_run_again_with_its_answer(void **state)
{
	struct house *h = house_new(&check_echo, &check_ask);

	(void)state;
	scan_send(scan_new(&h->g, on_answer, h), h->world);
	turn(h, 5);
	assert_string_equal(trace, "parse extract ask ");
	reply_to_all(STORE_FOUND, "hello");
	/* Nothing runs inside the reply. */
	assert_string_equal(trace, "parse extract ask ");
	turn(h, 5);
	assert_string_equal(trace,
	    "parse extract ask ask echo match decide answer learn ");
	assert_int_equal(h->answers, 1);
	assert_int_equal(h->heard.state, FACT_KNOWN);
	assert_int_equal(h->echo.state, FACT_KNOWN);
	assert_int_equal(n_learnt, 1);
	assert_int_equal(world_counts(h->world).scans, 0);
	house_free(h);
}

static void
test_equal_questions_share_one_look_up(void **state)
{
	struct house *h = house_new(&check_ask, NULL);

	(void)state;
	scan_send(scan_new(&h->g, on_answer, h), h->world);
	scan_send(scan_new(&h->g, on_answer, h), h->world);
	turn(h, 5);
	assert_int_equal(n_questions, 1);
	assert_int_equal(world_counts(h->world).shared, 1);
	reply_to_all(STORE_NONE, "");
	turn(h, 5);
	assert_int_equal(h->answers, 2);
	assert_int_equal(h->heard.state, FACT_ABSENT);
	house_free(h);
}

static void
test_the_deadline_settles_what_is_open_as_failed(void **state)
{
	struct house *h = house_new(&check_ask, NULL);

	(void)state;
	h->g.conf.deadline_ms = 500;
	scan_send(scan_new(&h->g, on_answer, h), h->world);
	turn(h, 5);
	assert_int_equal(h->answers, 0);
	turn(h, 700);
	assert_int_equal(h->answers, 1);
	assert_int_equal(h->heard.state, FACT_FAILED);
	assert_int_equal(n_cancelled, 1);
	/* Too late: it must reach nobody. */
	reply_to_all(STORE_FOUND, "late");
	turn(h, 5);
	assert_int_equal(h->answers, 1);
	house_free(h);
}

static void
test_one_of_two_askers_may_go(void **state)
{
	struct house *h = house_new(&check_ask, NULL);
	struct scan *first = scan_new(&h->g, on_answer, h);

	(void)state;
	scan_send(first, h->world);
	scan_send(scan_new(&h->g, on_answer, h), h->world);
	turn(h, 5);
	scan_free(first);
	assert_int_equal(n_cancelled, 0);
	reply_to_all(STORE_FOUND, "x");
	turn(h, 5);
	assert_int_equal(h->answers, 1);
	house_free(h);
}

static void
test_the_last_asker_takes_the_look_up_with_it(void **state)
{
	struct house *h = house_new(&check_ask, NULL);
	struct scan *s = scan_new(&h->g, on_answer, h);

	(void)state;
	scan_send(s, h->world);
	turn(h, 5);
	scan_free(s);
	assert_int_equal(n_cancelled, 1);
	reply_to_all(STORE_FOUND, "x");
	turn(h, 5);
	assert_int_equal(h->answers, 0);
	house_free(h);
}

static void
test_without_a_world_questions_fail_and_the_scan_ends(void **state)
{
	struct house *h = house_new(&check_ask, NULL);
	struct scan *s = scan_new(&h->g, on_answer, h);

	(void)state;
	assert_true(scan_run(s));
	assert_int_equal(h->heard.state, FACT_FAILED);
	scan_free(s);
	house_free(h);
}

static void
test_checks_that_need_each_other_fail_and_the_scan_ends(void **state)
{
	struct house *h = house_new(&check_echo, &check_circle);
	struct scan *s = scan_new(&h->g, on_answer, h);

	(void)state;
	assert_true(scan_run(s));
	assert_int_equal(h->answers, 1);
	scan_free(s);
	house_free(h);
}

static void
test_a_list_is_whole_before_another_check_reads_it(void **state)
{
	struct house *h = house_new(&check_count, &check_list);

	(void)state;
	scan_send(scan_new(&h->g, on_answer, h), h->world);
	turn(h, 5);
	assert_string_equal(trace, "parse extract list ");
	reply_to_all(STORE_NONE, "");
	turn(h, 5);
	assert_string_equal(trace, "parse extract list list two match decide "
	    "answer ");
	assert_int_equal(h->answers, 1);
	house_free(h);
}

static void
test_a_check_that_waits_for_nothing_is_done(void **state)
{
	struct house *h = house_new(&check_idle, NULL);
	struct scan *s = scan_new(&h->g, on_answer, h);

	(void)state;
	assert_true(scan_run(s));
	assert_string_equal(trace, "parse extract idle match decide answer ");
	assert_int_equal(h->heard.state, FACT_FAILED);
	scan_free(s);
	house_free(h);
}

static void
test_a_second_author_of_a_fact_is_refused(void **state)
{
	struct check_use uses[] = { { &check_ask, NULL },
		{ &check_circle, NULL } };
	const check_use_list both = { .at = uses, .n = 2 };
	struct house *h = house_new(NULL, NULL);
	struct check_plan plans[2];
	struct err e;

	(void)state;
	assert_false(check_plan_make(plans, h->g.arena, &both, &h->g.facts, &e));
	assert_non_null(strstr(e.text, "test.heard"));
	house_free(h);
}

static void
test_equal_lookups_of_two_scans_share_an_answer(void **state)
{
	static const struct str texts[] = { STR_INIT("one"),
		STR_INIT("two") };
	const struct dns_answer found = { .ttl = 60, .n = 2,
		.at = texts };
	struct house *h = house_new(&check_look_up, NULL);

	(void)state;
	scan_send(scan_new(&h->g, on_answer, h), h->world);
	scan_send(scan_new(&h->g, on_answer, h), h->world);
	turn(h, 5);
	assert_int_equal(n_lookups, 2);
	assert_int_equal(lookups[0].type, DNS_TXT);
	lookups[1].reply(lookups[1].asker,
	    &(struct dns_answer){ .result = DNS_NO_NAME });
	lookups[1].reply = NULL;
	assert_int_equal(h->answers, 0);
	answer_lookups(&found);
	turn(h, 5);
	assert_int_equal(h->answers, 2);
	assert_non_null(strstr(trace, "texts nxdomain "));
	house_free(h);
}

static void
test_the_deadline_forgets_lookups(void **state)
{
	struct house *h = house_new(&check_look_up, NULL);

	(void)state;
	h->g.conf.deadline_ms = 20;
	scan_send(scan_new(&h->g, on_answer, h), h->world);
	turn(h, 100);
	assert_int_equal(h->answers, 1);
	assert_int_equal(n_forgotten, 2);
	house_free(h);
}

/* What waits for name servers spends none of it. */
static void
test_look_ups_of_a_scan_share_the_time_for_the_store(void **state)
{
	struct house *h = house_new(&check_again, NULL);

	(void)state;
	world_bound_store(h->world, 1000);
	scan_send(scan_new(&h->g, on_answer, h), h->world);
	turn(h, 200);
	assert_int_equal(n_questions, 1);
	reply_to_all(STORE_FOUND, "x");
	turn(h, 1100);
	assert_int_equal(n_lookups, 1);
	answer_lookups(&(struct dns_answer){ .result = DNS_NO_NAME });
	turn(h, 50);
	assert_int_equal(n_questions, 1);
	assert_int_equal(h->answers, 0);
	turn(h, 880);
	assert_int_equal(h->answers, 1);
	assert_int_equal(n_cancelled, 1);
	house_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_steps_run_in_order),
		cmocka_unit_test(
		    test_a_check_that_waits_is_run_again_with_its_answer),
		cmocka_unit_test(test_equal_questions_share_one_look_up),
		cmocka_unit_test(
		    test_the_deadline_settles_what_is_open_as_failed),
		cmocka_unit_test(test_one_of_two_askers_may_go),
		cmocka_unit_test(
		    test_the_last_asker_takes_the_look_up_with_it),
		cmocka_unit_test(
		    test_without_a_world_questions_fail_and_the_scan_ends),
		cmocka_unit_test(
		    test_checks_that_need_each_other_fail_and_the_scan_ends),
		cmocka_unit_test(
		    test_a_list_is_whole_before_another_check_reads_it),
		cmocka_unit_test(test_a_check_that_waits_for_nothing_is_done),
		cmocka_unit_test(test_a_second_author_of_a_fact_is_refused),
		cmocka_unit_test(
		    test_equal_lookups_of_two_scans_share_an_answer),
		cmocka_unit_test(test_the_deadline_forgets_lookups),
		cmocka_unit_test(
		    test_look_ups_of_a_scan_share_the_time_for_the_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
