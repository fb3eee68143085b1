/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patterns to databases of Vectorscan, each as a text that stands in every
 * match of it (sievetext.h); one without such a text is always a candidate.
 * Databases of an earlier set are kept while most of what is in them is still
 * wanted and little is missing.
 */
#include <stdlib.h>
#include <string.h>

#include <hs/hs.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/vec.h"
#include "rule/sieve.h"
#include "rule/sievehs.h"
#include "rule/sievetext.h"

enum {
	ATTEMPTS = 16,
	DECOYS = 32,
	NEW_FREE = 64,       /* so many may always be in the second database */
	NEW_PART = 4         /* and this part of the first */
};

/* A database in the making. */
struct base {
	const char **expressions; /* what goes in, as C strings */
	unsigned *flags;
	uint32_t *places;
	size_t n;
	const uint64_t *prints;   /* of a kept one; else by place */
	struct str kept;          /* its database as it was */
	hs_database_t *database;
	size_t size;
};

struct making {
	struct arena *arena;
	const struct sieve_patterns *patterns;
	uint64_t *prints;         /* one a pattern */
	struct map by_print;
	struct sieve_texts texts;
	struct base bases[SIEVE_BASES];
	uint32_t n_bases;
	uint32_t *always;
	size_t n_always;
	bool *is_hopeless;        /* one a pattern: no text to look for */
};

static uint64_t
print_of(const struct sieve_patterns *all, const struct sieve_pattern *p)
{
	return hash_bytes(p->regex, (uint64_t)p->is_caseless * 2 +
	    all->is_folded);
}

static struct str
print_key(const uint64_t *print)
{
	return (struct str){ (const char *)print, sizeof(*print) };
}

static struct str
quote(struct arena *a, struct str literal)
{
	struct buf b;

	buf_init_arena(&b, a, SIZE_MAX);
	for (size_t i = 0; i < literal.n; i++)
		buf_printf(&b, "\\x%02x", (unsigned char)literal.p[i]);
	return buf_str(&b);
}

static void
find_hopeless(struct making *m)
{
	m->is_hopeless = ARENA_MANY(m->arena, bool, m->patterns->n);
	for (uint32_t i = 0; i < m->patterns->n; i++) {
		m->is_hopeless[i] = !sieve_texts_any(&m->texts,
		    &m->patterns->at[i]);
		if (m->is_hopeless[i])
			m->always[m->n_always++] = i;
	}
}

/* The text of a pattern that Vectorscan is to look for. */
static const char *
express(struct making *m, const struct sieve_pattern *p, unsigned *flags)
{
	bool is_caseless;
	struct str text = sieve_texts_of(&m->texts, p, &is_caseless);

	*flags = HS_FLAG_SINGLEMATCH;
	if (is_caseless && !m->patterns->is_folded)
		*flags |= HS_FLAG_CASELESS;
	return str_cstr(m->arena, quote(m->arena, text));
}

static void
take_pattern(struct making *m, struct base *b, uint32_t place)
{
	b->expressions[b->n] = express(m, &m->patterns->at[place],
	    &b->flags[b->n]);
	b->places[b->n] = place;
	b->n++;
}

static void
leave_out(struct making *m, struct base *b, size_t in)
{
	size_t behind = b->n - in - 1;

	m->always[m->n_always++] = b->places[in];
	memmove(b->expressions + in, b->expressions + in + 1,
	    behind * sizeof(*b->expressions));
	memmove(b->flags + in, b->flags + in + 1, behind * sizeof(*b->flags));
	memmove(b->places + in, b->places + in + 1,
	    behind * sizeof(*b->places));
	b->n--;
}

/*
 * A set of less than eight texts is made an automaton of, which overlooks
 * some of them too.  So there are always more: texts that none can hold, for
 * they are no UTF-8.
 */
static size_t
add_decoys(struct making *m, struct base *b, unsigned *ids)
{
	for (size_t i = 0; i < DECOYS; i++) {
		size_t at = b->n + i;
		struct str text = str_printf(m->arena, "\\xff\\x%02x\\x%02x"
		    "\\xfe", 128 + (unsigned)i * 3, 255 - (unsigned)i);

		b->expressions[at] = str_cstr(m->arena, text);
		b->flags[at] = HS_FLAG_SINGLEMATCH;
		ids[at] = (unsigned)at;
	}
	return b->n + DECOYS;
}

