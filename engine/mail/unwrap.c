/* SPDX-License-Identifier: Apache-2.0 */
/*
 * URLs carried inside URLs: open redirects, click trackers, rewriters.  The
 * list is its own queue: what is added is looked into in turn.
 */
#include "mail/url.h"

#include <string.h>

#include "base/arena.h"
#include "mail/encoding.h"
#include "mail/host.h"

enum {
	LEVELS_MOST = 8,
	CARRIED_MOST = 64,  /* by one URL */
	PAIRS_MOST = 1024,  /* looked at in one URL */
	DECODINGS_MOST = 2,
	BASE64_LEAST = 14,  /* "http://a.b" */
	BASE64_MOST = 8192, /* without scheme */
	PIECES_MOST = 3     /* of a token with dots */
};

/* What the name of a parameter says of a value without a scheme. */
enum aim {
	AIM_NONE,
	AIM_PATH, /* a target, if it is a host with a path */
	AIM_HOST  /* a target, if it is a host */
};

struct unwrap {
	url_list *list;
	struct arena *arena;
	uint32_t outer;
	size_t most; /* of the list, while this URL is looked into */
	struct str key; /* that has the target by this very rewriter, or "" */
	bool is_cut; /* there was more than that */
};

static bool
is_web(struct str s)
{
	return str_case_starts(s, STR("http:")) ||
	    str_case_starts(s, STR("https:"));
}

static bool
add(struct unwrap *w, struct str raw)
{
	struct url u, *added;

	w->is_cut |= w->list->n >= w->most;
	if (w->list->n >= w->most || !url_read(&u, w->arena, raw))
		return false;
	u.source = URL_NESTED;
	u.part = w->list->at[w->outer].part;
	u.offset = w->list->at[w->outer].offset;
	u.outer = w->outer;
	added = VEC_ADD(w->arena, w->list);
	*added = u;
	return true;
}

/* Keys of parameters that name where to go.  Only they may leave the scheme
 * out: "redirect=example.org/portal". */
static bool
is_target_key(struct str key)
{
	/* those of one byte, of two, of three... one behind the other */
	static const struct str keys[] = {
		STR_INIT(""), STR_INIT("uqrl"), STR_INIT("gotorusu"),
		STR_INIT("urluriout"),
		STR_INIT("rurlnextgotolinkdestmurlhrefsitepage"),
		STR_INIT("rediradurl"), STR_INIT("targetreturn"),
		STR_INIT("forwardref_url"),
		STR_INIT("redirectcontinuereturnto"),
		STR_INIT("returnurl"), STR_INIT("return_url"),
		STR_INIT("redirecturlredirect_todestination"),
		STR_INIT("redirect_urlredirect_uri"),
	};

	if (key.n == 0 || key.n >= nitems(keys))
		return false;
	for (size_t i = 0; i < keys[key.n].n; i += key.n)
		if (str_same_case(key.p, keys[key.n].p + i, key.n))
			return true;
	return false;
}

/* Which of them may name no more than a host.  The others may just as well
 * name who sent the reader, or a word that is looked for. */
static enum aim
aim_of(struct str key)
{
	static const struct str loose[] = {
		STR_INIT("q"), STR_INIT("r"), STR_INIT("l"), STR_INIT("to"),
		STR_INIT("su"), STR_INIT("ru"), STR_INIT("next"),
		STR_INIT("murl"), STR_INIT("site"), STR_INIT("page"),
		STR_INIT("return"), STR_INIT("ref_url"),
	};

	if (!is_target_key(key))
		return AIM_NONE;
	return str_case_is_any(key, loose, nitems(loose)) ? AIM_PATH :
	    AIM_HOST;
}

/* "login.do", "first.name": two words with an end that says more often what a
 * file is or what a field holds than where a site is. */
static bool
is_filelike(struct str name)
{
	static const struct str ends[] = {
		STR_INIT("do"), STR_INIT("pl"), STR_INIT("py"),
		STR_INIT("sh"), STR_INIT("md"), STR_INIT("ps"),
		STR_INIT("rs"), STR_INIT("so"), STR_INIT("as"),
		STR_INIT("cc"), STR_INIT("ws"), STR_INIT("zip"),
		STR_INIT("mov"), STR_INIT("id"), STR_INIT("name"),
		STR_INIT("page"),
	};
	size_t dot = str_find(name, '.');

	return dot == str_find_last(name, '.') &&
	    str_is_any(str_from(name, dot + 1), ends, nitems(ends));
}

