/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTML as a person sees it: what the tokens of a page add to its text, seen or
 * hidden, by the elements that are open where they stand.
 */
#include "mail/html.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "mail/bidi.h"
#include "mail/entity.h"
#include "mail/htmlhint.h"
#include "mail/htmlinline.h"
#include "mail/htmlinner.h"
#include "mail/htmllink.h"
#include "mail/htmlnest.h"
#include "mail/htmloffice.h"
#include "mail/htmlopen.h"
#include "mail/htmlsheet.h"
#include "mail/htmlstyle.h"
#include "mail/htmltag.h"
#include "mail/htmltoken.h"
#include "mail/lines.h"
#include "mail/xmlpage.h"

enum {
	ANCHOR_TEXT_MOST = 4096,
	ALTS_MOST = 1024, /* bytes of pictures in one anchor */
	READING_MOST = 64, /* bytes above one word */
	BESIDE_MOST = 256 * 1024, /* bytes of a page */
	SIBLINGS_MOST = 16384, /* kept for rules of what is behind others */
	LINKS_FACTOR = 4, /* found for each that can be kept */
	GROWTH_MOST = 3   /* "&nGt;" is shorter than what it stands for */
};

struct reader {
	struct arena *arena;
	struct html_tokens tokens;
	struct html_links links;
	struct html_sheet sheet;
	struct lines visible, hidden, title;
	struct lines alts;   /* of pictures, to stand below the rest */
	struct html_office office;
	struct buf scratch;
	struct html_open open;
	size_t beyond;       /* elements that did not fit */
	size_t siblings;     /* kept so far */
	size_t anchor;       /* link whose text is being read */
	size_t anchor_begin; /* of it, in visible */
	struct str anchor_alt, anchor_title;
	size_t form;         /* link whose button is still to come */
	size_t button_begin; /* of the open one, in visible */
	quoted_list quoted;
	size_t quotes;       /* open ones */
	bool is_turned;      /* some of the text was turned round */
	bool has_body;       /* it was begun, by its tag or without */
	bool is_cut;         /* a limit was reached */
	bool is_file;        /* opened in a browser, which runs scripts */
	bool is_noscript;    /* the next text is what that leaves out */
	enum html_sheet_for sheet_for; /* of the <style> that is open */
	bool is_sheet_whole; /* read before: the page is read anew */
	bool is_sheet_late;  /* it says something of what was read before */
	struct html_inlines *inlines;
	struct html_inline *said; /* by the start tag in hand, or NULL */
};

/* What style sheets say that are not understood may bring lost text back; and
 * so may what is open and not known. */
static bool
is_hidden_in(const struct reader *r, const struct html_element *e)
{
	return r->open.is_known &&
	    (e->is_gone || e->is_invisible || e->is_tiny ||
	    (e->is_lost && !e->is_painted && !r->sheet.has_unread_colors));
}

static bool
is_hidden(const struct reader *r)
{
	return is_hidden_in(r, html_open_place(&r->open));
}

static inline struct lines *
lines_of(struct reader *r, const struct html_element *e)
{
	return is_hidden_in(r, e) ? &r->hidden : &r->visible;
}

static struct lines *
shown_in(struct reader *r)
{
	return lines_of(r, html_open_place(&r->open));
}

/* As much as there is room for in the text of a link. */
static struct str
head_of(struct str s)
{
	if (s.n > ANCHOR_TEXT_MOST)
		for (s.n = ANCHOR_TEXT_MOST; s.n > 0 &&
		    ((unsigned char)s.p[s.n] & 0xc0) == 0x80;)
			s.n--;
	return s;
}

static struct str
one_line(struct arena *a, struct str s)
{
	char *p;

	s = str_trim(head_of(s));
	p = arena_take(a, s.n);
	for (size_t i = 0; i < s.n; i++)
		p[i] = ascii_is_space(s.p[i]) ? ' ' : s.p[i];
	return (struct str){ p, s.n };
}

/* What clients show where they fetch no pictures.  It goes below the text, for
 * a picture between two letters must not part a word. */
static void
note_alt(struct reader *r, struct str alt)
{
	if (alt.n == 0)
		return;
	lines_block(&r->alts);
	lines_add(&r->alts, alt);
	lines_block(&r->alts);
}

static void
anchor_end(struct reader *r)
{
	struct html_link *link;

	if (r->anchor == HTML_LINK_NONE)
		return;
	link = &r->links.found.at[r->anchor];
	link->text = one_line(r->arena, str_from(buf_str(&r->visible.text),
	    r->anchor_begin));
	if (html_open_last(&r->open)->is_turned)
		bidi_reverse((char *)link->text.p, link->text.n, true);
	link->text = bidi_turn(r->arena, link->text);
	if (link->text.n == 0 && r->anchor_alt.n != 0) {
		link->text = one_line(r->arena, r->anchor_alt);
		lines_add(&r->visible, r->anchor_alt);
	} else if (link->text.n == 0) {
		link->text = one_line(r->arena, r->anchor_title);
	} else if (str_find_str(link->text, r->anchor_alt) == link->text.n) {
		note_alt(r, r->anchor_alt);
	}
	r->anchor = HTML_LINK_NONE;
}

