/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_COMPOSE_H
#define MAIL_COMPOSE_H

/*
 * Builds a message from a description: for the tests inside packs and for
 * samples.  Encoding is the sender's choice, so that the same text can be
 * tried in every charset and form.  The same description always gives the
 * same bytes: date, boundary and Message-ID are made from it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"

struct arena;

struct compose_link {
	struct str text;
	struct str href;
};

struct compose_header {
	struct str name;
	struct str value;
};

enum compose_encoding {
	COMPOSE_USUAL,  /* 7bit for ISO-2022-JP and ASCII, else base64 */
	COMPOSE_BASE64,
	COMPOSE_QUOTED,
	COMPOSE_PLAIN   /* 7bit or 8bit, the bytes as they are */
};

struct compose {
	struct str from, to, reply_to, subject; /* UTF-8, "" to leave out */
	struct str body;                        /* plain text */
	struct str html;                        /* mark-up, or "" */
	VEC(struct compose_link) links;         /* anchors below the body; make
	                                           the message HTML */
	VEC(struct compose_header) headers;     /* further fields, as given */
	struct str charset;  /* "utf-8", "iso-2022-jp", "shift_jis", "euc-jp" */
	struct str label;    /* what Content-Type says; "" for charset */
	enum compose_encoding encoding;
	int32_t day;         /* of the Date field; DAY_NONE, 0: a fixed one */
	bool is_html;        /* body as HTML paragraphs, text cut by tags */
	bool is_wrapped;     /* Japanese lines broken in the middle of words */
};

/* False when the charset cannot hold the text (and then *out is the message
 * in UTF-8). */
bool compose_message(struct str *out, struct arena *a,
    const struct compose *c);

#endif
