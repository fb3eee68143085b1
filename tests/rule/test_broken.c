/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packs broken by a seeded mutator in the ways that authors break them: keys,
 * types, indents, quotes, dates, names in "when", masks, encodings.  Each is
 * read; what means something else is never accepted in silence, and the place
 * that is told lies within two lines of the damage.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/vec.h"
#include "conf/node.h"
#include "rule/pack.h"
#include "../draw.h"

enum { MUTANTS = 10000, NEAR = 2, TOLD_MOST = 20, BYTES_MOST = 1 << 20 };

static const struct node_limits limits = {
	.bytes = BYTES_MOST, .depth = 16, .nodes = 200000,
};

struct spot {
	const struct node *node;
	const struct node *parent;
	unsigned depth;
	bool is_free_key;       /* the author's own name, or a language */
};

struct base {
	struct str text;
	struct node *root;
	VEC(struct str) lines;
	VEC(struct spot) spots;
};

struct mutant {
	const struct base *base;
	struct arena *arena;
	const char *how;
	struct str text;
	uint32_t first, last;   /* lines that were damaged */
	bool must_fail;         /* an error, and not only a change */
};

static uint32_t
below(size_t n)
{
	return (uint32_t)(draw_step(&draw_seed) % (n == 0 ? 1 : n));
}

static bool
is_one_of(struct str s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(s, words[i]))
			return true;
	return false;
}

static void
collect(struct base *b, struct arena *a, const struct node *node,
    unsigned depth)
{
	static const char *const own[] = { "groups", "exceptions", "brands",
		"title", "say", "facts", "header", "headers", "text" };
	const struct node *child;

	NODE_EACH(child, node) {
		*VEC_ADD(a, &b->spots) = (struct spot){ child, node, depth,
			node->type != NODE_MAP ||
			is_one_of(node->key, own, nitems(own)) };
		collect(b, a, child, depth + 1);
	}
}

static void
base_read(struct base *b, struct arena *a, struct str text)
{
	struct str rest = text, line;
	struct diags d;

	*b = (struct base){ .text = text };
	diags_init(&d, a);
	diags_file(&d, STR("base"), text);
	assert_true(node_read(&b->root, a, text, &limits, &d));
	while (rest.n != 0 && str_next(&rest, '\n', &line))
		*VEC_ADD(a, &b->lines) = line;
	collect(b, a, b->root, 0);
}

/* The text with one line replaced. */
static void
set_line(struct mutant *m, uint32_t n, struct str line)
{
	struct buf b;

	buf_init_arena(&b, m->arena, 2 * BYTES_MOST);
	for (uint32_t i = 1; i <= m->base->lines.n; i++) {
		buf_add_str(&b, i == n ? line : m->base->lines.at[i - 1]);
		buf_add_byte(&b, '\n');
	}
	m->text = buf_str(&b);
	m->first = m->last = n;
}

static struct str
line_of(const struct mutant *m, uint32_t n)
{
	return m->base->lines.at[n - 1];
}

static const struct spot *
any_spot(const struct mutant *m)
{
	return &m->base->spots.at[below(m->base->spots.n)];
}

/* s with one letter swapped, dropped, doubled or another. */
static struct str
typo(struct arena *a, struct str s)
{
	char *p = arena_take(a, s.n + 2);
	size_t at = below(s.n), n = s.n;

	memcpy(p, s.p, s.n);
	switch (below(4)) {
	case 0:
		memmove(p + at, p + at + 1, n - at - 1);
		n--;
		break;
	case 1:
		memmove(p + at + 1, p + at, n - at);
		n++;
		break;
	case 2:
		p[at] = (char)('a' + below(26));
		break;
	default:
		if (at + 1 < n) {
			char c = p[at];

			p[at] = p[at + 1];
			p[at + 1] = c;
		}
	}
	return (struct str){ p, n };
}

static bool
damage_key(struct mutant *m)
{
	const struct spot *s = any_spot(m);
	struct str line, key = s->node->key, wrong;
	size_t at;

	if (s->is_free_key || key.n < 2 || str_starts(key, STR("x-")))
		return false;
	line = line_of(m, s->node->key_mark.line);
	at = str_find_str(line, key);
	wrong = typo(m->arena, key);
	if (at == line.n || str_eq(wrong, key) || wrong.n == 0 ||
	    node_get(s->parent, str_cstr(m->arena, wrong)) != NULL)
		return false;
	set_line(m, s->node->key_mark.line, str_cat(m->arena,
	    str_head(line, at), wrong, str_from(line, at + key.n)));
	m->must_fail = true;
	return true;
}

