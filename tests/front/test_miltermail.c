/* SPDX-License-Identifier: Apache-2.0 */
/* What a server tells of a message is kept, and no more than has a bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "front/miltermail.h"

enum { KEPT = 1024 * 1024, LONG = 60000, MANY = 5000 };

static void
test_what_is_said_last_counts(void **state)
{
	struct milter_mail m;
	struct arena *a = arena_new();
	struct envelope env;

	(void)state;
	milter_mail_init(&m, KEPT);
	milter_mail_add(&m, &(struct milter_event){
		.command = MILTER_HELO, .text = STR("first") });
	milter_mail_add(&m, &(struct milter_event){
		.command = MILTER_HELO, .text = STR("second") });
	milter_mail_add(&m, &(struct milter_event){
		.command = MILTER_MAIL, .address = STR("") });
	milter_mail_envelope(&env, a, &m);
	assert_true(str_is(env.helo, "second"));
	assert_true(env.has_mail_from);
	assert_int_equal(env.mail_from.n, 0);
	milter_mail_release(&m);
	arena_free(a);
}

/* Each greeting, macro and recipient was kept until the connection closed: a
 * server that said nothing else filled the memory. */
static void
test_who_says_more_and_more_fills_no_memory(void **state)
{
	static const enum milter_command commands[] = { MILTER_CONNECT,
		MILTER_HELO, MILTER_MAIL, MILTER_RCPT, MILTER_MACRO };
	static char text[LONG];
	struct milter_macro macros[2] = {
		{ STR("i"), STR("") }, { STR("tls_version"), STR("") }
	};
	struct milter_mail m;

	(void)state;
	memset(text, 'x', sizeof(text));
	milter_mail_init(&m, KEPT);
	for (size_t i = 0; i < 5000; i++) {
		struct str s = { text, sizeof(text) };
		struct milter_event e = { .command =
			commands[i % nitems(commands)] };

		text[0] = (char)('a' + i / 5 % 26);
		e.host = e.text = e.address = s;
		macros[0].value = macros[1].value = s;
		e.macros.at = macros;
		e.macros.n = nitems(macros);
		milter_mail_add(&m, &e);
	}
	assert_true(arena_used(m.peer_arena) < KEPT);
	assert_true(arena_used(m.mail_arena) < KEPT);
	milter_mail_release(&m);
}

static void
add_rcpts(struct milter_mail *m, size_t n, struct str address)
{
	for (size_t i = 0; i < n; i++)
		milter_mail_add(m, &(struct milter_event){
			.command = MILTER_RCPT, .address = address });
}

/* From the 1,001st on they were forgotten, and nobody was told. */
static void
test_many_recipients_are_kept_and_more_are_told(void **state)
{
	static char text[LONG];
	struct arena *a = arena_new();
	struct milter_mail m;
	struct envelope env;

	(void)state;
	milter_mail_init(&m, KEPT);
	add_rcpts(&m, MANY, STR("a@b.example"));
	milter_mail_envelope(&env, a, &m);
	assert_int_equal(env.rcpt.n, MANY);
	assert_false(env.is_rcpt_cut);
	add_rcpts(&m, ENVELOPE_RCPT_MOST, STR("a@b.example"));
	milter_mail_envelope(&env, a, &m);
	assert_true(env.is_rcpt_cut);
	/* The next message has its own; long ones fill the memory sooner. */
	milter_mail_reset(&m);
	memset(text, 'x', sizeof(text));
	add_rcpts(&m, 20, (struct str){ text, sizeof(text) });
	milter_mail_envelope(&env, a, &m);
	assert_true(env.rcpt.n < 20 && env.is_rcpt_cut);
	milter_mail_release(&m);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_said_last_counts),
		cmocka_unit_test(
		    test_who_says_more_and_more_fills_no_memory),
		cmocka_unit_test(
		    test_many_recipients_are_kept_and_more_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
