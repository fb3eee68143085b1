/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_BARELINK_H
#define MAIL_BARELINK_H

/* Sites that a text names without a scheme, and to which mail programs lead
 * all the same.  For urlfind.c alone. */

#include <stddef.h>

struct urlfind;

/* The slash at at may end the name of a site: "example.com/x".  Adds it; gives
 * where the walk goes on. */
size_t barelink_slash(struct urlfind *f, size_t at);

/* The same of a dot, in a name that stands alone: "example.com". */
size_t barelink_dot(struct urlfind *f, size_t at);

#endif
