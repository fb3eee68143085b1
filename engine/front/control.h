/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_CONTROL_H
#define FRONT_CONTROL_H

/*
 * What clients of rspamd's controller ask about the daemon itself, as the
 * JSON that they read.  What has no counterpart here is 0 and said to be
 * read-only.
 */

struct buf;
struct front;

void control_stat(struct buf *to, const struct front *f);
void control_auth(struct buf *to, const struct front *f);
void control_actions(struct buf *to, const struct front *f);
/* {"success":true,"store":"ok"}: it serves without its store, too. */
void control_ready(struct buf *to, const struct front *f);
/* {"success":true} */
void control_success(struct buf *to, const struct front *f);

#endif
