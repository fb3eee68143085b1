/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_REPUTATION_H
#define CLI_REPUTATION_H

/*
 * The store that a configuration of sekishod names, opened by a command line:
 * each question waits for its answer, as there is nothing else to do.
 */

#include <stdbool.h>

#include "base/str.h"
#include "base/vec.h"
#include "net/store.h"
#include "scan/reputation.h"

struct arena;
struct buf;
struct err;
struct loop;

struct reputation_store {
	struct arena *arena;
	struct loop *loop;
	struct store *store;
	struct str secret;   /* for names of persons, or "" */
	const char *keyless; /* why there is none though they are kept hidden,
	                        or NULL */
	int64_t now;
	int64_t campaign_life; /* of marks, in seconds */
};

/* config: a file, or ""; state: a folder in place of what that says, or "". */
bool reputation_open(struct reputation_store *s, struct arena *a,
    struct str config, struct str state, struct err *e);
/* What was changed is written then. */
void reputation_close(struct reputation_store *s);

/* A value, "" where there is none.  False: the store did not answer. */
bool reputation_ask(struct str *value, struct reputation_store *s,
    struct str key, struct err *e);

/* One thing, as it stands there. */
struct reputation_entry {
	enum reputation_kind kind;
	struct str name;
	struct str key;
	struct store_tally tally;  /* now */
	struct pivot_mark mark;    /* its campaign is "" without one */
	bool is_there;
};
typedef VEC(struct reputation_entry) reputation_entries;

/* What was taught of one message (check/receipt.h). */
struct reputation_receipt {
	struct str key, value;
};
typedef VEC(struct reputation_receipt) reputation_receipts;

/* "ip:192.0.2.1", named as sekishod names it.  False: there is no such kind, or
 * nothing that it would name so. */
bool reputation_entry_of(struct reputation_entry *out,
    struct reputation_store *s, struct str word, struct err *e);
/* False: the store did not answer. */
bool reputation_look(struct reputation_store *s,
    struct reputation_entry *entry, struct err *e);
/* All of a kind, or of every one (REPUTATION_KINDS). */
bool reputation_list(reputation_entries *out, struct reputation_store *s,
    enum reputation_kind kind, struct err *e);

/* The marks of all that are listed. */
bool reputation_list_marks(reputation_entries *list,
    struct reputation_store *s, struct err *e);
bool reputation_list_receipts(reputation_receipts *out,
    struct reputation_store *s, struct err *e);

/* Its mark as well, if it has one. */
void reputation_set(struct reputation_store *s,
    const struct reputation_entry *entry);
/* False: it is over.  Where one stands that stays. */
bool reputation_set_receipt(struct reputation_store *s,
    const struct reputation_receipt *receipt);
void reputation_forget(struct reputation_store *s,
    const struct reputation_entry *entry);

/* Waits until what was changed is written; false: some of it never will be.
 * The store's queue is bounded: to be called now and then. */
bool reputation_settle(struct reputation_store *s);

/* A line of JSON, out and in.  False: not such a line. */
void reputation_write(struct buf *to, const struct reputation_entry *entry);
void reputation_write_receipt(struct buf *to,
    const struct reputation_receipt *receipt);
struct reputation_line {
	struct reputation_entry entry;
	struct reputation_receipt receipt; /* its key is "" of an entry */
};
bool reputation_read(struct reputation_line *out,
    struct reputation_store *s, struct str line, struct err *e);

#endif
