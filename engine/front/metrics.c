/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of what is one number or a row of numbers in struct counts, and a
 * function for what is not.
 */
#include "front/metrics.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/vec.h"
#include "front/action.h"
#include "front/exposition.h"
#include "front/front.h"
#include "front/metriclists.h"
#include "front/metricput.h"
#include "scan/generation.h"

/* A counter that is one number. */
struct row {
	struct exposition_family family;
	size_t offset;
};

#define ROW(name, help, member) \
	{ COUNTER(name, help), offsetof(struct counts, member) }

/* Counters by one label whose values are a table of names. */
struct labelled {
	struct exposition_family family;
	const char *label;
	const char *const *names;
	size_t n, offset;
};

#define LABELLED(name, help, label, names, n, member) \
	{ COUNTER(name, help), label, names, n, \
	    offsetof(struct counts, member) }

static const struct row mail_rows[] = {
	{ MEASURED("message", COUNTER, "bytes", "Bytes of scored messages."),
	    offsetof(struct counts, bytes) },
	ROW("degraded_messages", "Messages scored while the store did not "
	    "answer.", degraded),
	ROW("cut_messages", "Messages that ran into the deadline or the bound "
	    "of memory.", cut),
	ROW("busy_messages", "Messages told to come later: as many scans as "
	    "may be were under way.", busy),
	ROW("deadly_messages", "Messages that got no scan since they have "
	    "ended workers before.", set_aside),
	ROW("learnt_messages", "Messages learnt of that were reported.",
	    learnt),
	ROW("connections_accepted", "Connections taken.", connections),
	ROW("log_lines_lost", "Lines of the log that did not arrive, of "
	    "workers.", log_lost),
	ROW("asks", "Questions of checks to store and name servers.",
	    asks.asked),
	ROW("asks_shared", "Questions of checks that another scan had under "
	    "way.", asks.shared),
	ROW("asks_failed", "Questions of checks without an answer.",
	    asks.failed),
};

static const struct row dns_rows[] = {
	ROW("dns_questions", "Questions about names.", dns.asked),
	ROW("dns_cached", "Questions about names that the cache answered.",
	    dns.kept),
	ROW("dns_sent", "Packets sent to name servers.", dns.sent),
	ROW("dns_timeouts", "Packets to name servers that nothing came back "
	    "for in time.", dns.late),
	ROW("dns_failed", "Questions about names that no server answered.",
	    dns.failed),
	ROW("dns_odd", "Packets of name servers that answered something else.",
	    dns.odd),
	ROW("dns_refused", "Questions never sent: forbidden, no name, too "
	    "many.", dns.refused),
};

static const struct row store_rows[] = {
	ROW("store_lookups", "Look-ups of the store.", store.gets),
	ROW("store_found", "Look-ups of the store that found something.",
	    store.hits),
	ROW("store_cached", "Look-ups of the store that the worker's own cache "
	    "answered.", store.cached),
	ROW("store_late", "Look-ups not answered within the budget.",
	    store.late),
	ROW("store_away", "Look-ups not asked, since the server is away or "
	    "slow.", store.away),
	ROW("store_trips", "Batches of look-ups sent to servers.",
	    store.trips),
	ROW("store_update_trips", "Batches of updates sent to servers.",
	    store.write_trips),
	ROW("store_breaks", "Times a server of the store was found away or "
	    "slow.", store.breaks),
	ROW("store_updates", "Updates asked for.", store.puts),
	ROW("store_updates_written", "Updates done.", store.written),
	ROW("store_updates_kept", "Updates that had to wait in the journal for "
	    "their server.", store.kept),
	ROW("store_updates_replayed", "Updates of the journal done since.",
	    store.replayed),
	ROW("store_updates_doubled", "Updates of the journal found done "
	    "already, and not done twice.", store.doubles),
	ROW("store_failed", "Look-ups and updates that failed in the store.",
	    store.failed),
	ROW("store_evicted", "Entries let go to keep the store within its "
	    "bound.", store.evicted),
};

static const struct labelled refused_rows = LABELLED("refused",
    "Connections and requests refused.", "reason", refusal_names, REFUSALS,
    refused);
static const struct labelled mirrored_rows = LABELLED("mirror_messages",
    "Messages that a mirror was to judge, too, by what became of that.",
    "outcome", mirrored_names, MIRRORED, mirrored);
static const struct labelled dropped_rows = LABELLED("store_updates_dropped",
    "Updates of the store that are lost.", "reason", drop_names, DROPS,
    store.dropped);

