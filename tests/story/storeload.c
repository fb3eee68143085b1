/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A store and nothing else, told what to do line by line, for stories about
 * its engines:
 *
 *	put KEY VALUE LIFE | count KEY MORE LIFE | teach KEY BAD GOOD
 *	lesson KEY BAD GOOD WHEN HALF_LIFE
 *	forget KEY | get KEY | walk PREFIX | counts
 *	run RATE SECONDS KEYS	so many messages a second: each looks up four
 *				keys, and teaches two of them 1 when answered
 *	drain SECONDS		until no update waits
 *
 * Each line is answered by one of JSON.  Options name the engine:
 * --lmdb FOLDER, or --server AT ... with the names of the settings.
 */
#include <errno.h>
#include <event2/event.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/vec.h"
#include "net/loop.h"
#include "net/loop_event.h"
#include "net/store.h"
#include "net/storeconf.h"
#include "net/tlsclient.h"

enum { LOOKS = 4, LESSONS = 2, SERVERS_MOST = 16, TIMES_MOST = 400000 };

struct driver {
	struct loop *loop;
	struct store *store;
	struct store_conf conf;
	struct str servers[SERVERS_MOST];
	struct tls_client_conf tls;
	struct event *input;
	struct buf line;

	struct timer *tick;
	double rate;
	int64_t began_us, ends_us;
	unsigned keys;
	uint64_t messages, open, found, none, failed, taught, chance;
	int32_t *times;            /* microseconds of each message */
	size_t n_times;
	bool is_running;
	int64_t drain_ms;
	uint64_t walked;
};

struct message {
	struct driver *driver;
	int64_t began_us;
	unsigned open;
	unsigned keys[LOOKS];
};

struct question {
	struct message *message;
};

static struct str
key_text(char text[static 40], unsigned key)
{
	return (struct str){ text, (size_t)snprintf(text, 40, "load:%u",
	    key) };
}

static void
teach(struct driver *d, struct str key, double bad, double good)
{
	const struct store_lesson l = { .bad = bad, .good = good,
		.when = clock_wall(), .half_life = 1000000000,
		.life = 86400 };

	store_teach(d->store, key, &l);
}

