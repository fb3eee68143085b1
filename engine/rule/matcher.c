/* SPDX-License-Identifier: Apache-2.0 */
/* The matcher: a sieve finds candidates, PCRE2 has the last word. */
#include "rule/matcher.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "rule/regex.h"
#include "rule/sieve.h"

struct entry {
	uint32_t id;
	bool is_caseless;
	struct str pattern;
	struct str name;
};

/* In front of the bytes; rows, texts and the sieve follow. */
struct matcher_head {
	uint32_t rows;
	uint32_t texts;    /* bytes */
	uint64_t sieve;    /* bytes */
};

enum { ROW_CASELESS = 1, ROW_LITERAL = 2, ROW_FLAGS = 3 };

struct matcher_row {
	uint32_t id;
	uint32_t flags;
	uint32_t text;     /* the pattern, or what a plain one looks for */
	uint32_t text_n;
	uint32_t name;
	uint32_t name_n;
};

struct matcher {
	struct arena *arena;
	VEC(struct entry) entries; /* gone when compiled */
	struct str bytes;
	const struct matcher_row *rows;
	uint32_t n;
	const char *texts;
	struct regex **regexes;    /* made when first needed */
	struct sieve *sieve;
	struct regex_room *room;
	bool is_shared;            /* the room is somebody else's */
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
	if (m == NULL)
		return;
	for (uint32_t i = 0; m->regexes != NULL && i < m->n; i++)
		regex_free(m->regexes[i]);
	free(m->regexes);
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

/* What the sieve is to look for; patterns are read once to see that PCRE2
 * takes them. */
static bool
read_entries(struct sieve_pattern *out, const struct matcher *m,
    struct err *e)
{
	for (size_t i = 0; i < m->entries.n; i++) {
		const struct entry *entry = &m->entries.at[i];

		out[i] = (struct sieve_pattern){
			.regex = entry->pattern,
			.literal = entry->is_caseless ? STR("")
			    : regex_literal(m->arena, entry->pattern),
			.is_caseless = entry->is_caseless,
		};
		if (out[i].literal.n == 0 && !regex_check(entry->pattern,
		        entry->is_caseless, entry->name, e))
			return false;
	}
	return true;
}

static uint64_t
align(uint64_t n)
{
	return (n + SIEVE_ALIGNMENT - 1) / SIEVE_ALIGNMENT * SIEVE_ALIGNMENT;
}

static uint64_t
sieve_at(const struct matcher_head *h)
{
	return align(sizeof(*h) + (uint64_t)h->rows *
	    sizeof(struct matcher_row) + h->texts);
}

static uint32_t
put(char *texts, uint32_t *at, struct str s)
{
	uint32_t begin = *at;

	if (s.n != 0)
		memcpy(texts + begin, s.p, s.n);
	*at += (uint32_t)s.n;
	return begin;
}

static void
put_rows(char *p, const struct matcher *m, const struct sieve_pattern *at)
{
	struct matcher_row *rows = (void *)(p + sizeof(struct matcher_head));
	char *texts = (char *)(rows + m->entries.n);
	uint32_t n = 0;

	for (size_t i = 0; i < m->entries.n; i++) {
		const struct entry *entry = &m->entries.at[i];
		bool is_literal = at[i].literal.n != 0;
		struct str text = is_literal ? at[i].literal : at[i].regex;

		rows[i] = (struct matcher_row){
			.id = entry->id,
			.flags = (entry->is_caseless ? ROW_CASELESS : 0) |
			    (is_literal ? ROW_LITERAL : 0),
			.text = put(texts, &n, text),
			.text_n = (uint32_t)text.n,
			.name = put(texts, &n, entry->name),
			.name_n = (uint32_t)entry->name.n,
		};
	}
}

static struct str
write_bytes(struct matcher *m, const struct sieve_pattern *at,
    struct str sieve)
{
	struct matcher_head h = { .rows = (uint32_t)m->entries.n,
		.sieve = sieve.n };
	uint64_t texts = 0;
	char *p;

