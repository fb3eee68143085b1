/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only file that knows PCRE2.  The match limit of PCRE2 holds for one
 * starting point, so a text is searched in windows of starting points with a
 * look at the clock between them: neither a pattern nor a text of any length
 * can hold up a scan.
 */
#include "rule/regex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/utf8.h"

enum {
	MATCH_STEPS = 100 * 1000,
	MATCH_HEAP_KIB = 1024,
	MATCH_DEPTH = 1000,
	STACK_FIRST = 32 * 1024,
	STACK_MOST = 1024 * 1024,
	WINDOW = 1024,
	WINDOWS_MOST = 64, /* without JIT, where each reads to the end */
	TIME_US = 500 * 1000, /* by the wall, and then half of it by CPU */
	CPU_US = TIME_US / 2
};

struct regex {
	struct str name;
	pcre2_code *code;
	bool is_fast;       /* compiled to machine code */
	bool is_whole;      /* must not be searched in windows */
	bool is_told;       /* the log knows of its limits */
};

struct regex_room {
	pcre2_match_context *context;
	pcre2_match_data *data;
	pcre2_jit_stack *stack;
	int64_t left_us;
	bool is_slow;       /* half is gone: CPU is counted, which a busy
	                       machine does not take from others */
	uint64_t limited;
};

static void *
take(size_t n)
{
	void *p = calloc(1, n == 0 ? 1 : n);

	if (p == NULL) {
		fputs("sekisho: out of memory\n", stderr);
		abort();
	}
	return p;
}

/* Undoes the quoting of a pattern that is nothing but quoted text. */
struct str
regex_literal(struct arena *a, struct str pattern)
{
	char *bytes;
	size_t n = 0;

	if (str_has(pattern, '\0'))
		return STR("");
	bytes = arena_take_raw(a, pattern.n);
	for (size_t i = 0; i < pattern.n; i++) {
		char c = pattern.p[i];

		if (c == '\\' && ++i < pattern.n &&
		    !ascii_is_alnum(pattern.p[i]) &&
		    (unsigned char)pattern.p[i] < 0x80)
			bytes[n++] = pattern.p[i];
		else if (str_has(STR("\\^$.[|()?*+{"), c))
			return STR("");
		else
			bytes[n++] = c;
	}
	return (struct str){ bytes, n };
}

static uint32_t
options_of(bool is_caseless)
{
	return PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C |
	    PCRE2_USE_OFFSET_LIMIT | (is_caseless ? PCRE2_CASELESS : 0);
}

static pcre2_code *
compile(struct str pattern, bool is_caseless, struct str name, struct err *e)
{
	PCRE2_UCHAR why[200] = { 0 };
	PCRE2_SIZE at = 0;
	pcre2_code *compiled;
	int code = 0;

	compiled = pcre2_compile(
	    (PCRE2_SPTR)(pattern.n == 0 ? "" : pattern.p), pattern.n,
	    options_of(is_caseless), &code, &at, NULL);
	if (compiled == NULL) {
		pcre2_get_error_message(code, why, sizeof(why));
		err_set(e, "%" STR_FMT ": regex: %s at byte %zu",
		    STR_ARG(name), (const char *)why, (size_t)at);
	}
	return compiled;
}

bool
regex_check(struct str pattern, bool is_caseless, struct str name,
    struct err *e)
{
	pcre2_code *compiled = compile(pattern, is_caseless, name, e);

	pcre2_code_free(compiled);
	return compiled != NULL;
}

bool
regex_may_be_empty(struct str pattern, bool is_caseless)
{
	struct err e;
	pcre2_code *compiled = compile(pattern, is_caseless, STR(""), &e);
	uint32_t may_be = 0;

	if (compiled != NULL)
		pcre2_pattern_info(compiled, PCRE2_INFO_MATCHEMPTY, &may_be);
	pcre2_code_free(compiled);
	return may_be != 0;
}

bool
regex_new(struct regex **out, struct str pattern, bool is_caseless,
    struct str name, struct err *e)
{
	struct regex *r = take(sizeof(*r));

	r->name = name;
	r->code = compile(pattern, is_caseless, name, e);
	if (r->code == NULL) {
		regex_free(r);
		return false;
	}
	r->is_fast = pcre2_jit_compile(r->code, PCRE2_JIT_COMPLETE) == 0;
	/* "\G" is where a search begins, which windows would multiply. */
	r->is_whole = str_find_str(pattern, STR("\\G")) != pattern.n;
	*out = r;
	return true;
}

void
regex_free(struct regex *r)
{
	if (r == NULL)
		return;
	pcre2_code_free(r->code);
	free(r);
}

struct regex_room *
regex_room_new(void)
{
	struct regex_room *room = take(sizeof(*room));

	room->context = pcre2_match_context_create(NULL);
	room->data = pcre2_match_data_create(2, NULL);
	room->stack = pcre2_jit_stack_create(STACK_FIRST, STACK_MOST, NULL);
	if (room->context == NULL || room->data == NULL) {
		fputs("sekisho: out of memory\n", stderr);
		abort();
	}
	pcre2_set_match_limit(room->context, MATCH_STEPS);
	pcre2_set_depth_limit(room->context, MATCH_DEPTH);
	pcre2_set_heap_limit(room->context, MATCH_HEAP_KIB);
	if (room->stack != NULL)
		pcre2_jit_stack_assign(room->context, NULL, room->stack);
	regex_room_start(room);
	return room;
}