static uint64_t
number_at(const struct metric_job *j, size_t offset, size_t i)
{
	uint64_t n;

	memcpy(&n, (const char *)&j->sum + offset + i * sizeof(n), sizeof(n));
	return n;
}

static void
put_rows(struct metric_job *j, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		exposition_family(&j->x, &rows[i].family);
		exposition_count(&j->x, NULL, 0,
		    number_at(j, rows[i].offset, 0));
	}
}

static void
put_labelled(struct metric_job *j, const struct labelled *row)
{
	exposition_family(&j->x, &row->family);
	for (size_t i = 0; i < row->n; i++)
		exposition_count(&j->x, &(struct exposition_label){
		    row->label, str_of(row->names[i]) }, 1,
		    number_at(j, row->offset, i));
}

/* What came in, and what became of it. */

static void
put_messages(struct metric_job *j)
{
	static const struct exposition_family family = COUNTER("messages",
	    "Messages scored, by protocol and by what is done with them.");
	struct exposition_label labels[] = { { "front", STR("") },
		{ "action", STR("") } };

	exposition_family(&j->x, &family);
	for (size_t i = 0; i < front_protocols_n; i++) {
		labels[0].value = str_of(front_protocols[i]->name);
		for (int k = 0; k < MEASURES; k++) {
			labels[1].value =
			    str_of(measure_name((enum measure)k));
			exposition_count(&j->x, labels, 2,
			    j->sum.messages[i][k]);
		}
	}
}

static void
put_sessions(struct metric_job *j)
{
	static const struct exposition_family family = COUNTER("sessions",
	    "Connections by the protocol spoken.");

	exposition_family(&j->x, &family);
	for (size_t i = 0; i < front_protocols_n; i++)
		exposition_count(&j->x, &(struct exposition_label){ "front",
		    str_of(front_protocols[i]->name) }, 1,
		    j->sum.sessions[i]);
}

static void
put_times(struct metric_job *j)
{
	static const struct exposition_family whole = MEASURED(
	    "message_duration", HISTOGRAM, "seconds",
	    "From the last byte of a message to its answer.");
	static const struct exposition_family stations = MEASURED(
	    "station_duration", HISTOGRAM, "seconds",
	    "Of that, at each station of the scan.");

	exposition_family(&j->x, &whole);
	exposition_histogram(&j->x, NULL, 0, &j->sum.meter.whole);
	exposition_family(&j->x, &stations);
	for (int i = 0; i < STATIONS; i++)
		exposition_histogram(&j->x, &(struct exposition_label){
		    "station", str_of(station_names[i]) }, 1,
		    &j->sum.meter.stations[i]);
}

static void
put_campaigns(struct metric_job *j)
{
	static const struct exposition_family family = COUNTER(
	    "campaign_messages", "Messages recognised as a campaign, by the id "
	    "of its pack.");
	struct exposition_label labels[] = { { "campaign", STR("") },
		{ "effect", STR("") } };

	exposition_family(&j->x, &family);
	for (size_t i = 0; i < ROLL_ALL; i++) {
		labels[0].value = roll_name(&j->front->names->campaigns, i);
		for (int k = 0; labels[0].value.n != 0 &&
		    k < CAMPAIGN_EFFECTS; k++) {
			labels[1].value = str_of(campaign_effect_names[k]);
			exposition_count(&j->x, labels, 2,
			    j->sum.campaigns[i][k]);
		}
	}
}

static void
put_named(struct metric_job *j, const struct exposition_family *family,
    struct exposition_label label, const struct roll *roll,
    const uint64_t *counts)
{
	exposition_family(&j->x, family);
	for (size_t i = 0; i < ROLL_ALL; i++) {
		label.value = roll_name(roll, i);
		if (label.value.n != 0)
			exposition_count(&j->x, &label, 1, counts[i]);
	}
}

static void
put_recognised(struct metric_job *j)
{
	static const struct exposition_family brands = COUNTER(
	    "brand_messages", "Messages recognised as a forgery of a brand or "
	    "a campaign against it.");
	static const struct exposition_family limits = COUNTER("limits",
	    "Messages that ran into a limit, by its name.");
	static const struct exposition_family observed = COUNTER(
	    "observed_messages", "Messages that a pack in mode observe knows, "
	    "by what would have been done.");
	const struct counts_names *names = j->front->names;

	put_campaigns(j);
	put_named(j, &brands, (struct exposition_label){ "brand", STR("") },
	    &names->brands, j->sum.brands);
	put_named(j, &limits, (struct exposition_label){ "limit", STR("") },
	    &names->limits, j->sum.limits);
	exposition_family(&j->x, &observed);
	for (int i = 0; i < ACTIONS; i++)
		exposition_count(&j->x, &(struct exposition_label){ "action",
		    str_of(action_name((enum action)i)) }, 1,
		    j->sum.observed[i]);
}

