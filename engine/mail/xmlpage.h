/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_XMLPAGE_H
#define MAIL_XMLPAGE_H

/*
 * SVG and XHTML files, which browsers read as XML: what entities of their own
 * stand for is put in place (XML 1.0, 4.4), and elements lose the prefix of
 * their name space.  What comes out is read as HTML.
 */

#include <stdbool.h>

#include "base/str.h"

struct arena;

/* False: there is nothing to undo.  *is_cut: there was more than is read. */
bool xmlpage_read(struct str *page, struct arena *a, struct str source,
    bool *is_cut);

#endif
