/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads "a and (b or 2 of (c, d))" by descent, never deeper than
 * DEPTH_MOST, and evaluates it in three values.
 */
#include "rule/condition.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "base/vec.h"

/* Brackets, "and", "or" and "not" each are a level when taken again. */
enum { TEXT_MOST = 1000, DEPTH_MOST = 8, TAKE_DEPTH = 4 * DEPTH_MOST + 4 };

enum op { OP_NAME, OP_NOT, OP_AND, OP_OR, OP_OF };

struct condition {
	enum op op;
	uint32_t name;                  /* OP_NAME */
	uint32_t want;                  /* OP_OF */
	VEC(uint32_t) set;              /* OP_OF */
	VEC(struct condition *) terms;  /* the others */
};

struct reader {
	struct arena *arena;
	struct diags *diags;
	struct mark mark;
	struct str text;
	size_t at;       /* behind the word in hand */
	size_t from;     /* where that begins */
	struct str word; /* a name, keyword, number or sign; "" at the end */
	unsigned depth;
	const struct condition_names *names;
};

static bool
refuse(struct reader *r, const char *text)
{
	return diag_add(r->diags, DIAG_ERROR,
	    diag_place(r->diags, r->mark, r->text, r->from), "C01",
	    "%" STR_FMT ": %s%s%" STR_FMT "%s", STR_ARG(r->names->what), text,
	    r->word.n == 0 ? " at the end" : ", found \"",
	    STR_ARG(str_head(r->word, 60)), r->word.n == 0 ? "" : "\"");
}

static bool
is_name_byte(char c)
{
	return ascii_is_alnum(c) || c == '_' || c == '.' || c == '-' ||
	    (unsigned char)c >= 0x80;
}

static void
next_word(struct reader *r)
{
	struct str s = r->text;

	while (r->at < s.n && ascii_is_space(s.p[r->at]))
		r->at++;
	r->from = r->at;
	while (r->at < s.n && is_name_byte(s.p[r->at]))
		r->at++;
	/* "lure_*" is one word, and so is any other sign. */
	if (r->at < s.n && (r->at == r->from || s.p[r->at] == '*'))
		r->at++;
	r->word = str_sub(s, r->from, r->at);
}

static bool
is_word(const struct reader *r, const char *word)
{
	return str_is(r->word, word);
}

static struct condition *
new_condition(struct reader *r, enum op op)
{
	struct condition *c = ARENA_ONE(r->arena, struct condition);

	c->op = op;
	return c;
}

/* "AND" */
static bool
suggest_keyword(struct reader *r)
{
	static const char *const keywords[] = { "and", "or", "not", "of",
		"any", "all", "them" };

	for (size_t i = 0; i < nitems(keywords); i++)
		if (str_case_is(r->word, keywords[i]) &&
		    !is_word(r, keywords[i])) {
			diag_hint(r->diags, "and, or, not, of, any, all and "
			    "them are written in lower case");
			return true;
		}
	return false;
}

static void
suggest_name(struct reader *r, struct str word)
{
	struct str best = { 0 };

	if (str_find_str(word, STR("\xe3\x80\x80")) < word.n) {
		diag_hint(r->diags, "there is an ideographic blank (U+3000) "
		    "in it: names are parted by ASCII blanks");
		return;
	}
	if (suggest_keyword(r))
		return;
	for (size_t i = 0; i < r->names->n; i++)
		suggest_try(word, r->names->at[i], &best);
	if (best.n != 0)
		diag_hint(r->diags, "did you mean \"%" STR_FMT "\"?",
		    STR_ARG(best));
}

static bool
find_name(struct reader *r, uint32_t *name)
{
	for (size_t i = 0; i < r->names->n; i++) {
		if (str_eq(r->names->at[i], r->word)) {
			*name = (uint32_t)i;
			return true;
		}
	}
	diag_add(r->diags, DIAG_ERROR,
	    diag_place(r->diags, r->mark, r->text, r->from), "C01",
	    "%" STR_FMT ": no group named \"%" STR_FMT "\"",
	    STR_ARG(r->names->what), STR_ARG(str_head(r->word, 60)));
	suggest_name(r, r->word);
	return false;
}

/* "PREFIX*" and "them": of the groups, exceptions and facts left out. */
static void
add_starting(struct reader *r, struct condition *c, struct str head)
{
	for (size_t i = 0; i < r->names->n_groups; i++)
		if (str_starts(r->names->at[i], head))
			*VEC_ADD(r->arena, &c->set) = (uint32_t)i;
}

/* A set has each name once: "2 of (a, a)" would be one. */
static bool
is_new(const struct condition *c, uint32_t name)
{
	for (size_t i = 0; i < c->set.n; i++)
		if (c->set.at[i] == name)
			return false;
	return true;
}

