/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patterns over URLs.  A URL without masks is a key; with masks, or with an
 * open end, an anchored regex over the same form.
 */
#include "rule/expand.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/url.h"
#include "rule/refang.h"

enum { URL_MOST = 2000, LITERAL_LEAST = 5 };

/* Any mail address, plain or with "%40". */
#define ANY_ADDRESS "[^&@%]{1,64}(?:@|%40)[^&]{1,255}"

struct url_text {
	struct str scheme, host, path, query;
	bool has_query;
	bool is_open; /* anything may follow */
};

static struct str
single_slashes(struct arena *a, struct str s)
{
	struct buf b;

	buf_init_arena(&b, a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '/' || i == 0 || s.p[i - 1] != '/')
			buf_add_byte(&b, s.p[i]);
	return buf_str(&b);
}

struct str
pattern_url_form(struct arena *a, struct str scheme, struct str host,
    struct str path, struct str query)
{
	struct str www = host;
	struct buf b;

	if (str_case_eq(scheme, STR("http")))
		scheme = STR("https");
	if (str_case_skip(&www, STR("www.")) && str_has(www, '.'))
		host = www;
	scheme = str_lower(a, scheme);
	buf_init_arena(&b, a, scheme.n + host.n + path.n + query.n + 8);
	buf_reserve(&b, scheme.n + host.n + path.n + query.n + 8);
	buf_add_str(&b, scheme);
	buf_add_str(&b, STR("://"));
	buf_add_str(&b, host);
	if (path.n == 0 || path.p[0] != '/')
		buf_add_byte(&b, '/');
	if (str_find_pair(path, '/', '/') == path.n)
		buf_add_str(&b, path);
	else
		buf_add_str(&b, single_slashes(a, path));
	if (query.n != 0) {
		buf_add_byte(&b, '?');
		buf_add_str(&b, query);
	}
	return buf_str(&b);
}

/* Paths are matched decoded; what is no UTF-8 then stays as it is. */
static struct str
decode_path(struct arena *a, struct str s)
{
	struct buf b;

	buf_init_arena(&b, a, s.n + 1);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%' && i + 2 < s.n && ascii_is_hex(s.p[i + 1]) &&
		    ascii_is_hex(s.p[i + 2])) {
			buf_add_byte(&b, (char)(ascii_hex(s.p[i + 1]) * 16 +
			    ascii_hex(s.p[i + 2])));
			i += 2;
		} else {
			buf_add_byte(&b, s.p[i]);
		}
	}
	return utf8_is_valid(buf_str(&b)) ? buf_str(&b) : s;
}

static struct str
undo_entities(struct arena *a, struct str s)
{
	struct str amp = STR("&amp;");
	struct buf b;

	buf_init_arena(&b, a, s.n + 1);
	while (s.n > 0) {
		size_t n = str_starts(s, amp) ? amp.n : 1;

		buf_add_byte(&b, s.p[0]);
		s = str_from(s, n);
	}
	return buf_str(&b);
}

static size_t
find_any(struct str s, const char *bytes)
{
	size_t at = 0;

	while (at < s.n && !str_has(str_of(bytes), s.p[at]))
		at++;
	return at;
}

static bool
is_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_digit(s.p[i]))
			return false;
	return true;
}

/* Behind a user name and before a port: the form has neither. */
static struct str
authority_host(struct pattern_reader *r, struct str s)
{
	size_t at = str_find_last(s, '@');
	size_t colon;

	if (at < s.n)
		s = str_from(s, at + 1);
	colon = str_find_last(s, ':');
	if (colon < s.n && (s.p[0] != '[' || s.p[colon - 1] == ']') &&
	    is_digits(str_from(s, colon + 1))) {
		diag_add(r->diags, DIAG_NOTE, r->mark, "I11",
		    "the port is not compared");
		s = str_head(s, colon);
	}
	return s;
}

