/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One URL, taken apart by the WHATWG rules for http, https and ftp.  The
 * state machine of the standard is unrolled into one function a component.
 */
#include "mail/url.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "mail/host.h"
#include "mail/urlplain.h"

/* What is kept of the text behind the host, and of the text before it. */
enum { TAIL_MOST = URL_READ_MOST - 2048, USERINFO_MOST = 1024 };

/* A reference cut at the places that matter; all as written. */
struct pieces {
	struct str scheme; /* "" when there is none */
	struct str rest;
	struct str authority;
	struct str path;
	struct str query;
	struct str fragment;
	bool has_authority;
	bool has_query;
	bool has_fragment;
};

static const struct scheme {
	struct str name;
	uint16_t port;
} schemes[] = {
	{ STR_INIT("https"), 443 },
	{ STR_INIT("http"), 80 },
	{ STR_INIT("ftp"), 21 },
};

static const struct scheme *
scheme_find(struct str name)
{
	for (size_t i = 0; i < nitems(schemes); i++)
		if (str_case_eq(schemes[i].name, name))
			return &schemes[i];
	return NULL;
}

static bool
is_slash(char c)
{
	return c == '/' || c == '\\';
}

/* Outer controls and blanks go, tabs and line ends inside too. */
static struct str
url_clean(struct arena *a, struct str s)
{
	char *to;
	size_t n = 0;

	while (s.n > 0 && (unsigned char)s.p[0] <= 0x20)
		s = str_from(s, 1);
	while (s.n > 0 && (unsigned char)s.p[s.n - 1] <= 0x20)
		s.n--;
	if (str_find_any(s, '\t', '\n', '\r') == s.n)
		return s;
	to = arena_take_raw(a, s.n);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\t' && s.p[i] != '\n' && s.p[i] != '\r')
			to[n++] = s.p[i];
	return (struct str){ to, n };
}

static size_t
scheme_length(struct str s)
{
	size_t n = 0;

	if (s.n == 0 || !ascii_is_alpha(s.p[0]))
		return 0;
	while (n < s.n && (ascii_is_alnum(s.p[n]) || s.p[n] == '+' ||
	    s.p[n] == '-' || s.p[n] == '.'))
		n++;
	return n < s.n && s.p[n] == ':' ? n : 0;
}

/* Fills path, query and fragment from the text behind the host. */
static void
cut_tail(struct pieces *p, struct str s)
{
	size_t at = str_find_any(s, '?', '#', '#');

	p->path = str_head(s, at);
	s = str_from(s, at);
	if (str_skip(&s, STR("?"))) {
		p->has_query = true;
		at = str_find(s, '#');
		p->query = str_head(s, at);
		s = str_from(s, at);
	}
	if (str_skip(&s, STR("#"))) {
		p->has_fragment = true;
		p->fragment = s;
	}
}

static void
cut_authority(struct pieces *p)
{
	size_t at = str_find_any(p->rest, '/', '\\', '?');

	at = str_find(str_head(p->rest, at), '#');
	p->has_authority = true;
	p->authority = str_head(p->rest, at);
	cut_tail(p, str_head(str_from(p->rest, at), TAIL_MOST));
}

static const char hex[] = "0123456789ABCDEF";

/* In which components a character is encoded that could stand in a URL. */
enum { IN_PATH = 1, IN_QUERY = 2, IN_FRAGMENT = 4, IN_USERINFO = 8 };

static const uint8_t encoded_in[128] = {
	['"'] = IN_PATH | IN_QUERY | IN_FRAGMENT | IN_USERINFO,
	['<'] = IN_PATH | IN_QUERY | IN_FRAGMENT | IN_USERINFO,
	['>'] = IN_PATH | IN_QUERY | IN_FRAGMENT | IN_USERINFO,
	['#'] = IN_PATH | IN_QUERY | IN_USERINFO,
	['`'] = IN_PATH | IN_FRAGMENT | IN_USERINFO,
	['?'] = IN_PATH | IN_USERINFO, ['{'] = IN_PATH | IN_USERINFO,
	['}'] = IN_PATH | IN_USERINFO, ['^'] = IN_PATH | IN_USERINFO,
	['\''] = IN_QUERY,
	['/'] = IN_USERINFO, [':'] = IN_USERINFO, [';'] = IN_USERINFO,
	['='] = IN_USERINFO, ['@'] = IN_USERINFO, ['['] = IN_USERINFO,
	['\\'] = IN_USERINFO, [']'] = IN_USERINFO, ['|'] = IN_USERINFO,
};

static bool
is_encoded_in(unsigned char c, unsigned component)
{
	return c <= 0x20 || c >= 0x7f || (encoded_in[c] & component) != 0;
}

static void
add_encoded(struct buf *b, struct str s, unsigned component)
{
	for (size_t i = 0; i < s.n; i++) {
		size_t begin = i;
		unsigned char c;

		while (i < s.n &&
		    !is_encoded_in((unsigned char)s.p[i], component))
			i++;
		buf_add(b, s.p + begin, i - begin);
		if (i == s.n)
			break;
		c = (unsigned char)s.p[i];
		buf_add(b, (char[3]){ '%', hex[c >> 4], hex[c & 15] }, 3);
	}
}

