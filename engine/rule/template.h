/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_TEMPLATE_H
#define RULE_TEMPLATE_H

/*
 * A hash that texts made from one template have in common, whoever they
 * greet and whatever numbers stand in them.
 *
 * The text is taken as words: runs of one script, as Japanese has no blanks.
 * Widths and case are folded; numbers, addresses, words that begin with a
 * capital, and what stands in front of an honorific (様, さん, 御中) become
 * one mark each, however long they are.  Of all runs of three words a MinHash
 * is made, in bands: two texts that share a part s of those runs share a band
 * with a probability of s^3.  A stranger's text shares one band now and then,
 * hardly ever two: TEMPLATE_SAME of them make a template the same.
 *
 * MinHash and not SimHash: its bands are keys of a store, so that similar
 * texts are found by looking up, and a paragraph added to a text changes few
 * of them.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum {
	TEMPLATE_TEXT = 1024, /* bytes: what lures say stands at the top */
	TEMPLATE_BANDS = 4,
	TEMPLATE_SAME = 2,
	TEMPLATE_WORDS_LEAST = 12 /* a shorter text is like too many others */
};

struct template {
	uint64_t bands[TEMPLATE_BANDS];
};

/* Of the first TEMPLATE_TEXT bytes of visible text in UTF-8.  False: it is too short to have
 * one. */
bool template_of(struct template *out, struct str text);

#endif
