/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_STOREENGINE_H
#define NET_STOREENGINE_H

/*
 * What keeps the values of a store, as store.c sees it: a row of functions,
 * all called from the loop.  Seen by store.c and the engines alone.
 *
 * A question belongs to the store; an engine answers it once with
 * store_answer, at once or later.  One that is answered later is held: when
 * its asker leaves first the store says so with forget.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/buf.h"
#include "base/str.h"
#include "net/store.h"

struct err;
struct loop;

TAILQ_HEAD(store_get_list, store_get);

struct store_get {
	TAILQ_ENTRY(store_get) entry;
	struct store_get_list *on; /* the list it stands in */
	struct store *store;
	store_reply *reply;
	void *asker;
	void *held;   /* the engine's, while it has not answered */
	uint64_t hash;
	size_t key_n; /* 0: the key was no key */
	char key[];
};

/* Where nothing stands; over a receipt to the contrary, or where nothing
 * stands. */
enum update_put { PUT_ALWAYS, PUT_NEW, PUT_OVER };
enum update_kind { UPDATE_PUT, UPDATE_COUNT, UPDATE_TEACH, UPDATE_FORGET,
	UPDATE_DIARY, UPDATE_KINDS };

/* One change to be written. */
struct update {
	TAILQ_ENTRY(update) entry;
	enum update_kind kind;
	union {
		int64_t more;               /* of a count; of a diary, how
		                               many it keeps; of a put, enum
		                               update_put */
		struct store_lesson lesson;
	};
	bool is_patient;       /* it adds up, and nobody looks for it soon */
	int64_t ends;          /* wall time */
	size_t times;          /* that it stands for: some may be merged */
	uint64_t hash;         /* of the key, as of who asks for it */
	void *room;            /* of who keeps it: where it stands */
	size_t key_n, value_n;
	char bytes[];          /* the key, the value; of a lesson that is
	                          somebody's claim, the key of that, a line's
	                          end and the token, and a line's end where it
	                          is the last word */
};
TAILQ_HEAD(update_list, update);

/* False: it is no claim. */
bool claim_read(struct store_claim *out, struct str value);
/* A lesson for a key, while this stands under the claim's; "": nothing.
 * False: it is not to be taught.  It may take back something then. */
bool claim_allows(const struct store_claim *c, struct str value,
    struct str key, struct store_lesson *l);
/* What its first line says; false: it is none. */
struct store_receipt {
	bool is_bad;
	double amount;
	int64_t when;
	struct str keys;      /* and the token */
};
bool receipt_read(struct store_receipt *out, struct str value);
/* What stands there once the one is put over the old one; false: it stays. */
bool receipt_over(struct buf *out, struct str value, struct str old);

/* Makes one of two that follow each other, if that comes to the same: what is
 * added to the same key within a minute.  The sum of lessons is of the later
 * one's time.  False: both are as they were. */
bool update_merge(struct update *first, const struct update *second);
bool lesson_merge(struct store_lesson *first,
    const struct store_lesson *second);

/* A walk under way.  Its asker may leave at any time; it is freed when the
 * engine has said how it went on. */
struct store_walk {
	TAILQ_ENTRY(store_walk) entry;
	struct store *store;
	store_each *each;      /* NULL: the asker is gone */
	store_walked *done;
	void *asker;
	bool is_asked;         /* the engine has the word */
	bool is_diary;         /* prefix is its name */
	uint64_t turn;         /* the last it had */
	struct buf at;         /* the engine's: how far it is */
	size_t prefix_n;
	char prefix[];
};
TAILQ_HEAD(store_walk_list, store_walk);

enum walk_next { WALK_MORE, WALK_OVER, WALK_FAILED };

struct store_engine {
	const char *name;
	bool (*open)(void **engine, struct loop *l,
	    const struct store_conf *conf, struct err *e);
	/* Writes what is queued as far as it can.  Held questions and walks
	 * are forgotten before. */
	void (*close)(void *engine);
	bool (*is_ready)(const void *engine);
	/* One question, if nobody has to wait for it; NULL: somebody always
	 * has.  As store_look. */
	bool (*look)(void *engine, struct store_key key,
	    enum store_result *result, struct str *value);
	/* It is going to be; may be NULL. */
	void (*look_soon)(const void *engine, uint64_t hash);
	/* What was looked at is no longer needed; NULL with look. */
	void (*look_away)(void *engine);
	/* All questions of a turn: the list is empty after, each answered
	 * or held. */
	void (*get)(void *engine, struct store_get_list *gets);
	void (*forget)(void *engine, struct store_get *g);
	/* Takes a copy of u; false: there was no room. */
	bool (*write)(void *engine, const struct update *u);
	/* Gives the next few entries with store_walk_give, then says how it
	 * goes on with store_walk_turn, at once or later. */
	void (*walk)(void *engine, struct store_walk *w);
	/* Adds its own, which are told then. */
	void (*counts)(const void *engine, struct store_counts *out);
};

extern const struct store_engine store_lmdb;
extern const struct store_engine store_redis;

/* held is not NULL, and the engine's: how it finds what it does about g. */
void store_hold(struct store_get *g, void *held);
/* Frees g. */
void store_answer(struct store_get *g, enum store_result result,
    struct str value);

void store_walk_give(struct store_walk *w, struct str key, struct str value);
/* Frees w, or has it go on in another turn. */
void store_walk_turn(struct store_walk *w, enum walk_next next);

/* The texts of what the store adds up; storevalue.c. */
enum { VALUE_TEXT = 160 };
size_t store_count_text(char text[static VALUE_TEXT],
    const struct store_count *c);
size_t store_tally_text(char text[static VALUE_TEXT],
    const struct store_tally *t);

#endif