static bool
read_list(struct reader *r, struct condition *c)
{
	uint32_t name;

	do {
		next_word(r);
		if (r->word.n == 0 || !is_name_byte(r->word.p[0]) ||
		    str_ends(r->word, STR("*")))
			return refuse(r, "expected a name");
		if (!find_name(r, &name))
			return false;
		if (!is_new(c, name))
			return refuse(r, "expected each name once in a set");
		*VEC_ADD(r->arena, &c->set) = name;
		next_word(r);
	} while (is_word(r, ","));
	return is_word(r, ")") || refuse(r, "expected \",\" or \")\"");
}

static bool
read_set(struct reader *r, struct condition *c)
{
	if (is_word(r, "("))
		return read_list(r, c);
	if (is_word(r, "them")) {
		add_starting(r, c, STR(""));
	} else if (str_ends(r->word, STR("*"))) {
		add_starting(r, c, str_head(r->word, r->word.n - 1));
	} else {
		refuse(r, "expected (names), PREFIX* or them");
		return false;
	}
	return c->set.n != 0 || refuse(r, "no group begins so");
}

static bool
are_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_digit(s.p[i]))
			return false;
	return s.n != 0;
}

/* "2 of (a, b, c)"; the count is the word in hand. */
static bool
read_of(struct reader *r, struct condition **out)
{
	struct condition *c = new_condition(r, OP_OF);
	struct str count = r->word;
	size_t from = r->from;
	int64_t n = 0;

	next_word(r);
	if (!is_word(r, "of"))
		return refuse(r, "expected \"of\" behind a count");
	next_word(r);
	if (!read_set(r, c))
		return false;
	if (str_is(count, "any"))
		n = 1;
	else if (str_is(count, "all"))
		n = (int64_t)c->set.n;
	else if (!str_to_int(count, &n) && are_digits(count))
		n = INT64_MAX;
	if (n < 1 || n > (int64_t)c->set.n) {
		r->from = from;
		r->word = count;
		return refuse(r, n < 1 ? "a count is 1 or more"
		    : "more are wanted than the set has");
	}
	c->want = (uint32_t)n;
	next_word(r);
	*out = c;
	return true;
}

static bool read_or(struct reader *r, struct condition **out);

static bool
read_group(struct reader *r, struct condition **out)
{
	if (++r->depth > DEPTH_MOST)
		return refuse(r, "nested deeper than 8 levels");
	next_word(r);
	if (!read_or(r, out))
		return false;
	if (!is_word(r, ")"))
		return refuse(r, "expected \")\", \"and\" or \"or\"");
	r->depth--;
	next_word(r);
	return true;
}

static bool
is_keyword(const struct reader *r)
{
	return is_word(r, "and") || is_word(r, "or") || is_word(r, "not") ||
	    is_word(r, "of") || is_word(r, "them");
}

static bool
read_atom(struct reader *r, struct condition **out)
{
	struct condition *c;

	if (is_word(r, "("))
		return read_group(r, out);
	if (is_word(r, "any") || is_word(r, "all") ||
	    (r->word.n != 0 && ascii_is_digit(r->word.p[0])))
		return read_of(r, out);
	if (r->word.n == 0 || !is_name_byte(r->word.p[0]) || is_keyword(r) ||
	    str_ends(r->word, STR("*")))
		return refuse(r, "expected a name");
	c = new_condition(r, OP_NAME);
	if (!find_name(r, &c->name))
		return false;
	next_word(r);
	*out = c;
	return true;
}

static bool
read_factor(struct reader *r, struct condition **out)
{
	struct condition *c;

	if (!is_word(r, "not"))
		return read_atom(r, out);
	c = new_condition(r, OP_NOT);
	next_word(r);
	if (!read_atom(r, VEC_ADD(r->arena, &c->terms)))
		return false;
	*out = c;
	return true;
}

/* A chain of terms under one operator; a single term is itself. */
static bool
read_chain(struct reader *r, struct condition **out, enum op op,
    const char *word, bool (*read)(struct reader *, struct condition **))
{
	struct condition *c = new_condition(r, op);

	if (!read(r, VEC_ADD(r->arena, &c->terms)))
		return false;
	while (is_word(r, word)) {
		next_word(r);
		if (!read(r, VEC_ADD(r->arena, &c->terms)))
			return false;
	}
	*out = c->terms.n == 1 ? c->terms.at[0] : c;
	return true;
}

static bool
read_and(struct reader *r, struct condition **out)
{
	return read_chain(r, out, OP_AND, "and", read_factor);
}

static bool
read_or(struct reader *r, struct condition **out)
{
	return read_chain(r, out, OP_OR, "or", read_and);
}

