/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_STYLEVALUE_H
#define MAIL_STYLEVALUE_H

/* What the value of one property says about being seen. */

#include <stdbool.h>

#include "base/str.h"
#include "mail/htmlstyle.h"
#include "mail/styleproperty.h"

/* Writes it over what out says of the same; the value is plain and in lower
 * case, without "!important".  False: it is none for the property, and nothing
 * is said. */
bool style_value_apply(struct style *out, enum property property,
    struct str value);

#endif