/* "." and its encoded form, taken off the front. */
static bool
skip_dot(struct str *s)
{
	return str_skip(s, STR(".")) || str_case_skip(s, STR("%2e"));
}

static unsigned
count_dots(struct str segment)
{
	unsigned n = 0;

	while (n < 2 && skip_dot(&segment))
		n++;
	return segment.n == 0 ? n : 0;
}

static void
path_shorten(struct buf *path)
{
	path->n = str_find_last(buf_str(path), '/');
}

/*
 * The path state: segments of s behind those already in path.  Each is
 * written with its slash in front, so that cutting at the last slash takes
 * one away.
 */
static void
path_add(struct buf *path, struct str s)
{
	bool is_last = false;

	while (!is_last) {
		size_t at = str_find_any(s, '/', '\\', '\\');
		struct str segment = str_head(s, at);
		unsigned dots = count_dots(segment);

		is_last = at == s.n;
		s = str_from(s, at + 1);
		if (dots == 2 && path->n != 0)
			path_shorten(path);
		if (dots == 0) {
			buf_add_byte(path, '/');
			add_encoded(path, segment, IN_PATH);
		} else if (is_last) {
			buf_add_byte(path, '/');
		}
	}
}

struct str
url_decode(struct arena *a, struct str s)
{
	char *to;
	size_t n = 0;

	if (!str_has(s, '%'))
		return s;
	to = arena_take_raw(a, s.n);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%' && i + 2 < s.n && ascii_is_hex(s.p[i + 1]) &&
		    ascii_is_hex(s.p[i + 2])) {
			to[n++] = (char)(ascii_hex(s.p[i + 1]) << 4 |
			    ascii_hex(s.p[i + 2]));
			i += 2;
		} else {
			to[n++] = s.p[i];
		}
	}
	return (struct str){ to, n };
}

/* The path that packs are matched with. */
static struct str
path_plain(struct arena *a, struct str path)
{
	struct str decoded = url_decode(a, path);
	struct buf b;
	char *to = arena_take_raw(a, decoded.n);
	size_t n = 0;

	for (size_t i = 0; i < decoded.n; i++)
		if (decoded.p[i] != '/' || n == 0 || to[n - 1] != '/')
			to[n++] = decoded.p[i];
	decoded = (struct str){ to, n };
	if (utf8_is_valid(decoded))
		return decoded;
	buf_init_arena(&b, a, decoded.n * 3);
	utf8_add_clean(&b, decoded);
	return buf_str(&b);
}

static bool
read_port(struct url *u, struct str s, const struct scheme *scheme)
{
	unsigned port = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (!ascii_is_digit(s.p[i]))
			return false;
		port = port * 10 + (unsigned)(s.p[i] - '0');
		if (port > UINT16_MAX)
			return false;
	}
	u->port = port == scheme->port ? 0 : (uint16_t)port;
	u->is_port_zero = s.n != 0 && port == 0;
	return true;
}

static bool
read_authority(struct url *u, struct arena *a, struct str s,
    const struct scheme *scheme)
{
	size_t at = str_find_last(s, '@'), colon, bracket;
	struct host host;

	if (at != s.n) {
		u->userinfo = str_head(s, at);
		s = str_from(s, at + 1);
	}
	/* The colons of "[::1]" come before the bracket. */
	bracket = str_find_last(s, ']');
	colon = str_find_last(s, ':');
	if (colon != s.n && (bracket == s.n || colon > bracket)) {
		if (!read_port(u, str_from(s, colon + 1), scheme))
			return false;
		s = str_head(s, colon);
	}
	if (!host_read(&host, a, s, true))
		return false;
	u->host = host.name;
	u->host_shown = host.shown;
	u->is_ip = host.is_ip;
	u->registrable = host.is_ip ? STR("") : host_registrable(host.name);
	return true;
}

static void
add_userinfo(struct buf *b, struct str userinfo)
{
	struct str user, password;
	size_t begin = b->n;

	str_cut(str_head(userinfo, USERINFO_MOST), ':', &user, &password);
	if (user.n == 0 && password.n == 0)
		return;
	add_encoded(b, user, IN_USERINFO);
	if (password.n != 0) {
		buf_add_byte(b, ':');
		add_encoded(b, password, IN_USERINFO);
	}
	/* Read again, it has to come out the same. */
	if (b->n > begin + USERINFO_MOST)
		b->n = begin + USERINFO_MOST;
	if (b->p[b->n - 1] == ':')
		b->n--;
	buf_add_byte(b, '@');
}

static void
normalize(struct url *u, struct arena *a, const struct pieces *p,
    struct str path)
{
	struct buf b;

