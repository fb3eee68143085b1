/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_REDISCONN_H
#define NET_REDISCONN_H

/*
 * One connection to one server.  It is made anew, with pauses that grow, for
 * as long as it lives; between being made and being ready stands a greeting
 * (who we are, which database).  Commands are answered in the order they were
 * sent, and nothing but that says which answer is whose: so one that comes
 * unasked ends the connection, as do rubbish, and an answer that is not
 * complete in time.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/str.h"

struct loop;
struct redis_conn;
struct resp;
struct tls_client;

enum { REDIS_AT_MOST = 300 };

/* Embedded in what waits for the answer. */
struct redis_call {
	TAILQ_ENTRY(redis_call) entry;
	/* reply is NULL when the connection was lost: it may have been done. */
	void (*done)(struct redis_call *call, const struct resp *reply);
	int64_t sent_ms;
};

/* What the connections of one purpose have in common. */
struct redis_use {
	struct loop *loop;
	struct str user, password; /* "": none */
	int64_t db;
	struct tls_client *tls;           /* NULL: in the clear */
	struct str script;         /* to be known to the server; "": none */
	bool wants_master;         /* a replica is not talked to */
	int64_t patience_ms;       /* with one answer, and with the greeting */
	/* Both from the loop, never from inside a call to here. */
	void (*ready)(void *owner);
	void (*lost)(void *owner, const char *why);
};

/* at: "host:port", "[2001:db8::1]:port", "/path"; use outlives it. */
struct redis_conn *redis_conn_new(const struct redis_use *use,
    const char *at, void *owner);
void redis_conn_free(struct redis_conn *c);

bool redis_conn_is_ready(const struct redis_conn *c);
/* Only when it is ready. */
void redis_conn_send(struct redis_conn *c, struct redis_call *call,
    const struct str *words, size_t n);
/* What was sent leaves now, not in the next turn of the loop. */
void redis_conn_push(struct redis_conn *c);
/* Before a command that an answer ASK has sent here: the server has not yet
 * got the key's slot for good. */
void redis_conn_send_asking(struct redis_conn *c);
/* Ends it, and all calls, in the next turn of the loop. */
void redis_conn_drop(struct redis_conn *c, const char *why);
/* It answered as it should: the next pause is a short one again. */
void redis_conn_praise(struct redis_conn *c);
/* Does not wait for the pause to end. */
void redis_conn_hurry(struct redis_conn *c);

#endif
