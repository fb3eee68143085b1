/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_EXPLAIN_H
#define RULE_EXPLAIN_H

/*
 * A verdict in words, in Japanese or English: for a person at a terminal,
 * and as JSON for programs.  Addresses and links of the campaign are always
 * shown defanged, recipients as <rcpt>.  The order is that of the reports:
 * basics, sender, route, links, text, verdict, official advice.
 */

#include <stdbool.h>

#include "base/str.h"
#include "rule/fact.h"
#include "rule/verdict.h"

struct buf;
struct json;
struct message;
struct wording;

struct explain_conf {
	struct str lang;   /* "ja" or "en" */
	bool is_coloured;
	bool is_markdown;  /* for a ticket or a wiki; no colours, no width */
	unsigned width;    /* cells of the terminal */
	bool is_brief;     /* as JSON, no notes on a message that nothing is
	                      said of */
};

void explain_text(struct buf *to, const struct verdict *v,
    const struct facts *facts, const struct message *m,
    const struct explain_conf *conf);

/* What explain_text gives when conf says is_markdown. */
void explain_markdown(struct buf *to, const struct verdict *v,
    const struct facts *facts, const struct message *m,
    const struct explain_conf *conf);

/* One object: campaigns, lines, evidence, notes, limits.  In both languages:
 * that of conf is only named. */
void explain_json(struct json *j, const struct verdict *v,
    const struct facts *facts, const struct message *m,
    const struct explain_conf *conf);

/* One line a symbol, for protocols: what a line or campaign says.  words is of
 * the message that the verdict is of. */
struct str explain_line(struct wording *words, const struct verdict *v,
    const struct verdict_line *line, struct str lang);

#endif
