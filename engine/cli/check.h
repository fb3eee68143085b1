/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

/*
 * What check finds beyond the packs as they were read: by running their
 * tests, holding them against an older revision, or against kept mail.
 * Findings go to the diags of the packs, about the files named.
 */

#include "cli/command.h"
#include "cli/loader.h"
#include "rule/trial.h"

struct err;

struct check_more {
	struct call *call;
	struct loaded *loaded;
	const word_list *folders;  /* where brands are */
	const word_list *corpus;
	struct str against;        /* packs of before */
	struct str channel;        /* a word of TLP */
	bool is_watched;           /* a person waits */
};

/* T01, T02, T04, X04.  False: the tests could not be run. */
bool check_trials(const struct check_more *c, struct err *e);
/* S06, R02, R03. */
bool check_old(const struct check_more *c, struct err *e);
/* L02. */
bool check_mail(const struct check_more *c, struct err *e);

/* B05, L04, of the name server there ("": those of the system); *unknown
 * counts the names that it could say nothing about. */
bool check_online(const struct check_more *c, struct str server,
    size_t *unknown, struct err *e);

/* Tests that failed, as findings about their packs.  A draft may leave groups
 * untested, unless has_drafts. */
void check_told(const struct check_more *c, const trial_list *trials,
    bool has_drafts);

/* From here on, findings are about this pack. */
void check_turn(const struct check_more *c, const struct pack *p);
/* Where a key at the top of a pack stands; its id where it does not. */
struct mark check_place(const struct pack *p, const char *key);

#endif
