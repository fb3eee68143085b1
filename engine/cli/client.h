/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CLIENT_H
#define CLI_CLIENT_H

/*
 * One HTTP request to a running sekishod, and its answer.  Blocks, with a
 * time limit for the whole; a command line has nothing else to do.
 */

#include <stdbool.h>

#include "base/str.h"
#include "front/requestwrite.h"

struct arena;
struct err;

struct client_request {
	struct str server;  /* "host", "host:port", "[2001:db8::1]:port" or
	                       "unix:/path" */
	struct str path;    /* "/checkv2" */
	request_field_list fields;
	struct str body;
	int timeout_ms;     /* of the whole; 0: a minute */
};

struct client_reply {
	unsigned status;
	struct str body;
};

/* A field of the request, unless its value is "". */
void client_add(struct client_request *r, struct arena *a, const char *name,
    struct str value);
/* The token said, or that of the environment: on a command line others of
 * this machine would see it. */
void client_show_token(struct client_request *r, struct arena *a,
    struct str said);

/* True when there is an answer, whatever its status. */
bool client_post(struct client_reply *out, struct arena *a,
    const struct client_request *r, struct err *e);

#endif
