/* SPDX-License-Identifier: Apache-2.0 */
/* The text of each pattern that Vectorscan looks for: a plain text up to where
 * its end is rare, of a regex the best that stands in all its matches. */
#include "rule/sievetext.h"

#include "base/arena.h"
#include "base/hash.h"
#include "rule/factor.h"
#include "rule/sieve.h"

enum {
	TEXT_LEAST = 3,      /* bytes */
	FACTOR_STRONG = 10,  /* bytes, digits among letters counting more */
	FACTOR_MIXED = 6,
	FACTOR_SHARED = 4,   /* more regexes that may have it for that */
	TAIL = 8,            /* bytes that Vectorscan looks at first */
	TAIL_SHARED = 4,
	TAILS_LEAST = 1 << 10,
	TAILS_MOST = 1 << 24
};

/* Letters that have one other form, or none: without k and s, which are also
 * a Kelvin sign and a long s. */
static bool
is_plain_letter(char c, bool is_folded)
{
	return (unsigned char)c < 0x80 &&
	    (is_folded || !str_has(STR("kKsS"), c));
}

/* Kana and kanji, which know no capitals. */
static size_t
japanese_at(struct str s, size_t i)
{
	unsigned char c = (unsigned char)s.p[i];

	return c >= 0xe3 && c <= 0xe9 && s.n - i >= 3 ? 3 : 0;
}

/* Cuts a factor of a caseless regex into what may be looked for. */
static void
add_caseless(struct sieve_texts *t, factor_list *out, struct str s)
{
	bool is_folded = t->patterns->is_folded;
	size_t from = 0, i = 0;

	s = str_lower(t->arena, s);
	while (i <= s.n) {
		size_t n = i == s.n ? 0
		    : is_plain_letter(s.p[i], is_folded) ? 1
		    : japanese_at(s, i);

		if (n == 0) {
			if (i > from)
				*VEC_ADD(t->arena, out) = str_sub(s, from, i);
			from = i + 1;
			n = 1;
		}
		i += n;
	}
}

static void
factors_of(struct sieve_texts *t, factor_list *out,
    const struct sieve_pattern *p, bool *is_caseless)
{
	factor_list raw = { 0 };
	const struct str *s;

	*is_caseless = p->is_caseless;
	if (str_has(p->regex, '\0'))
		return;
	regex_factors(&raw, t->arena, p->regex, is_caseless);
	VEC_EACH(s, &raw) {
		if (*is_caseless)
			add_caseless(t, out, *s);
		else
			*VEC_ADD(t->arena, out) = *s;
	}
}

/* Digits among letters are rare. */
static size_t
strength(struct str s)
{
	bool has_digit = false, has_letter = false;

	for (size_t i = 0; i < s.n; i++) {
		has_digit |= ascii_is_digit(s.p[i]);
		has_letter |= ascii_is_alpha(s.p[i]);
	}
	return s.n + (has_digit && has_letter ? FACTOR_MIXED : 0);
}

/* Strong enough, unless many more have it; then what fewest have. */
static bool
is_better(struct sieve_texts *t, struct str one, struct str other)
{
	bool is_strong = strength(one) >= FACTOR_STRONG;
	const uint32_t *n = map_get(&t->shared, one);
	const uint32_t *other_n = map_get(&t->shared, other);

	if (other.n == 0 || other_n == NULL || n == NULL)
		return other.n == 0;
	if (is_strong != (strength(other) >= FACTOR_STRONG))
		return is_strong ? *n <= *other_n + FACTOR_SHARED
		    : *n + FACTOR_SHARED < *other_n;
	if (*n != *other_n)
		return *n < *other_n;
	return strength(one) > strength(other);
}

/* The text in every match of a regex that tells most; "" for none. */
static struct str
best_factor(struct sieve_texts *t, const struct sieve_pattern *p,
    bool *is_caseless)
{
	factor_list factors = { 0 };
	struct str best = { 0 };
	const struct str *s;

	factors_of(t, &factors, p, is_caseless);
	VEC_EACH(s, &factors)
		if (s->n >= TEXT_LEAST && is_better(t, *s, best))
			best = *s;
	return best;
}

static void
count_factors(struct sieve_texts *t)
{
	for (size_t i = 0; i < t->patterns->n; i++) {
		const struct sieve_pattern *p = &t->patterns->at[i];
		factor_list factors = { 0 };
		const struct str *s;
		bool is_caseless;

		if (p->literal.n != 0)
			continue;
		factors_of(t, &factors, p, &is_caseless);
		VEC_EACH(s, &factors)
			++*map_put(&t->shared, *s, 0);
	}
}

static uint8_t *
tail_count(const struct sieve_texts *t, struct str text, size_t end)
{
	return &t->tails[hash_bytes(str_sub(text, end - TAIL, end), 0) &
	    t->tails_mask];
}

static void
count_tails(struct sieve_texts *t)
{
	size_t bytes = 0, room = TAILS_LEAST;

	for (size_t i = 0; i < t->patterns->n; i++)
		bytes += t->patterns->at[i].literal.n;
	while (room < 2 * bytes && room < TAILS_MOST)
		room *= 2;
	t->tails = arena_take(t->arena, room);
	t->tails_mask = room - 1;
	for (size_t i = 0; i < t->patterns->n; i++) {
		struct str text = t->patterns->at[i].literal;

		for (size_t end = TAIL; end <= text.n; end++) {
			uint8_t *n = tail_count(t, text, end);

			*n = (uint8_t)(*n < UINT8_MAX ? *n + 1 : *n);
		}
	}
}

/*
 * Vectorscan hashes the last bytes of a text, and what a thousand patterns
 * end in ("ています") makes it try them all wherever that stands.  So a text
 * is looked for up to where its end is rare.
 */
static struct str
cut_tail(const struct sieve_texts *t, struct str text)
{
	size_t best = text.n, end = text.n;
	uint8_t least = UINT8_MAX;

	for (; end >= TAIL && least > TAIL_SHARED; end--) {
		uint8_t n = *tail_count(t, text, end);

		if (n < least) {
			least = n;
			best = end;
		}
	}
	return str_head(text, best);
}

/*
 * Can Vectorscan be asked?  For texts of three bytes and more only: its
 * engines for regexes, and for a single byte, skip ahead to the next byte that
 * matters and overlook it behind the first 64 bytes (5.4.9: "b", "b\d",
 * "<a[^>]*>"), and two bytes are overlooked where they end a subject of 18 to
 * 34 bytes.
 */
bool
sieve_texts_any(struct sieve_texts *t, const struct sieve_pattern *p)
{
	factor_list factors = { 0 };
	bool is_caseless;
	const struct str *s;

	if (p->literal.n != 0)
		return p->literal.n >= TEXT_LEAST;
	factors_of(t, &factors, p, &is_caseless);
	VEC_EACH(s, &factors)
		if (s->n >= TEXT_LEAST)
			return true;
	return false;
}

void
sieve_texts_count(struct sieve_texts *t)
{
	map_init(&t->shared, t->arena);
	count_factors(t);
	count_tails(t);
}

struct str
sieve_texts_of(struct sieve_texts *t, const struct sieve_pattern *p,
    bool *is_caseless)
{
	*is_caseless = false;
	if (p->literal.n != 0)
		return cut_tail(t, p->literal);
	return best_factor(t, p, is_caseless);
}
