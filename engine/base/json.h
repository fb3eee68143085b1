/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

/*
 * Writes JSON into a buffer, one call a value.  Commas and nesting are kept
 * here; text is escaped and made valid UTF-8, so the result always parses.
 * Inside an object each value follows its json_key.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct json {
	struct buf *to;
	unsigned depth;
	bool has_value; /* a comma comes first */
};

void json_init(struct json *j, struct buf *to);
void json_open_object(struct json *j);
void json_close_object(struct json *j);
void json_open_array(struct json *j);
void json_close_array(struct json *j);
/* Printable, without quotes and backslashes, as names in a program are. */
void json_key_plain(struct json *j, struct str key);
void json_key_str(struct json *j, struct str key);
void json_str(struct json *j, struct str s);
/* A string in pieces: none of them ends within a character.  One of the
 * program's own is known to be UTF-8. */
void json_open_text(struct json *j);
void json_text(struct json *j, struct str s);
void json_text_own(struct json *j, struct str s);
void json_close_text(struct json *j);
void json_int(struct json *j, int64_t n);
void json_bool(struct json *j, bool b);
void json_nothing(struct json *j);
/* Hundredths as a decimal number: 1250 is written 12.5. */
void json_points(struct json *j, int64_t hundredths);
/* Text that is JSON already. */
void json_raw(struct json *j, struct str value);

/* A name of the program's own, plain as above; of a literal the compiler
 * knows the length. */
static inline void
json_key(struct json *j, const char *key)
{
	json_key_plain(j, str_of(key));
}

/* A key and its value at once. */
static inline void
json_put_str(struct json *j, const char *key, struct str s)
{
	json_key(j, key);
	json_str(j, s);
}

static inline void
json_put_int(struct json *j, const char *key, int64_t n)
{
	json_key(j, key);
	json_int(j, n);
}

static inline void
json_put_bool(struct json *j, const char *key, bool b)
{
	json_key(j, key);
	json_bool(j, b);
}

static inline void
json_put_points(struct json *j, const char *key, int64_t hundredths)
{
	json_key(j, key);
	json_points(j, hundredths);
}

#endif
