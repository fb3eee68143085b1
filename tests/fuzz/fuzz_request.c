/* SPDX-License-Identifier: Apache-2.0 */
/* Headers and arguments of requests into envelopes, believed and not. */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "front/httpparse.h"
#include "front/request.h"
#include "rule/explain.h"
#include "scan/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct http_limits limits = { .line = 2048, .head = 16384,
	.fields = 100, .body = 16 };

static void
no_answer(struct scan *s)
{
	(void)s;
}

static void
read_as(struct generation *g, const struct http_parse *p, bool is_trusted)
{
	struct scan *s = scan_new(g, no_answer, NULL);
	struct explain_conf text = { .lang = STR("en"), .width = 80 };
	struct request request;
	const char *why = NULL;

	if (!request_read(&request, s, p, is_trusted, &why) && why == NULL)
		abort();
	if (!is_trusted && (s->is_unlogged || s->asked.n != 0))
		abort();
	request_wants_text(&text, p);
	if (text.width < 20 || text.width > 1000)
		abort();
	scan_free(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct generation g = { .references = 1 };
	struct http_parse p;

	http_parse_init(&p, &limits);
	http_parse(&p, STR("GET /checkv2"));
	http_parse(&p, (struct str){ (const char *)data, size });
	if (p.state == HTTP_DONE && http_parse_arguments(&p)) {
		read_as(&g, &p, true);
		read_as(&g, &p, false);
	}
	while (g.n_spares != 0)
		arena_free(g.spares[--g.n_spares]);
	http_parse_release(&p);
	return 0;
}