static int
by_time(const void *a, const void *b)
{
	const int32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static double
cpu_seconds(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void
end_run(struct driver *d)
{
	size_t n = d->n_times;

	d->is_running = false;
	timer_stop(d->tick);
	qsort(d->times, n, sizeof(*d->times), by_time);
	printf("{\"messages\": %" PRIu64 ", \"found\": %" PRIu64
	    ", \"none\": %" PRIu64 ", \"failed\": %" PRIu64
	    ", \"taught\": %" PRIu64 ", \"p50_us\": %d, \"p99_us\": %d, "
	    "\"most_us\": %d, \"cpu\": %.4f}\n", d->messages, d->found,
	    d->none, d->failed, d->taught, n == 0 ? 0 : d->times[n / 2],
	    n == 0 ? 0 : d->times[n * 99 / 100],
	    n == 0 ? 0 : d->times[n - 1], cpu_seconds());
	fflush(stdout);
}

static void
end_message(struct message *m)
{
	struct driver *d = m->driver;
	char text[40];

	if (d->n_times < TIMES_MOST)
		d->times[d->n_times++] = (int32_t)(clock_us() - m->began_us);
	for (int i = 0; i < LESSONS; i++) {
		teach(d, key_text(text, m->keys[i]), 1, 0);
		d->taught++;
	}
	d->open--;
	free(m);
	if (d->open == 0 && clock_us() >= d->ends_us && d->is_running)
		end_run(d);
}

static void
on_load_reply(void *asker, enum store_result result, struct str value)
{
	struct question *q = asker;
	struct message *m = q->message;
	struct driver *d = m->driver;
	struct store_tally t;

	free(q);
	if (result == STORE_FOUND && !store_tally_read(value, &t))
		result = STORE_FAILED;
	d->found += result == STORE_FOUND;
	d->none += result == STORE_NONE;
	d->failed += result == STORE_FAILED;
	if (--m->open == 0)
		end_message(m);
}

static void
begin_message(struct driver *d)
{
	struct message *m = calloc(1, sizeof(*m));
	char text[40];

	if (m == NULL)
		abort();
	m->driver = d;
	m->began_us = clock_us();
	m->open = LOOKS;
	d->messages++;
	d->open++;
	for (int i = 0; i < LOOKS; i++) {
		struct question *q = calloc(1, sizeof(*q));

		if (q == NULL)
			abort();
		q->message = m;
		d->chance =
		    d->chance * 6364136223846793005u + 1442695040888963407u;
		m->keys[i] = (unsigned)(d->chance >> 33) % d->keys;
		store_get(d->store, store_key(d->store,
		    key_text(text, m->keys[i])), on_load_reply, q);
	}
}

static void
on_tick(void *owner)
{
	struct driver *d = owner;
	int64_t now = clock_us();
	struct store_counts c;
	uint64_t due;

	if (d->is_running) {
		if (now > d->ends_us)
			now = d->ends_us;
		due = (uint64_t)((double)(now - d->began_us) * d->rate / 1e6);
		while (d->messages < due)
			begin_message(d);
		if (now < d->ends_us)
			timer_set(d->tick, 1);
		else if (d->open == 0)
			end_run(d);
		return;
	}
	store_counts(d->store, &c);
	if (c.waiting != 0 && clock_ms() < d->drain_ms) {
		timer_set(d->tick, 5);
		return;
	}
	printf("{\"waiting\": %" PRIu64 "}\n", c.waiting);
	fflush(stdout);
}

static void
on_reply(void *asker, enum store_result result, struct str value)
{
	static const char *const names[] = { "found", "none", "failed" };

	(void)asker;
	printf("{\"result\": \"%s\", \"value\": \"%" STR_FMT "\"}\n",
	    names[result], STR_ARG(value));
	fflush(stdout);
}

static void
on_each(void *asker, struct str key, struct str value)
{
	struct driver *d = asker;

	(void)key;
	(void)value;
	d->walked++;
}

static void
on_walked(void *asker, bool is_whole)
{
	struct driver *d = asker;

	printf("{\"walked\": %" PRIu64 ", \"whole\": %s}\n", d->walked,
	    is_whole ? "true" : "false");
	fflush(stdout);
}

static void
tell_counts(struct driver *d)
{
	struct store_counts c;

	store_counts(d->store, &c);
	printf("{\"gets\": %" PRIu64 ", \"hits\": %" PRIu64 ", \"puts\": %"
	    PRIu64 ", \"written\": %" PRIu64 ", \"dropped\": %" PRIu64
	    ", \"failed\": %" PRIu64 ", \"trips\": %" PRIu64
	    ", \"write_trips\": %" PRIu64 ", \"servers\": %" PRIu64
	    ", \"broken\": %" PRIu64 ", \"missed\": %" PRIu64
	    ", \"cached\": %" PRIu64 ", \"late\": %" PRIu64 ", \"away\": %"
	    PRIu64 ", \"breaks\": %" PRIu64 ", \"kept\": %" PRIu64
	    ", \"replayed\": %" PRIu64 ", \"doubles\": %" PRIu64
	    ", \"waiting\": %" PRIu64 ", \"dropped_full\": %" PRIu64
	    ", \"dropped_old\": %" PRIu64 ", \"dropped_unsure\": %" PRIu64
	    ", \"dropped_refused\": %" PRIu64 "}\n", c.gets, c.hits, c.puts,
	    c.written, c.dropped, c.failed, c.trips,
	    c.write_trips, c.servers, c.broken, c.missed, c.cached, c.late,
	    c.away, c.breaks, c.kept, c.replayed, c.doubles, c.waiting,
	    c.dropped_full, c.dropped_old, c.dropped_unsure,
	    c.dropped_refused);
	fflush(stdout);
}

static void
begin_run(struct driver *d, double rate, double seconds, unsigned keys)
{
	d->rate = rate;
	d->keys = keys == 0 ? 1 : keys;
	d->messages = d->found = d->none = d->failed = d->taught = 0;
	d->n_times = 0;
	d->began_us = clock_us();
	d->ends_us = d->began_us + (int64_t)(seconds * 1e6);
	d->is_running = true;
	timer_set(d->tick, 0);
}

static bool
obey_update(struct driver *d, char *const *word, int n)
{
	if (strcmp(word[0], "put") == 0 && n == 4)
		store_put(d->store, str_of(word[1]), str_of(word[2]),
		    atoll(word[3]));
	else if (strcmp(word[0], "count") == 0 && n == 4)
		store_count(d->store, str_of(word[1]), atoll(word[2]),
		    atoll(word[3]));
	else if (strcmp(word[0], "teach") == 0 && n == 4)
		teach(d, str_of(word[1]), atof(word[2]), atof(word[3]));
	else if (strcmp(word[0], "lesson") == 0 && n == 6)
		store_teach(d->store, str_of(word[1]), &(struct store_lesson){
		    .bad = atof(word[2]), .good = atof(word[3]),
		    .when = atoll(word[4]), .half_life = atoll(word[5]),
		    .life = 86400 });
	else if (strcmp(word[0], "note") == 0 && n == 3)
		store_diary_add(d->store, str_of(word[1]), str_of(word[2]),
		    100);
	else if (strcmp(word[0], "forget") == 0 && n == 2)
		store_forget(d->store, str_of(word[1]));
	else
		return false;
	puts("{}");
	fflush(stdout);
	return true;
}

static void
obey(struct driver *d, char *const *word, int n)
{
	if (obey_update(d, word, n))
		return;
	if (strcmp(word[0], "get") == 0 && n == 2) {
		store_get(d->store, store_key(d->store, str_of(word[1])),
		    on_reply, d);
	} else if (strcmp(word[0], "walk") == 0 && n == 2) {
		d->walked = 0;
		store_walk(d->store, str_of(word[1]), on_each, on_walked, d);
	} else if (strcmp(word[0], "notes") == 0 && n == 2) {
		d->walked = 0;
		store_diary_read(d->store, str_of(word[1]), on_each,
		    on_walked, d);
	} else if (strcmp(word[0], "counts") == 0) {
		tell_counts(d);
	} else if (strcmp(word[0], "run") == 0 && n == 4) {
		begin_run(d, atof(word[1]), atof(word[2]),
		    (unsigned)atoi(word[3]));
	} else if (strcmp(word[0], "drain") == 0 && n == 2) {
		d->drain_ms = clock_ms() + (int64_t)(atof(word[1]) * 1000);
		timer_set(d->tick, 0);
	} else {
		printf("{\"error\": \"%s\"}\n", word[0]);
		fflush(stdout);
	}
}

static void
obey_line(struct driver *d, struct str line)
{
	char text[1000], *word[8], *save = NULL;
	int n = 0;

	snprintf(text, sizeof(text), "%" STR_FMT, STR_ARG(line));
	for (char *w = strtok_r(text, " ", &save); w != NULL && n < 8;
	    w = strtok_r(NULL, " ", &save))
		word[n++] = w;
	if (n != 0)
		obey(d, word, n);
}

static void
on_input(evutil_socket_t fd, short what, void *arg)
{
	struct driver *d = arg;
	struct str line, rest;
	char bytes[1000];
	ssize_t n = read(fd, bytes, sizeof(bytes));

	(void)what;
	if (n <= 0) {
		loop_stop(d->loop);
		return;
	}
	buf_add(&d->line, bytes, (size_t)n);
	while (str_cut(buf_str(&d->line), '\n', &line, &rest)) {
		obey_line(d, line);
		buf_drop(&d->line, line.n + 1);
	}
}

static bool
read_layout(struct driver *d, const char *word)
{
	static const char *const words[] = { "single", "sentinel", "cluster" };

	for (int i = 0; i < 3; i++) {
		if (strcmp(word, words[i]) == 0)
			d->conf.remote.layout = i;
	}
	return true;
}

static bool
read_option(struct driver *d, const char *name, const char *value)
{
	struct store_remote *r = &d->conf.remote;
	const struct {
		const char *name;
		struct str *text;
		int64_t *number;
	} rows[] = {
		{ "--user", &r->user, NULL },
		{ "--password", &r->password, NULL },
		{ "--sentinel-password", &r->sentinel_password, NULL },
		{ "--master", &r->master, NULL },
		{ "--prefix", &r->prefix, NULL },
		{ "--db", NULL, &r->db },
		{ "--budget", NULL, &r->budget_ms },
		{ "--replicas", NULL, &r->replicas },
		{ "--cache-ms", NULL, &d->conf.cache_ms },
	};

	for (size_t i = 0; i < nitems(rows); i++) {
		if (strcmp(name, rows[i].name) != 0)
			continue;
		if (rows[i].text != NULL)
			*rows[i].text = str_of(value);
		else
			*rows[i].number = atoll(value);
		return true;
	}
	if (strcmp(name, "--server") == 0 && r->n_servers < SERVERS_MOST)
		d->servers[r->n_servers++] = str_of(value);
	else if (strcmp(name, "--layout") == 0)
		return read_layout(d, value);
	else if (strcmp(name, "--journal") == 0)
		r->journal = value;
	else if (strcmp(name, "--journal-bytes") == 0)
		r->journal_bytes = (size_t)atoll(value);
	else if (strcmp(name, "--run") == 0)
		d->conf.run = (uint64_t)atoll(value);
	else if (strcmp(name, "--ca") == 0)
		d->tls.ca = value;
	else if (strcmp(name, "--lmdb") == 0)
		d->conf.folder = value;
	else
		return false;
	return true;
}

int
main(int argc, char **argv)
{
	struct driver d = { .conf.bytes = 256 * 1024 * 1024, .chance = 7 };
	struct err e;

	d.conf.kind = STORE_REDIS;
	d.conf.cache_bytes = 8 * 1024 * 1024;
	d.conf.remote.servers = d.servers;
	d.conf.remote.prefix = STR("sekisho:");
	d.conf.remote.budget_ms = 50;
	d.conf.remote.journal_bytes = 4 * 1024 * 1024;
	for (int i = 1; i + 1 < argc; i += 2) {
		if (!read_option(&d, argv[i], argv[i + 1])) {
			fprintf(stderr, "%s?\n", argv[i]);
			return 2;
		}
	}
	if (d.conf.folder != NULL)
		d.conf.kind = STORE_LMDB;
	if (d.tls.ca != NULL)
		d.conf.remote.tls = &d.tls;
	signal(SIGPIPE, SIG_IGN);
	d.times = calloc(TIMES_MOST, sizeof(*d.times));
	if (d.times == NULL || !loop_new(&d.loop, &e) ||
	    !store_open(&d.store, d.loop, &d.conf, &e)) {
		fprintf(stderr, "%s\n", e.text);
		return 1;
	}
	buf_init(&d.line, 100000);
	d.tick = timer_new(d.loop, on_tick, &d);
	d.input = event_new(loop_base(d.loop), 0, EV_READ | EV_PERSIST,
	    on_input, &d);
	event_add(d.input, NULL);
	loop_run(d.loop);
	event_free(d.input);
	timer_free(d.tick);
	store_close(d.store);
	loop_free(d.loop);
	buf_release(&d.line);
	free(d.times);
	return 0;
}
