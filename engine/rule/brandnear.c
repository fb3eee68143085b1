/* SPDX-License-Identifier: Apache-2.0 */
/* One edit: two words meet where each has lost at most one letter. */
#include "rule/brandnear.h"

#include "base/arena.h"
#include "base/utf8.h"

void
near_init(struct near_index *n, struct arena *a)
{
	n->arena = a;
	map_init(&n->pieces, a);
	map_init(&n->words, a);
}

static bool
is_gap(char c)
{
	return c == '-' || c == ' ';
}

/* Bytes of so many letters, each of four at most. */
static bool
is_short_enough(struct str s)
{
	return s.n <= 4 * (NEAR_MOST + 1);
}

static bool
is_word(struct str s)
{
	size_t at = 0;

	while (at < s.n && is_short_enough(s))
		if (is_gap(s.p[at]))
			at++;
		else if (near_script_of(utf8_next(s, &at)) == NEAR_NONE)
			return false;
	return s.n != 0 && at == s.n;
}

static bool
is_japanese(struct str s)
{
	size_t at = 0;

	while (at < s.n)
		if (near_script_of(utf8_next(s, &at)) >= NEAR_HIRAGANA)
			return true;
	return false;
}

/* Has it letters enough to be known by all but one of them? */
static bool
is_long(struct str look)
{
	size_t n = utf8_is_ascii(look) ? look.n : utf8_count(look);

	return n >= NEAR_LEAST && n <= NEAR_MOST;
}

/* A name without its form of company, which says nothing of whose it is. */
static struct str
name_of(struct str word)
{
	static const struct str forms[] = {
		STR_INIT("株式会社"), STR_INIT("有限会社"),
		STR_INIT("合同会社"),
	};

	for (size_t i = 0; i < nitems(forms); i++) {
		str_skip(&word, forms[i]);
		if (str_ends(word, forms[i]))
			word.n -= forms[i].n;
	}
	return word;
}

static void
keep(struct near_index *n, struct str piece, const struct near_word *word)
{
	uint32_t *first = map_put(&n->pieces, piece, UINT32_MAX);
	struct near_word *w;
	uint32_t old = *first;

	*first = (uint32_t)n->list.n;
	w = VEC_ADD(n->arena, &n->list);
	*w = *word;
	w->next = old;
}

/* The word without the letter at a place, which moves behind it. */
static struct str
without(struct arena *a, struct str s, size_t *at)
{
	struct str head = str_head(s, *at);

	utf8_next(s, at);
	return str_cat(a, head, str_from(s, *at));
}

void
near_add(struct near_index *n, uint32_t brand, struct str word)
{
	struct near_word w = { .brand = brand, .text = name_of(word) };

	if (!is_word(word) || map_get(&n->words, word) != NULL)
		return;
	w.look = near_look(n->arena, w.text);
	if (utf8_count(w.look) < NEAR_LEAST_ALIKE)
		return;
	map_put(&n->words, word, brand);
	map_put(&n->words, w.text, brand);
	keep(n, w.look, &w);
	if (is_long(w.look))
		for (size_t at = 0; at < w.look.n;)
			keep(n, without(n->arena, w.look, &at), &w);
}

/* A word in numbers of its letters. */
struct letters {
	uint32_t at[NEAR_MOST + 2];
	size_t n;
};

static void
spell(struct letters *l, struct str s)
{
	size_t at = 0;

	l->n = 0;
	while (at < s.n && l->n < NEAR_MOST + 2)
		l->at[l->n++] = utf8_next(s, &at);
}

/* Where two words differ that are one edit apart; a is not the longer one. */
static bool
find_edit(const struct letters *a, const struct letters *b, size_t *where)
{
	size_t at = 0, tail = 0;

	if (b->n - a->n > 1)
		return false;
	while (at < a->n && a->at[at] == b->at[at])
		at++;
	while (tail < a->n - at &&
	    a->at[a->n - 1 - tail] == b->at[b->n - 1 - tail])
		tail++;
	*where = at;
	if (at == b->n)
		return false;
	if (at + tail >= b->n - 1)
		return true;
	return a->n == b->n && at + tail == a->n - 2 &&
	    a->at[at] == b->at[at + 1] && a->at[at + 1] == b->at[at];
}

bool
near_is_one_edit(struct str a, struct str b)
{
	struct letters x, y;
	size_t where;

	spell(&x, a);
	spell(&y, b);
	return x.n > y.n ? find_edit(&y, &x, &where)
	    : find_edit(&x, &y, &where);
}

/* May the letter be a slip in a Japanese word of n letters? */
static bool
is_slight(uint32_t point, size_t n)
{
	enum near_script script = near_script_of(point);

	return script == NEAR_HIRAGANA || script == NEAR_KATAKANA ||
	    (script == NEAR_KANJI && n >= NEAR_LEAST);
}

/* An edit of which the other word is no name of its own: a kanji says too
 * much in a short one, and so does a letter before an everyday word. */
static bool
is_slip(struct str a, struct str b)
{
	struct letters x, y;
	const struct letters *shorter = &x, *longer = &y;
	size_t at;

	spell(&x, a);
	spell(&y, b);
	if (x.n > y.n) {
		shorter = &y;
		longer = &x;
	}
	if (!find_edit(shorter, longer, &at))
		return false;
	if (!is_japanese(a))
		return true;
	return is_slight(longer->at[at], shorter->n) &&
	    (shorter->n != longer->n ||
	    is_slight(shorter->at[at], shorter->n));
}

static bool
has_gap(struct str s)
{
	return str_has(s, '-') || str_has(s, ' ');
}

static bool
find_piece(const struct near_index *n, struct str piece, struct str look,
    struct near_hit *hit)
{
	const uint32_t *first = map_get(&n->pieces, piece);

	for (uint32_t i = first == NULL ? UINT32_MAX : *first;
	    i != UINT32_MAX; i = n->list.at[i].next) {
		const struct near_word *w = &n->list.at[i];
		bool is_same = str_eq(w->look, look);

		if (!is_same && (!is_long(w->look) || !is_slip(w->look, look)))
			continue;
		*hit = (struct near_hit){ w->brand, w->text,
			is_same && !has_gap(w->text) };
		return true;
	}
	return false;
}

/* The same to the eye, whatever gaps there are. */
static bool
find_same(const struct near_index *n, struct str look, struct near_hit *hit)
{
	const uint32_t *first = map_get(&n->pieces, look);

	for (uint32_t i = first == NULL ? UINT32_MAX : *first;
	    i != UINT32_MAX; i = n->list.at[i].next) {
		const struct near_word *w = &n->list.at[i];

		if (!str_eq(w->look, look))
			continue;
		*hit = (struct near_hit){ w->brand, w->text, false };
		return true;
	}
	return false;
}

bool
near_find(const struct near_index *n, struct arena *scratch, struct str word,
    struct near_hit *hit)
{
	struct str look;

	word = name_of(word);
	if (n->list.n == 0 || word.n < NEAR_LEAST_ALIKE ||
	    !is_short_enough(word) || map_get(&n->words, word) != NULL)
		return false;
	look = near_look(scratch, word);
	if (has_gap(word))
		return find_same(n, look, hit);
	if (find_piece(n, look, look, hit))
		return true;
	/* One letter short of the shortest may still be one of them. */
	if (look.n + 1 < NEAR_LEAST || look.n > 4 * (NEAR_MOST + 1))
		return false;
	for (size_t at = 0; at < look.n;)
		if (find_piece(n, without(scratch, look, &at), look, hit))
			return true;
	return false;
}
