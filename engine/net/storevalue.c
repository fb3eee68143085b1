/* SPDX-License-Identifier: Apache-2.0 */
/* What the store adds up: its text, and the arithmetic of every engine. */
#include <endian.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/store.h"
#include "net/storeengine.h"

enum {
	MERGE_SECONDS = 60,
	NUMBER_MOST = 40,
	DIGITS_MOST = 15,
	INT_DIGITS = 18
};

/* The number that eight digits are; false: not all of them are digits.  Those
 * next to each other become one number of two digits, and so on. */
static bool
read_eight(const char *p, uint64_t *number)
{
	const uint64_t each = 0x0101010101010101, two = 0x000000ff000000ff;
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	x = le64toh(x) - '0' * each;
	if (((x | (x + (127 - 9) * each)) & 0x80 * each) != 0)
		return false;
	x = x * 10 + (x >> 8);
	*number = ((x & two) * (100 + (UINT64_C(1000000) << 32)) +
	    (x >> 16 & two) * (1 + (UINT64_C(10000) << 32))) >> 32;
	return true;
}

/* The digits at the front as a number, no more than most of them; *n is how
 * many there are. */
static uint64_t
read_digits(struct str s, size_t most, size_t *n)
{
	uint64_t number = 0, digit;
	size_t at = 0;

	if (most > s.n)
		most = s.n;
	if (most >= 8 && read_eight(s.p, &number))
		at = 8;
	for (; at < most; at++) {
		digit = (unsigned char)(s.p[at] - '0');
		if (digit > 9)
			break;
		number = number * 10 + digit;
	}
	*n = at;
	return number;
}

/* Takes n bytes and the blank behind them; false: there is more. */
static bool
take_field(struct str *text, size_t n)
{
	if (n < text->n && text->p[n] != ' ')
		return false;
	*text = str_from(*text, n + 1);
	return true;
}

/* As str_to_int, in one go: times are most of what stands here. */
static bool
take_int(struct str *text, int64_t *out)
{
	size_t minus = text->n != 0 && *text->p == '-', n;
	uint64_t number = read_digits(str_from(*text, minus), INT_DIGITS, &n);

	*out = minus != 0 ? -(int64_t)number : (int64_t)number;
	return n != 0 && take_field(text, minus + n);
}

/* "12.5", as most are: digits that a double holds all of, over a power of
 * ten that it holds, too, so what comes is what strtod makes of it. */
