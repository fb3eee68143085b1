/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of lists and values of mails in the form in which they meet.  A feed
 * has a million rows, nearly all plain: those take a short way that comes to
 * the same as the readers of patterns, which undo defanging and IDN.
 */
#include "base/arena.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/url.h"
#include "rule/field.h"
#include "rule/list.h"
#include "rule/pattern.h"

enum { HOST_MOST = 253, LABEL_MOST = 63, KEYS_MOST = 40, URL_MOST = 2000,
	PHRASE_LEAST = 4 };

static const char *const type_fields[LIST_TYPES] = {
	[LIST_DOMAIN] = "url.domain",
	[LIST_HOST] = "url.host",
	[LIST_URL] = "url",
	[LIST_IP] = "ip",
	[LIST_EMAIL] = "from",
	[LIST_SHA256] = "file.sha256",
	[LIST_PHRASE] = "body",
};

/* Lower-case letters, digits and dashes, two labels at least, the last of
 * them no number: what DNS has, as it is. */
static bool
is_plain_host(struct str s)
{
	size_t label = 0, dots = 0;
	bool has_letter = false;

	if (s.n == 0 || s.n > HOST_MOST || str_starts(s, STR("xn--")))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '.') {
			if (label == 0 || s.p[i - 1] == '-')
				return false;
			dots++;
			label = 0;
			has_letter = false;
			continue;
		}
		if (!ascii_is_digit(c) && (c < 'a' || c > 'z') &&
		    (c != '-' || label == 0))
			return false;
		has_letter |= !ascii_is_digit(c);
		if (++label > LABEL_MOST)
			return false;
	}
	return dots != 0 && label != 0 && has_letter &&
	    s.p[s.n - 1] != '-' && str_find_str(s, STR(".xn--")) == s.n;
}

static struct str
without_www(struct str host)
{
	struct str rest = host;

	return str_skip(&rest, STR("www.")) && str_has(rest, '.') ? rest
	    : host;
}

/* Bytes that neither defanging nor decoding would change. */
static bool
is_plain_tail(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c <= ' ' || c >= 0x7f || c == '%' || c == '\\' ||
		    c == '[' || c == ']' || c == '(' || c == ')' ||
		    c == '{' || c == '}' || c == ';' || c == '#' ||
		    (c == '/' && i + 1 < s.n && (s.p[i + 1] == '/' ||
		    s.p[i + 1] == '.')))
			return false;
	}
	return true;
}

static bool
plain_url(struct str *key, struct arena *a, struct str s)
{
	struct str host, tail;
	size_t at;

	if (!str_skip(&s, STR("https://")) && !str_skip(&s, STR("http://")))
		return false;
	at = str_find(s, '/');
	host = str_head(s, at);
	tail = str_from(s, at);
	if (!is_plain_host(host) || !is_plain_tail(tail) ||
	    s.n > URL_MOST || str_ends(tail, STR("?")))
		return false;
	if (tail.n == 0)
		tail = STR("/");
	*key = str_cat(a, STR("https://"), without_www(host), tail);
	return true;
}

static bool
plain_key(struct str *key, struct arena *a, enum list_type type, struct str s)
{
	switch (type) {
	case LIST_DOMAIN:
	case LIST_HOST:
		*key = without_www(s);
		return is_plain_host(s);
	case LIST_URL:
		return plain_url(key, a, s);
	default:
		return false;
	}
}

/* One address or network, defanged or not. */
static bool
read_net(struct addr_range *range, struct arena *a, struct str value)
{
	struct pattern pattern;
	struct diags d;

	diags_init(&d, a);
	if (!pattern_read(&pattern, a, field_find(str_of(
	    type_fields[LIST_IP])), value, &d, (struct mark){ 0 }) ||
	    pattern.kind != PATTERN_NET)
		return false;
	addr_range_of_net(range, &pattern.net);
	return true;
}

