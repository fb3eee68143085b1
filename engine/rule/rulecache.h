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
	bool is_shared;            /* no file, or one that cannot be written:
	                              in memory that has a descriptor */
	int fd;                    /* of the image, for other processes to
	                              open, or -1 */
};

/* Where packs are: files and folders. */
struct rulecache_paths {
	const struct str *at;
	size_t n;
};

/* Changes with each file of the packs, and with the program. */
struct str rulecache_key(struct arena *a, const struct rulecache_paths *packs);

/* Everything lives in the arena; what is found must be released.  path may be
 * "": no file. */
void rulecache_init(struct rulecache *c, struct arena *a, struct str path,
    const struct rulecache_paths *packs, const struct fact_table *table);
void rulecache_release(struct rulecache *c);

/* True when the file has the ruleset of these packs. */
bool rulecache_find(struct ruleset **out, struct rulecache *c);

/* Compiles packs into the file, if is_right, and opens that; the packs are
 * not needed behind it.  Where the file cannot be written, that is told in the
 * log, and the ruleset is made in memory, which does need them unless it is
 * shared: *needs_packs. */
bool rulecache_make(struct ruleset **out, struct rulecache *c,
    const pack_list *packs, bool is_right, bool *needs_packs, struct err *e);

/* Opens what another process has made; fd stays the caller's. */
bool rulecache_open(struct ruleset **out, int fd,
    const struct fact_table *table, struct err *e);

#endif
