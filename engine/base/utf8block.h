/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_UTF8BLOCK_H
#define BASE_UTF8BLOCK_H

/* UTF-8 checked sixteen bytes at a time, where the processor can. */

#include <stdbool.h>

#include "base/str.h"

/* False: it cannot, and *is_valid is left alone. */
bool utf8_blocks(struct str s, bool *is_valid);

#endif
