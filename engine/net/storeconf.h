/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_STORECONF_H
#define NET_STORECONF_H

/* Which engine keeps a store, and what that must know.  All of it outlives
 * the store. */

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct store_ledger;
struct tls_client_conf;

enum store_kind {
	STORE_LMDB,
	STORE_REDIS,
	STORE_KINDS,
	STORE_OFF = STORE_KINDS /* none at all */
};

enum store_layout {
	STORE_SINGLE,   /* one server has all keys */
	STORE_SENTINEL, /* the one that Sentinels call the master has */
	STORE_CLUSTER   /* each has some */
};

/* Of an engine on other machines. */
struct store_remote {
	int layout;                /* enum store_layout */
	/* "host:port", "/path"; of Sentinels with that layout, of some
	 * members of a cluster */
	const struct str *servers;
	size_t n_servers;
	struct str master;         /* its name with the Sentinels */
	struct str user, password; /* "": none */
	struct str sentinel_user, sentinel_password;
	int64_t db;
	struct str prefix;         /* of all keys */
	int64_t budget_ms;         /* for the answers to a look-up */
	int64_t replicas;          /* that must have an update, too */
	const char *journal;       /* folder; NULL: in memory alone */
	size_t journal_bytes;
	const struct tls_client_conf *tls; /* NULL: in the clear */
};

struct store_conf {
	int kind;                  /* enum store_kind */
	const char *folder;        /* of the file; made when not there */
	size_t bytes;              /* its bound */
	size_t cache_bytes;        /* of answers; 0: none is kept */
	int64_t cache_ms;          /* for how long */
	struct store_remote remote;
	struct store_ledger *ledger; /* NULL: nobody reads it */
	uint64_t run;              /* what all have in common whose counts are
	                              added up; 0: nobody's are */
};

#endif
