/* SPDX-License-Identifier: Apache-2.0 */
/* Names at connect time and local parts, sorted by their shape. */
#include "rule/hostclass.h"

#include <string.h>

#include "base/vec.h"

enum { NAME_MOST = 255, LABEL_MOST = 63, NUMBERS_MOST = 64 };

static bool
is_label(struct str label)
{
	if (label.n == 0 || label.n > LABEL_MOST || label.p[0] == '-' ||
	    label.p[label.n - 1] == '-')
		return false;
	for (size_t i = 0; i < label.n; i++)
		if (!ascii_is_alnum(label.p[i]) && label.p[i] != '-' &&
		    label.p[i] != '_')
			return false;
	return true;
}

const char *const hostclass_helo_words[] = { "fqdn", "generic",
	"single-label", "literal", "invalid", NULL };
const char *const hostclass_rdns_words[] = { "none", "named", "generic",
	"dynamic", "static", NULL };

struct str
hostclass_helo(struct str helo, const struct addr *of)
{
	struct str label, rest;
	struct addr addr;
	size_t labels = 0;

	if (addr_parse(helo, &addr))
		return STR("literal");
	if (str_ends(helo, STR(".")))
		helo.n--;
	if (helo.n == 0 || helo.n > NAME_MOST)
		return STR("invalid");
	rest = helo;
	while (str_next(&rest, '.', &label)) {
		if (!is_label(label))
			return STR("invalid");
		labels++;
	}
	if (labels == 1)
		return STR("single-label");
	return hostclass_is_generic(helo, of) ? STR("generic") : STR("fqdn");
}

/* The numbers that stand in a name, in order; larger ones as 256. */
static size_t
read_numbers(struct str name, unsigned out[static NUMBERS_MOST])
{
	size_t n = 0;

	for (size_t i = 0; i < name.n && n < NUMBERS_MOST; i++) {
		unsigned value = 0;

		if (!ascii_is_digit(name.p[i]))
			continue;
		for (; i < name.n && ascii_is_digit(name.p[i]); i++)
			value = value > 255 ? 256
			    : value * 10 + (unsigned)(name.p[i] - '0');
		out[n++] = value;
	}
	return n;
}

static bool
has_in_order(const unsigned *numbers, size_t n, const uint8_t octets[static 4],
    bool is_backwards)
{
	for (size_t i = 0; i + 4 <= n; i++) {
		size_t k = 0;

		while (k < 4 &&
		    numbers[i + k] == octets[is_backwards ? 3 - k : k])
			k++;
		if (k == 4)
			return true;
	}
	return false;
}

static char *
put_hex(char *to, unsigned octet)
{
	*to++ = "0123456789abcdef"[octet >> 4];
	*to++ = "0123456789abcdef"[octet & 15];
	return to;
}

static char *
put_decimal(char *to, unsigned octet)
{
	*to++ = (char)('0' + octet / 100);
	*to++ = (char)('0' + octet / 10 % 10);
	*to++ = (char)('0' + octet % 10);
	return to;
}

static bool
has_text(struct str name, bool is_hex, const uint8_t o[static 4],
    bool is_backwards)
{
	char text[12], *to = text;

	for (size_t i = 0; i < 4; i++) {
		unsigned octet = o[is_backwards ? 3 - i : i];

		to = is_hex ? put_hex(to, octet) : put_decimal(to, octet);
	}
	return str_case_find_str(name, str_between(text, to)) != name.n;
}

/* As many as an address has in hex.  Most names have none, and then it need
 * not be looked for in either form. */
static bool
has_hex_run(struct str name)
{
	size_t n = 0;

	for (size_t i = 0; i < name.n && n < 8; i++)
		n = ascii_is_hex(name.p[i]) ? n + 1 : 0;
	return n == 8;
}

static bool
is_generic4(struct str name, const uint8_t o[static 4])
{
	unsigned numbers[NUMBERS_MOST];
	size_t n = read_numbers(name, numbers);
	bool has_run = has_hex_run(name);

	for (int backwards = 0; backwards < 2; backwards++)
		if (has_in_order(numbers, n, o, backwards != 0) ||
		    (has_run && (has_text(name, true, o, backwards != 0) ||
			has_text(name, false, o, backwards != 0))))
			return true;
	return false;
}

/* The last 64 bits as hex digits in a row, with or without separators, or
 * backwards, as reverse zones have them: the prefix is often left out. */
static bool
has_digits6(struct str name, const uint8_t bytes[static 16])
{
	char wanted[16], backwards[16], *to = wanted, digits[NAME_MOST];
	struct str all = { digits, 0 };
	size_t n = 0;

	for (size_t i = 0; i < 8; i++)
		to = put_hex(to, bytes[8 + i]);
	for (size_t i = 0; i < sizeof(wanted); i++)
		backwards[i] = wanted[sizeof(wanted) - 1 - i];
	for (size_t i = 0; i < name.n && n < sizeof(digits); i++)
		if (name.p[i] != '-' && name.p[i] != '.' && name.p[i] != ':')
			digits[n++] = ascii_lower(name.p[i]);
	all.n = n;
	return str_find_str(all, str_between(wanted, to)) != n ||
	    str_find_str(all, (struct str){ backwards,
	    sizeof(backwards) }) != n;
}

