/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_PACK_H
#define RULE_PACK_H

/*
 * A rule pack as its author wrote it, checked and typed: what happened (a
 * campaign), who may be imitated (brands).  Read from YAML by pack_read;
 * never written again.  Points are hundredths throughout, days are numbers
 * (base/clock.h), texts are UTF-8.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/vec.h"
#include "conf/diag.h"
#include "rule/condition.h"
#include "rule/field.h"
#include "rule/pattern.h"

enum pack_kind { PACK_CAMPAIGN, PACK_BRANDS, PACK_LISTS, PACK_LIBRARY,
	PACK_KINDS };
enum pack_status { PACK_TEST, PACK_DRAFT, PACK_STABLE, PACK_RETIRED };
enum pack_mode { PACK_OBSERVE, PACK_SCORE };
enum pack_severity { SEVERITY_INFO, SEVERITY_LOW, SEVERITY_MEDIUM,
	SEVERITY_HIGH, SEVERITY_CRITICAL };
enum pack_confidence { CONFIDENCE_NONE, CONFIDENCE_LOW, CONFIDENCE_MEDIUM,
	CONFIDENCE_HIGH };

typedef VEC(struct str) str_list;

/* One text in several languages. */
struct say_text {
	struct str lang; /* "ja" */
	struct str text;
};

struct say {
	VEC(struct say_text) texts;
};

/* The text in a language, else in English, else the first; "" for none. */
struct str say_in(const struct say *s, struct str lang);

struct range {
	int64_t first, last;
};

struct same_pair; /* rule/same.h */

/* An object about one link: all its keys hold for the same link. */
struct link_pattern {
	bool has_text, has_scheme, has_path, has_query, has_mismatch;
	bool is_mismatch; /* the shown host differs from the target's */
	struct pattern text, scheme, path, query;
	VEC(struct pattern) hosts;
	VEC(struct pattern) domains;
	struct link_pattern *none; /* "not", or NULL */
};

/* One value of a group: an indicator. */
struct value {
	const struct field *field;
	struct str text;       /* as written */
	struct mark mark;
	struct pattern pattern;
	struct link_pattern *link; /* for an object about a link */
	struct str header;     /* field "header": the name of the field */
	uint32_t fact;         /* fields "auth" and "count": which fact */
	const struct same_pair *pair; /* field "same" */
	const struct pack *library; /* that the value was taken from, or NULL */
	int32_t expires;       /* day, or DAY_NONE */
	bool is_spoofed;       /* an innocent party's name */
	bool is_hacked_site;   /* the host alone never fires the group */
	struct str note;
	struct str source;     /* provenance, or "" */
	struct str seen;
};

/* A group of a library, named by one that wants its values. */
struct use {
	struct str library;
	struct str group;
	struct mark mark;
};

struct group {
	struct str name;
	struct mark mark;
	VEC(struct value) values;
	uint32_t want;         /* how many values must hit */
	int32_t points;        /* when the group matches */
	int32_t more;          /* for each hit beyond want */
	int32_t cap;           /* ceiling, or INT32_MAX */
	int32_t expires;
	struct say say;        /* empty: the field's default */
	struct str note;
	struct str source;     /* of values that name none */
	struct str seen;
	VEC(struct use) uses;  /* groups of libraries, until packs_load has
	                          brought their values */
	bool wants_all;        /* want is as many as there are values */
	bool says_want;        /* its author did */
	bool is_exception;
	bool is_disabled;      /* by the site's overlay */
};

struct cap {
	VEC(uint32_t) of;      /* groups */
	int32_t most;
};

struct bonus {
	struct condition *condition;
	struct str text;       /* the condition as written */
	int32_t points;
	struct say say;
};

struct vendor {
	struct str domain;     /* and below; or "" */
	struct str from;       /* one address; or "" */
};

enum brand_basis { BASIS_OFFICIAL, BASIS_SECONDARY, BASIS_UNVERIFIED };

struct brand {
	struct str id;         /* "kagoya" */
	struct str name;
	str_list names;
	str_list tokens;
	str_list not_tokens;
	str_list official;
	str_list related;
	str_list customer_space; /* "=host" is exactly that host */
	str_list never_sends;
	VEC(struct vendor) vendors;
	str_list countries;
	VEC(int64_t) asns;
	str_list phones;
	enum brand_basis basis;
	struct str source;
	struct str advice_url; /* the brand's own page about such mail */
	struct say advice;
	int32_t points;        /* of a strong sign */
	struct mark mark;
};

/* A test inside a pack (pack-format 2.12). */
struct pack_test_link {
	struct str text, href;
};

struct pack_test_header {
	struct str name, value;
};

struct pack_test_file {
	struct str name;
	struct str type;       /* declared; "" for application/octet-stream */
	struct str bytes;
};

