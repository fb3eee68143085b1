/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLOPEN_H
#define MAIL_HTMLOPEN_H

/*
 * The open elements of a page, in place of a tree.  Bold or a link that was
 * not closed is set aside where what it was opened in ends, and opened anew by
 * the next text (WHATWG HTML 13.2.4.3).  What no table may hold stands in
 * front of it, not in it.  Which tags end what says htmlnest.h.
 *
 * The first element is the page itself, which nothing closes.  Few pages need
 * more than HTML_OPEN_FIRST.  Where they are too many, the outer ones of those
 * that stand side by side are forgotten: they hide nothing in the others.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "mail/htmllift.h"
#include "mail/htmlselector.h"
#include "mail/htmlstyle.h"
#include "mail/htmltag.h"

struct arena;

enum {
	HTML_OPEN_APART = 64, /* counts of elements without a meaning; a
	                         power of two */
	HTML_OPEN_FIRST = 32,
	HTML_OPEN_NESTED = 513, /* as deep as browsers nest: what is opened
	                           farther in stands beside the last of them */
	HTML_OPEN_MOST = 1024,
	HTML_ASIDE_MOST = 16,
	HTML_RESUMES_MOST = 16384, /* in a page: a few in each block */
	HTML_LOOKS = 16, /* at open elements, for each tag of a page */
	HTML_LOOKS_LIFTED = 16, /* is one that is lifted out worth */
	HTML_LOOKS_FIRST = 8192,
	HTML_LOOKS_MOST = 65536, /* that are kept for others */
	HTML_TURNS_MOST = 4 /* each goes over its text once more */
};

struct html_element {
	const struct html_tag *tag;
	struct html_named named;
	uint32_t key; /* of the tag */
	uint32_t children; /* begun so far */
	const struct html_named *youngest; /* of them, where a sheet asks */
	struct style own;
	bool is_gone, is_invisible, is_tiny, is_pre; /* with all around it */
	bool is_moved; /* gone, and seen where styles are stripped */
	bool is_lost; /* in the colour of its ground, if both are known */
	bool is_painted;  /* by more than its colour */
	bool is_filled;   /* in one that goes before its colour */
	uint32_t color, ground;                      /* of the text in it */
	uint32_t size; /* of its letters, in thousandths of a pixel */
	bool is_quote;
	bool is_reading;  /* small above the text, which goes on behind it */
	bool is_right;    /* text runs to the left */
	bool is_turned;   /* and is forced to */
	bool turns;       /* as what is around it is not, or the reverse */
	uint8_t turned;   /* how often that is so, with all around it */
	uint32_t begin;   /* of its text, among what is visible */
	uint32_t number;  /* of all that were opened */
	uint32_t lift;    /* as html_lifts_of has it */
	bool is_shut;     /* details that show their summary alone */
	bool is_gone_shut; /* gone as that summary is */
	bool is_fostered; /* in front of the table that it was written in */
	bool undoes;      /* it hid all in it, and does no longer */
	bool is_undone;   /* it does, or something around it */
	bool is_implied;  /* nobody wrote its tag */
	bool is_ended;    /* a form: its end tag ends nothing inside */
	bool is_foreign;  /* around it is SVG or MathML: it is none of HTML's,
	                     whatever its name */
	uint16_t level;   /* how many are around it that keep bold in */
	uint8_t doubted;  /* enum html_doubt, as bits: it no longer hides */
};

/* Why it is not known that what is open hides.  What is opened later hides
 * for all that. */
enum html_doubt {
	HTML_DOUBT_SHOWN = 1, /* formatting in it, that nobody kept, may show
	                         what is not gone */
	HTML_DOUBT_ENDED = 2, /* the end of such formatting may have ended it,
	                         if it is ordinary */
	HTML_DOUBT_OPEN = 4   /* it was not looked for far enough */
};

/* Told of each element that is closed, still with all it holds; or that is
 * set aside, or is a link for which there was no room there. */
typedef void (*html_open_gone)(void *reader, const struct html_element *e,
    bool is_aside);

struct html_open {
	struct html_element *at;
	size_t n;
	size_t room;
	size_t forgotten;     /* of those that are not nested */
	size_t foreign;       /* open SVG and MathML */
	struct arena *beside; /* holds them where they are many, and texts
	                         for a while; nothing kept points there */
	html_open_gone gone;
	void *reader;
	/* by tag, those without a meaning by their key; and by kin, those of
	 * HTML alone */
	uint16_t count[HTML_TAGS_MOST + HTML_OPEN_APART];
	uint16_t kin_count[KINS];
	uint16_t level;       /* of what is opened next */
	bool has_form;        /* begun and not ended */
	size_t n_aside;
	struct html_element *aside;
	size_t resumes;       /* that are left, of one element each */
	size_t looks;         /* that are left */
	bool is_known;        /* what is open: nothing was left out for want
	                         of room, of resumes or of looks */
	bool is_lost_due;     /* formatting that was lost and may show what is
	                         hidden goes on with the next text */
	size_t lost_in;       /* it went on in so many elements */
	uint16_t lost[HTML_TAGS_MOST]; /* by tag */
	uint16_t lost_ground[HTML_TAGS_MOST]; /* that may be the ground of what
	                                         comes */
	uint32_t lost_grounds; /* of all tags */
	bool has_doubted_ground; /* of what may have ended */
	uint32_t opened;      /* so far */
	struct html_lifts lifts;
	bool has_unread_colors; /* a sheet tells more of them than was read */
	bool has_unread_sizes;  /* the same of boxes */
};

/* first has room for HTML_OPEN_FIRST and HTML_ASIDE_MOST. */
void html_open_init(struct html_open *o, struct html_element *first);