void
regex_room_free(struct regex_room *room)
{
	if (room == NULL)
		return;
	pcre2_match_context_free(room->context);
	pcre2_match_data_free(room->data);
	pcre2_jit_stack_free(room->stack);
	free(room);
}

void
regex_room_start(struct regex_room *room)
{
	room->left_us = TIME_US;
	room->is_slow = false;
}

uint64_t
regex_room_limited(const struct regex_room *room)
{
	return room->limited;
}

static enum regex_result
limited(struct regex *r, struct regex_room *room, const char *what)
{
	room->limited++;
	if (!r->is_told && r->name.n != 0)
		log_warn("%" STR_FMT ": regex cut short: %s", STR_ARG(r->name),
		    what);
	r->is_told = true;
	return REGEX_LIMITED;
}

bool
regex_find_literal(struct str literal, struct str text, size_t from,
    struct regex_span *out)
{
	struct str rest = str_from(text, from);
	size_t at = str_find_str(rest, literal);

	if (at == rest.n)
		return false;
	*out = (struct regex_span){ .begin = from + at,
		.end = from + at + literal.n };
	return true;
}

static void
read_span(struct regex_room *room, int pairs, struct regex_span *out)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(room->data);

	*out = (struct regex_span){ .begin = at[0], .end = at[1] };
	if (out->end < out->begin)
		out->end = out->begin;
	/* 0: there were more captures than the two pairs hold. */
	if (pairs != 1 && at[2] != PCRE2_UNSET && at[2] <= at[3]) {
		out->capture_begin = at[2];
		out->capture_end = at[3];
	}
}

/* Where the window that begins at from ends; starting points up to and with
 * it are tried. */
static size_t
window_end(const struct regex *r, struct str text, size_t from)
{
	size_t size = WINDOW;

	if (r->is_whole)
		return text.n;
	if (!r->is_fast && text.n / WINDOWS_MOST > size)
		size = text.n / WINDOWS_MOST;
	return text.n - from > size ? from + size : text.n;
}

static bool
is_inside_character(struct str text, size_t at)
{
	return at < text.n && ((unsigned char)text.p[at] & 0xc0) == 0x80;
}

static int64_t
now_us(const struct regex_room *room)
{
	return room->is_slow ? clock_cpu_us() : clock_us();
}

/* What a window took is taken away; begun is where the next begins. */
static void
charge(struct regex_room *room, int64_t *begun)
{
	int64_t now = now_us(room);

	room->left_us -= now - *begun;
	*begun = now;
	if (room->is_slow || room->left_us > CPU_US)
		return;
	room->is_slow = true;
	room->left_us = CPU_US;
	*begun = now_us(room);
}

static enum regex_result
find_code(struct regex *r, struct regex_room *room, struct str text,
    size_t from, struct regex_span *out)
{
	int64_t begun = now_us(room);
	int rc = PCRE2_ERROR_NOMATCH;

	while (rc == PCRE2_ERROR_NOMATCH && from <= text.n) {
		size_t last = window_end(r, text, from);

		pcre2_set_offset_limit(room->context, last);
		rc = pcre2_match(r->code, (PCRE2_SPTR)text.p, text.n, from,
		    PCRE2_NO_UTF_CHECK, room->data, room->context);
		charge(room, &begun);
		from = last + 1;
		while (is_inside_character(text, from))
			from++;
		if (rc == PCRE2_ERROR_NOMATCH && from <= text.n &&
		    room->left_us <= 0)
			return limited(r, room, "out of time");
	}
	if (rc == PCRE2_ERROR_NOMATCH)
		return REGEX_MISS;
	if (rc < 0)
		return limited(r, room, "too many steps");
	read_span(room, rc, out);
	return REGEX_HIT;
}

enum regex_result
regex_find(struct regex *r, struct regex_room *room, struct str text,
    size_t from, struct regex_span *out)
{
	if (text.p == NULL)
		text.p = "";
	if (from > text.n)
		return REGEX_MISS;
	if (room->left_us <= 0)
		return limited(r, room, "out of time");
	return find_code(r, room, text, from, out);
}

bool
regex_takes_steps(struct regex *r, struct regex_room *room, struct str text,
    size_t at, uint32_t steps)
{
	int rc;

	if (!r->is_fast)
		return false;
	pcre2_set_match_limit(room->context, steps);
	pcre2_set_offset_limit(room->context, at);
	rc = pcre2_match(r->code, (PCRE2_SPTR)text.p, text.n, at,
	    PCRE2_NO_UTF_CHECK, room->data, room->context);
	pcre2_set_match_limit(room->context, MATCH_STEPS);
	return rc == PCRE2_ERROR_MATCHLIMIT || rc == PCRE2_ERROR_JIT_STACKLIMIT;
}

struct str
regex_text(struct arena *a, struct str text)
{
	char *p;

	if (utf8_is_valid(text))
		return text;
	p = arena_take(a, text.n);
	for (size_t i = 0; i < text.n; i++)
		p[i] = (unsigned char)text.p[i] < 0x80 ? text.p[i] : '?';
	return (struct str){ p, text.n };
}
