/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTML as a person sees it.  Instead of a tree there is the stack of open
 * elements, closed by the rules that matter for what is shown: an end tag
 * reaches no further out than the standard lets it, and bold or a link that
 * was not closed goes on behind the block it was opened in.
 */
#include "mail/html.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "mail/entity.h"
#include "mail/htmlinline.h"
#include "mail/htmllink.h"
#include "mail/htmloffice.h"
#include "mail/htmlsheet.h"
#include "mail/htmlstyle.h"
#include "mail/htmltag.h"
#include "mail/htmltoken.h"
#include "mail/lines.h"

enum {
	NAMES_APART = 64, /* of elements without a meaning; a power of two */
	DEPTH_FIRST = 32, /* few pages need more */
	DEPTH_MOST = 256,
	ANCHOR_TEXT_MOST = 4096,
	BESIDE_MOST = 256 * 1024, /* bytes of a page */
	INNER_DEPTH = 2,  /* of pages inside pages */
	INNER_MOST = 16,
	LINKS_FACTOR = 4, /* found for each that can be kept */
	GROWTH_MOST = 3   /* "&nGt;" is shorter than what it stands for */
};

struct element {
	const struct html_tag *tag;
	struct html_named named;
	uint32_t key; /* of the tag */
	uint32_t children; /* begun so far */
	struct style own;
	bool is_gone, is_invisible, is_tiny, is_pre; /* with all around it */
	bool is_lost; /* in the colour of its ground, if both are known */
	bool is_painted;  /* by more than its colour */
	bool is_filled;   /* in one that goes before its colour */
	uint32_t color, ground;                      /* of the text in it */
	bool is_quote;
	bool is_shut;     /* details that show their summary alone */
	bool is_gone_shut; /* gone as that summary is */
};

struct reader {
	struct arena *arena;
	struct html_tokens tokens;
	struct html_links links;
	struct html_sheet sheet;
	struct lines visible, hidden, title;
	struct html_office office;
	struct buf scratch;
	struct element *open; /* the first is the page itself */
	size_t depth;
	size_t room;         /* for elements; DEPTH_MOST at most */
	struct arena *beside; /* holds them where they are many, and texts
	                         for a while; nothing kept points there */
	/* open elements by tag, those without a meaning by their key */
	uint16_t count[HTML_TAGS_MOST + NAMES_APART];
	uint16_t kin_count[KINS];       /* and by kin */
	size_t beyond;       /* elements that did not fit */
	size_t foreign;      /* open SVG and MathML */
	size_t anchor;       /* link whose text is being read */
	size_t anchor_begin; /* of it, in visible */
	struct str anchor_alt;
	quoted_list quoted;
	size_t quotes;       /* open ones */
	bool is_cut;         /* a limit was reached */
	bool is_sheet_wanted; /* of the <style> that is open */
	bool is_sheet_whole; /* read before: the page is read anew */
	bool is_sheet_late;  /* it says something of what was read before */
	struct html_inlines *inlines;
	struct html_inline *said; /* by the start tag in hand, or NULL */
};

/* Of a tag without a meaning: the same for one name in any case, and not for
 * most others. */
static uint32_t
key_of(const struct html_tag *tag, struct str name)
{
	return name.n == 0 || tag->name[0] != '\0' ? 0 :
	    (uint32_t)(name.n & 0xffff) << 16 |
	    (uint32_t)(unsigned char)ascii_lower(name.p[0]) << 8 |
	    (unsigned char)ascii_lower(name.p[name.n - 1]);
}

/* Where it is counted how many elements of a tag and name are open. */
static uint16_t *
count_of(struct reader *r, const struct html_tag *tag, uint32_t key)
{
	uint32_t mixed = key ^ key >> 8 ^ key >> 16;

	return &r->count[tag->name[0] != '\0' ? html_tag_number(tag) :
	    HTML_TAGS_MOST + (mixed & (NAMES_APART - 1))];
}

