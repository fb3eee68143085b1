/* SPDX-License-Identifier: Apache-2.0 */
/* Kept verdicts as they may stand in a store: damaged, or somebody else's. */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "front/history.h"
#include "front/historyentry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look_at_answers(struct history_entry *e, struct arena *a)
{
	const struct trace_answer *t;

	VEC_EACH(t, &e->trace.answers) {
		if (t->state == ASK_OPEN ||
		    (t->n != 0) != (t->state == ASK_ANSWERED))
			abort();
		for (size_t i = 0; i < t->n; i++) {
			if (t->type == DNS_A && t->at[i].n != 4)
				abort();
			history_value(a, t->type, t->at[i]);
		}
		if (trace_find(&e->trace, a, t->type, t->key) == NULL)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str text = { (const char *)data, size };
	const struct history_conf conf = { .secret = STR("key") };
	const struct history_search all = { 0 }, some = {
		.from = STR("a@b.example"), .rcpt = STR("b.example"),
		.campaign = STR("x"), .message_id = STR("<1@b>") };
	struct arena *a = arena_new();
	struct history_piece piece;
	struct history_entry e;

	if (history_entry_read(&e, a, text)) {
		if (e.id.n == 0 || !utf8_is_valid(e.subject) ||
		    !history_matches(&e, a, &all, &conf))
			abort();
		history_matches(&e, a, &some, &conf);
		history_action(&e, e.points);
		look_at_answers(&e, a);
	}
	if (history_piece_read(&piece, text) &&
	    (piece.part < 0 || piece.part >= piece.of))
		abort();
	arena_free(a);
	return 0;
}
