/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_HEADERS_H
#define FRONT_HEADERS_H

/*
 * What a scanned message carries on its way: result headers in the grammars
 * that mail readers parse, those of others that go, and the subject with or
 * without its tag.  Values are one line; headers_fold makes several of one.
 * All of it is ASCII: what is not is encoded words (RFC 2047).
 */

#include <stdbool.h>

#include "base/str.h"
#include "base/vec.h"

struct arena;
struct header;
struct outcome;
struct scan;

struct result_header {
	const char *name;
	struct str value;
	bool is_first; /* belongs on top of all others (RFC 8601 5) */
};
typedef VEC(struct result_header) result_list;
typedef VEC(struct str) removal_list;

/* In the order in which they go on top of the message. */
void headers_add(result_list *out, struct arena *a, const struct scan *s,
    const struct outcome *o);

/* Names to take out of the message, every field of each: those that we add,
 * whether they are there or not, then others' that are. */
void headers_remove(removal_list *out, struct arena *a, const struct scan *s);

/* A field of the message that goes by itself: it claims to be an
 * Authentication-Results of ours and came from elsewhere (RFC 8601 5). */
bool headers_is_forged(const struct scan *s, struct arena *a,
    const struct header *h);

/* The new value of Subject; false: it stays as it is. */
bool headers_subject(struct str *value, struct arena *a, const struct scan *s,
    const struct outcome *o);

/*
 * The value in lines of up to 78 columns, name and colon counted, where
 * blanks allow it; newline is "\n" or "\r\n".
 */
struct str headers_fold(struct arena *a, const char *name, struct str value,
    const char *newline);

/* Any text as ASCII for an unstructured field. */
struct str headers_encode(struct arena *a, struct str text);

#endif