bool
condition_read(struct condition **out, struct arena *a, struct str text,
    const struct condition_names *names, struct diags *d, struct mark mark)
{
	struct reader r = {
		.arena = a,
		.diags = d,
		.mark = mark,
		.text = text,
		.names = names,
	};
	struct condition *c;

	*out = NULL;
	if (utf8_count(text) > TEXT_MOST)
		return diag_add(d, DIAG_ERROR, mark, "C01",
		    "%" STR_FMT ": more than 1,000 characters",
		    STR_ARG(names->what));
	next_word(&r);
	if (r.word.n == 0)
		return diag_add(d, DIAG_ERROR, mark, "C01",
		    "%" STR_FMT ": is empty", STR_ARG(names->what));
	if (!read_or(&r, &c))
		return false;
	if (r.word.n != 0) {
		refuse(&r, "expected \"and\" or \"or\"");
		suggest_keyword(&r);
		return false;
	}
	*out = c;
	return true;
}

static enum truth
truth_of_set(const struct condition *c, const enum truth *values)
{
	uint32_t is_true = 0, is_open = 0;

	for (size_t i = 0; i < c->set.n; i++) {
		is_true += values[c->set.at[i]] == TRUTH_TRUE;
		is_open += values[c->set.at[i]] == TRUTH_UNDECIDED;
	}
	if (is_true >= c->want)
		return TRUTH_TRUE;
	return is_true + is_open >= c->want ? TRUTH_UNDECIDED : TRUTH_FALSE;
}

/* No deeper than the reader let it become. */
enum truth
condition_eval(const struct condition *c, const enum truth *values)
{
	enum truth all, one;

	if (c->op == OP_NAME)
		return values[c->name];
	if (c->op == OP_OF)
		return truth_of_set(c, values);
	all = condition_eval(c->terms.at[0], values);
	if (c->op == OP_NOT)
		return TRUTH_TRUE - all;
	for (size_t i = 1; i < c->terms.n; i++) {
		one = condition_eval(c->terms.at[i], values);
		if (c->op == OP_AND ? one < all : one > all)
			all = one;
	}
	return all;
}

void
condition_uses(const struct condition *c, bool *used, size_t n)
{
	if (c->op == OP_NAME && c->name < n)
		used[c->name] = true;
	for (size_t i = 0; i < c->set.n; i++)
		if (c->set.at[i] < n)
			used[c->set.at[i]] = true;
	for (size_t i = 0; i < c->terms.n; i++)
		condition_uses(c->terms.at[i], used, n);
}

static void
put_number(struct buf *to, uint32_t n)
{
	buf_add(to, &n, sizeof(n));
}

void
condition_put(struct buf *to, const struct condition *c)
{
	put_number(to, c->op);
	put_number(to, c->op == OP_OF ? c->want : c->name);
	put_number(to, (uint32_t)(c->op == OP_OF ? c->set.n : c->terms.n));
	for (size_t i = 0; i < c->set.n; i++)
		put_number(to, c->set.at[i]);
	for (size_t i = 0; i < c->terms.n; i++)
		condition_put(to, c->terms.at[i]);
}

struct taker {
	struct arena *arena;
	struct str rest;
	size_t n_names;
	unsigned depth;
};

static bool
take_number(struct taker *t, uint32_t *n)
{
	if (t->rest.n < sizeof(*n))
		return false;
	memcpy(n, t->rest.p, sizeof(*n));
	t->rest = str_from(t->rest, sizeof(*n));
	return true;
}

static bool take(struct taker *t, struct condition **out);

static bool
take_terms(struct taker *t, struct condition *c, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!take(t, VEC_ADD(t->arena, &c->terms)))
			return false;
	return n != 0 && (c->op != OP_NOT || n == 1);
}

static bool
take_set(struct taker *t, struct condition *c, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t *name = VEC_ADD(t->arena, &c->set);

		if (!take_number(t, name) || *name >= t->n_names)
			return false;
	}
	return true;
}

static bool
take(struct taker *t, struct condition **out)
{
	struct condition *c = ARENA_ONE(t->arena, struct condition);
	uint32_t op, number, n;
	bool is_sound;

	*out = c;
	if (!take_number(t, &op) || !take_number(t, &number) ||
	    !take_number(t, &n) || op > OP_OF || ++t->depth > TAKE_DEPTH)
		return false;
	c->op = (enum op)op;
	c->name = c->want = number;
	if (c->op == OP_NAME)
		is_sound = number < t->n_names && n == 0;
	else
		is_sound = c->op == OP_OF ? take_set(t, c, n)
		    : take_terms(t, c, n);
	t->depth--;
	return is_sound;
}

bool
condition_take(struct condition **out, struct arena *a, struct str *rest,
    size_t n_names)
{
	struct taker t = { .arena = a, .rest = *rest, .n_names = n_names };

	if (!take(&t, out))
		return false;
	*rest = t.rest;
	return true;
}
