/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_WORDING_H
#define RULE_WORDING_H

/*
 * Text out of a message or a pack, made fit to be shown: recipients'
 * addresses taken out, control and direction characters too, addresses
 * defanged, long pieces cut.
 */

#include <stdbool.h>

#include "base/str.h"
#include "base/vec.h"
#include "rule/fact.h"

struct json;
struct message;

enum { WORDING_PAIRS = 8 };

struct wording {
	struct arena *arena;
	VEC(struct str) rcpts; /* every spelling of every recipient */
	bool begins[256];      /* one of them, with such a pair of bytes */
	char pairs[WORDING_PAIRS][2]; /* the same, in lower case; */
	size_t n_pairs;        /* WORDING_PAIRS + 1: there are more */
	bool has_masked;       /* something was taken out */
};

void wording_init(struct wording *w, struct arena *a,
    const struct facts *facts, const struct message *m);

/* Recipients as <rcpt>, control characters as blanks; nothing else.  Text
 * that is fit to be shown as it is is not copied. */
struct str wording_plain(struct wording *w, struct str s);

/* The same, defanged and at most 80 characters. */
struct str wording_show(struct wording *w, struct str s);

/* template with "{match}", "{1}" to "{4}" filled in; what is missing is "". */
struct str wording_fill(struct arena *a, struct str template,
    const struct str *args, size_t n_args);

/* The same as a string of JSON; the template is the program's own. */
void wording_put(struct json *j, struct arena *a, struct str template,
    const struct str *args, size_t n_args);

/* "12.5", "+3", "-0.25" with a sign when wanted. */
struct str wording_points(struct arena *a, int32_t points, bool has_sign);

#endif
