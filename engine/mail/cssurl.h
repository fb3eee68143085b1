/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_CSSURL_H
#define MAIL_CSSURL_H

/* What a style fetches: each "url(...)", wherever it stands in it. */

#include <stdbool.h>

#include "base/str.h"

/* Takes css on behind the next one; url has no quotes.  False: there is
 * none. */
bool css_url_next(struct str *css, struct str *url);

#endif
