/* SPDX-License-Identifier: Apache-2.0 */
/* What tags end: each looks out from the innermost element for one that it
 * means, and no farther than the standard lets it. */
#include "mail/htmlnest.h"

#include "base/vec.h"

/* One element more is looked at, on the way out. */
static inline bool
may_look(struct html_open *o)
{
	o->looks -= o->looks != 0;
	if (o->looks == 0)
		html_open_doubt(o, HTML_DOUBT_OPEN);
	return o->looks != 0;
}

/* Tags that look far pay with what others left; near ones find all they need
 * even so. */
static inline void
add_looks(struct html_open *o)
{
	if (o->looks < HTML_LOOKS_MOST)
		o->looks += HTML_LOOKS;
}

/* The innermost element of a kin that a start tag may end. */
static size_t
find_kin(struct html_open *o, enum html_kin kin)
{
	if (o->kin_count[kin] == 0)
		return 0;
	for (size_t i = o->n - 1; i > 0 && may_look(o); i--) {
		const struct html_tag *tag = o->at[i].tag;

		if (tag->kin == kin)
			return o->at[i].is_ended ? 0 : i;
		if ((tag->traits & TAG_SCOPE) != 0 ||
		    (kin == KIN_P && tag->kin == KIN_BUTTON))
			return 0;
	}
	return 0;
}

/* An item reaches out of its paragraphs, not out of other blocks. */
static size_t
find_item(struct html_open *o, enum html_kin kin)
{
	if (o->kin_count[kin] == 0)
		return 0;
	for (size_t i = o->n - 1; i > 0 && may_look(o); i--) {
		const struct html_tag *tag = o->at[i].tag;

		if (tag->kin == kin)
			return i;
		if ((tag->traits & (TAG_SPECIAL | TAG_LOOSE)) == TAG_SPECIAL)
			return 0;
	}
	return 0;
}

static void
close_at(struct html_open *o, size_t i)
{
	if (i != 0)
		html_open_close_from(o, i);
}

static void
close_last(struct html_open *o, enum html_kin kin)
{
	if (html_open_last(o)->tag->kin == kin)
		html_open_close_from(o, o->n - 1);
}

static void
close_implied(struct html_open *o, enum html_name but)
{
	const struct html_tag *tag = html_open_last(o)->tag;

	while ((tag->traits & TAG_IMPLIED) != 0 &&
	    (but == NAME_OTHER || tag->is != but)) {
		html_open_close_from(o, o->n - 1);
		tag = html_open_last(o)->tag;
	}
}

static bool
has_ruby(struct html_open *o)
{
	if (html_open_count(o, html_tag_of(STR("ruby"))) == 0)
		return false;
	for (size_t i = o->n - 1; i > 0 && may_look(o); i--) {
		if (o->at[i].tag->is == NAME_RUBY)
			return true;
		if ((o->at[i].tag->traits & TAG_SCOPE) != 0)
			return false;
	}
	return false;
}

/* The innermost part of a table, no farther in than that; 0 outside of any. */
static size_t
find_depth(struct html_open *o, enum html_depth most)
{
	if (o->kin_count[KIN_TABLE] == 0)
		return 0;
	for (size_t i = o->n - 1; i > 0 && may_look(o); i--) {
		const struct html_tag *tag = o->at[i].tag;

		if (tag->depth != DEPTH_NONE && tag->depth <= most)
			return i;
		if (tag->is == NAME_TEMPLATE)
			return 0;
	}
	return 0;
}

/* Right in a table, not in a cell of it. */
static bool
is_in_table(struct html_open *o)
{
	size_t i = find_depth(o, DEPTH_CELL);

	return i != 0 && o->at[i].tag->depth != DEPTH_CELL;
}

/* Back to what a part of a table stands in; false outside of any. */
static bool
start_part(struct html_open *o, const struct html_tag *tag)
{
	size_t i = find_depth(o, tag->into);

	if (i != 0 && i + 1 < o->n)
		html_open_close_from(o, i + 1);
	return i != 0;
}

/* Of old most tags were nothing in a <select>, and some end it (WHATWG HTML
 * of 2024, 13.2.6.4.16).  Where they have come to be something since, what
 * they hide there is still seen by many. */
static bool
start_in_select(struct html_open *o, const struct html_tag *tag)
{
	bool is_part = (tag->into != DEPTH_NONE || tag->kin == KIN_TABLE) &&
	    (tag->traits & TAG_VOID) == 0 && o->kin_count[KIN_TABLE] != 0;

	if (is_part || tag->kin == KIN_SELECT ||
	    (tag->traits & TAG_LEAVES_SELECT) != 0) {
		close_at(o, find_kin(o, KIN_SELECT));
		return tag->kin != KIN_SELECT;
	}
	if (tag->is == NAME_HR) {
		close_last(o, KIN_OPTION);
		close_last(o, KIN_OPTGROUP);
	}
	return tag->kin == KIN_OPTION || tag->kin == KIN_OPTGROUP ||
	    tag->is == NAME_HR ||
	    ((tag->traits & TAG_GONE) != 0 && tag->kin == KIN_NONE);
}

/* In a table it holds nothing, and a form holds no other. */
static enum html_nest
start_form(struct html_open *o)
{
	if (o->has_form)
		return HTML_NEST_IGNORED;
	o->has_form = true;
	return is_in_table(o) ? HTML_NEST_EMPTY : HTML_NEST_IN;
}

