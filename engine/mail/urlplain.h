/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_URLPLAIN_H
#define MAIL_URLPLAIN_H

/* URLs that are written as they are normalised, as most are: taken apart by
 * passing over them once, and nothing of them is copied.  For url.c alone. */

#include <stdbool.h>

#include "base/str.h"

struct url;

/* False: it is another, or none; *out is as it was. */
bool url_read_plain(struct url *out, struct str raw);

#endif
