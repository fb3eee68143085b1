/* SPDX-License-Identifier: Apache-2.0 */
/* Sums, worked out from their front as they are read. */
#include "mail/csssum.h"

#include "mail/stylebox.h"

enum {
	DEPTH_MOST = 8,
	ONE = 1000,
	AMOUNT_MOST = 1000000000
};

struct sum {
	struct str left; /* still to be read */
	unsigned depth;
};

static bool sum_read(struct sum *s, struct css_amount *out);

static bool
is_number(const struct css_amount *a)
{
	return a->unit.n == 0;
}

static bool
is_bounded(int64_t n)
{
	return n >= -AMOUNT_MOST && n <= AMOUNT_MOST;
}

/* Nothing is nothing in any unit, but no number is a length. */
static bool
are_alike(const struct css_amount *a, const struct css_amount *b)
{
	return is_number(a) == is_number(b) && (a->n == 0 || b->n == 0 ||
	    str_case_eq(a->unit, b->unit));
}

static bool
take(struct sum *s, char c)
{
	struct str rest = str_trim_front(s->left);

	if (rest.n == 0 || rest.p[0] != c)
		return false;
	s->left = str_from(rest, 1);
	return true;
}

/* Of pixels and what is measured otherwise the pixels: they bound the least,
 * and where they are nothing, the most is not known. */
static bool
take_least(struct css_amount *out, const struct css_amount *a)
{
	if (is_number(out) != is_number(a))
		return false;
	if (are_alike(out, a) ? a->n < out->n : str_case_is(a->unit, "px"))
		*out = *a;
	return true;
}

static bool
take_most(struct css_amount *out, const struct css_amount *a)
{
	if (!are_alike(out, a))
		return false;
	if (a->n > out->n)
		*out = *a;
	return true;
}

static bool
list_read(struct sum *s, struct str name, struct css_amount *out)
{
	struct css_amount all[3], one;
	size_t n = 0;

	do {
		if (!sum_read(s, &one))
			return false;
		if (str_is(name, "clamp") && n < 3)
			all[n] = one;
		if (n++ == 0)
			*out = one;
		else if (!str_is(name, "clamp") && !(str_is(name, "min") ?
		    take_least : take_most)(out, &one))
			return false;
	} while (take(s, ','));
	if (!str_is(name, "clamp"))
		return true;
	if (n != 3 || !take_least(&all[1], &all[2]))
		return false;
	*out = all[1];
	return take_most(out, &all[0]);
}

static bool
call_read(struct sum *s, struct str name, struct css_amount *out)
{
	bool is_read = false;

	if (s->depth++ == DEPTH_MOST)
		return false;
	if (name.n == 0 || str_is(name, "calc") ||
	    str_is(name, "-webkit-calc"))
		is_read = sum_read(s, out);
	else if (str_is(name, "min") || str_is(name, "max") ||
	    str_is(name, "clamp"))
		is_read = list_read(s, name, out);
	s->depth--;
	return is_read;
}

/* "1px", "(...)", "min(...)" */
static bool
value_read(struct sum *s, struct css_amount *out)
{
	struct str word;
	size_t n = 0;

	s->left = str_trim_front(s->left);
	while (n < s->left.n && (ascii_is_alnum(s->left.p[n]) ||
	    s->left.p[n] == '.' || s->left.p[n] == '%' ||
	    (n == 0 && (s->left.p[n] == '-' || s->left.p[n] == '+'))))
		n++;
	word = str_head(s->left, n);
	s->left = str_from(s->left, n);
	if (s->left.n != 0 && s->left.p[0] == '(') {
		take(s, '(');
		return call_read(s, word, out) && take(s, ')');
	}
	return style_length(word, &out->n, &out->unit) && is_bounded(out->n);
}

static bool
product_read(struct sum *s, struct css_amount *out)
{
	struct css_amount by;
	bool is_times;

	if (!value_read(s, out))
		return false;
	while ((is_times = take(s, '*')) || take(s, '/')) {
		if (!value_read(s, &by))
			return false;
		if (is_times && !is_number(&by)) {
			struct css_amount first = *out;

			*out = by;
			by = first;
		}
		if (!is_number(&by) || (!is_times && by.n == 0))
			return false;
		out->n = is_times ? out->n * by.n / ONE : out->n * ONE / by.n;
		if (!is_bounded(out->n))
			return false;
	}
	return true;
}

/* Signs between two terms have blanks around them. */
static bool
sign_take(struct sum *s, bool *is_minus)
{
	struct str rest = str_trim_front(s->left);

	if (rest.p == s->left.p || rest.n < 2 ||
	    (rest.p[0] != '+' && rest.p[0] != '-') ||
	    !ascii_is_space(rest.p[1]))
		return false;
	*is_minus = rest.p[0] == '-';
	s->left = str_from(rest, 1);
	return true;
}

static bool
sum_read(struct sum *s, struct css_amount *out)
{
	struct css_amount term;
	bool is_minus;

	if (!product_read(s, out))
		return false;
	while (sign_take(s, &is_minus)) {
		if (!product_read(s, &term) || !are_alike(out, &term))
			return false;
		if (out->n == 0)
			out->unit = term.unit;
		out->n += is_minus ? -term.n : term.n;
		if (!is_bounded(out->n))
			return false;
	}
	return true;
}

bool
css_sum_read(struct css_amount *out, struct str call, struct str inside)
{
	struct sum s = { .left = inside };

	return call_read(&s, call, out) && str_trim(s.left).n == 0;
}