/* One attempt; a pattern that is too large for Vectorscan is left out, and
 * then another attempt may do. */
static bool
compile_once(struct making *m, struct base *b, bool *is_hopeless)
{
	hs_compile_error_t *error = NULL;
	unsigned *ids = ARENA_MANY(m->arena, unsigned, b->n + DECOYS);
	size_t n = add_decoys(m, b, ids);
	hs_error_t rc;

	for (size_t i = 0; i < b->n; i++)
		ids[i] = (unsigned)i;
	rc = hs_compile_multi(b->expressions, b->flags, ids, (unsigned)n,
	    HS_MODE_BLOCK, NULL, &b->database, &error);
	if (rc == HS_SUCCESS)
		return hs_database_size(b->database, &b->size) == HS_SUCCESS;
	b->database = NULL;
	*is_hopeless = error == NULL || error->expression < 0 ||
	    (size_t)error->expression >= b->n;
	if (!*is_hopeless)
		leave_out(m, b, (size_t)error->expression);
	hs_free_compile_error(error);
	return false;
}

static void
compile(struct making *m, struct base *b)
{
	bool is_hopeless = false;

	for (int i = 0; i < ATTEMPTS && b->n != 0 && !is_hopeless; i++)
		if (compile_once(m, b, &is_hopeless))
			return;
	/* As slow as without Vectorscan, and as right. */
	while (b->n != 0)
		leave_out(m, b, b->n - 1);
}

/* A database for the patterns that are in none yet. */
static void
add_new_base(struct making *m, const bool *has)
{
	struct base *b = &m->bases[m->n_bases];
	size_t n = m->patterns->n;

	*b = (struct base){ .n = 0 };
	b->expressions = ARENA_MANY(m->arena, const char *, n + DECOYS);
	b->flags = ARENA_MANY(m->arena, unsigned, n + DECOYS);
	b->places = ARENA_MANY(m->arena, uint32_t, n);
	sieve_texts_count(&m->texts);
	for (uint32_t i = 0; i < n; i++)
		if (!has[i])
			take_pattern(m, b, i);
	compile(m, b);
	m->n_bases += b->n != 0;
}

/* What of an old database is wanted still; it is kept when that is most. */
static bool
keep_base(struct making *m, const struct sieve_base *old, bool *has)
{
	struct base *b = &m->bases[m->n_bases];
	uint32_t *places = ARENA_MANY(m->arena, uint32_t, old->n);
	size_t live = 0;

	for (uint32_t i = 0; i < old->n; i++) {
		const uint32_t *at = map_get(&m->by_print,
		    print_key(&old->prints[i]));

		places[i] = SIEVE_GONE;
		if (at == NULL || has[*at])
			continue;
		places[i] = *at;
		has[*at] = true;
		live++;
	}
	*b = (struct base){ .places = places, .n = old->n,
		.prints = old->prints, .kept = old->database,
		.size = old->database.n };
	m->n_bases++;
	return live != 0 && live * 2 >= old->n;
}

static size_t
count_missing(const struct making *m, const bool *has)
{
	size_t n = 0;

	for (size_t i = 0; i < m->patterns->n; i++)
		n += !has[i];
	return n;
}

/* False when it is time to compile everything anew.  The second database is
 * kept only when nothing is missing then. */
static bool
keep_old(struct making *m, const struct sieve_parts *old, bool *has)
{
	size_t n = m->patterns->n * sizeof(*has);
	bool *first = ARENA_MANY(m->arena, bool, m->patterns->n);

	if (old->n_bases == 0 || !keep_base(m, &old->bases[0], has) ||
	    count_missing(m, has) > NEW_FREE + old->bases[0].n / NEW_PART)
		return false;
	if (n == 0 || old->n_bases == 1)
		return true;
	memcpy(first, has, n);
	if (!keep_base(m, &old->bases[1], has) || count_missing(m, has) != 0) {
		memcpy(has, first, n);
		m->n_bases = 1;
	}
	return true;
}

/* Patterns that a database holds, so far those that none will. */
static bool *
new_has(const struct making *m)
{
	bool *has = ARENA_MANY(m->arena, bool, m->patterns->n);

	for (size_t i = 0; i < m->patterns->n; i++)
		has[i] = m->is_hopeless[i];
	return has;
}

