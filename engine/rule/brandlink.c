/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signs of impersonation in links: tokens in hosts and paths, official names
 * in front of foreign domains or as directories, addresses shown that are
 * not where the link goes.
 */
#include "rule/brandlink.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "mail/fold.h"
#include "mail/message.h"
#include "mail/url.h"
#include "rule/quote.h"
#include "rule/trackers.h"

enum {
	LABELS_MOST = 128,
	HOST_MOST = 256,
	PATH_MOST = 2048,
	SHOWN_MOST = 512,   /* bytes of an anchor's text that are read */
	HITS_A_URL = 64,
	OUTER_MOST = 8
};

static const struct url *
url_at(const struct brand_links *l, uint32_t i)
{
	return &l->message->urls.at[i];
}

static uint32_t
outermost(const struct brand_links *l, uint32_t i)
{
	for (unsigned n = 0; n < OUTER_MOST; n++) {
		uint32_t outer = url_at(l, i)->outer;

		if (outer >= l->message->urls.n || outer == i)
			break;
		i = outer;
	}
	return i;
}

static bool
navigates(enum url_source source)
{
	return source == URL_TEXT || source == URL_A || source == URL_AREA ||
	    source == URL_FORM || source == URL_REFRESH ||
	    source == URL_FRAME || source == URL_SCRIPT;
}

static void
read_views(struct brand_links *l, bool is_report)
{
	size_t n = l->message->urls.n;

	l->views = ARENA_MANY(l->arena, struct link_view, n);
	for (uint32_t i = 0; i < n; i++)
		l->views[i].nested = URL_NONE;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t outer = outermost(l, i);
		struct link_view *view = &l->views[i];

		view->navigates = navigates(url_at(l, outer)->source);
		view->is_quoted = is_report && quote_covers(l->message, i);
		if (outer == i)
			continue;
		view->nested = l->views[outer].nested;
		l->views[outer].nested = i;
		if (tracker_of(url_at(l, outer)->host) == TRACKER_CLICK)
			l->views[outer].is_passage = true;
	}
}

static bool
is_own(enum realm realm)
{
	return realm != REALM_FOREIGN && realm != REALM_VENDOR;
}

static enum realm
realm_of(const struct brand_links *l, uint32_t brand, uint32_t i)
{
	const struct url *u = url_at(l, i);

	return brand_index_realm(l->index, brand, u->host, u->path);
}

/* A link inside a page of the brand's own is the brand's business. */
static bool
is_inside_own(const struct brand_links *l, uint32_t brand, uint32_t i)
{
	for (unsigned n = 0; n < OUTER_MOST; n++) {
		enum realm realm;

		i = url_at(l, i)->outer;
		if (i >= l->message->urls.n)
			return false;
		realm = realm_of(l, brand, i);
		if (is_own(realm) && realm != REALM_CUSTOMER)
			return true;
	}
	return false;
}

bool
brand_links_foreign(const struct brand_links *l, uint32_t brand, uint32_t i)
{
	const struct link_view *view = &l->views[i];

	return view->navigates && !view->is_passage && !view->is_quoted &&
	    !is_own(realm_of(l, brand, i)) && !is_inside_own(l, brand, i);
}

uint32_t
brand_links_first_foreign(const struct brand_links *l, uint32_t brand)
{
	for (uint32_t i = 0; i < l->message->urls.n; i++)
		if (brand_links_foreign(l, brand, i))
			return i;
	return URL_NONE;
}

/* One hit a brand, URL and kind; NULL when there are enough of this URL. */
static struct link_hit *
add_hit(struct brand_links *l, uint32_t brand, uint32_t i,
    enum brand_sign_kind kind)
{
	struct link_hit *hit;
	size_t n = 0;

	for (size_t at = l->hits.n; at-- > 0 && n < HITS_A_URL; n++) {
		hit = &l->hits.at[at];
		if (hit->url != i)
			break;
		if (hit->brand == brand && hit->kind == kind)
			return hit;
	}
	if (n == HITS_A_URL)
		return NULL;
	hit = VEC_ADD(l->arena, &l->hits);
	*hit = (struct link_hit){ .brand = brand, .url = i, .kind = kind };
	return hit;
}

