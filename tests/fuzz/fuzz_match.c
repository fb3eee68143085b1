/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Up to four lines of regexes, then a text: the sieve never keeps back what
 * PCRE2 finds, and spans are the same.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "rule/matcher.h"
#include "rule/regex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { REGEXES = 4, REGEX_MOST = 40, TEXT_MOST = 4096 };

struct tried {
	struct regex *regex[REGEXES];
	struct matcher *matcher;
	struct regex_room *room;
	uint32_t n;
};

static void
read_regexes(struct tried *t, struct str *input)
{
	struct str line;
	struct err e;

	while (t->n < REGEXES && str_next(input, '\n', &line)) {
		if (line.n == 0)
			break;
		line = str_head(line, REGEX_MOST);
		if (!regex_new(&t->regex[t->n], line, t->n == 1, STR("x"), &e))
			continue;
		matcher_add(t->matcher, t->n, line, t->n == 1, STR("x"));
		t->n++;
	}
}

static void
compare(struct tried *t, struct str text, struct arena *a)
{
	match_list found = { 0 };
	size_t at = 0;

	text = regex_text(a, text);
	matcher_scan(t->matcher, text, &found, a);
	for (uint32_t i = 0; i < t->n; i++) {
		struct regex_span span;
		enum regex_result rc;

		regex_room_start(t->room);
		rc = regex_find(t->regex[i], t->room, text, 0, &span);
		if (rc == REGEX_LIMITED)
			break;
		if (rc == REGEX_MISS) {
			assert(at == found.n || found.at[at].id != i);
			continue;
		}
		assert(at < found.n && found.at[at].id == i);
		assert(found.at[at].begin == span.begin);
		assert(found.at[at].end == span.end);
		at++;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str input = { (const char *)data, size };
	struct arena *a = arena_new();
	struct tried t = { .n = 0 };
	struct err e;

	t.matcher = matcher_new();
	t.room = regex_room_new();
	read_regexes(&t, &input);
	assert(matcher_compile(t.matcher, NULL, &e));
	if (input.p != NULL)
		compare(&t, str_head(input, TEXT_MOST), a);
	for (uint32_t i = 0; i < t.n; i++)
		regex_free(t.regex[i]);
	regex_room_free(t.room);
	matcher_free(t.matcher);
	arena_free(a);
	return 0;
}
