/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a header section, a value, a list of mailboxes. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "mail/address.h"
#include "mail/auth.h"
#include "mail/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
try_value(struct arena *a, struct str value)
{
	address_list list = { .n = 0 };
	struct auth auth = { .source = STR_INIT("") };
	struct str utf8 = header_utf8(a, value), out, all[3];
	const struct address *p;

	assert(utf8_is_valid(header_text(a, value)));
	assert(utf8_is_valid(utf8));
	assert(header_word_span(value) <= value.n);
	if (header_param(a, value, "name", &out))
		assert(utf8_is_valid(out));
	assert(header_param_all(all, nitems(all), a, value, "boundary") <=
	    nitems(all));
	assert(header_word(a, value).n <= value.n);
	addresses_read(&list, a, value, 100);
	assert(list.n <= 100);
	VEC_EACH(p, &list) {
		assert(utf8_is_valid(p->name));
		assert(utf8_is_valid(p->addr));
		assert(p->raw.n <= utf8.n);
	}
	header_params_over(value);
	header_words_over(value);
	address_read(a, value);
	auth_read(&auth, a, value, &out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct header_limits limits = { 4096, 1024, 20 };
	struct str bytes = { (const char *)data, size }, body;
	struct headers h = { .n = 0 };
	struct arena *a = arena_new();

	headers_read(&h, a, bytes, 0, &limits, &body);
	assert(h.n <= limits.count + HEADERS_NEEDED);
	assert(body.n <= size);
	for (size_t i = 0; i < h.n; i++) {
		assert(h.at[i].offset + h.at[i].name.n < size);
		assert(h.at[i].name.n != 0);
		try_value(a, h.at[i].value);
	}
	try_value(a, bytes);
	arena_free(a);
	return 0;
}
