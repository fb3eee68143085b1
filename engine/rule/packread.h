/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_PACKREAD_H
#define RULE_PACKREAD_H

/*
 * Shared by the readers of a pack's parts (pack.c, packgroup.c, ...): tables
 * of keys, and what a value of each type looks like.  Each reader reports
 * what is wrong and goes on; the pack is good when no error was counted.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/str.h"
#include "conf/diag.h"
#include "conf/node.h"
#include "rule/pack.h"

struct pack_reader {
	struct arena *arena;
	struct diags *diags;
	struct pack *pack;
	struct str path;        /* of the value in hand: "lure.subject" */
	struct str lang;        /* of texts that do not say */
	unsigned regexes;
	const struct group *full; /* told to have too many values */
	struct regex_room *room; /* of lints that try regexes, or NULL */
	struct shapes *shapes;  /* the reader is asked what it would take
	                           (shape.h); NULL: it reads */
	/* Read last, since they need what else is there. */
	const struct node *groups, *exceptions, *when, *score, *tests, *lists;
};

enum {
	KEY_CAMPAIGN = 1 << PACK_CAMPAIGN,
	KEY_BRANDS = 1 << PACK_BRANDS,
	KEY_LISTS = 1 << PACK_LISTS,
	KEY_LIBRARY = 1 << PACK_LIBRARY,
	KEY_ALL = 15,
	KEY_MUST_SHIFT = 4      /* the same four bits: must be there */
};

struct key {
	const char *name;
	void (*read)(struct pack_reader *r, const struct node *node, void *to);
	size_t offset;
	unsigned flags;         /* 0: allowed, need not be there */
};

/* The tables by name, for the manual and whoever else tells the format. */
struct key_table {
	const char *what;       /* of what they are the keys */
	const struct key *keys;
	size_t n;
};

extern const struct key_table pack_table;
extern const struct key_table seen_table;
extern const struct key_table related_table;
extern const struct key_table group_table;
extern const struct key_table item_table;
extern const struct key_table link_table;
extern const struct key_table score_table;
extern const struct key_table cap_table;
extern const struct key_table bonus_table;
extern const struct key_table brand_table;
extern const struct key_table vendor_table;
extern const struct key_table site_brand_table;
extern const struct key_table list_table;
extern const struct key_table test_table;
extern const struct key_table mail_table;
extern const struct key_table test_link_table;
extern const struct key_table test_file_table;
extern const struct key_table overlay_table;
extern const struct key_table overlay_pack_table;
extern const struct key_table overlay_all_table;

extern const struct key_table *const key_tables[];
extern const size_t n_key_tables;

/*
 * Reads the entries of a map by a table into the struct at to; what names
 * the map in messages ("group \"sender\""), "" is the pack itself.  Keys that
 * begin with "x-" are free.
 */
void keys_read(struct pack_reader *r, const struct node *map,
    const struct key_table *table, void *to, struct str what);

/* The names under "count" or "reputation"; NULL behind the last. */
const char *count_name(const struct field *field, size_t i);

/* Reads one entry; false: the table has no such key.  The nearest one goes
 * to *best for key_unknown. */
bool key_read(struct pack_reader *r, const struct node *node,
    const struct key_table *table, void *to, struct str *best);
void key_unknown(struct pack_reader *r, const struct node *node,
    struct str what, struct str best);

/* Sets the path for messages to outer.key; gives the old one back. */
struct str path_enter(struct pack_reader *r, struct str key);

/* "path: expected text, found a mapping", unless the type fits. */
bool expect_type(struct pack_reader *r, const struct node *node,
    enum node_type type);

bool refuse(struct pack_reader *r, const struct node *node, const char *code,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* A text, trimmed, not empty, at most 4,000 characters. */
bool text_of(struct pack_reader *r, const struct node *node, struct str *out);

/* One of few words; its number. */
bool choice_of(struct pack_reader *r, const struct node *node,
    const char *const *words, size_t n, int *out);

/* "2.5" as hundredths, 0 to most. */
bool points_of(struct pack_reader *r, const struct node *node, int32_t most,
    int32_t *out);

bool is_name(struct str s); /* a group or brand: [a-z][a-z0-9_]{0,31} */
bool is_slug(struct str s); /* an id */

/* For tables of keys; to points at what the name says. */
void read_text(struct pack_reader *r, const struct node *node, void *to);
void read_texts(struct pack_reader *r, const struct node *node, void *to);
void read_words(struct pack_reader *r, const struct node *node, void *to);
void read_say(struct pack_reader *r, const struct node *node, void *to);
void read_lang(struct pack_reader *r, const struct node *node, void *to);
void read_date(struct pack_reader *r, const struct node *node, void *to);
void read_bool(struct pack_reader *r, const struct node *node, void *to);
void read_free(struct pack_reader *r, const struct node *node, void *to);

/* {url, text}, or a URL as text. */
void read_advice(struct pack_reader *r, const struct node *node,
    struct str *url, struct say *text);

/* The parts of a pack; nodes may be NULL where there is nothing. */
void read_groups(struct pack_reader *r, const struct node *groups,
    const struct node *exceptions);
void read_brands(struct pack_reader *r, const struct node *node, void *to);
/* What a site adds to a brand: into a brand of its own. */
void read_site_brand(struct pack_reader *r, const struct node *node,
    struct brand *brand);
void read_tests(struct pack_reader *r, const struct node *node);
void read_lists(struct pack_reader *r, const struct node *node);
/* One value of a field: a pattern, or "list:feeds/openphish". */
bool value_pattern_read(struct pattern *out, struct pack_reader *r,
    const struct field *field, struct str text, struct mark mark);
/* "when" and "score", once the groups are there. */
void read_conditions(struct pack_reader *r);
/* The same conditions again, after groups were added at the end. */
void conditions_again(struct arena *a, struct pack *pack);

/* Brings the values of libraries; drops packs that name what is not there. */
bool packs_use(pack_list *packs, struct arena *a, struct diags *d);
/* Numbers the lists and finds those that values name; the same. */
bool packs_lists(pack_list *packs, struct arena *a, struct diags *d);

/* An object about one link, NULL after an error; properties that any value
 * may have go to *value. */
struct link_pattern *link_read(struct pack_reader *r, const struct node *node,
    struct value *value);

#endif
