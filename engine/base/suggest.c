/* SPDX-License-Identifier: Apache-2.0 */
/* Edit distance with swaps of neighbours, three rows at a time. */
#include "base/suggest.h"

#include <stdint.h>
#include <string.h>

enum { WORD_MOST = 64 };

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t
suggest_distance(struct str a, struct str b)
{
	size_t rows[3][WORD_MOST + 1];
	size_t *before = rows[0], *last = rows[1], *now = rows[2], *swap;

	if (a.n > WORD_MOST || b.n > WORD_MOST)
		return SIZE_MAX;
	memset(rows, 0, sizeof(rows));
	for (size_t j = 0; j <= b.n; j++)
		last[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		now[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t cost = a.p[i - 1] != b.p[j - 1];

			now[j] = least(least(last[j], now[j - 1]) + 1,
			    last[j - 1] + cost);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
			    a.p[i - 2] == b.p[j - 1])
				now[j] = least(now[j], before[j - 2] + 1);
		}
		swap = before;
		before = last;
		last = now;
		now = swap;
	}
	return last[b.n];
}

void
suggest_try(struct str word, struct str candidate, struct str *best)
{
	size_t bound = word.n < 3 ? 1 : word.n / 3 + 1, distance;

	/* Each letter more or less is a step. */
	if (word.n > candidate.n + bound || candidate.n > word.n + bound)
		return;
	distance = suggest_distance(word, candidate);
	if (distance > bound)
		return;
	if (best->n == 0 || distance < suggest_distance(word, *best))
		*best = candidate;
}
