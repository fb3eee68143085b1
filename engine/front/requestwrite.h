/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_REQUESTWRITE_H
#define FRONT_REQUESTWRITE_H

/*
 * A request to a daemon like this one, in the words that front/request.h
 * reads: one POST over HTTP/1.1, whose connection ends with it.
 */

#include "base/str.h"
#include "base/vec.h"

struct arena;
struct buf;
struct envelope;

struct request_field {
	struct str name, value;
};
typedef VEC(struct request_field) request_field_list;

/* A value of "" is sent, too. */
void request_add(request_field_list *to, struct arena *a, const char *name,
    struct str value);
/* What is known of it, and no more. */
void request_add_envelope(request_field_list *to, struct arena *a,
    const struct envelope *env);
/* "Authorization: Bearer TOKEN" */
void request_add_token(request_field_list *to, struct arena *a,
    struct str token);

/* Values lose their control characters, whoever wrote them: none ends its
 * line. */
void request_write(struct buf *b, struct str path, struct str host,
    const request_field_list *fields, struct str body);

#endif
