/* SPDX-License-Identifier: Apache-2.0 */
/* Any lines are the records of every name, in turn: whatever they say, an
 * evaluation ends and asks a bounded number of questions. */
#include "check/spf.h"
#include "check/srs.h"
#include "world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ASKED_MOST = 1000 };

static const struct dns_answer *
find(void *owner, enum dns_type type, struct str name)
{
	struct dns_answer *answer;
	struct str *at;

	if (!world_next(owner, name, &answer, &at))
		return answer;
	if (type == DNS_A || type == DNS_AAAA) {
		size_t n = type == DNS_A ? 4 : 16;

		answer->n = at->n >= n;
		at->n = n;
	} else {
		answer->n = type == DNS_TXT || dns_is_name(*at);
	}
	answer->result = answer->n != 0 ? DNS_FOUND : DNS_EMPTY;
	return answer;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world w = world_open(data, size, ASKED_MOST);
	struct names names = { find, &w };
	struct spf_query q = { .domain = STR("d.example"),
		.sender = STR("user@d.example"), .helo = STR("h.example") };
	struct spf_verdict v;
	struct str sender;

	if (srs_sender(&sender, w.arena, (struct str){ (const char *)data,
	    size }))
		assert(sender.n <= size && str_has(sender, '@'));
	assert(addr_parse(size % 2 == 0 ? STR("192.0.2.1")
	    : STR("2001:db8::1"), &q.ip));
	spf_check(&v, w.arena, &names, &q);
	assert(v.result >= SPF_NONE && v.result <= SPF_PERMERROR);
	arena_free(w.arena);
	return 0;
}
