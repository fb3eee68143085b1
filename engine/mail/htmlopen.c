/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stack of open elements.  Each keeps how it is shown together with all
 * around it, so that text asks the innermost one alone.
 */
#include "mail/htmlopen.h"

#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "mail/htmltoken.h"

/* Of a tag without a meaning: the same for one name in any case, and not for
 * most others. */
static inline uint32_t
key_of(const struct html_tag *tag, struct str name)
{
	return name.n == 0 || tag->name[0] != '\0' ? 0 :
	    (uint32_t)(name.n & 0xffff) << 16 |
	    (uint32_t)(unsigned char)ascii_lower(name.p[0]) << 8 |
	    (unsigned char)ascii_lower(name.p[name.n - 1]);
}

/* Where it is counted how many elements of a tag and name are open. */
static uint16_t *
count_of(struct html_open *o, const struct html_tag *tag, uint32_t key)
{
	uint32_t mixed = key ^ key >> 8 ^ key >> 16;

	return &o->count[tag->name[0] != '\0' ? html_tag_number(tag) :
	    HTML_TAGS_MOST + (mixed & (HTML_OPEN_APART - 1))];
}

void
html_open_init(struct html_open *o, struct html_element *first)
{
	*o = (struct html_open){ .at = first, .room = HTML_OPEN_FIRST };
}

void
html_open_empty(struct html_open *o)
{
	memset(o->count, 0, sizeof(o->count));
	memset(o->kin_count, 0, sizeof(o->kin_count));
	o->at[0] = (struct html_element){ .tag = html_tag_of(STR("")) };
	o->at[0].color = color_read(STR("black"));
	o->at[0].ground = color_read(STR("white"));
	o->at[0].size = STYLE_SIZE_PAGE;
	o->n = 1;
	o->foreign = 0;
}

void
html_open_release(struct html_open *o)
{
	arena_free(o->beside);
}

struct arena *
html_open_beside(struct html_open *o)
{
	if (o->beside == NULL)
		o->beside = arena_new();
	return o->beside;
}

struct html_element *
html_open_new(struct html_open *o, const struct html_tag *tag,
    struct str name)
{
	static const struct html_named nothing;
	size_t room = o->room * 2;
	struct html_element *e;

	if (o->n == o->room) {
		o->at = arena_move(html_open_beside(o), o->at,
		    o->room * sizeof(*o->at), room * sizeof(*o->at));
		o->room = room;
	}
	e = &o->at[o->n];
	/* all but what html_element_settle works out */
	e->tag = tag;
	e->key = key_of(tag, name);
	e->named = nothing;
	e->named.tag = name;
	e->named.own.tags = html_mark_tag(name);
	e->own = (struct style){ .display = STYLE_UNSET };
	e->children = e->begin = 0;
	e->youngest = NULL;
	e->is_quote = e->is_shut = false;
	return e;
}

void
html_open_push(struct html_open *o)
{
	const struct html_element *e = &o->at[o->n++];

	++*count_of(o, e->tag, e->key);
	o->kin_count[e->tag->kin]++;
	if ((e->tag->traits & TAG_FOREIGN) != 0)
		o->foreign++;
}

/* A block in one that is forced to run to the left is a text of its own, and
 * so is what is isolated (CSS Writing Modes 3, 2.2). */
static bool
is_apart(const struct html_element *e)
{
	const unsigned blocks = TAG_BLOCK | TAG_CELL | TAG_TABLE;

	return (e->tag->traits & blocks) != 0 || e->own.bidi == BIDI_APART ||
	    (e->own.display == STYLE_SHOWS && !e->own.is_inline) ||
	    (e->own.bidi == BIDI_UNSET && str_case_is(e->named.tag, "bdi"));
}

