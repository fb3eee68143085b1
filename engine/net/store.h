/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_STORE_H
#define NET_STORE_H

/*
 * What the daemon remembers: keys to short values, each with a lifetime.
 * Looking up never blocks on writers; updates are batched and written behind
 * the loop's back.  What keeps them is an engine, embedded or on other
 * machines, that nobody above this interface sees.
 *
 * Values that the store itself adds up are text, the same in every engine,
 * fields with a blank between, and what stands behind the last field named
 * here is the engine's own:
 *
 *	counter  "count first last"
 *	tally    "bad good at first last"
 *
 * Times are seconds since 1970.  The two counts of a tally are decimal
 * fractions as they were at the time `at`; each halves with every half-life
 * that passes, so at a later time t it is count * 2^-((t - at) / half_life).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "net/storekey.h"
#include "net/storeconf.h"

struct err;
struct loop;
struct store;

enum { STORE_KEY_MOST = 500, STORE_VALUE_MOST = 64 * 1024 };

enum store_result { STORE_FOUND, STORE_NONE, STORE_FAILED };

/* Opened in the process that uses it, never before a fork. */
bool store_open(struct store **out, struct loop *l,
    const struct store_conf *conf, struct err *e);
/* What is asked now can be answered. */
bool store_is_ready(const struct store *s);
/* Writes what is queued and closes; replies still to come do not. */
void store_close(struct store *s);

typedef void store_reply(void *asker, enum store_result result,
    struct str value);

/* reply is called once, from the loop, never from inside this call. */
void store_get(struct store *s, struct store_key key, store_reply *reply,
    void *asker);
/* What needs no waiting: it is in memory here, or was asked for a moment ago.
 * False: it is to be asked for with store_get.  value is good until the next
 * call.  Who has looked looks away soon: what is seen until then may be kept
 * for that. */
bool store_look(struct store *s, struct store_key key,
    enum store_result *result, struct str *value);
void store_look_away(struct store *s);
/* Forgets what it has been told of it, for the next who asks. */
void store_look_afresh(struct store *s, struct str key);
/* Somebody has waited for long enough, and leaves. */
void store_late(struct store *s);
/* It is going to be looked for: nothing but a hint, which memory may take. */
void store_look_soon(struct store *s, uint64_t hash);
/* A key as those who look and ask want it, which points to it. */
struct store_key store_key(const struct store *s, struct str key);
/* Forgets an asker: its replies will not come, its walk ends. */
void store_cancel(struct store *s, void *asker);

/* Queued; what the bounded queue drops is counted.  life in seconds. */
void store_put(struct store *s, struct str key, struct str value,
    int64_t life);
void store_forget(struct store *s, struct str key);

/*
 * What two may begin at the same time, and only one of them is to do: each
 * puts a receipt of its own under the same key where nothing stands yet; and
 * what it teaches then is done unless the receipt that stands there is
 * another's.  A receipt is text: "bad WHEN AMOUNT" or "good WHEN AMOUNT", the
 * keys that are taught, and a token of its own, a line each; no line's end
 * behind the last.  Tokens are in the order of their time, as bytes.
 *
 * Who has the last word is not kept from it by an older receipt to the
 * contrary: what that has taught to the key is taken back with it.  He puts his
 * receipt over the other one when all has been taught, with store_put_over;
 * where that one says the same it only gets his token.
 */
struct store_claim {
	struct str key, token;
	bool is_last_word;
};
void store_put_over(struct store *s, struct str key, struct str value,
    int64_t life);
void store_put_new(struct store *s, struct str key, struct str value,
    int64_t life);

/*
 * Adds to a counter, which begins with the first add: its value is read with
 * store_count_read.  Adding is atomic, however many ask at once.
 */
void store_count(struct store *s, struct str key, int64_t more,
    int64_t life);
/* Where nobody looks for it before some seconds have passed, so that it may go
 * together with others: a crash takes that long of it where the engine is
 * embedded. */