static void
start_kin(struct html_open *o, const struct html_tag *tag)
{
	size_t i;

	switch (tag->kin) {
	case KIN_A:
	case KIN_NOBR:
		if (html_open_drop_aside(o, tag))
			break;
		i = find_kin(o, tag->kin);
		if (i != 0 && html_open_may_lift(o, i))
			html_open_close_format(o, i);
		break;
	case KIN_BUTTON:
		close_at(o, find_kin(o, KIN_BUTTON));
		break;
	case KIN_HEADING:
		close_last(o, KIN_HEADING);
		break;
	case KIN_OPTGROUP:
		close_last(o, KIN_OPTION);
		if (o->kin_count[KIN_SELECT] != 0)
			close_last(o, KIN_OPTGROUP);
		break;
	case KIN_OPTION:
		close_last(o, KIN_OPTION);
		break;
	case KIN_READING:
	case KIN_RUBY_PART:
		if (has_ruby(o))
			close_implied(o, tag->kin == KIN_READING ? NAME_RTC :
			    NAME_OTHER);
		break;
	default:
		break;
	}
}

enum html_nest
html_nest_start_any(struct html_open *o, const struct html_tag *tag)
{
	enum html_nest nest = HTML_NEST_IN;

	add_looks(o);
	if (o->kin_count[KIN_SELECT] != 0 && !start_in_select(o, tag))
		return HTML_NEST_IGNORED;
	if (tag->into != DEPTH_NONE)
		return start_part(o, tag) ? nest : HTML_NEST_IGNORED;
	if (tag->kin == KIN_TABLE && is_in_table(o))
		close_at(o, find_depth(o, DEPTH_TABLE));
	if (tag->kin == KIN_FORM)
		nest = start_form(o);
	if (nest != HTML_NEST_IN)
		return nest;
	if (tag->kin == KIN_ITEM || tag->kin == KIN_TERM)
		close_at(o, find_item(o, tag->kin));
	if ((tag->traits & TAG_CLOSES_P) != 0 && o->kin_count[KIN_P] != 0)
		close_at(o, find_kin(o, KIN_P));
	if (tag->kin != KIN_NONE && tag->kin != KIN_P)
		start_kin(o, tag);
	return nest;
}

/* Does an end tag reach no farther out than this? */
static bool
is_stop(const struct html_element *e, const struct html_tag *tag)
{
	const unsigned far = TAG_SPECIAL | TAG_FORMAT;
	const struct html_tag *at = e->tag;

	if (tag->is == NAME_TEMPLATE || e->is_foreign)
		return false;
	if ((tag->traits & TAG_TABLE) != 0)
		return at->is == NAME_TABLE || at->is == NAME_TEMPLATE;
	if ((tag->traits & far) == 0)
		return (at->traits & TAG_SPECIAL) != 0;
	return (at->traits & TAG_SCOPE) != 0 ||
	    (tag->kin == KIN_P && at->kin == KIN_BUTTON) ||
	    (tag->kin == KIN_ITEM && (at->traits & TAG_LIST) != 0);
}

static bool
is_meant(const struct html_element *e, const struct html_tag *tag,
    struct str name, uint32_t key)
{
	if (tag->kin == KIN_HEADING)
		return e->tag->kin == KIN_HEADING;
	return e->tag == tag && !e->is_ended && (tag->name[0] != '\0' ||
	    (e->key == key && str_case_eq(e->named.tag, name)));
}

/* Where the element stands that an end tag means; 0 when it means none.  The
 * first element is the page itself, which nothing closes. */
static size_t
find_open(struct html_open *o, const struct html_tag *tag, struct str name)
{
	uint32_t key = html_open_key(tag, name);

	if (tag->kin == KIN_HEADING ? o->kin_count[KIN_HEADING] == 0 :
	    *html_open_counted(o, tag, key) == 0)
		return 0;
	for (size_t i = o->n - 1; i > 0 && may_look(o); i--) {
		const struct html_element *e = &o->at[i];

		if (is_meant(e, tag, name, key))
			return i;
		if (is_stop(e, tag))
			return 0;
	}
	return 0;
}

static bool
ends_in_select(const struct html_tag *tag)
{
	return tag->kin == KIN_OPTION || tag->kin == KIN_OPTGROUP ||
	    tag->kin == KIN_SELECT ||
	    (tag->traits & (TAG_TABLE | TAG_GONE)) != 0;
}

static bool
end_form(struct html_open *o, size_t i)
{
	bool has_form = o->has_form;

	o->has_form = false;
	if (!has_form || i == 0)
		return false;
	close_implied(o, NAME_OTHER);
	html_open_end_form(o, i);
	return true;
}

bool
html_nest_end_any(struct html_open *o, const struct html_tag *tag,
    struct str name)
{
	bool is_format = (tag->traits & TAG_FORMAT) != 0 && o->foreign == 0;
	size_t i;

	add_looks(o);
	if (o->kin_count[KIN_SELECT] != 0 && !ends_in_select(tag))
		return true;
	if (is_format && o->n_aside != 0 && html_open_drop_aside(o, tag))
		return true;
	i = find_open(o, tag, name);
	if (tag->kin == KIN_FORM)
		return end_form(o, i);
	if (i == 0)
		return is_format && html_open_end_lost(o, tag) &&
		    tag->kin != KIN_A;
	if ((tag->traits & TAG_FORMAT) == 0)
		html_open_close_from(o, i);
	else if (html_open_may_lift(o, i))
		html_open_close_format(o, i);
	return true;
}