static bool
is_letter(char c)
{
	return ascii_is_alnum(c) || (unsigned char)c >= 0x80;
}

/* Bytes begin to end of text lie inside a word that is not the brand's:
 * "amazonaws". */
static bool
is_excused(const struct brand_known *brand, struct str text, size_t begin,
    size_t end)
{
	const struct str *word;

	VEC_EACH(word, &brand->not_tokens) {
		size_t at = 0;

		if (word->n == 0)
			continue;
		for (;;) {
			at += str_find_str(str_from(text, at), *word);
			if (at >= text.n || at > begin)
				break;
			if (at + word->n >= end)
				return true;
			at++;
		}
	}
	return false;
}

/* A piece of a URL where tokens are looked for. */
struct token_text {
	struct str text;
	uint32_t url;
	enum brand_sign_kind kind;
};

/* Those that begin with the word at begin. */
static void
try_tokens(struct brand_links *l, const struct token_set *set,
    const struct token_text *in, size_t begin, struct str word)
{
	const uint32_t *first = map_get(&set->pieces, word);
	struct str text = in->text;

	for (uint32_t i = first == NULL ? UINT32_MAX : *first;
	    i != UINT32_MAX; i = set->list.at[i].next) {
		const struct brand_token *token = &set->list.at[i];
		size_t end = begin + token->text.n;
		struct link_hit *hit;

		if (!str_starts(str_from(text, begin), token->text) ||
		    (end < text.n && is_letter(text.p[end])) ||
		    is_excused(&l->index->brands.at[token->brand], text,
		        begin, end))
			continue;
		hit = add_hit(l, token->brand, in->url, in->kind);
		if (hit == NULL)
			return;
		hit->is_strong |= token->is_domain;
		if (hit->detail.n == 0)
			hit->detail = token->text;
	}
}

/* Tokens at edges that are neither letter nor digit. */
static void
find_tokens(struct brand_links *l, const struct token_set *set,
    const struct token_text *in)
{
	struct str text = in->text;
	size_t at = 0;

	while (at < text.n) {
		size_t begin = at;

		while (at < text.n && is_letter(text.p[at]))
			at++;
		if (at > begin)
			try_tokens(l, set, in, begin,
			    str_sub(text, begin, at));
		else
			at++;
	}
}

static size_t
find_labels(struct str host, size_t begins[static LABELS_MOST])
{
	size_t n = 1;

	begins[0] = 0;
	for (size_t i = 0; i + 1 < host.n && n < LABELS_MOST; i++)
		if (host.p[i] == '.')
			begins[n++] = i + 1;
	return n;
}

/* "www2.jcom.co.jp | login | vkia.cn" */
static struct str
split_host(struct arena *a, const struct url *u, size_t end)
{
	struct str front = str_head(u->host, end);
	struct str rest = str_from(u->host, end + 1);
	size_t middle;

	if (u->registrable.n == 0 || rest.n <= u->registrable.n ||
	    !str_ends(rest, u->registrable))
		return str_cat(a, front, STR(" | "), rest);
	middle = rest.n - u->registrable.n - 1;
	return str_cat(a, front, STR(" | "), str_head(rest, middle),
	    STR(" | "), u->registrable);
}

static bool
is_sending_name(enum realm realm)
{
	return realm == REALM_OFFICIAL || realm == REALM_NEVER_SENDS;
}

static void
try_front(struct brand_links *l, uint32_t url, size_t begin, size_t end)
{
	const struct url *u = url_at(l, url);
	const struct brand_domain *d = brand_index_domain(l->index,
	    str_sub(u->host, begin, end));

	for (; d != NULL; d = brand_index_next(l->index, d)) {
		struct link_hit *hit;

		if (!is_sending_name(d->realm))
			continue;
		hit = add_hit(l, d->brand, url, SIGN_OFFICIAL_IN_FRONT);
		if (hit != NULL)
			hit->detail = split_host(l->arena, u, end);
	}
}