static const struct element *
innermost(const struct reader *r)
{
	return &r->open[r->depth - 1];
}

/* What style sheets say that are not understood may bring lost text back. */
static bool
is_hidden(const struct reader *r)
{
	const struct element *e = innermost(r);

	return e->is_gone || e->is_invisible || e->is_tiny ||
	    (e->is_lost && !e->is_painted && !r->sheet.has_unread_colors);
}

static struct lines *
shown_in(struct reader *r)
{
	return is_hidden(r) ? &r->hidden : &r->visible;
}

static struct str
one_line(struct arena *a, struct str s)
{
	char *p;

	if (s.n > ANCHOR_TEXT_MOST)
		for (s.n = ANCHOR_TEXT_MOST; s.n > 0 &&
		    ((unsigned char)s.p[s.n] & 0xc0) == 0x80;)
			s.n--;
	s = str_trim(s);
	p = arena_take(a, s.n);
	for (size_t i = 0; i < s.n; i++)
		p[i] = ascii_is_space(s.p[i]) ? ' ' : s.p[i];
	return (struct str){ p, s.n };
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
	if (link->text.n == 0 && r->anchor_alt.n != 0) {
		link->text = one_line(r->arena, r->anchor_alt);
		lines_add(&r->visible, r->anchor_alt);
	}
	r->anchor = HTML_LINK_NONE;
}

static void
anchor_begin(struct reader *r, size_t link)
{
	anchor_end(r);
	r->anchor = link;
	r->anchor_begin = r->visible.text.n;
	r->anchor_alt = STR("");
}

