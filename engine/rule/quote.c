/* SPDX-License-Identifier: Apache-2.0 */
/* Reports about phishing told from phishing. */
#include "rule/quote.h"

bool
quote_is_report(const struct message *m, struct arena *a, struct str *why)
{
	(void)m;
	(void)a;
	*why = STR("");
	return false;
}

bool
quote_covers(const struct message *m, uint32_t url)
{
	(void)m;
	(void)url;
	return false;
}
