/* SPDX-License-Identifier: Apache-2.0 */
/* A letter gives a value; its pieces are turned, cut and joined by dots. */
#include "check/spfmacro.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"

enum { PIECES_MOST = 128 };

/* "%{ir2.}" without the brace signs. */
struct macro {
	char letter;
	bool is_upper, is_reversed;
	unsigned last;         /* how many pieces from the right; 0: all */
	struct str delimiters;
};

bool
spf_macro_uses_validated(struct str s)
{
	return str_case_find_str(s, STR("%{p")) < s.n;
}

/* Nibbles with dots for IPv6: 7.3. */
static struct str
dotted(struct arena *a, const struct addr *addr)
{
	char text[ADDR_TEXT], nibbles[64];
	size_t n = 0;

	if (addr->family == 4) {
		addr_format(addr, text);
		return str_copy(a, str_of(text));
	}
	for (size_t i = 0; i < 16; i++) {
		nibbles[n++] = "0123456789ABCDEF"[addr->bytes[i] >> 4];
		nibbles[n++] = '.';
		nibbles[n++] = "0123456789ABCDEF"[addr->bytes[i] & 15];
		nibbles[n++] = '.';
	}
	return str_copy(a, (struct str){ nibbles, n - 1 });
}

static struct str
readable(struct arena *a, const struct addr *addr)
{
	char text[ADDR_TEXT];

	addr_format(addr, text);
	return str_copy(a, str_of(text));
}

static struct str
value_of(struct arena *a, char letter, const struct spf_values *v)
{
	switch (letter) {
	case 's':
		return str_cat(a, v->local, STR("@"), v->sender_domain);
	case 'l':
		return v->local;
	case 'o':
		return v->sender_domain;
	case 'd':
		return v->domain;
	case 'i':
		return dotted(a, &v->ip);
	case 'p':
		return v->validated.n != 0 ? v->validated : STR("unknown");
	case 'v':
		return v->ip.family == 6 ? STR("ip6") : STR("in-addr");
	case 'h':
		return v->helo;
	case 'c':
		return readable(a, &v->ip);
	case 'r':
		return v->receiver.n != 0 ? v->receiver : STR("unknown");
	default:
		return str_printf(a, "%" PRId64, v->now);
	}
}

static struct str
cut_and_turn(struct arena *a, struct str value, const struct macro *m)
{
	struct str pieces[PIECES_MOST];
	size_t n = 0, begin = 0, first;

	for (size_t i = 0; i <= value.n && n < PIECES_MOST; i++) {
		if (i < value.n && !str_has(m->delimiters, value.p[i]))
			continue;
		pieces[n++] = str_sub(value, begin, i);
		begin = i + 1;
	}
	for (size_t i = 0; m->is_reversed && i < n / 2; i++) {
		struct str other = pieces[n - 1 - i];

		pieces[n - 1 - i] = pieces[i];
		pieces[i] = other;
	}
	first = m->last == 0 || m->last > n ? 0 : n - m->last;
	return str_join(a, pieces + first, n - first, STR("."));
}

/* RFC 3986 2.3: what may stand in a URL as it is. */
static void
add_escaped(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (ascii_is_alnum(s.p[i]) || str_has(STR("-._~"), s.p[i]))
			buf_add_byte(b, s.p[i]);
		else
			buf_printf(b, "%%%02X", (unsigned char)s.p[i]);
	}
}

static struct macro
take_macro(struct str *s)
{
	struct macro m = { .letter = ascii_lower(s->p[0]),
		.is_upper = s->p[0] != ascii_lower(s->p[0]) };
	size_t n = 1;

	for (; ascii_is_digit(s->p[n]); n++) {
		if (m.last < PIECES_MOST)
			m.last = m.last * 10 + (unsigned)(s->p[n] - '0');
	}
	m.is_reversed = ascii_lower(s->p[n]) == 'r';
	n += m.is_reversed;
	*s = str_from(*s, n);
	n = str_find(*s, '}');
	m.delimiters = n == 0 ? STR(".") : str_head(*s, n);
	*s = str_from(*s, n + 1);
	return m;
}

static void
expand(struct buf *b, struct arena *a, struct str *s,
    const struct spf_values *values)
{
	struct macro m = take_macro(s);
	struct str value = cut_and_turn(a, value_of(a, m.letter, values), &m);

	if (m.is_upper)
		add_escaped(b, value);
	else
		buf_add_str(b, value);
}

struct str
spf_macro_expand(struct arena *a, struct str s,
    const struct spf_values *values)
{
	struct buf b;

	buf_init_arena(&b, a, SPF_EXPANDED_MOST);
	while (s.n != 0) {
		if (str_skip(&s, STR("%{")))
			expand(&b, a, &s, values);
		else if (str_skip(&s, STR("%%")))
			buf_add_byte(&b, '%');
		else if (str_skip(&s, STR("%_")))
			buf_add_byte(&b, ' ');
		else if (str_skip(&s, STR("%-")))
			buf_add_str(&b, STR("%20"));
		else {
			buf_add_byte(&b, s.p[0]);
			s = str_from(s, 1);
		}
	}
	return buf_str(&b);
}
