/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_OVERLAY_H
#define RULE_OVERLAY_H

/*
 * What a site says of packs that others wrote (pack-format 2.11): exceptions
 * of its own, a lower cap, another mode, groups or packs left out, an earlier
 * end, domains that brands have here.  It never adds an indicator, and the
 * order of files means nothing: of two overlays the stricter holds.
 */

#include <stdbool.h>
#include <stdint.h>

#include "conf/diag.h"
#include "rule/pack.h"

struct overlay_entry {
	struct str id;          /* of the pack */
	struct mark mark;
	bool has_mode;
	enum pack_mode mode;
	int32_t cap;            /* INT32_MAX: not said */
	int32_t expires;        /* DAY_NONE: not said */
	struct mark cap_mark, expires_mark, disable_mark;
	str_list disable_groups;
	bool is_disabled;
	struct group *exceptions;
	size_t n_exceptions;
};

/* What a site knows of a brand: only lists that excuse. */
struct overlay_brand {
	struct mark mark;
	struct brand more;      /* its id, and what is added */
};

struct overlay {
	struct str file;
	struct str yaml;
	VEC(struct overlay_entry) entries;
	VEC(struct overlay_brand) brands;
	struct pack *site;      /* its groups except the message from all
	                           packs; NULL: none do */
};

typedef VEC(struct overlay *) overlay_list;

/* What is wrong goes to d; false when there was an error, and then there is
 * no overlay. */
bool overlay_read(struct overlay **out, struct arena *a, struct str file,
    struct str yaml, struct diags *d);

/* Changes the packs as the overlays say.  What an overlay asks and may not is
 * an error and left out; a pack that is not there is a warning. */
bool overlays_apply(pack_list *packs, struct arena *a,
    const overlay_list *overlays, struct diags *d);

#endif
