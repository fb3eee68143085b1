/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_HTTPREPLY_H
#define FRONT_HTTPREPLY_H

/* The head of a reply: status line and fields. */

#include <stdbool.h>
#include <stddef.h>

#include "front/packing.h"

struct buf;

struct http_reply {
	int status;
	const char *type;      /* of the body */
	size_t n;              /* bytes of the body as it is sent */
	enum packing packing;
	bool is_last;          /* the connection ends behind it */
	bool is_private;       /* not to be kept by anybody between us */
};

void http_reply_head(struct buf *to, const struct http_reply *r);

#endif
