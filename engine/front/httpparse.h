/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_HTTPPARSE_H
#define FRONT_HTTPPARSE_H

/*
 * A strict, incremental reader of HTTP/1.0 and 1.1 requests (RFC 9112).  It
 * takes bytes as they come, in pieces of any size, and stops behind the last
 * byte of a request.  Where the length of a request could be read in two
 * ways it is refused: a reader that guesses answers the wrong request.  A body
 * said to be too long is refused too; chunks that turn out to be are read on
 * for as long again.
 *
 * Bent for: LF alone at the end of head lines, empty lines before a request.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "base/vec.h"

enum http_state {
	HTTP_LINE,       /* before and in the request line */
	HTTP_FIELDS,
	HTTP_BODY,
	HTTP_CHUNK_LINE,
	HTTP_CHUNK,
	HTTP_CHUNK_END,
	HTTP_TRAILERS,
	HTTP_DONE,
	HTTP_BAD         /* status and error say why; nothing more is read */
};

struct http_limits {
	size_t line;     /* bytes of the request line */
	size_t head;     /* bytes of all head lines, trailers too */
	size_t fields;   /* header fields */
	size_t body;
};

struct http_field {
	struct str name, value;
};

struct inhand;

struct http_parse {
	const struct http_limits *limits;
	struct inhand *notes;   /* where bytes may have been received, and a
	                           whole body stays; or NULL */
	struct arena *arena;    /* of this request */
	enum http_state state;
	struct buf line;        /* the head line now coming in */
	size_t head;            /* bytes of the head so far */
	uint64_t left;          /* of the body or chunk */
	uint64_t chunked;       /* bytes of all chunks so far */

	struct str method;
	struct str path;        /* as written, without the query */
	struct str query;
	unsigned minor;         /* HTTP/1.minor */
	VEC(struct http_field) fields;
	struct buf body;        /* up to limits->body and one byte: what is
	                           more was thrown away */

	bool has_length, has_host;
	bool is_chunked;
	bool says_close, says_keep;
	bool wants_continue;    /* the head is in and "100 Continue" is due */
	int status;             /* of a refusal: 400, 413, ... */
	const char *error;
};

void http_parse_init(struct http_parse *p, const struct http_limits *limits);
void http_parse_release(struct http_parse *p);
/* Ready for the next request; all slices of the last one are gone. */
void http_parse_reset(struct http_parse *p);

/* How many of the bytes belong to this request. */
size_t http_parse(struct http_parse *p, struct str bytes);

/* Nothing of a request has come yet. */
bool http_parse_is_fresh(const struct http_parse *p);

/* The connection may serve another request after this one. */
bool http_parse_may_stay(const struct http_parse *p);

/* The first field of a name, or NULL. */
const struct http_field *http_field(const struct http_parse *p,
    const char *name);

/*
 * Adds the arguments of the query behind the fields, percent-decoded.  False
 * when one holds a control character.
 */
bool http_parse_arguments(struct http_parse *p);

#endif
