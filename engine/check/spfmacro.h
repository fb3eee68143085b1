/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_SPFMACRO_H
#define CHECK_SPFMACRO_H

/* The macros of an SPF record (RFC 7208 7), expanded. */

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"

struct arena;

enum { SPF_EXPANDED_MOST = 4096 };

/* What the letters stand for. */
struct spf_values {
	struct str local;         /* l */
	struct str sender_domain; /* o; s is both */
	struct str domain;        /* d */
	struct addr ip;           /* i, c, v */
	struct str validated;     /* p */
	struct str helo;          /* h */
	struct str receiver;      /* r */
	int64_t now;              /* t, seconds since 1970 */
};

/* Whether expanding takes the validated name of the client (p). */
bool spf_macro_uses_validated(struct str s);

/* s has passed spf_is_macro_string. */
struct str spf_macro_expand(struct arena *a, struct str s,
    const struct spf_values *values);

#endif
