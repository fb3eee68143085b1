/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_FILETYPE_H
#define RULE_FILETYPE_H

/* What a file is by its first bytes, whatever it is called. */

#include "base/str.h"

/* One of the names; "text" or "data" when nothing is known. */
struct str filetype_of(struct str bytes);

/* NULL behind the last. */
extern const char *const filetype_names[];

#endif
