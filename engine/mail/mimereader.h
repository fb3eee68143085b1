/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_MIMEREADER_H
#define MAIL_MIMEREADER_H

/*
 * One pass over a text, which is the message or what a part carries, from
 * top to bottom (RFC 2046).  Parts are added in the order they stand in.
 * There is no recursion: what is open stands on a stack as deep as
 * limits->depth.  For mime.c and mimeagain.c alone.
 */

#include "base/map.h"
#include "mail/mime.h"

/* So many parts wait on the stack, until it is known how many there are. */
enum { PARTS_FIRST = 12 };

/* A multipart or a nested message that is open. */
struct mime_level {
	struct str boundary;
	size_t end;          /* where its epilogue begins, or 0 */
	uint32_t part;
	uint32_t children;
	bool is_message;     /* nested, and without a boundary */
	bool is_digest;
	bool is_closed;      /* the last boundary was seen; one that begins a
	                        part opens it once more */
};

struct mime_reader {
	struct mime *out;
	struct arena *arena;
	struct arena *beside; /* until all is read: of many parts the list,
	                         which then moves, and seen; NULL: not yet */
	struct map seen;      /* the bytes of leaves, once there may be any
	                         that are read twice */
	uint32_t repeats;     /* parts from here on may be earlier ones read
	                         in another way, or PART_NONE */
	struct str message;
	struct str raw;       /* it, or what a part carries */
	uint32_t source;      /* that part, or PART_NONE */
	size_t floor;         /* its depth */
	const struct mime_limits *limits;
	struct mime_level *levels; /* limits->depth + 1 at most */
	size_t depth;         /* in use */
	size_t room;
	size_t fields;        /* read so far in all sections */
	size_t again;         /* bytes that may be read once more */
	size_t at;
	uint32_t leaf;        /* whose body is being read, or PART_NONE */
	struct str lines;     /* not looked through yet for a bare CR */
	bool has_bare;        /* there was one that ends a line */
	const char *feed, *feed_from; /* no LF between these; then one */
	bool is_over;
};

/* A zeroed part behind all others. */
struct part *reader_add(struct mime_reader *r);

/* Valid until parts are added. */
static inline struct part *
reader_part(struct mime_reader *r, uint32_t i)
{
	return &r->out->parts.at[i];
}

void reader_damage(struct mime_reader *r, uint32_t part);

/* What is added from now on may be there already. */
void reader_expect_repeats(struct mime_reader *r);

/* Is part i, whose bytes are known, what an earlier one is too? */
bool reader_is_repeat(struct mime_reader *r, uint32_t i);

/* What ends the lines of s is looked for in s alone. */
void reader_set_lines(struct mime_reader *r, struct str s);

/* Opens a level: what is read next stands in level.part. */
void reader_push(struct mime_reader *r, struct mime_level level);

/* Reads the header of the part that begins at r->at, and opens it.  At the
 * limit of parts nothing is added and r->is_over is set. */
void reader_begin(struct mime_reader *r);

/* Reads r->raw from r->at to its end; all levels are closed then. */
void reader_run(struct mime_reader *r);

#endif
