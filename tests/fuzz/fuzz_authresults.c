/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are Authentication-Results: the result a method has is one of its
 * own, and its domain has neither "@" nor a blank. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "mail/auth.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct auth auth = { 0 };
	struct str authserv = { 0 };
	bool is_read = auth_read(&auth, a, (struct str){ (const char *)data,
	    size }, &authserv);

	for (int m = 0; m < AUTH_METHODS; m++) {
		enum auth_result again;

		assert(is_read || auth.result[m] == AUTH_UNKNOWN);
		if (auth.result[m] == AUTH_UNKNOWN) {
			assert(auth.domain[m].n == 0);
			continue;
		}
		assert(auth_result_of(str_of(auth_result_name(
		    auth.result[m])), &again) && again == auth.result[m]);
		assert(!str_has(auth.domain[m], '@'));
		assert(!str_has(auth.domain[m], ' '));
		assert(auth.domain[m].n <= size);
	}
	assert(!is_read || authserv.n <= size);
	arena_free(a);
	return 0;
}