/* "example.org/portal", "//example.org/portal", "www.example.org", and with
 * the right aim "example.org", "example.org?x" */
static bool
add_schemeless(struct unwrap *w, struct str s, enum aim aim, struct str scheme)
{
	struct str host, name;
	bool has_path;

	while (str_skip(&s, STR("/")) || str_skip(&s, STR("\\")))
		continue;
	host = str_head(s, str_find_any(s, '/', '?', '#'));
	has_path = host.n < s.n && s.p[host.n] == '/';
	if (!has_path && aim != AIM_HOST && !str_case_starts(s, STR("www.")))
		return false;
	host = str_head(host, str_find(host, ':')); /* its port is read below */
	if (str_has(host, '@') || !host_normalize(&name, w->arena, host) ||
	    !host_has_known_suffix(name) ||
	    (!has_path && is_filelike(name)))
		return false;
	return add(w, str_cat(w->arena, scheme, STR("://"), s));
}

static bool
add_base64(struct unwrap *w, struct str s)
{
	struct str head, text;

	/* Bing puts "a1" in front.  Most values are something else: try a
	 * little first. */
	if (str_starts(s, STR("a1aHR0c")))
		s = str_from(s, 2);
	/* the first letter of what stands for "http" in any case */
	if (s.n < BASE64_LEAST || (s.p[0] != 'a' && s.p[0] != 'S') ||
	    !encoding_base64_strict(&head, w->arena, str_head(s, 8)) ||
	    !str_case_starts(head, STR("http")))
		return false;
	return encoding_base64_strict(&text, w->arena, s) && is_web(text) &&
	    add(w, text);
}

/* "u0026" behind a backslash: a sign of ASCII, or '\0'. */
static char
named_sign(struct str s)
{
	if (!str_skip(&s, STR("u00")) || s.n < 2 || s.p[0] < '0' ||
	    s.p[0] > '7' || !ascii_is_hex(s.p[1]))
		return '\0';
	return (char)(ascii_hex(s.p[0]) * 16 + ascii_hex(s.p[1]));
}

/* "https:\/\/example.org\/x\u0026y", as JSON is often written; in a text
 * inside JSON that is JSON again there are more backslashes. */
static struct str
without_escapes(struct arena *a, struct str s)
{
	char *p, sign;
	size_t n = 0;

	if (!str_has(s, '\\'))
		return s;
	p = arena_take(a, s.n);
	for (size_t i = 0; i < s.n; i++) {
		size_t run = i;

		while (i < s.n && s.p[i] == '\\')
			i++;
		sign = i > run ? named_sign(str_from(s, i)) : '\0';
		if (sign != '\0')
			i += STR("u00").n + 1;
		else if (i < s.n)
			sign = s.p[i];
		if (i < s.n)
			p[n++] = sign;
	}
	return (struct str){ p, n };
}

/* "{"url":"https://example.org/x"}", "x=https://example.org/" */
static bool
add_inside(struct unwrap *w, struct str text)
{
	struct str url;
	size_t at;

	text = without_escapes(w->arena, text);
	at = str_case_find_str(text, STR("https://"));
	if (at == text.n)
		at = str_case_find_str(text, STR("http://"));
	url = str_from(text, at);
	return at > 0 && url.n > 0 &&
	    add(w, str_head(url, str_find_any(url, '"', '\'', ' ')));
}

/* "http" in base64, wherever in three bytes it begins. */
static bool
may_hold_web(struct str s)
{
	static const struct str forms[] = {
		STR_INIT("aHR0c"), STR_INIT("h0dH"), STR_INIT("odHRw"),
	};

	for (size_t i = 0; i < nitems(forms); i++)
		if (str_find_str(s, forms[i]) < s.n)
			return true;
	return false;
}

/* A token may have a head and a signature around: "eyJh.eyJ1.c2ln". */
static bool
add_base64_inside(struct unwrap *w, struct str s)
{
	struct str piece, text;

	w->is_cut |= s.n > BASE64_MOST && may_hold_web(s);
	if (s.n < BASE64_LEAST || s.n > BASE64_MOST || !may_hold_web(s))
		return false;
	for (int i = 0; i < PIECES_MOST && str_next(&s, '.', &piece); i++)
		if (encoding_base64_strict(&text, w->arena, piece) &&
		    add_inside(w, text))
			return true;
	return false;
}

