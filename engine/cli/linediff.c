/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The longest common sequence of lines by the table, once what is the same at
 * both ends is taken off; where that would be too large a table, all in
 * between counts as changed.
 */
#include "cli/linediff.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "cli/terminal.h"

enum { CONTEXT = 3, CELLS_MOST = 16 << 20 };

typedef VEC(struct str) text_lines;

/* One line of the outcome: ' ', '-' or '+'. */
struct edit {
	char sign;
	struct str line;
};

struct diff {
	struct arena *arena;
	text_lines a, b;
	VEC(struct edit) edits;
};

static void
split(text_lines *out, struct arena *a, struct str s)
{
	struct str line;

	while (str_next(&s, '\n', &line))
		if (s.n != 0 || line.n != 0)
			*VEC_ADD(a, out) = line;
}

static void
add(struct diff *d, char sign, struct str line)
{
	*VEC_ADD(d->arena, &d->edits) = (struct edit){ sign, line };
}

/* cells[i][j]: how much of a[i..] and b[j..] is common. */
static void
add_middle(struct diff *d, size_t from, size_t end_a, size_t end_b)
{
	size_t n = end_a - from, m = end_b - from, i = 0, j = 0;
	bool is_small = n == 0 || m < CELLS_MOST / (n + 1);
	uint32_t *cells = is_small ? ARENA_MANY(d->arena, uint32_t,
	    (n + 1) * (m + 1)) : NULL;
	const struct str *a = d->a.at + from, *b = d->b.at + from;

	for (size_t x = n; is_small && x-- > 0;)
		for (size_t y = m; y-- > 0;) {
			uint32_t down = cells[(x + 1) * (m + 1) + y];
			uint32_t right = cells[x * (m + 1) + y + 1];

			cells[x * (m + 1) + y] = str_eq(a[x], b[y])
			    ? cells[(x + 1) * (m + 1) + y + 1] + 1
			    : down > right ? down : right;
		}
	while (i < n || j < m) {
		if (is_small && i < n && j < m && str_eq(a[i], b[j])) {
			add(d, ' ', a[i++]);
			j++;
		} else if (i < n && (j == m || !is_small ||
		    cells[(i + 1) * (m + 1) + j] >=
		    cells[i * (m + 1) + j + 1])) {
			add(d, '-', a[i++]);
		} else {
			add(d, '+', b[j++]);
		}
	}
}

static void
compare(struct diff *d)
{
	size_t from = 0, end_a = d->a.n, end_b = d->b.n;

	while (from < end_a && from < end_b &&
	    str_eq(d->a.at[from], d->b.at[from]))
		add(d, ' ', d->a.at[from++]);
	while (end_a > from && end_b > from &&
	    str_eq(d->a.at[end_a - 1], d->b.at[end_b - 1])) {
		end_a--;
		end_b--;
	}
	add_middle(d, from, end_a, end_b);
	for (; end_a < d->a.n; end_a++)
		add(d, ' ', d->a.at[end_a]);
}

/* Where the hunk that begins at a change ends: behind the last change that
 * no more than two contexts lie before. */
static size_t
hunk_end(const struct diff *d, size_t from)
{
	size_t end = from, same = 0;

	for (size_t i = from; i < d->edits.n && same <= 2 * CONTEXT; i++) {
		same = d->edits.at[i].sign == ' ' ? same + 1 : 0;
		if (same == 0)
			end = i + 1;
	}
	return end + CONTEXT < d->edits.n ? end + CONTEXT : d->edits.n;
}

static void
add_hunk(struct buf *to, const struct diff *d, size_t from, size_t end)
{
	size_t line[2] = { 1, 1 }, n[2] = { 0, 0 };

	for (size_t i = 0; i < end; i++) {
		const struct edit *e = &d->edits.at[i];
		size_t *count = i < from ? line : n;

		count[0] += e->sign != '+';
		count[1] += e->sign != '-';
	}
	buf_printf(to, "@@ -%zu,%zu +%zu,%zu @@\n", line[0], n[0], line[1],
	    n[1]);
	for (size_t i = from; i < end; i++) {
		buf_add_byte(to, d->edits.at[i].sign);
		buf_add_str(to, d->edits.at[i].line);
		buf_add_byte(to, '\n');
	}
}

void
linediff(struct buf *to, struct arena *scratch, struct str name,
    struct str before, struct str after)
{
	struct diff d = { .arena = scratch };
	size_t at = 0;

	if (str_eq(before, after))
		return;
	split(&d.a, scratch, before);
	split(&d.b, scratch, after);
	compare(&d);
	buf_printf(to, "--- %" STR_FMT "\n+++ %" STR_FMT "\n", STR_ARG(name),
	    STR_ARG(name));
	while (at < d.edits.n) {
		size_t end;

		if (d.edits.at[at].sign == ' ') {
			at++;
			continue;
		}
		end = hunk_end(&d, at);
		add_hunk(to, &d, at > CONTEXT ? at - CONTEXT : 0, end);
		at = end;
	}
}

void
linediff_show(struct buf *to, const struct terminal *t, struct str diff)
{
	struct str line;

	while (diff.n != 0 && str_next(&diff, '\n', &line)) {
		enum ink ink = str_starts(line, STR("+")) ? INK_GREEN
		    : str_starts(line, STR("-")) ? INK_RED : INK_PLAIN;

		if (ink != INK_PLAIN)
			buf_add_str(to, str_of(terminal_ink(t, ink)));
		if (t->is_terminal)
			terminal_text(to, line);
		else
			buf_add_str(to, line);
		if (ink != INK_PLAIN)
			buf_add_str(to, str_of(terminal_ink(t, INK_PLAIN)));
		buf_add_byte(to, '\n');
	}
}