static void
anchor_begin(struct reader *r, size_t link, const struct html_token *token)
{
	anchor_end(r);
	r->anchor = link;
	r->anchor_begin = r->visible.text.n;
	r->anchor_alt = STR("");
	r->anchor_title = html_attr_text(r->arena, token, ATTR_TITLE);
}

/* What the button of a form says is what its link shows. */
static void
name_form(struct reader *r, struct str text)
{
	if (r->form == HTML_LINK_NONE || str_trim(text).n == 0)
		return;
	r->links.found.at[r->form].text = one_line(r->arena, text);
	r->form = HTML_LINK_NONE;
}

/* Links that are no anchors: behind the first of those that the tag gave. */
static void
note_links(struct reader *r, const struct html_token *token, size_t first)
{
	struct html_link *link;

	for (; first < r->links.found.n; first++) {
		link = &r->links.found.at[first];
		if (link->source == URL_FORM)
			r->form = first;
		if (link->source != URL_AREA)
			continue;
		link->text = one_line(r->arena,
		    html_attr_text(r->arena, token, ATTR_ALT));
		if (link->text.n == 0)
			link->text = one_line(r->arena,
			    html_attr_text(r->arena, token, ATTR_TITLE));
	}
}

static void
quote_begin(struct reader *r)
{
	uint32_t at = (uint32_t)r->visible.text.n;

	if (r->quotes++ == 0)
		*VEC_ADD(r->arena, &r->quoted) = (struct quoted){ at, at };
}

static void
quote_end(struct reader *r)
{
	if (r->quotes > 0 && --r->quotes == 0)
		r->quoted.at[r->quoted.n - 1].end =
		    (uint32_t)r->visible.text.n;
}

/* No text goes on behind what is quoted last: of its end as of that of the
 * text blanks are left out, for other text may come to stand there. */
static void
quotes_done(struct reader *r)
{
	uint32_t end = (uint32_t)lines_done(&r->visible).n;

	while (r->quotes > 0)
		quote_end(r);
	for (size_t i = r->quoted.n; i > 0; i--) {
		struct quoted *q = &r->quoted.at[i - 1];

		if (q->end <= end)
			break;
		q->end = end;
		if (q->begin > end)
			q->begin = end;
	}
}

/* As Gmail, Yahoo and Proton mark what they quote. */
static bool
is_quote(struct arena *a, const struct html_tag *tag,
    const struct html_token *token)
{
	const struct html_attr *attr;
	struct str class;

	if (tag->is == NAME_BLOCKQUOTE)
		return true;
	attr = html_attr(token, ATTR_CLASS);
	/* most are known by their first letter */
	if (attr == NULL || attr->value.n == 0 ||
	    !str_has(STR("gyp&"), attr->value.p[0]))
		return false;
	class = html_attr_text(a, token, ATTR_CLASS);
	return str_starts(class, STR("gmail_quote")) ||
	    str_starts(class, STR("yahoo_quoted")) ||
	    str_starts(class, STR("protonmail_quote"));
}

/* Behind the letter that a place has come to stand in. */
static uint32_t
letter_end(struct str text, uint32_t at)
{
	while (at < text.n && ((unsigned char)text.p[at] & 0xc0) == 0x80)
		at++;
	return at;
}

/* Where its text begins: a whole letter, even if an element that ended before
 * those in it has turned what stands there. */
static uint32_t
said_from(const struct reader *r, const struct html_element *e)
{
	return letter_end(buf_str(&r->visible.text), e->begin);
}

/* What was said in it is read from its other end.  A link that goes on behind
 * it has all of that; of what is quoted in it the bounds are kept whole. */
static void
turn_round(struct reader *r, const struct html_element *e)
{
	struct str all = buf_str(&r->visible.text);
	uint32_t begin = said_from(r, e);
	struct str text = str_trim_front(str_from(all, begin));

	r->is_turned = true;
	bidi_reverse(r->visible.text.p + (all.n - text.n), text.n,
	    e->is_turned);
	if (r->anchor != HTML_LINK_NONE && r->anchor_begin > begin)
		r->anchor_begin = begin;
	for (size_t i = r->quoted.n; i > 0; i--) {
		struct quoted *q = &r->quoted.at[i - 1];

		if (q->begin < begin && q->end < begin)
			break;
		q->begin = letter_end(all, q->begin);
		q->end = letter_end(all, q->end);
	}
}

