/* SPDX-License-Identifier: Apache-2.0 */
/* Which attributes of which tags hold links, and what becomes of them. */
#include "mail/htmllink.h"

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mail/charset.h"
#include "mail/cssurl.h"
#include "mail/entity.h"
#include "mail/host.h"
#include "mail/htmlscript.h"

enum {
	ANIMATED_MOST = 16, /* values of one attribute */
	BASE_MOST = 2048,
	INTENTS_MOST = 64,
	RUNS_MOST = 8,   /* scripts that one script makes */
	PAIRS_MOST = 64, /* of a link to another program */
	SRCSET_MOST = 128
};

struct place {
	const char *tag;
	enum url_source source;
};

static const struct place actions[] = { { "form", URL_FORM }, { 0 } };
static const struct place datas[] = { { "object", URL_FRAME }, { 0 } };
static const struct place formactions[] = {
	{ "button", URL_FORM }, { "input", URL_FORM }, { 0 }
};
static const struct place hrefs[] = {
	{ "a", URL_A },
	{ "area", URL_AREA },
	{ "base", URL_BASE },
	{ "image", URL_SVG },
	{ "link", URL_LINK },
	{ "math", URL_A },
	{ "mi", URL_A },
	{ "mrow", URL_A },
	{ "mtext", URL_A },
	{ "use", URL_SVG },
	/* Outlook's own, mostly in its conditional comments. */
	{ "v:oval", URL_A },
	{ "v:rect", URL_A },
	{ "v:roundrect", URL_A },
	{ "v:shape", URL_A },
	{ 0 }
};
static const struct place posters[] = { { "video", URL_IMAGE }, { 0 } };
static const struct place srcs[] = {
	{ "img", URL_IMAGE },
	{ "image", URL_IMAGE }, /* <img> to a browser */
	{ "audio", URL_IMAGE },
	{ "embed", URL_FRAME },
	{ "frame", URL_FRAME },
	{ "iframe", URL_FRAME },
	{ "input", URL_IMAGE },
	{ "script", URL_CODE },
	{ "source", URL_IMAGE },
	{ "v:fill", URL_BACKGROUND },
	{ "v:image", URL_IMAGE },
	{ "v:imagedata", URL_IMAGE },
	{ "video", URL_IMAGE },
	{ 0 }
};
static const struct place xlinks[] = {
	{ "a", URL_A },
	{ "image", URL_SVG },
	{ "script", URL_CODE },
	{ "use", URL_SVG },
	{ 0 }
};

/* The tags of each attribute.  Links are taken in the order of these. */
static const struct place *const holders[ATTR_NAMES] = {
	[ATTR_ACTION] = actions,
	[ATTR_DATA] = datas,
	[ATTR_FORMACTION] = formactions,
	[ATTR_HREF] = hrefs,
	[ATTR_POSTER] = posters,
	[ATTR_SRC] = srcs,
	[ATTR_XLINK_HREF] = xlinks,
};

enum {
	HOLDERS = ATTR_BIT(ATTR_ACTION) | ATTR_BIT(ATTR_DATA) |
	    ATTR_BIT(ATTR_FORMACTION) | ATTR_BIT(ATTR_HREF) |
	    ATTR_BIT(ATTR_POSTER) | ATTR_BIT(ATTR_SRC) |
	    ATTR_BIT(ATTR_XLINK_HREF),
	ANIMATED = ATTR_BIT(ATTR_TO) | ATTR_BIT(ATTR_VALUES),
	/* These may stand in any tag. */
	COMMON = ATTR_BIT(ATTR_BACKGROUND) | ATTR_BIT(ATTR_STYLE) |
	    ATTR_BIT(ATTR_SRCSET) | ATTR_BIT(ATTR_IMAGESRCSET) |
	    ATTR_BIT(ATTR_SRCDOC) | ATTR_BIT(ATTR_ON)
};

static struct str
decode(struct arena *a, struct str value)
{
	struct buf b;

	if (str_find_any(value, '&', '\r', '\0') == value.n)
		return value;
	value = html_clean(a, value, false);
	if (!str_has(value, '&'))
		return value;
	buf_init_arena(&b, a, value.n * ENTITY_GROWTH);
	entities_add(&b, value, true);
	return buf_str(&b);
}

