/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second half of the skeleton: single letters that blanks, dots or dashes
 * keep apart are moved together.  Words of more letters stay apart.
 */
#include "mail/fold.h"

#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/foldtable.h"
#include "mail/skeleton.h"

/* "k . a": more than this between two letters is a gap, not a trick.
 * Fewer letters than this are initials. */
enum { BETWEEN_MOST = 3, LETTERS_LEAST = 3 };

/* One word, or what stands between two, in the folded text. */
struct piece {
	size_t begin, end;
	bool is_gap;
	bool is_close; /* a gap that may vanish, a word of one letter */
};

enum sort { LETTER, SEPARATOR, PUNCTUATION };

static enum sort
sort_of(uint32_t c)
{
	static const uint32_t dots[] = { 0xb7, 0x2022, 0x2027, 0x22c5, 0x30fb };

	if (c < 0x80 && ascii_is_alnum((char)c))
		return LETTER;
	if (c < 0x80)
		return c != 0 && strchr(" .-_~*/,:;'+=", (int)c) != NULL
		    ? SEPARATOR : PUNCTUATION;
	for (size_t i = 0; i < nitems(dots); i++)
		if (c == dots[i])
			return SEPARATOR;
	return (c >= 0x2000 && c < 0x2070) || (c >= 0x3001 && c < 0x3004) ||
	    (c >= 0x3008 && c < 0x3020) ? PUNCTUATION : LETTER;
}

static struct piece
piece_next(const struct folded *f, size_t at)
{
	struct piece p = { .begin = at, .end = at };
	size_t count = 0;
	bool is_one_source = true, has_punctuation = false;

	while (at < f->text.n) {
		size_t begin = at;
		enum sort sort = sort_of(utf8_next(f->text, &at));
		bool is_gap = sort != LETTER;

		if (p.end != p.begin && is_gap != p.is_gap)
			break;
		p.is_gap = is_gap;
		p.end = at;
		count++;
		has_punctuation |= sort == PUNCTUATION;
		/* "m" looks like "rn" and is still one letter. */
		if (f->from[begin] != f->from[p.begin])
			is_one_source = false;
	}
	p.is_close = p.is_gap ? count <= BETWEEN_MOST && !has_punctuation
	    : is_one_source;
	return p;
}

/*
 * The end of the spelled-out word that begins with the letter first, or
 * first's own end when there is none.  Gaps and letters take turns.
 */
static size_t
spelled_end(const struct folded *f, struct piece first)
{
	struct piece p = first, gap;
	size_t letters = 1, end = first.end;

	for (;;) {
		gap = piece_next(f, p.end);
		if (!gap.is_close || !gap.is_gap)
			break;
		p = piece_next(f, gap.end);
		if (!p.is_close || p.is_gap || p.begin == p.end)
			break;
		letters++;
		end = p.end;
	}
	return letters < LETTERS_LEAST ? first.end : end;
}

struct squeeze {
	char *text;
	uint32_t *from;
	size_t n;
};

static void
keep(struct squeeze *to, const struct folded *f, size_t begin, size_t end)
{
	memcpy(to->text + to->n, f->text.p + begin, end - begin);
	memcpy(to->from + to->n, f->from + begin,
	    (end - begin) * sizeof(*f->from));
	to->n += end - begin;
}

static void
keep_letters(struct squeeze *to, const struct folded *f, struct piece p,
    size_t end)
{
	for (; p.begin < end; p = piece_next(f, p.end))
		if (!p.is_gap)
			keep(to, f, p.begin, p.end);
}

struct folded
skeleton_squeeze(struct arena *a, const struct folded *f)
{
	struct squeeze to = {
		.text = arena_take(a, f->text.n),
		.from = ARENA_MANY(a, uint32_t, f->text.n + 1)
	};

	for (size_t at = 0; at < f->text.n;) {
		struct piece p = piece_next(f, at);
		size_t end = p.end;

		if (!p.is_gap && p.is_close)
			end = spelled_end(f, p);
		if (end == p.end)
			keep(&to, f, p.begin, p.end);
		else
			keep_letters(&to, f, p, end);
		at = end;
	}
	to.from[to.n] = f->from[f->text.n];
	return (struct folded){ { to.text, to.n }, to.from };
}
