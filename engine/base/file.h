/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

/* Whole files into an arena, folders into sorted lists of names. */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "base/vec.h"

struct err;

typedef VEC(struct str) file_list;

/* "-" is standard input.  More than most bytes is an error. */
bool file_read(struct str *out, struct arena *a, const char *path, size_t most,
    struct err *e);
/* The same for a path that others chose: a pipe or a device is an error, it
 * could keep us waiting. */
bool file_read_regular(struct str *out, struct arena *a, const char *path,
    size_t most, struct err *e);

/*
 * Adds the paths of regular files below path whose names end in tail, in
 * byte order, folders entered to 16 levels, names that begin with a dot and
 * symbolic links to folders left out.  A link that leads nowhere is there, to
 * be missed by who reads it.  A path that is a file is added itself.
 */
bool file_walk(file_list *out, struct arena *a, const char *path,
    struct str tail, struct err *e);

#endif
