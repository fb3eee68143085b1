/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_RESP_H
#define NET_RESP_H

/*
 * RESP, what Redis and its kin speak: words into commands, bytes into
 * replies.  A reply may come from anybody who sits at the other end, so all
 * of it is bounded: bytes, entries, depth.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct buf;
struct resp_reader;

enum {
	RESP_BYTES_MOST = 1024 * 1024, /* of one reply */
	RESP_ENTRIES_MOST = 128 * 1024 /* in it, all arrays together */
};

enum resp_type { RESP_NIL, RESP_TEXT, RESP_ERROR, RESP_INT, RESP_ARRAY };

struct resp {
	enum resp_type type;
	struct str text;  /* of a text, of an error */
	int64_t number;
	struct resp *at;  /* of an array */
	size_t n;
};

/* Adds one command, or nothing where there is no room for it. */
void resp_command(struct buf *b, const struct str *words, size_t n);

enum resp_next { RESP_HAVE, RESP_WAIT, RESP_BROKEN };

struct resp_reader *resp_reader_new(void);
void resp_reader_free(struct resp_reader *r);
/* False: more than a reply may be, or there was rubbish before. */
bool resp_feed(struct resp_reader *r, struct str bytes);
/* The next reply, good until the next call; after RESP_BROKEN nothing more
 * comes out. */
enum resp_next resp_next(struct resp_reader *r, const struct resp **out);

/* An error's first word is its kind: "MOVED 3999 127.0.0.1:6381". */
bool resp_is_error(const struct resp *r, const char *kind);

#endif
