/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_PROXY_H
#define NET_PROXY_H

/*
 * The header that a balancer puts in front of a connection, PROXY protocol
 * version 2: who really calls.  Version 1, the one in text, is refused.
 */

#include <stddef.h>

#include "base/addr.h"
#include "base/str.h"

enum proxy_result {
	PROXY_MORE, /* it is not all here yet */
	PROXY_READ,
	PROXY_BAD
};

/*
 * On PROXY_READ *taken bytes belong to the header, and *peer is who calls:
 * left alone where the balancer speaks for itself or does not say.
 */
enum proxy_result proxy_read(struct str bytes, size_t *taken,
    struct addr *peer);

#endif
