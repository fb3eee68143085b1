/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_RULECACHE_H
#define RULE_RULECACHE_H

/*
 * The file that keeps a compiled ruleset from one start to the next.  It is
 * opened when the packs are still those it was made from (same files, by
 * size, times and inode, and the same program); otherwise it is what the next
 * one is compiled on top of.  A file that is damaged, foreign or old is told
 * in the log and made again.
 */

#include <stdbool.h>

#include "base/str.h"
#include "rule/pack.h"
#include "rule/packkeep.h"

struct arena;
struct err;
struct fact_table;
struct ruleset;

struct rulecache {
	struct arena *arena;
	const char *path;
	struct str key, stamp;
	const struct fact_table *table;
	struct ruleset *old;       /* to take from, or NULL */
	const pack_held_list *held; /* to be told with it, or NULL */
};

/* Where packs are: files and folders. */
struct rulecache_paths {
	const struct str *at;
	size_t n;
};

/* Everything lives in the arena; what is found must be released. */
void rulecache_init(struct rulecache *c, struct arena *a, struct str path,
    const struct rulecache_paths *packs, const struct fact_table *table);
void rulecache_release(struct rulecache *c);

/* True when the file has the ruleset of these packs. */
bool rulecache_find(struct ruleset **out, struct rulecache *c);

/* Compiles packs into the file and opens that; the packs are not needed
 * behind it.  Where the file cannot be written, that is told in the log, and
 * the ruleset is made in memory, which does need them: *needs_packs. */
bool rulecache_make(struct ruleset **out, struct rulecache *c,
    const pack_list *packs, bool *needs_packs, struct err *e);

#endif
