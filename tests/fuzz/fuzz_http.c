/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests of any bytes.  The first byte says where the rest is cut in two:
 * whole or cut, a request must read the same.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "front/httpparse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct http_limits limits = { .line = 512, .head = 2048,
	.fields = 20, .body = 4096 };

/* As a connection does: on behind each request, until one is refused. */
static unsigned
requests(struct str first, struct str second, struct http_parse *p)
{
	struct str pieces[] = { first, second };
	unsigned n = 0;

	for (size_t i = 0; i < nitems(pieces); i++) {
		struct str rest = pieces[i];

		while (rest.n != 0 && p->state != HTTP_BAD) {
			rest = str_from(rest, http_parse(p, rest));
			if (p->state != HTTP_DONE)
				continue;
			n++;
			http_parse_arguments(p);
			if (p->state != HTTP_BAD)
				http_parse_reset(p);
		}
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = { (const char *)data + 1, size - 1 };
	struct http_parse whole, cut;

	if (size == 0)
		return 0;
	http_parse_init(&whole, &limits);
	http_parse_init(&cut, &limits);
	if (requests(bytes, STR(""), &whole) !=
	    requests(str_head(bytes, data[0]), str_from(bytes, data[0]),
		&cut) || whole.state != cut.state ||
	    whole.status != cut.status || whole.body.n != cut.body.n)
		abort();
	http_parse_release(&whole);
	http_parse_release(&cut);
	return 0;
}
