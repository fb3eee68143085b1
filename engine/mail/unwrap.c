/* SPDX-License-Identifier: Apache-2.0 */
/* URLs carried inside URLs: open redirects, rewriters. */
#include "mail/url.h"

void
urls_unwrap(url_list *list, struct arena *a, uint32_t i, size_t most)
{
	(void)list;
	(void)a;
	(void)i;
	(void)most;
}