static bool
take_short(struct str *text, double *out)
{
	static const double tens[DIGITS_MOST + 1] = { 1, 1e1, 1e2, 1e3, 1e4,
		1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
	size_t whole, places = 0;
	uint64_t number = read_digits(*text, DIGITS_MOST, &whole), part;

	if (whole == 0)
		return false;
	*out = (double)number;
	if (whole == text->n || text->p[whole] != '.')
		return take_field(text, whole);
	part = read_digits(str_from(*text, whole + 1), DIGITS_MOST - whole,
	    &places);
	*out = (double)(number * (uint64_t)tens[places] + part) / tens[places];
	return take_field(text, whole + 1 + places);
}

/* A count: decimal, finite, not negative. */
static bool
take_amount(struct str *text, double *out)
{
	struct str field;
	char copy[NUMBER_MOST + 1], *end;

	if (take_short(text, out))
		return true;
	field = str_head(*text, str_find(*text, ' '));
	if (field.n == 0 || field.n > NUMBER_MOST ||
	    !ascii_is_digit(field.p[0]))
		return false;
	memcpy(copy, field.p, field.n);
	copy[field.n] = '\0';
	*out = strtod(copy, &end);
	return *end == '\0' && isfinite(*out) && take_field(text, field.n);
}

bool
store_count_read(struct str value, struct store_count *out)
{
	return take_int(&value, &out->count) &&
	    take_int(&value, &out->first) && take_int(&value, &out->last);
}

/* Two digits at a time. */
static const char pairs[] =
    "00010203040506070809101112131415161718192021222324"
    "25262728293031323334353637383940414243444546474849"
    "50515253545556575859606162636465666768697071727374"
    "75767778798081828384858687888990919293949596979899";

/* Decimal digits of n, and where they end. */
static char *
put_int(char *to, uint64_t n)
{
	char back[24], *p = back + sizeof(back);

	for (; n >= 100; n /= 100) {
		*--p = pairs[2 * (n % 100) + 1];
		*--p = pairs[2 * (n % 100)];
	}
	if (n >= 10)
		*--p = pairs[2 * n + 1];
	*--p = n >= 10 ? pairs[2 * n] : (char)('0' + n);
	while (p < back + sizeof(back))
		*to++ = *p++;
	return to;
}

static char *
put_time(char *to, int64_t t)
{
	*to++ = ' ';
	if (t < 0)
		*to++ = '-';
	return put_int(to, t < 0 ? -(uint64_t)t : (uint64_t)t);
}

/* Ten digits that count, as "%.10g" has them. */
static char *
put_amount(char *to, double amount)
{
	uint64_t scale = 10000000000, n;
	double least = 1;
	char digits[24];
	size_t places = 10, k;

	if (!(amount < 1e9) || (amount < 0.1 && amount != 0))
		return to + snprintf(to, NUMBER_MOST, "%.10g", amount);
	for (; amount >= least && places != 0; least *= 10) {
		places--;
		scale /= 10;
	}
	n = (uint64_t)(amount * (double)scale + 0.5);
	to = put_int(to, n / scale);
	n %= scale;
	if (n == 0)
		return to;
	k = (size_t)(put_int(digits, n) - digits);
	*to++ = '.';
	for (size_t zeros = k; zeros < places; zeros++)
		*to++ = '0';
	while (digits[k - 1] == '0')
		k--;
	memcpy(to, digits, k);
	return to + k;
}

size_t
store_count_text(char text[static VALUE_TEXT], const struct store_count *c)
{
	char *to = text;

	if (c->count < 0)
		*to++ = '-';
	to = put_int(to, c->count < 0 ? -(uint64_t)c->count :
	    (uint64_t)c->count);
	to = put_time(put_time(to, c->first), c->last);
	*to = '\0';
	return (size_t)(to - text);
}

bool
store_tally_read(struct str value, struct store_tally *out)
{
	return take_amount(&value, &out->bad) &&
	    take_amount(&value, &out->good) && take_int(&value, &out->at) &&
	    take_int(&value, &out->first) && take_int(&value, &out->last);
}

size_t
store_tally_text(char text[static VALUE_TEXT], const struct store_tally *t)
{
	char *to = put_amount(text, t->bad);

	*to++ = ' ';
	to = put_amount(to, t->good);
	to = put_time(to, t->at);
	to = put_time(put_time(to, t->first), t->last);
	*to = '\0';
	return (size_t)(to - text);
}

/* What is left after so many seconds. */
static double
left_after(double seconds, int64_t half_life)
{
	return seconds <= 0 ? 1 : exp2(-seconds / (double)half_life);
}

void
store_tally_decay(struct store_tally *t, int64_t to, int64_t half_life)
{
	double left = left_after((double)to - (double)t->at, half_life);

	t->bad *= left;
	t->good *= left;
	if (to > t->at)
		t->at = to;
}

void
store_tally_add(struct store_tally *t, const struct store_lesson *l)
{
	double left;

	if (t->at == 0)
		t->at = l->when;
	store_tally_decay(t, l->when, l->half_life);
	left = left_after((double)t->at - (double)l->when, l->half_life);
	t->bad = fmax(0, t->bad + l->bad * left);
	t->good = fmax(0, t->good + l->good * left);
	if (l->bad <= 0 && l->good <= 0)
		return;
	if (t->first == 0 || l->when < t->first)
		t->first = l->when;
	if (l->when > t->last)
		t->last = l->when;
}

/* Nothing that takes back: a count stops at 0, so order would matter. */
bool
lesson_merge(struct store_lesson *first, const struct store_lesson *second)
{
	double left;

	if (second->when < first->when ||
	    second->when - first->when > MERGE_SECONDS ||
	    first->half_life != second->half_life || first->bad < 0 ||
	    first->good < 0 || second->bad < 0 || second->good < 0)
		return false;
	left = left_after((double)(second->when - first->when),
	    first->half_life);
	first->bad = first->bad * left + second->bad;
	first->good = first->good * left + second->good;
	first->when = second->when;
	return true;
}

bool
claim_read(struct store_claim *out, struct str value)
{
	if (!str_cut(value, '\n', &out->key, &out->token))
		return false;
	out->is_last_word = str_ends(out->token, STR("\n"));
	out->token = str_head(out->token, out->token.n - out->is_last_word);
	return true;
}

bool
receipt_read(struct store_receipt *out, struct str value)
{
	struct str kind;

	out->is_bad = str_starts(value, STR("bad "));
	return str_cut(value, '\n', &kind, &out->keys) &&
	    (str_skip(&kind, STR("bad ")) || str_skip(&kind, STR("good "))) &&
	    take_int(&kind, &out->when) && take_amount(&kind, &out->amount);
}

static struct str
receipt_token(struct str value)
{
	return str_from(value, str_find_last(value, '\n') + 1);
}

static bool
is_before(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return order < 0 || (order == 0 && a.n < b.n);
}

bool
receipt_over(struct buf *out, struct str value, struct str old)
{
	struct str token = receipt_token(value), was = receipt_token(old);
	struct store_receipt new, before;

	if (!receipt_read(&new, value) || !receipt_read(&before, old) ||
	    !is_before(was, token))
		return false;
	buf_empty(out);
	if (new.is_bad != before.is_bad) {
		buf_add_str(out, value);
	} else {
		buf_add_str(out, str_head(old, old.n - was.n));
		buf_add_str(out, token);
	}
	return !out->is_full;
}

/* A key of the engine's, as its receipt has it: without the schema. */
static bool
receipt_names(const struct store_receipt *r, struct str key)
{
	struct str name = str_from(key, str_find(key, ':') + 1);
	struct str keys = r->keys, line;

	while (str_next(&keys, '\n', &line))
		if (str_eq(line, name))
			return true;
	return false;
}

bool
claim_allows(const struct store_claim *c, struct str value, struct str key,
    struct store_lesson *l)
{
	struct store_receipt other;
	double back;

	if (value.n == 0 || str_ends(value, c->token))
		return true;
	if (!c->is_last_word || !receipt_read(&other, value) ||
	    other.is_bad == (l->bad > 0) ||
	    is_before(c->token, receipt_token(value)))
		return false;
	if (!receipt_names(&other, key))
		return true;
	/* No more than its own word weighs. */
	back = fmin(other.amount, fmax(l->bad, l->good)) *
	    left_after((double)l->when - (double)other.when, l->half_life);
	if (other.is_bad)
		l->bad -= back;
	else
		l->good -= back;
	return true;
}

bool
update_merge(struct update *first, const struct update *second)
{
	if (first->kind != second->kind || first->value_n != 0 ||
	    second->value_n != 0 ||
	    !str_eq((struct str){ first->bytes, first->key_n },
	    (struct str){ second->bytes, second->key_n }))
		return false;
	switch (first->kind) {
	case UPDATE_PUT:
	case UPDATE_FORGET:
	case UPDATE_DIARY:
	case UPDATE_KINDS:
		return false;
	case UPDATE_COUNT:
		if (__builtin_add_overflow(first->more, second->more,
		    &first->more))
			return false;
		break;
	case UPDATE_TEACH:
		if (!lesson_merge(&first->lesson, &second->lesson))
			return false;
		break;
	}
	first->times += second->times;
	if (first->ends < second->ends)
		first->ends = second->ends;
	return true;
}
