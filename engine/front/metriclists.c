/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of lists: files that packs refer to, and lists of the DNS. */
#include "front/metriclists.h"

#include "base/clock.h"
#include "base/vec.h"
#include "check/dnslists.h"
#include "front/front.h"
#include "front/metricput.h"
#include "rule/lists.h"
#include "scan/generation.h"

enum { LISTS_MOST = 256 };

static uint64_t
age_of(const struct list_state *s)
{
	int64_t age = clock_wall() - s->health.mtime;

	return s->list == NULL || age < 0 ? 0 : (uint64_t)age;
}

static uint64_t
rows_of(const struct list_state *s)
{
	return s->list == NULL ? 0 : s->health.rows;
}

static uint64_t
bad_rows_of(const struct list_state *s)
{
	return s->health.bad;
}

static uint64_t
has_alarm(const struct list_state *s)
{
	return s->health.alarm.n != 0;
}

static uint64_t
is_fresh(const struct list_state *s)
{
	return s->list != NULL && lists_age(s, clock_wall()) == LIST_FRESH;
}

static const struct list_row_family {
	struct exposition_family family;
	uint64_t (*value)(const struct list_state *s);
} list_families[] = {
	{ GAUGE("list_rows", "Rows of an external list that serve."),
	    rows_of },
	{ GAUGE("list_bad_rows", "Rows of its last file that are no values."),
	    bad_rows_of },
	{ MEASURED("list_age", GAUGE, "seconds", "Age of the file that "
	    "serves."), age_of },
	{ GAUGE("list_alarm", "1: its last file was refused, the one before "
	    "serves."), has_alarm },
	{ GAUGE("list_fresh", "0: none could be read, or it is older than its "
	    "max_age and counts for nothing."), is_fresh },
};

void
metriclists_put(struct metric_job *j)
{
	static const struct exposition_family reads = COUNTER("list_reads",
	    "Files of external lists read by workers.");
	const struct lists *lists = j->front->generation->lists;
	size_t n = lists == NULL ? 0 : lists->n;

	if (n > LISTS_MOST)
		n = LISTS_MOST;
	for (size_t k = 0; k < nitems(list_families); k++) {
		exposition_family(&j->x, &list_families[k].family);
		for (size_t i = 0; i < n; i++) {
			if (lists->at[i].conf == NULL)
				continue;
			exposition_count(&j->x, &(struct exposition_label){
			    "list", lists->at[i].conf->id }, 1,
			    list_families[k].value(&lists->at[i]));
		}
	}
	metric_put_ways(j, &reads, "result", (const struct metric_way[]){
	    { "taken", j->sum.lists_taken },
	    { "refused", j->sum.lists_refused } });
}

/* Lists of the DNS. */

static uint64_t
resting(const struct front *f, size_t list)
{
	uint64_t n = 0;

	for (size_t i = 0; i < f->n_seats; i++)
		n += f->seats[i].now.pid != 0 &&
		    f->seats[i].now.dnslists[list].rests != 0;
	return n;
}

/* The latest answer that any worker had; false: none had one. */
static bool
last_answer(const struct front *f, size_t list, uint64_t *age_us)
{
	uint64_t now = (uint64_t)clock_ms(), last = 0;

	for (size_t i = 0; i < f->n_seats; i++) {
		uint64_t at = f->seats[i].now.dnslists[list].answered_ms;

		if (at > last && at <= now)
			last = at;
	}
	*age_us = (now - last) * 1000;
	return last != 0;
}

static void
put_dnslists_now(struct metric_job *j)
{
	static const struct exposition_family rests = GAUGE("dnslist_resting",
	    "Workers that do not ask a list of the DNS now: it refused, was "
	    "silent, or lists what no list has.");
	static const struct exposition_family ages = MEASURED(
	    "dnslist_answer_age", GAUGE, "seconds",
	    "Since a list of the DNS has answered.");
	const struct dnslists *l = dnslists_of(j->front->generation);
	struct exposition_label label = { "list", STR("") };
	size_t n = l == NULL ? 0 : l->conf->lists.n;
	uint64_t age;

	exposition_family(&j->x, &rests);
	for (size_t i = 0; i < n; i++) {
		label.value = l->conf->lists.at[i].id;
		exposition_count(&j->x, &label, 1, resting(j->front, i));
	}
	exposition_family(&j->x, &ages);
	for (size_t i = 0; i < n; i++) {
		label.value = l->conf->lists.at[i].id;
		if (last_answer(j->front, i, &age))
			exposition_time(&j->x, &label, 1, age);
	}
}

void
metriclists_put_dns(struct metric_job *j)
{
	static const struct exposition_family family = COUNTER(
	    "dnslist_questions", "Questions to lists of the DNS, by what came "
	    "of them.");
	struct exposition_label labels[] = { { "list", STR("") },
		{ "result", STR("") } };

	exposition_family(&j->x, &family);
	for (size_t i = 0; i < ROLL_ALL; i++) {
		labels[0].value = roll_name(&j->front->names->dnslists, i);
		for (int k = 0; labels[0].value.n != 0 && k < DNSLIST_RESULTS;
		    k++) {
			labels[1].value = str_of(dnslist_result_names[k]);
			exposition_count(&j->x, labels, 2,
			    j->sum.dnslists[i][k]);
		}
	}
	put_dnslists_now(j);
}
