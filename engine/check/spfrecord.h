/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_SPFRECORD_H
#define CHECK_SPFRECORD_H

/*
 * An SPF record as terms (RFC 7208 4.6, 5, 6).  The whole record is read
 * before any of it is used, since an error anywhere makes all of it one.
 * Macros (7) are checked here and expanded by check/spfmacro.h.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"
#include "base/vec.h"

struct arena;

enum spf_kind {
	SPF_ALL,
	SPF_INCLUDE,
	SPF_A,
	SPF_MX,
	SPF_PTR,
	SPF_IP4,
	SPF_IP6,
	SPF_EXISTS
};

struct spf_term {
	enum spf_kind kind;
	char qualifier;      /* + - ~ ? */
	struct str text;     /* as it stands in the record */
	struct str domain;   /* domain-spec with its macros; or empty */
	struct addr_net net; /* of ip4 and ip6 */
	uint8_t bits4, bits6; /* of a and mx */
};

struct spf_record {
	VEC(struct spf_term) terms;       /* the mechanisms */
	struct str redirect, explanation; /* domain-specs, empty: none */
	struct str wrong;                 /* the term with the error */
};

/* Whether a TXT record is for SPF at all: 4.5. */
bool spf_is_record(struct str text);

/* False: a syntax error, in out->wrong. */
bool spf_record_read(struct spf_record *out, struct arena *a,
    struct str text);

/* Syntax of 7.1; explanations may use the letters c, r and t too. */
bool spf_is_macro_string(struct str s, bool is_explanation);

#endif
