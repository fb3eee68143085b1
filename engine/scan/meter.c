/* SPDX-License-Identifier: Apache-2.0 */
/* From one message's times to everybody's. */
#include "scan/meter.h"

const char *const station_names[STATIONS] = {
	[STATION_TURN] = "turn",
	[STATION_PARSE] = "parse",
	[STATION_EXTRACT] = "extract",
	[STATION_CHECK] = "check",
	[STATION_JOIN] = "join",
	[STATION_MATCH] = "match",
	[STATION_DECIDE] = "decide",
	[STATION_ANSWER] = "answer",
};

void
meter_spend(struct meter_run *r, enum station station, int64_t now_us)
{
	r->spent[station] += now_us - r->at;
	r->at = now_us;
}

void
meter_write(struct meter *m, const struct meter_run *r)
{
	int64_t whole = 0;

	for (int i = 0; i < STATIONS; i++) {
		histogram_add(&m->stations[i], r->spent[i]);
		whole += r->spent[i];
	}
	histogram_add(&m->whole, whole);
}
