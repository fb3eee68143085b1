/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_EXTRACTJOB_H
#define RULE_EXTRACTJOB_H

/* What the functions of extract.c and extractlink.c share for the time of one
 * call of extract_facts. */

#include "rule/extract.h"
#include "rule/recipients.h"

struct extract_job {
	struct facts *facts;
	struct arena *arena;
	struct arena *scratch; /* emptied by who filled it */
	const struct message *message;
	const struct envelope *envelope;
	const struct extract_conf *conf;
	struct recipients recipients;
};

/* A list that got no value is empty for certain. */
void extract_close(struct extract_job *j, enum fact_id id);

/* Of a fact that only the world can tell: a check may. */
void extract_leave_to_world(struct extract_job *j, uint32_t id);

void extract_links(struct extract_job *j);
/* Lists of its own, for few. */
void extract_urls(struct extract_job *j);
void extract_url_domains(struct extract_job *j);
void extract_url_queries(struct extract_job *j);
void extract_link_texts(struct extract_job *j);
void extract_link_counts(struct extract_job *j);
/* Behind the recipients. */
void extract_rcpt_in_urls(struct extract_job *j);

#endif
