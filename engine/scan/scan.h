/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_SCAN_H
#define SCAN_SCAN_H

/*
 * The trip of one message, from bytes to what is learnt of it.  A scan owns
 * its arena; whoever asked is told once, through answer.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "mail/envelope.h"
#include "mail/message.h"
#include "rule/fact.h"
#include "rule/verdict.h"
#include "scan/generation.h"
#include "scan/trace.h"
#include "scan/meter.h"

struct asks;
struct checks;
struct lesson;
struct scan;

typedef void scan_answer(struct scan *s);

struct scan {
	struct arena *arena;          /* the scan's own, freed with it */
	struct arena *scratch;        /* emptied after every step */
	struct generation *generation;
	const struct policy *policy;  /* the generation's, or one of the
	                                 scan's own */
	struct str id;                /* for the log */
	struct str listener;          /* by which it came in, or "" */
	struct str asked;             /* settings the gateway asks for */
	const struct policy_rule *wish; /* what it says of this message, in
	                                 the scan's arena, or NULL */
	struct str tag;               /* the gateway's own word for it there */
	struct buf body;              /* holds raw, or nothing */
	struct str raw;
	uint64_t hash;                /* of raw, see inhand.h; 0: nobody asks */
	struct envelope envelope;
	int32_t day;                  /* as of; today unless asked otherwise */
	int64_t now;                  /* the same in seconds since 1970 */
	struct message message;
	struct facts facts;
	struct checks *checks;
	struct asks *asks;            /* NULL: no world to ask */
	struct queued *queued;        /* before that, where it waits; or NULL */
	remembered_list remembered;   /* by checks, for the verdict */
	bool is_degraded;             /* they could not look all of it up */
	struct hits hits;
	struct verdict verdict;
	struct lesson *lesson;        /* NULL: to be scored */
	scan_answer *answer;
	scan_answer *after;           /* the answer is given: last words, with
	                                 all there is to know; or NULL */
	void *client;
	void *keeper;                 /* after's own */
	int64_t started_us;
	int64_t deadline_ms;          /* on the monotonic clock */
	bool is_unlogged;             /* the gateway wants no line of the log */
	bool is_traced;               /* what it asks is taken down */
	struct trace *told;           /* asks nobody but this; or NULL */
	bool is_cut;                  /* the deadline or memory ended a step */
	unsigned step;
	struct meter_run times;
};

/*
 * The scan's envelope and raw bytes are filled in by the caller, in the
 * scan's arena, before scan_run.
 */
struct scan *scan_new(struct generation *g, scan_answer *answer,
    void *client);
void scan_free(struct scan *s);

/* Goes on from the step it is at; true when there is none left. */
bool scan_run(struct scan *s);

#endif
