/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_RESTYLE_H
#define MAIL_RESTYLE_H

/*
 * The same words in another dress, as senders write them to slip past
 * filters that compare bytes.  URLs and addresses stay as they are: a sender
 * who wants a click leaves them alone.
 */

#include "base/str.h"

struct arena;

/* Letters and digits of ASCII as full-width forms: KAGOYA as ＫＡＧＯＹＡ. */
struct str restyle_fullwidth(struct arena *a, struct str s);

/* Katakana as half-width forms, voiced ones as two: カゴヤ as ｶｺﾞﾔ. */
struct str restyle_halfkana(struct arena *a, struct str s);

#endif