/* An official name among the labels of a host, but not at its end. */
static void
find_front(struct brand_links *l, uint32_t url)
{
	struct str host = url_at(l, url)->host;
	size_t begins[LABELS_MOST];
	size_t n = find_labels(host, begins);

	for (size_t i = 0; i < n; i++) {
		size_t last = i + l->index->most_labels;

		for (size_t j = i + 2; j < n && j <= last; j++)
			try_front(l, url, begins[i], begins[j] - 1);
	}
}

static void
try_segment(struct brand_links *l, uint32_t url, struct str segment)
{
	struct str name = { NULL, 0 };

	while (brand_index_up(segment, &name)) {
		const struct brand_domain *d = brand_index_domain(l->index,
		    name);

		for (; d != NULL; d = brand_index_next(l->index, d)) {
			struct link_hit *hit;

			if (!is_sending_name(d->realm) || (d->is_exact &&
			    name.n != segment.n))
				continue;
			hit = add_hit(l, d->brand, url,
			    SIGN_OFFICIAL_IN_PATH);
			if (hit != NULL)
				hit->detail = segment;
		}
	}
}

static bool
is_host_like(struct str s)
{
	if (s.n > 253 || !str_has(s, '.'))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_letter(s.p[i]) && s.p[i] != '.' && s.p[i] != '-')
			return false;
	return true;
}

/*
 * Official domains as directories.  What follows a scheme is a whole URL
 * that someone archived ("/web/2020/https:/www.kagoya.jp/").
 */
static void
find_segments(struct brand_links *l, uint32_t url, struct str path)
{
	struct str segment;
	bool is_url = false;

	while (str_next(&path, '/', &segment)) {
		if (!is_url && is_host_like(segment))
			try_segment(l, url, segment);
		is_url = str_ends(segment, STR(":"));
	}
}

/* The folded form of text that may have been cut or decoded badly. */
static struct str
folded(struct arena *a, struct str s, size_t most)
{
	struct buf b;

	s = str_head(s, most);
	if (utf8_is_valid(s))
		return fold(a, s).text;
	buf_init_arena(&b, a, most * 3);
	utf8_add_clean(&b, s);
	return fold(a, buf_str(&b)).text;
}

/* Where a link goes that shows an official address. */
enum target { TARGET_OWN, TARGET_UNSURE, TARGET_FOREIGN };

static enum target
target_of(const struct brand_links *l, uint32_t brand, uint32_t i)
{
	bool has_own = false, has_foreign = false;
	enum tracker_kind kind = tracker_of(url_at(l, i)->host);

	if (!l->views[i].navigates || l->views[i].is_quoted ||
	    is_own(realm_of(l, brand, i)) || kind == TRACKER_LOOKUP)
		return TARGET_OWN;
	for (uint32_t in = l->views[i].nested; in != URL_NONE;
	    in = l->views[in].nested) {
		if (is_own(realm_of(l, brand, in)))
			has_own = true;
		else if (brand_links_foreign(l, brand, in))
			has_foreign = true;
	}
	if (kind == TRACKER_CLICK)
		return has_foreign ? TARGET_FOREIGN : TARGET_OWN;
	return has_own ? TARGET_UNSURE : TARGET_FOREIGN;
}

/* "Amazon.co.jp" is how the brand is called, no address shown. */
static bool
is_called(const struct brand *b, struct str shown)
{
	const struct str *name;

	VEC_EACH(name, &b->names)
		if (str_case_eq(*name, shown))
			return true;
	return false;
}

static void
try_shown(struct brand_links *l, uint32_t url, struct str shown, bool is_bare)
{
	struct str name = { NULL, 0 };

	while (brand_index_up(shown, &name)) {
		const struct brand_domain *d = brand_index_domain(l->index,
		    name);

		for (; d != NULL; d = brand_index_next(l->index, d)) {
			enum target target;
			struct link_hit *hit;

			if (d->realm != REALM_OFFICIAL || (is_bare &&
			    is_called(l->index->brands.at[d->brand].brand,
			        shown)))
				continue;
			target = target_of(l, d->brand, url);
			if (target == TARGET_OWN)
				continue;
			hit = add_hit(l, d->brand, url, SIGN_SHOWN_OFFICIAL);
			if (hit == NULL)
				return;
			hit->is_unsure = target == TARGET_UNSURE;
			hit->detail = shown;
		}
	}
}