/* "687474703a2f2f...": "http" in hexadecimal */
static bool
add_hex(struct unwrap *w, struct str s)
{
	size_t n = 0;
	char *p;

	if (!str_starts(s, STR("68747470")))
		return false;
	while (n < s.n && ascii_is_hex(s.p[n]))
		n++;
	p = arena_take(w->arena, n / 2);
	for (size_t i = 0; i + 1 < n; i += 2)
		p[i / 2] = (char)(ascii_hex(s.p[i]) * 16 +
		    ascii_hex(s.p[i + 1]));
	return add(w, (struct str){ p, n / 2 });
}

/* "https-3A__example.org_portal", as one large rewriter writes. */
static bool
add_dashed(struct unwrap *w, struct str s)
{
	char *p;

	if (!str_case_starts(s, STR("http-3a")) &&
	    !str_case_starts(s, STR("https-3a")))
		return false;
	p = arena_take(w->arena, s.n);
	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] == '-' ? '%' : s.p[i] == '_' ? '/' : s.p[i];
	return add(w, url_decode(w->arena, (struct str){ p, s.n }));
}

/* "ZXZpbC5leGFtcGxlLmNvbS9h": a host and a path without scheme. */
static bool
add_base64_schemeless(struct unwrap *w, struct str s)
{
	struct str text;

	w->is_cut |= s.n > BASE64_MOST;
	if (s.n < BASE64_LEAST || s.n > BASE64_MOST ||
	    !encoding_base64_strict(&text, w->arena, s))
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] <= ' ' || text.p[i] == 0x7f)
			return false;
	return add_schemeless(w, text, AIM_PATH, STR("http"));
}

/* A value as it stands and decoded, until it is a URL. */
static void
add_value(struct unwrap *w, struct str value, enum aim aim)
{
	if (value.n < 4)
		return;
	for (int i = 0; i <= DECODINGS_MOST; i++) {
		value = str_trim(value);
		if (is_web(value) && add(w, value))
			return;
		if (add_base64(w, value) || add_base64_inside(w, value) ||
		    add_dashed(w, value) || add_hex(w, value) ||
		    (aim != AIM_NONE && (add_schemeless(w, value, aim,
		    STR("http")) || add_base64_schemeless(w, value))))
			return;
		if (!str_has(value, '%'))
			break;
		value = url_decode(w->arena, value);
	}
	if (str_has(value, '"'))
		add_inside(w, value);
}

/* "a=1;u=https://example.org/": some servers part pairs like this. */
static void
add_parted(struct unwrap *w, struct str pair)
{
	struct str piece, key, value;

	str_next(&pair, ';', &piece);
	for (int i = 0; i < PAIRS_MOST && str_next(&pair, ';', &piece); i++)
		if (str_cut(piece, '=', &key, &value))
			add_value(w, value, aim_of(key));
}

/* "aHR0cDovL2UuY24v=" is no key of anything. */
static bool
is_padding(struct str value)
{
	return value.n == 0 || str_is(value, "=");
}

static void
add_pairs(struct unwrap *w, struct str query)
{
	struct str pair, key, value;

	for (int i = 0; str_next(&query, '&', &pair); i++) {
		w->is_cut |= i == PAIRS_MOST;
		if (i == PAIRS_MOST)
			return;
		if (!str_cut(pair, '=', &key, &value) ||
		    is_padding(value)) {
			value = pair;
			key = STR("");
		}
		add_value(w, value, key.n != 0 && str_case_eq(key, w->key) ?
		    AIM_HOST : aim_of(key));
		/* "?https://example.org/?a=b", "?//example.org/" */
		if (value.p != pair.p && is_web(pair))
			add(w, pair);
		else if (str_starts(pair, STR("//")))
			add_schemeless(w, pair, AIM_PATH, STR("http"));
		else if (str_has(pair, ';') && !is_web(value))
			add_parted(w, pair);
	}
}

