/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_REACH_H
#define MAIL_REACH_H

/*
 * How far a link in text reaches: its host, its path, and what of the sentence
 * around it is no part of either.  Slices and offsets are of the text that is
 * given; nothing is copied.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Bytes of the longest host; places in one where it may end before kana and
 * kanji. */
enum { REACH_HOST_MOST = 253, CUTS_MOST = 16 };

/* The host and all that stands before it, with the marks of a mask. */
struct reach {
	size_t end;
	size_t cuts[CUTS_MOST]; /* where kana or kanji follow ASCII */
	size_t n_cuts;
	size_t mask;            /* the first sign of one */
	bool is_masked;
};

/* Reads the host that begins at at. */
void reach_host(struct reach *r, struct str text, size_t at);

/* Where the path, which goes on at at, ends. */
size_t reach_tail(struct str text, size_t at);

/* A link without the stops and brackets of the sentence behind it. */
struct str reach_trim(struct str url);

/* "[.]" and its kin, taken off the front. */
bool reach_skip_dot(struct str *s);

/* No link goes on behind such a byte. */
bool reach_is_end(unsigned char c);

/* Characters that a report puts in place of what it hides. */
bool reach_is_mask(uint32_t c);

/* Stops of Japanese that browsers take for the dot of a host. */
bool reach_is_host_dot(uint32_t c);

#endif
