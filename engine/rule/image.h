/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_IMAGE_H
#define RULE_IMAGE_H

/*
 * A file of sections that processes map and share: a head, a table of
 * sections, the sections one behind the other, each aligned to 64 bytes and
 * without a pointer in it.  Written once, put in place by renaming, never
 * changed: an image that is mapped stays as it is.
 *
 * The container knows where sections lie and that no byte has changed since
 * they were written; what they hold is checked by who reads them.  An image
 * of another format, byte order or stamp (engine, Vectorscan, kind of
 * processor) is refused, so is one that somebody else may write to.  Checksums
 * find damage, not malice: the folder must belong to the daemon.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"

struct arena;
struct err;
struct image;

enum { IMAGE_STAMP = 120, IMAGE_KEY = 64 };

/* What must be the same for an image to be read, and what tells one from
 * another: longer ones are cut. */
struct image_name {
	struct str stamp; /* IMAGE_STAMP bytes at most */
	struct str key;   /* of what it was made from; IMAGE_KEY bytes */
};

/* Sections are known by kind and number; the bytes must outlive the writer. */
struct image_part {
	uint32_t kind;
	uint32_t number;
	struct str bytes;
};

struct image_writer {
	struct arena *arena;
	VEC(struct image_part) parts;
};

void image_writer_init(struct image_writer *w, struct arena *a);
void image_writer_add(struct image_writer *w, uint32_t kind, uint32_t number,
    struct str bytes);

/* The image in memory, aligned, in an arena. */
struct str image_write(const struct image_writer *w, struct arena *a,
    const struct image_name *name);
/* The same in a file, which is replaced whole or not at all. */
bool image_save(const struct image_writer *w, const struct image_name *name,
    const char *path, struct err *e);

/* The same in memory that has a descriptor and never changes again. */
bool image_share(const struct image_writer *w, const struct image_name *name,
    int *fd, struct err *e);

/* Maps a file.  False, with the reason, for all but a sound image with this
 * stamp. */
bool image_open(struct image **out, const char *path, struct str stamp,
    struct err *e);
/* One in memory, which must outlive it. */
bool image_read(struct image **out, struct str bytes, struct str stamp,
    struct err *e);
/* The same, and a descriptor of it that other processes may get. */
bool image_open_kept(struct image **out, const char *path, struct str stamp,
    int *fd, struct err *e);
/* One that another process of ours has made; fd stays the caller's. */
bool image_open_fd(struct image **out, int fd, struct str stamp,
    struct err *e);
void image_free(struct image *image);

struct str image_key(const struct image *image);
size_t image_size(const struct image *image);

/* "" with p NULL: there is none. */
struct str image_section(const struct image *image, uint32_t kind,
    uint32_t number);

/* A section of equal rows; false when it is not there or not that. */
bool image_rows(const struct image *image, uint32_t kind, size_t row,
    const void **at, uint32_t *n, struct err *e);

#endif