	for (size_t i = 0; i < m->entries.n; i++)
		texts += m->entries.at[i].name.n + (at[i].literal.n != 0
		    ? at[i].literal.n : at[i].regex.n);
	assert(texts <= UINT32_MAX);
	h.texts = (uint32_t)texts;
	p = arena_take(m->arena, sieve_at(&h) + sieve.n + SIEVE_ALIGNMENT);
	p += align((uintptr_t)p) - (uintptr_t)p;
	memcpy(p, &h, sizeof(h));
	put_rows(p, m, at);
	if (sieve.n != 0)
		memcpy(p + sieve_at(&h), sieve.p, sieve.n);
	return (struct str){ p, sieve_at(&h) + sieve.n };
}

/* The sieve in the bytes of a matcher; "" where there is none. */
static struct str
sieve_of(struct str bytes)
{
	struct matcher_head h;

	if (bytes.n < sizeof(h))
		return STR("");
	memcpy(&h, bytes.p, sizeof(h));
	if (sieve_at(&h) > bytes.n || h.sieve != bytes.n - sieve_at(&h))
		return STR("");
	return str_from(bytes, sieve_at(&h));
}

static bool
is_inside(uint32_t begin, uint32_t n, uint32_t all)
{
	return begin <= all && n <= all - begin;
}

static bool
read_bytes(struct matcher *m, struct str bytes, struct err *e)
{
	struct matcher_head h;

	if (bytes.n < sizeof(h) ||
	    (uintptr_t)bytes.p % SIEVE_ALIGNMENT != 0)
		return err_set(e, "a matcher without a head");
	memcpy(&h, bytes.p, sizeof(h));
	if (sieve_at(&h) > bytes.n || h.sieve != bytes.n - sieve_at(&h))
		return err_set(e, "a matcher of another length than its head "
		    "says");
	m->bytes = bytes;
	m->rows = (const void *)(bytes.p + sizeof(h));
	m->n = h.rows;
	m->texts = (const char *)(m->rows + m->n);
	for (uint32_t i = 0; i < m->n; i++) {
		const struct matcher_row *row = &m->rows[i];

		if (!is_inside(row->text, row->text_n, h.texts) ||
		    !is_inside(row->name, row->name_n, h.texts) ||
		    row->flags > ROW_FLAGS)
			return err_set(e, "a matcher that points outside "
			    "itself");
	}
	return sieve_open(&m->sieve, sieve_of(bytes), m->n, e);
}

static bool
start(struct matcher *m, struct str bytes, struct err *e)
{
	if (!read_bytes(m, bytes, e))
		return false;
	m->regexes = calloc(m->n + 1, sizeof(struct regex *));
	if (m->regexes == NULL) {
		fputs("sekisho: out of memory\n", stderr);
		abort();
	}
	return true;
}

bool
matcher_compile(struct matcher *m, const struct matcher_conf *conf,
    struct err *e)
{
	static const struct matcher_conf usual;
	struct sieve_pattern *at = ARENA_MANY(m->arena, struct sieve_pattern,
	    m->entries.n);
	struct sieve_patterns patterns = { .at = at, .n = m->entries.n };
	struct str sieve = STR("");

