/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_LOOP_EVENT_H
#define NET_LOOP_EVENT_H

/* What the other files of this folder see of the loop. */

struct event_base;
struct loop;

struct event_base *loop_base(struct loop *l);

/* LOOP_ROOM bytes to read into, for whoever is done with them before he gives
 * back. */
char *loop_room(struct loop *l);

#endif