/* What a word is read as stands small above it: here below the text, that it
 * parts no phrase and yet is seen, whatever its size.  Only what can be no
 * more than a reading: short, in one line, and closed with all it holds. */
static void
reading_apart(struct reader *r, const struct html_element *e)
{
	struct buf *text = &r->visible.text;
	uint32_t begin = said_from(r, e);
	struct str said = str_from(buf_str(text), begin);

	if (said.n == 0 || said.n > READING_MOST || str_has(said, '\n') ||
	    html_open_last(&r->open) != e || r->visible.wants_line ||
	    (r->anchor != HTML_LINK_NONE && r->anchor_begin > begin) ||
	    (r->quoted.n != 0 &&
	    r->quoted.at[r->quoted.n - 1].end > begin))
		return;
	lines_add(&r->alts, str_trim(said));
	r->visible.wants_space |= ascii_is_space(said.p[0]);
	text->n = begin;
}

static void
element_gone(void *reader, const struct html_element *e, bool is_aside)
{
	struct reader *r = reader;

	if (e->turns)
		turn_round(r, e);
	if (is_aside)
		return;
	if (e->is_reading)
		reading_apart(r, e);
	if (e->is_quote)
		quote_end(r);
	if ((e->tag->traits & TAG_BLOCK) != 0)
		lines_block(e->is_gone ? &r->hidden : &r->visible);
	if (e->tag->kin == KIN_A)
		anchor_end(r);
	if (e->tag->kin == KIN_BUTTON && r->button_begin <=
	    r->visible.text.n)
		name_form(r, str_from(buf_str(&r->visible.text),
		    r->button_begin));
	r->tokens.has_cdata = r->open.foreign != 0;
}

/* What was told as hidden in it is seen. */
static void
element_freed(void *reader, const struct html_element *e)
{
	struct reader *r = reader;
	struct str text = str_from(buf_str(&r->hidden.text), e->begin_hidden);

	if (str_trim(text).n == 0)
		return;
	lines_block(&r->visible);
	lines_add_pre(&r->visible, str_trim(text));
	r->hidden.text.n -= text.n;
	for (size_t i = r->open.n; &r->open.at[i - 1] != e; i--)
		r->open.at[i - 1].begin_hidden = e->begin_hidden;
}

/* "<span>", and what "display: inline" makes of other tags. */
static bool
is_in_line(const struct html_tag *tag, const struct style *style)
{
	return style->display == STYLE_SHOWS ? style->is_inline :
	    (tag->traits & (TAG_BLOCK | TAG_CELL | TAG_TABLE |
	    TAG_SPECIAL | TAG_FOREIGN)) == 0;
}

/* Of the child that begins: of what stands in the body. */
static uint32_t
place_of(const struct html_element *e, const struct html_element *parent)
{
	bool is_of_body = parent->named.tag.n != 0 &&
	    ((parent->tag->traits & TAG_PAGE) == 0 ||
	    parent->tag->is == NAME_BODY);

	return is_of_body && !e->is_fostered ? parent->children : 0;
}

/* What sheets say of an element, which is one more child of what it is in.
 * Siblings are kept where a rule asks for them. */
static void
find_rules(struct html_element *e, struct reader *r,
    const struct html_token *token)
{
	struct html_element *around = e - 1;
	struct html_named *kept;

	e->named.before = r->siblings == SIBLINGS_MOST ? NULL :
	    around->youngest;
	html_sheet_find(&r->sheet, &e->own, &e->named, token,
	    (struct html_around){ &r->open.at[0].named,
	    (size_t)(e - r->open.at), sizeof(*r->open.at) });
	if (!r->sheet.has_siblings || e->named.nth == 0)
		return;
	if (r->siblings == SIBLINGS_MOST) {
		r->is_cut = true;
		return;
	}
	r->siblings++;
	kept = arena_take_raw(r->arena, sizeof(*kept));
	*kept = e->named;
	around->youngest = kept;
}

static void
style_of(struct html_element *e, struct reader *r,
    const struct html_token *token)
{
	const struct html_tag *tag = e->tag;
	struct style *own = &e->own;

	if ((tag->traits & TAG_LOOK) != 0)
		html_hint_look(own, tag);
	if (html_hint_may_be(token, tag))
		html_hint_read(own, r->arena, token, tag);
	e->named.nth = place_of(e, e - 1);
	if (r->sheet.list.n != 0 || tag->is == NAME_BODY)
		find_rules(e, r, token);
	if (r->said != NULL)
		style_merge(own, html_inline_style(r->said, r->arena, token));
	html_sheet_overrule(&r->sheet, own);
	if ((tag->traits & TAG_GONE) != 0 ||
	    (html_attr(token, ATTR_HIDDEN) != NULL &&
	    own->display != STYLE_SHOWS))
		own->display = STYLE_HIDES;
	if (own->box.tells != 0 && is_in_line(tag, own))
		style_box_flow(&own->box);
	/* <font size> is never nothing, whatever surrounds it. */
	if (tag->is == NAME_FONT && own->size == STYLE_UNSET &&
	    html_attr(token, ATTR_SIZE) != NULL)
		own->size = STYLE_SHOWS;
}

