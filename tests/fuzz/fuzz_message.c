/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a message: slices stay inside, text is UTF-8. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "mail/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
assert_inside(struct str raw, struct str s, size_t offset)
{
	assert(offset <= raw.n && s.n <= raw.n - offset);
}

static void
assert_headers(struct str raw, const struct headers *headers)
{
	const struct header *h;

	VEC_EACH(h, headers) {
		assert_inside(raw, h->name, h->offset);
		assert(str_starts(str_from(raw, h->offset), h->name));
		assert(h->raw.p >= raw.p);
		assert_inside(raw, h->raw, (size_t)(h->raw.p - raw.p));
	}
}

static void
assert_parts(const struct message *m)
{
	const struct part *p;
	uint32_t i = 0;

	assert(m->parts.n >= 1);
	VEC_EACH(p, &m->parts) {
		struct str raw = p->source == PART_NONE ? m->raw :
		    m->parts.at[p->source].bytes;

		assert_headers(raw, &p->headers);
		assert_inside(raw, p->body, p->offset);
		assert(utf8_is_valid(p->name));
		assert(p->parent == PART_NONE ? i == 0 : p->parent < i);
		i++;
	}
}

static void
assert_addresses(const address_list *list)
{
	const struct address *p;

	VEC_EACH(p, list) {
		assert(utf8_is_valid(p->name));
		assert(utf8_is_valid(p->addr));
	}
}

static void
assert_texts(const struct message *m)
{
	const struct quoted *q;
	const struct text *t;
	const struct url *u;

	VEC_EACH(t, &m->texts) {
		assert(t->part < m->parts.n);
		assert(utf8_is_valid(t->utf8));
		assert(utf8_is_valid(t->visible));
		assert(utf8_is_valid(t->hidden));
		VEC_EACH(q, &t->quoted) {
			assert(q->begin <= q->end);
			assert(q->end <= t->visible.n);
			assert(utf8_is_valid(str_sub(t->visible, q->begin,
			    q->end)));
		}
	}
	VEC_EACH(u, &m->urls) {
		assert(u->part == PART_NONE || u->part < m->parts.n);
		assert(u->outer == URL_NONE || u->outer < m->urls.n);
		assert(utf8_is_valid(u->text));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct message m;
	address_list to;

	message_read(&m, a, (struct str){ (const char *)data, size }, NULL,
	    NULL);
	assert(utf8_is_valid(m.subject));
	assert(m.peer_hop == UINT32_MAX || m.peer_hop < m.hops.n);
	assert_addresses(&m.from);
	assert_addresses(&m.sender);
	assert_addresses(&m.reply_to);
	to = message_to(&m, a);
	assert_addresses(&to);
	assert_parts(&m);
	assert_texts(&m);
	arena_free(a);
	return 0;
}
