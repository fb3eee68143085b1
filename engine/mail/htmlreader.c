/* SPDX-License-Identifier: Apache-2.0 */
/* What the tokens of a page add to it, one after the other. */
#include "mail/htmlreader.h"

#include "base/utf8.h"
#include "mail/entity.h"
#include "mail/htmlforeign.h"

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

/* Pictures and inputs are never opened.  Those that show nothing are looked at
 * all the same where a sheet asks what stands in front of an element. */
static void
add_alt(struct html_build *b, const struct html_tag *tag,
    const struct html_token *token)
{
	struct str alt = utf8_head(html_attr_text(b->arena, token, ATTR_ALT),
	    HTML_LABEL_MOST);
	bool has_text;

	html_label_title(&b->label, token);
	has_text = alt.n != 0 && !is_dot(token);
	if ((!has_text && !b->cascade.sheet.has_siblings) ||
	    !html_build_shows(b, tag, token, has_text) || !has_text)
		return;
	html_label_alt(&b->label, alt);
}

static void
add_input(struct html_build *b, const struct html_tag *tag,
    const struct html_token *token)
{
	static const struct str silent[] = {
		STR_INIT("hidden"), STR_INIT("checkbox"), STR_INIT("radio"),
		STR_INIT("file"), STR_INIT("color"), STR_INIT("range"),
	};
	struct str type = str_trim(html_attr_text(b->arena, token, ATTR_TYPE));
	struct str value = html_attr_text(b->arena, token, ATTR_VALUE);
	struct lines *lines = html_build_shows(b, tag, token, true) ?
	    &b->texts.visible : &b->texts.hidden;

	if (str_case_is_any(type, silent, nitems(silent)))
		return;
	if (str_case_is(type, "image"))
		value = html_attr_text(b->arena, token, ATTR_ALT);
	else if (value.n == 0 || str_case_is(type, "password"))
		value = html_attr_text(b->arena, token, ATTR_PLACEHOLDER);
	lines_gap(lines);
	lines_add(lines, value);
	lines_gap(lines);
	if (str_case_is(type, "submit") || str_case_is(type, "image"))
		html_label_form(&b->label, value);
}

static bool
has_content(const struct html_build *b, const struct html_tag *tag,
    const struct html_token *token)
{
	return (tag->traits & TAG_VOID) == 0 && !(token->is_closed &&
	    (b->open.foreign != 0 || (tag->traits & TAG_FOREIGN) != 0));
}

/* Where scripts run, <noscript> is text up to its end tag whatever stands in
 * it.  What it says to others is read as a page of its own. */
static bool
is_noscript(const struct html_reader *r, const struct html_token *token)
{
	return r->is_file && r->build.open.foreign == 0 &&
	    str_case_is(token->name, "noscript");
}

/* A base of the page: none that stands in SVG, or is not there yet. */
static bool
is_no_base(const struct html_build *b, const struct html_token *token)
{
	return str_case_is(token->name, "base") && (b->open.foreign != 0 ||
	    html_build_is_in_template(b));
}

/* The links of a tag are links of the page even where its element has no place:
 * a browser may fetch what it does not show.  Its lines begin in what is around
 * it, which is known once all has ended that the tag ends. */
static void
on_start(struct html_reader *r, const struct html_token *token)
{
	const struct html_tag *tag = html_tag_of(token->name);
	struct html_build *b = &r->build;
	struct html_element *around;
	size_t anchor, first;
	enum html_nest nest;

	r->is_noscript = false;
	b->is_cut |= token->n_attrs >= HTML_ATTRS_OTHER;
	html_cascade_take(&b->cascade, token);
	if (b->open.foreign != 0 && html_foreign_is_left(token))
		html_foreign_leave(&b->open);
	if (is_noscript(r, token)) {
		html_tokens_enter(&b->tokens, token->name, HTML_MODE_RAW);
		r->is_noscript = true;
		return;
	}
	nest = html_build_start(b, tag, token);
	if (nest == HTML_NEST_IGNORED) {
		html_links_tag(&b->links, token, NULL);
		return;
	}
	if (html_open_is_due(&b->open) && html_nest_runs(tag))
		html_build_resume(b);
	around = tag->into != DEPTH_NONE ? html_open_last(&b->open) :
	    html_open_place(&b->open);
	if (around == html_open_last(&b->open))
		html_open_add_child(&b->open);
	if ((tag->traits & TAG_BLOCK) != 0)
		lines_block(html_build_lines(b, around));
	if ((tag->traits & TAG_CELL) != 0)
		lines_gap(html_build_lines(b, around));
	first = b->links.found.n;
	if (tag->kin == KIN_BUTTON)
		html_label_button(&b->label);
	anchor = is_no_base(b, token) ? HTML_LINK_NONE :
	    html_links_tag(&b->links, token, html_cascade_dull(&b->cascade));
	if (anchor != HTML_LINK_NONE) {
		html_build_end_link(b);
		html_label_begin(&b->label, anchor, token);
	} else if (first != b->links.found.n) {
		html_label_others(&b->label, token, first);
	}
	if (tag->is == NAME_BR)
		lines_br(html_build_here(b));
	else if (tag->is == NAME_IMG)
		add_alt(b, tag, token);
	else if (tag->is == NAME_INPUT)
		add_input(b, tag, token);
	if (nest == HTML_NEST_IN && has_content(b, tag, token))
		html_build_open(b, tag, token);
	else if (b->cascade.sheet.has_siblings && tag->is != NAME_IMG &&
	    tag->is != NAME_INPUT)
		html_build_shows(b, tag, token, false);
}

/* An end tag without its element still ends a line ("</p>"); "</br>" is a
 * <br>.  The element of a link may have been left out. */
