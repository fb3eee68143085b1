/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_STOREKEY_H
#define NET_STOREKEY_H

/* A key, and its hash in the tables of this process: several of them are
 * looked into for one question, so it is made once. */

#include <stdint.h>

#include "base/str.h"

struct store_key {
	struct str text;
	uint64_t hash;
};

#endif
