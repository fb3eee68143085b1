/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_REQUEST_H
#define FRONT_REQUEST_H

/*
 * What the headers and arguments of a request say: about the message, into
 * the envelope as rspamd's clients tell it, and about the reply.  Unknown
 * ones are ignored, those that name files are refused: nobody reads our disk
 * through a socket.
 */

#include <stdbool.h>

#include "base/str.h"
#include "front/packing.h"

struct explain_conf;
struct http_parse;
struct scan;

struct request {
	enum packing packing;       /* of the body */
	enum packing reply_packing;
	bool wants_skip;            /* no scan, an answer all the same */
	bool wants_urls;            /* each as an object */
	bool wants_groups;
	bool wants_notes;           /* whatever is found */
};

/* is_trusted: the client may hand over results of others, a date, and may
 * stay out of the log.  False: it is refused, for the reason in *why. */
bool request_read(struct request *r, struct scan *s,
    const struct http_parse *p, bool is_trusted, const char **why);

/* One such header of another protocol. */
void request_read_field(struct scan *s, struct str name, struct str value,
    bool is_trusted);

/*
 * "Sekisho-Text: ja 80 colour": the client wants the explanation as a person
 * reads it, in a language, for so many columns.  All three may be left out,
 * and conf holds what is then.  False: it does not.
 */
bool request_wants_text(struct explain_conf *conf, const struct http_parse *p);

#endif
