/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_REQUEST_H
#define FRONT_REQUEST_H

/*
 * What the headers and arguments of a request say about the message: the
 * envelope as rspamd's clients tell it.  Unknown ones are ignored, those
 * that name files are refused: nobody reads our disk through a socket.
 */

#include <stdbool.h>

struct http_parse;
struct scan;

/* is_trusted: the client may hand over Authentication-Results and a date.
 * False: the request is refused, for the reason in *why. */
bool request_read(struct scan *s, const struct http_parse *p, bool is_trusted,
    const char **why);

#endif
