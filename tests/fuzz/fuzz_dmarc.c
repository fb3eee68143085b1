/* SPDX-License-Identifier: Apache-2.0 */
/* Any lines are the records of every name, in turn, and the first three the
 * domains that are asked about: whatever they say, a walk ends, asks a
 * bounded number of questions, and nothing but what passed is aligned. */
#include "check/dmarc.h"
#include "world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ASKED_MOST = 40 };

/* "-" for no record, "!" for no answer; "a|b" are two. */
static const struct dns_answer *
find(void *owner, enum dns_type type, struct str name)
{
	struct dns_answer *answer;
	struct str *at;
	bool is_there = world_next(owner, name, &answer, &at);

	assert(type == DNS_TXT || type == DNS_A);
	answer->result = DNS_NO_NAME;
	if (!is_there || str_is(*at, "-"))
		return answer;
	answer->result = str_is(*at, "!") ? DNS_FAILED : DNS_FOUND;
	answer->n = answer->result == DNS_FAILED || type == DNS_A ? 0 : 1;
	if (answer->n == 1 && str_cut(at[0], '|', &at[0], &at[1]))
		answer->n = 2;
	return answer;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world w = world_open(data, size, ASKED_MOST);
	struct names names = { find, &w };
	struct dmarc_query q = { .n_dkim = 1 };
	struct dmarc_verdict v;

	str_next(&w.lines, '\n', &q.from);
	str_next(&w.lines, '\n', &q.spf);
	str_next(&w.lines, '\n', &q.dkim[0]);
	assert(dmarc_check(&v, w.arena, &names, &q));
	assert((v.result == AUTH_PASS) == (v.spf.n != 0 || v.dkim.n != 0));
	assert(v.result == AUTH_NONE || v.result == AUTH_PASS ||
	    v.result == AUTH_FAIL || v.result == AUTH_TEMPERROR);
	assert(v.policy <= DMARC_REJECT);
	assert(v.spf.n == 0 || str_eq(v.spf, q.spf));
	assert(v.dkim.n == 0 || str_eq(v.dkim, q.dkim[0]));
	arena_free(w.arena);
	return 0;
}