/* Back to the page alone. */
void html_open_empty(struct html_open *o);

/* The same, with all known that the page before lifts: it comes once more. */
void html_open_again(struct html_open *o);
void html_open_release(struct html_open *o);
struct arena *html_open_beside(struct html_open *o);

static inline struct html_element *
html_open_last(const struct html_open *o)
{
	return &o->at[o->n - 1];
}

/* What one stands in that is open, or the next to be. */
static inline struct html_element *
html_open_parent(const struct html_open *o, const struct html_element *e)
{
	size_t i = (size_t)(e - o->at);

	return &o->at[i > HTML_OPEN_NESTED ? HTML_OPEN_NESTED - 1 : i - 1];
}

/* Another child begins in what is open. */
static inline void
html_open_add_child(struct html_open *o)
{
	html_open_parent(o, &o->at[o->n])->children++;
}

/* How many elements of a tag that has a meaning are open. */
static inline size_t
html_open_count(const struct html_open *o, const struct html_tag *tag)
{
	return o->count[html_tag_number(tag)];
}

/* Of a tag without a meaning: the same for one name in any case, and not for
 * most others. */
static inline uint32_t
html_open_key(const struct html_tag *tag, struct str name)
{
	return name.n == 0 || tag->name[0] != '\0' ? 0 :
	    (uint32_t)(name.n & 0xffff) << 16 |
	    (uint32_t)(unsigned char)ascii_lower(name.p[0]) << 8 |
	    (unsigned char)ascii_lower(name.p[name.n - 1]);
}

/* How many are open of a tag and of what html_open_key gave for it. */
static inline uint16_t *
html_open_counted(struct html_open *o, const struct html_tag *tag,
    uint32_t key)
{
	uint32_t mixed = key ^ key >> 8 ^ key >> 16;

	return &o->count[tag->name[0] != '\0' ? html_tag_number(tag) :
	    HTML_TAGS_MOST + (mixed & (HTML_OPEN_APART - 1))];
}

/* Room for one more, which is filled in and then pushed. */
struct html_element *html_open_new(struct html_open *o,
    const struct html_tag *tag, struct str name);
void html_open_push(struct html_open *o);

/* What stands right in a table, a group of rows or a row stands in front of
 * the table instead (WHATWG HTML 13.2.6.1). */
static inline bool
html_open_fosters(const struct html_open *o)
{
	const struct html_element *last = html_open_last(o);
	enum html_depth depth = last->tag->depth;

	return depth != DEPTH_NONE && depth != DEPTH_CELL && !last->is_foreign;
}

/* Text in it is not seen, by what is known of it and of all around it. */
static inline bool
html_open_hides(const struct html_element *e)
{
	return e->is_gone || e->is_invisible || e->is_tiny ||
	    (e->is_lost && !e->is_painted);
}

/* Of one that is lost: in a ground that may not lie behind it. */
bool html_open_is_loose(const struct html_open *o,
    const struct html_element *e);

/* The same where styles are stripped, where text stands outside of the ground
 * around it, and where what is not known of colours shows it. */
static inline bool
html_open_hides_surely(const struct html_open *o,
    const struct html_element *e)
{
	return (e->is_gone && !e->is_moved) || e->is_tiny ||
	    (e->is_lost && !e->is_painted && !o->has_unread_colors &&
	    !o->has_doubted_ground && o->lost_grounds == 0 &&
	    !html_open_is_loose(o, e));
}

/* What is around the table that the i-th is in. */
struct html_element *html_open_foster(const struct html_open *o, size_t i);

/* What text is in. */
static inline struct html_element *
html_open_place(const struct html_open *o)
{
	return html_open_fosters(o) ? html_open_foster(o, o->n - 1) :
	    html_open_last(o);
}

/* How the element is shown, from what surrounds it. */
void html_open_settle(struct html_open *o, struct html_element *e);

/* The same of all from the i-th on. */
void html_open_settle_from(struct html_open *o, size_t i);

/* Formatting ends, and what stands in it from i on is lifted out and shown
 * anew, for HTML_LOOKS_LIFTED looks each.  False: there are none left, and what is open is in
 * doubt. */
bool html_open_may_lift(struct html_open *o, size_t i);

/* What hides no longer does; what is opened in it may. */
void html_open_undo(struct html_open *o, struct html_element *e);

/* Closes the innermost, which is not the page; nothing is set aside. */
void html_open_close_last(struct html_open *o);

/* Closes the i-th and all inside it.  Formatting is set aside, unless what is
 * closed keeps it in. */
void html_open_close_from(struct html_open *o, size_t i);

/* Closes formatting, the i-th: what is special in it stays open. */
void html_open_close_format(struct html_open *o, size_t i);

/* Closes what was set aside of a tag; false when there is none. */
bool html_open_drop_aside(struct html_open *o, const struct html_tag *tag);

/* Ends a form, the i-th, which stays around what is open in it. */
void html_open_end_form(struct html_open *o, size_t i);

/* An end tag of one that was forgotten; false when it is none. */
bool html_open_end_forgotten(struct html_open *o);

/* Elements that are open are no longer taken to hide what is in them. */
void html_open_doubt(struct html_open *o, enum html_doubt why);

/* An end tag of formatting that nobody kept; false when there is none. */
bool html_open_end_lost(struct html_open *o, const struct html_tag *tag);

/* Formatting goes on with the next text. */
static inline bool
html_open_is_due(const struct html_open *o)
{
	return o->n_aside != 0 || o->is_lost_due;
}

/* Opens anew what was set aside. */
void html_open_resume(struct html_open *o);

#endif
