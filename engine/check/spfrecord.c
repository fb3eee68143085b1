/* SPDX-License-Identifier: Apache-2.0 */
/* Terms are looked up in a table that says what each may carry. */
#include "check/spfrecord.h"

#include "base/arena.h"

enum { BITS4 = 32, BITS6 = 128 };

enum domain { DOMAIN_NONE, DOMAIN_MAY, DOMAIN_MUST };

static const struct mechanism {
	struct str name;
	enum spf_kind kind;
	enum domain domain;
	bool has_bits;
} mechanisms[] = {
	{ STR_INIT("all"), SPF_ALL, DOMAIN_NONE, false },
	{ STR_INIT("include"), SPF_INCLUDE, DOMAIN_MUST, false },
	{ STR_INIT("a"), SPF_A, DOMAIN_MAY, true },
	{ STR_INIT("mx"), SPF_MX, DOMAIN_MAY, true },
	{ STR_INIT("ptr"), SPF_PTR, DOMAIN_MAY, false },
	{ STR_INIT("ip4"), SPF_IP4, DOMAIN_MUST, false },
	{ STR_INIT("ip6"), SPF_IP6, DOMAIN_MUST, false },
	{ STR_INIT("exists"), SPF_EXISTS, DOMAIN_MUST, false },
};

/* What stands behind "%{": a letter, digits, "r", delimiters, "}". */
static bool
skip_macro(struct str *s, bool is_explanation)
{
	struct str letters = is_explanation ? STR("slodiphvcrt")
	    : STR("slodiphv");
	bool is_zero = true, has_digits = false;

	if (s->n == 0 || !str_has(letters, ascii_lower(s->p[0])))
		return false;
	*s = str_from(*s, 1);
	for (; s->n != 0 && ascii_is_digit(s->p[0]); *s = str_from(*s, 1)) {
		has_digits = true;
		is_zero = is_zero && s->p[0] == '0';
	}
	if (has_digits && is_zero)
		return false;
	str_case_skip(s, STR("r"));
	while (s->n != 0 && str_has(STR(".-+,/_="), s->p[0]))
		*s = str_from(*s, 1);
	return str_skip(s, STR("}"));
}

bool
spf_is_macro_string(struct str s, bool is_explanation)
{
	while (s.n != 0) {
		char c = s.p[0];

		s = str_from(s, 1);
		if (c != '%') {
			if ((c < '!' || c > '~') &&
			    !(is_explanation && c == ' '))
				return false;
		} else if (str_skip(&s, STR("{"))) {
			if (!skip_macro(&s, is_explanation))
				return false;
		} else if (!str_skip(&s, STR("%")) &&
		    !str_skip(&s, STR("_")) && !str_skip(&s, STR("-"))) {
			return false;
		}
	}
	return true;
}

/* "com", "xn--p1ai", "a1": letters, digits, hyphens inside, not digits
 * alone. */
static bool
is_top_label(struct str s)
{
	bool has_other = false;

	if (s.n == 0 || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!ascii_is_alnum(s.p[i]) && s.p[i] != '-')
			return false;
		has_other = has_other || !ascii_is_digit(s.p[i]);
	}
	return has_other;
}

/* Ends in a top label or a macro: 7.1, domain-end. */
static bool
is_domain_spec(struct str s)
{
	struct str plain = s;
	size_t dot;

	if (!spf_is_macro_string(s, false))
		return false;
	if (str_ends(s, STR("}")) && str_has(s, '{'))
		return true;
	if (str_ends(s, STR("%%")) || str_ends(s, STR("%_")) ||
	    str_ends(s, STR("%-")))
		return true;
	if (str_ends(plain, STR(".")))
		plain.n--;
	dot = str_find_last(plain, '.');
	return dot < plain.n && is_top_label(str_from(plain, dot + 1));
}

/* "/24" at the end of *s: taken off, when it is there. */
static bool
take_bits(struct str *s, struct str slash, unsigned most, uint8_t *bits)
{
	size_t at = str_find_last(*s, '/'), digits = at + 1;
	struct str number = str_from(*s, digits);
	int64_t value;

	if (at == s->n || number.n == 0)
		return at == s->n;
	if (slash.n == 2 && (at == 0 || s->p[at - 1] != '/'))
		return true;
	if (slash.n == 1 && at > 0 && s->p[at - 1] == '/')
		return false;
	for (size_t i = 0; i < number.n; i++) {
		/* "/abc" is a piece of a macro or wrong: seen later. */
		if (!ascii_is_digit(number.p[i]))
			return true;
	}
	if (number.n > 3 || !str_to_int(number, &value) || value > most ||
	    (number.n > 1 && number.p[0] == '0'))
		return false;
	*bits = (uint8_t)value;
	*s = str_head(*s, at + 1 - slash.n);
	return true;
}

