/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SPAMC requests of any bytes.  The first byte says where the rest is cut in
 * two: whole or cut, a request must read the same.
 */
#include <stdint.h>
#include <stdlib.h>

#include "front/spamcparse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct spamc_limits limits = { .line = 256, .head = 2048,
	.fields = 20, .body = 4096 };

static size_t
request(struct spamc_parse *p, struct str first, struct str second)
{
	size_t n;

	spamc_parse_init(p, &limits);
	n = spamc_parse(p, first);
	if (n == first.n)
		n += spamc_parse(p, second);
	spamc_parse_end(p);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = { (const char *)data + 1, size - 1 };
	struct spamc_parse whole, cut;
	size_t n;

	if (size == 0)
		return 0;
	n = request(&whole, bytes, STR(""));
	if (request(&cut, str_head(bytes, data[0]),
		str_from(bytes, data[0])) != n && whole.state == SPAMC_DONE)
		abort();
	if (whole.state != cut.state || whole.code != cut.code ||
	    whole.fields.n != cut.fields.n ||
	    !str_eq(buf_str(&whole.body), buf_str(&cut.body)) ||
	    whole.body.n > limits.body + 1)
		abort();
	spamc_parse_release(&whole);
	spamc_parse_release(&cut);
	return 0;
}
