/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_CHARSETICU_H
#define MAIL_CHARSETICU_H

/* Charsets that ICU decodes.  For charset.c alone. */

#include "base/str.h"
#include "mail/charsetlabel.h"

struct buf;

/* Adds the text to out, as far as there is room, and counts all of it; bytes
 * that are no text become U+FFFD.  Of a charset that ICU has not, all are bad
 * and nothing is added. */
struct jis_count charseticu_decode(struct buf *out, const char *name,
    struct str bytes);

/* How a charset that charsetlabel.c does not know is read: KIND_UNKNOWN, as
 * mail programs do not know it either, KIND_ICU or KIND_EBCDIC. */
enum kind charseticu_kind(const char *name);

#endif