/* How "://" may look behind a scheme inside a path; 0: not at all. */
static size_t
colon_length(struct str s)
{
	static const struct str forms[] = {
		STR_INIT(":/"), STR_INIT(":%2f"), STR_INIT("%3a"),
		STR_INIT("%253a"),
	};

	str_case_skip(&s, STR("http"));
	str_case_skip(&s, STR("s"));
	for (size_t i = 0; i < nitems(forms); i++)
		if (str_case_starts(s, forms[i]))
			return forms[i].n;
	return 0;
}

/*
 * "/v3/__https://example.org/x*y__;Iw!!...": of some bytes only a star is left,
 * and the bytes stand behind the ";" in base64.  A run of them, "**A", is not
 * undone.
 */
static struct str
undo_stars(struct unwrap *w, struct str rest)
{
	size_t end = str_find_str(rest, STR("__;"));
	struct str url = str_head(rest, end), bytes;
	struct str coded = str_from(rest, end + 3);
	size_t used = 0;
	char *p;

	coded = str_head(coded, str_find(coded, '!'));
	if (!str_has(url, '*') || coded.n == 0 ||
	    str_find_str(url, STR("**")) < url.n ||
	    !encoding_base64_strict(&bytes, w->arena, coded))
		return url;
	p = arena_take(w->arena, url.n);
	for (size_t i = 0; i < url.n; i++)
		p[i] = url.p[i] == '*' && used < bytes.n ? bytes.p[used++]
		    : url.p[i];
	return (struct str){ p, url.n };
}

/* "https:/" and not "https:%2F%2F" or "https%3A". */
static bool
is_plain(struct str s)
{
	size_t at = s.p[4] == 's' || s.p[4] == 'S' ? 5 : 4;

	return s.p[at] == ':' && s.p[at + 1] == '/';
}

/* "/r/https://example.org/x?y": all that follows belongs to it, unless it is
 * encoded; then it ends with its segment. */
static void
add_path_tail(struct unwrap *w, struct str tail)
{
	struct str rest = tail;
	size_t at;

	while ((at = str_case_find_str(rest, STR("http"))) < rest.n) {
		rest = str_from(rest, at);
		if (colon_length(rest) == 0) {
			rest = str_from(rest, 4);
			continue;
		}
		if (is_plain(rest))
			rest = undo_stars(w, rest);
		else
			rest = str_head(rest, str_find(rest, '/'));
		add_value(w, rest, AIM_NONE);
		return;
	}
}

static void
add_segments(struct unwrap *w, struct str path)
{
	struct str segment;

	for (int i = 0; i < PAIRS_MOST && str_next(&path, '/', &segment); i++)
		add_base64(w, segment);
}

/* The normalized form behind the host; its path without query. */
static struct str
tail_of(const struct url *u, struct str *path)
{
	struct str s = str_from(u->normalized, u->scheme.n + 3);

	s = str_from(s, str_find(s, '/'));
	*path = str_head(s, str_find(s, '?'));
	*path = str_head(*path, str_find(*path, '#'));
	return s;
}

/* Hosts of URLs are in lower case. */
static bool
is_below(struct str host, struct str domain)
{
	return str_ends(host, domain) && (host.n == domain.n ||
	    host.p[host.n - domain.n - 1] == '.');
}

static bool
is_googles(const struct url *u)
{
	return str_starts(u->registrable, STR("google."));
}

/* "s/example.org/x": "s" says that it is https. */
static void
add_safe(struct unwrap *w, struct str s)
{
	bool is_safe = str_skip(&s, STR("s/"));

	add_schemeless(w, s, AIM_HOST, is_safe ? STR("https") : STR("http"));
}

/* "https://www.google.com/amp/s/example.org/x", on any host of theirs */
static void
add_amp(struct unwrap *w, const struct url *u, struct str tail)
{
	if (is_googles(u) && str_skip(&tail, STR("/amp/")))
		add_safe(w, tail);
}

/* "https://example-org.cdn.ampproject.org/c/s/example.org/x": what it is, may
 * be encrypted, and where. */
static void
add_amp_cached(struct unwrap *w, const struct url *u, struct str tail)
{
	struct str kind;

	if (is_below(u->host, STR("cdn.ampproject.org")) &&
	    str_skip(&tail, STR("/")) && str_next(&tail, '/', &kind) &&
	    kind.n <= 2)
		add_safe(w, tail);
}