static bool
damage_type(struct mutant *m)
{
	static const char *const keys[] = { "pack", "kind", "revision",
		"status", "mode", "created", "updated", "expires",
		"review_by", "severity", "confidence", "tlp", "want", "score",
		"more", "cap", "max", "add", "basis", "expect" };
	static const char *const values[] = { "[a, b]", "{a: b}", "", "~",
		"- 1", "1e3", "0x10", "yess", "\"\"", "*x", "&x", "!!int 3",
		"-1", "|", "@", "%", "{a", "[a" };
	const struct spot *s = any_spot(m);
	struct str line, text = s->node->text;
	size_t at;

	if (s->is_free_key || !is_one_of(s->node->key, keys, nitems(keys)) ||
	    s->node->type != NODE_TEXT || s->node->style != NODE_PLAIN)
		return false;
	line = line_of(m, s->node->mark.line);
	at = str_find_str(line, str_cat(m->arena, s->node->key, STR(": "),
	    text));
	if (at == line.n)
		return false;
	at += s->node->key.n + 2;
	set_line(m, s->node->mark.line, str_cat(m->arena, str_head(line, at),
	    str_of(values[below(nitems(values))]), str_from(line,
	    at + text.n)));
	m->must_fail = true;
	return true;
}

static bool
damage_indent(struct mutant *m)
{
	uint32_t n = 1 + below(m->base->lines.n), by = 1 + below(3);
	struct str line = line_of(m, n);
	size_t blanks = 0;

	while (blanks < line.n && line.p[blanks] == ' ')
		blanks++;
	if (blanks == line.n)
		return false;
	if (below(2) == 0)
		set_line(m, n, str_cat(m->arena, str_head(STR("   "), by),
		    line));
	else if (blanks >= by)
		set_line(m, n, str_from(line, by));
	else
		return false;
	return true;
}

static bool
damage_quote(struct mutant *m)
{
	uint32_t n = 1 + below(m->base->lines.n);
	struct str line = line_of(m, n);
	size_t at = str_find_str(line, STR(": \"")) + 2;

	/* A value in quotes, from its first to its last. */
	if (at >= line.n || !str_ends(line, STR("\"")))
		return false;
	if (below(2) == 0)
		at = line.n - 1;
	set_line(m, n, str_cat(m->arena, str_head(line, at),
	    str_from(line, at + 1)));
	return true;
}

static bool
damage_date(struct mutant *m)
{
	static const char *const keys[] = { "created", "updated", "expires",
		"review_by", "first", "last", "at" };
	static const char *const days[] = { "2026-13-01", "2026-02-30",
		"2026/2/9", "20260209", "2026-2-9", "09.02.2026", "26-02-09",
		"2026-02", "2026年2月9日", "1926-02-09", "2026-02-0９" };
	const struct spot *s = any_spot(m);
	struct str line;
	size_t at;

	if (!is_one_of(s->node->key, keys, nitems(keys)) ||
	    s->node->type != NODE_TEXT)
		return false;
	line = line_of(m, s->node->mark.line);
	at = str_find_str(line, str_cat(m->arena, s->node->key, STR(": "),
	    s->node->text));
	if (at == line.n)
		return false;
	at += s->node->key.n + 2;
	set_line(m, s->node->mark.line, str_cat(m->arena, str_head(line, at),
	    str_of(days[below(nitems(days))]),
	    str_from(line, at + s->node->text.n)));
	m->must_fail = true;
	return true;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || c == '_';
}

/* A word of the condition, on whichever of its lines. */
static bool
damage_when(struct mutant *m)
{
	const struct node *when = node_get(m->base->root, "when");
	uint32_t n;
	struct str line, word, wrong;
	size_t from, to;

	if (when == NULL)
		return false;
	n = node_content(when).line + below(6);
	if (n > m->base->lines.n || n <= when->key_mark.line)
		n = when->key_mark.line;
	line = line_of(m, n);
	if (n != when->key_mark.line && !str_starts(line, STR("  ")))
		return false;
	from = n == when->key_mark.line ? 6 : below(line.n);
	while (from < line.n && !is_letter(line.p[from]))
		from++;
	while (from > 0 && is_letter(line.p[from - 1]))
		from--;
	for (to = from; to < line.n && is_letter(line.p[to]);)
		to++;
	word = str_sub(line, from, to);
	if (word.n < 4 || (to < line.n && line.p[to] == '*') || str_is(word,
	    "when"))
		return false;
	wrong = typo(m->arena, word);
	if (str_eq(wrong, word))
		return false;
	set_line(m, n, str_cat(m->arena, str_head(line, from), wrong,
	    str_from(line, to)));
	m->first = when->key_mark.line;
	m->must_fail = true;
	return true;
}

