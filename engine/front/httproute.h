/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_HTTPROUTE_H
#define FRONT_HTTPROUTE_H

/*
 * What is done at which path of HTTP.  A session (front/http.h) reads the
 * request and finds the route; what stands there answers, once, now or when
 * a scan is over.  For http.c and httproute.c alone.
 */

#include <stdbool.h>

#include "front/httpparse.h"
#include "front/request.h"

struct buf;
struct client;
struct conn;
struct front;
struct http_session;
struct scan;

/* A path and what is done there. */
struct http_route {
	const char *path;       /* NULL at the end of a table */
	void (*act)(struct http_session *ss);
	/* For show: writes the body. */
	void (*body)(struct buf *to, const struct front *f);
	unsigned role;          /* what a client must be allowed */
	bool takes_head;        /* the method HEAD too */
};

struct http_session {
	struct client *client;
	struct conn *conn;
	const struct http_route *routes;
	const struct http_route *route; /* of the request in hand */
	struct request request;
	struct http_limits limits;
	struct http_parse parse;
	struct scan *scan;      /* under way, or NULL */
	struct history_query *query; /* the same */
	bool is_begun;          /* the first byte of a request is here */
	bool is_looked_at;      /* its head is, and is in order */
	bool is_last;           /* no request after this one */
	bool is_closing;
};

extern const struct http_route http_scan_routes[];
extern const struct http_route http_control_routes[];

/* Paths compare without case, a slash at the end aside.  NULL: there is no
 * such path. */
const struct http_route *http_route_of(const struct http_route *routes,
    struct str path);

/* The answer to the request in hand; after it comes the next request. */
void http_answer(struct http_session *ss, int status, const char *type,
    struct str body);
/* Packed as the client can read it, if it says so. */
void http_answer_json(struct http_session *ss, struct str body);
void http_answer_error(struct http_session *ss, int status,
    const char *error);

/* What the client shows, or "". */
struct str http_token(const struct http_session *ss);

#endif