struct pack_test {
	struct str name;
	struct mark mark;
	bool expects_match;
	int32_t at;            /* day to pretend, or DAY_NONE: seen.last */
	struct str brand;      /* brands packs: which one is meant */
	str_list vary;
	str_list evidence;
	str_list not_evidence;
	struct range points;   /* what the score must be */
	bool has_points;
	struct str eml;        /* a file instead of the fields below */
	bool refang;           /* undo defanging in the fields (default) */
	struct str from, to, mail_from, reply_to, subject, body, html;
	struct str ip, rdns, helo;
	struct str auth[4];    /* by enum auth_method, "" for unknown */
	VEC(struct pack_test_link) links;
	VEC(struct pack_test_header) headers;
	VEC(struct pack_test_file) files;
};

struct pack {
	struct str file;
	struct str yaml;       /* its text, for messages about places in it */
	struct mark id_mark, brand_mark;
	enum pack_kind kind;
	struct str id;
	struct str symbol;     /* id in upper-case ASCII with _ */
	struct say title;
	struct say say;
	int64_t revision;
	enum pack_status status;
	enum pack_mode mode;
	int32_t created, updated, expires, review_by, seen_first, seen_last;
	enum pack_severity severity;
	enum pack_confidence confidence;
	struct str tlp;
	struct str lang;
	struct str author;
	struct str family;
	str_list references;
	str_list tags;
	str_list false_positives;
	struct say facts;      /* of the report, not to be matched */
	struct str advice_url;
	struct say advice;
	struct str brand;      /* id, or "" */
	VEC(struct group) groups; /* exceptions behind the others */
	size_t n_groups;       /* without the exceptions */
	struct condition *when;
	struct str when_text;
	str_list names; /* of groups, exceptions, brand facts: the
	                          numbers of when */
	int32_t cap;           /* ceiling of the pack */
	bool is_unconfirmed;   /* a machine wrote it, nobody vouches for it */
	bool is_disabled;      /* by the site's overlay */
	bool is_site;          /* made of an overlay: its groups silence all
	                          other packs */
	struct str site_of;    /* or the brands of this one alone */
	bool has_site_mode;    /* mode is an overlay's */
	int32_t own_cap;       /* as the pack itself says */
	int32_t own_expires;
	VEC(struct cap) caps;
	VEC(struct bonus) bonuses;
	VEC(struct brand) brands;
	VEC(struct list_conf *) lists;
	VEC(struct pack_test) tests;
};

typedef VEC(struct pack *) pack_list;

/* Facts about the pack's brand that when may name, behind the groups. */
enum brand_fact {
	BRAND_CLAIMED,
	BRAND_OFFSITE_LINK,
	BRAND_IN_URL,
	BRAND_FORGED_FROM,
	BRAND_NEVER_SENDS,
	BRAND_HELO_FORGED,
	BRAND_AUTHENTIC,
	BRAND_LOOKALIKE,
	BRAND_FACTS
};

extern const char *const pack_kind_names[PACK_KINDS];
extern const char *const brand_fact_names[BRAND_FACTS];

/*
 * Reads one pack.  What is wrong goes to d (all of it, up to the limit);
 * false when there was an error, and then there is no pack.
 */
bool pack_read(struct pack **out, struct arena *a, struct str file,
    struct str yaml, struct diags *d);

/*
 * Reads every *.pack.yaml and *.overlay.yaml below each path, or a file
 * itself, and does what only packs together can: groups of libraries come to
 * those who use them, overlays are laid over; ids used twice, brands and
 * libraries that are not there are told.
 * Packs that are fine are added even when others are not; false then.
 */
bool packs_load(pack_list *out, struct arena *a, const struct str *paths,
    size_t n_paths, struct diags *d);

/* The same, telling now and then how many files were read. */
struct packs_paths {
	const struct str *at;
	size_t n;
};

struct packs_watch {
	void (*on_file)(void *client, size_t done, size_t of);
	void *client;
};

bool packs_load_watched(pack_list *out, struct arena *a,
    const struct packs_paths *paths, const struct packs_watch *watch,
    struct diags *d);

/* The brands of all packs, one after another; NULL is the end. */
struct brand_walk {
	const pack_list *packs;
	size_t pack, brand;    /* the next one */
};

const struct brand *brand_walk_next(struct brand_walk *w);

/* The host is an official domain of the brand, or below one. */
bool brand_owns(const struct brand *b, struct str host);

/* The brand with this id in any of the packs, or NULL. */
const struct brand *packs_brand(const pack_list *packs, struct str id);

/* The brands of all packs, one after another; NULL is the end. */
struct packs_brands {
	const pack_list *packs;
	size_t pack, brand;    /* the next one */
};

const struct brand *packs_next_brand(struct packs_brands *at);

/* The id of a brand that this one may have been meant to be, or "". */
struct str packs_suggest_brand(const pack_list *packs, struct str id);

/* The host is an official domain of the brand, or below one. */
bool brand_owns(const struct brand *b, struct str host);

/* What a pack is on a day: the table of pack-format 2.7. */
enum pack_effect { EFFECT_NONE, EFFECT_OBSERVE, EFFECT_SCORE };
enum pack_effect pack_effect_on(const struct pack *p, int32_t day);

#endif
