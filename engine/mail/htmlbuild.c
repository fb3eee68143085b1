/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Elements begin and end.  What ends one says so to element_gone, whatever
 * reason there was for it.
 */
#include "mail/htmlbuild.h"

#include "base/utf8.h"
#include "mail/bidi.h"

enum {
	READING_MOST = 64,   /* bytes above one word */
	BROKEN_OFF_SHARE = 2 /* of a page, at most, is read once more */
};

/* Where its text begins: a whole letter, even if an element that ended before
 * those in it has turned what stands there. */
static uint32_t
said_from(const struct html_build *b, const struct html_element *e)
{
	return (uint32_t)utf8_end(buf_str(&b->texts.visible.text), e->begin);
}

/* What was said in it is read from its other end.  A link that goes on behind
 * it has all of that; of what is quoted in it the bounds are kept whole. */
static void
turn_round(struct html_build *b, const struct html_element *e)
{
	struct str all = buf_str(&b->texts.visible.text);
	uint32_t begin = said_from(b, e);
	struct str text = str_trim_front(str_from(all, begin));

	b->texts.is_turned = true;
	bidi_reverse(b->texts.visible.text.p + (all.n - text.n), text.n,
	    e->is_turned);
	html_label_turn(&b->label, begin);
	html_quotes_turn(&b->texts.quotes, all, begin);
}

/* What a word is read as stands small above it: here below the text, that it
 * parts no phrase and yet is seen, whatever its size.  Only what can be no
 * more than a reading: short, in one line, and closed with all it holds. */
static void
reading_apart(struct html_build *b, const struct html_element *e)
{
	struct buf *text = &b->texts.visible.text;
	uint32_t begin = said_from(b, e);
	struct str said = str_from(buf_str(text), begin);

	if (said.n == 0 || said.n > READING_MOST || str_has(said, '\n') ||
	    html_open_last(&b->open) != e || b->texts.visible.wants_line ||
	    (html_label_is_open(&b->label) && b->label.begin > begin) ||
	    html_quotes_reach(&b->texts.quotes, begin))
		return;
	lines_add(&b->texts.alts, str_trim(said));
	b->texts.visible.wants_space |= ascii_is_space(said.p[0]);
	text->n = begin;
}

void
html_build_end_link(struct html_build *b)
{
	html_label_end(&b->label, html_open_last(&b->open)->is_turned);
}

/* It is turned first: what else its end does counts from the text as it stands
 * then.  What is set aside goes on, with its link and what it quotes. */
static void
element_gone(void *owner, const struct html_element *e, bool is_aside)
{
	struct html_build *b = owner;

	if (e->turns)
		turn_round(b, e);
	if (is_aside)
		return;
	if (e->is_reading)
		reading_apart(b, e);
	if (e->is_quote)
		html_quotes_end(&b->texts.quotes, b->texts.visible.text.n);
	if ((e->tag->traits & TAG_BLOCK) != 0)
		lines_block(e->is_gone ? &b->texts.hidden : &b->texts.visible);
	if (e->tag->kin == KIN_A)
		html_build_end_link(b);
	if (e->tag->kin == KIN_BUTTON)
		html_label_button_end(&b->label);
	b->tokens.has_cdata = b->open.foreign != 0;
}

void
html_build_init(struct html_build *b, struct html_element *room)
{
	html_open_init(&b->open, room);
	b->open.gone = element_gone;
	b->open.reader = b;
}

void
html_build_begin(struct html_build *b, struct arena *a, struct str html,
    struct html_inlines *inlines)
{
	*b = (struct html_build){ .arena = a, .open = b->open,
		.links = { .arena = a, .html = html } };
	html_tokens_init(&b->tokens, html);
	html_open_empty(&b->open);
	b->open.has_unread_colors = b->open.has_unread_sizes = false;
	html_cascade_init(&b->cascade, a, html.n, inlines);
	html_texts_init(&b->texts, a, html.n);
	html_label_init(&b->label, &b->links, &b->texts);
}

void
html_build_release(struct html_build *b)
{
	html_open_release(&b->open);
}

