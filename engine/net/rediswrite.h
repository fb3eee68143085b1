/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_REDISWRITE_H
#define NET_REDISWRITE_H

/*
 * What the files that write to other machines share, and nobody else sees:
 * rediswrite.c is the way of an update from its coming to its end,
 * redisqueue.c where it waits, redisclaim.c what it waits for in a cluster,
 * redisvolley.c how it flies with others, and redisfate.c what the server has
 * said of it.
 */

#include "net/journal.h"
#include "net/redis.h"

struct write_call;

enum { REDIS_KEY_BUCKETS = 4096, REDIS_RECENT = 1024, REDIS_AGAIN_MS = 100 };

/* What became of one that flew. */
enum write_fate { FLYING, DONE, DONE_BEFORE, CANNOT_KNOW, REFUSED, LATER,
	LOST };

struct write {
	struct journal_entry entry;
	TAILQ_ENTRY(write) of_slot;   /* or of its volley */
	struct write_volley *volley;
	struct redis_node *elsewhere; /* where ASK has sent it */
	unsigned slot;
	enum write_fate fate;
	bool is_kept;                 /* it had to wait for its server */
	bool is_unknown;              /* the script is, there */
	bool is_alone;                /* a call with others was refused */
	bool was_refused;
};
TAILQ_HEAD(write_list, write);

struct slot_queue {
	struct write_list list;       /* in the order of their numbers */
	LIST_ENTRY(slot_queue) entry; /* of those that are not empty */
	bool is_listed;
};

/* What goes to one server in one go. */
struct write_volley {
	struct redis_writes *writes;
	struct redis_node *node;
	struct write_list list;
	struct write_call *joining;   /* being put together */
	struct redis_call wait;       /* for replicas */
	size_t open;                  /* calls */
};

/* Of a receipt in a cluster; redisclaim.c. */
enum redis_claim_state { CLAIM_OPEN, CLAIM_WON, CLAIM_LOST };
enum { REDIS_CLAIMS = 1024 };

struct redis_claim {
	uint64_t hash;                /* of its key and token; 0: none */
	enum redis_claim_state state;
};

struct redis_writes {
	struct redis *redis;
	/* All answers to what flew together are there. */
	void (*land)(struct write_volley *v);
	struct journal *journal;
	struct slot_queue *slots;
	unsigned n_slots;
	LIST_HEAD(, slot_queue) busy;
	/* In which call a key of this bucket flies; 0: in none. */
	uint64_t flies[REDIS_KEY_BUCKETS];
	uint64_t n_calls;
	struct redis_claim claims[REDIS_CLAIMS];
	struct write_list recovered;  /* of other processes, on the way in */
	size_t damaged;
	struct task go;
	/* The last of each hash, not sent. */
	struct write *recent[REDIS_RECENT];
	struct timer *soon, *again, *adopting;
	size_t left;                  /* in journals of workers that are no
	                                 more */
	int64_t adopted_ms;           /* when they were looked at */
	bool may_adopt;               /* those who come back had their time */
	bool is_soon;                 /* that timer runs */
	int64_t soon_at;
	bool is_held;                 /* some wait for others of their key */
	bool is_returned;             /* some have to go again */
	bool is_full;                 /* more waits than can fly */
	struct redis_calls *calls;
	struct buf key;
	size_t waiting;               /* all that are not settled */
	size_t diary_bytes;           /* of them for diaries */
	size_t kept;                  /* of those */
	struct write_list spares;
	size_t n_spares;
};

/* redisqueue.c */
struct write *write_new(struct redis_writes *s);
void write_free(struct redis_writes *s, struct write *w);
struct str write_key(const struct write *w);
/* Updates that it stands for. */
size_t write_times(const struct write *w);
bool write_is_diary(const struct write *w);
/* Another of its key, or one that looks like it, flies in another call than
 * this one; 0: in any. */
bool write_must_wait(struct redis_writes *s, const struct write *w,
    uint64_t call);
void write_mark_flying(struct redis_writes *s, const struct write *w,
    uint64_t call);
/* Where the last of a key is, if anything can be added to it still. */
struct write **write_recent(struct redis_writes *s, struct str key);
void write_close_sum(struct redis_writes *s, const struct write *w);
void write_queue(struct redis_writes *s, struct write *w);
/* Its server is not there, or has said no for now. */
void write_keep(struct redis_writes *s, struct write *w);
/* It leaves the journal, and is freed. */
void write_finish(struct redis_writes *s, struct write *w);
/* Not done; why is the counter. */
void write_drop(struct redis_writes *s, struct write *w, uint64_t *why);

/* redisclaim.c */
/* A receipt comes in; it is settled: another's stands there, or not. */
void write_claim_begin(struct redis_writes *s, const struct write *w);
void write_claim_end(struct redis_writes *s, const struct write *w,
    bool is_lost);
/* Of what it is for. */
enum redis_claim_state write_claim_of(struct redis_writes *s,
    const struct write *w);

/* redisfate.c */
/* reply: NULL when the connection has gone. */
enum write_fate write_fate_of(struct redis_writes *s, struct write *w,
    const struct resp *reply);

/* redisvolley.c */
/* The call that it could join, if it is one that others can; or 0. */
uint64_t redis_volley_joining(const struct write *w,
    const struct redis_node *node);
/* It goes with what else goes to this server now. */
void redis_volley_add(struct redis_writes *s, struct write *w,
    struct redis_node *node);
/* All that goes has been added. */
void redis_volley_seal(struct redis_writes *s, struct redis_node *node);

#endif
