/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_SECRET_H
#define CHECK_SECRET_H

/*
 * The key that names of persons are hashed with before they are kept.  A file
 * of 64 hex digits, readable by its owner alone; daemons that share a store
 * share it.
 */

#include <stdbool.h>

#include "base/str.h"

struct arena;
struct err;

/* Made when it is not there, which another process may do at the same time. */
bool secret_load(struct str *out, struct arena *a, const char *path,
    struct err *e);
/* One that is kept nowhere. */
bool secret_make(struct str *out, struct arena *a, struct err *e);
/* Only reads it. */
bool secret_read(struct str *out, struct arena *a, const char *path,
    struct err *e);

#endif
