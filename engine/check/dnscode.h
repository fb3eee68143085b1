/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_DNSCODE_H
#define CHECK_DNSCODE_H

/*
 * The addresses that a list of the DNS answers with (RFC 5782), and what they
 * mean.  Only those that are known mean a listing; what lies outside
 * 127.0.0.0/8 or in 127.255.255.0/24 is no listing but a message to whoever
 * runs the filter, whatever is configured.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"

/* An octet from least to most, or with one of the bits of mask. */
struct dnscode_octet {
	uint8_t least, most, mask; /* mask 0: none */
};

struct dnscode {
	struct dnscode_octet at[4];
	struct str name;  /* "sbl"; of an alarm why, for people, or "" */
	int32_t points;   /* hundredths; 0: only a fact */
};
typedef VEC(struct dnscode) dnscode_list;

enum { DNSCODE_BYTES = 4 };

/* "127.0.0.2", "127.0.0.4-7", "127.0.*.3", "127.0.0.&8".  False: none. */
bool dnscode_read(struct dnscode *out, struct str text);

/* bytes are those of an A record. */
bool dnscode_has(const struct dnscode *c, const uint8_t *bytes);

/* NULL: no alarm.  Else why, for the log. */
const char *dnscode_alarm(const dnscode_list *alarms, struct str address);

#endif
