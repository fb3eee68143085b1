/* SPDX-License-Identifier: Apache-2.0 */
/* One URL, taken apart. */
#include "mail/url.h"

#include "base/arena.h"

bool
url_read(struct url *out, struct arena *a, struct str raw)
{
	struct str rest = raw, after;

	*out = (struct url){ .raw = raw, .outer = URL_NONE };
	if (str_case_skip(&rest, STR("https://")))
		out->scheme = STR("https");
	else if (str_case_skip(&rest, STR("http://")))
		out->scheme = STR("http");
	else
		return false;
	str_cut(rest, '/', &out->host, &after);
	out->path = str_cat(a, STR("/"), after);
	out->normalized = raw;
	out->host_shown = out->host;
	out->registrable = host_registrable(out->host);
	return host_normalize(&out->host, a, out->host);
}
