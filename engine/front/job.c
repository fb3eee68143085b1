/* SPDX-License-Identifier: Apache-2.0 */
/* From an envelope and bytes to a scan on the loop. */
#include "front/job.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/log.h"
#include "front/client.h"
#include "front/front.h"
#include "front/history.h"
#include "front/mailline.h"
#include "front/queue.h"
#include "scan/inhand.h"
#include "scan/world.h"

struct scan *
job_new(struct client *c, scan_answer *answer, void *owner)
{
	struct scan *s = scan_new(c->front->generation, answer, owner);

	s->listener = c->listener->name;
	return s;
}

const char *
job_why(enum job_result result)
{
	return result == JOB_SET_ASIDE
	    ? "this message is set aside; try again later"
	    : "too many messages at a time; try again later";
}

/* Half of its time is for what it asks the world. */
static bool
is_busy(const struct front *f, const struct scan *s, size_t caller)
{
	int64_t left = (s->deadline_ms - clock_ms()) / 2;

	return front_scans(f) >= f->conf->scans ||
	    !queue_has_room(f->queue, caller,
	    left < f->conf->wait_ms ? left : f->conf->wait_ms);
}

enum job_result
job_send(struct scan *s, struct client *c, struct buf *raw)
{
	const struct front *f = c->front;
	size_t caller = front_caller(f, &c->peer);

	s->hash = inhand_hash(buf_str(raw));
	if (deadly_has(f->deadly, s->hash)) {
		log_warn("message %016" PRIx64 " gets no scan: it has ended "
		    "workers before", s->hash);
		count_add(&f->counts->set_aside, 1);
		scan_free(s);
		return JOB_SET_ASIDE;
	}
	if (is_busy(f, s, caller)) {
		count_add(&f->counts->busy, 1);
		scan_free(s);
		return JOB_BUSY;
	}
	/* The scan outlives the request: it learns after the answer. */
	s->body = *raw;
	s->raw = buf_str(&s->body);
	buf_init(raw, raw->most);
	history_begin(s, c);
	s->times.at = clock_us();
	queue_put(f->queue, s, caller);
	return JOB_SENT;
}

void
job_drop(struct scan *s)
{
	if (s != NULL && s->queued != NULL)
		queue_leave(s->queued);
	scan_free(s);
}

static void
log_line(const struct scan *s, const struct client *c)
{
	char peer[CLIENT_TEXT];
	struct mailline_way way = { .front = "" };

	if (c->protocol != NULL)
		way.front = c->protocol->name;
	client_text(c, peer);
	way.client = str_of(peer);
	mailline_log(s, &way);
}

void
job_over(struct scan *s, struct client *c)
{
	struct front *f = c->front;

	f->seat->now.scanned++;
	counts_verdict(f->counts, f->names,
	    front_protocol_number(c->protocol), s);
	if (!s->is_unlogged && log_has(LOG_LEVEL_INFO))
		log_line(s, c);
}
