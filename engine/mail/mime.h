/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

/*
 * The tree of parts (RFC 2045, 2046), flattened in reading order.  Part 0 is
 * the message itself.  Numbers are those of IMAP (RFC 3501 6.4.5): "1",
 * "2.1"; a message that is no multipart has the one part "1".
 *
 * A message that was attached in an encoding, or as a file named .eml, is read
 * too: its parts follow behind all others and stand in the decoded bytes of
 * the one that carries them.  So do the parts of a multipart that can be read
 * in more than one way: it has two boundaries, or none that ever comes, or is
 * encoded as a whole.  A text with two encodings stands there twice.  What
 * those readings find a second time, the same bytes of the same type and name,
 * is no leaf.
 *
 * Reading uses no recursion on input and stops at limits; what was reached
 * is said in the message's limits.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"
#include "mail/encoding.h"
#include "mail/header.h"

#define PART_NONE UINT32_MAX

struct part {
	struct str number;      /* "1.2"; "" for a multipart at the top, and
	                           the carrier's for one in message/rfc822 */
	struct str content_type; /* the field that counts, undecoded */
	struct str type;        /* "text/html", lower case; RFC 2045 5.2 when
	                           missing */
	struct str charset;     /* the label as given, "" when there is none */
	struct str name;        /* file name, decoded, or "" */
	struct str disposition; /* "inline", "attachment" or "" */
	struct headers headers;
	struct str body;        /* as sent, still encoded */
	struct str bytes;       /* decoded; for a leaf */
	struct str text;        /* bytes without the files inside them; unset
	                           where there are none */
	struct str preamble;    /* of a multipart: what stands in front of its
	                           first part, and behind its last */
	struct str epilogue;
	size_t offset;          /* of body, in the message or in source */
	uint32_t source;        /* the part whose decoded bytes this one stands
	                           in, or PART_NONE: in the message itself */
	enum encoding encoding;
	uint8_t others;         /* bits: encodings that it may be in as well */
	uint32_t parent;        /* index, or PART_NONE */
	uint16_t depth;
	bool is_leaf;           /* neither multipart nor message/rfc822 */
	bool is_page;           /* HTML, by type or by name, or without any
	                           of those */
	bool has_files;         /* text is set */
	bool is_inline_file;    /* uuencoded or yEnc in the text of parent, or
	                           what parent has signed */
	bool is_attachment;     /* a file to the reader, not text to read */
	bool has_two_types;     /* read as a multipart; others may read its
	                           preamble as the text */
	bool has_two_boundaries; /* parts of the first come first */
	bool is_again;          /* an earlier part decoded in another way:
	                           one attachment, if it is any */
	bool is_damaged;        /* boundary never closed, and the like */
};

typedef VEC(struct part) part_list;

struct mime_limits {
	size_t depth;
	size_t parts;
	struct header_limits headers;
};

struct mime {
	part_list parts;
	bool is_damaged;      /* any part is */
	bool is_depth_over;   /* deeper parts are text of their parent */
	bool is_parts_over;   /* later parts were not read */
	bool is_params_over;  /* later parameters of a field were not read */
	bool is_words_over;   /* later encoded words of a name were not read */
	bool is_headers_over; /* later fields of a section were not read */
};

void mime_read(struct mime *out, struct arena *a, struct str raw,
    const struct mime_limits *limits);

#endif
