/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_NETWORKS_H
#define CHECK_NETWORKS_H

/*
 * Number, operator and country of the networks that the client and the sites
 * of links are in, from tables on disk (check/nettable.h): nobody is asked.
 */

#include "base/vec.h"
#include "scan/check.h"

struct networks_conf {
	VEC(struct str) tables; /* files; none: the check does not run */
};

extern const struct check check_networks;

#endif
