/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_TAGLIST_H
#define CHECK_TAGLIST_H

/*
 * "v=1; a=rsa-sha256; ...": the tag lists of DKIM (RFC 6376 3.2), and of ARC
 * and DMARC after it.  Blanks around names and values are gone, those inside
 * a value are kept.
 */

#include <stdbool.h>

#include "base/str.h"
#include "base/vec.h"

struct arena;

enum { TAGS_MOST = 64 };

struct tag {
	struct str name;
	struct str value;
};

struct taglist {
	VEC(struct tag) tags;
};

/* False: no tag list, one with a tag twice, or with too many. */
bool taglist_read(struct taglist *out, struct arena *a, struct str s);

/* What is no tag is passed over, of a tag that is there twice the first
 * counts: RFC 7489 6.3 ignores what is wrong behind the version.  False: no
 * tag at all. */
bool taglist_read_leniently(struct taglist *out, struct arena *a,
    struct str s);

/* False, and value empty: it is not there.  Names have case. */
bool taglist_get(const struct taglist *list, const char *name,
    struct str *value);

/* Whether one of "a : b : c" is it, whatever its case. */
bool tag_list_has(struct str value, const char *item);

/* A value without any blank, for base64 and names that were folded. */
struct str tag_without_blanks(struct arena *a, struct str value);

/* Decodes base64 (RFC 4648 4), blanks ignored.  False: it is none. */
bool tag_base64(struct arena *a, struct str value, struct str *bytes);

#endif
