/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_CHARSET_H
#define MAIL_CHARSET_H

/*
 * Bytes in any charset to UTF-8.  The declared label is believed when the
 * bytes can be in that charset; otherwise UTF-8, ISO-2022-JP (by its
 * escapes), CP932 and EUC-JP are tried.  Shift_JIS is read as CP932 and
 * ISO-2022-JP with the extensions that mail programs send (circled digits,
 * half-width kana).  The result is always valid UTF-8.
 */

#include <stdbool.h>

#include "base/str.h"

struct arena;

struct charset_text {
	struct str utf8;
	struct str charset; /* what it was read as, lower case: "utf-8" */
	bool is_guess;      /* no label, an unknown one, or a wrong one */
	bool is_damaged;    /* pieces were replaced by U+FFFD */
};

/* An empty label means: none was given. */
struct charset_text charset_decode(struct arena *a, struct str bytes,
    struct str label);

/* The bytes as the label says, whatever is broken then.  False: it says
 * nothing, or nothing beyond ASCII can be read so. */
bool charset_decode_labelled(struct charset_text *out, struct arena *a,
    struct str bytes, struct str label);

/* ISO-2022-JP as browsers have it, where that is something else: an odd shift
 * must not take away what they show.  False: it is the same, or the label says
 * another charset. */
bool charset_decode_web(struct charset_text *out, struct arena *a,
    struct str bytes, struct str label);

/* The name of a text's charset that a label gives it, whichever of its labels
 * this one is.  False: none that anybody knows. */
bool charset_of_name(struct str *charset, struct arena *a, struct str label);

/* ASCII is something else under the label whatever stands in the text: UTF-16,
 * UTF-7, EBCDIC. */
bool charset_is_wide(struct arena *a, struct str label);

/* The bytes begin with UTF-16 mark of byte order (WHATWG Encoding, 6.1). */
bool charset_has_mark(struct str bytes);

/* Seven-bit bytes are ASCII in the charset of the label, or it is none. */
bool charset_has_ascii(struct arena *a, struct str label);

/*
 * The other way, for building messages: "utf-8", "iso-2022-jp", "shift_jis",
 * "euc-jp".  False when the charset is not one of these or cannot hold the
 * text.
 */
bool charset_encode(struct str *out, struct arena *a, struct str utf8,
    struct str charset);

#endif