void
html_build_again(struct html_build *b)
{
	html_open_again(&b->open);
	html_tokens_init(&b->tokens, b->links.html);
	b->links.found.n = 0;
	html_inners_empty(&b->links.inner);
	html_cascade_again(&b->cascade);
	html_texts_empty(&b->texts);
	html_label_init(&b->label, &b->links, &b->texts);
	b->sheets = 0;
	b->is_sheet_late = b->has_body = false;
	b->hides_somewhere = false;
}

void
html_build_end(struct html_build *b)
{
	html_build_end_link(b);
	for (size_t i = b->open.n - 1; i > 0; i--)
		if (b->open.at[i].turns)
			turn_round(b, &b->open.at[i]);
}

bool
html_build_is_cut(const struct html_build *b)
{
	return html_texts_are_cut(&b->texts) || b->cascade.sheet.steps == 0 ||
	    b->cascade.sheet.is_cut || b->cascade.is_cut || b->is_cut ||
	    !b->open.is_known || html_lifts_are_cut(&b->open.lifts) ||
	    b->links.is_cut || b->links.inner.is_cut;
}

/* "<details open>" */
static bool
is_opened(const struct html_token *token)
{
	for (size_t i = 0; i < token->n_attrs; i++)
		if (str_case_is(token->attrs[i].name, "open"))
			return true;
	return false;
}

/* One right inside of another is part of it. */
static bool
is_undone(const struct html_build *b, const struct html_element *e)
{
	return (!e->is_undone ||
	    b->texts.visible.text.n == b->undone_at) &&
	    !html_tag_stays_gone(e->tag) && html_open_hides(e);
}

static void
settle(struct html_build *b, struct html_element *e)
{
	html_open_settle(&b->open, e);
	if (!b->is_unhidden || !is_undone(b, e))
		return;
	b->undone_at = b->texts.visible.text.n;
	html_open_undo(&b->open, e);
}

void
html_build_open(struct html_build *b, const struct html_tag *tag,
    const struct html_token *token)
{
	struct html_element *e;

	e = html_open_new(&b->open, tag, token->name);
	html_cascade_find(&b->cascade, &b->open, e, token);
	e->is_shut = tag->is == NAME_DETAILS && !is_opened(token);
	e->lift = html_lifts_of(&b->open.lifts, b->open.opened + 1);
	settle(b, e);
	e->is_reading = tag->kin == KIN_READING &&
	    (tag->traits & TAG_GONE) == 0 && e->own.display == STYLE_UNSET &&
	    (e - 1)->tag->is == NAME_RUBY;
	if (e->lift != 0)
		lines_block(html_build_lines(b, e));
	e->begin = (uint32_t)b->texts.visible.text.n;
	e->is_quote = html_quotes_is(b->arena, tag, token);
	if (e->is_quote)
		html_quotes_begin(&b->texts.quotes, b->arena, e->begin);
	html_open_push(&b->open);
	b->tokens.has_cdata = b->open.foreign != 0;
	if (tag->is == NAME_STYLE)
		b->sheet_for = html_build_is_in_template(b) ?
		    HTML_SHEET_NONE : html_sheet_whom(b->arena, token);
	if (tag->mode != HTML_MODE_DATA && b->open.foreign == 0)
		html_tokens_enter(&b->tokens, token->name, tag->mode);
}

bool
html_build_shows(struct html_build *b, const struct html_tag *tag,
    const struct html_token *token, bool has_text)
{
	struct html_element *e;

	e = html_open_new(&b->open, tag, token->name);
	html_cascade_find(&b->cascade, &b->open, e, token);
	settle(b, e);
	if (has_text)
		html_build_note(b, e);
	return !html_build_hides(b, e);
}

/* Opens what nobody wrote the tag of. */
static void
open_implied(struct html_build *b, const struct html_tag *tag)
{
	struct html_inline *said = b->cascade.said;
	struct html_token token;

	token.kind = HTML_START;
	token.name = (struct str){ tag->name, tag->n };
	token.is_closed = false;
	token.has = 0;
	token.n_attrs = 0;
	b->cascade.said = NULL;
	html_open_add_child(&b->open);
	html_build_open(b, tag, &token);
	html_open_last(&b->open)->is_implied = true;
	b->cascade.said = said;
}

