/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parameters of structured fields: name=value, quoted or not, in pieces and
 * with charsets as RFC 2231 has them, or with encoded words as senders do.
 */
#include "mail/header.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mail/charset.h"

enum { PARAMS_MOST = 256, INDEX_MOST = 9999 };

struct piece {
	struct str value;
	int64_t index;   /* name*INDEX=; -1: the plain form */
	size_t order;
	bool is_encoded; /* name*=, name*INDEX*= */
};

typedef VEC(struct piece) piece_list;

/* Only a quote or itself: those who send a Windows path do not escape it. */
static bool
is_escape(struct str s, size_t at)
{
	return s.p[at] == '\\' && at + 1 < s.n &&
	    (s.p[at + 1] == '"' || s.p[at + 1] == '\\');
}

static struct str
take_quoted(struct arena *a, struct str *s)
{
	size_t n = 0, end = 1;
	struct str inside;
	char *p;

	while (end < s->n && s->p[end] != '"')
		end += is_escape(*s, end) ? 2 : 1;
	inside = str_sub(*s, 1, end);
	*s = str_from(*s, end + 1);
	p = arena_take(a, inside.n);
	for (size_t i = 0; i < inside.n; i++) {
		if (is_escape(inside, i))
			i++;
		p[n++] = inside.p[i];
	}
	return (struct str){ p, n };
}

/* Comments may stand in front of a name or a value (RFC 2045 5.1), and a name
 * and a value do not begin with a bracket. */
static struct str
behind_comment(struct str s)
{
	struct str param;
	size_t end;

	if (s.n == 0 || s.p[0] != '(')
		return s;
	/* looked for once: there may be thousands of comments in front of it */
	param = str_head(s, str_find(s, ';'));
	while (param.n != 0 && param.p[0] == '(' &&
	    (end = str_find(param, ')')) < param.n)
		param = str_trim(str_from(param, end + 1));
	return str_from(s, (size_t)(param.p - s.p));
}

static struct str
take_value(struct arena *a, struct str *s)
{
	struct str value;
	size_t end;

	*s = behind_comment(str_trim(*s));
	/* ""a.exe"" */
	if (str_starts(*s, STR("\"\"")) && s->n > 2 && s->p[2] != ';' &&
	    !ascii_is_space(s->p[2]))
		*s = str_from(*s, 1);
	if (s->n != 0 && s->p[0] == '"')
		return take_quoted(a, s);
	end = str_find(*s, ';');
	value = str_trim(str_head(*s, end));
	*s = str_from(*s, end);
	return value;
}

/* "name", "name*", "name*0", "name*0*": is it ours, and which piece? */
static bool
is_named(struct str key, const char *name, struct piece *piece)
{
	struct str head, tail;

	piece->index = -1;
	piece->is_encoded = false;
	if (!str_cut(key, '*', &head, &tail))
		return str_case_is(key, name);
	if (!str_case_is(head, name))
		return false;
	piece->is_encoded = tail.n == 0 || str_ends(tail, STR("*"));
	if (tail.n == 0) {
		piece->index = 0;
		return true;
	}
	if (piece->is_encoded)
		tail = str_head(tail, tail.n - 1);
	return str_to_int(tail, &piece->index) && piece->index >= 0 &&
	    piece->index <= INDEX_MOST;
}

/* Behind ";" of the value, outside quotes. */
static struct str
params_of(struct str value)
{
	return str_from(value, str_find(value, ';'));
}

static void
collect(piece_list *pieces, struct arena *a, struct str s, const char *name)
{
	struct piece piece;
	struct str key;
	size_t n;

	for (size_t params = 0; params < PARAMS_MOST && s.n != 0; params++) {
		while (s.n != 0 && (s.p[0] == ';' || ascii_is_space(s.p[0])))
			s = str_from(s, 1);
		s = behind_comment(s);
		for (n = 0; n < s.n && s.p[n] != '=' && s.p[n] != ';';)
			n++;
		key = str_trim(str_head(s, n));
		s = str_from(s, n);
		if (!str_skip(&s, STR("=")))
			continue;
		if (is_named(key, name, &piece)) {
			piece.value = take_value(a, &s);
			piece.order = params;
			*VEC_ADD(a, pieces) = piece;
		} else {
			take_value(a, &s);
		}
		s = str_from(s, str_find(s, ';'));
	}
}

