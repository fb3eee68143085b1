/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_BACKTEST_H
#define CLI_BACKTEST_H

/*
 * Packs tried on mail that has been kept: what they hit, what of that looks
 * genuine, and what another version of the packs would say otherwise.
 * Nothing is looked up; what the mail does not tell of the connection and of
 * authentication is unknown.
 */

#include "cli/command.h"
#include "cli/corpus.h"
#include "rule/pack.h"
#include "rule/verdict.h"

struct buf;
struct err;

struct backtest_conf {
	const word_list *named;    /* packs */
	const word_list *corpus;   /* folders and files */
	const word_list *folders;  /* where brands are */
	const word_list *authserv; /* whose Authentication-Results count */
	struct str against;        /* other packs, or "" */
	int32_t day;               /* DAY_NONE: today */
	int64_t most;              /* hits on mail that looks genuine; more
	                              are a finding; -1: any number */
	bool is_json, is_quiet, is_verbose;
	struct str color;
};

/* A campaign, or a brand's own signs, that fires on a mail. */
struct backtest_hit {
	const struct pack *pack;
	const struct brand *brand; /* of a brand's own signs, else NULL */
	int32_t points;            /* given, or that would have been */
	bool is_observed;
};

enum { BACKTEST_HITS = 32, BACKTEST_TEXT = 120 };

/* What one set of packs says of a mail. */
struct backtest_says {
	enum action action;
	int32_t points;
	uint32_t n;
	struct backtest_hit hits[BACKTEST_HITS];
};

struct backtest_mail {
	const struct corpus_mail *mail;
	struct str subject;        /* the beginning of it */
	struct str why_genuine;    /* why it looks so, or "" */
	struct backtest_says now, old;
	bool is_changed;           /* the two differ */
};

/* Counts of one campaign or brand over all the mail. */
struct backtest_row {
	struct str id;
	const struct pack *pack;
	uint32_t hits, caught, genuine, spam;
	uint32_t gained, lost;     /* against the other packs */
	int32_t most;              /* points */
	bool is_observed;
};

struct backtest {
	const struct backtest_conf *conf;
	struct corpus corpus;
	VEC(struct backtest_row) rows;
	VEC(struct backtest_mail) hits;    /* in order of the corpus */
	size_t done, touched, unread, caught, genuine_hits, changed;
	uint64_t bytes;
	double seconds;
	size_t n_packs;
	const struct terminal *terminal;
};

/* The mails that are hit, in either version, and the counts. */
void backtest_print(struct buf *to, const struct backtest *b);
void backtest_json(struct buf *to, const struct backtest *b);

/* Tries them; what is found lives as long as the call.  False: packs or
 * corpus cannot be read. */
bool backtest_try(struct backtest *b, struct call *call, struct err *e);

enum status backtest_run(struct call *call, const struct backtest_conf *conf);

#endif
