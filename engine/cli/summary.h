/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

/*
 * Many verdicts counted: how many mails each campaign and each of its groups
 * hit.  Rows outlive the messages and the packs they were made of.
 */

#include "base/map.h"
#include "base/str.h"
#include "base/vec.h"
#include "rule/verdict.h"

struct buf;
struct terminal;

struct summary_row {
	struct str pack;
	struct str group;      /* "" for the pack as a whole */
	size_t mails;
	int32_t most;          /* points, given or withheld */
	bool is_observed;
};

struct summary {
	struct arena *arena;
	struct map by_name;
	VEC(struct summary_row) rows;
	size_t mails, unread;
	size_t actions[ACTIONS];
};

void summary_init(struct summary *s, struct arena *a);
void summary_add(struct summary *s, const struct verdict *v);

/* Packs in the order of their hits, the groups below each. */
void summary_print(struct buf *to, struct summary *s,
    const struct terminal *t);
void summary_json(struct buf *to, struct summary *s);

#endif