static bool
is_opened(const struct html_token *token)
{
	for (size_t i = 0; i < token->n_attrs; i++)
		if (str_case_is(token->attrs[i].name, "open"))
			return true;
	return false;
}

static void
element_open(struct reader *r, const struct html_tag *tag,
    const struct html_token *token)
{
	struct html_element *e;

	if (r->open.n == HTML_OPEN_MOST) {
		r->beyond++;
		r->is_cut = true;
		return;
	}
	e = html_open_new(&r->open, tag, token->name);
	style_of(e, r, token);
	e->is_shut = tag->is == NAME_DETAILS && !is_opened(token);
	html_open_settle(&r->open, e);
	e->is_reading = tag->kin == KIN_READING &&
	    (tag->traits & TAG_GONE) == 0 && e->own.display == STYLE_UNSET &&
	    (e - 1)->tag->is == NAME_RUBY;
	e->is_quote = is_quote(r->arena, tag, token);
	if (e->is_quote)
		quote_begin(r);
	e->begin = (uint32_t)r->visible.text.n;
	e->begin_hidden = (uint32_t)r->hidden.text.n;
	html_open_push(&r->open);
	r->tokens.has_cdata = r->open.foreign != 0;
	if (tag->is == NAME_STYLE)
		r->sheet_for = html_open_count(&r->open,
		    html_tag_of(STR("template"))) != 0 ? HTML_SHEET_NONE :
		    html_sheet_whom(r->arena, token);
	if (tag->mode != HTML_MODE_DATA && r->open.foreign == 0)
		html_tokens_enter(&r->tokens, token->name, tag->mode);
}

/* Whether an element would be that holds nothing and is not opened. */
static bool
is_shown(struct reader *r, const struct html_tag *tag,
    const struct html_token *token)
{
	struct html_element *e;

	if (r->open.n == HTML_OPEN_MOST)
		return !is_hidden(r);
	e = html_open_new(&r->open, tag, token->name);
	style_of(e, r, token);
	html_open_settle(&r->open, e);
	return !is_hidden_in(r, e);
}

/* A pixel is fetched to count its readers, and has no room for text. */
static bool
is_dot(const struct html_token *token)
{
	for (size_t i = 0; i < token->n_attrs; i++) {
		const struct html_attr *attr = &token->attrs[i];
		struct str value = str_trim(attr->value);

		if ((str_case_is(attr->name, "width") ||
		    str_case_is(attr->name, "height")) &&
		    (str_is(value, "0") || str_is(value, "1")))
			return true;
	}
	return false;
}

/* Text that attributes show. */
static void
add_alt(struct reader *r, const struct html_tag *tag,
    const struct html_token *token)
{
	struct str alt = head_of(html_attr_text(r->arena, token, ATTR_ALT));

	if (r->anchor != HTML_LINK_NONE && r->anchor_title.n == 0)
		r->anchor_title = html_attr_text(r->arena, token, ATTR_TITLE);
	if ((alt.n == 0 && !r->sheet.has_siblings) ||
	    !is_shown(r, tag, token) || alt.n == 0 || is_dot(token))
		return;
	if (r->anchor == HTML_LINK_NONE)
		note_alt(r, alt);
	else if (r->anchor_alt.n < ALTS_MOST)
		r->anchor_alt = str_cat(r->arena, r->anchor_alt,
		    r->anchor_alt.n == 0 ? STR("") : STR(" "), alt);
}

static void
add_input(struct reader *r, const struct html_tag *tag,
    const struct html_token *token)
{
	static const struct str silent[] = {
		STR_INIT("hidden"), STR_INIT("checkbox"), STR_INIT("radio"),
		STR_INIT("file"), STR_INIT("color"), STR_INIT("range"),
	};
	struct str type = str_trim(html_attr_text(r->arena, token, ATTR_TYPE));
	struct str value = html_attr_text(r->arena, token, ATTR_VALUE);
	struct lines *lines = is_shown(r, tag, token) ? &r->visible :
	    &r->hidden;

	if (str_case_is_any(type, silent, nitems(silent)))
		return;
	if (str_case_is(type, "image"))
		value = html_attr_text(r->arena, token, ATTR_ALT);
	else if (value.n == 0 || str_case_is(type, "password"))
		value = html_attr_text(r->arena, token, ATTR_PLACEHOLDER);
	lines_gap(lines);
	lines_add(lines, value);
	lines_gap(lines);
	if (str_case_is(type, "submit") || str_case_is(type, "image"))
		name_form(r, value);
}

