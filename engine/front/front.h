/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_FRONT_H
#define FRONT_FRONT_H

/*
 * What every protocol towards gateways has in common: where scans run, which
 * generation they begin with, and how much may be under way.  Owned by the
 * worker; a reload swaps generation, scans under way keep theirs.
 */

#include <stddef.h>
#include <stdint.h>

struct generation;
struct loop;
struct world;

struct front_conf {
	size_t message;        /* bytes of a request's body */
	size_t connections;
	size_t per_client;     /* loopback and trusted networks are exempt */
	size_t held;           /* bytes of all requests coming in */
	int64_t first_ms;      /* until the first byte */
	int64_t request_ms;    /* from it to the last */
	int64_t idle_ms;       /* between requests */
	int64_t send_ms;       /* without progress of a reply */
};

extern const struct front_conf front_conf_default;

struct front {
	struct loop *loop;
	struct world *world;
	struct generation *generation;
	const struct front_conf *conf;
	uint64_t scanned;
	uint64_t refused;      /* requests answered with an error */
};

#endif
