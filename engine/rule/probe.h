/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_PROBE_H
#define RULE_PROBE_H

/*
 * A pattern made ready to be tried on one value, for what no index can find:
 * header fields, results, counts, the further keys of a link object.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"
#include "rule/fact.h"
#include "rule/lists.h"
#include "rule/pack.h"
#include "rule/pattern.h"
#include "rule/recipients.h"
#include "rule/regex.h"

struct err;
struct message;

struct probe {
	const struct pattern *pattern; /* NULL: holds for everything */
	struct regex *regex;
};

typedef VEC(struct probe) probe_list;

/* A link object, with its "not" as the next of a chain. */
struct link_probe {
	const struct link_pattern *link;
	struct probe text, scheme, path, query;
	probe_list hosts, domains;
	struct link_probe *none;
};

/* External lists as they serve, and the row that held the link in hand: the
 * first, but one of a list that is too old says so of all. */
struct probe_listing {
	const struct lists *lists; /* or NULL */
	struct arena *arena;       /* of what is told */
	int32_t day;
	int64_t now;
	const struct list_hit *hit;
};

/* What a try needs of its surroundings. */
struct probe_ground {
	struct arena *arena;     /* scratch */
	struct regex_room *room;
	struct recipients *recipients;
	struct probe_listing *listing;
};

typedef VEC(struct regex *) regex_list;

/* What probes are made with. */
struct probe_maker {
	struct arena *arena;
	regex_list *made;        /* every regex is added; who has it frees
	                            them */
	struct str name;         /* of the value, for what is refused */
};

bool probe_make(struct probe *p, const struct probe_maker *m,
    const struct pattern *pattern, struct err *e);
bool link_probe_make(struct link_probe **out, const struct probe_maker *m,
    const struct link_pattern *link, struct err *e);

/* Whether the pattern holds for a value of a fact (its kind of text says how
 * keys are compared); *found is the piece of it. */
bool probe_try(const struct probe *p, const struct probe_ground *g,
    uint32_t fact, const struct fact_value *value, struct str *found);

/* Whether all keys hold for link i of the message. */
bool link_probe_try(const struct link_probe *p, const struct probe_ground *g,
    const struct message *m, size_t i);

/* Facts that are mailboxes: a key "@domain" holds for any name there. */
bool probe_is_mailbox(uint32_t fact);

/* The form in which keys of a fact are compared, of packs and of mails. */
struct str probe_key(struct arena *a, uint32_t fact, struct str text);

/* The anchor shows the address that it leads to. */
bool link_shows_itself(struct arena *a, const struct message *m, size_t i);

#endif
