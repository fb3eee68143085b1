/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_FOLDTABLE_H
#define MAIL_FOLDTABLE_H

/*
 * What folding makes of one code point.  The answers come from ICU and are
 * kept in pages of 256 that are made when first asked for and never change,
 * so reading them costs two loads.  Any thread may ask.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum fold_kind {
	FOLD_COPY, /* stays as it is */
	FOLD_MAP,  /* becomes the entry's text */
	FOLD_SPACE,
	FOLD_DROP
};

/* How white space beside it is treated. */
enum fold_side {
	FOLD_PLAIN,   /* kept */
	FOLD_WIDE,    /* a full-width letter: line ends between two go */
	FOLD_JAPANESE /* dropped */
};

struct fold_point {
	uint8_t kind;
	uint8_t side;
	bool joins;      /* can combine with what stands before it */
	uint8_t n;       /* bytes of text */
	uint32_t offset; /* of text, in its page */
};

struct fold_page {
	struct fold_point at[256];
	const char *text;
};

enum fold_form { FOLD_TEXT, FOLD_SKELETON, FOLD_FORMS };

const struct fold_page *fold_page(enum fold_form form, uint32_t point);

/* NFC of a short text; false when it does not fit into most bytes. */
bool fold_compose(struct str in, char *out, size_t most, size_t *n);

#endif
