/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_JIS_H
#define MAIL_JIS_H

/*
 * The three Japanese charsets, read and written with one table, so that a
 * text is the same whichever of them carried it: Microsoft's CP932 with the
 * extensions of NEC and IBM (circled digits, "(kabu)" in one sign), and JIS X
 * 0212 for EUC-JP.  Those of JIS X 0213 have two planes in place of that.  For
 * charset.c alone.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf;

enum jis {
	JIS_CP932,
	JIS_EUC,
	JIS_ISO2022,
	JIS_SHIFT_2004, /* both with JIS X 0213; written as the older ones */
	JIS_EUC_2004,
	JIS_ISO2022_WEB /* no more than browsers read (WHATWG Encoding, 12.2) */
};

struct jis_count {
	size_t good; /* characters beyond ASCII */
	size_t half; /* of these, half-width kana */
	size_t gaiji; /* of these, private use */
	size_t next; /* of these, right behind another */
	size_t bad;  /* pieces written as U+FFFD */
};

/* Appends bytes as valid UTF-8 and tells what was met. */
struct jis_count jis_decode(struct buf *out, enum jis kind, struct str bytes);

/* False when the charset cannot hold the text. */
bool jis_encode(struct buf *out, enum jis kind, struct str utf8);

#endif