static bool
damage_bytes(struct mutant *m)
{
	static const struct str bytes[] = { STR_INIT("\x80"),
		STR_INIT("\xff"), STR_INIT("\xe3\x81"), STR_INIT("\x83\x4a"),
		{ "\0", 1 }, STR_INIT("\x1b$B"), STR_INIT("\x07"),
		STR_INIT("\xed\xa0\x80"), STR_INIT("\xc0\xae"),
		STR_INIT("\xe2\x80\xa8") };
	uint32_t n = 1 + below(m->base->lines.n);
	struct str line = line_of(m, n);
	size_t at = below(line.n + 1);

	while (at < line.n && ((unsigned char)line.p[at] & 0xc0) == 0x80)
		at++;
	set_line(m, n, below(12) == 0 && n == 1
	    ? str_cat(m->arena, STR("\xef\xbb\xbf"), line)
	    : str_cat(m->arena, str_head(line, at),
	          bytes[below(nitems(bytes))], str_from(line, at)));
	m->must_fail = true;
	return true;
}

static bool
damage_tab(struct mutant *m)
{
	uint32_t n = 1 + below(m->base->lines.n);
	struct str line = line_of(m, n);

	if (!str_starts(line, STR("  ")) || str_trim(line).n == 0)
		return false;
	set_line(m, n, str_cat(m->arena, STR("\t"), str_from(line, 2)));
	return true;
}

static bool
damage_line_twice(struct mutant *m)
{
	const struct spot *s = any_spot(m);
	uint32_t n = s->node->key_mark.line;
	struct str line;

	if (s->node->key.n == 0 || s->node->type != NODE_TEXT)
		return false;
	line = line_of(m, n);
	if (str_starts(str_trim(line), STR("- ")) ||
	    s->node->style == NODE_BLOCK || s->node->style == NODE_FOLDED)
		return false;
	set_line(m, n, str_cat(m->arena, line, STR("\n"), line));
	m->last = n + 1;
	m->must_fail = true;
	return true;
}

/* Line n stands below "groups:" and is no comment. */
static bool
is_in_groups(const struct mutant *m, uint32_t n)
{
	if (str_starts(str_trim(line_of(m, n)), STR("#")))
		return false;
	while (n > 1 && (line_of(m, n).n == 0 || line_of(m, n).p[0] == ' ' ||
	    line_of(m, n).p[0] == '#'))
		n--;
	return str_starts(line_of(m, n), STR("groups:"));
}

/* The name that somebody registered is masked, and nothing else is left that
 * would tell the host from any other. */
static bool
damage_mask(struct mutant *m)
{
	static const struct str masks[] = { STR_INIT("●●●"),
		STR_INIT("***"), STR_INIT("○○"), STR_INIT("×××") };
	uint32_t n = 1 + below(m->base->lines.n);
	struct str line = line_of(m, n), tail = line;
	size_t dot = line.n, from, end;

	while (str_find_str(tail, STR("[.]")) < tail.n) {
		dot = line.n - tail.n + str_find_str(tail, STR("[.]"));
		tail = str_from(line, dot + 3);
	}
	if (dot == line.n || str_has(line, '/') || !is_in_groups(m, n))
		return false;
	for (end = 0; end < tail.n && ascii_is_alpha(tail.p[end]);)
		end++;
	for (from = dot; from > 0 && (ascii_is_alnum(line.p[from - 1]) ||
	    line.p[from - 1] == '-');)
		from--;
	if (from == dot || end == 0)
		return false;
	set_line(m, n, str_cat(m->arena, str_head(line, from),
	    masks[below(nitems(masks))], str_from(line, dot)));
	return true;
}

static const struct {
	const char *name;
	bool (*damage)(struct mutant *m);
} ways[] = {
	{ "key", damage_key },
	{ "type", damage_type },
	{ "indent", damage_indent },
	{ "quote", damage_quote },
	{ "date", damage_date },
	{ "when", damage_when },
	{ "bytes", damage_bytes },
	{ "tab", damage_tab },
	{ "line twice", damage_line_twice },
	{ "mask", damage_mask },
};

