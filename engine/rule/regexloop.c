/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a regex piece by piece and writes a text that it takes.  What a class
 * takes is asked of PCRE2, with the class alone as a regex.
 */
#include "rule/regexloop.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "rule/regex.h"

enum { DEPTH_MOST = 32, LEAD_MOST = 512, COUNT_MANY = 10, COPIES_MOST = 64 };

const struct str regex_kinds = STR_INIT("a0 A漢あアαя가กאعé😀（ー、。"
    "-_.,:;=/@#%&+*~!?'\"<>()[]{}|^$\\\t");

struct walk {
	struct arena *arena;
	regex_loop_list *out;
	struct str regex;
	size_t at;
	struct buf lead; /* a text up to here, */
	struct buf all;  /* and one with all branches of each choice */
	unsigned depth;
};

static void
add(struct walk *w, struct str text)
{
	buf_add_str(&w->lead, text);
	buf_add_str(&w->all, text);
}

static struct str
rest_of(const struct walk *w)
{
	return str_from(w->regex, w->at);
}

static char
next(const struct walk *w)
{
	return w->at < w->regex.n ? w->regex.p[w->at] : '\0';
}

static bool
skip(struct walk *w, struct str s)
{
	if (!str_starts(rest_of(w), s))
		return false;
	w->at += s.n;
	return true;
}

/* Behind the next c, or the end. */
static void
skip_behind(struct walk *w, char c)
{
	w->at += str_head(rest_of(w), str_find(rest_of(w), c) + 1).n;
}

/* Adds a character that an atom takes; assertions take none. */
static void
add_example(struct walk *w, struct str atom)
{
	struct regex_room *room;
	struct regex_span span;
	struct regex *regex;
	struct err e;

	if (!regex_new(&regex, atom, false, STR(""), &e))
		return;
	room = regex_room_new();
	if (regex_find(regex, room, regex_kinds, 0, &span) == REGEX_HIT)
		add(w, str_sub(regex_kinds, span.begin, span.end));
	regex_room_free(room);
	regex_free(regex);
}

static void
read_class(struct walk *w)
{
	size_t from = w->at;

	w->at++;
	skip(w, STR("^"));
	skip(w, STR("]"));
	while (w->at < w->regex.n && next(w) != ']') {
		if (next(w) == '\\')
			w->at += 2;
		else if (str_starts(rest_of(w), STR("[:")))
			w->at += str_find_str(rest_of(w), STR(":]")) + 2;
		else
			w->at++;
	}
	w->at++;
	add_example(w, str_sub(w->regex, from, w->at));
}

/* "\d", "\p{Han}", "\x{3042}", "\x41"; a sign stands for itself. */
static void
read_escape(struct walk *w)
{
	size_t from = w->at;
	char c;

	w->at++;
	c = next(w);
	w->at++;
	if (next(w) == '{' && str_has(STR("pPxoNgk"), c))
		skip_behind(w, '}');
	else if (c == 'p' || c == 'P')
		w->at++;
	else if (c == 'x')
		for (int i = 0; i < 2 && ascii_is_alnum(next(w)); i++)
			w->at++;
	if (c == 'Q') {
		size_t n = str_find_str(rest_of(w), STR("\\E"));

		add(w, str_head(rest_of(w), n));
		w->at += n + 2;
		return;
	}
	add_example(w, str_sub(w->regex, from, w->at));
}

static void read_choice(struct walk *w);

/* The head of a group: does it take characters? */
static bool
read_group_head(struct walk *w)
{
	static const struct str plain[] = { STR_INIT("?:"), STR_INIT("?>"),
		STR_INIT("?|"), STR_INIT("?<=") };
	static const struct str asserted[] = { STR_INIT("?="),
		STR_INIT("?!"), STR_INIT("?<!") };

	for (size_t i = 0; i < nitems(plain); i++)
		if (skip(w, plain[i]))
			return true;
	for (size_t i = 0; i < nitems(asserted); i++)
		if (skip(w, asserted[i]))
			return false;
	if (skip(w, STR("?P<")) || skip(w, STR("?<"))) {
		skip_behind(w, '>');
	} else if (skip(w, STR("?'"))) {
		skip_behind(w, '\'');
	} else if (next(w) == '?' || next(w) == '*') {
		/* Options "(?i:", recursion "(?R)", verbs "(*UTF)". */
		while (w->at < w->regex.n && next(w) != ')' &&
		    next(w) != ':')
			w->at++;
		skip(w, STR(":"));
	}
	return true;
}

