/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_SCALAR_H
#define CONF_SCALAR_H

/*
 * A text written as YAML, so that node.h reads the same text back: plain
 * where nothing in it means anything to YAML, quoted where something does,
 * with escapes where a person could not see what stands there.  Always one
 * line.  Bytes that are no UTF-8 become U+FFFD.
 */

#include "base/str.h"

struct buf;

void scalar_add(struct buf *to, struct str text);

#endif
