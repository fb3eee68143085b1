/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLNAME_H
#define MAIL_HTMLNAME_H

/* Names of tags and attributes against those that are known: every tag of a
 * page and each of its attributes asks once. */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"

enum { HTML_NAME_SHORT = 8 };

/* All bytes of a name of one to eight in one number, for one length always in
 * the same way. */
static inline uint64_t
html_name_bytes(struct str name)
{
	uint32_t first, last;

	if (name.n < 4)
		return (uint64_t)(unsigned char)name.p[0] << 16 |
		    (uint64_t)(unsigned char)name.p[name.n / 2] << 8 |
		    (unsigned char)name.p[name.n - 1] | 0x2020202020000000;
	memcpy(&first, name.p, sizeof(first));
	memcpy(&last, name.p + name.n - sizeof(last), sizeof(last));
	return (uint64_t)first << 32 | last;
}

/* known is in lower case, letters and digits and signs; name is not empty.
 * Where no byte is a control, a bit alone tells upper from lower case. */
static inline bool
html_name_is(struct str name, struct str known)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t bytes;

	if (name.n != known.n)
		return false;
	if (name.n > HTML_NAME_SHORT)
		return str_same_case(name.p, known.p, name.n);
	bytes = html_name_bytes(name);
	return (bytes | ones * 0x20) == html_name_bytes(known) &&
	    ((bytes | bytes << 1) & ones * 0x40) == ones * 0x40;
}

#endif