/* What serves. */

static void
put_age(struct metric_job *j, uint64_t since)
{
	static const struct exposition_family age = MEASURED(
	    "generation_age", GAUGE, "seconds",
	    "Since the generation serves that serves now.");
	uint64_t now = (uint64_t)clock_wall();

	metric_put(j, &age, since == 0 || now < since ? 0 : now - since);
}

static void
put_generation(struct metric_job *j)
{
	static const struct exposition_family generation = GAUGE("generation",
	    "Number of the ruleset that serves.");
	static const struct exposition_family packs = GAUGE("packs",
	    "Rule packs that serve.");
	static const struct exposition_family held = GAUGE("packs_held",
	    "Pack files that are broken: what they said before serves, or "
	    "nothing.");
	static const struct exposition_family indicators = GAUGE("indicators",
	    "Values looked for.");
	static const struct exposition_family reloads = COUNTER("reloads",
	    "Reloads, by whether what they loaded serves.");
	const struct front_house *house = j->front->house;
	const struct generation *g = j->front->generation;

	metric_put(j, &generation, house->generation);
	metric_put(j, &packs, ruleset_packs(g->ruleset));
	metric_put(j, &indicators, ruleset_indicators(g->ruleset));
	metric_put(j, &held, ruleset_held(g->ruleset)->n);
	put_age(j, house->since);
	metric_put_ways(j, &reloads, "result", (const struct metric_way[]){
	    { "done", house->reloads },
	    { "refused", house->reloads_refused } });
}

/* What it rests on. */

/* What the workers say of it, together. */
static struct front_now
sum_of_stores(const struct front *front)
{
	struct front_now all = { 0 };

	for (size_t i = 0; i < front->n_seats; i++) {
		const struct front_now *now = &front->seats[i].now;

		if (now->pid == 0 || now->has_store == 0)
			continue;
		all.refusing += now->refusing;
		all.waiting += now->waiting;
		if (now->orphans > all.orphans)
			all.orphans = now->orphans;
		if (now->servers > all.servers)
			all.servers = now->servers;
		if (now->broken > all.broken)
			all.broken = now->broken;
	}
	return all;
}

static void
put_store(struct metric_job *j)
{
	static const struct exposition_family info = { "sekisho_store",
		EXPOSITION_INFO, NULL, "What keeps what the daemon remembers."
	};
	static const struct exposition_family ready = GAUGE("store_ready",
	    "1: the stores of all workers can be asked.");
	static const struct exposition_family writable = GAUGE(
	    "store_writable", "0: what is learnt cannot be written now: a "
	    "full disk, or a server that refuses it.");
	static const struct exposition_family servers = GAUGE("store_servers",
	    "Servers of the store that a worker knows.");
	static const struct exposition_family broken = GAUGE(
	    "store_servers_broken", "Of those, servers nobody waits for: away "
	    "or slow.");
	static const struct exposition_family waiting = GAUGE(
	    "store_updates_waiting", "Updates that the store has not got yet.");
	enum front_store state = front_store(j->front);
	struct front_now all = sum_of_stores(j->front);

	metric_put(j, &ready, state == FRONT_STORE_OK ||
	    state == FRONT_STORE_FULL);
	metric_put(j, &writable, state != FRONT_STORE_NONE && all.refusing == 0);
	metric_put(j, &servers, all.servers);
	metric_put(j, &broken, all.broken);
	metric_put(j, &waiting, all.waiting + all.orphans);
	exposition_family(&j->x, &info);
	exposition_count(&j->x, &(struct exposition_label){ "engine",
	    str_of(j->front->store == NULL ? "none" : j->front->store) }, 1,
	    1);
	put_rows(j, store_rows, nitems(store_rows));
	put_labelled(j, &dropped_rows);
}

/* By seat: a process id would be another label each time. */
static void
put_seats(struct metric_job *j, const struct exposition_family *family,
    uint64_t (*value)(const struct front_seat *s))
{
	char text[STR_INT];

	exposition_family(&j->x, family);
	for (size_t i = 0; i < j->front->n_seats; i++)
		exposition_count(&j->x, &(struct exposition_label){ "seat",
		    str_int(text, (int64_t)i) }, 1,
		    value(&j->front->seats[i]));
}

static uint64_t
is_taken(const struct front_seat *s)
{
	return s->now.pid != 0;
}

static uint64_t
inside_of(const struct front_seat *s)
{
	return s->now.inside;
}

