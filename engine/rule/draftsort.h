/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_DRAFTSORT_H
#define RULE_DRAFTSORT_H

/* Sorting what was found into a draft; shared by its readers of reports
 * (draftreport.c) and of messages (draftmail.c). */

#include "rule/draft.h"

struct draft_maker {
	struct draft *draft;
	struct arena *arena;
	const struct draft_conf *conf;
	int32_t dateline;      /* of the mail a report came in, or DAY_NONE */
	bool has_defanged;     /* the report takes care: what is live in it is
	                          probably not an indicator */
};

struct draft_seen {
	struct str text;
	uint32_t line;
	bool is_genuine;       /* called so right there */
	bool is_link;          /* labelled as one */
	bool is_hacked;        /* the report says that it was broken into */
	bool is_loose;         /* live in a report that defangs, or without a
	                          label: ask */
};

/* Adds a value of any field unless it is there; NULL then. */
struct draft_value *draft_add(struct draft_maker *m, enum draft_group group,
    const char *field, struct str text, uint32_t line);
void draft_ask(struct draft_maker *m, struct draft_value *v, struct str why);
void draft_drop(struct draft_maker *m, struct draft_value *v,
    struct str why);

/* One indicator with all the values that follow from it. */
void draft_sender(struct draft_maker *m, const struct draft_seen *s,
    const char *field);
void draft_name(struct draft_maker *m, struct str name, uint32_t line);
void draft_subject(struct draft_maker *m, struct str subject, uint32_t line);
void draft_url(struct draft_maker *m, const struct draft_seen *s);
void draft_host(struct draft_maker *m, const struct draft_seen *s);
void draft_relay(struct draft_maker *m, const struct draft_seen *s,
    const char *field);
void draft_site_ip(struct draft_maker *m, const struct draft_seen *s);
void draft_phone(struct draft_maker *m, const struct draft_seen *s);
void draft_phrase(struct draft_maker *m, struct str line, uint32_t number);

/* The brand whose domain or number this is, or NULL. */
const struct brand *draft_owner(const struct draft_maker *m, struct str host,
    struct str path, bool *is_official);

/* A subject or phrase as a pack writes it: days as <date>, tags of gateways
 * and what is left of mark-up taken off. */
struct str draft_wording(struct arena *a, struct str text);

/* The readers. */
void draft_from_report(struct draft_maker *m, struct str bytes);
void draft_from_message(struct draft_maker *m, const struct message *msg);
/* One of the words of TLP in any case, or "". */
struct str draft_tlp(struct str word);
/* What only shows once everything is there: brand, title, id, questions; who
 * may see it, unless that is known. */
void draft_settle(struct draft_maker *m, struct str text);

#endif
