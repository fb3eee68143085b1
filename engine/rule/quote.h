/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_QUOTE_H
#define RULE_QUOTE_H

/*
 * A report or warning about phishing holds every indicator of the campaign
 * it describes and is no phishing.  It is told by what a lure never does: it
 * talks about mail (subject, sender, link, Received as headings), names the
 * fraud several times, defangs or masks addresses, shows several samples.
 *
 * What such a text quotes in plain sight counts for nothing.  What a lure
 * would use stays: an anchor whose text is not its own address, the sender,
 * the connection, the display name.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct arena;
struct brand_index;
struct message;
struct text;
struct url;

/* What shows a text to be about phishing, each independent of the others. */
enum quote_mark {
	QUOTE_FRAUD,    /* names the fraud, again and again */
	QUOTE_HEADINGS, /* describes mail: subject, sender, target */
	QUOTE_ANALYSIS, /* words of the trade: Received, Whois, hosting */
	QUOTE_WARNING,  /* tells not to click */
	QUOTE_MASKS,    /* addresses nobody can click: hxxp, [.], **** */
	QUOTE_SAMPLES,  /* several mails one below the other */
	QUOTE_META,     /* speaks of lures as others' work */
	QUOTE_ANSWER,   /* says of the mail quoted below that it is one */
	QUOTE_MARKS,
	QUOTE_NOTICE = QUOTE_MARKS /* a short warning; believed only
	                    where quote_is_idle */
};

/* Bits 1 << enum quote_mark of a text about phishing; 0: it is none. */
uint32_t quote_marks(const struct message *m, struct arena *a);

/* All texts are reports, none a mere warning. */
bool quote_marks_report(uint32_t marks);

/*
 * text, folded, warns of somebody else's fraud in front of first_url and
 * shows so many masked addresses; is_live: there are links beside it.  Such a
 * text by itself excuses nothing.
 */
bool quote_is_notice(struct str text, size_t first_url, unsigned masks,
    bool is_live);

/*
 * A message that is a warning leaves nothing to act on: no link but to the
 * brands of index and to who collects reports, no form, file, mailbox or way
 * to pay.  What it quotes is believed to be quoted.
 */
bool quote_is_idle(const struct message *m, const struct brand_index *index,
    struct arena *a);

/* *why says, in words, what showed it. */
bool quote_is_report(const struct message *m, struct arena *a,
    struct str *why);

/*
 * In such a text: this URL is only quoted.  It stands bare in the text, or
 * in an anchor that shows its own address, or inside one of these.
 */
bool quote_covers(const struct message *m, uint32_t url);

/* A short text above a mail that is quoted whole calls it a fraud. */
bool quote_is_answer(const struct message *m, const struct text *t,
    struct arena *a);

/* A word of fraud stands in it, not folded: without one it is no report. */
bool quote_has_hint(struct str s);

/* The text of an anchor is the address it leads to. */
bool quote_shows_itself(const struct url *u);

#endif
