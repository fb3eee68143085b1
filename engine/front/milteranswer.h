/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_MILTERANSWER_H
#define FRONT_MILTERANSWER_H

/*
 * A verdict as a milter's answer to the end of a message: changes of headers
 * as far as the server has agreed to them, then the one final reply.
 */

struct buf;
struct milter_option;
struct scan;

void milter_answer(struct buf *to, const struct milter_option *agreed,
    const struct scan *s);

#endif
