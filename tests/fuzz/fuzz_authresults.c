/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are Authentication-Results: the result a method has is one of its
 * own, its domain has neither "@" nor a blank, and nothing passes for nobody
 * or beside what says that it does not. */
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
	assert(auth.result[AUTH_DMARC] != AUTH_PASS ||
	    auth.domain[AUTH_DMARC].n != 0);
	assert(auth.result[AUTH_DKIM] == AUTH_PASS || auth.n_signers == 0);
	assert(auth.n_signers <= AUTH_SIGNERS_MOST);
	auth_distrust(&auth);
	for (int m = 0; m < AUTH_METHODS; m++)
		assert(auth.result[m] != AUTH_PASS &&
		    auth.result[m] != AUTH_TEMPERROR);
	assert(auth.n_signers == 0);
	arena_free(a);
	return 0;
}
