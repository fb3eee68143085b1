/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_METER_H
#define SCAN_METER_H

/*
 * How long messages were at each station, and on their way altogether.  It
 * lies in memory that processes share (base/count.h); a message is written
 * down once it is answered.  Reports are no messages to be scored and do not
 * stand here.
 */

#include <stdint.h>

#include "base/histogram.h"

enum station {
	STATION_TURN,    /* waiting for its turn */
	STATION_PARSE,
	STATION_EXTRACT,
	STATION_CHECK,   /* checks at work */
	STATION_JOIN,    /* waiting for answers of name servers and store */
	STATION_MATCH,
	STATION_DECIDE,
	STATION_ANSWER,
	STATIONS
};

extern const char *const station_names[STATIONS];

struct meter {
	struct histogram stations[STATIONS];
	struct histogram whole;
};

/* Microseconds at each station, of one message. */
struct meter_run {
	int64_t spent[STATIONS];
	int64_t at;              /* on the clock, as of which all is counted */
	enum station waits;      /* where it is between two turns */
};

/* To the station it was at since the last call. */
void meter_spend(struct meter_run *r, enum station station, int64_t now_us);
/* Once a message. */
void meter_write(struct meter *m, const struct meter_run *r);

#endif