/* A parameter takes two bytes at least: short fields need no counting. */
bool
header_params_over(struct str value)
{
	size_t params = 0;
	bool is_quoted = false;

	if (value.n <= 2 * PARAMS_MOST)
		return false;
	for (size_t i = 0; i < value.n && params <= PARAMS_MOST; i++) {
		if (value.p[i] == '"')
			is_quoted = !is_quoted;
		else if (is_quoted && is_escape(value, i))
			i++;
		else if (value.p[i] == ';' && !is_quoted)
			params++;
	}
	return params > PARAMS_MOST;
}

static int
by_index(const void *one, const void *two)
{
	const struct piece *a = one, *b = two;

	if (a->index != b->index)
		return a->index < b->index ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static void
add_percent(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%' && i + 2 < s.n && ascii_is_hex(s.p[i + 1]) &&
		    ascii_is_hex(s.p[i + 2])) {
			buf_add_byte(b, (char)(ascii_hex(s.p[i + 1]) << 4 |
			    ascii_hex(s.p[i + 2])));
			i += 2;
		} else {
			buf_add_byte(b, s.p[i]);
		}
	}
}

/* "utf-8'ja'" in front of the first encoded piece. */
static struct str
take_label(struct str *value)
{
	struct str label, language, text;

	if (!str_cut(*value, '\'', &label, &text) ||
	    !str_cut(text, '\'', &language, &text))
		return STR("");
	*value = text;
	return label;
}

/* Pieces joined in the order of their numbers, up to the first gap; of two
 * with one number the first counts. */
static struct str
join_pieces(struct arena *a, const piece_list *pieces, struct str *label)
{
	int64_t wanted = 0;
	struct buf b;

	buf_init_arena(&b, a, SIZE_MAX);
	for (size_t i = 0; i < pieces->n; i++) {
		struct piece *p = &pieces->at[i];

		if (p->index < wanted)
			continue;
		if (p->index > wanted)
			break;
		if (wanted++ == 0 && p->is_encoded)
			*label = take_label(&p->value);
		if (p->is_encoded)
			add_percent(&b, p->value);
		else
			buf_add_str(&b, p->value);
	}
	return buf_str(&b);
}

static bool
collect_sorted(piece_list *pieces, struct arena *a, struct str value,
    const char *name)
{
	collect(pieces, a, params_of(value), name);
	if (pieces->n > 1)
		qsort(pieces->at, pieces->n, sizeof(*pieces->at), by_index);
	return pieces->n != 0;
}

static struct str
value_of(struct arena *a, const piece_list *pieces, struct str *label)
{
	const struct piece *p;

	VEC_EACH(p, pieces)
		if (p->index == 0)
			return join_pieces(a, pieces, label);
	return pieces->at[0].value;
}

static bool
find_param(struct arena *a, struct str value, const char *name,
    struct str *out, struct str *label)
{
	piece_list pieces = { .n = 0 };

	*label = STR("");
	if (!collect_sorted(&pieces, a, value, name))
		return false;
	*out = value_of(a, &pieces, label);
	return true;
}

size_t
header_param_all(struct str *out, size_t most, struct arena *a,
    struct str value, const char *name)
{
	piece_list pieces = { .n = 0 };
	struct str label;
	size_t n = 0;

	if (!collect_sorted(&pieces, a, value, name))
		return 0;
	out[n++] = value_of(a, &pieces, &label);
	for (size_t i = 0; i < pieces.n && pieces.n > 1; i++)
		if (pieces.at[i].index == -1) {
			n -= n == most;
			out[n++] = pieces.at[i].value;
		}
	return n;
}

bool
header_param(struct arena *a, struct str value, const char *name,
    struct str *out)
{
	struct str label;

	/* most fields that are asked have none, whatever their charset */
	if (!str_has(value, ';') ||
	    !find_param(a, header_utf8(a, value), name, out, &label))
		return false;
	*out = header_text(a, charset_decode(a, *out, label).utf8);
	return true;
}

struct str
header_word(struct arena *a, struct str value)
{
	size_t n = 0;

	value = str_trim(value);
	while (n < value.n && value.p[n] != ';' && value.p[n] != '(' &&
	    value.p[n] != '\0')
		n++;
	return str_lower(a, str_trim(str_head(value, n)));
}
