/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_BASE64BLOCK_H
#define MAIL_BASE64BLOCK_H

/* Base64 sixteen letters at a time, where the processor can. */

#include <stddef.h>

#include "base/str.h"

/*
 * Decodes whole blocks of letters at the front of s and gives how many bytes
 * of s they were: a multiple of 4, at most up to the first byte that is no
 * letter, and 0 where there is no such processor.  Sixteen bytes are written
 * for each block, of which twelve stay: to has room for four more.
 */
size_t base64_blocks(char *to, struct str s);

#endif
