/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sieve that Vectorscan (or Hyperscan) is: one database for all patterns
 * of a matcher.  Plain texts go in as bytes, the rest as far as Vectorscan
 * can weaken it to something it knows; what it refuses is always a candidate.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hs/hs.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "rule/sieve.h"
#include "rule/weaken.h"

enum { ATTEMPTS = 16 };

struct sieve {
	struct arena *arena;
	hs_database_t *database;  /* NULL: nothing went in */
	hs_scratch_t *scratch;
	size_t n;
	const char **expressions; /* what goes in, as C strings */
	unsigned *flags;
	unsigned *ids;
	size_t n_in;
	uint32_t *always;         /* those that did not go in */
	size_t n_always;
	uint32_t *found;          /* room for every pattern */
	size_t n_found;
};

static struct str
quote(struct arena *a, struct str literal)
{
	struct buf b;

	buf_init_arena(&b, a, SIZE_MAX);
	for (size_t i = 0; i < literal.n; i++)
		buf_printf(&b, "\\x%02x", (unsigned char)literal.p[i]);
	return buf_str(&b);
}

static bool
is_taken(const char *expression, unsigned flags)
{
	hs_compile_error_t *error = NULL;
	hs_expr_info_t *info = NULL;

	if (hs_expression_info(expression, flags, &info, &error) !=
	    HS_SUCCESS) {
		hs_free_compile_error(error);
		return false;
	}
	free(info);
	return true;
}

/* Verbs such as (*UTF) or (*ANYCRLF) at the front change what PCRE2 reads. */
static bool
is_readable(struct str regex)
{
	return !str_has(regex, '\0') && !str_starts(regex, STR("(*"));
}

/* The pattern as Vectorscan shall read it; false: not at all.  Without UTF-8
 * mode a plain text is matched byte by byte, which is the same and cheaper. */
static bool
express(struct sieve *s, const struct sieve_pattern *p, struct str *out,
    unsigned *flags)
{
	*flags = HS_FLAG_SINGLEMATCH;
	if (p->literal.n != 0) {
		*out = quote(s->arena, p->literal);
		return true;
	}
	*flags |= HS_FLAG_PREFILTER | HS_FLAG_UTF8 | HS_FLAG_ALLOWEMPTY;
	if (p->is_caseless)
		*flags |= HS_FLAG_CASELESS;
	if (!is_readable(p->regex))
		return false;
	switch (regex_weaken(out, s->arena, p->regex)) {
	case WEAKENED:
		return true;
	case WEAKENED_NOT:
		*flags |= HS_FLAG_UCP;
		return true;
	default:
		return false;
	}
}

static void
take_pattern(struct sieve *s, size_t i, const struct sieve_pattern *p)
{
	const char *expression;
	struct str text;
	unsigned flags;

	if (!express(s, p, &text, &flags)) {
		s->always[s->n_always++] = (uint32_t)i;
		return;
	}
	expression = str_cstr(s->arena, text);
	if (p->literal.n == 0 && !is_taken(expression, flags)) {
		s->always[s->n_always++] = (uint32_t)i;
		return;
	}
	s->expressions[s->n_in] = expression;
	s->flags[s->n_in] = flags;
	s->ids[s->n_in] = (unsigned)i;
	s->n_in++;
}

static void
leave_out(struct sieve *s, size_t in)
{
	size_t behind = s->n_in - in - 1;

	s->always[s->n_always++] = s->ids[in];
	memmove(s->expressions + in, s->expressions + in + 1,
	    behind * sizeof(*s->expressions));
	memmove(s->flags + in, s->flags + in + 1, behind * sizeof(*s->flags));
	memmove(s->ids + in, s->ids + in + 1, behind * sizeof(*s->ids));
	s->n_in--;
}

/* One attempt; a pattern that is too large for Vectorscan is left out, and
 * then another attempt may do. */
static bool
compile_once(struct sieve *s, bool *is_hopeless)
{
	hs_compile_error_t *error = NULL;
	hs_error_t rc;

	rc = hs_compile_multi(s->expressions, s->flags, s->ids,
	    (unsigned)s->n_in, HS_MODE_BLOCK, NULL, &s->database, &error);
	if (rc == HS_SUCCESS)
		return true;
	s->database = NULL;
	*is_hopeless = error == NULL || error->expression < 0;
	if (!*is_hopeless)
		leave_out(s, (size_t)error->expression);
	hs_free_compile_error(error);
	return false;
}

static void
compile(struct sieve *s)
{
	bool is_hopeless = false;

	for (int i = 0; i < ATTEMPTS && s->n_in != 0 && !is_hopeless; i++)
		if (compile_once(s, &is_hopeless))
			return;
	/* As slow as without Vectorscan, and as right. */
	for (size_t i = 0; i < s->n_in; i++)
		s->always[s->n_always++] = s->ids[i];
	s->n_in = 0;
}

bool
sieve_new(struct sieve **out, const struct sieve_pattern *at, size_t n,
    struct err *e)
{
	struct arena *a = arena_new();
	struct sieve *s = ARENA_ONE(a, struct sieve);

	s->arena = a;
	s->n = n;
	s->expressions = ARENA_MANY(a, const char *, n);
	s->flags = ARENA_MANY(a, unsigned, n);
	s->ids = ARENA_MANY(a, unsigned, n);
	s->always = ARENA_MANY(a, uint32_t, n);
	s->found = ARENA_MANY(a, uint32_t, n);
	for (size_t i = 0; i < n; i++)
		take_pattern(s, i, &at[i]);
	compile(s);
	if (s->database != NULL &&
	    hs_alloc_scratch(s->database, &s->scratch) != HS_SUCCESS) {
		sieve_free(s);
		return err_set(e, "no memory for the scratch of Vectorscan");
	}
	*out = s;
	return true;
}

void
sieve_free(struct sieve *s)
{
	if (s == NULL)
		return;
	hs_free_scratch(s->scratch);
	hs_free_database(s->database);
	arena_free(s->arena);
}

static int
on_match(unsigned id, unsigned long long from, unsigned long long to,
    unsigned flags, void *context)
{
	struct sieve *s = context;

	(void)from;
	(void)to;
	(void)flags;
	/* Once an id is promised; not taken on trust. */
	if (s->n_found < s->n)
		s->found[s->n_found++] = id;
	return 0;
}

static int
order(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void
add_always(struct sieve *s)
{
	for (size_t i = 0; i < s->n_always && s->n_found < s->n; i++)
		s->found[s->n_found++] = s->always[i];
}

static void
add_all(struct sieve *s)
{
	for (size_t i = 0; i < s->n; i++)
		s->found[i] = (uint32_t)i;
	s->n_found = s->n;
}

const uint32_t *
sieve_run(struct sieve *s, struct str text, size_t *n)
{
	hs_error_t rc = HS_SUCCESS;

	s->n_found = 0;
	if (s->database != NULL)
		rc = text.n > UINT32_MAX ? HS_INVALID
		    : hs_scan(s->database, text.n == 0 ? "" : text.p,
		          (unsigned)text.n, 0, s->scratch, on_match, s);
	add_always(s);
	if (rc != HS_SUCCESS)
		add_all(s);
	qsort(s->found, s->n_found, sizeof(*s->found), order);
	*n = s->n_found;
	return s->found;
}
