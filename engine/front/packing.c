/* SPDX-License-Identifier: Apache-2.0 */
/* zlib and zstd, step by step into a bounded buffer. */
#include "front/packing.h"

#include <limits.h>

#define ZLIB_CONST /* input is not written to */
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "base/vec.h"

enum {
	STEP = 64 * 1024,
	WINDOW_GZIP = 15 + 16, /* zlib's way to ask for gzip's head */
	WINDOW_ZLIB = 15,
	WINDOW_ZSTD = 23,      /* 8 MB: a frame may not ask for more memory */
	MEMORY = 8,
	LEVEL_ZSTD = 1
};

static const struct {
	const char *name;
	enum packing packing;
} names[] = {
	{ "", PACKING_NONE },
	{ "identity", PACKING_NONE },
	{ "zstd", PACKING_ZSTD },
	{ "gzip", PACKING_GZIP },
	{ "x-gzip", PACKING_GZIP },
	{ "deflate", PACKING_ZLIB },
};

bool
packing_of(struct str name, enum packing *packing)
{
	for (size_t i = 0; i < nitems(names); i++) {
		if (!str_case_is(name, names[i].name))
			continue;
		*packing = names[i].packing;
		return true;
	}
	return false;
}

const char *
packing_name(enum packing packing)
{
	size_t i = 1;

	while (names[i].packing != packing)
		i++;
	return names[i].name;
}

/* Room for the next step, 0 at the bound. */
static size_t
step_room(struct buf *to)
{
	size_t left = to->most - to->n;
	size_t room = left < STEP ? left : STEP;

	return room != 0 && buf_reserve(to, room) ? room : 0;
}

static enum unpacked
unpack_zlib(struct buf *to, int window, struct str bytes)
{
	z_stream z = { .next_in = (const Bytef *)bytes.p,
		.avail_in = (uInt)bytes.n };
	int result = Z_OK;
	size_t room = 1;

	if (bytes.n > INT_MAX || inflateInit2(&z, window) != Z_OK)
		return UNPACKED_BROKEN;
	while (result == Z_OK && (room = step_room(to)) != 0) {
		z.next_out = (Bytef *)to->p + to->n;
		z.avail_out = (uInt)room;
		result = inflate(&z, Z_NO_FLUSH);
		to->n += room - z.avail_out;
		/* All is read and it wants more. */
		if (result == Z_OK && z.avail_in == 0 && z.avail_out != 0)
			result = Z_BUF_ERROR;
	}
	inflateEnd(&z);
	if (room == 0)
		return UNPACKED_CUT;
	return result == Z_STREAM_END && z.avail_in == 0 ? UNPACKED_WHOLE :
	    UNPACKED_BROKEN;
}

static enum unpacked
unpack_zstd(struct buf *to, struct str bytes)
{
	ZSTD_DCtx *z = ZSTD_createDCtx();
	ZSTD_inBuffer in = { bytes.p, bytes.n, 0 };
	ZSTD_outBuffer out;
	size_t left = 1, room = 1;

	if (z == NULL)
		return UNPACKED_BROKEN;
	ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, WINDOW_ZSTD);
	/* left: 0 behind a frame; another may follow. */
	while ((left != 0 || in.pos < in.size) && !ZSTD_isError(left) &&
	    (room = step_room(to)) != 0) {
		out = (ZSTD_outBuffer){ to->p + to->n, room, 0 };
		left = ZSTD_decompressStream(z, &out, &in);
		to->n += out.pos;
		if (left != 0 && in.pos == in.size && out.pos < room)
			break;
	}
	ZSTD_freeDCtx(z);
	if (ZSTD_isError(left))
		return UNPACKED_BROKEN;
	if (room == 0)
		return UNPACKED_CUT;
	return left == 0 ? UNPACKED_WHOLE : UNPACKED_BROKEN;
}

enum unpacked
unpack(struct buf *to, enum packing packing, struct str bytes)
{
	switch (packing) {
	case PACKING_GZIP:
		return unpack_zlib(to, WINDOW_GZIP, bytes);
	case PACKING_ZLIB:
		return unpack_zlib(to, WINDOW_ZLIB, bytes);
	case PACKING_ZSTD:
		return unpack_zstd(to, bytes);
	case PACKING_NONE:
		break;
	}
	buf_add_str(to, str_head(bytes, to->most));
	return bytes.n <= to->most ? UNPACKED_WHOLE : UNPACKED_CUT;
}

static bool
pack_zlib(struct buf *to, int window, struct str bytes)
{
	z_stream z = { .next_in = (const Bytef *)bytes.p,
		.avail_in = (uInt)bytes.n };
	size_t most;
	bool is_packed;

	if (bytes.n > INT_MAX || deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED,
		window, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	most = deflateBound(&z, (uLong)bytes.n);
	is_packed = buf_reserve(to, most);
	if (is_packed) {
		z.next_out = (Bytef *)to->p + to->n;
		z.avail_out = (uInt)most;
		is_packed = deflate(&z, Z_FINISH) == Z_STREAM_END;
		to->n += most - z.avail_out;
	}
	deflateEnd(&z);
	return is_packed;
}

static bool
pack_zstd(struct buf *to, struct str bytes)
{
	size_t most = ZSTD_compressBound(bytes.n), n;

	if (!buf_reserve(to, most))
		return false;
	n = ZSTD_compress(to->p + to->n, most, bytes.p, bytes.n, LEVEL_ZSTD);
	if (ZSTD_isError(n))
		return false;
	to->n += n;
	return true;
}

bool
pack(struct buf *to, enum packing packing, struct str bytes)
{
	switch (packing) {
	case PACKING_GZIP:
		return pack_zlib(to, WINDOW_GZIP, bytes);
	case PACKING_ZLIB:
		return pack_zlib(to, WINDOW_ZLIB, bytes);
	case PACKING_ZSTD:
		return pack_zstd(to, bytes);
	case PACKING_NONE:
		break;
	}
	buf_add_str(to, bytes);
	return !to->is_full;
}
