/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_TEMPLATEBOOK_H
#define CHECK_TEMPLATEBOOK_H

/*
 * The templates of the last texts.  What goes to many at once begins alike to
 * the letter: its template is made once.
 */

#include "rule/template.h"

struct templatebook;

struct templatebook *templatebook_new(void);
void templatebook_free(struct templatebook *b);

/* As template_of.  b: NULL remembers nothing. */
bool templatebook_find(struct templatebook *b, struct template *out,
    struct str text);

#endif