static bool
is_host_byte(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '.';
}

/*
 * Host names in the text of an anchor that a reader takes for its address: a
 * URL, "www.", or nothing but a host name.
 */
static void
find_shown(struct brand_links *l, uint32_t url)
{
	const struct url *u = url_at(l, url);
	struct str text;
	size_t at = 0;

	if ((u->source != URL_A && u->source != URL_AREA) || u->text.n == 0)
		return;
	text = str_trim(folded(l->arena, u->text, SHOWN_MOST));
	while (at < text.n) {
		size_t begin = at;
		struct str shown;
		bool is_url, is_bare;

		while (at < text.n && is_host_byte(text.p[at]))
			at++;
		if (at == begin) {
			at++;
			continue;
		}
		shown = str_sub(text, begin, at);
		while (str_ends(shown, STR(".")) || str_ends(shown, STR("-")))
			shown.n--;
		is_url = str_ends(str_head(text, begin), STR("://")) ||
		    str_starts(shown, STR("www."));
		is_bare = begin == 0 && at == text.n;
		if (begin > 0 && text.p[begin - 1] == '@')
			continue;
		if (is_url || is_bare ||
		    (begin == 0 && text.p[at] == '/'))
			try_shown(l, url, shown, is_bare && !is_url);
	}
}

/* "https://www.kagoya.jp@evil.example/": what stands before the "@" only
 * looks like a host. */
static void
find_userinfo(struct brand_links *l, uint32_t url)
{
	const struct url *u = url_at(l, url);
	struct str shown, secret, name = { NULL, 0 };

	str_cut(str_lower(l->arena, u->userinfo), ':', &shown, &secret);
	while (brand_index_up(shown, &name)) {
		const struct brand_domain *d = brand_index_domain(l->index,
		    name);

		for (; d != NULL; d = brand_index_next(l->index, d)) {
			struct link_hit *hit;

			if (!is_sending_name(d->realm))
				continue;
			hit = add_hit(l, d->brand, url,
			    SIGN_OFFICIAL_IN_FRONT);
			if (hit != NULL)
				hit->detail = str_cat(l->arena, shown,
				    STR("@ | "), u->host);
		}
	}
}

static void
read_link(struct brand_links *l, uint32_t i)
{
	const struct url *u = url_at(l, i);
	struct str host = folded(l->arena, u->host_shown.n != 0
	    ? u->host_shown : u->host, HOST_MOST);
	struct str path;

	find_front(l, i);
	find_userinfo(l, i);
	if (tracker_of(u->host) != TRACKER_NONE)
		return;
	find_tokens(l, &l->index->tokens, &(struct token_text){ host, i,
	    SIGN_TOKEN_IN_HOST });
	find_tokens(l, &l->index->skeleton_tokens, &(struct token_text){
	    fold_skeleton(l->arena, host).text, i, SIGN_TOKEN_IN_HOST });
	path = folded(l->arena, u->path, PATH_MOST);
	if (path.n <= 1)
		return;
	find_segments(l, i, path);
	find_tokens(l, &l->index->tokens, &(struct token_text){ path, i,
	    SIGN_TOKEN_IN_PATH });
}

void
brand_links_read(struct brand_links *l, struct arena *a,
    const struct brand_index *index, const struct message *m, bool is_report)
{
	struct map seen;

	*l = (struct brand_links){ .arena = a, .index = index, .message = m };
	map_init(&seen, a);
	read_views(l, is_report);
	for (uint32_t i = 0; i < m->urls.n; i++) {
		if (!l->views[i].navigates || l->views[i].is_quoted)
			continue;
		if (*map_put(&seen, m->urls.at[i].normalized, i) == i)
			read_link(l, i);
		find_shown(l, i);
	}
}
