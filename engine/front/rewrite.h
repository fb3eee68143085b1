/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_REWRITE_H
#define FRONT_REWRITE_H

/*
 * A scanned message as it goes on: result headers on top, those of others
 * out, the subject with its tag.  All else keeps its bytes, and what is new
 * has the line ends of what was there.
 */

struct buf;
struct outcome;
struct scan;

/* Up to the empty line and with it. */
void rewrite_headers(struct buf *to, const struct scan *s,
    const struct outcome *o);
void rewrite_message(struct buf *to, const struct scan *s,
    const struct outcome *o);

#endif
