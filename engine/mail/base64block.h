/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_BASE64BLOCK_H
#define MAIL_BASE64BLOCK_H

/* Base64 sixteen letters at a time, where the processor can. */

#include <stddef.h>

#include "base/str.h"

/*
 * Decodes whole blocks of letters at the front of s, line after line, and
 * gives how many bytes of s they were, the ends of lines between and behind
 * included: up to where a group of four has another byte in it, or too few are
 * left; 0 where there is no such processor.  *to goes on behind what was
 * decoded.  Sixteen bytes are written for each block, of which twelve stay:
 * there is room for four more.
 */
size_t base64_lines(char **to, struct str s);

#endif
