/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_MATCHER_H
#define RULE_MATCHER_H

/*
 * Many regexes over one text, the text read once.  With Vectorscan one
 * database finds the candidates and PCRE2 confirms them and gives the exact
 * span; without it PCRE2 tries each.  Same results either way.
 *
 * A matcher is filled and compiled, or opened from the bytes of one that was:
 * these hold no pointers and can be mapped from a file.  PCRE2 reads a
 * pattern when it is a candidate for the first time; plain texts it never
 * reads.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"

struct arena;
struct err;
struct matcher;
struct regex_room;

struct match {
	uint32_t id;            /* as given to matcher_add */
	size_t begin, end;      /* in the text */
	size_t capture_begin;   /* of the first capture; both 0: none */
	size_t capture_end;
	uint32_t entry;         /* the matcher's own */
};

typedef VEC(struct match) match_list;

/* How to compile; zeroed will do. */
struct matcher_conf {
	struct str old;  /* bytes of an earlier one, to take what fits */
	bool is_folded;  /* texts are folded (mail/fold.h): no capitals */
	bool is_plain;   /* without Vectorscan: for few texts */
};

struct matcher *matcher_new(void);
void matcher_free(struct matcher *m);

/* Several matchers share a room (regex.h) and so the time of a message, which
 * its owner starts; alone a matcher gives each text its own. */
void matcher_share(struct matcher *m, struct regex_room *room);

/* regex is PCRE2, UTF; a name for messages ("pack/group: value"). */
void matcher_add(struct matcher *m, uint32_t id, struct str regex,
    bool is_caseless, struct str name);

/* Once, after the last add; conf may be NULL.  False: a regex does not
 * compile. */
bool matcher_compile(struct matcher *m, const struct matcher_conf *conf,
    struct err *e);

/* A compiled one as bytes, aligned to 64 wherever they are put. */
struct str matcher_bytes(const struct matcher *m);

/* The bytes must outlive it; what they say is checked. */
bool matcher_open(struct matcher **out, struct str bytes, struct err *e);

/*
 * Makes regexes ready ahead of their first use, those first that every text
 * is tried on, until the clock (base/clock.h) says so; gives their number.
 * What is left is made when it is needed.
 */
size_t matcher_warm(struct matcher *m, int64_t until_us);

size_t matcher_size(const struct matcher *m);

/* Whether all ids are below below. */
bool matcher_ids_below(const struct matcher *m, uint32_t below);

/* Adds the first match of each regex that matches; text is valid UTF-8, see
 * regex_text.
 * A match that ran into PCRE2's limits counts as none and is counted. */
void matcher_scan(struct matcher *m, struct str text, match_list *out,
    struct arena *a);

/* The same; those that ran into them, without a place, go to *cut. */
void matcher_scan_cut(struct matcher *m, struct str text, match_list *out,
    match_list *cut, struct arena *a);

/* Moves on to the next match of the same regex, begun behind the last one's
 * beginning; false when there is none. */
bool matcher_next(struct matcher *m, struct str text, struct match *match);

/* Matches cut short by PCRE2's limits so far. */
uint64_t matcher_limited(const struct matcher *m);

#endif