static bool
split(struct pattern_reader *r, struct url_text *u, struct str s)
{
	size_t at = str_find_str(s, STR("://"));

	u->is_open = !r->is_literal && expand_cut_tail(&s);
	u->scheme = STR("https");
	if (at < s.n) {
		u->scheme = str_lower(r->arena, str_head(s, at));
		s = str_from(s, at + 3);
	}
	if (!str_is(u->scheme, "https") && !str_is(u->scheme, "http") &&
	    !str_is(u->scheme, "ftp"))
		return pattern_refuse(r, "I01", "is no web address");
	/* A mark-up character for what follows: fragments are not sent. */
	s = str_head(s, str_find(s, '#'));
	at = find_any(s, "/?");
	u->host = authority_host(r, str_head(s, at));
	s = str_from(s, at);
	at = str_find(s, '?');
	u->has_query = at < s.n;
	u->path = single_slashes(r->arena,
	    decode_path(r->arena, str_head(s, at)));
	u->query = str_from(s, at + 1);
	if (u->host.n == 0 || u->host.n > 253) {
		pattern_refuse(r, "I01", "has no host");
		diag_hint(r->diags, "a path alone goes to \"url.path\"");
		return false;
	}
	return true;
}

static void
expand_masked(struct expand *e, struct str s, const char *some)
{
	size_t from = 0, at = 0;

	while (at < s.n) {
		size_t count, n = 0;

		if (s.p[at] != '<' &&
		    (n = expand_mask_run(s, at, true, &count)) == 0) {
			at++;
			continue;
		}
		if (n != 0) {
			expand_literal(e, str_sub(s, from, at));
			expand_wild(e, some);
		} else {
			struct expand before = *e;

			expand_literal(e, str_sub(s, from, at));
			n = expand_placeholder(e, s, at);
			if (n == 0) {
				*e = before;
				at++;
				continue;
			}
		}
		at += n;
		from = at;
	}
	expand_literal(e, str_from(s, from));
}

static bool
is_masked_address(struct str value)
{
	bool has_at = str_has(value, '@') ||
	    str_case_find_str(value, STR("%40")) < value.n;

	return has_at && pattern_has_mask(value, true);
}

/* Parameters as written; a masked address stands for any. */
static void
expand_query(struct expand *e, struct str query)
{
	struct str parameter, name, value;
	bool is_first = true;

	while (str_next(&query, '&', &parameter)) {
		if (!is_first)
			expand_literal(e, STR("&"));
		is_first = false;
		if (!str_cut(parameter, '=', &name, &value)) {
			name = STR("");
			value = parameter;
		} else {
			expand_masked(e, name, "[^&=]+");
			expand_literal(e, STR("="));
		}
		if (is_masked_address(value))
			expand_wild(e, ANY_ADDRESS);
		else
			expand_masked(e, value, "[^&]+");
	}
}

static bool
is_exact(const struct pattern_reader *r, const struct url_text *u)
{
	if (r->is_literal)
		return true;
	return !u->is_open && !pattern_has_mask(u->host, true) &&
	    !pattern_has_mask(u->path, true) &&
	    !pattern_has_mask(u->query, true) && !str_has(u->path, '<') &&
	    !str_has(u->query, '<');
}

static void
expand_url(struct expand *e, struct url_text *u, struct str host)
{
	/* A host without a path, and the root: the form writes "/". */
	if (u->path.n == 0 && (u->has_query || !u->is_open))
		u->path = STR("/");
	expand_regex(e, str_is(u->scheme, "ftp") ? "\\Aftp://"
	    : "\\Ahttps://");
	if (host.n != 0)
		expand_literal(e, host);
	else
		expand_host(e, u->host);
	expand_masked(e, u->path, "[^/?]+");
	if (u->has_query && (u->query.n != 0 || u->is_open)) {
		expand_literal(e, STR("?"));
		expand_query(e, u->query);
	}
	if (!u->is_open)
		expand_regex(e, "\\z");
}

/* What stands behind a URL in a sentence. */
static struct str
drop_punctuation(struct str s)
{
	static const struct str signs[] = {
		STR_INIT("。"), STR_INIT("、"), STR_INIT("」"), STR_INIT("』"),
		STR_INIT("】"), STR_INIT("）"), STR_INIT("〉"), STR_INIT("》"),
	};

	for (size_t i = 0; i < nitems(signs); i++)
		if (str_ends(s, signs[i])) {
			s.n -= signs[i].n;
			i = (size_t)-1;
		}
	return s;
}

