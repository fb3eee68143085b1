/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_STATSLIVE_H
#define CLI_STATSLIVE_H

/*
 * What packs that only observe would have done to the mail that came: out of
 * the verdicts that sekishod keeps.
 */

#include "cli/command.h"

struct stats_live {
	struct str config, state, since;
	bool is_json;
};

enum status stats_live(struct call *call, const struct stats_live *conf);

#endif
