/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_EXTRACT_H
#define RULE_EXTRACT_H

/*
 * Station 3: the facts that stand in the message itself.  What only the
 * world can answer (asn, country, url.ip) is given as failed unless a check
 * is there to give it.
 */

#include "rule/fact.h"

struct arena;
struct envelope;
struct message;

struct extract_conf {
	/* Tags that gateways put before a subject, without blanks:
	 * "[spam]", "***SPAM***", "[MEIWAKU]".  NULL: the usual ones. */
	const struct str *subject_tags;
	size_t n_subject_tags;
	bool is_without_hashes; /* nobody asks for file.sha256: it is failed */
	/* What few rules ask for is found when it is asked for; message and
	 * envelope stay as long as the facts. */
	bool is_lazy;
	struct arena *scratch;  /* emptied; NULL: one of its own */
};

void extract_facts(struct facts *f, const struct message *m,
    const struct envelope *env, const struct extract_conf *conf);

/* Takes gateway tags off the front of a subject, with and without a blank
 * behind; *tag is what was there, or "". */
struct str extract_untag(struct str subject, const struct extract_conf *conf,
    struct str *tag);

#endif
