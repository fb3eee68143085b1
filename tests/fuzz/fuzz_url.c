/* SPDX-License-Identifier: Apache-2.0 */
/* URLs: what is read reads the same again; what is found lies in the text. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "mail/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { URLS_MOST = 60 };

static void
check(const struct url *u)
{
	assert(u->host.n > 0);
	assert(u->host.p[u->host.n - 1] != '.');
	assert(u->path.n > 0 && u->path.p[0] == '/');
	assert(utf8_is_valid(u->path));
	assert(utf8_is_valid(u->normalized));
	assert(str_ends(u->host, u->registrable));
	for (size_t i = 0; i < u->normalized.n; i++)
		assert((unsigned char)u->normalized.p[i] > 0x20 &&
		    (unsigned char)u->normalized.p[i] < 0x7f);
}

static void
check_again(struct arena *a, const struct url *u)
{
	struct url again;

	if (u->normalized.n > 8000)
		return;
	assert(url_read(&again, a, u->normalized));
	assert(str_eq(again.normalized, u->normalized));
	assert(str_eq(again.host, u->host));
	assert(str_eq(again.path, u->path));
	assert(again.port == u->port);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str s = { (const char *)data, size };
	url_list list = { .n = 0 };
	size_t defanged = 0, found;
	struct url u, relative;
	struct str host;

	if (url_read(&u, a, s)) {
		check(&u);
		check_again(a, &u);
		*VEC_ADD(a, &list) = u;
		if (url_resolve(&relative, a, str_from(s, size / 2), &u))
			check(&relative);
	}
	if (host_normalize(&host, a, s)) {
		struct str twice;

		assert(host_normalize(&twice, a, host));
		assert(str_eq(host, twice));
	}
	found = list.n;
	urls_find(&list, a, s, URLS_MOST, &defanged);
	for (size_t i = found; i < list.n; i++)
		assert(list.at[i].raw.p == s.p + list.at[i].offset);
	found = list.n;
	for (uint32_t i = 0; i < found; i++)
		urls_unwrap(&list, a, i, URLS_MOST);
	assert(list.n <= URLS_MOST);
	for (uint32_t i = 0; i < list.n; i++) {
		check(&list.at[i]);
		assert(list.at[i].outer == URL_NONE || list.at[i].outer < i);
	}
	arena_free(a);
	return 0;
}
