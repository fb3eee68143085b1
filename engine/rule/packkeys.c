/* SPDX-License-Identifier: Apache-2.0 */
/* All tables of keys: what the manual is held to. */
#include "base/vec.h"
#include "rule/packread.h"

const struct key_table *const key_tables[] = {
	&pack_table,
	&seen_table,
	&related_table,
	&group_table,
	&item_table,
	&link_table,
	&score_table,
	&cap_table,
	&bonus_table,
	&brand_table,
	&vendor_table,
	&list_table,
	&test_table,
	&mail_table,
	&test_link_table,
	&test_file_table,
	&overlay_table,
	&overlay_pack_table,
	&overlay_all_table,
	&site_brand_table,
};

const size_t n_key_tables = nitems(key_tables);
