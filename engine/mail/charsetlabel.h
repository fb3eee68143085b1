/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_CHARSETLABEL_H
#define MAIL_CHARSETLABEL_H

/* What labels of charsets mean.  For charset.c alone. */

#include "mail/jis.h"

enum kind {
	KIND_UNKNOWN, /* these three are UTF-8 to the reader */
	KIND_ASCII,
	KIND_UTF8,
	KIND_JIS,
	KIND_ICU,
	KIND_UTF16,   /* ICU's too, but ASCII is no ASCII in it */
	KIND_EBCDIC,  /* the same */
	KIND_LATIN10, /* ISO-8859-16, which ICU does not have */
	KIND_USER     /* x-user-defined: read by guess before all */
};

struct charset {
	const char *name;
	enum kind kind;
	enum jis jis;
	const char *icu; /* a superset that senders mean by the name */
};

extern const struct charset charset_utf8, charset_ascii, charset_cp932,
    charset_euc, charset_iso2022, charset_western;

/* NULL: none that is known by another name than ICU's.  The label is in lower
 * case and has "-" for "_". */
const struct charset *charset_of_label(const char *label);

#endif
