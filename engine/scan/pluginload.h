/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_PLUGINLOAD_H
#define SCAN_PLUGINLOAD_H

/* Checks from shared objects.  What is loaded stays for the life of the
 * process, so that a reload never takes code from under a scan. */

#include <stdbool.h>

struct arena;
struct check;
struct err;

bool plugin_load(const struct check **out, struct arena *a, const char *path,
    struct err *e);

#endif
