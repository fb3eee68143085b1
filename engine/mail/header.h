/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HEADER_H
#define MAIL_HEADER_H

/*
 * The header section of a message or of a part (RFC 5322 2.2, read
 * leniently).  Fields keep their order and their bytes; the decoded text is
 * made beside them.  Reading cannot fail: a line that is no field ends the
 * section, or is joined to the field before it; several are passed over to get
 * at a field that says how to read the body, or who wrote it.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "base/vec.h"

struct header {
	struct str name;  /* as written, without the colon and blanks */
	uint32_t key;     /* header_key of it */
	uint32_t next;    /* the next field whose key has the same place:
	                     one more than its number, or 0 */
	struct str raw;   /* behind the colon, folds and all */
	struct str value; /* unfolded and trimmed, not decoded; in UTF-8 if
	                     its raw bytes fit the charset of the text */
	size_t offset;    /* of the name, in the bytes of the message */
};

enum { HEADER_PLACES = 32 };

struct headers {
	struct header *at;
	size_t n;
	size_t room;
	uint64_t keys;  /* a bit of each: most that are asked for are not
	                   there */
	uint64_t again; /* of those there may be another of */
	uint16_t first[HEADER_PLACES]; /* of each place, as in next */
	struct str strays; /* from lines that are no fields to the end of the
	                      section, where fields that it needs stand
	                      behind them: others read the body there */
	bool is_indented;  /* blanks stood in front of the first field */
};

struct header_limits {
	size_t bytes; /* all fields together */
	size_t one;   /* one field */
	size_t count; /* less than 65,000 */
};

/* So many fields may come on top of count: the first From, Subject,
 * Content-Type and the like are read wherever they stand. */
enum { HEADERS_NEEDED = 8 };

/*
 * Reads the section at the front of bytes; *body is what follows the empty
 * line.  base is added to every offset.  True unless a limit was reached,
 * and then the fields up to it are there.
 */
bool headers_read(struct headers *out, struct arena *a, struct str bytes,
    size_t base, const struct header_limits *limits, struct str *body);

/* Where the colon of a field that begins with this line is, or 0: the line
 * begins none. */
size_t header_colon(struct str line);

/* A line that a mailbox file puts on top, ">From " too; it is no field. */
bool header_is_mbox_line(struct str line);

/* The length and both ends of a name: those of one name in any case are the
 * same, and most others are not. */
static inline uint32_t
header_key(struct str name)
{
	return name.n == 0 ? 0 : (uint32_t)(name.n & 0xffff) << 16 |
	    (uint32_t)(unsigned char)ascii_lower(name.p[0]) << 8 |
	    (unsigned char)ascii_lower(name.p[name.n - 1]);
}

static inline uint64_t
header_bit(uint32_t key)
{
	return 1ULL << (key * (uint32_t)0x9e3779b1 >> 26);
}

/* For headers_find. */
const struct header *headers_find_key(const struct headers *h,
    struct str name, uint32_t key);

/* The first field of a name, in any case, or NULL; and the next after one. */
static inline const struct header *
headers_find(const struct headers *h, const char *name)
{
	return headers_find_key(h, str_of(name), header_key(str_of(name)));
}

const struct header *headers_next(const struct headers *h,
    const struct header *after);

/*
 * Text of an unstructured value as valid UTF-8: encoded words (RFC 2047)
 * decoded, the blanks between two of them dropped, raw 8-bit bytes and raw
 * ISO-2022-JP read by guess.
 */
struct str header_text(struct arena *a, struct str value);

/* The value as valid UTF-8, encoded words left as they are.  Structured fields
 * need it first: in Shift_JIS and ISO-2022-JP parts of a character look like
 * quotes and brackets. */
struct str header_utf8(struct arena *a, struct str value);

/* Bytes of the encoded word at the front of s, or 0: there is none. */
size_t header_word_span(struct str s);

/*
 * A parameter of a structured value (RFC 2045 5.1, with the continuations
 * and charsets of RFC 2231), decoded: header_param(a, value,
 * "boundary", &out).  False: there is none.
 */
bool header_param(struct arena *a, struct str value, const char *name,
    struct str *out);

/* All values of one, at most so many (two at least) and one of them maybe
 * twice, the one of header_param first; of too many the last is among them.
 * Without any charset undone: boundaries are compared as bytes.  How many
 * there are. */
size_t header_param_all(struct str *out, size_t most, struct arena *a,
    struct str value, const char *name);

/* More parameters, or more encoded words, than are read of one field? */
bool header_params_over(struct str value);
bool header_words_over(struct str value);

/* What stands before the first ";", trimmed and in lower case. */
struct str header_word(struct arena *a, struct str value);

#endif
