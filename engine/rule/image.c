/* SPDX-License-Identifier: Apache-2.0 */
/* Images written, mapped and checked. */
#include "rule/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"

enum { FORMAT = 3, ORDER = 0x01020304, ALIGNMENT = 64, PARTS_MOST = 4096 };

static const char magic[8] = "sekisho\x1a";

struct head {
	char magic[8];
	uint32_t order;
	uint32_t format;
	uint64_t size;     /* of the file */
	uint64_t checksum; /* of everything behind the head */
	char stamp[IMAGE_STAMP];
	char key[IMAGE_KEY];
	uint64_t parts;
	uint64_t own;      /* checksum of the head up to here */
};

struct part {
	uint32_t kind;
	uint32_t number;
	uint64_t offset;
	uint64_t n;
};

struct image {
	struct str bytes;
	bool is_mapped;
	struct head head;
	const struct part *parts;
};

void
image_writer_init(struct image_writer *w, struct arena *a)
{
	*w = (struct image_writer){ .arena = a };
}

void
image_writer_add(struct image_writer *w, uint32_t kind, uint32_t number,
    struct str bytes)
{
	*VEC_ADD(w->arena, &w->parts) = (struct image_part){ kind, number,
		bytes };
}

static uint64_t
align(uint64_t n)
{
	return (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static uint64_t
own_checksum(const struct head *h)
{
	return hash_bytes((struct str){ (const char *)h,
	    offsetof(struct head, own) }, FORMAT);
}

static void
put(char *to, size_t room, struct str s)
{
	s = str_head(s, room);
	if (s.n != 0)
		memcpy(to, s.p, s.n);
}

static void
write_head(char *p, uint64_t size, uint64_t parts,
    const struct image_name *name)
{
	struct head h = {
		.order = ORDER,
		.format = FORMAT,
		.size = size,
		.checksum = hash_bytes((struct str){ p + sizeof(h),
		    size - sizeof(h) }, FORMAT),
		.parts = parts,
	};

	memcpy(h.magic, magic, sizeof(magic));
	put(h.stamp, sizeof(h.stamp), name->stamp);
	put(h.key, sizeof(h.key), name->key);
	h.own = own_checksum(&h);
	memcpy(p, &h, sizeof(h));
}

struct str
image_write(const struct image_writer *w, struct arena *a,
    const struct image_name *name)
{
	uint64_t at = sizeof(struct head) + w->parts.n * sizeof(struct part);
	struct part *parts;
	char *p;

	for (size_t i = 0; i < w->parts.n; i++)
		at = align(at) + w->parts.at[i].bytes.n;
	p = arena_take(a, at + ALIGNMENT);
	p += align((uintptr_t)p) - (uintptr_t)p;
	parts = (void *)(p + sizeof(struct head));
	at = sizeof(struct head) + w->parts.n * sizeof(struct part);
	for (size_t i = 0; i < w->parts.n; i++) {
		const struct image_part *from = &w->parts.at[i];

		at = align(at);
		parts[i] = (struct part){ from->kind, from->number, at,
			from->bytes.n };
		put(p + at, from->bytes.n, from->bytes);
		at += from->bytes.n;
	}
	write_head(p, at, w->parts.n, name);
	return (struct str){ p, at };
}

static bool
write_all(int fd, struct str bytes)
{
	while (bytes.n != 0) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes = str_from(bytes, (size_t)n);
	}
	return true;
}

/* Not flushed to the disk: what a crash leaves half written is refused and
 * made again. */
bool
image_save(const struct image_writer *w, const struct image_name *name,
    const char *path, struct err *e)
{
	struct str bytes = image_write(w, w->arena, name);
	size_t room = strlen(path) + sizeof(".XXXXXX");
	char *fresh = arena_take(w->arena, room);
	int fd;

	snprintf(fresh, room, "%s.XXXXXX", path);
	fd = mkostemp(fresh, O_CLOEXEC);
	if (fd < 0)
		return err_set(e, "%s: %s", fresh, strerror(errno));
	if (!write_all(fd, bytes) || rename(fresh, path) != 0) {
		err_set(e, "%s: %s", path, strerror(errno));
		close(fd);
		unlink(fresh);
		return false;
	}
	close(fd);
	return true;
}

bool
image_share(const struct image_writer *w, const struct image_name *name,
    int *fd, struct err *e)
{
	struct str bytes = image_write(w, w->arena, name);

	*fd = memfd_create("ruleset", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (*fd < 0)
		return err_set(e, "memfd_create: %s", strerror(errno));
	if (write_all(*fd, bytes) && fcntl(*fd, F_ADD_SEALS, F_SEAL_WRITE |
	    F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
		return true;
	err_set(e, "image in memory: %s", strerror(errno));
	close(*fd);
	*fd = -1;
	return false;
}

/* Text in a field that is filled up with zeros, for showing. */
static struct str
field_text(const char *p, size_t room)
{
	return (struct str){ p, strnlen(p, room) };
}

static bool
check_head(const struct image *image, struct str stamp, struct err *e)
{
	const struct head *h = &image->head;
	struct str made = field_text(h->stamp, sizeof(h->stamp));

	if (memcmp(h->magic, magic, sizeof(magic)) != 0)
		return err_set(e, "is no image of ours");
	if (h->order != ORDER)
		return err_set(e, "was made on another kind of machine");
	if (h->format != FORMAT)
		return err_set(e, "has format %u, this is format %d",
		    h->format, FORMAT);
	if (h->own != own_checksum(h))
		return err_set(e, "is damaged: its head has changed");
	if (!str_eq(made, str_head(stamp, sizeof(h->stamp))))
		return err_set(e, "was made by \"%" STR_FMT "\", this is \"%"
		    STR_FMT "\"", STR_ARG(made), STR_ARG(stamp));
	if (h->size != image->bytes.n)
		return err_set(e, "is damaged: %zu bytes instead of %llu",
		    image->bytes.n, (unsigned long long)h->size);
	if (h->checksum != hash_bytes(str_from(image->bytes, sizeof(*h)),
	    FORMAT))
		return err_set(e, "is damaged: its checksum does not fit");
	return true;
}

static bool
check_parts(struct image *image, struct err *e)
{
	uint64_t n = image->head.parts;
	uint64_t size = image->bytes.n;

	if (n > PARTS_MOST || n * sizeof(struct part) >
	    size - sizeof(struct head))
		return err_set(e, "is damaged: too many sections");
	image->parts = (const void *)(image->bytes.p + sizeof(struct head));
	for (uint64_t i = 0; i < n; i++) {
		const struct part *p = &image->parts[i];

		if (p->offset % ALIGNMENT != 0 || p->offset > size ||
		    p->n > size - p->offset)
			return err_set(e, "is damaged: a section lies "
			    "outside it");
	}
	return true;
}

static bool
check(struct image *image, struct str stamp, struct err *e)
{
	if (image->bytes.n < sizeof(image->head))
		return err_set(e, "is no image of ours: too short");
	memcpy(&image->head, image->bytes.p, sizeof(image->head));
	return check_head(image, stamp, e) && check_parts(image, e);
}

static struct image *
image_new(void)
{
	struct image *image = calloc(1, sizeof(*image));

	if (image == NULL) {
		fputs("sekisho: out of memory\n", stderr);
		abort();
	}
	return image;
}

bool
image_read(struct image **out, struct str bytes, struct str stamp,
    struct err *e)
{
	struct image *image = image_new();

	image->bytes = bytes;
	if ((uintptr_t)bytes.p % ALIGNMENT != 0 || !check(image, stamp, e)) {
		image_free(image);
		return err_wrap(e, "image in memory");
	}
	*out = image;
	return true;
}

/* Ours or the system's, and nobody else may write to it. */
static bool
is_ours(int fd, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_set(e, "%s", strerror(errno));
	return ((st.st_uid == geteuid() || st.st_uid == 0) &&
	    (st.st_mode & (S_IWGRP | S_IWOTH)) == 0) ||
	    err_set(e, "others may write to it");
}

static bool
map(struct image *image, int fd, struct err *e)
{
	struct stat st;
	void *p;

	if (fstat(fd, &st) != 0)
		return err_set(e, "%s", strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size < (off_t)sizeof(struct head))
		return err_set(e, "is no image of ours");
	p = mmap(NULL, (size_t)st.st_size, PROT_READ,
	    MAP_SHARED | MAP_POPULATE, fd, 0);
	if (p == MAP_FAILED)
		return err_set(e, "%s", strerror(errno));
	image->bytes = (struct str){ p, (size_t)st.st_size };
	image->is_mapped = true;
	return true;
}

bool
image_open_kept(struct image **out, const char *path, struct str stamp,
    int *kept, struct err *e)
{
	struct image *image = image_new();
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	bool is_sound = fd >= 0 ? is_ours(fd, e) && map(image, fd, e) &&
	    check(image, stamp, e) : err_set(e, "%s", strerror(errno));

	if (is_sound && kept != NULL)
		*kept = fd;
	else if (fd >= 0)
		close(fd);
	if (!is_sound) {
		image_free(image);
		return err_wrap(e, "%s", path);
	}
	*out = image;
	return true;
}

bool
image_open(struct image **out, const char *path, struct str stamp,
    struct err *e)
{
	return image_open_kept(out, path, stamp, NULL, e);
}

bool
image_open_fd(struct image **out, int fd, struct str stamp, struct err *e)
{
	struct image *image = image_new();

	if (!map(image, fd, e) || !check(image, stamp, e)) {
		image_free(image);
		return err_wrap(e, "image");
	}
	*out = image;
	return true;
}

void
image_free(struct image *image)
{
	if (image == NULL)
		return;
	if (image->is_mapped)
		munmap((void *)(uintptr_t)image->bytes.p, image->bytes.n);
	free(image);
}

struct str
image_key(const struct image *image)
{
	return field_text(image->head.key, sizeof(image->head.key));
}

size_t
image_size(const struct image *image)
{
	return image->bytes.n;
}

struct str
image_section(const struct image *image, uint32_t kind, uint32_t number)
{
	for (uint64_t i = 0; i < image->head.parts; i++) {
		const struct part *p = &image->parts[i];

		if (p->kind == kind && p->number == number)
			return (struct str){ image->bytes.p + p->offset,
				p->n };
	}
	return (struct str){ NULL, 0 };
}

bool
image_rows(const struct image *image, uint32_t kind, size_t row,
    const void **at, uint32_t *n, struct err *e)
{
	struct str s = image_section(image, kind, 0);

	if (s.p == NULL || s.n % row != 0 || s.n / row > UINT32_MAX)
		return err_set(e, "section %u is not there, or not of rows "
		    "of %zu bytes", kind, row);
	*at = s.p;
	*n = (uint32_t)(s.n / row);
	return true;
}
