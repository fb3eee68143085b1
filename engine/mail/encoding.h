/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_ENCODING_H
#define MAIL_ENCODING_H

/*
 * Content-Transfer-Encoding and its kin, undone (RFC 2045 6).  Lenient where
 * mail programs are: stray bytes in base64 are skipped, a broken "=" in
 * quoted-printable stays text.  Never fails.
 */

#include <stdbool.h>

#include "base/str.h"

struct arena;

enum encoding {
	ENCODING_NONE,
	ENCODING_BASE64,
	ENCODING_QUOTED,
	ENCODING_UU
};

/* *is_guess: by a label that is like one of those there are; other programs
 * may take what it names as it stands. */
enum encoding encoding_of(struct str label, bool *is_guess);
struct str encoding_decode(struct arena *a, struct str bytes,
    enum encoding encoding);

/* RFC 2047 "Q": as quoted-printable, with "_" for a blank. */
struct str encoding_decode_q(struct arena *a, struct str bytes);

/* What a letter of base64 stands for, those of URLs too. */
unsigned encoding_sextet(char c);

/* Standard or URL-safe alphabet, strict: false if bytes are anything else. */
bool encoding_base64_strict(struct str *out, struct arena *a, struct str bytes);

/* For building messages: base64 in lines of 76. */
struct str encoding_to_base64(struct arena *a, struct str bytes);

#endif