struct str
html_attr_text(struct arena *a, const struct html_token *token,
    enum html_attr_name name)
{
	const struct html_attr *attr = html_attr(token, name);

	return attr == NULL ? STR("") : decode(a, attr->value);
}

/* What value holds, which lies in the page. */
static uint32_t
offset_of(const struct html_links *l, struct str value)
{
	return (uint32_t)(value.p - l->html.p);
}

static void
add_inner(struct html_links *l, struct str value, struct str html)
{
	html_inners_add(&l->inner, l->arena, html, offset_of(l, value));
}

/* "javascript:" with what a browser overlooks inside. */
static bool
skip_scheme(struct str *href, struct str scheme)
{
	struct str s = *href;
	size_t n = 0;

	while (s.n > 0 && (unsigned char)s.p[0] <= ' ')
		s = str_from(s, 1);
	while (s.n > 0 && n < scheme.n) {
		char c = ascii_lower(s.p[0]);

		if (c != '\t' && c != '\n' && c != '\r' && c != scheme.p[n++])
			return false;
		s = str_from(s, 1);
	}
	if (n < scheme.n)
		return false;
	*href = s;
	return true;
}

/* "intent://example.com/x#Intent;scheme=https;...;end", as Android reads it:
 * the page, or the one that is named in case no program takes it. */
static struct str
intended(struct arena *a, struct str rest)
{
	static const struct str fallback =
	    STR_INIT("S.browser_fallback_url=");
	struct str page, said, piece, scheme = STR("");

	if (!str_cut(rest, '#', &page, &said))
		return STR("");
	for (int i = 0; i < INTENTS_MOST && str_next(&said, ';', &piece);
	     i++) {
		if (str_skip(&piece, fallback))
			return url_decode(a, piece);
		if (str_skip(&piece, STR("scheme=")) &&
		    str_case_starts(piece, STR("http")))
			scheme = piece;
	}
	return scheme.n == 0 ? scheme : str_cat(a, scheme, STR(":"), page);
}

/* "192.0.2.1" in full: a lone number is somebody's telephone. */
static bool
is_address(struct str name)
{
	size_t dots = 0;

	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] == '.')
			dots++;
		else if (!ascii_is_digit(name.p[i]))
			return false;
	return dots == 3;
}

static struct str
web_in(struct str s)
{
	size_t at = str_case_find_str(s, STR("https://"));

	if (at == s.n)
		at = str_case_find_str(s, STR("http://"));
	return str_from(s, at);
}

/* "webcal://example.com/x", "file:////example.com/x", "search-ms:...\\x\y":
 * whose host it is that another program goes to. */
static struct str
host_behind(struct arena *a, struct str rest)
{
	struct str host, name;
	size_t share = str_find_pair(rest, '\\', '\\');

	if (share < rest.n)
		rest = str_from(rest, share);
	else if (!str_starts(rest, STR("//")))
		return STR("");
	while (rest.n != 0 && str_has(STR("/\\"), rest.p[0]))
		rest = str_from(rest, 1);
	host = str_head(rest, str_find_any(rest, '/', '?', '\\'));
	host = str_from(host, str_find_last(host, '@') < host.n ?
	    str_find_last(host, '@') + 1 : 0);
	host = str_head(host, str_starts(host, STR("[")) ?
	    str_find(host, ']') + 1 : str_find(host, ':'));
	if (!host_normalize(&name, a, host))
		return STR("");
	return str_starts(host, STR("[")) || is_address(host) ||
	    host_has_known_suffix(name) ?
	    str_cat(a, STR("http://"), rest) : STR("");
}

/* What stands behind the colon of a scheme that is not the web's. */
static struct str
carried_inside(struct arena *a, struct str href, size_t colon)
{
	struct str rest = str_from(href, colon + 1), found, pair, value;

	found = web_in(rest);
	if (found.n != 0)
		return found;
	for (int i = 0; i < PAIRS_MOST && str_next(&rest, '&', &pair); i++) {
		value = str_from(pair, str_find(pair, '=') + 1);
		if (!str_case_starts(value, STR("http")) ||
		    !str_has(value, '%'))
			continue;
		found = web_in(url_decode(a, value));
		if (found.n != 0)
			return found;
	}
	found = host_behind(a, str_from(href, colon + 1));
	return found.n != 0 ? found : href;
}