static struct addr
map_4(const struct addr *addr)
{
	struct addr six = { .family = 6 };

	six.bytes[10] = six.bytes[11] = 0xff;
	memcpy(six.bytes + 12, addr->bytes, 4);
	return six;
}

static bool
read_net(struct spf_term *t, struct str value)
{
	struct str text, bits = STR("");
	bool is_4 = t->kind == SPF_IP4;
	int64_t n = is_4 ? BITS4 : BITS6;
	bool has_bits = str_cut(value, '/', &text, &bits);

	if (has_bits && (bits.n > 3 || (bits.n > 1 && bits.p[0] == '0') ||
	    !str_to_int(bits, &n) || n < 0))
		return false;
	if (!addr_parse(text, &t->net.addr) ||
	    str_has(text, ':') == is_4 || n > (is_4 ? BITS4 : BITS6))
		return false;
	/* "::ffff:192.0.2.1" is an ip6 that addr_parse reads as IPv4, as it
	 * does the client's (5).  A shorter prefix is about IPv6: "/0" is
	 * not every IPv4 address. */
	if (!is_4 && t->net.addr.family == 4 && n >= 96)
		n -= 96;
	else if (!is_4 && t->net.addr.family == 4)
		t->net.addr = map_4(&t->net.addr);
	t->net.bits = (uint8_t)n;
	return text.n == 0 || (text.p[0] != '[' && !str_case_starts(text,
	    STR("ipv6:")));
}

static bool
read_argument(struct spf_term *t, const struct mechanism *m, struct str rest)
{
	bool has_domain;

	t->bits4 = BITS4;
	t->bits6 = BITS6;
	if (m->kind == SPF_IP4 || m->kind == SPF_IP6)
		return str_skip(&rest, STR(":")) && read_net(t, rest);
	if (m->has_bits && (!take_bits(&rest, STR("//"), BITS6, &t->bits6) ||
	    !take_bits(&rest, STR("/"), BITS4, &t->bits4)))
		return false;
	has_domain = str_skip(&rest, STR(":"));
	t->domain = rest;
	if (!has_domain)
		return rest.n == 0 && m->domain != DOMAIN_MUST;
	return m->domain != DOMAIN_NONE && is_domain_spec(rest);
}

/* "include:x" is one, "a/24" too; "redirect=x" is not. */
static bool
read_mechanism(struct spf_term *t, struct str text)
{
	struct str name;
	size_t n = 0;

	while (n < text.n && text.p[n] != ':' && text.p[n] != '/')
		n++;
	name = str_head(text, n);
	for (size_t i = 0; i < nitems(mechanisms); i++) {
		if (str_case_eq(name, mechanisms[i].name)) {
			t->kind = mechanisms[i].kind;
			return read_argument(t, &mechanisms[i],
			    str_from(text, n));
		}
	}
	return false;
}

static bool
is_modifier_name(struct str s)
{
	if (s.n == 0 || !ascii_is_alpha(s.p[0]))
		return false;
	for (size_t i = 1; i < s.n; i++) {
		if (!ascii_is_alnum(s.p[i]) && !str_has(STR("-_."), s.p[i]))
			return false;
	}
	return true;
}

/* Each of ours at most once: 6. */
static bool
read_modifier(struct spf_record *r, struct str name, struct str value)
{
	struct str *place = NULL;

	if (str_case_is(name, "redirect"))
		place = &r->redirect;
	else if (str_case_is(name, "exp"))
		place = &r->explanation;
	if (place == NULL)
		return spf_is_macro_string(value, false);
	if (place->n != 0 || !is_domain_spec(value))
		return false;
	*place = value;
	return true;
}

static bool
read_term(struct spf_record *r, struct arena *a, struct str text)
{
	struct spf_term t = { .qualifier = '+', .text = text };
	struct str name, value;

	if (str_cut(text, '=', &name, &value) && is_modifier_name(name))
		return read_modifier(r, name, value);
	if (text.n != 0 && str_has(STR("+-~?"), text.p[0])) {
		t.qualifier = text.p[0];
		text = str_from(text, 1);
	}
	if (!read_mechanism(&t, text))
		return false;
	*VEC_ADD(a, &r->terms) = t;
	return true;
}

bool
spf_is_record(struct str text)
{
	return str_case_skip(&text, STR("v=spf1")) &&
	    (text.n == 0 || text.p[0] == ' ');
}

bool
spf_record_read(struct spf_record *out, struct arena *a, struct str text)
{
	struct str term;

	*out = (struct spf_record){ 0 };
	text = str_from(text, STR("v=spf1").n);
	while (str_next(&text, ' ', &term)) {
		if (term.n != 0 && !read_term(out, a, term)) {
			out->wrong = term;
			return false;
		}
	}
	return true;
}
