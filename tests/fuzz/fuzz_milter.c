/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packets of any bytes.  The first byte says where the rest is cut in two:
 * whole or cut, the same events come out, and no text of theirs lies outside
 * its packet.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "front/milterparse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PACKET_MOST = 4096, TEXT_MOST = 64 * 1024 };

static const struct milter_option wanted = { MILTER_VERSION, 0x131,
	0x1fffff };

static void
note(struct buf *to, const struct milter_event *e)
{
	const struct milter_macro *macro;
	const struct str *arg;
	struct milter_option agreed;

	buf_add_byte(to, (char)e->command);
	buf_add_str(to, e->host);
	buf_add_str(to, e->text);
	buf_add_str(to, e->address);
	VEC_EACH(arg, &e->args)
		buf_add_str(to, *arg);
	VEC_EACH(macro, &e->macros) {
		buf_add_str(to, macro->name);
		buf_add_str(to, macro->value);
	}
	if (e->command == MILTER_HEADER)
		milter_header_text(to, e, true);
	if (e->command == MILTER_OPTION &&
	    milter_negotiate(&agreed, &e->option, &wanted) &&
	    ((agreed.actions & ~e->option.actions) != 0 ||
		(agreed.events & ~e->option.events) != 0 ||
		agreed.version > e->option.version))
		abort();
}

/* As a session does: an event after the other, until one is refused. */
static void
session(struct buf *to, struct arena *a, struct str first, struct str second)
{
	struct str pieces[] = { first, second };
	struct milter_parse p;
	struct milter_event e;
	const char *error = NULL;

	milter_parse_init(&p, PACKET_MOST);
	for (size_t i = 0; i < nitems(pieces) && error == NULL; i++) {
		struct str rest = pieces[i];

		while (rest.n != 0 && error == NULL) {
			rest = str_from(rest, milter_parse(&p, rest));
			if (p.state == MILTER_BAD)
				error = p.error;
			else if (p.state == MILTER_PACKET &&
			    milter_event_read(&e, a, &p, &error))
				note(to, &e);
		}
	}
	buf_add_str(to, str_of(error));
	milter_parse_release(&p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = { (const char *)data + 1, size - 1 };
	struct arena *a;
	struct buf whole, cut;

	if (size == 0)
		return 0;
	a = arena_new();
	buf_init(&whole, TEXT_MOST);
	buf_init(&cut, TEXT_MOST);
	session(&whole, a, bytes, STR(""));
	session(&cut, a, str_head(bytes, data[0]), str_from(bytes, data[0]));
	if (!str_eq(buf_str(&whole), buf_str(&cut)))
		abort();
	buf_release(&whole);
	buf_release(&cut);
	arena_free(a);
	return 0;
}