/* "10.0.0.0/8 ; SBL1" as well, and "192.0.2.1-192.0.2.9". */
static bool
read_range(struct addr_range *range, struct arena *a, struct str value)
{
	struct addr_range last;
	struct str from, to;

	value = str_head(value, str_find(value, ';'));
	value = str_trim(str_head(value, str_find(value, '#')));
	if (!str_cut(value, '-', &from, &to))
		return read_net(range, a, value);
	return read_net(range, a, str_trim(from)) &&
	    addr_eq(&range->first, &range->last) &&
	    read_net(&last, a, str_trim(to)) &&
	    addr_eq(&last.first, &last.last) &&
	    addr_range_make(range, &range->first, &last.last);
}

bool
list_key_read(struct list_key *key, struct arena *a, enum list_type type,
    struct str value)
{
	struct pattern pattern;
	struct diags d;

	value = str_trim(value);
	*key = (struct list_key){ 0 };
	if (value.n == 0 || value.n > URL_MOST)
		return false;
	if (type == LIST_IP)
		return read_range(&key->range, a, value);
	if (plain_key(&key->text, a, type, value))
		return true;
	if (type == LIST_EMAIL && str_skip(&value, STR("@"))) {
		if (!list_key_read(key, a, LIST_HOST, value))
			return false;
		key->text = str_cat(a, STR("@"), key->text);
		return true;
	}
	diags_init(&d, a);
	/* A star in a feed is a star, and nobody else's regex is run. */
	if (!pattern_read(&pattern, a, field_find(str_of(type_fields[type])),
	    type == LIST_URL || type == LIST_PHRASE
	    ? str_cat(a, STR("lit:"), value) : value, &d, (struct mark){ 0 }))
		return false;
	key->text = pattern.key;
	if (type == LIST_PHRASE) {
		key->text = pattern.literal;
		key->regex = pattern.regex;
		key->is_caseless = pattern.is_caseless;
		return pattern.kind == PATTERN_REGEX &&
		    utf8_count(key->text) >= PHRASE_LEAST;
	}
	return pattern.kind == (type == LIST_DOMAIN ? PATTERN_BELOW
	    : PATTERN_KEY);
}

static struct str
host_of(struct arena *a, struct str s)
{
	size_t at = str_find_last(s, '@');

	s = str_lower(a, at == s.n ? s : str_from(s, at + 1));
	if (s.n > 1 && str_ends(s, STR(".")))
		s.n--;
	return without_www(s);
}

/* The name and those above it, down to the registrable one: what stands in
 * a list under a public suffix would hit half the world. */
static void
add_domains(list_keys *out, struct arena *a, struct str host)
{
	struct str site = host_registrable(host);

	while (host.n != 0 && out->n < KEYS_MOST) {
		*VEC_ADD(a, out) = host;
		if (host.n <= site.n || site.n == 0)
			return;
		host = str_from(host, str_find(host, '.') + 1);
	}
}

/* As it is, without its query, then the folders above it; the form has a
 * scheme of five letters and a path. */
static void
add_urls(list_keys *out, struct arena *a, struct str url)
{
	size_t query = str_find(url, '?');
	size_t root = str_find_str(url, STR("://")) + 3;

	*VEC_ADD(a, out) = url;
	if (query < url.n)
		*VEC_ADD(a, out) = str_head(url, query);
	url = str_head(url, query);
	root += str_find(str_from(url, root), '/');
	if (url.n != 0 && url.p[url.n - 1] == '/')
		url.n--;
	while (out->n < KEYS_MOST && url.n > root) {
		url.n = str_find_last(url, '/') + 1;
		*VEC_ADD(a, out) = url;
		url.n--;
	}
}

void
list_keys_of(list_keys *out, struct arena *a, enum list_type type,
    struct str value)
{
	struct str lower;
	size_t at;

	switch (type) {
	case LIST_DOMAIN:
		add_domains(out, a, host_of(a, value));
		return;
	case LIST_HOST:
		*VEC_ADD(a, out) = host_of(a, value);
		return;
	case LIST_URL:
		add_urls(out, a, value);
		return;
	case LIST_EMAIL:
		lower = str_lower(a, value);
		at = str_find_last(lower, '@');
		*VEC_ADD(a, out) = lower;
		if (at < lower.n)
			*VEC_ADD(a, out) = str_from(lower, at);
		return;
	default:
		*VEC_ADD(a, out) = type == LIST_PHRASE ? value
		    : str_lower(a, value);
		return;
	}
}
