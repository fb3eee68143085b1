/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_COLORNAME_H
#define MAIL_COLORNAME_H

/* Colours by their name, in any case: "RebeccaPurple". */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* False: none is called that. */
bool color_name_read(uint32_t *rgb, struct str name);

#endif