static bool
has_content(const struct reader *r, const struct html_tag *tag,
    const struct html_token *token)
{
	return (tag->traits & TAG_VOID) == 0 && !(token->is_closed &&
	    (r->open.foreign != 0 || (tag->traits & TAG_FOREIGN) != 0));
}

/* Where scripts run, <noscript> is text up to its end tag whatever stands in
 * it.  What it says to others is read as a page of its own. */
static bool
is_noscript(const struct reader *r, const struct html_token *token)
{
	return r->is_file && r->open.foreign == 0 &&
	    str_case_is(token->name, "noscript");
}

/* A base of the page: none that stands in SVG, or is not there yet. */
static bool
is_no_base(const struct reader *r, const struct html_token *token)
{
	return str_case_is(token->name, "base") && (r->open.foreign != 0 ||
	    html_open_count(&r->open, html_tag_of(STR("template"))) != 0);
}

/* Opens what nobody wrote the tag of. */
static void
open_implied(struct reader *r, const struct html_tag *tag)
{
	struct html_inline *said = r->said;
	struct html_token token;

	token.kind = HTML_START;
	token.name = (struct str){ tag->name, tag->n };
	token.is_closed = false;
	token.has = 0;
	token.n_attrs = 0;
	r->said = NULL;
	html_open_last(&r->open)->children++;
	element_open(r, tag, &token);
	html_open_last(&r->open)->is_implied = true;
	r->said = said;
}

static bool
is_in_template(const struct reader *r)
{
	return html_open_count(&r->open, html_tag_of(STR("template"))) != 0;
}

/* The body, by its tag or NULL. */
static void
begin_body(struct reader *r, const struct html_token *token)
{
	const struct html_tag *body = html_tag_of(STR("body"));

	if (html_open_count(&r->open, html_tag_of(STR("html"))) == 0) {
		if (r->open.n > 1)
			html_open_close_from(&r->open, 1);
		open_implied(r, html_tag_of(STR("html")));
	}
	if (r->open.n > 2)
		html_open_close_from(&r->open, 2);
	r->has_body = true;
	if (token == NULL)
		open_implied(r, body);
	else
		element_open(r, body, token);
}

/* A tag of what is open already says what that lacks. */
static void
restyle_page(struct reader *r, const struct html_tag *tag,
    const struct html_token *token)
{
	for (size_t i = 1; i < r->open.n && i <= 2; i++) {
		struct html_element *e = &r->open.at[i];

		if (e->tag != tag || !e->is_implied)
			continue;
		e->is_implied = false;
		style_of(e, r, token);
		html_open_settle_from(&r->open, i);
	}
}

/* There is one html and one body, whatever else is written of them. */
static void
on_page_tag(struct reader *r, const struct html_tag *tag,
    const struct html_token *token)
{
	if (is_in_template(r))
		return;
	if (tag->is == NAME_BODY && !r->has_body)
		begin_body(r, token);
	else if (tag->is == NAME_HTML && r->open.n == 1)
		element_open(r, tag, token);
	else if (tag->is == NAME_BODY || tag->is == NAME_HTML)
		restyle_page(r, tag, token);
}

/* Begins what the tag begins, and ends what it ends, but for its element. */
static enum html_nest
nest_start(struct reader *r, const struct html_tag *tag,
    const struct html_token *token)
{
	const struct html_tag *implied;
	enum html_nest nest;

	if (r->open.foreign != 0)
		return HTML_NEST_IN;
	if ((tag->traits & TAG_PAGE) != 0) {
		on_page_tag(r, tag, token);
		return HTML_NEST_IGNORED;
	}
	if (!r->has_body && (tag->traits & TAG_HEAD) == 0 &&
	    !is_in_template(r))
		begin_body(r, NULL);
	nest = html_nest_start(&r->open, tag);
	if (nest != HTML_NEST_IN)
		return nest;
	while (r->open.n < HTML_OPEN_MOST &&
	    (implied = html_nest_implied(&r->open, tag)) != NULL)
		open_implied(r, implied);
	return nest;
}

/* What was set aside goes on here. */
static void
resume(struct reader *r)
{
	size_t n = r->open.n;

	html_open_resume(&r->open);
	for (; n < r->open.n; n++) {
		r->open.at[n].begin = (uint32_t)r->visible.text.n;
		r->open.at[n].begin_hidden = (uint32_t)r->hidden.text.n;
	}
}

