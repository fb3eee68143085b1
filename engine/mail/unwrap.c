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
	LEVELS_MOST = 4,
	CARRIED_MOST = 32,  /* by one URL */
	PAIRS_MOST = 256,   /* looked at in one URL */
	DECODINGS_MOST = 2,
	BASE64_LEAST = 14   /* "http://a.b" */
};

struct unwrap {
	url_list *list;
	struct arena *arena;
	uint32_t outer;
	size_t most; /* of the list, while this URL is looked into */
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
	static const char *const keys[] = {
		"url", "u", "uri", "redirect", "redirect_url", "redirect_uri",
		"redirecturl", "redir", "rurl", "return_url", "returnurl",
		"next", "target", "goto", "go", "link", "q", "dest",
		"destination", "r", "to", "continue", "return", "out",
		"ref_url",
	};

	for (size_t i = 0; i < nitems(keys); i++)
		if (str_case_is(key, keys[i]))
			return true;
	return false;
}

/* "example.org/portal", "//example.org/portal", "www.example.org" */
static bool
add_schemeless(struct unwrap *w, struct str s)
{
	struct str host, path, name;

	while (str_skip(&s, STR("/")) || str_skip(&s, STR("\\")))
		continue;
	if (!str_cut(s, '/', &host, &path) &&
	    !str_case_starts(s, STR("www.")))
		return false;
	if (str_has(host, '@') || str_has(host, '?') ||
	    !host_normalize(&name, w->arena, host) ||
	    !host_has_known_suffix(name))
		return false;
	return add(w, str_cat(w->arena, STR("http://"), s));
}

static bool
add_base64(struct unwrap *w, struct str s)
{
	struct str head, text;

	/* Most values are something else: try a little first. */
	if (s.n < BASE64_LEAST ||
	    !encoding_base64_strict(&head, w->arena, str_head(s, 8)) ||
	    !str_case_starts(head, STR("http")))
		return false;
	return encoding_base64_strict(&text, w->arena, s) && is_web(text) &&
	    add(w, text);
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

/* A value as it stands and decoded, until it is a URL. */
static void
add_value(struct unwrap *w, struct str value, bool is_target)
{
	if (value.n < 4)
		return;
	for (int i = 0; i <= DECODINGS_MOST; i++) {
		value = str_trim(value);
		if (is_web(value) && add(w, value))
			return;
		if (add_base64(w, value) || add_dashed(w, value) ||
		    (is_target && add_schemeless(w, value)))
			return;
		if (!str_has(value, '%'))
			return;
		value = url_decode(w->arena, value);
	}
}

static void
add_pairs(struct unwrap *w, struct str query)
{
	struct str pair, key, value;

	for (int i = 0; i < PAIRS_MOST && str_next(&query, '&', &pair); i++) {
		if (!str_cut(pair, '=', &key, &value)) {
			value = key;
			key = STR("");
		}
		add_value(w, value, is_target_key(key));
		/* "?https://example.org/?a=b" */
		if (value.p != pair.p && is_web(pair))
			add(w, pair);
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
		if (rest.p[rest.p[4] == 's' || rest.p[4] == 'S' ? 5 : 4] == ':')
			/* "/v3/__https://example.org/x__;!!..." */
			rest = str_head(rest, str_find_str(rest, STR("__;")));
		else
			rest = str_head(rest, str_find(rest, '/'));
		add_value(w, rest, false);
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

static void
look_into(struct unwrap *w)
{
	struct url u = w->list->at[w->outer];
	struct str path, tail = tail_of(&u, &path);

	add_pairs(w, u.query);
	/* What stands in the query only has been found. */
	if (str_case_find_str(path, STR("http")) < path.n)
		add_path_tail(w, tail);
	add_segments(w, path);
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

void
urls_unwrap(url_list *list, struct arena *a, uint32_t i, size_t most)
{
	size_t added = list->n;

	while (i < list->n && list->n < most) {
		struct unwrap w = {
			.list = list, .arena = a, .outer = i, .most = most
		};

		if (w.most > list->n + CARRIED_MOST)
			w.most = list->n + CARRIED_MOST;
		if (level_of(list, i) < LEVELS_MOST)
			look_into(&w);
		/* First the one asked for, then all that came of it. */
		i = i < added ? (uint32_t)added : i + 1;
	}
}
