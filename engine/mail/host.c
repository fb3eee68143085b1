/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hosts of URLs: domains, IPv4 in all its notations, IPv6.  What is registered
 * of a domain is told by suffix.c.
 */
#include "mail/host.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/idna.h"
#include "mail/url.h"

static bool
is_forbidden(char c)
{
	static const bool forbidden[0x80] = {
		['#'] = true, ['/'] = true, [':'] = true, ['<'] = true,
		['>'] = true, ['?'] = true, ['@'] = true, ['['] = true,
		['\\'] = true, [']'] = true, ['^'] = true, ['|'] = true,
		['%'] = true,
	};

	return (unsigned char)c <= 0x20 || (unsigned char)c >= 0x7f ||
	    forbidden[(unsigned char)c];
}

static bool
has_forbidden(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (is_forbidden(s.p[i]))
			return true;
	return false;
}

/* One part of an IPv4 address: decimal, 0x hex, 0 octal; "0x" is zero. */
static bool
ipv4_number(struct str s, uint64_t *value)
{
	unsigned base = 10;

	*value = 0;
	if (s.n == 0)
		return false;
	if (s.n >= 2 && str_case_skip(&s, STR("0x")))
		base = 16;
	else if (s.n >= 2 && str_skip(&s, STR("0")))
		base = 8;
	for (size_t i = 0; i < s.n; i++) {
		if (!ascii_is_hex(s.p[i]) ||
		    (unsigned)ascii_hex(s.p[i]) >= base)
			return false;
		if (*value <= UINT32_MAX)
			*value = *value * base + (unsigned)ascii_hex(s.p[i]);
	}
	return true;
}

/* Such a host is an IPv4 address or nothing at all. */
static bool
ends_in_number(struct str s)
{
	struct str last = str_from(s, s.n);
	uint64_t value;
	size_t dot = str_find_last(s, '.');

	last = dot == s.n ? s : str_from(s, dot + 1);
	if (last.n == 0)
		return false;
	for (size_t i = 0; i < last.n; i++)
		if (!ascii_is_digit(last.p[i]))
			return str_case_starts(last, STR("0x")) &&
			    ipv4_number(last, &value);
	return true;
}

static bool
ipv4_read(struct str *out, struct arena *a, struct str s)
{
	uint64_t part[4], address = 0;
	struct str piece;
	size_t n = 0;

	while (str_next(&s, '.', &piece)) {
		if (n == 4 || !ipv4_number(piece, &part[n]))
			return false;
		n++;
	}
	for (size_t i = 0; i + 1 < n; i++) {
		if (part[i] > 255)
			return false;
		address |= part[i] << (24 - 8 * i);
	}
	if (n == 0 || part[n - 1] >= (uint64_t)1 << (8 * (5 - n)))
		return false;
	address |= part[n - 1];
	*out = str_printf(a, "%u.%u.%u.%u", (unsigned)(address >> 24),
	    (unsigned)(address >> 16 & 255), (unsigned)(address >> 8 & 255),
	    (unsigned)(address & 255));
	return true;
}

/* The longest run of zero pieces, two at least; 8 when there is none. */
static unsigned
ipv6_gap(const unsigned piece[static 8], unsigned *length)
{
	unsigned best = 8;

	*length = 1;
	for (unsigned i = 0; i < 8; i++) {
		unsigned n = 0;

		while (i + n < 8 && piece[i + n] == 0)
			n++;
		if (n > *length) {
			*length = n;
			best = i;
		}
	}
	return best;
}

static bool
ipv6_read(struct str *out, struct arena *a, struct str s)
{
	unsigned char bytes[16];
	unsigned piece[8], gap, length;
	char text[64];
	struct buf b;

	if (s.n >= sizeof(text))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (strlen(text) != s.n || inet_pton(AF_INET6, text, bytes) != 1)
		return false;
	for (size_t i = 0; i < 8; i++)
		piece[i] = (unsigned)(bytes[2 * i] << 8 | bytes[2 * i + 1]);
	gap = ipv6_gap(piece, &length);
	buf_init_arena(&b, a, sizeof(text));
	buf_add_byte(&b, '[');
	for (unsigned i = 0; i < 8; i++) {
		if (i == gap) {
			buf_add_str(&b, i == 0 ? STR("::") : STR(":"));
			i += length - 1;
			continue;
		}
		buf_printf(&b, "%x%s", piece[i], i == 7 ? "" : ":");
	}
	buf_add_byte(&b, ']');
	*out = buf_str(&b);
	return true;
}

/* What UTS 46 drops, and nobody sees, fills no room. */
static struct str
without_ignored(struct arena *a, struct str s)
{
	struct buf b;

	buf_init_arena(&b, a, s.n * 3);
	for (size_t at = 0; at < s.n;) {
		uint32_t c = utf8_next(s, &at);

		if (c != 0xad && c != 0x34f && c != 0x200b && c != 0x2060 &&
		    c != 0x2064 && c != 0xfeff &&
		    !(c >= 0x180b && c <= 0x180f) &&
		    !(c >= 0xfe00 && c <= 0xfe0f) &&
		    !(c >= 0xe0100 && c <= 0xe01ef))
			utf8_add(&b, c);
	}
	return buf_str(&b);
}

static struct str
without_dots(struct str s)
{
	while (str_ends(s, STR(".")))
		s.n--;
	return s;
}

static bool
domain_read(struct host *out, struct arena *a, struct str s)
{
	/* A broken A-label in an ASCII name is looked up as it stands. */
	if (utf8_is_ascii(s))
		out->name = str_lower(a, s);
	else if (!idna_read(&out->name, &out->shown, a, s))
		return false;
	out->name = without_dots(out->name);
	if (out->name.n == 0 || has_forbidden(out->name))
		return false;
	if (ends_in_number(out->name)) {
		out->is_ip = true;
		return ipv4_read(&out->name, a, out->name);
	}
	return true;
}

bool
host_read(struct host *out, struct arena *a, struct str text, bool is_encoded)
{
	*out = (struct host){ 0 };
	if (text.n == 0 || text.n > HOST_WRITTEN_MOST)
		return false;
	if (text.p[0] == '[') {
		out->is_ip = str_ends(text, STR("]")) &&
		    ipv6_read(&out->name, a, str_sub(text, 1, text.n - 1));
		out->shown = out->name;
		return out->is_ip;
	}
	if (is_encoded)
		text = url_decode(a, text);
	if (text.n > HOST_MOST)
		text = without_ignored(a, text);
	if (text.n > HOST_MOST || !domain_read(out, a, text) ||
	    out->name.n > HOST_MOST)
		return false;
	out->shown = out->shown.n != 0 && !out->is_ip ?
	    without_dots(out->shown) : idna_shown(a, out->name);
	return true;
}

void
hosts_prepare(void)
{
	idna_prepare();
	host_is_suffix(STR("example"));
}

bool
host_normalize(struct str *out, struct arena *a, struct str host)
{
	struct host h;

	if (!host_read(&h, a, host, false))
		return false;
	*out = h.name;
	return true;
}

bool
host_is_below(struct str host, struct str domain)
{
	if (domain.n == 0 || !str_case_ends(host, domain))
		return false;
	return host.n == domain.n || host.p[host.n - domain.n - 1] == '.';
}