	buf_init_arena(&b, a, SIZE_MAX);
	buf_reserve(&b, u->host.n + path.n + u->query.n + 32);
	buf_add_str(&b, u->scheme);
	buf_add_str(&b, STR("://"));
	add_userinfo(&b, u->userinfo);
	buf_add_str(&b, u->host);
	if (u->port != 0 || u->is_port_zero)
		buf_printf(&b, ":%u", u->port);
	buf_add_str(&b, path);
	if (p->has_query) {
		buf_add_byte(&b, '?');
		add_encoded(&b, u->query, IN_QUERY);
	}
	if (p->has_fragment) {
		buf_add_byte(&b, '#');
		add_encoded(&b, u->fragment, IN_FRAGMENT);
	}
	buf_fit(&b);
	u->normalized = buf_str(&b);
}

static bool
finish(struct url *u, struct arena *a, const struct pieces *p,
    struct str path)
{
	u->query = p->query;
	u->fragment = p->fragment;
	u->path = path.n == 1 ? path : path_plain(a, path);
	normalize(u, a, p, path);
	return true;
}

static bool
finish_with(struct url *u, struct arena *a, const struct pieces *p,
    struct buf *path)
{
	buf_fit(path);
	return finish(u, a, p, buf_str(path));
}

static bool
read_absolute(struct url *u, struct arena *a, struct pieces *p,
    const struct scheme *scheme)
{
	struct buf path;

	while (p->rest.n > 0 && is_slash(p->rest.p[0]))
		p->rest = str_from(p->rest, 1);
	cut_authority(p);
	u->scheme = scheme->name;
	if (!read_authority(u, a, p->authority, scheme))
		return false;
	if (p->path.n <= 1)
		return finish(u, a, p, STR("/"));
	buf_init_arena(&path, a, TAIL_MOST * 3 + 1);
	path_add(&path, str_from(p->path, 1));
	return finish_with(u, a, p, &path);
}

/* The path as the base's normalized form has it. */
static struct str
base_path(const struct url *base)
{
	struct str s = str_from(base->normalized, base->scheme.n + 3);

	s = str_from(s, str_find(s, '/'));
	return str_head(s, str_find_any(s, '?', '#', '#'));
}

static bool
read_relative(struct url *u, struct arena *a, struct pieces *p,
    const struct url *base)
{
	bool is_rooted = p->rest.n > 0 && is_slash(p->rest.p[0]);
	struct buf path;

	cut_tail(p, str_head(p->rest, TAIL_MOST));
	u->scheme = base->scheme;
	u->userinfo = base->userinfo;
	u->host = base->host;
	u->host_shown = base->host_shown;
	u->registrable = base->registrable;
	u->port = base->port;
	u->is_port_zero = base->is_port_zero;
	u->is_ip = base->is_ip;
	buf_init_arena(&path, a, TAIL_MOST * 4);
	if (is_rooted) {
		path_add(&path, str_from(p->path, 1));
		return finish_with(u, a, p, &path);
	}
	buf_add_str(&path, base_path(base));
	if (p->path.n != 0) {
		path_shorten(&path);
		path_add(&path, p->path);
	} else if (!p->has_query) {
		p->query = base->query;
		p->has_query = base->query.n != 0;
	}
	return finish_with(u, a, p, &path);
}

static bool
starts_with_two_slashes(struct str s)
{
	return s.n >= 2 && is_slash(s.p[0]) && is_slash(s.p[1]);
}

bool
url_resolve(struct url *out, struct arena *a, struct str raw,
    const struct url *base)
{
	struct pieces p = { 0 };
	const struct scheme *scheme;
	struct str s;

	if (url_read_plain(out, raw))
		return true;
	s = url_clean(a, raw);
	*out = (struct url){ .raw = raw, .outer = URL_NONE };
	p.scheme = str_head(s, scheme_length(s));
	if (p.scheme.n == 0) {
		p.rest = s;
		if (base == NULL)
			return false;
		if (starts_with_two_slashes(s))
			return read_absolute(out, a, &p,
			    scheme_find(base->scheme));
		return read_relative(out, a, &p, base);
	}
	scheme = scheme_find(p.scheme);
	if (scheme == NULL)
		return false;
	p.rest = str_from(s, p.scheme.n + 1);
	if (base != NULL && str_eq(scheme->name, base->scheme) &&
	    !starts_with_two_slashes(p.rest))
		return read_relative(out, a, &p, base);
	return read_absolute(out, a, &p, scheme);
}

/* What begins so has no scheme, whatever follows. */
static bool
read_www(struct url *out, struct arena *a, struct str raw)
{
	struct pieces p = { .rest = url_clean(a, raw) };

	*out = (struct url){ .raw = raw, .outer = URL_NONE };
	if (!str_case_starts(p.rest, STR("www.")) ||
	    !read_absolute(out, a, &p, scheme_find(STR("http"))))
		return false;
	out->is_schemeless = true;
	return true;
}

bool
url_read(struct url *out, struct arena *a, struct str raw)
{
	return (!str_case_starts(raw, STR("www.")) &&
	    url_resolve(out, a, raw, NULL)) || read_www(out, a, raw);
}

bool
url_source_is_loaded(enum url_source source)
{
	return source >= URL_CODE && source <= URL_LINK;
}
