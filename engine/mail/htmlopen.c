/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stack of open elements.  Each keeps how it is shown together with all
 * around it, so that text asks the innermost one alone.
 */
#include "mail/htmlopen.h"

#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "mail/htmlcolor.h"

enum { GROUND_MOST = 64 }; /* elements between a ground and its text */

void
html_open_init(struct html_open *o, struct html_element *first)
{
	*o = (struct html_open){ .at = first, .room = HTML_OPEN_FIRST,
		.aside = first + HTML_OPEN_FIRST };
}

static void
empty(struct html_open *o)
{
	memset(o->count, 0, sizeof(o->count));
	memset(o->kin_count, 0, sizeof(o->kin_count));
	o->at[0] = (struct html_element){ .tag = html_tag_of(STR("")) };
	o->at[0].color = color_read(STR("black"));
	o->at[0].ground = color_read(STR("white"));
	o->at[0].size = STYLE_SIZE_PAGE;
	o->n = 1;
	o->foreign = o->n_aside = o->forgotten = 0;
	o->resumes = HTML_RESUMES_MOST;
	o->looks = HTML_LOOKS_FIRST;
	memset(o->lost, 0, sizeof(o->lost));
	o->is_known = true;
	memset(o->lost_ground, 0, sizeof(o->lost_ground));
	o->lost_grounds = 0;
	o->is_lost_due = o->has_doubted_ground = false;
	o->lost_in = 0;
	o->opened = 0;
	o->level = 0;
	o->has_form = false;
}

void
html_open_empty(struct html_open *o)
{
	empty(o);
	html_lifts_empty(&o->lifts);
}

