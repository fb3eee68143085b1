/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_NOTE_H
#define RULE_NOTE_H

/*
 * What an explanation says beside the points: things about a message that a
 * person wants to know and that are worth nothing by themselves.  Each has a
 * stable code, a section of the explanation, and its words in Japanese and
 * English (notetext.c).
 */

#include <stdbool.h>

#include "base/str.h"
#include "base/vec.h"
#include "rule/fact.h"
#include "rule/quote.h"
#include "rule/verdict.h"

struct json;
struct message;
struct wording;

/* In the order in which reports go through a mail. */
enum section {
	SECTION_BASICS,
	SECTION_SENDER,
	SECTION_ROUTE,
	SECTION_LINKS,
	SECTION_SITE,
	SECTION_TEXT,
	SECTION_OTHERS,
	SECTION_VERDICT,
	SECTION_ADVICE,
	SECTIONS
};

enum lang { LANG_JA, LANG_EN, LANGS };

/* Anything that is not "en" is answered in Japanese. */
enum lang lang_of(struct str name);

enum note_code {
	NOTE_SUBJECT_TAG,
	NOTE_DATE_RECEIVED,
	NOTE_CHARSET_GUESSED,
	NOTE_MIME_DAMAGED,
	NOTE_FROM_CLAIMS,
	NOTE_FROM_ODD_QUOTES,
	NOTE_FROM_ROLE,
	NOTE_FROM_RANDOM,
	NOTE_FROM_CUSTOMER,
	NOTE_FROM_NEVER_SENDS,
	NOTE_FROM_FORGED,
	NOTE_FROM_UNKNOWN_AUTH,
	NOTE_FROM_AUTHENTIC,
	NOTE_FROM_BYSTANDER,
	NOTE_ENVELOPE_DIFFERS,
	NOTE_ENVELOPE_EMPTY,
	NOTE_REPLY_TO_DIFFERS,
	NOTE_AUTH_RESULTS,
	NOTE_AUTH_UNKNOWN,
	NOTE_AUTH_RECORD,
	NOTE_AUTH_OVERRIDE,
	NOTE_AUTH_ARC,
	NOTE_ROUTE_PEER,
	NOTE_ROUTE_UNKNOWN,
	NOTE_ROUTE_HIDDEN,
	NOTE_ROUTE_INSIDE,
	NOTE_ROUTE_NETWORK,
	NOTE_ROUTE_ABROAD,
	NOTE_HELO_SINGLE_LABEL,
	NOTE_HELO_LITERAL,
	NOTE_HELO_INVALID,
	NOTE_HELO_GENERIC,
	NOTE_HELO_IS_FROM,
	NOTE_HELO_BRAND,
	NOTE_RDNS_NONE,
	NOTE_RDNS_GENERIC,
	NOTE_RDNS_DYNAMIC,
	NOTE_RDNS_UNKNOWN,
	NOTE_RDNS_DIFFERS,
	NOTE_LINK_SAME_TARGET,
	NOTE_LINK_REPEATED,
	NOTE_LINK_CHAIN,
	NOTE_LINK_RCPT,
	NOTE_LINK_SPLIT,
	NOTE_LINK_DIRECTORY,
	NOTE_LINK_SHOWN,
	NOTE_LINK_GENUINE,
	NOTE_LINK_PLAIN_HTTP,
	NOTE_LINK_WORDPRESS,
	NOTE_LINK_CCTLD,
	NOTE_FROM_AGE,
	NOTE_LINK_AGE,
	NOTE_LINK_VERDICT,
	NOTE_LISTED,
	NOTE_LINK_NETWORK,
	NOTE_LINK_MACHINE,
	NOTE_LINK_COUNTRIES,
	NOTE_LINK_DEFANGED,
	NOTE_LINK_NONE,
	NOTE_TEXT_ONLY,
	NOTE_TEXT_SUBJECT_IN_BODY,
	NOTE_TEXT_CLAIM,
	NOTE_TEXT_BRANDS,
	NOTE_TEXT_PHONE,
	NOTE_TEXT_HIDDEN,
	NOTE_TEXT_UNHIDDEN,
	NOTE_TEXT_REPORT,
	NOTE_TEXT_WARNING,
	NOTE_TEXT_QUOTED,
	NOTE_CAMPAIGN_AGE,
	NOTE_CAMPAIGN_OBSERVED,
	NOTE_CAMPAIGN_BEATEN,
	NOTE_GROUP_EXPIRED,
	NOTE_LIST_OLD,
	NOTE_VERDICT_UNKNOWN,
	NOTE_VERDICT_UNDECIDED,
	NOTE_VERDICT_DEGRADED,
	NOTE_VERDICT_SILENCED,
	NOTE_VERDICT_SILENCED_ALL,
	NOTE_VERDICT_AUTHENTIC,
	NOTE_LIMIT,
	NOTE_LIMIT_REGEX,
	NOTE_MASKED,
	NOTE_ADVICE_OFFICIAL,
	NOTE_ADVICE_NEVER,
	NOTE_ADVICE_PAGE,
	NOTE_ADVICE_TEXT,
	NOTES
};

