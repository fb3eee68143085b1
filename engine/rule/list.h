/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_LIST_H
#define RULE_LIST_H

/*
 * One version of an external list (pack-format 2.10): a feed of hosts, URLs,
 * addresses or hashes that packs name instead of holding its values.  Read
 * from text or CSV into a table (listtable.h), frozen, then only looked into;
 * the cost of a look-up does not depend on how many rows there are.  A changed
 * file makes a new version; who uses the old one keeps it.
 *
 * A version can be kept as an image (image.h) that many processes map: known
 * by the bytes of the file and by how they were read, so that it is found
 * again wherever the same file is.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"
#include "base/vec.h"
#include "conf/diag.h"
#include "rule/listread.h"
#include "rule/listtable.h"
#include "rule/matcher.h"

struct arena;
struct err;
struct fact_value;
struct list;
struct pack;

enum list_type {
	LIST_DOMAIN,  /* this name and everything below it */
	LIST_HOST,    /* exactly this host, a leading www. ignored */
	LIST_URL,     /* exact, without its query, or a front of its path */
	LIST_IP,      /* addresses, networks and ranges */
	LIST_EMAIL,   /* "a@b.example", "@b.example": any name there */
	LIST_SHA256,
	LIST_PHRASE,  /* stands anywhere in a text, folded */
	LIST_TYPES
};

extern const char *const list_type_names[LIST_TYPES];

/* What a pack says about a list of its own. */
struct list_conf {
	struct str id;          /* "feeds/openphish" */
	struct str path;
	enum list_type type;
	enum list_format format;
	struct str column;      /* of a CSV: name, or number from 1 */
	bool skip_header;
	int64_t max_age;        /* seconds; 0: any age */
	int64_t max_rows;
	struct str sha256;      /* the file must be this one; or "" */
	const struct pack *pack;
	struct mark mark;
	uint32_t number;        /* among the lists of all packs */
};

enum {
	LIST_ROWS_DEFAULT = 2000000,
	LIST_ROWS_MOST = 20000000,
	LIST_PHRASES_MOST = 20000, /* they are compiled */
	LIST_BAD_TOLD = 20
};

/* A row that is no value of the list's type. */
struct list_bad {
	uint32_t line;
	struct str text;        /* at most 80 bytes of it */
};

/* What reading a file gave. */
struct list_report {
	uint64_t rows;          /* taken */
	uint64_t bad;
	VEC(struct list_bad) first_bad;
};

/* What a version is read from. */
struct list_source {
	const struct list_conf *conf;
	struct str text;
	struct list *before;    /* a version to go on from; NULL: there is none */
};

/*
 * Reads all rows.  More than one in a hundred that do not parse, more than
 * max_rows, or the wrong SHA-256 fails: a half of a list must not serve in
 * silence.  The report's texts live in a.
 *
 * Where the text goes on from the version before, only what is behind is
 * read, and the new version holds the one before: the same is found, the same
 * is refused, at the cost of the rows added.
 */
bool list_read(struct list **out, struct arena *a,
    const struct list_source *from, struct list_report *report,
    struct err *e);

/* Whether the text is a large one that has been read before, with some rows
 * more at its end. */
bool list_goes_on(const struct list_source *from);

struct list *list_hold(struct list *list);
void list_drop(struct list *list);

uint64_t list_rows(const struct list *list);
uint64_t list_bad_rows(const struct list *list);

/* Whether the text is the one that the pack asks for, if it asks. */
bool list_is_pinned(const struct list_conf *conf, struct str text,
    struct err *e);

enum { LIST_SUM = 49 };

/* Tells one version from another: of the text, and of all that reading it
 * goes by. */
void list_sum(char sum[static LIST_SUM], const struct list_conf *conf,
    struct str text);
bool list_has_sum(const struct list *list, const char *sum);

/* As an image in a file, which is replaced whole or not at all; and from
 * one, if it is sound and has this sum. */
bool list_save(const struct list *list, const char *path, struct err *e);
bool list_open(struct list **out, const char *path, const char *sum,
    struct err *e);

/* Whether the list holds the value of a fact, on a day.  The row's texts live
 * as long as the list. */
bool list_find(const struct list *list, const struct fact_value *value,
    int32_t day, struct arena *a, struct list_row *row);

/* Phrases in a text, folded (mail/fold.h): the first place of each.  Their
 * ids are those of rows. */
void list_scan(const struct list *list, struct str folded, match_list *out,
    struct arena *a);
bool list_row(const struct list *list, uint32_t id, int32_t day,
    struct list_row *row);

/* The form in which a value is kept and compared; false: it is none of this
 * type.  Of LIST_IP the range ("192.0.2.1-192.0.2.9", a network, an address;
 * behind ";" or "#" stands a comment there), else the key. */
struct list_key {
	struct str text;
	struct addr_range range;
	struct str regex;       /* of LIST_PHRASE */
	bool is_caseless;
};
bool list_key_read(struct list_key *key, struct arena *a,
    enum list_type type, struct str value);

/* The keys under which a value would be found, the most exact first. */
typedef VEC(struct str) list_keys;
void list_keys_of(list_keys *out, struct arena *a, enum list_type type,
    struct str value);

#endif