void
html_open_again(struct html_open *o)
{
	empty(o);
	html_lifts_again(&o->lifts);
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

static inline struct html_element *
room_for_one(struct html_open *o)
{
	size_t room = o->room * 2;

	if (o->n == o->room) {
		o->at = arena_move(html_open_beside(o), o->at,
		    o->room * sizeof(*o->at), room * sizeof(*o->at));
		o->room = room;
	}
	return &o->at[o->n];
}

void
html_open_push(struct html_open *o)
{
	struct html_element *e = &o->at[o->n++];

	++*html_open_counted(o, e->tag, e->key);
	e->number = ++o->opened;
	e->is_foreign = o->foreign != 0;
	e->level = o->level;
	o->foreign += (e->tag->traits & TAG_FOREIGN) != 0;
	if (e->is_foreign)
		return;
	o->kin_count[e->tag->kin]++;
	o->level += (e->tag->traits & TAG_KEEPS) != 0;
}

struct html_element *
html_open_foster(const struct html_open *o, size_t i)
{
	size_t table = i;

	while (table > 0 && o->at[table].tag->depth != DEPTH_TABLE)
		table--;
	return table == 0 ? &o->at[i] : html_open_parent(o, &o->at[table]);
}

/* A block in one that is forced to run to the left is a text of its own, and
 * so is what is isolated (CSS Writing Modes 3, 2.2). */
static bool
is_apart(const struct html_element *e)
{
	const unsigned blocks = TAG_BLOCK | TAG_CELL | TAG_TABLE;

	return (e->tag->traits & blocks) != 0 || e->own.bidi == BIDI_APART ||
	    (e->own.display == STYLE_SHOWS && e->own.flow > STYLE_FLOW_LINE) ||
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

/* Of what has none that is known; a link has that of links unless it is told
 * otherwise. */
static inline uint32_t
color_inside(const struct html_element *e, uint32_t around)
{
	if (e->own.color == COLOR_UNSET)
		return e->tag->kin == KIN_A ? (uint32_t)COLOR_UNKNOWN : around;
	return e->own.color == COLOR_AROUND ? around : e->own.color;
}

/* Of what is gone: by nothing but what is stripped from styles? */
static bool
is_moved(const struct html_element *e, const struct html_element *around)
{
	return !e->is_shut && (!around->is_gone || around->is_moved) &&
	    (!style_is_gone(&e->own) ||
	    (e->own.is_moved && e->own.display != STYLE_HIDES));
}

/* What was just written is not read again from the element: a wider look at
 * several of its members would wait for the writing to end. */
static void
settle(struct html_element *e, const struct html_element *around)
{
	const struct style *own = &e->own;
	bool is_gone_shut = style_is_gone(own) || (around->is_shut &&
	    e->tag->is == NAME_SUMMARY ? around->is_gone_shut :
	    around->is_gone);
	bool is_gone = is_gone_shut || e->is_shut;
	bool is_filled = around->is_filled || own->fill != COLOR_UNSET;
	uint32_t size = style_size_of(own, around->size);
	uint32_t color = own->fill != COLOR_UNSET ? own->fill
	    : is_filled ? around->color
	    : own->color > COLOR_AROUND ? own->color
	    : color_inside(e, around->color);
	uint32_t ground = own->ground == COLOR_UNSET ||
	    own->ground == COLOR_CLEAR ? around->ground : own->ground;

	e->is_gone_shut = is_gone_shut;
	e->is_gone = is_gone;
	e->is_moved = is_gone && is_moved(e, around);
	e->is_undone = e->undoes || around->is_undone;
	e->is_invisible = own->visibility == STYLE_UNSET ||
	    own->visibility == STYLE_AROUND
	    ? around->is_invisible : own->visibility == STYLE_HIDES;
	e->size = size;
	e->is_tiny = size <= STYLE_SIZE_TINY;
	e->is_pre = around->is_pre || (e->tag->traits & TAG_PRE) != 0;
	e->is_painted = around->is_painted || own->is_painted;
	e->is_filled = is_filled;
	e->color = color;
	e->ground = ground;
	e->is_lost = color == around->color && ground == around->ground
	    ? around->is_lost : color_is_lost(color, ground);
	direct(e, around);
	e->named.inside = html_marks_join(&e->named.own,
	    &around->named.inside);
}

/* What a lifted one comes to stand in, as long as that is open: numbers rise
 * from the outside in. */
static const struct html_element *
lifted_into(const struct html_open *o, const struct html_element *e)
{
	uint32_t number = html_lifts_into(&o->lifts, e->lift);
	size_t low = 1, n = (size_t)(e - o->at), high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (o->at[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && o->at[low].number == number ? &o->at[low] : e - 1;
}

static bool
is_block(const struct html_element *e)
{
	const unsigned blocks = TAG_BLOCK | TAG_CELL | TAG_TABLE;

	return e->own.display == STYLE_SHOWS ?
	    e->own.flow > STYLE_FLOW_LINE : (e->tag->traits & blocks) != 0;
}

static inline const struct html_element *
around_of(const struct html_open *o, const struct html_element *e)
{
	if (e->lift != 0)
		return lifted_into(o, e);
	return e->is_fostered ?
	    html_open_foster(o, (size_t)(e - o->at) - 1) :
	    html_open_parent(o, e);
}

/*
 * A ground lies behind the box that has it, and not behind all that is in it:
 * text may be higher than a box with a size, a block in a line breaks that in
 * two, a float reaches out, and a caption stands beside its table.
 */
bool
html_open_is_loose(const struct html_open *o, const struct html_element *e)
{
	bool has_block = false, is_aside = false, is_loose;
	const struct html_element *box = e;
	unsigned left = GROUND_MOST;

	while (box->own.ground == COLOR_UNSET ||
	    box->own.ground == COLOR_CLEAR) {
		if (box == o->at || left-- == 0)
			return false;
		has_block |= is_block(box);
		is_aside |= box->own.is_aside ||
		    str_case_is(box->named.tag, "caption");
		box = around_of(o, box);
	}
	if (box == o->at || (box->tag->traits & TAG_PAGE) != 0)
		return false;
	if (is_block(box))
		is_loose = box->tag->depth == DEPTH_NONE &&
		    (o->has_unread_sizes || style_box_is_sized(&box->own.box));
	else
		is_loose = has_block || (box->own.display == STYLE_SHOWS &&
		    box->own.flow == STYLE_FLOW_NONE);
	return (is_loose || is_aside) &&
	    !color_is_lost(e->color, around_of(o, box)->ground);
}

void
html_open_settle(struct html_open *o, struct html_element *e)
{
	settle(e, around_of(o, e));
}

void
html_open_settle_from(struct html_open *o, size_t i)
{
	for (; i < o->n; i++)
		html_open_settle(o, &o->at[i]);
}

static void
show(struct html_open *o, struct html_element *e)
{
	style_keep_shown(&e->own);
	if (e->is_lost)
		e->own.color = COLOR_UNKNOWN;
	e->is_shut = false;
	html_open_settle(o, e);
}

void
html_open_undo(struct html_open *o, struct html_element *e)
{
	e->undoes = true;
	show(o, e);
}

/* It is no longer among those that are open. */
static inline void
uncount(struct html_open *o, const struct html_element *e)
{
	if (e->is_ended)
		return;
	o->foreign -= (e->tag->traits & TAG_FOREIGN) != 0;
	--*html_open_counted(o, e->tag, e->key);
	if (e->is_foreign)
		return;
	o->kin_count[e->tag->kin]--;
	o->level -= (e->tag->traits & TAG_KEEPS) != 0;
}

static inline void
gone(struct html_open *o, const struct html_element *e)
{
	uncount(o, e);
	o->gone(o->reader, e, false);
}

static bool
is_format(const struct html_element *e)
{
	return (e->tag->traits & TAG_FORMAT) != 0 && !e->is_foreign;
}

static bool
is_special(const struct html_element *e)
{
	return (e->tag->traits & TAG_SPECIAL) != 0 && !e->is_foreign;
}

static bool
is_doubted(const struct html_element *e, enum html_doubt why)
{
	if (why == HTML_DOUBT_ENDED && (is_format(e) || is_special(e)))
		return false;
	if (why == HTML_DOUBT_OPEN && (e->tag->traits & TAG_PAGE) == 0)
		return true;
	return html_open_hides(e) &&
	    (why != HTML_DOUBT_SHOWN || !e->is_gone);
}

/* Its ground is still the best guess of what lies behind what comes. */
static void
doubt(struct html_open *o, struct html_element *e)
{
	uint32_t ground = e->own.ground;

	show(o, e);
	if (ground == COLOR_UNSET || ground == COLOR_CLEAR)
		return;
	o->has_doubted_ground = true;
	e->own.ground = ground;
	html_open_settle(o, e);
}

/* Those that were doubted before are the outermost. */
void
html_open_doubt(struct html_open *o, enum html_doubt why)
{
	size_t i = o->n;

	o->is_known = false;
	while (i > 1 && (o->at[i - 1].doubted & why) == 0)
		o->at[--i].doubted |= (uint8_t)why;
	for (; i < o->n; i++) {
		struct html_element *e = &o->at[i];

		html_open_settle(o, e);
		if (is_doubted(e, why))
			doubt(o, e);
	}
}

static bool
may_show(const struct style *style)
{
	return style->display != STYLE_HIDES &&
	    (style->visibility == STYLE_SHOWS || style_has_size(style) ||
	    style->color != COLOR_UNSET || style->fill != COLOR_UNSET ||
	    style->ground != COLOR_UNSET || style->is_painted);
}

/* Behind the last one that is special, all from the i-th on. */
static size_t
special_end(const struct html_open *o, size_t i)
{
	size_t end = o->n;

	while (end > i && !is_special(&o->at[end - 1]))
		end--;
	return end;
}

static void
note_lift(struct html_open *o, struct html_element *e,
    const struct html_element *into)
{
	e->lift = html_lifts_note(&o->lifts, html_open_beside(o), e->lift,
	    (struct html_lift){ e->number, into->number });
}

/* Those in front of end that stand in an ordinary element that hides them, and
 * come out of it when formatting ends, the one in front of the i-th. */
static void
lift_hidden(struct html_open *o, size_t i, size_t end)
{
	const struct html_element *around = &o->at[i - 1];
	bool is_hidden = false;
	struct html_element copy;

	for (; i < end; i++) {
		struct html_element *e = &o->at[i];

		is_hidden |= !is_format(e) && !is_special(e) &&
		    html_open_hides(e) && !html_open_hides(e - 1);
		if (is_hidden && is_special(e)) {
			copy = *e;
			settle(&copy, around);
			is_hidden = false;
			if (!html_open_hides(&copy))
				note_lift(o, e, around);
		}
		if (!is_hidden)
			around = e;
	}
}

/* Formatting that would go on, which nobody keeps: what it shows again of what
 * is hidden around it is not told from the rest of that.  A link still has what
 * it goes on with. */
static void
lose(struct html_open *o, const struct html_element *e)
{
	size_t tag = html_tag_number(e->tag);

	o->is_known = false;
	o->is_lost_due |= may_show(&e->own);
	if (o->lost[tag] != UINT16_MAX) {
		o->lost[tag]++;
		if (e->own.ground != COLOR_UNSET &&
		    !color_is_lost(e->own.ground, o->at[0].ground)) {
			o->lost_ground[tag]++;
			o->lost_grounds++;
		}
	}
	o->gone(o->reader, e, e->tag->kin == KIN_A);
}

/* Half of those that are not nested, the outer ones.  What they hold besides the
 * others comes behind all of these, and then it is not known which of them it
 * is in. */
static void
forget(struct html_open *o)
{
	size_t i = HTML_OPEN_NESTED + 1, end = i + (o->n - i) / 2;
	struct html_element *first = &o->at[i];

	html_open_doubt(o, HTML_DOUBT_OPEN);
	o->forgotten += end - i;
	for (; i < end; i++) {
		if (!is_format(&o->at[i])) {
			gone(o, &o->at[i]);
			continue;
		}
		uncount(o, &o->at[i]);
		lose(o, &o->at[i]);
	}
	memmove(first, &o->at[end], (o->n - end) * sizeof(*first));
	o->n -= end - (size_t)(first - o->at);
	if (o->lost_in > o->n)
		o->lost_in = o->n;
}

bool
html_open_end_forgotten(struct html_open *o)
{
	if (o->forgotten == 0 || o->n > HTML_OPEN_NESTED + 1)
		return false;
	o->forgotten--;
	return true;
}

struct html_element *
html_open_new(struct html_open *o, const struct html_tag *tag,
    struct str name)
{
	static const struct html_named nothing;
	struct html_element *e;

	if (o->n == HTML_OPEN_MOST)
		forget(o);
	e = room_for_one(o);
	/* all but what html_open_settle works out */
	e->tag = tag;
	e->key = html_open_key(tag, name);
	e->named = nothing;
	e->named.tag = name;
	e->named.own.tags = html_mark_tag(name);
	e->own = (struct style){ .display = STYLE_UNSET };
	e->children = e->begin = e->lift = 0;
	e->youngest = NULL;
	e->is_quote = e->is_shut = e->is_implied = e->is_ended = false;
	e->undoes = false;
	e->doubted = 0;
	e->is_fostered = html_open_fosters(o) && tag->into == DEPTH_NONE;
	return e;
}

bool
html_open_may_lift(struct html_open *o, size_t i)
{
	size_t looks = (o->n - i) * HTML_LOOKS_LIFTED;

	if (o->looks <= looks) {
		html_open_doubt(o, HTML_DOUBT_OPEN);
		return false;
	}
	o->looks -= looks;
	return true;
}

bool
html_open_end_lost(struct html_open *o, const struct html_tag *tag)
{
	size_t number = html_tag_number(tag), i = o->n;
	size_t most = o->looks / HTML_LOOKS_LIFTED;

	if (o->lost[number] == 0)
		return false;
	if (o->lost_ground[number] == o->lost[number]--) {
		o->lost_ground[number]--;
		o->lost_grounds--;
	}
	while (i > 1 && o->n - i < most &&
	    (o->at[i - 1].tag->traits & TAG_SCOPE) == 0)
		i--;
	if (html_open_may_lift(o, i))
		lift_hidden(o, i, special_end(o, i));
	html_open_doubt(o, HTML_DOUBT_ENDED);
	return true;
}

/* Lost formatting ends with what it went on in, and goes on behind that. */
static inline void
closed_to(struct html_open *o, size_t n)
{
	o->n = n;
	if (n <= HTML_OPEN_NESTED)
		o->forgotten = 0;
	if (n < o->lost_in) {
		o->lost_in = 0;
		o->is_lost_due = true;
	}
}

/* Formatting, that is, and as much as there is room for; what is kept in by
 * what was never ended may go on much later. */
static void
set_aside(struct html_open *o, const struct html_element *e, bool is_kept)
{
	uncount(o, e);
	if (is_kept || o->n_aside == HTML_ASIDE_MOST || o->resumes == 0) {
		lose(o, e);
		return;
	}
	o->gone(o->reader, e, true);
	o->aside[o->n_aside++] = *e;
}

/* What was set aside goes with what kept it in, and a form that was ended with
 * the last that was open in it. */
static void
drop_rest(struct html_open *o)
{
	while (o->n_aside > 0 && o->aside[o->n_aside - 1].level > o->level)
		o->gone(o->reader, &o->aside[--o->n_aside], false);
	while (html_open_last(o)->is_ended) {
		gone(o, html_open_last(o));
		o->n--;
	}
}

void
html_open_close_last(struct html_open *o)
{
	gone(o, html_open_last(o));
	closed_to(o, o->n - 1);
	if (html_open_last(o)->is_ended)
		drop_rest(o);
}

/* Behind the last one from the i-th on that still keeps in what formatting
 * there is where a table around both ends: its own end tag did not come. */
static size_t
mark_end(const struct html_open *o, size_t i)
{
	const unsigned marks = TAG_KEEPS | TAG_TABLE;
	size_t end = o->n;

	while (end > i && ((o->at[end - 1].tag->traits & marks) != TAG_KEEPS ||
	    o->at[end - 1].is_foreign))
		end--;
	return end;
}

void
html_open_close_from(struct html_open *o, size_t i)
{
	bool is_first = is_format(&o->at[i]);
	unsigned around = o->at[i].tag->traits;
	size_t mark = mark_end(o, i);

	if (is_first)
		set_aside(o, &o->at[i], i < mark);
	for (size_t k = i + 1; k < o->n; k++) {
		if (is_format(&o->at[k]) && (around & TAG_KEEPS) == 0)
			set_aside(o, &o->at[k], k < mark);
		else
			gone(o, &o->at[k]);
		around |= o->at[k].tag->traits;
	}
	if (!is_first)
		gone(o, &o->at[i]);
	closed_to(o, i);
	if (o->n_aside != 0 || html_open_last(o)->is_ended)
		drop_rest(o);
}

/*
 * What the "adoption agency" of the standard comes to (13.2.6.4.7): what is
 * neither special nor formatting ends too.  Formatting stays where something
 * special is in it, and is set aside elsewhere.
 */
void
html_open_close_format(struct html_open *o, size_t i)
{
	size_t end = special_end(o, i + 1), n = i;
	bool is_fostered = o->at[i].is_fostered;

	lift_hidden(o, i + 1, end);
	for (size_t k = i + 1; k < o->n; k++) {
		const struct html_element *e = &o->at[k];

		if (k < end && (is_format(e) || is_special(e)))
			continue;
		if (is_format(e))
			set_aside(o, e, false);
		else
			gone(o, e);
	}
	gone(o, &o->at[i]);
	for (size_t k = i + 1; k < end; k++)
		if (is_format(&o->at[k]) || is_special(&o->at[k]))
			o->at[n++] = o->at[k];
	if (n > i)
		o->at[i].is_fostered = is_fostered;
	closed_to(o, n);
	html_open_settle_from(o, i);
	drop_rest(o);
}

bool
html_open_drop_aside(struct html_open *o, const struct html_tag *tag)
{
	for (size_t i = o->n_aside; i > 0; i--) {
		struct html_element *e = &o->aside[i - 1];

		if (e->level != o->level)
			return false;
		if (e->tag != tag)
			continue;
		o->gone(o->reader, e, false);
		o->n_aside--;
		memmove(e, e + 1, (o->n_aside - (i - 1)) * sizeof(*e));
		return true;
	}
	return false;
}

void
html_open_end_form(struct html_open *o, size_t i)
{
	uncount(o, &o->at[i]);
	o->at[i].is_ended = true;
	drop_rest(o);
}

void
html_open_resume(struct html_open *o)
{
	size_t first = o->n_aside;
	struct html_element *e;

	while (first > 0 && o->aside[first - 1].level == o->level)
		first--;
	for (size_t i = first; i < o->n_aside; i++) {
		if (o->n == HTML_OPEN_MOST || o->resumes == 0) {
			lose(o, &o->aside[i]);
			continue;
		}
		o->resumes--;
		e = room_for_one(o);
		*e = o->aside[i];
		e->doubted = 0;
		e->is_fostered = html_open_fosters(o);
		html_open_settle(o, e);
		html_open_push(o);
	}
	o->n_aside = first;
	if (!o->is_lost_due)
		return;
	o->is_lost_due = false;
	o->lost_in = o->n;
	html_open_doubt(o, HTML_DOUBT_SHOWN);
}
