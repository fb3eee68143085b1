/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of JSON as feeds have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "rule/listjson.h"

static void
test_a_line_gives_the_members_asked_for(void **state)
{
	static const struct str names[] = { STR_INIT("value"),
		STR_INIT("note") };
	static const struct {
		const char *line, *value, *note;
	} cases[] = {
		{ "{\"value\": \"a.example\", \"note\": \"x\"}", "a.example",
		    "x" },
		{ "{\"note\":\"x\",\"value\":\"a.example\"}\r", "a.example",
		    "x" },
		{ " \"a.example\" ", "a.example", "" },
		{ "{}", "", "" },
		{ "{\"value\": null, \"note\": 7.5e-3}", "", "7.5e-3" },
		{ "{\"x\": {\"value\": \"no\"}, \"y\": [1, {\"z\": []}], "
		    "\"value\": \"yes\"}", "yes", "" },
		{ "{\"value\": \"first\", \"value\": \"second\"}", "first",
		    "" },
		{ "{\"value\": \"http:\\/\\/a.example\\/\\u0041\"}",
		    "http://a.example/A", "" },
		{ "{\"note\": \"\\u65e5\\u672c \\ud83d\\ude00 \\\"\\\\\\n\"}",
		    "", "日本 \xf0\x9f\x98\x80 \"\\\n" },
	};
	struct arena *a = arena_new();
	struct str out[2];

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		if (!listjson_read(out, a, str_of(cases[i].line), names, 2) ||
		    !str_is(out[0], cases[i].value) ||
		    !str_is(out[1], cases[i].note))
			fail_msg("%s: \"%.*s\", \"%.*s\"", cases[i].line,
			    STR_ARG(out[0]), STR_ARG(out[1]));
	arena_free(a);
}

static void
test_what_is_no_json_is_none(void **state)
{
	static const struct str names[] = { STR_INIT("value") };
	static const char *const lines[] = {
		"", "{", "}", "a.example", "{\"value\"}", "{\"value\": }",
		"{\"value\": \"a}", "{\"value\": \"a\\\"}",
		"{\"value\": \"a\",}", "{\"value\": \"a\"} x",
		"{\"value\": \"\\u12\"}", "{\"value\": \"\\ud800\"}",
		"{\"value\": \"\\ude00\"}", "{\"value\": \"\\q\"}",
		"{\"value\": \"a\tb\"}", "{\"value\": yes}",
		"{\"x\": [1}, \"value\": \"a\"}", "{\"x\": [",
		"{value: \"a\"}", "[\"a.example\"]",
	};
	struct arena *a = arena_new();
	struct buf deep;
	struct str out[1];

	(void)state;
	for (size_t i = 0; i < nitems(lines); i++)
		if (listjson_read(out, a, str_of(lines[i]), names, 1))
			fail_msg("%s", lines[i]);
	buf_init_arena(&deep, a, 200);
	buf_add_str(&deep, STR("{\"x\": "));
	for (int i = 0; i <= LISTJSON_DEPTH; i++)
		buf_add_byte(&deep, '[');
	for (int i = 0; i <= LISTJSON_DEPTH; i++)
		buf_add_byte(&deep, ']');
	buf_add_byte(&deep, '}');
	assert_false(listjson_read(out, a, buf_str(&deep), names, 1));
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_line_gives_the_members_asked_for),
		cmocka_unit_test(test_what_is_no_json_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