/* "ms-word:ofe|u|https://...", "view-source:https://...": a page handed to
 * another program. */
static struct str
carried(struct arena *a, struct str href)
{
	static const struct str own[] = { STR_INIT("http"), STR_INIT("ftp"),
		STR_INIT("mailto"), STR_INIT("tel"), STR_INIT("cid") };
	size_t at = str_find_any(href, ':', '/', '?');
	struct str s = href;

	for (size_t i = 0; i < nitems(own); i++)
		if (skip_scheme(&s, own[i]))
			return href;
	if (at >= href.n || href.p[at] != ':')
		return href;
	return carried_inside(a, href, at);
}

/* What a script undoes of %xx and base64 may be any bytes. */
static struct str
text_of(const struct html_links *l, struct str bytes)
{
	return charset_decode(l->arena, bytes, STR("utf-8")).utf8;
}

/* value lies in the page, href is what it says. */
static size_t
add(struct html_links *l, enum url_source source, struct str value,
    struct str href)
{
	struct html_link *link;
	struct script script = { 0 };
	bool is_link;

	href = str_trim(href);
	if (href.n == 0 || href.p[0] == '#')
		return HTML_LINK_NONE;
	if (skip_scheme(&href, STR("data:"))) {
		html_inners_open(&l->inner, l->arena, href,
		    offset_of(l, value), source == URL_FRAME);
		return HTML_LINK_NONE;
	}
	if (skip_scheme(&href, STR("javascript:"))) {
		script.text = url_decode(l->arena, href);
		is_link = script_next(&script, l->arena, &href) == SCRIPT_GOES;
		l->is_cut |= script.is_cut;
		if (!is_link)
			return HTML_LINK_NONE;
		href = text_of(l, href);
	}
	if (skip_scheme(&href, STR("intent:")))
		href = intended(l->arena, href);
	/* Pictures do not take the room of what leads on. */
	if (l->found.n >= (url_source_is_loaded(source) ? l->most / 2 :
	    l->most))
		return HTML_LINK_NONE;
	link = VEC_ADD(l->arena, &l->found);
	link->href = carried(l->arena, href);
	link->source = source;
	link->offset = offset_of(l, value);
	return l->found.n - 1;
}

/* Reads the script at i; of those it makes, each goes behind the n there are.
 * How many there are now. */
static size_t
run_script(struct html_links *l, struct str value, struct str *made, size_t i,
    size_t n)
{
	struct script script = { .text = made[i] };
	enum script_act act;
	struct str found;

	while ((act = script_next(&script, l->arena, &found)) !=
	    SCRIPT_NOTHING) {
		if (act == SCRIPT_WRITES)
			add_inner(l, value, found);
		else if (act == SCRIPT_GOES)
			add(l, URL_SCRIPT, value, text_of(l, found));
		else if (n <= RUNS_MOST)
			made[n++] = text_of(l, found);
		else
			l->is_cut = true;
	}
	l->is_cut |= script.is_cut;
	return n;
}

static void
take_script(struct html_links *l, struct str value, struct str text)
{
	struct str made[RUNS_MOST + 1] = { text };
	size_t n = 1;

	/* eval(atob("...")), and what is in there */
	for (size_t i = 0; i < n; i++)
		n = run_script(l, value, made, i, n);
}

void
html_links_script(struct html_links *l, struct str value, struct str script)
{
	take_script(l, value, script);
}

/* "a.png 1x, b.png 2x" */
static void
take_srcset(struct html_links *l, struct str value, struct str set)
{
	for (int i = 0; i < SRCSET_MOST && set.n > 0; i++) {
		struct str url;
		size_t n = 0;

		while (set.n > 0 && (set.p[0] == ',' ||
		    ascii_is_space(set.p[0])))
			set = str_from(set, 1);
		while (n < set.n && !ascii_is_space(set.p[n]))
			n++;
		url = str_head(set, n);
		set = str_from(set, n);
		if (!str_ends(url, STR(",")))
			set = str_from(set, str_find(set, ','));
		while (str_ends(url, STR(",")))
			url.n--;
		add(l, URL_IMAGE, value, url);
	}
}

