/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hosts of URLs: domains, IPv4 in all its notations, IPv6.  What is registered
 * of a domain is told by suffix.c.
 */
#include "mail/host.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <string.h>

#include <unicode/uidna.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/url.h"

/* What browsers overlook (VerifyDnsLength and CheckHyphens are off). */
static const uint32_t tolerated = UIDNA_ERROR_EMPTY_LABEL |
    UIDNA_ERROR_LABEL_TOO_LONG | UIDNA_ERROR_DOMAIN_NAME_TOO_LONG |
    UIDNA_ERROR_LEADING_HYPHEN | UIDNA_ERROR_TRAILING_HYPHEN |
    UIDNA_ERROR_HYPHEN_3_4;

static pthread_once_t idna_once = PTHREAD_ONCE_INIT;
static UIDNA *idna; /* never changed once made */

static void
idna_make(void)
{
	UErrorCode status = U_ZERO_ERROR;

	idna = uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
	    UIDNA_NONTRANSITIONAL_TO_ASCII |
	    UIDNA_NONTRANSITIONAL_TO_UNICODE, &status);
	if (U_FAILURE(status))
		idna = NULL;
}

static bool
idna_run(struct str *out, struct arena *a, struct str s, bool is_to_ascii)
{
	enum { ROOM = HOST_MOST * 4 };
	UIDNAInfo info = UIDNA_INFO_INITIALIZER;
	UErrorCode status = U_ZERO_ERROR;
	char *to = arena_take_raw(a, ROOM);
	int32_t n;

	pthread_once(&idna_once, idna_make);
	if (idna == NULL)
		return false;
	n = is_to_ascii
	    ? uidna_nameToASCII_UTF8(idna, s.p, (int32_t)s.n, to, ROOM, &info,
		&status)
	    : uidna_nameToUnicodeUTF8(idna, s.p, (int32_t)s.n, to, ROOM,
		&info, &status);
	if (U_FAILURE(status) || n > ROOM || (info.errors & ~tolerated) != 0)
		return false;
	arena_trim(a, to, ROOM, (size_t)n);
	*out = (struct str){ to, (size_t)n };
	return true;
}

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

static bool
is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* A label that begins so hides Unicode, or pretends to. */
static bool
has_alabel(struct str s)
{
	return str_case_find_str(s, STR("xn--")) != s.n;
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

/*
 * Letters that UTS 46 came to map or to drop since Unicode 15.1, by which
 * browsers go, and that an older ICU refuses; to is what the first of a run
 * becomes.
 */
#define DROPPED UINT32_MAX

static const struct {
	uint32_t first, last, to;
} newly_mapped[] = {
	{ 0x4c0, 0x4c0, 0x4cf }, { 0x10a0, 0x10c5, 0x2d00 },
	{ 0x10c7, 0x10c7, 0x2d27 }, { 0x10cd, 0x10cd, 0x2d2d },
	{ 0x115f, 0x1160, DROPPED }, { 0x17b4, 0x17b5, DROPPED },
	{ 0x180e, 0x180e, DROPPED },
	{ 0x1e9e, 0x1e9e, 0xdf }, { 0x2132, 0x2132, 0x214e },
	{ 0x2183, 0x2183, 0x2184 }, { 0x3164, 0x3164, DROPPED },
	{ 0xffa0, 0xffa0, DROPPED }, { 0x1d173, 0x1d17a, DROPPED },
	{ 0x2f868, 0x2f868, 0x36fc }, { 0x2f874, 0x2f874, 0x5f53 },
	{ 0x2f91f, 0x2f91f, 0x243ab }, { 0x2f95f, 0x2f95f, 0x7aee },
	{ 0x2f9bf, 0x2f9bf, 0x45d7 },
};

static void
add_mapped(struct buf *b, uint32_t c)
{
	for (size_t i = 0; i < nitems(newly_mapped); i++) {
		if (c < newly_mapped[i].first || c > newly_mapped[i].last)
			continue;
		if (newly_mapped[i].to != DROPPED)
			utf8_add(b, newly_mapped[i].to + c -
			    newly_mapped[i].first);
		return;
	}
	utf8_add(b, c);
}

static struct str
map_new_letters(struct arena *a, struct str s)
{
	struct buf b;
	size_t at = 0;

	buf_init_arena(&b, a, s.n * 3 + 4);
	while (at < s.n)
		add_mapped(&b, utf8_next(s, &at));
	return buf_str(&b);
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

static bool
domain_read(struct host *out, struct arena *a, struct str s)
{
	/* A broken A-label in an ASCII name is looked up as it stands. */
	if (is_ascii(s))
		out->name = str_lower(a, s);
	else if (!idna_run(&out->name, a, map_new_letters(a, s), true))
		return false;
	while (str_ends(out->name, STR(".")))
		out->name.n--;
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
	if (!has_alabel(out->name) ||
	    !idna_run(&out->shown, a, out->name, false))
		out->shown = out->name;
	return true;
}

void
hosts_prepare(void)
{
	pthread_once(&idna_once, idna_make);
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