/* The same but for blanks. */
static bool
is_text_same(struct str x, struct str y)
{
	size_t i = 0, j = 0;

	for (;;) {
		while (i < x.n && ascii_is_space(x.p[i]))
			i++;
		while (j < y.n && ascii_is_space(y.p[j]))
			j++;
		if (i == x.n || j == y.n)
			return i == x.n && j == y.n;
		if (x.p[i++] != y.p[j++])
			return false;
	}
}

static bool
is_same(const struct node *x, const struct node *y)
{
	const struct node *left = x->first, *right = y->first;

	if (x->type != y->type || x->n != y->n || !str_eq(x->key, y->key) ||
	    (x->type == NODE_TEXT && !is_text_same(x->text, y->text)))
		return false;
	for (; left != NULL; left = left->next, right = right->next)
		if (!is_same(left, right))
			return false;
	return true;
}

static bool
means_the_same(const struct mutant *m)
{
	struct node *root;
	struct diags d;

	diags_init(&d, m->arena);
	diags_file(&d, STR("m"), m->text);
	return node_read(&root, m->arena, m->text, &limits, &d) &&
	    is_same(root, m->base->root);
}

static bool
is_near(const struct mutant *m, const struct diags *d)
{
	const struct diag *one;

	VEC_EACH(one, &d->list)
		if (one->level != DIAG_NOTE &&
		    one->mark.line + NEAR >= m->first &&
		    one->mark.line <= m->last + NEAR)
			return true;
	return false;
}

/* "" when all is well. */
static const char *
judge(const struct mutant *m)
{
	struct pack *pack;
	struct diags d;
	bool is_read;

	diags_init(&d, m->arena);
	is_read = pack_read(&pack, m->arena, STR("m.pack.yaml"), m->text, &d);
	if (is_read && means_the_same(m))
		return "";
	if (m->must_fail && is_read && !is_near(m, &d))
		return "accepted";
	if (is_read && d.errors + d.warnings == 0)
		return "accepted in silence";
	return is_near(m, &d) ? "" : "told far from the damage";
}

static void
read_bases(struct arena *a, struct base *bases, size_t *n)
{
	const char *source = getenv("srcdir");
	file_list files = { 0 };
	struct str *file;
	struct err e;

	*n = 0;
	assert_true(file_walk(&files, a, str_cstr(a, str_cat(a,
	    str_of(source == NULL ? "." : source), STR("/rules/campaigns"))),
	    STR(".pack.yaml"), &e));
	VEC_EACH(file, &files) {
		struct str text;

		assert_true(file_read(&text, a, str_cstr(a, *file), BYTES_MOST,
		    &e));
		base_read(&bases[(*n)++], a, text);
	}
	assert_true(*n >= 5);
}

static void
print_mutant(const struct mutant *m, const char *why)
{
	struct str rest = m->text, line;
	uint32_t n = 1;

	print_error("%s: %s\n", m->how, why);
	for (; rest.n != 0 && str_next(&rest, '\n', &line); n++)
		if (n + 1 >= m->first && n <= m->last + 1)
			print_error("  %u: %.*s\n", n,
			    STR_ARG(str_head(line, 100)));
}

static void
test_a_broken_pack_is_told_where_it_is_broken(void **state)
{
	const char *other = getenv("SEKISHO_SEED"); /* for a longer hunt */
	struct arena *a = arena_new();
	struct base bases[16];
	size_t n, bad = 0, made = 0;

	(void)state;
	draw_seed = other != NULL ? strtoull(other, NULL, 10) : 20260209;
	read_bases(a, bases, &n);
	while (made < MUTANTS) {
		size_t way = below(nitems(ways));
		struct mutant m = { .base = &bases[below(n)],
			.arena = arena_new(), .how = ways[way].name };
		const char *why;

		if (ways[way].damage(&m)) {
			made++;
			why = judge(&m);
			bad += why[0] != '\0';
			if (why[0] != '\0' && bad <= TOLD_MOST)
				print_mutant(&m, why);
		}
		arena_free(m.arena);
	}
	arena_free(a);
	print_message("%zu of %zu mutants\n", bad, made);
	assert_int_equal(bad, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_broken_pack_is_told_where_it_is_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