/* "https://click.pstmrk.it/3s/example.org%2Fx/y/z": its version, with an "s"
 * where it is https, and the target up to the next slash. */
static void
add_postmarked(struct unwrap *w, const struct url *u, struct str tail)
{
	struct str kind, target;

	if (!is_below(u->host, STR("pstmrk.it")) ||
	    !str_skip(&tail, STR("/")) || !str_next(&tail, '/', &kind) ||
	    kind.n == 0 || kind.n > 4 || !ascii_is_digit(kind.p[0]) ||
	    !str_next(&tail, '/', &target))
		return;
	add_schemeless(w, url_decode(w->arena, target), AIM_HOST,
	    str_has(kind, 's') ? STR("https") : STR("http"));
}

/* The parameter that names the host, where the rewriter is known. */
static struct str
key_of(const struct url *u)
{
	static const struct {
		struct str domain, path, key;
	} rewriters[] = {
		{ STR_INIT("mimecast.com"), STR_INIT("/"),
		    STR_INIT("domain") },
		{ STR_INIT("mimecastprotect.com"), STR_INIT("/"),
		    STR_INIT("domain") },
		{ STR_INIT("youtube.com"), STR_INIT("/redirect"),
		    STR_INIT("q") },
	};

	for (size_t i = 0; i < nitems(rewriters); i++)
		if (is_below(u->host, rewriters[i].domain) &&
		    str_starts(u->path, rewriters[i].path))
			return rewriters[i].key;
	return is_googles(u) && str_is(u->path, "/url") ? STR("q") : STR("");
}

/* "example-org.translate.goog": a "-" of the name is written twice. */
static void
add_translated(struct unwrap *w, const struct url *u, struct str tail)
{
	struct str name = u->host;
	char host[HOST_MOST];
	size_t n = 0;

	if (!str_ends(name, STR(".translate.goog")))
		return;
	name.n -= STR(".translate.goog").n;
	for (size_t i = 0; i < name.n && n < sizeof(host); i++) {
		bool is_dash = name.p[i] == '-';
		bool is_twice = is_dash && i + 1 < name.n &&
		    name.p[i + 1] == '-';

		host[n++] = is_dash && !is_twice ? '.' : name.p[i];
		i += is_twice;
	}
	add(w, str_cat(w->arena, STR("https://"), (struct str){ host, n },
	    tail));
}

static void
look_into(struct unwrap *w)
{
	struct url u = w->list->at[w->outer];
	struct str path, tail = tail_of(&u, &path);

	w->key = u.query.n != 0 ? key_of(&u) : STR("");
	add_pairs(w, u.query);
	/* What stands in the query only has been found; behind a scheme stands
	 * a colon in one form or another. */
	if ((str_has(tail, ':') || str_has(tail, '%')) &&
	    str_case_find_str(path, STR("http")) < path.n)
		add_path_tail(w, tail);
	add_segments(w, path);
	add_amp(w, &u, tail);
	add_amp_cached(w, &u, tail);
	add_postmarked(w, &u, tail);
	add_translated(w, &u, tail);
	if (u.fragment.n != 0) {
		while (str_skip(&u.fragment, STR("/")) ||
		    str_skip(&u.fragment, STR("!")) ||
		    str_skip(&u.fragment, STR("?")))
			continue;
		add_pairs(w, u.fragment);
	}
}

static unsigned
level_of(const url_list *list, uint32_t i)
{
	unsigned level = 0;

	for (; list->at[i].outer != URL_NONE; i = list->at[i].outer)
		level++;
	return level;
}

bool
urls_unwrap(url_list *list, struct arena *a, uint32_t i, size_t most)
{
	size_t added = list->n;
	bool is_cut = false;

	while (i < list->n && list->n < most) {
		struct unwrap w = {
			.list = list, .arena = a, .outer = i, .most = most
		};

		if (w.most > list->n + CARRIED_MOST)
			w.most = list->n + CARRIED_MOST;
		if (level_of(list, i) < LEVELS_MOST)
			look_into(&w);
		else
			w.is_cut = is_web(str_from(list->at[i].query,
			    str_find(list->at[i].query, '=') + 1));
		is_cut |= w.is_cut;
		/* First the one asked for, then all that came of it. */
		i = i < added ? (uint32_t)added : i + 1;
	}
	return is_cut;
}
