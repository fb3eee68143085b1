/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_REGEX_H
#define RULE_REGEX_H

/*
 * One PCRE2 pattern, and the bounds under which it may run: steps and memory
 * a match, and time over all matches of a text.  What is nothing but plain
 * text needs no PCRE2: regex_literal tells.
 *
 * The room is what matches share: the stack, the place of results, the time
 * left.  One a thread; patterns do not care which room they run in.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct arena;
struct err;
struct regex;
struct regex_room;

enum regex_result { REGEX_MISS, REGEX_HIT, REGEX_LIMITED };

struct regex_span {
	size_t begin, end;
	size_t capture_begin; /* of the first capture; both 0: none */
	size_t capture_end;
};

/* Pattern and name must outlive it.  Without a name nothing is logged. */
bool regex_new(struct regex **out, struct str pattern, bool is_caseless,
    struct str name, struct err *e);
void regex_free(struct regex *r);

/* The bytes that a pattern looks for when it is a plain text, else "". */
struct str regex_literal(struct arena *a, struct str pattern);

/* Where a plain text stands first, at from or behind. */
bool regex_find_literal(struct str literal, struct str text, size_t from,
    struct regex_span *out);

/* Does PCRE2 take it?  Costs less than regex_new. */
bool regex_check(struct str pattern, bool is_caseless, struct str name,
    struct err *e);

/* May a match of it be of no length? */
bool regex_may_be_empty(struct str pattern, bool is_caseless);

struct regex_room *regex_room_new(void);
void regex_room_free(struct regex_room *room);

/* From here on, the time of one text, or of one message. */
void regex_room_start(struct regex_room *room);

/* Matches cut short so far. */
uint64_t regex_room_limited(const struct regex_room *room);

/* The first match that begins at from or behind.  text must be valid UTF-8,
 * see regex_text, and from the beginning of a character. */
enum regex_result regex_find(struct regex *r, struct regex_room *room,
    struct str text, size_t from, struct regex_span *out);

/* Does one try, at one place of a text, take so many steps?  Told of machine
 * code alone, where a step is a turn of a group and a run of one class costs
 * none. */
bool regex_takes_steps(struct regex *r, struct regex_room *room,
    struct str text, size_t at, uint32_t steps);

/* text as it is when it is valid UTF-8, else a copy of the same length in
 * which every byte that is not ASCII is "?". */
struct str regex_text(struct arena *a, struct str text);

#endif
