/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_DOOR_H
#define FRONT_DOOR_H

/*
 * Where connections come in, whatever they speak: it counts them, turns away
 * those for whom there is no room, finds out the protocol where a port takes
 * several, and knows all who are inside.
 */

#include <stddef.h>

struct door;
struct front;
struct front_listener;

struct door *door_new(struct front *f);
/* Drops the connections that are left. */
void door_free(struct door *d);

/* Takes calls on a listening socket, which is the door's from now on. */
void door_listen(struct door *d, int fd, const struct front_listener *at);

/* Takes no more calls, and serves who is inside until they go: each has one
 * request more, and drained is called when nobody is left.  Door_drain may
 * follow. */
void door_retire(struct door *d, void (*drained)(void *owner), void *owner);

/* Takes no more calls, finishes what was begun; drained is called when
 * nobody is left. */
void door_drain(struct door *d, void (*drained)(void *owner), void *owner);

#endif
