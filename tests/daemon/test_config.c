/* SPDX-License-Identifier: Apache-2.0 */
/* The command line and what becomes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "daemon/options.h"
#include "daemon/said.h"

enum { WORDS_MOST = 8 };

static bool
read_words(struct options *o, struct arena *a, const char *const *words,
    struct err *e)
{
	char *copies[WORDS_MOST];
	int n = 0;

	for (; words[n] != NULL; n++)
		copies[n] = (char *)(uintptr_t)str_cstr(a, str_of(words[n]));
	return daemon_options_read(o, a, n, copies, e);
}

static bool
load(struct daemon_conf *conf, struct arena *a, const char *const *words,
    struct err *e)
{
	struct options o;
	struct conf_text file;
	const struct said said = { &file, &o.overrides };
	struct diags d;

	diags_init(&d, a);
	return read_words(&o, a, words, e) &&
	    conf_text_read(&file, a, o.config, e) &&
	    daemon_conf_read(conf, a, &said, &d, e);
}

static void
test_nothing_said_is_the_usual(void **state)
{
	const char *const words[] = { NULL };
	struct arena *a = arena_new();
	struct daemon_conf c;
	struct err e;

	(void)state;
	assert_true(load(&c, a, words, &e));
	assert_int_equal(c.listeners.n, 2);
	assert_true(str_is(c.listeners.at[0].front.address, "127.0.0.1:11333"));
	assert_true(str_is(c.listeners.at[1].front.address, "127.0.0.1:11334"));
	assert_null(c.listeners.at[0].front.protocol);
	assert_int_equal(c.generation.packs.n, 1);
	assert_int_equal(c.generation.policy.verdict.reject, 1500);
	assert_int_equal(c.generation.checks.n, 1);
	assert_int_equal(c.front.message, 50 * 1024 * 1024);
	assert_int_equal(c.generation.limits.bytes, c.front.message);
	arena_free(a);
}

/* The example says nothing but the defaults, so with it nothing changes. */
static void
test_the_example_is_what_is_usual(void **state)
{
	const char *source = getenv("SEKISHO_SOURCE");
	const char *words[] = { "-c", NULL, NULL };
	const char *const none[] = { NULL };
	struct arena *a = arena_new();
	struct daemon_conf c, usual;
	const struct policy *p = &c.generation.policy;
	const struct policy *q = &usual.generation.policy;
	struct err e = { "" };

	(void)state;
	words[1] = str_cstr(a, str_printf(a, "%s/contrib/sekisho.yaml",
	    source == NULL ? "." : source));
	assert_true(load(&usual, a, none, &e));
	if (!load(&c, a, words, &e))
		fail_msg("%s", e.text);
	assert_memory_equal(&c.front, &usual.front, sizeof(c.front));
	assert_memory_equal(&c.generation.limits, &usual.generation.limits,
	    sizeof(c.generation.limits));
	assert_memory_equal(&p->verdict, &q->verdict, sizeof(p->verdict));
	assert_memory_equal(p->measures, q->measures, sizeof(p->measures));
	assert_true(str_eq(p->reject_text, q->reject_text));
	assert_true(str_eq(p->soft_reject_text, q->soft_reject_text));
	assert_true(str_eq(p->quarantine_text, q->quarantine_text));
	assert_true(str_eq(p->subject_tag, q->subject_tag));
	assert_int_equal(p->headers, q->headers);
	assert_int_equal(p->foreign, q->foreign);
	assert_int_equal(c.generation.deadline_ms,
	    usual.generation.deadline_ms);
	assert_int_equal(c.generation.memory, usual.generation.memory);
	assert_int_equal(c.listeners.n, usual.listeners.n);
	assert_int_equal(c.listeners.at[0].front.roles,
	    usual.listeners.at[0].front.roles);
	arena_free(a);
}

static void
test_settings_are_options(void **state)
{
	const char *const words[] = { "--listen=http=[::1]:1", "--listen",
		"http=*:2", "--thresholds.add-header", "5.5", "--lang=ja",
		"--trusted=192.0.2.1", NULL };
	struct arena *a = arena_new();
	struct daemon_conf c;
	struct err e;

	(void)state;
	assert_true(load(&c, a, words, &e));
	assert_int_equal(c.listeners.n, 2);
	assert_true(str_is(c.listeners.at[1].front.address, "*:2"));
	assert_string_equal(c.listeners.at[1].front.protocol->name, "http");
	assert_int_equal(c.generation.policy.verdict.add_header, 550);
	assert_true(str_is(c.generation.policy.lang, "ja"));
	assert_int_equal(c.generation.trusted.at[0].bits, 32);
	arena_free(a);
}

