/* SPDX-License-Identifier: Apache-2.0 */
/* What is said to nobody in particular, and the names of measures. */
#include "scan/policy.h"

#include "base/arena.h"

const struct policy policy_default = {
	.lang = STR_INIT("en"),
	.measures = {
		[ACTION_NONE] = MEASURE_NONE,
		[ACTION_GREYLIST] = MEASURE_GREYLIST,
		[ACTION_ADD_HEADER] = MEASURE_ADD_HEADER,
		[ACTION_REWRITE_SUBJECT] = MEASURE_REWRITE_SUBJECT,
		[ACTION_SOFT_REJECT] = MEASURE_SOFT_REJECT,
		[ACTION_REJECT] = MEASURE_REJECT
	},
	.reject_text =
	    STR_INIT("Message refused: recognised as phishing ({id})"),
	.soft_reject_text = STR_INIT("Try again later ({id})"),
	.quarantine_text =
	    STR_INIT("recognised as phishing: {symbols} ({id})"),
	.subject_tag = STR_INIT("[PHISHING] "),
	.headers = POLICY_HEADERS_FULL,
	.foreign = POLICY_FOREIGN_UNTRUSTED
};

const char *
measure_name(enum measure measure)
{
	switch (measure) {
	case MEASURE_QUARANTINE:
		return "quarantine";
	case MEASURE_DISCARD:
		return "discard";
	default:
		return action_name((enum action)measure);
	}
}

struct policy
policy_copy(const struct policy *p, struct arena *a)
{
	struct policy copy = *p;

	copy.lang = str_copy(a, p->lang);
	copy.reject_text = str_copy(a, p->reject_text);
	copy.soft_reject_text = str_copy(a, p->soft_reject_text);
	copy.quarantine_text = str_copy(a, p->quarantine_text);
	copy.subject_tag = str_copy(a, p->subject_tag);
	return copy;
}
