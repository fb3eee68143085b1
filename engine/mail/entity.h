/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_ENTITY_H
#define MAIL_ENTITY_H

/* Character references of HTML: named, decimal, hexadecimal. */

#include <stdbool.h>

#include "base/str.h"

struct buf;

/* How many times as long text may become: "&nGt;" is shorter than what it
 * stands for. */
enum { ENTITY_GROWTH = 3 };

/* Adds s with its references undone.  Inside an attribute "&copy=" stays as
 * it is, in text it does not. */
void entities_add(struct buf *to, struct str s, bool is_attribute);

#endif