static uint64_t
scans_of(const struct front_seat *s)
{
	return s->now.scans;
}

static uint64_t
scanned_at(const struct front_seat *s)
{
	return counts_scanned(&s->counts);
}

static void
put_workers(struct metric_job *j)
{
	static const struct exposition_family up = GAUGE("worker_up",
	    "1: a worker sits there.");
	static const struct exposition_family inside = GAUGE(
	    "worker_connections", "Connections inside a worker.");
	static const struct exposition_family scans = GAUGE("worker_scans",
	    "Scans under way in a worker.");
	static const struct exposition_family scanned = COUNTER(
	    "worker_messages", "Messages scored at a seat, whoever sat there.");

	put_seats(j, &up, is_taken);
	put_seats(j, &inside, inside_of);
	put_seats(j, &scans, scans_of);
	put_seats(j, &scanned, scanned_at);
}

static void
put_cpu(struct metric_job *j)
{
	static const struct exposition_family cpu = MEASURED("worker_cpu",
	    COUNTER, "seconds", "The processor's time that workers used.");
	char text[STR_INT];

	exposition_family(&j->x, &cpu);
	for (size_t i = 0; i < j->front->n_seats; i++)
		exposition_time(&j->x, &(struct exposition_label){ "seat",
		    str_int(text, (int64_t)i) }, 1,
		    j->front->seats[i].counts.cpu_us);
}

static void
put_house(struct metric_job *j)
{
	static const struct exposition_family build = { "sekisho_build",
		EXPOSITION_INFO, NULL, "The program." };
	static const struct exposition_family uptime = MEASURED("uptime",
	    GAUGE, "seconds", "Since the daemon was started.");
	static const struct exposition_family workers = GAUGE("workers",
	    "Workers that there are to be.");
	static const struct exposition_family deaths = COUNTER(
	    "worker_restarts", "Workers that another took the place of since "
	    "they died.");
	static const struct exposition_family filed = COUNTER(
	    "messages_set_aside", "Messages filed since they ended a worker.");
	const struct front_house *house = j->front->house;

	exposition_family(&j->x, &build);
	exposition_count(&j->x, &(struct exposition_label){ "version",
	    STR(SEKISHO_VERSION) }, 1, 1);
	exposition_family(&j->x, &uptime);
	exposition_time(&j->x, NULL, 0,
	    (uint64_t)(clock_ms() - j->front->started_ms) * 1000);
	metric_put(j, &workers, house->workers);
	metric_put_ways(j, &deaths, "cause", (const struct metric_way[]){
	    { "signal", house->killed }, { "exit", house->failed } });
	metric_put(j, &filed, house->filed);
}

static void
put_now(struct metric_job *j)
{
	static const struct exposition_family inside = GAUGE("connections",
	    "Connections now.");
	static const struct exposition_family scans = GAUGE("scans",
	    "Scans under way.");
	static const struct exposition_family queued = GAUGE("queued",
	    "Scans that wait for their turn (limits.wait).");
	static const struct exposition_family questions = GAUGE(
	    "dns_questions_open", "Questions to name servers under way.");
	uint64_t open = 0, waiting = 0;

	for (size_t i = 0; i < j->front->n_seats; i++) {
		open += j->front->seats[i].now.questions;
		waiting += j->front->seats[i].now.queued;
	}
	metric_put(j, &inside, front_inside(j->front));
	metric_put(j, &scans, front_scans(j->front));
	metric_put(j, &queued, waiting);
	metric_put(j, &questions, open);
}

static void
put_all(struct buf *to, const struct front *f, bool is_json)
{
	struct metric_job j = { .front = f };

	if (f->tell != NULL)
		f->tell(f->teller);
	front_counts(f, &j.sum);
	exposition_begin(&j.x, to, is_json);
	put_house(&j);
	put_messages(&j);
	put_rows(&j, mail_rows, nitems(mail_rows));
	put_times(&j);
	put_recognised(&j);
	put_sessions(&j);
	put_labelled(&j, &refused_rows);
	put_labelled(&j, &mirrored_rows);
	put_now(&j);
	put_generation(&j);
	metriclists_put(&j);
	metriclists_put_dns(&j);
	put_store(&j);
	put_rows(&j, dns_rows, nitems(dns_rows));
	put_workers(&j);
	put_cpu(&j);
	exposition_end(&j.x);
}

void
metrics_text(struct buf *to, const struct front *f)
{
	put_all(to, f, false);
}

void
metrics_json(struct buf *to, const struct front *f)
{
	put_all(to, f, true);
}