enum { NOTE_ARGS = 5 };

struct note {
	enum note_code code;
	struct str args[LANGS][NOTE_ARGS]; /* fit to be shown */
	struct place place;
};

typedef VEC(struct note) note_list;

struct note_text {
	const char *code; /* "helo.single_label" */
	enum section section;
	const char *text[LANGS];
};

extern const struct note_text note_texts[NOTES];
extern const char *const section_names[SECTIONS];
extern const char *const section_titles[SECTIONS][LANGS];

/* Words for signs, caps and the rest of a verdict's lines. */
extern const char *const sign_texts[SIGNS][LANGS];
extern const char *const line_texts[LINES][LANGS];
extern const char *const quote_mark_texts[QUOTE_MARKS][LANGS];
extern const char *const action_texts[ACTIONS][LANGS];
extern const char *const severity_texts[][LANGS];
extern const char *const confidence_texts[][LANGS];

/* Of some sections there is nothing to show without notes. */
bool section_is_shown(const note_list *notes, enum section section);

void notes_collect(note_list *out, struct wording *w,
    const struct verdict *v, const struct facts *facts,
    const struct message *m);

/* The sentence of a note. */
struct str note_say(struct arena *a, const struct note *n, enum lang lang);
/* The same as a string of JSON. */
void note_put(struct json *j, struct arena *a, const struct note *n,
    enum lang lang);

/* What a line of the verdict says: the pack's own words where it has some,
 * with what was found in them. */
struct str line_say(struct wording *w, const struct verdict *v,
    const struct verdict_line *line, enum lang lang);

/* What stands in front of it. */
struct str line_label(const struct verdict_line *line);

/* The name of a campaign or brand, and where a value stands, in words. */
struct str campaign_title(const struct campaign *c, enum lang lang);
struct str place_say(struct arena *a, const struct place *p,
    const struct message *m, enum lang lang);

/* The indicator as its pack or list has it; "" for what the evidence itself
 * says: "is:" and the like only tell where it may stand. */
struct str indicator_say(struct wording *w, const struct evidence *e,
    enum lang lang);

/* "list:feeds/hosts: bad[.]example (line 7, as of 2026-02-09)", and what the
 * row says. */
struct str list_hit_say(struct wording *w, const struct list_hit *l,
    enum lang lang);

/* "jp-sample r3 (2026-02-13), until 2026-08-13". */
struct str pack_say(struct arena *a, const struct pack *p, enum lang lang);

/* Where an indicator comes from and when it was seen: its own, else its
 * brand's or pack's; "" when none says so. */
struct str evidence_source(const struct campaign *c,
    const struct evidence *e);
struct str evidence_seen(struct arena *a, const struct campaign *c,
    const struct evidence *e);

/* Used by the files of the sections: notesender.c, noteroute.c and so on. */
struct note_job {
	note_list *out;
	struct wording *wording;
	struct arena *arena;
	const struct verdict *verdict;
	const struct facts *facts;
	const struct message *message;
};

/* Adds a note whose arguments are the same in every language. */
struct note *note_add(struct note_job *j, enum note_code code,
    struct place place, const struct str *args, size_t n);

#define NOTE_ADD(j, code, place, ...)                                 \
	note_add((j), (code), (place),                                \
	    (const struct str[]){ __VA_ARGS__ },                      \
	    nitems(((const struct str[]){ __VA_ARGS__ })))

/* Fit to be shown: nothing in it acts or hides. */
struct str note_show(struct note_job *j, struct str s);
/* A host against names as a brand lists them: "=name" for itself alone. */
bool note_is_below_any(struct str host, const struct str *at, size_t n);
struct str note_number(struct note_job *j, int64_t n);

/* "a, b, ...": of many only the first so many. */
enum { NOTE_NAMES_MOST = 16 };

struct str note_names(struct note_job *j, const struct str *at, size_t n);

/* The first value of a fact that is known, or NULL. */
const struct fact_value *note_fact(const struct note_job *j, uint32_t id);
/* Its text, or "". */
struct str note_fact_text(const struct note_job *j, uint32_t id);
/* Is it known and true? */
bool note_is_set(const struct note_job *j, uint32_t id);

/* An argument of a note that differs by language. */
void note_set_words(struct note *note, size_t arg, const char *ja,
    const char *en);

void notes_about_sender(struct note_job *j);
void notes_about_route(struct note_job *j);
void notes_about_text(struct note_job *j);
void notes_about_records(struct note_job *j);
void notes_about_networks(struct note_job *j);
void notes_about_links(struct note_job *j);
void notes_about_verdict(struct note_job *j);

#endif
