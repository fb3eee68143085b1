/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_JISPLANE_H
#define MAIL_JISPLANE_H

/*
 * The sets of 94 rows that ISO-2022-JP-2, -3 and -MS add to JIS X 0208 and
 * 0212; those of JIS X 0213 are Shift_JIS-2004's and EUC-JIS-2004's too.  Each
 * is made when a text first uses it.  For jis.c alone.
 */

#include <stdint.h>

enum jis_plane {
	JIS_PLANE_ONE,  /* JIS X 0213 */
	JIS_PLANE_TWO,
	JIS_PLANE_GB,   /* GB 2312 */
	JIS_PLANE_KS,   /* KS X 1001 */
	JIS_PLANE_USER, /* the user's own signs, private use in Unicode */
	JIS_PLANES
};

/* Row and cell from 0x21 to 0x7e.  0: nothing there.  *second is a combining
 * sign behind it, or 0. */
uint32_t jisplane_point(enum jis_plane plane, unsigned row, unsigned cell,
    uint32_t *second);

#endif
