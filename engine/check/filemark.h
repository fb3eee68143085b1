/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_FILEMARK_H
#define CHECK_FILEMARK_H

/*
 * What tells that something may be known of an attachment.  Attachments are
 * known by their SHA-256, so that nobody can make a file that bears the name
 * of another's; but to compute it takes as long as all else that is done with
 * them, and of nearly all nothing is known.  So whatever is taught of a file
 * leaves a mark in the store, under its length and a fast hash of its two
 * ends, and only a file whose mark is there is named and asked for.  Who makes
 * a file with the mark of another's makes us compute a sum, and no more.
 */

#include <stdint.h>

#include "base/str.h"
#include "scan/reputation.h"

struct arena;

#define FILE_MARKS "file1:"
/* Stands there where somebody has named files without showing them: all are
 * asked for. */
#define FILE_MARK_ALL FILE_MARKS "all"
#define FILE_MARK_VALUE "1"

struct str filemark_key(struct arena *a, struct str bytes);
/* As long as what was taught then, in seconds. */
int64_t filemark_life(void);

#endif