void store_count_later(struct store *s, struct str key, int64_t more,
    int64_t life);

struct store_count {
	int64_t count;
	int64_t first, last;
};
bool store_count_read(struct str value, struct store_count *out);

/*
 * Adds to a tally, as atomically.  The amounts count from `when`: if that is
 * some time ago they are added as what is left of them.  A negative amount
 * takes back what was taught before; no count goes below 0, and nothing is
 * begun by it.  first and last are when something was added, not taken back.
 */
struct store_lesson {
	double bad, good;
	int64_t when;
	int64_t half_life; /* seconds, more than 0 */
	int64_t life;      /* of the tally, from now on, in seconds */
};
void store_teach(struct store *s, struct str key,
    const struct store_lesson *l);
/* As store_count_later.  Nothing is taken back so; first may be those seconds
 * late. */
void store_teach_later(struct store *s, struct str key,
    const struct store_lesson *l);
void store_teach_claimed(struct store *s, struct str key,
    const struct store_lesson *l, const struct store_claim *c);

struct store_tally {
	double bad, good; /* as they were at `at` */
	int64_t at;
	int64_t first, last;
};
bool store_tally_read(struct str value, struct store_tally *out);
/* What every engine does with a lesson; zeroed, a tally is none yet. */
void store_tally_add(struct store_tally *t, const struct store_lesson *l);
/* Moves the counts on to a time that is not before `at`. */
void store_tally_decay(struct store_tally *t, int64_t to, int64_t half_life);

/*
 * Every key that begins so, in no order that means anything, a few at a turn
 * of the loop.  What is added, changed or forgotten meanwhile may come or
 * not, and a key may come twice.  done comes once, is_whole when none was
 * left out; nothing comes from inside this call, and both last as long as
 * each is being called.
 */
typedef void store_each(void *asker, struct str key, struct str value);
typedef void store_walked(void *asker, bool is_whole);
void store_walk(struct store *s, struct str prefix, store_each *each,
    store_walked *done, void *asker);

/*
 * A diary: the last so many values that were written into it, by whoever
 * writes there, in the order in which their batches came.  No diary's name
 * begins another's.  In a store that is short of room old ones may go sooner,
 * and a value that was sent again may stand there twice.  Reading begins with
 * the newest; key is the diary's name.  Looking at one costs its length,
 * nothing else's.
 */
enum { DIARY_VALUE_MOST = 48 * 1024, DIARY_SECONDS = 90 * 24 * 60 * 60 };
void store_diary_add(struct store *s, struct str diary, struct str value,
    size_t most);
void store_diary_read(struct store *s, struct str diary, store_each *each,
    store_walked *done, void *asker);

/* Since it was opened, but for those that say "now". */
struct store_counts {
	uint64_t gets, hits, puts, written, dropped, failed, evicted;
	/* of an engine on other machines */
	uint64_t trips;      /* batches of questions */
	uint64_t write_trips; /* batches of updates */
	uint64_t cached;     /* questions that needed no trip */
	uint64_t missed;     /* questions that did */
	uint64_t late, away; /* not answered within the budget, nor asked */
	uint64_t breaks;     /* times a server was found away or slow */
	uint64_t servers;    /* that are known, now */
	uint64_t broken;     /* of those nobody waits for, now */
	uint64_t refusing;   /* of those that take no updates, now; of an
	                        embedded one, 1: it cannot write */
	uint64_t kept;       /* updates that had to wait for their server */
	uint64_t replayed;   /* of those, done by now */
	uint64_t doubles;    /* of those, found there already */
	uint64_t waiting;    /* updates, now */
	uint64_t orphans;    /* more of them, in journals of processes that are
	                        no more: whoever shares the folder sees them */
	/* why updates were dropped: no room in the journal, their life was
	 * over, nobody could tell whether they had arrived, the server would
	 * not have them */
	uint64_t dropped_full, dropped_old, dropped_unsure, dropped_refused;
};
void store_counts(const struct store *s, struct store_counts *out);

#endif
