/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_REDIS_H
#define NET_REDIS_H

/*
 * What the files of the engine on other machines share, and nobody else
 * sees: storeredis.c is the engine, redismap.c knows which server has a key,
 * redislook.c asks, rediswrite.c writes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/buf.h"
#include "base/str.h"
#include "net/loop.h"
#include "net/redisconn.h"
#include "net/store.h"
#include "net/storeconf.h"
#include "net/storeengine.h"

struct err;
struct look_batch;
struct redis_looks;
struct redis_map;
struct redis_writes;
struct write_volley;

enum {
	REDIS_SLOTS = 16384,
	REDIS_NODES_MOST = 1024,
	REDIS_KEY_MOST = 2000  /* prefix, schema and key, escaped */
};

/* What a server can refuse, and what was told of that last. */
enum redis_asked { REDIS_LOOKED, REDIS_WROTE, REDIS_WALKED, REDIS_ASKED };
enum { REDIS_REFUSALS = 4 };

struct redis_refusal {
	uint64_t kind;
	int64_t told_ms;
};

/* A server that has keys of ours: one connection to look up, one to write,
 * so that neither waits for the other's answers. */
struct redis_node {
	LIST_ENTRY(redis_node) entry;
	struct redis *redis;
	char at[REDIS_AT_MOST];
	struct redis_conn *look, *write;
	bool is_wanted;            /* by the map; else it is to go */
	int64_t used_ms;           /* when it was looked for last */
	bool is_told_away;
	struct redis_refusal refusals[REDIS_ASKED][REDIS_REFUSALS];

	struct look_batch *batch;  /* being put together */
	bool is_single;            /* it refuses MGET: keys go one by one */
	unsigned late;             /* batches in a row */
	bool is_slow;              /* so nobody is made to wait for it */
	struct redis_call probe;
	int64_t probed_ms;
	struct timer *probing;

	struct write_volley *volley; /* being put together */
	size_t flying;
	int64_t write_after_ms;
	bool refuses;              /* updates, for now */
};

struct redis {
	struct loop *loop;
	struct store_conf conf;
	struct tls_client *tls;
	struct redis_use look_use, write_use, sentinel_use;
	LIST_HEAD(, redis_node) nodes;
	size_t n_nodes;
	struct task sweep;         /* of nodes that nobody wants */
	struct redis_map *map;
	struct redis_looks *looks;
	struct redis_writes *writes;
	struct store_counts counts;
};

/* redisnode.c */
/* The one there, made when there is room for one more, or NULL. */
struct redis_node *redis_node_at(struct redis *r, const char *at);
void redis_node_free(struct redis_node *node);
/* Can be asked just now without making anybody wait. */
bool redis_node_answers(const struct redis_node *node);
/* A batch came late, or in time. */
void redis_node_late(struct redis_node *node);
void redis_node_prompt(struct redis_node *node);
/* Its words go to the log: each kind of error once a minute, of many kinds no
 * more than REDIS_REFUSALS a second. */
void redis_node_refused(struct redis_node *node, enum redis_asked what,
    const struct resp *reply);

/* redismap.c */
struct redis_map *redis_map_new(struct redis *r);
void redis_map_free(struct redis_map *m);
unsigned redis_map_slots(const struct redis_map *m);
/* False: nobody has a say in where to go but the configuration. */
bool redis_map_follows(const struct redis_map *m);
/* Of a key; room is for how it goes over the wire. */
unsigned redis_map_slot(const struct redis_map *m, struct buf *room,
    struct str key);
/* NULL: nobody is known to have it. */
struct redis_node *redis_map_node(const struct redis_map *m, unsigned slot);
void redis_map_moved(struct redis_map *m, unsigned slot,
    struct redis_node *node);
/* Something says that the map is old. */
void redis_map_doubt(struct redis_map *m);
/* A connection to look up is ready: it may be asked about the others. */
void redis_map_ready(struct redis_map *m, struct redis_node *node);
/* The servers that have keys, one after the other; NULL: no more. */
struct redis_node *redis_map_each(const struct redis_map *m, unsigned *slot);

/* redislook.c */
struct redis_looks *redis_looks_new(struct redis *r);
void redis_looks_free(struct redis_looks *l);
void redis_look(struct redis_looks *l, struct store_get_list *gets);
void redis_look_forget(struct store_get *g);

/* rediscall.c */
enum { REDIS_JOINED_MOST = 50, REDIS_NUMBER = 16 };

struct journal_record;
struct redis_calls;

struct redis_calls *redis_calls_new(struct str prefix);
void redis_calls_free(struct redis_calls *s);
/* One call of the script. */
struct redis_updates {
	struct journal_record *at[REDIS_JOINED_MOST];
	size_t n;
	bool is_unknown; /* the server has no such script: it is sent along */
	bool is_split;   /* other servers have other keys */
};
void redis_calls_send(struct redis_calls *s, struct redis_conn *c,
    struct redis_call *call, const struct redis_updates *u);
/* Of a record as the script has it: base 36, lower case. */
void redis_number(char text[static REDIS_NUMBER], uint64_t number);

/* rediswrite.c, and its own header */
bool redis_writes_open(struct redis_writes **out, struct redis *r,
    struct err *e);
void redis_writes_free(struct redis_writes *w);
bool redis_write(struct redis_writes *w, const struct update *u);
/* A connection is ready, a slot has another server. */
void redis_writes_go(struct redis_writes *w);
/* The server is to be freed. */
void redis_writes_leave(struct redis_writes *w,
    const struct redis_node *node);
size_t redis_writes_waiting(const struct redis_writes *w);
/* Whoever sums up has been told how many were kept. */
void redis_writes_told(struct redis_writes *w);
/* In journals that nobody has open. */
size_t redis_writes_left(const struct redis_writes *w);

/* rediswalk.c */
void redis_walk_step(struct redis *r, struct store_walk *w);

/* rediskey.c */
/* The key over the wire: the prefix, then key with each byte that is blank,
 * control, "%", "{" or "}" as %XX: nobody who has a say in a key has one in
 * which server it goes to. */
struct str redis_key(struct buf *b, struct str prefix, struct str key);
/* Behind what the buffer has. */
void redis_key_add(struct buf *b, struct str prefix, struct str key);
/* And back; false: it is none of ours. */
bool redis_key_read(struct buf *b, struct str prefix, struct str wire,
    struct str *key);
unsigned redis_key_slot(struct str wire);

/* "MOVED 3999 127.0.0.1:6381", "ASK ...": where to, of an error. */
struct redis_redirect {
	bool is_ask;
	unsigned slot;
	char at[REDIS_AT_MOST];
};
bool redis_redirect_read(struct redis_redirect *out, const struct resp *reply,
    const char *from);

/* One entry of CLUSTER SLOTS: slots, and their master. */
struct redis_range {
	unsigned first, last;
	char at[REDIS_AT_MOST];
};
bool redis_range_read(struct redis_range *out, const struct resp *range,
    const char *from);

#endif
