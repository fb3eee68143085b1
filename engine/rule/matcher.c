/* SPDX-License-Identifier: Apache-2.0 */
/* The matcher: a sieve finds candidates, PCRE2 has the last word. */
#include "rule/matcher.h"

#include "base/arena.h"
#include "base/err.h"
#include "rule/regex.h"
#include "rule/sieve.h"

struct entry {
	uint32_t id;
	bool is_caseless;
	struct str pattern;
	struct str name;
	struct regex *regex;
};

struct matcher {
	struct arena *arena;
	VEC(struct entry) entries;
	struct sieve *sieve;
	struct regex_room *room;
	bool is_shared; /* the room is somebody else's */
};

struct matcher *
matcher_new(void)
{
	struct arena *a = arena_new();
	struct matcher *m = ARENA_ONE(a, struct matcher);

	m->arena = a;
	m->room = regex_room_new();
	return m;
}

void
matcher_free(struct matcher *m)
{
	struct entry *entry;

	if (m == NULL)
		return;
	VEC_EACH(entry, &m->entries)
		regex_free(entry->regex);
	sieve_free(m->sieve);
	if (!m->is_shared)
		regex_room_free(m->room);
	arena_free(m->arena);
}

void
matcher_share(struct matcher *m, struct regex_room *room)
{
	if (!m->is_shared)
		regex_room_free(m->room);
	m->room = room;
	m->is_shared = true;
}

void
matcher_add(struct matcher *m, uint32_t id, struct str regex,
    bool is_caseless, struct str name)
{
	*VEC_ADD(m->arena, &m->entries) = (struct entry){
		.id = id,
		.is_caseless = is_caseless,
		.pattern = str_copy(m->arena, regex),
		.name = str_copy(m->arena, name),
	};
}

bool
matcher_compile(struct matcher *m, struct err *e)
{
	struct sieve_pattern *patterns =
	    ARENA_MANY(m->arena, struct sieve_pattern, m->entries.n);

	for (size_t i = 0; i < m->entries.n; i++) {
		struct entry *entry = &m->entries.at[i];

		if (!regex_new(&entry->regex, entry->pattern,
		        entry->is_caseless, entry->name, e))
			return false;
		patterns[i] = (struct sieve_pattern){
			.regex = entry->pattern,
			.literal = regex_literal(entry->regex),
			.is_caseless = entry->is_caseless,
		};
	}
	return sieve_new(&m->sieve, patterns, m->entries.n, e);
}

size_t
matcher_size(const struct matcher *m)
{
	return m->entries.n;
}

static bool
find(struct matcher *m, uint32_t i, struct str text, size_t from,
    struct match *out)
{
	struct regex_span span;

	if (regex_find(m->entries.at[i].regex, m->room, text, from, &span) !=
	    REGEX_HIT)
		return false;
	*out = (struct match){
		.id = m->entries.at[i].id,
		.begin = span.begin,
		.end = span.end,
		.capture_begin = span.capture_begin,
		.capture_end = span.capture_end,
		.entry = i,
	};
	return true;
}

void
matcher_scan(struct matcher *m, struct str text, match_list *out,
    struct arena *a)
{
	const uint32_t *candidates;
	struct match match;
	size_t n;

	if (m->entries.n == 0)
		return;
	text = regex_text(a, text);
	if (!m->is_shared)
		regex_room_start(m->room);
	candidates = sieve_run(m->sieve, text, &n);
	for (size_t i = 0; i < n; i++)
		if (find(m, candidates[i], text, 0, &match))
			*VEC_ADD(a, out) = match;
}

bool
matcher_next(struct matcher *m, struct str text, struct match *match,
    struct arena *a)
{
	size_t from = match->begin + 1;

	text = regex_text(a, text);
	while (from < text.n && ((unsigned char)text.p[from] & 0xc0) == 0x80)
		from++;
	return find(m, match->entry, text, from, match);
}

uint64_t
matcher_limited(const struct matcher *m)
{
	return regex_room_limited(m->room);
}
