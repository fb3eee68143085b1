/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_LISTS_H
#define RULE_LISTS_H

/*
 * The external lists of all packs, in the versions that serve: a table that
 * never changes once it is made.  A generation has one, so a scan sees one
 * version of each list from end to end; when files change, a new table is
 * made that shares what did not.
 *
 * A feed that breaks is an alarm, not an outage: what cannot be read, has
 * lost its format or suddenly most of its rows leaves the last good version
 * serving.  Health is kept beside each list for whoever tells it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "rule/list.h"
#include "rule/pack.h"

/* What a file looked like from outside. */
struct list_sign {
	uint64_t inode;
	uint64_t size;
	int64_t mtime_ns;
	bool is_there;
};

enum list_age {
	LIST_FRESH,
	LIST_STALE,  /* over max_age: hits are told and count for nothing */
	LIST_DEAD    /* three times that: not looked into */
};

struct list_health {
	uint64_t rows;
	uint64_t bad;         /* rows that did not parse, of the last read */
	uint64_t loads;       /* files taken */
	uint64_t failures;    /* files refused */
	int64_t loaded_at;    /* wall clock */
	int64_t mtime;        /* of the file that serves */
	struct str alarm;     /* why the last file was refused, or "" */
};

struct list_state {
	const struct list_conf *conf;
	struct list *list;    /* NULL: none could be read so far */
	struct list_sign sign;  /* of the file that was last looked into */
	struct list_health health;
	enum list_age told_age;  /* of which the log knows */
};

struct facts;
struct fact_value;

/* The row of an external list that a value stands in. */
struct list_hit {
	const struct list_conf *list;
	struct str key;            /* what stands there */
	uint32_t line;
	int32_t day;               /* of the file */
	struct str note, ref;      /* of the row, or "" */
	bool is_stale;             /* the list is too old: counts for nothing */
};

struct lists {
	struct arena *arena;
	struct str images;     /* folder where read lists are kept, or "" */
	size_t n;
	struct list_state *at; /* by list_conf.number */
};

/* Reads all lists of the packs.  Never fails: what is wrong is told in the
 * log and in each list's health. */
struct lists *lists_open(const pack_list *packs);
/* The same where a folder keeps the image of each list. */
struct lists *lists_open_kept(const pack_list *packs, struct str images);
void lists_free(struct lists *lists);

/* NULL when nobody asks for a list of that number. */
const struct list_state *lists_at(const struct lists *lists,
    const struct list_conf *conf);
/* Whether one of a pack's own lists holds anything of a message, whoever asks
 * for it: what the tests of a pack of lists are about. */
bool lists_hold(const struct lists *lists, const struct pack *pack,
    const struct facts *facts, int32_t day, struct arena *a);
/* Whether a value of a fact can never be an indicator: it stands in
 * list:site/never, or in one whose name goes on from there (never_ip), however
 * old. */
bool lists_never(const struct lists *lists, uint32_t fact,
    const struct fact_value *value, int32_t day, struct arena *a);
enum list_age lists_age(const struct list_state *s, int64_t now);
/* What is told of a row that holds a value; lives in a. */
const struct list_hit *lists_hit(const struct list_state *s, struct arena *a,
    const struct list_row *row, int64_t now);

/*
 * Reloading what changed, in three steps, so that the reading can be done
 * beside the loop: lists_look stats the files (true: one has changed and lies
 * still since the look before), lists_read reads those that changed, in any
 * thread, and lists_renew makes the table with them.  The table now must live
 * as long as the change.
 */
struct lists_change;

struct lists_change *lists_change_new(const struct lists *now);
void lists_change_free(struct lists_change *c);
bool lists_look(struct lists_change *c);
/* A file of this name has been put in place or written to its end: the next
 * look need not see it twice.  False: it is no list's. */
bool lists_settled(struct lists_change *c, struct str path);
void lists_read(struct lists_change *c);
/* NULL: nothing had changed.  What was refused is noted in the new table. */
struct lists *lists_renew(struct lists_change *c);

/* Takes over what serves where a new table could read none: at a reload.
 * That takes whatever else the files hold; a list that lost most of its rows
 * is told. */
void lists_keep(struct lists *lists, const struct lists *before);

#endif