	conf = conf == NULL ? &usual : conf;
	patterns.is_folded = conf->is_folded;
	if (!read_entries(at, m, e))
		return false;
	if (!conf->is_plain)
		sieve = sieve_make(m->arena, &patterns, sieve_of(conf->old));
	if (!start(m, write_bytes(m, at, sieve), e))
		return false;
	m->entries.n = 0;
	return true;
}

struct str
matcher_bytes(const struct matcher *m)
{
	return m->bytes;
}

bool
matcher_open(struct matcher **out, struct str bytes, struct err *e)
{
	struct matcher *m = matcher_new();

	if (!start(m, bytes, e)) {
		matcher_free(m);
		return false;
	}
	*out = m;
	return true;
}

size_t
matcher_size(const struct matcher *m)
{
	return m->n;
}

bool
matcher_ids_below(const struct matcher *m, uint32_t below)
{
	for (uint32_t i = 0; i < m->n; i++)
		if (m->rows[i].id >= below)
			return false;
	return true;
}

static struct str
text_at(const struct matcher *m, uint32_t begin, uint32_t n)
{
	return (struct str){ m->texts + begin, n };
}

/* NULL: PCRE2 does not take it, which nothing that we write says. */
static struct regex *
regex_of(struct matcher *m, uint32_t i)
{
	const struct matcher_row *row = &m->rows[i];
	struct err e;

	if (m->regexes[i] == NULL && !regex_new(&m->regexes[i],
	        text_at(m, row->text, row->text_n),
	        (row->flags & ROW_CASELESS) != 0,
	        text_at(m, row->name, row->name_n), &e))
		log_warn("%s", e.text);
	return m->regexes[i];
}

/* False when the time is over. */
static bool
warm_one(struct matcher *m, uint32_t i, int64_t until_us, size_t *made)
{
	if ((m->rows[i].flags & ROW_LITERAL) != 0 || m->regexes[i] != NULL)
		return true;
	if (clock_us() >= until_us)
		return false;
	*made += regex_of(m, i) != NULL;
	return true;
}

size_t
matcher_warm(struct matcher *m, int64_t until_us)
{
	const uint32_t *always;
	size_t n, made = 0;

	if (m->n == 0)
		return 0;
	always = sieve_run(m->sieve, STR(""), &n);
	for (size_t i = 0; i < n; i++)
		if (!warm_one(m, always[i], until_us, &made))
			return made;
	for (uint32_t i = 0; i < m->n; i++)
		if (!warm_one(m, i, until_us, &made))
			return made;
	return made;
}

static enum regex_result
find(struct matcher *m, uint32_t i, struct str text, size_t from,
    struct match *out)
{
	const struct matcher_row *row = &m->rows[i];
	struct regex_span span = { 0 };
	enum regex_result result;
	struct regex *regex;

	if ((row->flags & ROW_LITERAL) != 0) {
		if (!regex_find_literal(text_at(m, row->text, row->text_n),
		        text, from, &span))
			return REGEX_MISS;
		result = REGEX_HIT;
	} else {
		regex = regex_of(m, i);
		result = regex == NULL ? REGEX_MISS
		    : regex_find(regex, m->room, text, from, &span);
		if (result == REGEX_MISS)
			return REGEX_MISS;
	}
	*out = (struct match){
		.id = row->id,
		.begin = span.begin,
		.end = span.end,
		.capture_begin = span.capture_begin,
		.capture_end = span.capture_end,
		.entry = i,
	};
	return result;
}

void
matcher_scan(struct matcher *m, struct str text, match_list *out,
    struct arena *a)
{
	match_list cut = { 0 };

	matcher_scan_cut(m, text, out, &cut, a);
}

void
matcher_scan_cut(struct matcher *m, struct str text, match_list *out,
    match_list *cut, struct arena *a)
{
	const uint32_t *candidates;
	struct match match;
	size_t n;

	if (m->n == 0)
		return;
	if (!m->is_shared)
		regex_room_start(m->room);
	candidates = sieve_run(m->sieve, text, &n);
	for (size_t i = 0; i < n; i++) {
		enum regex_result result = find(m, candidates[i], text, 0,
		    &match);

		if (result == REGEX_HIT)
			*VEC_ADD(a, out) = match;
		else if (result == REGEX_LIMITED)
			*VEC_ADD(a, cut) = match;
	}
}

bool
matcher_next(struct matcher *m, struct str text, struct match *match)
{
	size_t from = match->begin + 1;

	while (from < text.n && ((unsigned char)text.p[from] & 0xc0) == 0x80)
		from++;
	return find(m, match->entry, text, from, match) == REGEX_HIT;
}

uint64_t
matcher_limited(const struct matcher *m)
{
	return regex_room_limited(m->room);
}
