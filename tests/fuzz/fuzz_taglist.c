/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a tag list, a key record, a DKIM-Signature and an
 * ARC-Message-Signature: what is read of them keeps its bounds. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "check/dkimkey.h"
#include "check/dkimsignature.h"
#include "check/taglist.h"
#include "net/dnswire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_list(struct arena *a, struct str text)
{
	struct taglist list;
	const struct tag *t;
	struct str value, bytes;

	if (taglist_read(&list, a, text)) {
		assert(list.tags.n != 0 && list.tags.n <= TAGS_MOST);
		VEC_EACH(t, &list.tags) {
			assert(t->name.n != 0);
			assert(str_eq(str_trim(t->value), t->value));
		}
		assert(taglist_get(&list, "v", &value) == (value.p != NULL &&
		    value.n != 0) || value.n == 0);
	}
	if (tag_base64(a, text, &bytes))
		assert(bytes.n != 0 && bytes.n <= text.n);
}

static void
read_key(struct arena *a, struct str text)
{
	static const unsigned char digest[SHA256_BYTES];
	struct dkim_key key;

	dkim_key_read(&key, a, text);
	if (key.problem != NULL)
		return;
	assert(key.bytes.n != 0);
	dkim_key_verify(&key, digest, text);
}

static void
read_signature(struct arena *a, struct str text, enum dkim_use use)
{
	struct signed_field field = { .name = STR("DKIM-Signature"),
		.bytes = str_cat(a, STR("DKIM-Signature:"), text) };
	struct dkim_signature s;

	field.value = str_from(field.bytes, 15);
	dkim_signature_read(&s, a, &field, use);
	assert(dkim_without_bytes(a, &field).n <= field.bytes.n);
	if (s.problem != NULL)
		return;
	assert(s.body_hash.n == SHA256_BYTES && s.bytes.n != 0);
	assert(dns_is_name(s.domain) && dns_is_name(s.selector));
	assert(tag_list_has(s.names, "from"));
	assert(s.expires == 0 || s.expires > s.made);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct arena *a = arena_new();

	read_list(a, text);
	read_key(a, text);
	read_signature(a, text, DKIM_USE_DKIM);
	read_signature(a, text, DKIM_USE_ARC);
	arena_free(a);
	return 0;
}