/* Patterns that Vectorscan refused are asked about again each time. */
static void
choose_bases(struct making *m, struct str old)
{
	bool *has = new_has(m);
	struct sieve_parts parts;
	struct sieve_head h;
	struct err e;

	if (old.n >= sizeof(h)) {
		memcpy(&h, old.p, sizeof(h));
		if (sieve_parts_read(&parts, old, h.n, &e) &&
		    !keep_old(m, &parts, has)) {
			has = new_has(m);
			m->n_bases = 0;
		}
	}
	if (count_missing(m, has) != 0)
		add_new_base(m, has);
}

static uint64_t
align(uint64_t n)
{
	return (n + SIEVE_ALIGNMENT - 1) / SIEVE_ALIGNMENT * SIEVE_ALIGNMENT;
}

/* Offsets of everything; gives the size of all. */
static uint64_t
lay_out(const struct making *m, struct sieve_head *h)
{
	uint64_t at = align(sizeof(*h));

	*h = (struct sieve_head){ .n = (uint32_t)m->patterns->n,
		.n_bases = m->n_bases, .n_always = (uint32_t)m->n_always,
		.always = at };
	at = align(at + m->n_always * sizeof(uint32_t));
	for (uint32_t i = 0; i < m->n_bases; i++) {
		const struct base *b = &m->bases[i];

		h->bases[i].n = b->n;
		h->bases[i].size = b->size;
		h->bases[i].prints = at;
		at = align(at + b->n * sizeof(uint64_t));
		h->bases[i].places = at;
		at = align(at + b->n * sizeof(uint32_t));
		h->bases[i].database = at;
		at = align(at + b->size);
	}
	return at;
}

/* In the form it has in memory, which depends on nothing but its alignment;
 * false when Vectorscan has no memory for that. */
static bool
put_database(char *to, const struct base *b)
{
	char *bytes = NULL;
	size_t n = 0;
	bool is_done;

	if (b->database == NULL) {
		memcpy(to, b->kept.p, b->kept.n);
		return true;
	}
	is_done = hs_serialize_database(b->database, &bytes, &n) ==
	    HS_SUCCESS && hs_deserialize_database_at(bytes, n,
	    (hs_database_t *)(void *)to) == HS_SUCCESS;
	free(bytes);
	return is_done;
}

static bool
put_base(const struct making *m, char *p, const struct sieve_head *h,
    uint32_t i)
{
	const struct base *b = &m->bases[i];
	uint64_t *prints = (void *)(p + h->bases[i].prints);

	for (size_t k = 0; k < b->n; k++)
		prints[k] = b->prints != NULL ? b->prints[k]
		    : m->prints[b->places[k]];
	memcpy(p + h->bases[i].places, b->places,
	    b->n * sizeof(*b->places));
	return put_database(p + h->bases[i].database, b);
}

static struct str
put(const struct making *m, struct arena *a)
{
	struct sieve_head h;
	uint64_t size = lay_out(m, &h);
	char *p = arena_take(a, size + SIEVE_ALIGNMENT);
	bool is_done = true;

	p += align((uintptr_t)p) - (uintptr_t)p;
	if (m->n_always != 0)
		memcpy(p + h.always, m->always,
		    m->n_always * sizeof(*m->always));
	for (uint32_t i = 0; i < m->n_bases; i++)
		is_done &= put_base(m, p, &h, i);
	for (uint32_t i = 0; i < m->n_bases; i++)
		h.bases[i].sum = sieve_sum((struct str){
		    p + h.bases[i].database, h.bases[i].size });
	memcpy(p, &h, sizeof(h));
	return is_done ? (struct str){ p, size } : STR("");
}

struct str
sieve_make(struct arena *a, const struct sieve_patterns *patterns,
    struct str old)
{
	struct making m = { .arena = arena_new(), .patterns = patterns };
	struct str out;

	m.texts = (struct sieve_texts){ .arena = m.arena,
		.patterns = patterns };
	m.prints = ARENA_MANY(m.arena, uint64_t, patterns->n);
	m.always = ARENA_MANY(m.arena, uint32_t, patterns->n);
	map_init(&m.by_print, m.arena);
	for (uint32_t i = 0; i < patterns->n; i++) {
		m.prints[i] = print_of(patterns, &patterns->at[i]);
		map_put(&m.by_print, print_key(&m.prints[i]), i);
	}
	find_hopeless(&m);
	choose_bases(&m, old);
	out = put(&m, a);
	for (uint32_t i = 0; i < m.n_bases; i++)
		hs_free_database(m.bases[i].database);
	arena_free(m.arena);
	return out;
}
