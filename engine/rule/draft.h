/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_DRAFT_H
#define RULE_DRAFT_H

/*
 * From a report about a campaign, or from one of its messages, to a draft of
 * a pack (pack-format 3.1): what was found, sorted into what is kept, what is
 * kept and asked about, and what is left out, each with its reason.  A draft
 * asks where a report cannot know, and never scores.
 *
 * Everything lives in the arena given.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/vec.h"
#include "rule/pack.h"

struct brand_index;
struct message;

enum { DRAFT_RELAY_DAYS = 30, DRAFT_HOST_DAYS = 180 };

enum draft_fate { DRAFT_KEEP, DRAFT_ASK, DRAFT_DROP };

/* In the order in which a pack names them. */
enum draft_group {
	DRAFT_SENDER, DRAFT_NAME, DRAFT_RELAY, DRAFT_SUBJECT, DRAFT_BODY,
	DRAFT_BUTTON, DRAFT_LANDING, DRAFT_PATH, DRAFT_SITE_IP, DRAFT_PHONE,
	DRAFT_FILE, DRAFT_GROUPS
};

struct draft_value {
	enum draft_group group;
	const char *field;      /* "url.domain" */
	struct str text;        /* as a pack writes it; addresses live */
	uint32_t line;          /* of the report, 0: of no line */
	enum draft_fate fate;
	struct str why;         /* the question, or why it is left out */
	bool is_spoofed;
	bool is_hacked;
	bool is_loose;          /* asked for want of a label alone */
	uint32_t place;         /* its line in the pack written last */
};

/* A question that is about no single value. */
struct draft_question {
	struct str about;       /* a key of the pack */
	struct str text;
};

struct draft {
	struct str source;      /* where it came from: "report.txt" */
	struct str id, title;
	bool is_machine;
	bool is_message;        /* made from a message of the campaign */
	bool is_japanese;
	bool is_cut;            /* something was over a limit */
	const struct brand *brand; /* or NULL */
	struct str tlp;
	struct str severity;    /* "": nobody said */
	int32_t today, first, last; /* seen; DAY_NONE: not said */
	bool is_old;            /* hosts alone, and their time is over */
	bool is_day_guessed;    /* from the page or the mail's own words */
	VEC(struct draft_value) values;
	VEC(struct draft_question) questions;
	/* The mail as described, for the test. */
	struct str from_name, from, mail_from, reply_to, subject, ip, helo,
	    rdns;
	str_list body;          /* lines */
};

struct draft_conf {
	struct str source;
	struct str id;          /* "": made up */
	struct str brand;       /* id; "": guessed; "none" */
	int32_t today;
	int32_t seen;           /* or DAY_NONE */
	const struct brand_index *brands;
	enum draft_as { DRAFT_AS_GUESSED, DRAFT_AS_REPORT, DRAFT_AS_MESSAGE }
	    as;
};

void draft_make(struct draft *out, struct arena *a, struct str bytes,
    const struct draft_conf *conf);

/* The pack as YAML, read back: values that the reader or its lint would not
 * have are left out, with its words as the reason.  What it still says goes
 * to d. */
struct str draft_finish(struct draft *draft, struct arena *a,
    struct diags *d);

/* How many values have a fate. */
size_t draft_count(const struct draft *d, enum draft_fate fate);

extern const char *const draft_fate_names[]; /* "kept", "asked", "dropped" */

#endif
