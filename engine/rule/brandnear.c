/* SPDX-License-Identifier: Apache-2.0 */
/* One edit: two words meet where each has lost at most one letter. */
#include "rule/brandnear.h"

#include "base/arena.h"

void
near_init(struct near_index *n, struct arena *a)
{
	n->arena = a;
	map_init(&n->pieces, a);
	map_init(&n->words, a);
}

static bool
is_word(struct str s)
{
	if (s.n < NEAR_LEAST || s.n > NEAR_MOST)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_digit(s.p[i]) && (s.p[i] < 'a' || s.p[i] > 'z'))
			return false;
	return true;
}

/* The word without its letter number i; all of it for i = n. */
static struct str
without(struct arena *a, struct str s, size_t i)
{
	return i >= s.n ? s : str_cat(a, str_head(s, i), str_from(s, i + 1));
}

static void
keep(struct near_index *n, struct str piece, uint32_t brand, struct str word)
{
	uint32_t *first = map_put(&n->pieces, piece, UINT32_MAX);
	struct near_word *w;
	uint32_t old = *first;

	*first = (uint32_t)n->list.n;
	w = VEC_ADD(n->arena, &n->list);
	*w = (struct near_word){ brand, word, old };
}

void
near_add(struct near_index *n, uint32_t brand, struct str word)
{
	if (!is_word(word) || map_get(&n->words, word) != NULL)
		return;
	map_put(&n->words, word, brand);
	for (size_t i = 0; i <= word.n; i++)
		keep(n, without(n->arena, word, i), brand, word);
}

bool
near_is_one_edit(struct str a, struct str b)
{
	size_t at = 0, tail = 0;

	if (a.n > b.n)
		return near_is_one_edit(b, a);
	if (b.n - a.n > 1 || str_eq(a, b))
		return false;
	while (at < a.n && a.p[at] == b.p[at])
		at++;
	while (tail < a.n - at && a.p[a.n - 1 - tail] == b.p[b.n - 1 - tail])
		tail++;
	if (at + tail >= b.n - 1)
		return true;
	return a.n == b.n && at + tail == a.n - 2 &&
	    a.p[at] == b.p[at + 1] && a.p[at + 1] == b.p[at];
}

static bool
find_piece(const struct near_index *n, struct str piece, struct str word,
    uint32_t *brand, struct str *meant)
{
	const uint32_t *first = map_get(&n->pieces, piece);

	for (uint32_t i = first == NULL ? UINT32_MAX : *first;
	    i != UINT32_MAX; i = n->list.at[i].next) {
		const struct near_word *w = &n->list.at[i];

		if (!near_is_one_edit(w->text, word))
			continue;
		*brand = w->brand;
		*meant = w->text;
		return true;
	}
	return false;
}

bool
near_find(const struct near_index *n, struct arena *scratch, struct str word,
    uint32_t *brand, struct str *meant)
{
	/* One letter short of the shortest may still be one of them. */
	if (word.n + 1 < NEAR_LEAST || word.n > NEAR_MOST + 1 ||
	    n->list.n == 0 || map_get(&n->words, word) != NULL)
		return false;
	for (size_t i = 0; i <= word.n; i++)
		if (find_piece(n, without(scratch, word, i), word, brand,
		    meant))
			return true;
	return false;
}