/* Numbers of up to four hex digits between separators, and what else stands
 * between them; "--" is the "::" of an address. */
enum { GROUP_OTHER = -1, GROUP_GAP = -2 };

struct groups {
	int at[NUMBERS_MOST];
	size_t n;
};

static int
group_of(struct str text)
{
	int value = 0;

	if (text.n > 4)
		return GROUP_OTHER;
	for (size_t i = 0; i < text.n; i++) {
		if (!ascii_is_hex(text.p[i]))
			return GROUP_OTHER;
		value = value * 16 + ascii_hex(text.p[i]);
	}
	return value;
}

static void
read_groups(struct str name, struct groups *out)
{
	size_t begin = 0;

	out->n = 0;
	for (size_t i = 0; i <= name.n && out->n < NUMBERS_MOST; i++) {
		if (i < name.n && ascii_is_alnum(name.p[i]))
			continue;
		out->at[out->n++] = begin == i ? GROUP_GAP
		    : group_of(str_sub(name, begin, i));
		begin = i + 1;
	}
}

/* How many groups before the gap are the first of the address, at least two:
 * fewer say nothing. */
static size_t
head_before(const struct groups *g, size_t gap, const int hextets[static 8])
{
	for (size_t n = gap < 7 ? gap : 7; n >= 2; n--)
		if (memcmp(&g->at[gap - n], hextets, n * sizeof(int)) == 0)
			return n;
	return 0;
}

static size_t
tail_behind(const struct groups *g, size_t gap, const int hextets[static 8])
{
	size_t most = g->n - gap - 1;

	for (size_t n = most < 6 ? most : 6; n >= 1; n--)
		if (memcmp(&g->at[gap + 1], &hextets[8 - n],
		    n * sizeof(int)) == 0)
			return n;
	return 0;
}

/* "2001-db8--1" */
static bool
has_gap(const struct groups *g, const int hextets[static 8])
{
	for (size_t i = 0; i < g->n; i++) {
		size_t head = 0, tail = 0, zeros;

		if (g->at[i] == GROUP_GAP) {
			head = head_before(g, i, hextets);
			tail = tail_behind(g, i, hextets);
		}
		if (head == 0 || tail == 0 || head + tail > 8)
			continue;
		zeros = head;
		while (zeros < 8 - tail && hextets[zeros] == 0)
			zeros++;
		if (zeros == 8 - tail)
			return true;
	}
	return false;
}

/* "2001-db8-1-2-3-4-5-6", of which the last four do. */
static bool
has_groups6(struct str name, const uint8_t bytes[static 16])
{
	struct groups g;
	int hextets[8];

	for (size_t i = 0; i < 8; i++)
		hextets[i] = bytes[2 * i] << 8 | bytes[2 * i + 1];
	read_groups(name, &g);
	for (size_t i = 0; i + 4 <= g.n; i++)
		if (memcmp(&g.at[i], &hextets[4], 4 * sizeof(int)) == 0)
			return true;
	return has_gap(&g, hextets);
}

static bool
is_generic6(struct str name, const uint8_t bytes[static 16])
{
	return has_digits6(name, bytes) || has_groups6(name, bytes);
}

bool
hostclass_is_generic(struct str name, const struct addr *addr)
{
	name = str_head(name, NAME_MOST);
	if (name.n == 0 || addr->family == 0)
		return false;
	return addr->family == 4 ? is_generic4(name, addr->bytes)
	                         : is_generic6(name, addr->bytes);
}

/* What providers call their lines, between dots, hyphens and digits. */
static bool
has_word(struct str name, const char *const *words)
{
	for (size_t i = 0, n; i < name.n; i += n + 1) {
		for (n = 0; i + n < name.n && ascii_is_alpha(name.p[i + n]);)
			n++;
		for (size_t k = 0; words[k] != NULL; k++)
			if (str_case_is(str_sub(name, i, i + n), words[k]))
				return true;
	}
	return false;
}

struct str
hostclass_rdns(struct str name, const struct addr *addr)
{
	static const char *const dynamic[] = { "adsl", "broadband", "cable",
		"dhcp", "dial", "dialup", "dsl", "dyn", "dynamic", "dynip",
		"ftth", "lte", "mobile", "pool", "ppp", "pppoe", "vdsl",
		"wifi", "wlan", NULL };
	static const char *const fixed[] = { "fixed", "static", "stat", NULL };

	if (!hostclass_is_generic(name, addr))
		return STR("named");
	name = str_head(name, NAME_MOST);
	if (has_word(name, fixed))
		return STR("static");
	return has_word(name, dynamic) ? STR("dynamic") : STR("generic");
}
