/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_ENDPOINT_H
#define NET_ENDPOINT_H

/* An address and a port as the system wants them. */

#include <stdint.h>
#include <sys/socket.h>

struct addr;

/* What is not of family 6 counts as one of family 4.  How long it is. */
socklen_t endpoint_make(struct sockaddr_storage *to, const struct addr *addr,
    uint16_t port);

/* A socket that is being connected, and waits for nothing; -1: it cannot be
 * (errno). */
int endpoint_call(const struct addr *addr, uint16_t port);

#endif