static void
on_start(struct reader *r, const struct html_token *token)
{
	const struct html_tag *tag = html_tag_of(token->name);
	struct html_element *around;
	size_t anchor, first;
	enum html_nest nest;

	r->is_noscript = false;
	r->is_cut |= token->n_attrs >= HTML_ATTRS_OTHER;
	r->said = (token->has & ATTR_BIT(ATTR_STYLE)) == 0 ? NULL :
	    html_inline_of(r->inlines, token);
	if (r->open.foreign != 0 && html_open_is_left(token))
		html_open_leave(&r->open);
	if (is_noscript(r, token)) {
		html_tokens_enter(&r->tokens, token->name, HTML_MODE_RAW);
		r->is_noscript = true;
		return;
	}
	nest = nest_start(r, tag, token);
	if (nest == HTML_NEST_IGNORED) {
		html_links_tag(&r->links, token, NULL);
		return;
	}
	if (r->open.n_aside != 0 && html_nest_runs(tag))
		resume(r);
	around = tag->into != DEPTH_NONE ? html_open_last(&r->open) :
	    html_open_place(&r->open);
	if (around == html_open_last(&r->open))
		around->children++;
	if ((tag->traits & TAG_BLOCK) != 0)
		lines_block(lines_of(r, around));
	if ((tag->traits & TAG_CELL) != 0)
		lines_gap(lines_of(r, around));
	first = r->links.found.n;
	if (tag->kin == KIN_BUTTON)
		r->button_begin = r->visible.text.n;
	anchor = is_no_base(r, token) ? HTML_LINK_NONE :
	    html_links_tag(&r->links, token, r->said != NULL &&
	    !r->said->may_link ? r->said->css.p : NULL);
	if (anchor != HTML_LINK_NONE)
		anchor_begin(r, anchor, token);
	else if (first != r->links.found.n)
		note_links(r, token, first);
	if (tag->is == NAME_BR)
		lines_br(shown_in(r));
	else if (tag->is == NAME_IMG)
		add_alt(r, tag, token);
	else if (tag->is == NAME_INPUT)
		add_input(r, tag, token);
	if (nest == HTML_NEST_IN && has_content(r, tag, token))
		element_open(r, tag, token);
	else if (r->sheet.has_siblings && tag->is != NAME_IMG &&
	    tag->is != NAME_INPUT)
		is_shown(r, tag, token);
}

/* An end tag without its element still ends a line ("</p>"); "</br>" is a
 * <br>.  The element of a link may have been left out. */
static void
on_lone_end(struct reader *r, const struct html_tag *tag)
{
	if (tag->is == NAME_BR)
		lines_br(shown_in(r));
	else if (tag->kin == KIN_P)
		lines_block(shown_in(r));
	else if (tag->kin == KIN_A && !r->open.is_known)
		anchor_end(r);
}

static void
on_end(struct reader *r, const struct html_token *token)
{
	const struct html_tag *tag = html_tag_of(token->name);

	r->is_noscript = false;
	if ((tag->traits & TAG_PAGE) != 0)
		return;
	if (r->beyond > 0 && (tag->traits & TAG_VOID) == 0) {
		r->beyond--;
		return;
	}
	if ((tag->traits & TAG_FOREIGN) != 0) {
		html_open_end_foreign(&r->open, tag);
		return;
	}
	if (r->open.foreign != 0 && (tag->is == NAME_BR || tag->kin == KIN_P))
		html_open_leave(&r->open);
	if (!html_nest_end(&r->open, tag, token->name))
		on_lone_end(r, tag);
}

/* The text with its references undone, valid until the next call. */
static struct str
decoded(struct reader *r, const struct html_token *token, bool is_pre)
{
	struct str text = token->text;

	/* Elsewhere line ends are blanks, whatever they look like. */
	if (is_pre)
		text = html_clean(html_open_beside(&r->open), text,
		    true);
	if (token->is_raw || !str_has(text, '&'))
		return text;
	buf_empty(&r->scratch);
	entities_add(&r->scratch, text, false);
	return buf_str(&r->scratch);
}

/* Most sheets of a body stand at its front, and say nothing of it. */
static bool
may_be_of(const struct html_sheet *sheet, const struct html_element *e)
{
	if (e->tag->is != NAME_BODY)
		return (e->tag->traits & (TAG_PAGE | TAG_GONE)) == 0;
	return sheet->has_universal ||
	    (sheet->keys.tags & e->named.own.tags) != 0 ||
	    (sheet->keys.names & e->named.own.names) != 0;
}

/* A sheet holds for all of the page, also for what stands in front of it. */
static void
read_sheet(struct reader *r, struct str css)
{
	uint32_t rules = r->sheet.order;

	if (r->is_sheet_whole)
		return;
	html_sheet_read(&r->sheet, css, r->sheet_for);
	if (r->sheet.order == rules)
		return;
	r->is_sheet_late |= r->sheet.has_siblings && r->has_body;
	r->is_sheet_late |= r->visible.text.n != 0 || r->hidden.text.n != 0;
	for (size_t i = 1; i < r->open.n; i++)
		r->is_sheet_late |= may_be_of(&r->sheet, &r->open.at[i]);
}

