/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rare sets of ISO-2022-JP: JIS X 0213 from its table, GB 2312 and KS X 1001
 * from ICU's converters, once a process.
 */
#include "mail/jisplane.h"

#include <unicode/ucnv.h>

#include "base/vec.h"
#include "mail/jisplane_table.h"

enum { CELLS = 94, USER_FIRST = 0xe000, USER_ROWS = 20 };

static struct {
	uint32_t point[CELLS * CELLS];
	int is_made;
} planes[JIS_PLANES];

static void
take_places(uint32_t *points, const struct jis_place *places, size_t n)
{
	for (size_t i = 0; i < n; i++)
		points[places[i].place] = places[i].point;
}

static void
take_converter(uint32_t *points, const char *name)
{
	UErrorCode err = U_ZERO_ERROR;
	UConverter *cnv = ucnv_open(name, &err);

	if (U_FAILURE(err))
		return;
	for (int i = 0; i < CELLS * CELLS; i++) {
		char bytes[2] = { (char)(0xa1 + i / CELLS),
			(char)(0xa1 + i % CELLS) };
		UChar to[4];
		int32_t n;

		err = U_ZERO_ERROR;
		n = ucnv_toUChars(cnv, to, 4, bytes, 2, &err);
		if (U_SUCCESS(err) && n == 1 && to[0] != 0xfffd &&
		    to[0] != 0x1a)
			points[i] = to[0];
	}
	ucnv_close(cnv);
}

static void
take_user_rows(uint32_t *points)
{
	for (uint32_t i = 0; i < USER_ROWS * CELLS; i++)
		points[i] = USER_FIRST + i;
}

static void
make(enum jis_plane plane)
{
	uint32_t *points = planes[plane].point;

	planes[plane].is_made = 1;
	switch (plane) {
	case JIS_PLANE_ONE:
		take_places(points, plane_one, nitems(plane_one));
		break;
	case JIS_PLANE_TWO:
		take_places(points, plane_two, nitems(plane_two));
		break;
	case JIS_PLANE_GB:
		take_converter(points, "gb18030");
		break;
	case JIS_PLANE_KS:
		take_converter(points, "windows-949");
		break;
	default:
		take_user_rows(points);
		break;
	}
}

uint32_t
jisplane_point(enum jis_plane plane, unsigned row, unsigned cell,
    uint32_t *second)
{
	uint32_t point;

	*second = 0;
	if (row < 0x21 || row > 0x7e || cell < 0x21 || cell > 0x7e)
		return 0;
	if (!planes[plane].is_made)
		make(plane);
	point = planes[plane].point[(row - 0x21) * CELLS + (cell - 0x21)];
	if (point >> 24 < nitems(combining))
		*second = combining[point >> 24];
	return point & 0xffffff;
}