/* Works out how an element is shown from what surrounds it. */
static void
element_settle(struct element *e, const struct element *around)
{
	e->is_gone_shut = style_is_gone(&e->own) || (around->is_shut &&
	    e->tag->is == NAME_SUMMARY ? around->is_gone_shut :
	    around->is_gone);
	e->is_gone = e->is_gone_shut || e->is_shut;
	e->is_invisible = e->own.visibility == STYLE_UNSET
	    ? around->is_invisible : e->own.visibility == STYLE_HIDES;
	e->is_tiny = e->own.size == STYLE_UNSET
	    ? around->is_tiny : e->own.size == STYLE_HIDES;
	e->is_pre = around->is_pre || (e->tag->traits & TAG_PRE) != 0;
	e->is_painted = around->is_painted || e->own.is_painted;
	e->is_filled = around->is_filled || e->own.fill != COLOR_UNSET;
	/* A link has the colour of links unless it is told otherwise. */
	e->color = e->own.fill != COLOR_UNSET ? e->own.fill
	    : e->is_filled ? around->color
	    : e->own.color != COLOR_UNSET ? e->own.color
	    : e->tag->kin == KIN_A ? (uint32_t)COLOR_UNKNOWN : around->color;
	e->ground = e->own.ground == COLOR_UNSET ||
	    e->own.ground == COLOR_CLEAR ? around->ground : e->own.ground;
	e->is_lost = e->color == around->color && e->ground == around->ground
	    ? around->is_lost : color_is_lost(e->color, e->ground);
	e->named.inside = html_marks_join(&e->named.own,
	    &around->named.inside);
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

static void
element_gone(struct reader *r, const struct element *e)
{
	if (e->is_quote)
		quote_end(r);
	if ((e->tag->traits & TAG_FOREIGN) != 0)
		r->foreign--;
	if ((e->tag->traits & TAG_BLOCK) != 0)
		lines_block(e->is_gone ? &r->hidden : &r->visible);
	if (e->tag->kin == KIN_A)
		anchor_end(r);
	--*count_of(r, e->tag, e->key);
	r->kin_count[e->tag->kin]--;
}

/*
 * Closes the element at i and all inside it.  Formatting is opened anew by
 * what follows, unless the element is one that keeps it in.
 */
static void
close_from(struct reader *r, size_t i)
{
	bool keeps_in = (r->open[i].tag->traits & TAG_SCOPE) != 0;
	size_t end = r->depth, n = i + 1;

	for (size_t k = i + 1; k < end; k++)
		if (!keeps_in && (r->open[k].tag->traits & TAG_FORMAT) != 0)
			r->open[n++] = r->open[k];
		else
			element_gone(r, &r->open[k]);
	element_gone(r, &r->open[i]);
	memmove(&r->open[i], &r->open[i + 1], (n - i - 1) * sizeof(*r->open));
	r->depth = n - 1;
	for (; i < r->depth; i++)
		element_settle(&r->open[i], &r->open[i - 1]);
	r->tokens.has_cdata = r->foreign != 0;
}

/* Takes one element out and leaves those inside it open. */
static void
close_one(struct reader *r, size_t i)
{
	element_gone(r, &r->open[i]);
	r->depth--;
	memmove(&r->open[i], &r->open[i + 1],
	    (r->depth - i) * sizeof(*r->open));
	for (; i < r->depth; i++)
		element_settle(&r->open[i], &r->open[i - 1]);
}

static bool
is_named(const struct element *e, const struct html_tag *tag, struct str name,
    uint32_t key)
{
	return e->tag == tag && (tag->name[0] != '\0' ||
	    (e->key == key && str_case_eq(e->named.tag, name)));
}

/* Where the element stands that an end tag means; 0 when it means none.  The
 * first element is the page itself, which nothing closes. */
static size_t
find_open(struct reader *r, const struct html_tag *tag, struct str name)
{
	const unsigned reach = TAG_TABLE | TAG_SPECIAL | TAG_FORMAT;
	uint32_t key = key_of(tag, name);

	if (*count_of(r, tag, key) == 0)
		return 0;
	for (size_t i = r->depth - 1; i > 0; i--) {
		const struct element *e = &r->open[i];

		if (is_named(e, tag, name, key))
			return i;
		if ((tag->traits & TAG_TABLE) != 0 ? e->tag->is == NAME_TABLE
		    : (tag->traits & reach) != 0
		    ? (e->tag->traits & TAG_SCOPE) != 0
		    : (e->tag->traits & TAG_SPECIAL) != 0)
			return 0;
	}
	return 0;
}

/* The element of a kin that a new one of it ends. */
static size_t
find_kin(const struct reader *r, enum html_kin kin)
{
	bool is_of_table = kin == KIN_CELL || kin == KIN_ROW ||
	    kin == KIN_ROWS;
	unsigned stops = kin == KIN_A ? TAG_SCOPE : TAG_SCOPE | TAG_LIST;

	if (r->kin_count[kin] == 0)
		return 0;
	for (size_t i = r->depth - 1; i > 0; i--) {
		const struct element *e = &r->open[i];

		if (e->tag->kin == kin)
			return i;
		if (is_of_table ? e->tag->is == NAME_TABLE
		    : (e->tag->traits & stops) != 0)
			return 0;
	}
	return 0;
}

static void
close_kin(struct reader *r, const struct html_tag *tag)
{
	size_t i = 0;

	if ((tag->traits & TAG_CLOSES_P) != 0)
		i = find_kin(r, KIN_P);
	if (i != 0)
		close_from(r, i);
	if (tag->kin == KIN_NONE)
		return;
	i = find_kin(r, tag->kin);
	if (i != 0 && (tag->traits & TAG_FORMAT) != 0)
		close_one(r, i);
	else if (i != 0)
		close_from(r, i);
}

/* HTML inside SVG or MathML ends it. */
static void
leave_foreign(struct reader *r, const struct html_tag *tag)
{
	size_t i = r->depth - 1;

	if (r->foreign == 0 || tag->kin == KIN_A ||
	    (tag->traits & (TAG_CLOSES_P | TAG_FORMAT | TAG_VOID)) == 0)
		return;
	while (i > 1 && (r->open[i].tag->traits & TAG_FOREIGN) == 0)
		i--;
	close_from(r, i);
}

/* "text": of all that has no colour of its own. */
static uint32_t
body_color(const struct html_token *token)
{
	for (size_t i = 0; i < token->n_attrs; i++)
		if (str_case_is(token->attrs[i].name, "text"))
			return color_read(token->attrs[i].value);
	return COLOR_UNSET;
}

/* What old attributes say; style sheets come on top. */
static struct style
style_of_attrs(struct arena *a, const struct html_token *token,
    const struct html_tag *tag)
{
	struct style style = { 0 };
	const struct html_attr *attr = html_attr(token, ATTR_BGCOLOR);

	if (attr != NULL)
		style.ground =
		    color_read(html_attr_text(a, token, ATTR_BGCOLOR));
	if (html_attr(token, ATTR_BACKGROUND) != NULL)
		style.ground = COLOR_UNKNOWN;
	if (tag->is == NAME_FONT && html_attr(token, ATTR_COLOR) != NULL)
		style.color = color_read(html_attr_text(a, token, ATTR_COLOR));
	if (tag->is == NAME_BODY)
		style.color = body_color(token);
	return style;
}

/* "<span>", and what "display: inline" makes of other tags. */
static bool
is_in_line(const struct html_tag *tag, const struct style *style)
{
	return style->display == STYLE_SHOWS ? style->is_inline :
	    (tag->traits & (TAG_BLOCK | TAG_CELL | TAG_TABLE |
	    TAG_SPECIAL | TAG_FOREIGN)) == 0;
}

static void
style_of(struct element *e, struct reader *r, const struct html_token *token)
{
	const struct html_tag *tag = e->tag;
	struct style *own = &e->own;

	if (token->has != 0 || tag->is == NAME_BODY)
		*own = style_of_attrs(r->arena, token, tag);
	if (r->sheet.list.n != 0)
		html_sheet_find(&r->sheet, own, &e->named, token,
		    (struct html_around){ &r->open[0].named, r->depth,
		    sizeof(*r->open) });
	if (r->said != NULL)
		style_merge(own, html_inline_style(r->said, r->arena, token));
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

static struct arena *
beside(struct reader *r)
{
	if (r->beside == NULL)
		r->beside = arena_new();
	return r->beside;
}

/* Room for one more open element. */
static void
open_reserve(struct reader *r)
{
	size_t room = r->room * 2;

	if (r->depth < r->room)
		return;
	r->open = arena_move(beside(r), r->open, r->room * sizeof(*r->open),
	    room * sizeof(*r->open));
	r->room = room;
}

static bool
is_opened(const struct html_token *token)
{
	for (size_t i = 0; i < token->n_attrs; i++)
		if (str_case_is(token->attrs[i].name, "open"))
			return true;
	return false;
}

/* Of the child that begins.  What stands in no body, or in no row, may get
 * another parent. */
static uint32_t
place_of(const struct element *parent)
{
	bool is_kept = (parent->tag->traits & TAG_PAGE) != 0
	    ? parent->tag->is == NAME_BODY
	    : parent->named.tag.n != 0 && parent->tag->is != NAME_TABLE;

	return is_kept ? parent->children : 0;
}

static void
element_open(struct reader *r, const struct html_tag *tag,
    const struct html_token *token)
{
	struct element *e;

	if (r->depth == DEPTH_MOST) {
		r->beyond++;
		r->is_cut = true;
		return;
	}
	open_reserve(r);
	e = &r->open[r->depth];
	*e = (struct element){ .tag = tag, .key = key_of(tag, token->name),
		.named = { .tag = token->name, .nth = place_of(innermost(r)),
		.own.tags = html_mark_tag(token->name) } };
	style_of(e, r, token);
	e->is_shut = tag->is == NAME_DETAILS && !is_opened(token);
	element_settle(e, &r->open[r->depth - 1]);
	e->is_quote = is_quote(r->arena, tag, token);
	if (e->is_quote)
		quote_begin(r);
	r->depth++;
	++*count_of(r, tag, e->key);
	r->kin_count[tag->kin]++;
	if ((tag->traits & TAG_FOREIGN) != 0)
		r->foreign++;
	r->tokens.has_cdata = r->foreign != 0;
	if (tag->is == NAME_STYLE)
		r->is_sheet_wanted = *count_of(r, html_tag_of(STR("template")),
		    0) == 0 &&
		    html_sheet_is_wanted(r->arena, token);
	if (tag->mode != HTML_MODE_DATA && r->foreign == 0)
		html_tokens_enter(&r->tokens, token->name, tag->mode);
}

/* Text that attributes show. */
static void
add_alt(struct reader *r, const struct html_token *token)
{
	struct str alt = html_attr_text(r->arena, token, ATTR_ALT);

	if (alt.n == 0 || is_hidden(r))
		return;
	if (r->anchor != HTML_LINK_NONE && r->anchor_alt.n < ANCHOR_TEXT_MOST)
		r->anchor_alt = str_cat(r->arena, r->anchor_alt,
		    r->anchor_alt.n == 0 ? STR("") : STR(" "),
		    str_head(alt, ANCHOR_TEXT_MOST));
}

static void
add_input(struct reader *r, const struct html_token *token)
{
	static const struct str silent[] = {
		STR_INIT("hidden"), STR_INIT("checkbox"), STR_INIT("radio"),
		STR_INIT("file"), STR_INIT("color"), STR_INIT("range"),
	};
	struct str type = str_trim(html_attr_text(r->arena, token, ATTR_TYPE));
	struct str value = html_attr_text(r->arena, token, ATTR_VALUE);

	if (str_case_is_any(type, silent, nitems(silent)))
		return;
	if (str_case_is(type, "image"))
		value = html_attr_text(r->arena, token, ATTR_ALT);
	else if (value.n == 0 || str_case_is(type, "password"))
		value = html_attr_text(r->arena, token, ATTR_PLACEHOLDER);
	lines_add(shown_in(r), STR(" "));
	lines_add(shown_in(r), value);
	lines_add(shown_in(r), STR(" "));
}

static bool
has_content(const struct reader *r, const struct html_tag *tag,
    const struct html_token *token)
{
	/* A page quoted within a page is none of its own. */
	if ((tag->traits & TAG_PAGE) != 0)
		return r->count[html_tag_number(tag)] == 0 && r->depth < 4;
	return (tag->traits & TAG_VOID) == 0 &&
	    !(r->foreign != 0 && token->is_closed);
}

static void
on_start(struct reader *r, const struct html_token *token)
{
	const struct html_tag *tag = html_tag_of(token->name);
	size_t anchor;

	r->is_cut |= token->n_attrs >= HTML_ATTRS_OTHER;
	r->said = (token->has & ATTR_BIT(ATTR_STYLE)) == 0 ? NULL :
	    html_inline_of(r->inlines, token);
	leave_foreign(r, tag);
	close_kin(r, tag);
	if ((tag->traits & TAG_BLOCK) != 0)
		lines_block(shown_in(r));
	if ((tag->traits & TAG_CELL) != 0)
		lines_add(shown_in(r), STR(" "));
	anchor = html_links_tag(&r->links, token, r->said != NULL &&
	    !r->said->may_link ? r->said->css.p : NULL);
	if (anchor != HTML_LINK_NONE)
		anchor_begin(r, anchor);
	if (tag->is == NAME_BR)
		lines_br(shown_in(r));
	else if (tag->is == NAME_IMG)
		add_alt(r, token);
	else if (tag->is == NAME_INPUT)
		add_input(r, token);
	r->open[r->depth - 1].children++;
	if (has_content(r, tag, token))
		element_open(r, tag, token);
}

/* An end tag without its element still ends a line ("</p>"); "</br>" is a
 * <br>. */
static void
on_lone_end(struct reader *r, const struct html_tag *tag)
{
	if (tag->is == NAME_BR)
		lines_br(shown_in(r));
	else if (tag->kin == KIN_P)
		lines_block(shown_in(r));
}

static void
on_end(struct reader *r, const struct html_token *token)
{
	const struct html_tag *tag = html_tag_of(token->name);
	size_t i;

	if ((tag->traits & TAG_PAGE) != 0)
		return;
	if (r->beyond > 0 && (tag->traits & TAG_VOID) == 0) {
		r->beyond--;
		return;
	}
	i = find_open(r, tag, token->name);
	if (i == 0)
		on_lone_end(r, tag);
	else if ((tag->traits & TAG_FORMAT) != 0)
		close_one(r, i);
	else
		close_from(r, i);
}

/* The text with its references undone, valid until the next call. */
static struct str
decoded(struct reader *r, const struct html_token *token)
{
	struct str text = token->text;

	/* Elsewhere line ends are blanks, whatever they look like. */
	if (innermost(r)->is_pre)
		text = html_clean(beside(r), text, true);
	if (token->is_raw || !str_has(text, '&'))
		return text;
	buf_empty(&r->scratch);
	entities_add(&r->scratch, text, false);
	return buf_str(&r->scratch);
}

/* A sheet holds for all of the page, also for what stands in front of it. */
static void
read_sheet(struct reader *r, struct str css)
{
	uint32_t rules = r->sheet.order;

	if (r->is_sheet_whole)
		return;
	html_sheet_read(&r->sheet, css);
	if (r->sheet.order == rules)
		return;
	r->is_sheet_late |= r->visible.text.n != 0 || r->hidden.text.n != 0;
	for (size_t i = 1; i < r->depth; i++)
		r->is_sheet_late |= (r->open[i].tag->traits &
		    (TAG_PAGE | TAG_GONE)) == 0;
}

static void
on_text(struct reader *r, const struct html_token *token)
{
	const struct element *e = innermost(r);

	if (e->tag->mode != HTML_MODE_DATA &&
	    (e->tag->traits & TAG_GONE) != 0 && r->foreign == 0) {
		if (e->tag->is == NAME_TITLE &&
		    r->title.text.n == 0)
			lines_add(&r->title, decoded(r, token));
		if (e->tag->is == NAME_STYLE) {
			html_links_css(&r->links, token->text);
			if (r->is_sheet_wanted)
				read_sheet(r, token->text);
		}
		if (e->tag->is == NAME_SCRIPT)
			html_links_script(&r->links, token->text,
			    token->text);
		return;
	}
	/* in SVG it is text like any other, with references */
	if (e->tag->is == NAME_SCRIPT)
		html_links_script(&r->links, token->text,
		    str_copy(r->arena, decoded(r, token)));
	if (e->is_pre)
		lines_add_pre(shown_in(r), decoded(r, token));
	else if (lines_is_gap(token->text))
		lines_gap(shown_in(r));
	else
		lines_add(shown_in(r), decoded(r, token));
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

static void
reader_init(struct reader *r, struct arena *a, struct str html,
    size_t most_links)
{
	size_t most = html.n * GROWTH_MOST + 64;

	*r = (struct reader){ .arena = a, .open = r->open, .room = r->room,
		.beside = r->beside, .inlines = r->inlines };
	html_tokens_init(&r->tokens, html);
	r->links.arena = a;
	r->links.html = html;
	html_sheet_init(&r->sheet, a, html.n);
	r->links.most = most_links * LINKS_FACTOR + LINKS_FACTOR;
	text_init(r, &r->visible, html);
	text_init(r, &r->hidden, html);
	buf_init_arena(&r->title.text, a, most);
	buf_init(&r->scratch, most);
	html_office_init(&r->office, a, most);
	r->open[0] = (struct element){ .tag = html_tag_of(STR("")) };
	r->open[0].color = color_read(STR("black"));
	r->open[0].ground = color_read(STR("white"));
	r->depth = 1;
	r->anchor = HTML_LINK_NONE;
}

/* Back to the front of the page, with all of its sheets known. */
static void
rewind_page(struct reader *r, struct str html)
{
	memset(r->count, 0, sizeof(r->count));
	memset(r->kin_count, 0, sizeof(r->kin_count));
	html_tokens_init(&r->tokens, html);
	r->links.found.n = r->links.inner.n = 0;
	lines_empty(&r->visible);
	lines_empty(&r->hidden);
	lines_empty(&r->title);
	lines_empty(&r->office.text);
	r->depth = 1;
	r->beyond = r->foreign = r->quotes = 0;
	r->anchor = HTML_LINK_NONE;
	r->quoted.n = 0;
	r->is_sheet_whole = true;
	r->is_sheet_late = false;
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

struct inner_page {
	struct html_inner page;
	unsigned depth;
};

/* Pages inside the page read, to be read in their turn. */
struct inner_queue {
	struct inner_page at[INNER_MOST];
	size_t n;
};

/* False: there is no room for all of them. */
static bool
queue_inner(struct inner_queue *q, const struct reader *r, unsigned depth,
    const struct html_inner *outer)
{
	const struct html_inner *inner;

	VEC_EACH(inner, &r->links.inner) {
		if (q->n == INNER_MOST || depth > INNER_DEPTH)
			return false;
		q->at[q->n].page = *inner;
		q->at[q->n].depth = depth;
		if (outer != NULL) {
			q->at[q->n].page.offset = outer->offset;
			q->at[q->n].page.is_shown &= outer->is_shown;
		}
		q->n++;
	}
	return true;
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
page_add(struct html_page *page, struct reader *r, bool is_shown)
{
	bool is_cut = r->visible.text.is_full || r->hidden.text.is_full ||
	    r->sheet.steps == 0 || r->sheet.is_cut || r->is_cut ||
	    r->links.is_cut;
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
	if (page->title.n == 0)
		page->title = lines_done(&r->title);
	page->is_cut |= is_cut;
	buf_release(&r->scratch);
}

void
html_read_from(struct html_page *page, url_list *links, struct arena *a,
    const struct html_source *source)
{
	struct element room[DEPTH_FIRST];
	struct html_inlines inlines;
	struct reader reader, *r = &reader;
	struct html_token token;
	struct inner_queue inner;

	*page = (struct html_page){ .is_cut = false };
	inner.n = 0;
	html_inlines_init(&inlines);
	r->open = room;
	r->room = DEPTH_FIRST;
	r->inlines = &inlines;
	r->beside = NULL;
	reader_init(r, a, source->html, source->most_links);
	r->links.base = source->base;
	read_page(r, source->html, &token);
	html_links_resolve(&r->links, links, source->part, source->most_links);
	while (r->quotes > 0)
		quote_end(r);
	page_add(page, r, true);
	page->quoted = r->quoted;
	page->is_cut |= !queue_inner(&inner, r, 1, NULL);
	for (size_t i = 0; i < inner.n; i++) {
		const struct inner_page *p = &inner.at[i];
		size_t first = links->n;

		reader_init(r, a, p->page.html, source->most_links);
		r->links.base = source->base;
		read_page(r, p->page.html, &token);
		html_links_resolve(&r->links, links, source->part,
		    source->most_links);
		for (; first < links->n; first++)
			links->at[first].offset = p->page.offset;
		page_add(page, r, p->page.is_shown);
		page->is_cut |= !queue_inner(&inner, r, p->depth + 1,
		    &p->page);
	}
	arena_free(r->beside);
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