static void
direct(struct html_element *e, const struct html_element *around)
{
	bool is_forced = e->own.bidi == BIDI_FORCED ||
	    (e->own.bidi == BIDI_UNSET && e->tag->is == NAME_BDO);

	if (!is_forced && !around->is_turned &&
	    e->own.direction == DIRECTION_UNSET) {
		e->is_right = around->is_right;
		e->is_turned = e->turns = false;
		e->turned = around->turned;
		return;
	}
	e->is_right = e->own.direction == DIRECTION_UNSET ?
	    around->is_right : e->own.direction == DIRECTION_RIGHT;
	e->is_turned = is_forced ? e->is_right :
	    around->is_turned && !is_apart(e);
	if (around->turned == HTML_TURNS_MOST)
		e->is_turned = around->is_turned;
	e->turns = e->is_turned != around->is_turned;
	e->turned = (uint8_t)(around->turned + e->turns);
}

void
html_element_settle(struct html_element *e,
    const struct html_element *around)
{
	e->is_gone_shut = style_is_gone(&e->own) || (around->is_shut &&
	    e->tag->is == NAME_SUMMARY ? around->is_gone_shut :
	    around->is_gone);
	e->is_gone = e->is_gone_shut || e->is_shut;
	e->is_invisible = e->own.visibility == STYLE_HIDES ||
	    (e->own.visibility != STYLE_SHOWS && around->is_invisible);
	e->size = style_size_of(&e->own, around->size);
	e->is_tiny = e->size <= STYLE_SIZE_TINY;
	e->is_pre = around->is_pre || (e->tag->traits & TAG_PRE) != 0;
	e->is_painted = around->is_painted || e->own.is_painted;
	e->is_filled = around->is_filled || e->own.fill != COLOR_UNSET;
	/* A link has the colour of links unless it is told otherwise. */
	e->color = e->own.fill != COLOR_UNSET ? e->own.fill
	    : e->is_filled || e->own.color == COLOR_AROUND ? around->color
	    : e->own.color != COLOR_UNSET ? e->own.color
	    : e->tag->kin == KIN_A ? (uint32_t)COLOR_UNKNOWN : around->color;
	e->ground = e->own.ground == COLOR_UNSET ||
	    e->own.ground == COLOR_CLEAR ? around->ground : e->own.ground;
	e->is_lost = e->color == around->color && e->ground == around->ground
	    ? around->is_lost : color_is_lost(e->color, e->ground);
	direct(e, around);
	e->named.inside = html_marks_join(&e->named.own,
	    &around->named.inside);
}

static void
gone(struct html_open *o, const struct html_element *e)
{
	if ((e->tag->traits & TAG_FOREIGN) != 0)
		o->foreign--;
	--*count_of(o, e->tag, e->key);
	o->kin_count[e->tag->kin]--;
	o->gone(o->reader, e);
}

static void
settle_from(struct html_open *o, size_t i)
{
	for (; i < o->n; i++)
		html_element_settle(&o->at[i], &o->at[i - 1]);
}

/*
 * Closes the element at i and all inside it.  Formatting is opened anew by
 * what follows, unless the element is one that keeps it in.
 */
static void
close_from(struct html_open *o, size_t i)
{
	bool keeps_in = (o->at[i].tag->traits & TAG_SCOPE) != 0;
	size_t end = o->n, n = i + 1;

	for (size_t k = i + 1; k < end; k++)
		if (!keeps_in && (o->at[k].tag->traits & TAG_FORMAT) != 0)
			o->at[n++] = o->at[k];
		else
			gone(o, &o->at[k]);
	gone(o, &o->at[i]);
	memmove(&o->at[i], &o->at[i + 1], (n - i - 1) * sizeof(*o->at));
	o->n = n - 1;
	settle_from(o, i);
}

/* Takes one element out and leaves those inside it open. */
static void
close_one(struct html_open *o, size_t i)
{
	gone(o, &o->at[i]);
	o->n--;
	memmove(&o->at[i], &o->at[i + 1],
	    (o->n - i) * sizeof(*o->at));
	settle_from(o, i);
}

static bool
is_named(const struct html_element *e, const struct html_tag *tag,
    struct str name, uint32_t key)
{
	return e->tag == tag && (tag->name[0] != '\0' ||
	    (e->key == key && str_case_eq(e->named.tag, name)));
}

