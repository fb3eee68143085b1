/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are an answer to a question for "a.example", of the type that
 * the first byte chooses. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "net/dnswire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum dns_type types[] = { DNS_A, DNS_PTR, DNS_MX,
		DNS_TXT, DNS_AAAA };
	struct arena *a;
	struct dns_answer answer;
	enum dns_type type;

	if (size == 0)
		return 0;
	a = arena_new();
	type = types[data[0] % 5];
	dns_read(&answer, a, (struct str){ (const char *)data + 1, size - 1 },
	    type, STR("a.example"));
	assert(answer.n <= DNS_RECORDS_MOST);
	assert((answer.result == DNS_FOUND) == (answer.n != 0));
	for (size_t i = 0; i < answer.n; i++) {
		struct str s = answer.at[i];

		assert(type != DNS_A || s.n == 4);
		assert(type != DNS_AAAA || s.n == 16);
		assert(type != DNS_PTR || dns_is_name(s));
		assert(type != DNS_MX || s.n == 0 || dns_is_name(s));
		assert(type != DNS_TXT || s.n < size);
	}
	arena_free(a);
	return 0;
}
