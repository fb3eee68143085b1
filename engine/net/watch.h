/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_WATCH_H
#define NET_WATCH_H

/*
 * Tells of files that were put in place in a folder, or written to their end.
 * A help for who looks at files from time to time, never a replacement: the
 * system may have no watches left, files may come over a network or through
 * a symbolic link, and then nobody tells.
 */

#include <stdbool.h>

#include "base/str.h"

struct loop;
struct watch;

/* told gets the folder as it was added, a slash, and the name; in the loop's
 * thread.  NULL: this system has none. */
struct watch *watch_new(struct loop *l,
    void (*told)(void *owner, struct str path), void *owner);
void watch_free(struct watch *w);

/* Once or several times; "" is the working folder, told without a slash.
 * False: it is not watched. */
bool watch_add(struct watch *w, struct str folder);

#endif
