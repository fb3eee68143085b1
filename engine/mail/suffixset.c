/* SPDX-License-Identifier: Apache-2.0 */
/* "co.jp", "*.ck", "!www.ck", a line each, and comments between them. */
#include "mail/suffixset.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/memory.h"
#include "mail/url.h"

enum { LIST_MOST = 16 * 1024 * 1024, ROOM_FIRST = 1024 };

/* Labels that are looked at, as libpsl has it. */
enum { LABELS_MOST = 9 };

/* RULE_LAST is none: the last label of one or more, which may have none. */
enum rule { RULE_PLAIN = 1, RULE_STAR = 2, RULE_NOT = 4, RULE_LAST = 8,
	RULE_BITS = 15 };

static uint64_t
sum_of(struct str name)
{
	return hash_bytes(name, map_seed()) & ~(uint64_t)RULE_BITS;
}

/* The slot of a sum, or the free one where it belongs. */
static uint64_t *
slot_of(uint64_t *slots, size_t room, uint64_t sum)
{
	size_t i = sum >> 8 & (room - 1);

	while (slots[i] != 0 && (slots[i] & ~(uint64_t)RULE_BITS) != sum)
		i = (i + 1) & (room - 1);
	return &slots[i];
}

static unsigned
rules_of(const struct suffixset *set, struct str name)
{
	return (unsigned)*slot_of(set->slots, set->room, sum_of(name)) &
	    RULE_BITS;
}

/* At most three quarters full. */
static void
make_room(struct suffixset *set)
{
	size_t room = set->room == 0 ? ROOM_FIRST : set->room * 2;
	uint64_t *slots;

	if (4 * set->n < 3 * set->room)
		return;
	slots = memory_new(room * sizeof(*slots));
	for (size_t i = 0; i < set->room; i++)
		if (set->slots[i] != 0)
			*slot_of(slots, room, set->slots[i] &
			    ~(uint64_t)RULE_BITS) = set->slots[i];
	free(set->slots);
	set->slots = slots;
	set->room = room;
}

static void
add(struct suffixset *set, struct str name, enum rule rule)
{
	unsigned labels = (unsigned)str_count(name, '.') +
	    (rule == RULE_STAR ? 2 : 1);
	uint64_t sum = sum_of(name), *slot;

	make_room(set);
	slot = slot_of(set->slots, set->room, sum);
	set->n += *slot == 0;
	*slot |= sum | (unsigned)rule;
	if (labels > set->deepest)
		set->deepest = labels;
}

/* The first word of a line; a star stands in front or nowhere. */
static void
read_line(struct suffixset *set, struct arena *a, struct str line)
{
	enum rule rule = RULE_PLAIN;
	struct str name;
	size_t n = 0;

	line = str_trim(line);
	while (n < line.n && !ascii_is_space(line.p[n]))
		n++;
	name = str_head(line, n);
	if (name.n == 0 || str_starts(name, STR("//")))
		return;
	if (str_skip(&name, STR("!")))
		rule = RULE_NOT;
	else if (str_skip(&name, STR("*.")))
		rule = RULE_STAR;
	if (str_has(name, '*') || !host_normalize(&name, a, name))
		return;
	add(set, name, rule);
	n = str_find_last(name, '.');
	add(set, n == name.n ? name : str_from(name, n + 1), RULE_LAST);
}

bool
suffixset_read(struct suffixset *set, const char *path)
{
	struct arena *a = arena_new();
	struct str text;
	struct err e;

	*set = (struct suffixset){ 0 };
	/* the lists of libpsl's own form have NULs in them */
	if (file_read_regular(&text, a, path, LIST_MOST, &e) &&
	    !str_has(text, '\0'))
		while (text.n != 0)
			read_line(set, a, str_take_line(&text));
	arena_free(a);
	return set->n != 0;
}

void
suffixset_release(struct suffixset *set)
{
	free(set->slots);
	*set = (struct suffixset){ 0 };
}

/* By its own rules and those of what it lies below. */
static bool
is_suffix(unsigned own, unsigned above)
{
	return (own & ~(unsigned)RULE_LAST) != 0 ? (own & RULE_NOT) == 0 :
	    (above & RULE_STAR) != 0;
}

bool
suffixset_has(const struct suffixset *set, struct str name, bool is_named)
{
	struct str above;
	size_t dot;

	str_skip(&name, STR("."));
	dot = str_find(name, '.');
	if (dot == name.n && !is_named)
		return true;
	above = str_from(name, dot + 1);
	return is_suffix(rules_of(set, name), dot == name.n ? 0 :
	    rules_of(set, above));
}

bool
suffixset_has_below(const struct suffixset *set, struct str label)
{
	return (rules_of(set, label) & RULE_LAST) != 0;
}

/* Where the label in front of what begins at begin has its own begin. */
static size_t
label_before(struct str host, size_t begin)
{
	struct str front = str_head(host, begin == host.n ? begin : begin - 1);
	size_t dot = str_find_last(front, '.');

	return dot == front.n ? 0 : dot + 1;
}

/* From the last label on: the longest suffix counts, and between two of them
 * may stand what is none.  What begins with a dot is what follows it. */
size_t
suffixset_begin(const struct suffixset *set, struct str host)
{
	size_t begin = host.n, found = host.n;
	unsigned own, above = 0;
	bool is_one = false;

	for (unsigned n = 1; n <= LABELS_MOST && begin != 0; n++) {
		begin = label_before(host, begin);
		if (is_one)
			found = begin;
		if (n > set->deepest + 1)
			break;
		own = rules_of(set, str_from(host, begin));
		if (host.p[begin] != '.')
			is_one = n == 1 || is_suffix(own, above);
		if (is_one)
			found = host.n;
		above = own;
	}
	return found;
}