void
html_build_body(struct html_build *b, const struct html_token *token)
{
	const struct html_tag *body = html_tag_of(STR("body"));

	if (html_open_count(&b->open, html_tag_of(STR("html"))) == 0) {
		if (b->open.n > 1)
			html_open_close_from(&b->open, 1);
		open_implied(b, html_tag_of(STR("html")));
	}
	if (b->open.n > 2)
		html_open_close_from(&b->open, 2);
	b->has_body = true;
	if (token == NULL)
		open_implied(b, body);
	else
		html_build_open(b, body, token);
}

/* A tag of what is open already says what that lacks. */
static void
restyle_page(struct html_build *b, const struct html_tag *tag,
    const struct html_token *token)
{
	for (size_t i = 1; i < b->open.n && i <= 2; i++) {
		struct html_element *e = &b->open.at[i];

		if (e->tag != tag || !e->is_implied)
			continue;
		e->is_implied = false;
		html_cascade_find(&b->cascade, &b->open, e, token);
		html_open_settle_from(&b->open, i);
	}
}

/* There is one html and one body, whatever else is written of them. */
static void
on_page_tag(struct html_build *b, const struct html_tag *tag,
    const struct html_token *token)
{
	if (html_build_is_in_template(b))
		return;
	if (tag->is == NAME_BODY && !b->has_body)
		html_build_body(b, token);
	else if (tag->is == NAME_HTML && b->open.n == 1)
		html_build_open(b, tag, token);
	else if (tag->is == NAME_BODY || tag->is == NAME_HTML)
		restyle_page(b, tag, token);
}

enum html_nest
html_build_start_any(struct html_build *b, const struct html_tag *tag,
    const struct html_token *token)
{
	const struct html_tag *around;
	enum html_nest nest;

	if ((tag->traits & TAG_PAGE) != 0) {
		on_page_tag(b, tag, token);
		return HTML_NEST_IGNORED;
	}
	if (!b->has_body && (tag->traits & TAG_HEAD) == 0 &&
	    !html_build_is_in_template(b))
		html_build_body(b, NULL);
	nest = html_nest_start(&b->open, tag);
	if (nest != HTML_NEST_IN)
		return nest;
	while ((around = html_nest_implied(&b->open, tag)) != NULL)
		open_implied(b, around);
	return nest;
}

void
html_build_resume(struct html_build *b)
{
	size_t n = b->open.n;

	html_open_resume(&b->open);
	for (; n < b->open.n; n++)
		b->open.at[n].begin = (uint32_t)b->texts.visible.text.n;
}

/* Most sheets that come late come soon: little is lost then.  Later on the
 * page is read to its end, that no sheet behind this one comes late too. */
static void
break_off(struct html_build *b)
{
	size_t passed = b->passed + b->tokens.at;

	if (passed > b->tokens.html.n / BROKEN_OFF_SHARE)
		return;
	b->passed = passed;
	b->tokens.at = b->tokens.html.n;
}

void
html_build_sheet(struct html_build *b, struct str css)
{
	struct html_sheet *sheet = &b->cascade.sheet;
	uint32_t rules = sheet->added;

	if (b->sheet_for == HTML_SHEET_NONE || b->sheets++ < b->sheets_known)
		return;
	b->sheets_known++;
	html_sheet_read(sheet, css, b->sheet_for);
	b->open.has_unread_colors = sheet->has_unread_colors;
	b->open.has_unread_sizes = sheet->passed.has_sizes;
	if (sheet->added == rules)
		return;
	b->is_sheet_late |= sheet->has_siblings && b->has_body;
	b->is_sheet_late |= b->texts.visible.text.n != 0 ||
	    b->texts.hidden.text.n != 0;
	for (size_t i = 1; i < b->open.n; i++)
		b->is_sheet_late |=
		    html_cascade_may_be_of(&b->cascade, &b->open.at[i]);
	if (b->is_sheet_late)
		break_off(b);
}