/* Where the element stands that an end tag means; 0 when it means none.  The
 * first element is the page itself, which nothing closes. */
static size_t
find_open(struct html_open *o, const struct html_tag *tag, struct str name)
{
	const unsigned reach = TAG_TABLE | TAG_SPECIAL | TAG_FORMAT;
	uint32_t key = key_of(tag, name);

	if (*count_of(o, tag, key) == 0)
		return 0;
	for (size_t i = o->n - 1; i > 0; i--) {
		const struct html_element *e = &o->at[i];

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
find_kin(const struct html_open *o, enum html_kin kin)
{
	bool is_of_table = kin == KIN_CELL || kin == KIN_ROW ||
	    kin == KIN_ROWS;
	unsigned stops = kin == KIN_A ? TAG_SCOPE : TAG_SCOPE | TAG_LIST;

	if (o->kin_count[kin] == 0)
		return 0;
	for (size_t i = o->n - 1; i > 0; i--) {
		const struct html_element *e = &o->at[i];

		if (e->tag->kin == kin)
			return i;
		if (is_of_table ? e->tag->is == NAME_TABLE
		    : (e->tag->traits & stops) != 0)
			return 0;
	}
	return 0;
}

void
html_open_close_kin(struct html_open *o, const struct html_tag *tag)
{
	size_t i = 0;

	if ((tag->traits & TAG_CLOSES_P) != 0)
		i = find_kin(o, KIN_P);
	if (i != 0)
		close_from(o, i);
	if (tag->kin == KIN_NONE)
		return;
	i = find_kin(o, tag->kin);
	if (i != 0 && (tag->traits & TAG_FORMAT) != 0)
		close_one(o, i);
	else if (i != 0)
		close_from(o, i);
}

bool
html_open_is_left(const struct html_token *token)
{
	static const struct str names[] = {
		STR_INIT("b"), STR_INIT("big"), STR_INIT("blockquote"),
		STR_INIT("body"), STR_INIT("br"), STR_INIT("center"),
		STR_INIT("code"), STR_INIT("dd"), STR_INIT("div"),
		STR_INIT("dl"), STR_INIT("dt"), STR_INIT("em"),
		STR_INIT("embed"), STR_INIT("h1"), STR_INIT("h2"),
		STR_INIT("h3"), STR_INIT("h4"), STR_INIT("h5"), STR_INIT("h6"),
		STR_INIT("head"), STR_INIT("hr"), STR_INIT("i"),
		STR_INIT("img"), STR_INIT("li"), STR_INIT("listing"),
		STR_INIT("menu"), STR_INIT("meta"), STR_INIT("nobr"),
		STR_INIT("ol"), STR_INIT("p"), STR_INIT("pre"),
		STR_INIT("ruby"), STR_INIT("s"), STR_INIT("small"),
		STR_INIT("span"), STR_INIT("strong"), STR_INIT("strike"),
		STR_INIT("sub"), STR_INIT("sup"), STR_INIT("table"),
		STR_INIT("tt"), STR_INIT("u"), STR_INIT("ul"),
		STR_INIT("var"),
	};
	static const struct str marks[] = {
		STR_INIT("color"), STR_INIT("face"), STR_INIT("size"),
	};

	if (!str_case_is(token->name, "font"))
		return str_case_is_any(token->name, names, nitems(names));
	for (size_t i = 0; i < token->n_attrs; i++)
		if (str_case_is_any(token->attrs[i].name, marks,
		    nitems(marks)))
			return true;
	return false;
}

void
html_open_leave(struct html_open *o)
{
	size_t i = o->n - 1;

	while (i > 1 && (o->at[i].tag->traits & TAG_FOREIGN) == 0)
		i--;
	close_from(o, i);
}

bool
html_open_end(struct html_open *o, const struct html_tag *tag,
    struct str name)
{
	size_t i = find_open(o, tag, name);

	if (i == 0)
		return false;
	if ((tag->traits & TAG_FORMAT) != 0)
		close_one(o, i);
	else
		close_from(o, i);
	return true;
}
