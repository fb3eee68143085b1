/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_JOB_H
#define CLI_JOB_H

/*
 * One message that `sekisho scan` was given, and the two ways to score it:
 * here (local.c) or by a running daemon (remote.c).
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "conf/diag.h"
#include "mail/envelope.h"

struct err;
struct generation;
struct summary;

/* What holds for every message of a run. */
struct job_conf {
	bool is_json;
	bool is_markdown;
	struct str lang;
	struct str server;   /* "": score here */
	const word_list *folders; /* of packs, to score here; empty: usual */
	int32_t day;         /* to pretend, or DAY_NONE: today */
	struct summary *summary; /* counts, instead of answers; or NULL */
	struct terminal out;
	struct str color;    /* as asked for, for standard error */
};

struct job {
	size_t at, of;       /* which of how many, from 0 */
	struct str file;
	struct str raw;
	struct envelope envelope;
	const struct job_conf *conf;
	struct arena *arena; /* for the answer */
	/* The answer: text or JSON, without a line end for JSON. */
	struct str answer;
	bool is_caught;      /* "add header" or worse */
};

/* What it takes to score here. */
struct local_load {
	const word_list *folders; /* of packs; empty: usual */
	struct str lang;
	struct str color;         /* of what is wrong, on standard error */
	enum diag_level least;    /* of which is told */
};

/* False with e: no generation; else what is wrong with some of the packs has
 * been told. */
bool local_load(struct generation **out, struct arena *a,
    const struct local_load *load, struct err *e);

struct local;

/* Packs loaded once for all messages.  What is wrong with some of them goes
 * to standard error. */
bool local_open(struct local **out, struct arena *a,
    const struct job_conf *conf, struct err *e);
void local_close(struct local *l);
bool local_score(struct local *l, struct job *job, struct err *e);

bool remote_score(struct job *job, struct err *e);

#endif