static void
on_lone_end(struct html_build *b, const struct html_tag *tag)
{
	if (tag->is == NAME_BR)
		lines_br(html_build_here(b));
	else if (tag->kin == KIN_P)
		lines_block(html_build_here(b));
	else if (tag->kin == KIN_A && !b->open.is_known)
		html_build_end_link(b);
}

static void
on_end(struct html_reader *r, const struct html_token *token)
{
	const struct html_tag *tag = html_tag_of(token->name);
	struct html_build *b = &r->build;

	r->is_noscript = false;
	if ((tag->traits & TAG_PAGE) != 0)
		return;
	if ((tag->traits & TAG_VOID) == 0 && html_open_end_forgotten(&b->open))
		return;
	if ((tag->traits & TAG_FOREIGN) != 0) {
		html_foreign_end(&b->open, tag);
		return;
	}
	if (b->open.foreign != 0 && (tag->is == NAME_BR || tag->kin == KIN_P))
		html_foreign_leave(&b->open);
	if (!html_nest_end(&b->open, tag, token->name))
		on_lone_end(b, tag);
}

/* The text with its references undone, valid until the next call. */
static struct str
decoded(struct html_reader *r, const struct html_token *token, bool is_pre)
{
	struct str text = token->text;

	/* Elsewhere line ends are blanks, whatever they look like. */
	if (is_pre)
		text = html_clean(html_open_beside(&r->build.open),
		    text, true);
	if (token->is_raw || !str_has(text, '&'))
		return text;
	buf_empty(&r->scratch);
	entities_add(&r->scratch, text, false);
	return buf_str(&r->scratch);
}

static void
add_noscript(struct html_reader *r, struct str html)
{
	struct html_build *b = &r->build;
	struct html_inner *inner = html_inners_add(&b->links.inner, b->arena,
	    html, (uint32_t)(html.p - b->links.html.p));

	if (inner != NULL)
		inner->is_shown = !html_build_hides(b,
		    html_open_place(&b->open));
}

/* What an element holds that is read and yet never shown. */
static void
read_gone(struct html_reader *r, const struct html_element *e,
    const struct html_token *token)
{
	struct html_build *b = &r->build;

	if (e->tag->is == NAME_TITLE && b->texts.title.text.n == 0)
		lines_add(&b->texts.title, decoded(r, token, e->is_pre));
	if (e->tag->is == NAME_STYLE) {
		html_links_css(&b->links, token->text);
		html_build_sheet(b, token->text);
	}
	if (e->tag->is == NAME_SCRIPT)
		html_links_script(&b->links, token->text, token->text);
}

/* What is no blank begins the body and takes up formatting again; blanks stay
 * where they are, also right in a table. */
static void
on_text(struct html_reader *r, const struct html_token *token)
{
	struct html_build *b = &r->build;
	const struct html_element *e = html_open_last(&b->open);
	struct lines *lines;
	bool is_gap;

	if (r->is_noscript) {
		add_noscript(r, token->text);
		r->is_noscript = false;
		return;
	}
	if (e->tag->mode != HTML_MODE_DATA &&
	    (e->tag->traits & TAG_GONE) != 0 && b->open.foreign == 0) {
		read_gone(r, e, token);
		return;
	}
	is_gap = lines_is_gap(token->text);
	if (!is_gap && !b->has_body && !html_build_is_in_template(b))
		html_build_body(b, NULL);
	if (html_open_is_due(&b->open) &&
	    !(is_gap && html_open_fosters(&b->open)))
		html_build_resume(b);
	e = is_gap ? html_open_last(&b->open) : html_open_place(&b->open);
	lines = html_build_lines(b, e);
	if (lines == &b->texts.hidden && !is_gap)
		html_build_note(b, e);
	/* in SVG it is text like any other, with references */
	if (e->tag->is == NAME_SCRIPT)
		html_links_script(&b->links, token->text,
		    str_copy(b->arena, decoded(r, token, e->is_pre)));
	if (e->is_pre)
		lines_add_pre(lines, decoded(r, token, true));
	else if (is_gap)
		lines_gap(lines);
	else
		lines_add(lines, decoded(r, token, false));
}

static void
read_tokens(struct html_reader *r)
{
	struct html_token *token = &r->token;
	struct html_build *b = &r->build;

	while (html_tokens_next(&b->tokens, token)) {
		if (token->kind == HTML_TEXT)
			on_text(r, token);
		else if (token->kind == HTML_START)
			on_start(r, token);
		else if (token->kind == HTML_END)
			on_end(r, token);
		else if (token->kind == HTML_COMMENT)
			html_office_read(&r->office, &b->links, token->text,
			    token);
	}
	html_build_end(b);
}

void
html_reader_init(struct html_reader *r, bool is_file)
{
	html_inlines_init(&r->inlines);
	html_build_init(&r->build, r->room);
	r->is_file = is_file;
}

void
html_reader_begin(struct html_reader *r, struct arena *a, struct str html)
{
	size_t most = html.n * ENTITY_GROWTH + 64;

	html_build_begin(&r->build, a, html, &r->inlines);
	buf_init(&r->scratch, most);
	html_office_init(&r->office, a, most);
	r->is_noscript = false;
}

void
html_reader_read(struct html_reader *r)
{
	read_tokens(r);
	while (r->build.is_sheet_late ||
	    html_lifts_want(&r->build.open.lifts)) {
		html_build_again(&r->build);
		lines_empty(&r->office.text);
		read_tokens(r);
	}
	buf_release(&r->scratch);
}

void
html_reader_release(struct html_reader *r)
{
	html_build_release(&r->build);
}