/* As the links of mails have it: an IPv6 address in its brackets. */
static bool
link_host(struct pattern_reader *r, struct str *out, struct str host)
{
	if (!str_starts(host, STR("[")))
		return pattern_host(r, out, host);
	return host_normalize(out, r->arena, host) ||
	    pattern_refuse(r, "I01", "is no host name");
}

bool
pattern_read_url(struct pattern_reader *r, struct str s)
{
	struct url_text u = { 0 };
	struct expand e;
	struct str www, host = { 0 };

	if (!r->is_literal)
		s = drop_punctuation(str_trim(s));
	s = undo_entities(r->arena, refang_address(r->arena, str_trim(s)));
	if (s.n > URL_MOST)
		return pattern_refuse(r, "I01", "is longer than 2,000 bytes");
	if (!split(r, &u, s))
		return false;
	www = u.host;
	if (str_case_skip(&www, STR("www.")) && str_has(www, '.'))
		u.host = www;
	if (!pattern_has_mask(u.host, true) || r->is_literal) {
		if (!link_host(r, &host, u.host))
			return false;
		if (!str_has(host, '.') && !str_has(host, ':'))
			return pattern_refuse(r, "I01", "has no full host "
			    "name");
	}
	r->out->form = FORM_PLAIN;
	if (is_exact(r, &u)) {
		r->out->kind = PATTERN_KEY;
		r->out->key = pattern_url_form(r->arena, u.scheme, host,
		    u.path, u.query);
		return true;
	}
	expand_init(&e, r);
	expand_url(&e, &u, host);
	if (e.literal < LITERAL_LEAST)
		return pattern_refuse(r, "I01", "leaves too little beside its "
		    "masks");
	return expand_finish(&e);
}

/* "/a/b": whole segments, wherever they stand in the path. */
bool
pattern_read_path(struct pattern_reader *r, struct str s)
{
	bool is_start, is_end, is_open;
	struct expand e;

	is_start = !r->is_literal && str_skip(&s, STR("^"));
	is_end = !r->is_literal && str_ends(s, STR("$"));
	s.n -= is_end;
	is_open = !r->is_literal && expand_cut_tail(&s);
	s = single_slashes(r->arena, decode_path(r->arena, s));
	/* "/blog/…" leaves the next segment open, "/blog…" this one. */
	str_skip(&s, STR("/"));
	if (str_ends(s, STR("/")))
		s.n--, is_open = false;
	if (s.n == 0)
		return pattern_refuse(r, "I01", "names no segment of a path");
	if (str_has(s, '?') || str_find_str(s, STR(":/")) < s.n) {
		pattern_refuse(r, "I01", "is no path");
		diag_hint(r->diags, "a whole address goes to \"url\", what "
		    "stands behind a ? to \"url.query\"");
		return false;
	}
	expand_init(&e, r);
	expand_regex(&e, is_start ? "\\A/" : "/");
	expand_masked(&e, s, "[^/]+");
	if (is_end)
		expand_regex(&e, "/?\\z");
	else if (!is_open)
		expand_regex(&e, "(?:/|\\z)");
	r->out->form = FORM_PLAIN;
	return expand_finish(&e);
}

bool
pattern_read_query(struct pattern_reader *r, struct str s, bool is_whole)
{
	bool is_open = !r->is_literal && expand_cut_tail(&s);
	struct expand e;

	s = undo_entities(r->arena, s);
	if (!is_whole)
		str_skip(&s, STR("?"));
	expand_init(&e, r);
	if (is_whole)
		expand_regex(&e, "\\A");
	if (r->is_literal)
		expand_literal(&e, s);
	else
		expand_query(&e, s);
	if (is_whole && !is_open)
		expand_regex(&e, "\\z");
	r->out->form = FORM_PLAIN;
	r->out->is_whole = is_whole && !is_open;
	return expand_finish(&e);
}
