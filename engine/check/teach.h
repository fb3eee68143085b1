/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_TEACH_H
#define CHECK_TEACH_H

/*
 * What is taught to the store of the things in a message, the receipts that
 * say so (check/receipt.h), and how it is taken back.  The state of the run is
 * a struct reputation.  For lesson.c and lessonreport.c alone.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "check/entity.h"
#include "net/store.h"
#include "scan/check.h"

struct ask;
struct buf;
struct campaign;
struct receipt;

/* Less bad than this, in messages, is nothing that anybody else has taught. */
#define TEACH_BAD_LEAST 0.05

/* So many messages, bad or good; below 0 they are taken back. */
struct teach_dose {
	double bad, good;
	int64_t when;
	const struct store_claim *claim; /* of a receipt, or NULL */
};

struct store_lesson teach_lesson(enum reputation_kind kind,
    const struct teach_dose *d);

/* The key of the receipt of this message. */
void teach_name_receipt(struct check_run *r);
/* Asks for both receipts; they are there once nothing of the run is open. */
void teach_ask(struct check_run *r);
/* Asks for the tallies of what a receipt says was marked; before teach_back. */
void teach_ask_marked(struct check_run *r, const struct receipt *receipt);
/* False: there is none, or nobody could look. */
bool teach_find(struct receipt *out, const struct ask *ask);

/* A receipt in the arena of the run, written to the store by teach_put. */
void teach_open(struct check_run *r, struct buf *receipt,
    const struct receipt *head);
void teach_put(struct check_run *r, struct buf *receipt);
/* Who reports: "by 0123456789abcdef", or "not" when he takes back. */
struct str teach_reporter(struct check_run *r, const char *word);

/* All that a message has to do with, and a receipt for it.  What is marked is
 * c's; NULL: nothing is.  The claim of the dose is for where there is a receipt
 * already. */
void teach_all(struct check_run *r, const struct teach_dose *dose,
    const struct campaign *c);
/* Of a copy of what has been taught, what is new of it. */
void teach_more(struct check_run *r, const struct receipt *before,
    const struct campaign *c);

/* Takes back so many messages of what a receipt says; how many entities forget
 * them.  Claimed is what the receipt was found by: of several who take back
 * the same at once one does. */
size_t teach_back(struct check_run *r, const struct receipt *receipt,
    double amount, const struct store_claim *claim);
/* Before teach_back, and what is taught in its place; ask: for the receipt,
 * which was found. */
struct store_claim teach_claim_back(struct check_run *r, struct str key,
    const struct ask *ask);
/* The same of what a good verdict taught, as far as the message still shows
 * it. */
size_t teach_back_heard(struct check_run *r);

#endif
