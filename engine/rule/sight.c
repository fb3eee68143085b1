/* SPDX-License-Identifier: Apache-2.0 */
/* From bytes to facts, in one go. */
#include "rule/sight.h"

#include "rule/extract.h"

void
sight_read(struct sight *s, struct arena *a, const struct fact_table *table,
    struct str raw, const struct message_conf *conf)
{
	static const struct message_conf usual;
	static const struct extract_conf extract_conf;

	message_read(&s->message, a, raw, &s->envelope,
	    conf == NULL ? &usual : conf);
	facts_init(&s->facts, a, table);
	extract_facts(&s->facts, &s->message, &s->envelope, &extract_conf);
}
