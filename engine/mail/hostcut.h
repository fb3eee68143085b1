/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HOSTCUT_H
#define MAIL_HOSTCUT_H

/*
 * "https://example.comをご覧": a place where a host may end in a text that
 * goes on.  Told by the last label alone, without reading the rest: of many
 * such places few are worth that.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum hostcut {
	HOSTCUT_NOT,    /* no host with a known suffix, and no address */
	HOSTCUT_NAME,   /* such a name, if what stands before will do */
	HOSTCUT_NUMBER, /* an IPv4 address, likewise */
	HOSTCUT_OTHER   /* has to be read */
};

/*
 * Of a link up to the place; next is the letter behind it.  was_odd, false at
 * first, says that a place of this link was HOSTCUT_OTHER behind letters that
 * others may stand for: only one is, for what they stand for costs.
 */
enum hostcut hostcut_of(struct str url, uint32_t next, bool *was_odd);

#endif
