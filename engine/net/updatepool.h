/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_UPDATEPOOL_H
#define NET_UPDATEPOOL_H

/*
 * Room for updates that wait for a second or so to be written.  It is not the
 * heap's: between buffers that come and go with each message they would keep
 * those from growing where they are.
 *
 * One thread takes room, another one may give it back.
 */

struct update;
struct updatepool;

struct updatepool *updatepool_new(void);
/* All has been given back. */
void updatepool_free(struct updatepool *p);

struct update *updatepool_copy(struct updatepool *p, const struct update *u);
void updatepool_give_back(struct updatepool *p, struct update *u);

#endif
