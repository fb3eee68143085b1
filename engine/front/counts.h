/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_COUNTS_H
#define FRONT_COUNTS_H

/*
 * What a worker counts, in memory that all share (base/count.h): nothing but
 * 64-bit numbers that only grow.  They belong to the seat, not to who sits
 * there: a worker goes on from where the one before it was ended, so the sum
 * over all seats never goes back and needs nobody to add up for the dead.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/histogram.h"
#include "base/roll.h"
#include "check/dnslists.h"
#include "rule/verdict.h"
#include "scan/meter.h"
#include "scan/policy.h"

struct scan;

enum { COUNTS_FRONTS = 5 }; /* rows of front_protocols */

enum refusal {
	REFUSED_REQUEST,     /* answered with an error */
	REFUSED_CROWD,       /* as many connections as may be */
	REFUSED_ADDRESS,     /* not on the list of who may connect */
	REFUSED_PROXY,       /* no header of the PROXY protocol */
	REFUSED_TOKEN,       /* the protocol has none, the listener wants one */
	REFUSALS
};
extern const char *const refusal_names[REFUSALS];

/* What became of a campaign that a message was recognised as. */
enum campaign_effect {
	CAMPAIGN_COUNTED,
	CAMPAIGN_BEATEN,     /* another pack of its family counted */
	CAMPAIGN_OBSERVED,
	CAMPAIGN_EFFECTS
};
extern const char *const campaign_effect_names[CAMPAIGN_EFFECTS];

/* Why updates of the store are lost. */
enum drop { DROP_FULL, DROP_OLD, DROP_UNSURE, DROP_REFUSED, DROP_QUEUE,
	DROP_LOST, DROPS };
extern const char *const drop_names[DROPS];

/* What became of a message that a mirror was to judge, too. */
enum mirrored { MIRRORED_SAME, MIRRORED_DIFFERING, MIRRORED_FAILED,
	MIRRORED_DROPPED, MIRRORED };
extern const char *const mirrored_names[MIRRORED];

struct counts {
	uint64_t connections, controls, learnt, degraded, bytes;
	uint64_t busy, set_aside, cut;
	uint64_t sessions[COUNTS_FRONTS];
	uint64_t messages[COUNTS_FRONTS][MEASURES];
	uint64_t refused[REFUSALS];
	uint64_t mirrored[MIRRORED];
	uint64_t observed[ACTIONS]; /* messages that an observing pack knew,
	                               by what they would have got */
	uint64_t campaigns[ROLL_ALL][CAMPAIGN_EFFECTS];
	uint64_t brands[ROLL_ALL];
	uint64_t limits[ROLL_ALL];
	uint64_t dnslists[ROLL_ALL][DNSLIST_RESULTS];
	struct meter meter;
	/* written now and then, by daemon/teller.c */
	struct {
		uint64_t asked, shared, failed;
	} asks;
	struct {
		uint64_t asked, kept, sent, late, failed, odd, refused;
	} dns;
	struct {
		uint64_t gets, hits, cached, late, away;
		uint64_t trips, write_trips, breaks;
		uint64_t puts, written, failed, evicted;
		uint64_t kept, replayed, doubles, dropped[DROPS];
	} store;
	uint64_t lists_taken, lists_refused;
	uint64_t cpu_us, log_lost;
};

/* The names behind the numbers of counts; all workers write them. */
struct counts_names {
	struct roll campaigns, brands, limits, dnslists;
};

void counts_sum(struct counts *to, const struct counts *from);

/* Sums of what is counted more finely. */
uint64_t counts_scanned(const struct counts *c);
uint64_t counts_measure(const struct counts *c, enum measure measure);
uint64_t counts_refused(const struct counts *c);

/* A message that came in by that row of front_protocols is answered. */
void counts_verdict(struct counts *c, struct counts_names *names,
    size_t front, const struct scan *s);

#endif