static void
read_group(struct walk *w)
{
	size_t before = w->lead.n, before_all = w->all.n;
	bool takes;

	w->at++;
	takes = read_group_head(w);
	if (++w->depth < DEPTH_MOST)
		read_choice(w);
	else
		w->at = w->regex.n;
	w->depth--;
	skip(w, STR(")"));
	if (takes)
		return;
	w->lead.n = before;
	w->all.n = before_all;
}

static void
read_atom(struct walk *w)
{
	struct str rest = rest_of(w);
	size_t n = 1;

	switch (next(w)) {
	case '(':
		read_group(w);
		return;
	case '[':
		read_class(w);
		return;
	case '\\':
		read_escape(w);
		return;
	case '.':
		add(w, STR("a"));
		break;
	case '^':
	case '$':
		break;
	default:
		while (n < rest.n &&
		    ((unsigned char)rest.p[n] & 0xc0) == 0x80)
			n++;
		add(w, str_head(rest, n));
	}
	w->at += n;
}

static unsigned
read_number(struct walk *w)
{
	unsigned n = 0;

	for (; ascii_is_digit(next(w)); w->at++)
		n = n > 9999 ? n : n * 10 + (unsigned)(next(w) - '0');
	return n;
}

/* "{3}", "{3,}", "{3,5}"; a brace that counts nothing is a character. */
static bool
read_count(struct walk *w, unsigned *least, unsigned *most)
{
	size_t from = w->at;

	w->at++;
	if (ascii_is_digit(next(w))) {
		*least = *most = read_number(w);
		if (skip(w, STR(",")))
			*most = next(w) == '}' ? COUNT_MANY : read_number(w);
		if (skip(w, STR("}")))
			return true;
	}
	w->at = from;
	return false;
}

/* How often the atom may stand; false: there is no quantifier. */
static bool
read_quantifier(struct walk *w, unsigned *least, unsigned *most)
{
	*least = *most = 1;
	if (skip(w, STR("*")) || skip(w, STR("+")))
		*most = COUNT_MANY;
	else if (!skip(w, STR("?")) &&
	    (next(w) != '{' || !read_count(w, least, most)))
		return false;
	/* Lazy ones backtrack as well. */
	if (!skip(w, STR("?")))
		skip(w, STR("+"));
	return true;
}

static struct str
copy_from(struct walk *w, const struct buf *b, size_t from)
{
	return str_copy(w->arena, str_sub(buf_str(b), from, b->n));
}

static void
read_piece(struct walk *w)
{
	size_t from = w->lead.n, from_all = w->all.n;
	unsigned least, most;
	struct str body, all;

	read_atom(w);
	body = copy_from(w, &w->lead, from);
	all = copy_from(w, &w->all, from_all);
	if (!read_quantifier(w, &least, &most))
		return;
	if (most >= COUNT_MANY && body.n != 0 &&
	    w->out->n < REGEX_LOOPS_MOST)
		*VEC_ADD(w->arena, w->out) = (struct regex_loop){
			.lead = str_copy(w->arena, str_head(
			    buf_str(&w->lead), from)),
			.body = body,
			.all = str_eq(all, body) ? STR("") : all,
		};
	for (unsigned i = 1; i < least && i < COPIES_MOST; i++) {
		buf_add_str(&w->lead, body);
		buf_add_str(&w->all, all);
	}
}

/* "a|b|c" up to the bracket that ends it; leads on through the first, and
 * through each in turn in the text that has them all. */
static void
read_choice(struct walk *w)
{
	size_t from = w->lead.n;
	struct str first = { 0 };
	bool is_first = true;

	do {
		w->lead.n = from;
		while (w->at < w->regex.n && next(w) != '|' && next(w) != ')')
			read_piece(w);
		if (is_first)
			first = copy_from(w, &w->lead, from);
		is_first = false;
	} while (skip(w, STR("|")));
	w->lead.n = from;
	buf_add_str(&w->lead, first);
}

void
regex_loops(regex_loop_list *out, struct arena *a, struct str regex)
{
	struct walk w = { .arena = a, .out = out, .regex = regex };

	buf_init_arena(&w.lead, a, LEAD_MOST);
	buf_init_arena(&w.all, a, LEAD_MOST);
	read_choice(&w);
}
