/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are what a server says, in pieces of a size that the first byte
 * chooses; every reply is taken for all that it could be. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "net/redis.h"
#include "net/resp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
use_text(struct str text)
{
	struct store_tally t;
	struct store_count c;
	struct buf b;
	struct str key;

	if (store_tally_read(text, &t)) {
		assert(t.bad >= 0 && t.good >= 0);
		store_tally_decay(&t, t.at + 100, 50);
	}
	store_count_read(text, &c);
	buf_init(&b, REDIS_KEY_MOST);
	if (redis_key_read(&b, STR("p:"), text, &key))
		assert(key.n <= text.n);
	assert(redis_key_slot(text) < REDIS_SLOTS);
	buf_release(&b);
}

static size_t
use(const struct resp *r, const char *from)
{
	struct redis_redirect to;
	struct redis_range range;
	size_t n = 1;

	if (redis_redirect_read(&to, r, from))
		assert(to.slot < REDIS_SLOTS && to.at[0] != '\0');
	if (redis_range_read(&range, r, from))
		assert(range.first <= range.last && range.last < REDIS_SLOTS);
	use_text(r->text);
	for (size_t i = 0; r->type == RESP_ARRAY && i < r->n; i++)
		n += use(&r->at[i], from);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct resp_reader *reader = resp_reader_new();
	struct str all = { (const char *)data, size }, piece;
	const struct resp *r;
	size_t step = size == 0 ? 1 : data[0] + 1u;

	for (size_t i = 1; i < size; i += step) {
		piece = str_sub(all, i, i + step);
		if (!resp_feed(reader, piece))
			break;
		while (resp_next(reader, &r) == RESP_HAVE)
			assert(use(r, "127.0.0.1:7000") <=
			    RESP_ENTRIES_MOST + 1);
	}
	resp_reader_free(reader);
	return 0;
}
