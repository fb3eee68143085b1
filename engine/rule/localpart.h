/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_LOCALPART_H
#define RULE_LOCALPART_H

/* What the part before the "@" looks like, by its shape alone.  Both are weak
 * signs, told and worth no points. */

#include <stdbool.h>

#include "base/str.h"

/* It names an office and no person: support, info, noreply0. */
bool localpart_is_role(struct str local);

/* It looks drawn by lot: mail.clknfrr. */
bool localpart_is_random(struct str local);

#endif
