/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_STR_H
#define BASE_STR_H

/*
 * A slice of bytes: where they begin and how many.  It owns nothing, need not
 * end in NUL and may hold any byte.  The bytes live as long as the arena or
 * message they were cut from.  A zeroed struct is the empty slice.
 *
 * "Case" means ASCII case throughout: protocol words.  Text that people read
 * is folded by mail/fold.h.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct str {
	const char *p;
	size_t n;
};

/* "%" STR_FMT prints a slice: printf("<" STR_FMT ">", STR_ARG(s)) */
#define STR_FMT ".*s"
#define STR_ARG(s) (int)(s).n, (s).n == 0 ? "" : (s).p

/* A slice of a string literal, as an expression and as an initialiser. */
#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })
#define STR_INIT(literal) { (literal), sizeof(literal) - 1 }

/* NULL gives the empty slice. */
struct str str_of(const char *text);
struct str str_between(const char *begin, const char *end);

bool str_eq(struct str a, struct str b);
bool str_case_eq(struct str a, struct str b);
bool str_is(struct str s, const char *text);
bool str_case_is(struct str s, const char *text);
bool str_starts(struct str s, struct str head);
bool str_case_starts(struct str s, struct str head);
bool str_ends(struct str s, struct str tail);
bool str_case_ends(struct str s, struct str tail);
/* Order by bytes, the shorter first where one begins the other. */
int str_order(struct str a, struct str b);

/* Offset of the first byte or piece, or s.n when there is none. */
size_t str_find(struct str s, char byte);
size_t str_find_last(struct str s, char byte);
size_t str_find_str(struct str s, struct str piece);
size_t str_case_find_str(struct str s, struct str piece);
bool str_has(struct str s, char byte);

/* Cuts that may reach past the end; they stop at it. */
struct str str_from(struct str s, size_t begin);
struct str str_head(struct str s, size_t n);
struct str str_sub(struct str s, size_t begin, size_t end);

/* Without blanks, tabs, CR and LF at both ends. */
struct str str_trim(struct str s);

/* Moves s past head and says true, or leaves it alone. */
bool str_skip(struct str *s, struct str head);
bool str_case_skip(struct str *s, struct str head);

/*
 * The piece up to byte; s goes on behind it.  False when s has run out: a
 * loop over "a,b," gives "a", "b" and then the empty last piece.  A s.p of
 * NULL marks the end.
 */
bool str_next(struct str *s, char byte, struct str *piece);

/* Up to the first byte, without it; the rest behind it.  True when found. */
bool str_cut(struct str s, char byte, struct str *before, struct str *after);

/* Decimal, the whole slice, no blanks; false on anything else. */
bool str_to_int(struct str s, int64_t *value);

/* Copies in an arena.  str_cstr ends in NUL; a NUL inside cuts it short. */
struct str str_copy(struct arena *a, struct str s);
struct str str_lower(struct arena *a, struct str s);
const char *str_cstr(struct arena *a, struct str s);
struct str str_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* str_cat(a, one, two, ...): the slices one behind the other. */
#define str_cat(a, ...)                             \
	str_join((a), (const struct str[]){ __VA_ARGS__ }, \
	    sizeof((const struct str[]){ __VA_ARGS__ }) / \
	    sizeof(struct str), STR(""))
struct str str_join(struct arena *a, const struct str *pieces, size_t n,
    struct str between);

/* Bytes by the ASCII table, whatever the locale. */
bool ascii_is_digit(char c);
bool ascii_is_alpha(char c);
bool ascii_is_alnum(char c);
bool ascii_is_space(char c);
bool ascii_is_hex(char c);
int ascii_hex(char c); /* 0 to 15; call only for hex digits */
char ascii_lower(char c);
char ascii_upper(char c);

#endif