static const struct {
	const char *words[WORDS_MOST];
	const char *why;
} wrongs[] = {
	{ { "--pack", "x", NULL }, "did you mean --packs?" },
	{ { "--forground", NULL }, "did you mean --foreground?" },
	{ { "--listen=htpp=[::1]:1", NULL }, "did you mean \"http\"?" },
	{ { "--listen=x=[::1]:1", NULL }, "there is no protocol" },
	{ { "--zzzzzzzzzzzz", NULL }, "see sekishod --help" },
	{ { "-x", NULL }, "there is no option -x" },
	{ { "rules", NULL }, "\"rules\" is not an option" },
	{ { "--packs", NULL }, "--packs needs a value" },
	{ { "-c", NULL }, "-c needs a value" },
	{ { "--check=yes", NULL }, "--check takes no value" },
	{ { "--deadline", "soon", NULL }, "a time like 8s" },
	{ { "--lang", "de", NULL }, "ja or en" },
	{ { "--log", "loud", NULL }, "error, warning, info, debug" },
	{ { "--config", "/nonexistent.yaml", NULL }, "/nonexistent.yaml" },
	{ { "", NULL }, "is not an option" },
	{ { "--dns.never", "a b", NULL }, "\"a b\" is no domain like" },
	{ { "--dns.never", "*", NULL }, "\"*\" is no domain like" },
	{ { "--dns.never", "a..example.jp", NULL }, "is no domain like" },
	{ { "--dns.never", "*example.jp", NULL },
	    "did you mean \"example.jp\"?" },
	{ { "--dns.never", "mail.*.example.jp", NULL }, "is no domain like" },
	{ { "--dns.never", "https://u@www.Example.jp:80/x", NULL },
	    "did you mean \"www.example.jp\"?" },
	{ { "--dns.never", "@example.jp", NULL },
	    "did you mean \"example.jp\"?" },
	{ { "--dns.never", "192.0.2.1", NULL },
	    "did you mean \"1.2.0.192.in-addr.arpa\"?" },
};

static void
test_what_is_wrong_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(wrongs); i++) {
		struct arena *a = arena_new();
		struct err e = { "" };
		struct daemon_conf c;

		if (load(&c, a, wrongs[i].words, &e) ||
		    strstr(e.text, wrongs[i].why) == NULL)
			fail_msg("%s: %s", wrongs[i].words[0], e.text);
		arena_free(a);
	}
}

static void
test_names_never_asked_are_read_as_people_write_them(void **state)
{
	static const char *const names[][2] = {
		{ "example.jp", "example.jp" },
		{ "EXAMPLE.jp", "example.jp" },
		{ ".example.jp", "example.jp" },
		{ "*.example.jp", "example.jp" },
		{ "example.jp.", "example.jp" },
		{ "*.Example.JP.", "example.jp" },
		{ "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e.jp",
		    "xn--wgv71a119e.jp" },
		{ "XN--WGV71A119E.jp", "xn--wgv71a119e.jp" },
		{ "local", "local" }, { "_spf.example.jp", "_spf.example.jp" },
		{ "2.0.192.in-addr.arpa", "2.0.192.in-addr.arpa" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(names); i++) {
		const char *const words[] = { "--dns.never", names[i][0],
			NULL };
		struct arena *a = arena_new();
		struct err e = { "" };
		struct daemon_conf c;

		if (!load(&c, a, words, &e) || c.dns.never.n != 1 ||
		    !str_is(c.dns.never.at[0], names[i][1]))
			fail_msg("%s: %s", names[i][0], e.text);
		arena_free(a);
	}
}

static void
test_help_lists_every_setting(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 16);
	daemon_options_help(&b);
	for (const struct setting *s = daemon_settings; s->name != NULL; s++)
		assert_true(str_find_str(buf_str(&b), str_of(s->name)) < b.n);
	assert_false(b.is_full);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_said_is_the_usual),
		cmocka_unit_test(test_the_example_is_what_is_usual),
		cmocka_unit_test(test_settings_are_options),
		cmocka_unit_test(test_what_is_wrong_is_named),
		cmocka_unit_test(
		    test_names_never_asked_are_read_as_people_write_them),
		cmocka_unit_test(test_help_lists_every_setting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