/* "5; url='https://...'": what stands behind the first sign of separation. */
static struct str
refresh_target(struct str s)
{
	struct str quote, rest;

	while (s.n > 0 && (ascii_is_digit(s.p[0]) ||
	    ascii_is_space(s.p[0]) || str_has(STR("+-.;,"), s.p[0])))
		s = str_from(s, 1);
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
	const struct html_attr *content = html_attr(token, ATTR_CONTENT);

	if (content != NULL && str_case_is(str_trim(html_attr_text(l->arena,
	    token, ATTR_HTTP_EQUIV)), "refresh"))
		add(l, URL_REFRESH, content->value,
		    refresh_target(decode(l->arena, content->value)));
}

static void
take_css(struct html_links *l, struct str value, struct str css)
{
	struct str url;

	while (str_has(css, '(') && css_url_next(&css, &url))
		add(l, URL_BACKGROUND, value, url);
}

void
html_links_css(struct html_links *l, struct str css)
{
	take_css(l, css, css);
}

static void
take_common(struct html_links *l, const struct html_attr *attr)
{
	struct str value = attr->value;

	switch (attr->is) {
	case ATTR_BACKGROUND:
		add(l, URL_BACKGROUND, value, decode(l->arena, value));
		break;
	case ATTR_STYLE:
		if (str_find_any(value, '(', '&', '&') < value.n)
			take_css(l, value, decode(l->arena, value));
		break;
	case ATTR_SRCSET:
	case ATTR_IMAGESRCSET:
		take_srcset(l, value, decode(l->arena, value));
		break;
	case ATTR_SRCDOC:
		add_inner(l, value, decode(l->arena, value));
		break;
	case ATTR_ON:
		take_script(l, value, decode(l->arena, value));
		break;
	default:
		break;
	}
}

/* What the attribute of a tag names, if its value is a link there. */
static size_t
take_place(struct html_links *l, const struct html_token *token,
    enum html_attr_name name)
{
	const struct place *place = holders[name];
	struct str value;
	size_t added;

	while (place->tag != NULL && !str_case_is(token->name, place->tag))
		place++;
	if (place->tag == NULL)
		return HTML_LINK_NONE;
	value = html_attr(token, name)->value;
	added = add(l, place->source, value, decode(l->arena, value));
	return place->source == URL_A ? added : HTML_LINK_NONE;
}

/* <set attributeName="href" to="https://...">: the anchor around it gets it.
 * Of numbers and colours nothing is a link. */
static void
take_animation(struct html_links *l, const struct html_token *token)
{
	static const enum html_attr_name names[] = { ATTR_TO, ATTR_VALUES };

	if (!str_case_is(token->name, "set") &&
	    !str_case_is(token->name, "animate"))
		return;
	for (size_t i = 0; i < nitems(names); i++) {
		struct str piece, list = html_attr_text(l->arena, token,
		    names[i]);

		for (int n = 0; n < ANIMATED_MOST &&
		     str_next(&list, ';', &piece); n++)
			if (str_has(piece, ':'))
				add(l, URL_A, html_attr(token, names[i])->value,
				    piece);
	}
}

size_t
html_links_tag(struct html_links *l, const struct html_token *token,
    const char *dull)
{
	size_t anchor = HTML_LINK_NONE, added;

	for (unsigned left = token->has & HOLDERS; left != 0;
	     left &= left - 1) {
		added = take_place(l, token,
		    (enum html_attr_name)__builtin_ctz(left));
		if (anchor == HTML_LINK_NONE)
			anchor = added;
	}
	if ((token->has & ATTR_BIT(ATTR_CONTENT)) != 0 &&
	    str_case_is(token->name, "meta"))
		take_meta(l, token);
	if ((token->has & ANIMATED) != 0)
		take_animation(l, token);
	for (size_t i = 0; (token->has & COMMON) != 0 && i < token->n_attrs;
	     i++)
		if (token->attrs[i].value.p != dull)
			take_common(l, &token->attrs[i]);
	return anchor;
}

