/* SPDX-License-Identifier: Apache-2.0 */
/* Which attributes of which tags hold links, and what becomes of them. */
#include "mail/htmllink.h"

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mail/entity.h"
#include "mail/htmlstyle.h"

enum { BASE_MOST = 2048 };

static const struct place {
	const char *tag, *attr;
	enum url_source source;
} places[] = {
	{ "a", "href", URL_A },
	{ "a", "xlink:href", URL_A },
	{ "area", "href", URL_AREA },
	{ "audio", "src", URL_IMAGE },
	{ "base", "href", URL_BASE },
	{ "button", "formaction", URL_FORM },
	{ "embed", "src", URL_FRAME },
	{ "form", "action", URL_FORM },
	{ "frame", "src", URL_FRAME },
	{ "iframe", "src", URL_FRAME },
	{ "image", "href", URL_IMAGE },
	{ "image", "xlink:href", URL_IMAGE },
	{ "img", "src", URL_IMAGE },
	{ "input", "formaction", URL_FORM },
	{ "input", "src", URL_IMAGE },
	{ "link", "href", URL_IMAGE },
	{ "object", "data", URL_FRAME },
	{ "script", "src", URL_SCRIPT },
	{ "source", "src", URL_IMAGE },
	{ "video", "poster", URL_IMAGE },
	{ "video", "src", URL_IMAGE },
};

static struct str
decode(struct arena *a, struct str value)
{
	struct buf b;

	value = html_clean(a, value, false);
	if (!str_has(value, '&'))
		return value;
	buf_init_arena(&b, a, value.n * 3);
	entities_add(&b, value, true);
	return buf_str(&b);
}

struct str
html_attr_text(struct arena *a, const struct html_token *token,
    const char *name)
{
	const struct html_attr *attr = html_attr(token, name);

	return attr == NULL ? STR("") : decode(a, attr->value);
}

/* value lies in the page, href is what it says. */
static size_t
add(struct html_links *l, enum url_source source, struct str value,
    struct str href)
{
	struct html_link *link;

	href = str_trim(href);
	if (l->found.n >= l->most || href.n == 0 || href.p[0] == '#')
		return HTML_LINK_NONE;
	link = VEC_ADD(l->arena, &l->found);
	link->href = href;
	link->source = source;
	link->offset = (uint32_t)(value.p - l->html.p);
	return l->found.n - 1;
}

/* "5; url='https://...'": what stands behind the first sign of separation. */
static struct str
refresh_target(struct str s)
{
	struct str quote, rest;

	while (s.n > 0 && (ascii_is_digit(s.p[0]) || s.p[0] == '.' ||
	    ascii_is_space(s.p[0])))
		s = str_from(s, 1);
	if (!str_skip(&s, STR(";")))
		str_skip(&s, STR(","));
	rest = s = str_trim(s);
	if (str_case_skip(&rest, STR("url"))) {
		rest = str_trim(rest);
		if (str_skip(&rest, STR("=")))
			s = str_trim(rest);
	}
	quote = str_head(s, 1);
	if (!str_is(quote, "\"") && !str_is(quote, "'"))
		return s;
	s = str_from(s, 1);
	return str_head(s, str_find(s, quote.p[0]));
}

static void
take_meta(struct html_links *l, const struct html_token *token)
{
	const struct html_attr *content = html_attr(token, "content");

	if (content != NULL && str_case_is(str_trim(html_attr_text(l->arena,
	    token, "http-equiv")), "refresh"))
		add(l, URL_REFRESH, content->value,
		    refresh_target(decode(l->arena, content->value)));
}

static void
take_css(struct html_links *l, struct str value, struct str css)
{
	struct str url;

	while (str_has(css, '(') && style_url(&css, &url))
		add(l, URL_IMAGE, value, url);
}

void
html_links_css(struct html_links *l, struct str css)
{
	take_css(l, css, css);
}

/* Attributes that any tag may have. */
static void
take_common(struct html_links *l, const struct html_token *token)
{
	const struct html_attr *attr = html_attr(token, "background");

	if (attr != NULL)
		add(l, URL_IMAGE, attr->value, decode(l->arena, attr->value));
	attr = html_attr(token, "style");
	if (attr != NULL)
		take_css(l, attr->value, decode(l->arena, attr->value));
}

size_t
html_links_tag(struct html_links *l, const struct html_token *token)
{
	size_t anchor = HTML_LINK_NONE, added;

	if (token->n_attrs == 0)
		return HTML_LINK_NONE;
	for (size_t i = 0; i < nitems(places); i++) {
		const struct html_attr *attr;

		if (ascii_lower(token->name.p[0]) != places[i].tag[0] ||
		    !str_case_is(token->name, places[i].tag) ||
		    (attr = html_attr(token, places[i].attr)) == NULL)
			continue;
		added = add(l, places[i].source, attr->value,
		    decode(l->arena, attr->value));
		if (places[i].source == URL_A && anchor == HTML_LINK_NONE)
			anchor = added;
	}
	if (str_case_is(token->name, "meta"))
		take_meta(l, token);
	take_common(l, token);
	return anchor;
}

/* Without a base a page of mail has no address: what is relative leads
 * nowhere, but mail programs do link "www.example.com". */
static bool
resolve(const struct html_links *l, struct url *u,
    const struct html_link *link, const struct url *base)
{
	return base != NULL ? url_resolve(u, l->arena, link->href, base)
	    : url_read(u, l->arena, link->href);
}

static void
resolve_those(const struct html_links *l, url_list *out, uint32_t part,
    size_t most, const struct url *base, bool is_loaded)
{
	const struct html_link *link;
	struct url u;

	VEC_EACH(link, &l->found) {
		bool loads = link->source == URL_IMAGE ||
		    link->source == URL_SCRIPT;

		if (loads != is_loaded || out->n >= most ||
		    !resolve(l, &u, link, link->source == URL_BASE
		    ? NULL : base))
			continue;
		u.source = link->source;
		u.text = link->text;
		u.part = part;
		u.offset = link->offset;
		*VEC_ADD(l->arena, out) = u;
	}
}

void
html_links_resolve(const struct html_links *l, url_list *out, uint32_t part,
    size_t most)
{
	const struct html_link *link;
	const struct url *base = NULL;
	struct url u;

	/* The first counts, as in a browser. */
	VEC_EACH(link, &l->found)
		if (base == NULL && link->source == URL_BASE &&
		    url_read(&u, l->arena, link->href) &&
		    u.normalized.n <= BASE_MOST)
			base = &u;
	resolve_those(l, out, part, most, base, false);
	resolve_those(l, out, part, most, base, true);
}
