/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_FRONT_H
#define FRONT_FRONT_H

/*
 * What every protocol towards gateways has in common: where scans run, which
 * generation they begin with, how much may be under way, and the table that
 * the protocols stand in.  Owned by the worker; a reload swaps generation,
 * scans under way keep theirs.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"
#include "base/vec.h"
#include "front/counts.h"
#include "front/history.h"
#include "front/mirror.h"
#include "front/token.h"
#include "scan/policy.h"

struct buf;
struct client;
struct conn_handler;
struct deadly;
struct generation;
struct loop;
struct tls;
struct world;

struct front_conf {
	size_t message;        /* bytes of a message that are read */
	size_t connections;
	size_t per_client;     /* loopback and trusted networks are exempt */
	size_t scans;          /* under way; one more is told to come later */
	int64_t wait_ms;       /* for its turn; who would wait longer, too */
	size_t held;           /* bytes of all requests coming in */
	int64_t first_ms;      /* until the first byte */
	int64_t request_ms;    /* from it to the last */
	int64_t idle_ms;       /* between requests */
	int64_t send_ms;       /* without progress of a reply */
	token_list tokens;
	struct history_conf history;
	struct mirror_conf mirror;
};

extern const struct front_conf front_conf_default;

/*
 * A protocol: one row of front_protocols, one file.  The door (front/door.h)
 * takes connections and gives each to a session, which from then on gets
 * what handler says and calls client_leave last, in gone.
 */
struct front_protocol {
	const char *name;
	/* What the second word of a connection begins with, on a port where
	 * the first bytes choose.  NULL: never chosen so. */
	const char *mark;
	const struct conn_handler *handler; /* its owner is a session */
	/* Requests can show one: else whoever comes in must be allowed to
	 * scan without. */
	bool has_tokens;
	/* A session for a client whose first byte may have come or not. */
	void *(*open)(struct client *c);
	/* What was begun is finished, then the session closes its connection:
	 * at once, where nothing was. */
	void (*drain)(void *session);
	/* What somebody is told for whom there is no room, or NULL. */
	void (*turn_away)(struct buf *to);
};

extern const struct front_protocol *const front_protocols[];
extern const size_t front_protocols_n;

/* By name, or NULL. */
const struct front_protocol *front_protocol(struct str name);

/* A place where gateways call. */
struct front_listener {
	struct str name;       /* what settings call it; the address unless
	                          configured otherwise */
	struct str address;
	const struct front_protocol *protocol; /* NULL: first bytes choose */
	VEC(struct addr_net) allow; /* who may connect; empty: anybody */
	unsigned roles;        /* of whoever may connect, see token.h */
	struct tls *tls;       /* or NULL */
	bool is_proxied;       /* each connection begins with a header of the
	                          PROXY protocol */
};

enum { FRONT_CALLERS = 8192 };

/* How things stand with a worker now. */
struct front_now {
	uint64_t pid;          /* 0: nobody sits there */
	uint64_t scanned;      /* by this one */
	size_t inside;         /* connections */
	size_t scans;          /* under way; the world tells it */
	size_t queued;         /* messages that wait for their turn */
	uint64_t has_store, is_store_ready;
	uint64_t servers, broken; /* of the store; those nobody waits for */
	uint64_t refusing;     /* of those that take no updates */
	uint64_t waiting;      /* updates that the store has not got yet */
	uint64_t orphans;      /* more of them, of workers that are no more:
	                          all see the same */
	uint64_t questions;    /* to name servers, open */
	struct {
		uint64_t rests;
		uint64_t answered_ms; /* clock_ms(); 0: not yet */
	} dnslists[DNSLISTS_MOST]; /* of the generation, in its order */
};

/* What the master tells all, in the same memory. */
struct front_house {
	uint64_t workers;      /* that there are to be */
	uint64_t generation;   /* that serves everywhere */
	uint64_t since;        /* wall clock: it serves */
	uint64_t reloads, reloads_refused;
	uint64_t killed;       /* workers ended by a signal */
	uint64_t failed;       /* that ended by themselves */
	uint64_t filed;        /* messages written down since they ended one */
};

/*
 * What the fronts of all workers know of each other, in memory that they
 * share: each writes its own seat and reads all.  A number read while it is
 * written is the old one or the new one, which does for bounds and counters.
 */
struct front_seat {
	struct counts counts;  /* by all who have sat here */
	struct front_now now;
	uint16_t callers[FRONT_CALLERS]; /* connections now, by a hash of the
	                                    address; trusted ones left out */
};

struct front {
	struct loop *loop;
	struct world *world;
	struct queue *queue;   /* of messages, before the world has them */
	struct mirror *mirror;
	struct generation *generation;
	const struct front_conf *conf;
	struct backoff *backoff; /* of those who show wrong tokens */
	size_t held;           /* bytes of requests coming in, of all */
	int64_t started_ms;    /* on the monotonic clock */
	struct front_seat *seats;  /* of all workers, this one's among them */
	size_t n_seats;
	struct front_seat *seat;
	struct counts *counts; /* the seat's */
	struct counts_names *names;
	const struct front_house *house;
	const char *store;     /* "lmdb", "redis" or NULL */
	bool is_ending;        /* nobody should call here any more */
	/* Brings up to date what the worker writes now and then. */
	void (*tell)(void *teller);
	void *teller;
	const struct deadly *deadly; /* messages that get no scan, or NULL */
	uint64_t seed;         /* of the hash of addresses */
};

/* Of all workers. */
void front_counts(const struct front *f, struct counts *sum);
size_t front_inside(const struct front *f);
/* Messages under way, those among them that wait for their turn. */
size_t front_scans(const struct front *f);

enum front_store {
	FRONT_STORE_NONE,   /* there is none */
	FRONT_STORE_OK,
	FRONT_STORE_FULL,   /* what is learnt cannot be written */
	FRONT_STORE_AWAY    /* some worker's cannot be asked */
};
/* Of all workers, the worst. */
enum front_store front_store(const struct front *f);

/* A number below FRONT_CALLERS: the same in every worker, and nobody can
 * choose two addresses that are one. */
size_t front_caller(const struct front *f, const struct addr *peer);

/* All requests together hold more than they may. */
bool front_is_full(const struct front *f);

void front_refused(struct front *f, enum refusal why);

/* The row of front_protocols. */
size_t front_protocol_number(const struct front_protocol *protocol);

/*
 * Bytes of a message that a front keeps: one more than the limit, so that
 * what was cut is seen to be too long.  More it reads and throws away.
 */
size_t front_room(const struct front *f);

#endif
