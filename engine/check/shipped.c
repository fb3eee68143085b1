/* SPDX-License-Identifier: Apache-2.0 */
#include "check/shipped.h"

#include <assert.h>

#include "check/auth.h"
#include "check/networks.h"
#include "check/records.h"
#include "check/reputation.h"
#include "check/reverse.h"
#include "check/seen.h"
#include "check/sites.h"

const struct check *const checks_shipped[] = {
	&check_auth, &check_networks, &check_records, &check_reputation,
	&check_reverse, &check_seen, &check_sites
};
const size_t n_checks_shipped = nitems(checks_shipped);

void
checks_declare(struct fact_table *table)
{
	uint32_t id;

	for (size_t i = 0; i < n_checks_shipped; i++) {
		const struct fact_def *def = checks_shipped[i]->gives;

		for (; def != NULL && def->name != NULL; def++) {
			bool is_new = fact_table_add(table, def, &id);

			assert(is_new);
			(void)is_new;
		}
	}
}