static void
add_noscript(struct reader *r, struct str html)
{
	struct html_inner *inner = html_inners_add(&r->links.inner, r->arena,
	    html, (uint32_t)(html.p - r->links.html.p));

	if (inner != NULL)
		inner->is_shown = !is_hidden(r);
}

static void
on_text(struct reader *r, const struct html_token *token)
{
	const struct html_element *e = html_open_last(&r->open);
	struct lines *lines;
	bool is_gap;

	if (r->is_noscript) {
		add_noscript(r, token->text);
		r->is_noscript = false;
		return;
	}
	if (e->tag->mode != HTML_MODE_DATA &&
	    (e->tag->traits & TAG_GONE) != 0 && r->open.foreign == 0) {
		if (e->tag->is == NAME_TITLE &&
		    r->title.text.n == 0)
			lines_add(&r->title,
			    decoded(r, token, e->is_pre));
		if (e->tag->is == NAME_STYLE) {
			html_links_css(&r->links, token->text);
			if (r->sheet_for != HTML_SHEET_NONE)
				read_sheet(r, token->text);
		}
		if (e->tag->is == NAME_SCRIPT)
			html_links_script(&r->links, token->text,
			    token->text);
		return;
	}
	is_gap = lines_is_gap(token->text);
	if (!is_gap && !r->has_body && !is_in_template(r))
		begin_body(r, NULL);
	if (r->open.n_aside != 0 && !(is_gap && html_open_fosters(&r->open)))
		resume(r);
	e = is_gap ? html_open_last(&r->open) : html_open_place(&r->open);
	lines = lines_of(r, e);
	/* in SVG it is text like any other, with references */
	if (e->tag->is == NAME_SCRIPT)
		html_links_script(&r->links, token->text,
		    str_copy(r->arena, decoded(r, token, e->is_pre)));
	if (e->is_pre)
		lines_add_pre(lines, decoded(r, token, true));
	else if (is_gap)
		lines_gap(lines);
	else
		lines_add(lines, decoded(r, token, false));
}

/* Much text grows where it stays: fresh memory for it twice costs more than
 * what it leaves behind. */
static void
text_init(struct reader *r, struct lines *l, struct str html)
{
	size_t most = html.n * GROWTH_MOST + 64;

	if (html.n < BESIDE_MOST)
		buf_init(&l->text, most);
	else
		buf_init_arena(&l->text, r->arena, most);
}

/* Beside the arena, room for most pages at once: an eighth is text. */
static void
visible_init(struct reader *r, struct str html)
{
	text_init(r, &r->visible, html);
	if (r->visible.text.arena == NULL)
		buf_reserve(&r->visible.text, html.n / 8 + 64);
}

static void
reader_init(struct reader *r, struct arena *a, struct str html,
    size_t most_links)
{
	size_t most = html.n * GROWTH_MOST + 64;

	*r = (struct reader){ .arena = a, .open = r->open,
		.inlines = r->inlines, .is_file = r->is_file };
	html_tokens_init(&r->tokens, html);
	r->links.arena = a;
	r->links.html = html;
	html_sheet_init(&r->sheet, a, html.n);
	r->links.most = most_links * LINKS_FACTOR + LINKS_FACTOR;
	visible_init(r, html);
	text_init(r, &r->hidden, html);
	buf_init_arena(&r->title.text, a, most);
	buf_init_arena(&r->alts.text, a, most);
	buf_init(&r->scratch, most);
	html_office_init(&r->office, a, most);
	html_open_empty(&r->open);
	r->anchor = r->form = HTML_LINK_NONE;
}

/* Back to the front of the page, with all of its sheets known. */
static void
rewind_page(struct reader *r, struct str html)
{
	html_open_empty(&r->open);
	html_tokens_init(&r->tokens, html);
	r->links.found.n = 0;
	html_inners_empty(&r->links.inner);
	lines_empty(&r->visible);
	lines_empty(&r->hidden);
	lines_empty(&r->title);
	lines_empty(&r->alts);
	lines_empty(&r->office.text);
	r->beyond = r->quotes = r->siblings = 0;
	r->anchor = r->form = HTML_LINK_NONE;
	r->quoted.n = 0;
	r->is_sheet_whole = true;
	r->is_sheet_late = r->has_body = false;
}

static void
read_tokens(struct reader *r, struct html_token *token)
{
	while (html_tokens_next(&r->tokens, token)) {
		if (token->kind == HTML_TEXT)
			on_text(r, token);
		else if (token->kind == HTML_START)
			on_start(r, token);
		else if (token->kind == HTML_END)
			on_end(r, token);
		else if (token->kind == HTML_COMMENT)
			html_office_read(&r->office, &r->links, token->text,
			    token);
	}
	anchor_end(r);
	for (size_t i = r->open.n - 1; i > 0; i--)
		if (r->open.at[i].turns)
			turn_round(r, &r->open.at[i]);
}

