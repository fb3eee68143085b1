/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_INLINEFILE_H
#define MAIL_INLINEFILE_H

/*
 * Files in the middle of text, as they were sent before MIME and still are:
 * uuencode ("begin 644 name" to "end", and in base64 "begin-base64" to
 * "===="), yEnc ("=ybegin" to "=yend") and BinHex.  Mail programs show them as
 * attachments: all of them uuencode, few the others, so that what is written
 * in the lines of those is read as text too.  For mime.c alone.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct arena;

struct inline_file {
	struct str name;  /* as written: no charset is known */
	struct str bytes; /* decoded */
	size_t begin;     /* of its first line in the text */
	size_t end;       /* behind its last */
	bool is_shown;    /* most mail programs leave it in the text */
};

/* The first file of text at or behind from.  False: there is none. */
bool inline_file_find(struct inline_file *out, struct arena *a,
    struct str text, size_t from);

/* A whole body in uuencode, with or without its first and last line. */
struct str inline_file_decode(struct arena *a, struct str body);

#endif