static bool
has_host_only(struct str href)
{
	return href.n > 2 && (href.p[0] == '/' || href.p[0] == '\\') &&
	    (href.p[1] == '/' || href.p[1] == '\\');
}

/* "example.com/x": a mail program puts "http://" in front. */
static bool
has_host_alone(struct arena *a, struct str href)
{
	struct str name, host = str_head(href, str_find_any(href, '/', '?',
	    '#'));

	return str_has(host, '.') && !str_has(host, ':') &&
	    !str_has(host, '@') && host_normalize(&name, a, host) &&
	    host_has_known_suffix(name);
}

/* Without a base a page of mail has no address: what is relative leads
 * nowhere, but mail programs do link "www.example.com" and "example.com/x",
 * and those in a browser "//www.example.com". */
static bool
resolve(const struct html_links *l, struct url *u,
    const struct html_link *link, const struct url *base)
{
	struct str href = link->href;

	if (base != NULL)
		return url_resolve(u, l->arena, href, base);
	if (has_host_only(href))
		href = str_cat(l->arena, STR("https:"), href);
	else if (url_read(u, l->arena, href))
		return true;
	else if (link->source == URL_A && has_host_alone(l->arena, href))
		href = str_cat(l->arena, STR("http://"), href);
	if (!url_read(u, l->arena, href))
		return false;
	u->is_schemeless = !has_host_only(link->href);
	u->raw = link->href;
	return true;
}

/* In which order links get what room there is. */
enum turn { TURN_SHOWN, TURN_EMPTY, TURN_LOADED };

/* Anchors that show nothing come behind those that do, if not all fit. */
static enum turn
turn_of(const struct html_links *l, const struct html_link *link, size_t most)
{
	if (url_source_is_loaded(link->source))
		return TURN_LOADED;
	return l->found.n > most && link->source == URL_A &&
	    link->text.n == 0 ? TURN_EMPTY : TURN_SHOWN;
}

/* Where those go that are URLs. */
struct resolved {
	url_list *out;
	uint32_t part;
	size_t most;
	const struct url *base; /* or NULL */
};

static void
resolve_those(const struct html_links *l, const struct resolved *to,
    enum turn turn)
{
	const struct html_link *link;
	struct url u;

	VEC_EACH(link, &l->found) {
		if (turn_of(l, link, to->most) != turn ||
		    to->out->n >= to->most || !resolve(l, &u, link,
		    link->source == URL_BASE ? NULL : to->base))
			continue;
		u.source = link->source;
		u.text = link->text;
		u.part = to->part;
		u.offset = link->offset;
		*VEC_ADD(l->arena, to->out) = u;
	}
}

/* Of a base that is too long to be put in front of every link, the host. */
static bool
read_base(struct url *u, struct arena *a, struct str href)
{
	size_t end;

	if (has_host_only(href))
		href = str_cat(a, STR("https:"), href);
	if (href.n == 0 || !url_read(u, a, href))
		return false;
	if (u->normalized.n <= BASE_MOST)
		return true;
	end = u->scheme.n + 3;
	end += str_find(str_from(u->normalized, end), '/') + 1;
	return end <= BASE_MOST &&
	    url_read(u, a, str_head(u->normalized, end));
}

void
html_links_resolve(struct html_links *l, url_list *out, uint32_t part,
    size_t most)
{
	const struct html_link *link;
	const struct url *base = NULL;
	struct url u;

	/* The first counts, as in a browser. */
	VEC_EACH(link, &l->found)
		if (base == NULL && link->source == URL_BASE &&
		    read_base(&u, l->arena, link->href))
			base = &u;
	if (base == NULL && read_base(&u, l->arena, l->base))
		base = &u;
	if (base != NULL)
		l->base = base->normalized;
	if (out->n < most)
		VEC_ROOM(l->arena, out, l->found.n < most - out->n ?
		    l->found.n : most - out->n);
	for (int turn = TURN_SHOWN; turn <= TURN_LOADED; turn++)
		resolve_those(l, &(struct resolved){ out, part, most, base },
		    (enum turn)turn);
}