static void
read_page(struct reader *r, struct str html, struct html_token *token)
{
	read_tokens(r, token);
	if (!r->is_sheet_late)
		return;
	rewind_page(r, html);
	read_tokens(r, token);
}

/* What is shown of a page inside goes below what is shown around it. */
static struct str
join_texts(struct arena *a, struct str one, struct str two)
{
	if (one.n == 0 || two.n == 0)
		return one.n == 0 ? two : one;
	return str_cat(a, one, STR("\n"), two);
}

/* What grew beside the arena goes there once its length is known. */
static struct str
keep(struct reader *r, struct lines *l)
{
	struct str text = lines_done(l);

	if (l->text.arena != NULL)
		return text;
	text = str_copy(r->arena, text);
	buf_release(&l->text);
	return text;
}

static void
page_add(struct html_page *page, struct str *alts, struct reader *r,
    bool is_shown)
{
	bool is_cut = r->visible.text.is_full || r->hidden.text.is_full ||
	    r->alts.text.is_full ||
	    r->sheet.steps == 0 || r->sheet.is_cut || r->is_cut ||
	    !r->open.is_known ||
	    r->links.is_cut || r->links.inner.is_cut;
	struct str visible = keep(r, &r->visible);
	struct str office = lines_done(&r->office.text);

	/* What says more to Outlook than to all others is meant for those who
	 * have it. */
	if (office.n > visible.n)
		visible = join_texts(r->arena, visible, office);
	else
		page->hidden = join_texts(r->arena, page->hidden, office);
	if (is_shown)
		page->visible = join_texts(r->arena, page->visible, visible);
	else
		page->hidden = join_texts(r->arena, page->hidden, visible);
	page->hidden = join_texts(r->arena, page->hidden,
	    keep(r, &r->hidden));
	if (is_shown)
		*alts = join_texts(r->arena, *alts, lines_done(&r->alts));
	if (page->title.n == 0)
		page->title = lines_done(&r->title);
	page->is_turned |= r->is_turned;
	page->is_cut |= is_cut;
	buf_release(&r->scratch);
}

/* A file that is XML has more to it than what HTML would see. */
static void
read_as_xml(struct reader *r, const struct html_source *source)
{
	struct str page;

	if (source->is_file && xmlpage_read(&page, r->arena, source->html,
	    &r->is_cut))
		html_inners_add(&r->links.inner, r->arena, page, 0);
}

void
html_read_from(struct html_page *page, url_list *links, struct arena *a,
    const struct html_source *source)
{
	struct html_element room[HTML_OPEN_FIRST + HTML_ASIDE_MOST];
	struct html_inlines inlines;
	struct reader reader, *r = &reader;
	struct html_token token;
	struct html_inner_queue queue;
	struct str alts = STR("");

	*page = (struct html_page){ .is_cut = false };
	html_inner_queue_init(&queue, source->html.n);
	html_inlines_init(&inlines);
	html_open_init(&r->open, room);
	r->open.gone = element_gone;
	r->open.freed = element_freed;
	r->open.reader = r;
	r->inlines = &inlines;
	r->is_file = source->is_file;
	reader_init(r, a, source->html, source->most_links);
	r->links.base = source->base;
	r->links.inner.most = queue.left;
	read_page(r, source->html, &token);
	read_as_xml(r, source);
	html_links_resolve(&r->links, links, source->part, source->most_links);
	quotes_done(r);
	page_add(page, &alts, r, true);
	page->quoted = r->quoted;
	page->is_cut |= !html_inner_queue_add(&queue, &r->links.inner,
	    r->links.base, NULL);
	for (size_t i = 0; i < queue.n; i++) {
		const struct html_inner *inner = &queue.at[i];
		size_t first = links->n;

		reader_init(r, a, inner->html, source->most_links);
		r->links.base = inner->base;
		r->links.inner.most = queue.left;
		read_page(r, inner->html, &token);
		html_links_resolve(&r->links, links, source->part,
		    source->most_links);
		for (; first < links->n; first++)
			links->at[first].offset = inner->offset;
		page_add(page, &alts, r, inner->is_shown);
		page->is_cut |= !html_inner_queue_add(&queue, &r->links.inner,
		    r->links.base, inner);
	}
	html_open_release(&r->open);
	page->written = page->visible.n;
	page->visible = join_texts(a, page->visible, alts);
}

void
html_read(struct html_page *page, url_list *links, struct arena *a,
    struct str html, uint32_t part, size_t most_links)
{
	html_read_from(page, links, a, &(struct html_source){ .html = html,
	    .part = part, .most_links = most_links });
}

struct str
html_unescape(struct arena *a, struct str s)
{
	struct buf b;

	if (!str_has(s, '&'))
		return s;
	buf_init_arena(&b, a, s.n * GROWTH_MOST);
	entities_add(&b, s, false);
	return buf_str(&b);
}
