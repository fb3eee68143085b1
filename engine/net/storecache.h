/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_STORECACHE_H
#define NET_STORECACHE_H

/*
 * What servers have answered a moment ago, and what they have said is not
 * there.  It is bounded in bytes: the oldest goes first.
 * What has changed since is seen when its life is over, or it is dropped.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "net/store.h"
#include "net/storekey.h"

struct store_cache;

/* NULL when nothing is to be kept. */
struct store_cache *store_cache_new(size_t bytes, int64_t life_ms);
void store_cache_free(struct store_cache *c);

/* STORE_FAILED: it is not here.  value is good until the next call. */
enum store_result store_cache_get(struct store_cache *c, struct store_key key,
    struct str *value);
/* It will be asked for in a moment: brings it near. */
void store_cache_near(struct store_cache *c, uint64_t hash);
void store_cache_put(struct store_cache *c, struct store_key key,
    enum store_result result, struct str value);
void store_cache_drop(struct store_cache *c, struct store_key key);

#endif
