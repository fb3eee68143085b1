/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_NUMBERSVIEW_H
#define CLI_NUMBERSVIEW_H

/*
 * What a daemon has counted, for a person: aligned, coloured where something
 * is wrong, without what is zero and says nothing.
 */

#include "cli/numbers.h"
#include "cli/terminal.h"

struct arena;
struct buf;

struct numbers_view {
	struct buf *to;
	struct arena *arena;
	const struct terminal *terminal;
	const struct numbers *numbers; /* since the start, or of a while */
	double seconds;                /* that while: counts are shown as
	                                  rates; 0: since the start */
	size_t names;                  /* campaigns and brands shown */
};

void numbers_view(const struct numbers_view *v);

#endif
