/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_NEVERNAME_H
#define DAEMON_NEVERNAME_H

/*
 * A name that nobody is to be asked about, as people write it in dns.never:
 * "example.jp", ".example.jp", "*.example.jp", "example.jp.", in Unicode or
 * any case.  What is read is the name as it is asked for, and all below it is
 * meant.
 */

#include <stdbool.h>

#include "base/str.h"

struct arena;
struct err;

/* False: it would forbid nothing; e says what was meant, if that is clear. */
bool nevername_read(struct str *out, struct arena *a, struct str text,
    struct err *e);

#endif
