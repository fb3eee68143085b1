/* SPDX-License-Identifier: Apache-2.0 */
/* From the compiler's start to the answer at the desk. */
#include "daemon/reload.h"

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/err.h"
#include "base/log.h"
#include "daemon/crew.h"

enum { SAID_MOST = 256 * 1024, FIRST_MS = 300 };

static const struct made no_made = { .image = -1, .files = -1, .kept = -1,
	.conf = -1 };

/* The answer. */

static void
tell_generation(const struct reload *r)
{
	struct front_house *house = r->crew->board.house;
	const struct made *made = &r->made;

	count_set(&house->generation, made->number);
	count_set(&house->since, (uint64_t)clock_wall());
	count_add(&house->reloads, r->has_served);
	log_info("generation %" PRIu64 " serves: %" PRIu64 " packs, %" PRIu64
	    " indicators", made->number, made->packs, made->indicators);
}

/* Everybody who waits for this one. */
static void
answer(struct reload *r, bool is_done)
{
	struct buf b;

	buf_init(&b, SIZE_MAX);
	buf_printf(&b, "%s generation %" PRIu64 " %s: %" PRIu64 " packs, %"
	    PRIu64 " indicators\n", is_done ? "ok" : "failed",
	    r->made.number, is_done ? "serves" : "goes on serving",
	    r->made.packs, r->made.indicators);
	buf_add_str(&b, buf_str(&r->said));
	for (size_t i = 0; i < DESK_CALLERS; i++) {
		if (r->awaited[i] != AWAITS_THIS)
			continue;
		r->awaited[i] = AWAITS_NONE;
		desk_answer(r->desk, i, buf_str(&b));
	}
	buf_release(&b);
}

static void
refuse(struct reload *r)
{
	log_error("reload failed: generation %" PRIu64 " goes on serving",
	    r->made.number);
	count_add(&r->crew->board.house->reloads_refused, 1);
	answer(r, false);
	if (r->is_wanted)
		reload_start(r);
}

bool
reload_has_come(struct reload *r)
{
	if (!r->is_spreading || r->crew->is_ending || !crew_serves(r->crew))
		return false;
	r->is_spreading = false;
	tell_generation(r);
	return true;
}

void
reload_close(struct reload *r)
{
	r->has_served = r->crew->job.has_served = true;
	answer(r, true);
	if (r->is_wanted)
		reload_start(r);
}

/* The compiler. */

static bool
start_compiler(struct reload *r)
{
	const struct compiler_job job = { .conf = r->conf,
		.source = r->source, .user = r->user, .before = &r->made };
	struct err e;

	return compiler_start(&r->compiler, &job, &e) ||
	    (log_error("%s", e.text), false);
}

void
reload_start(struct reload *r)
{
	r->is_wanted = r->compiler.pid != 0 || r->is_spreading;
	if (r->is_wanted || r->crew->is_ending)
		return;
	log_info("reload");
	lookout_loaded(&r->lookout);
	buf_empty(&r->said);
	for (size_t i = 0; i < DESK_CALLERS; i++) {
		if (r->awaited[i] == AWAITS_NEXT)
			r->awaited[i] = AWAITS_THIS;
	}
	if (!start_compiler(r))
		refuse(r);
}

void
reload_ask(struct reload *r, size_t caller)
{
	r->awaited[caller] = AWAITS_NEXT;
	reload_start(r);
}

/* What the compiler has said, and made: true if that is a generation. */
static bool
take(struct reload *r)
{
	struct compiler *c = &r->compiler;
	bool is_made = compiler_finish(c);

	buf_add_str(&r->said, buf_str(&c->text));
	compiler_end(c);
	if (!is_made) {
		made_release(&c->made);
		return false;
	}
	c->made.number = r->made.number + 1;
	made_release(&r->made);
	r->made = c->made;
	c->made = no_made;
	return true;
}

/* Spreading. */

/* Certificates are renewed more often than daemons are started.  A key may be
 * root's, so workers are given it by being made anew. */
static void
renew_tls(struct reload *r)
{
	const struct listen_conf *c;
	bool is_new = false;
	struct err e;

	VEC_EACH(c, &r->conf->listeners) {
		if (c->front.tls == NULL || !tls_has_changed(c->front.tls))
			continue;
		if (tls_renew(c->front.tls, &e))
			is_new = true;
		else
			log_error("listen %" STR_FMT ": %s; the old one "
			    "serves", STR_ARG(c->front.address), e.text);
	}
	if (is_new)
		crew_outdate(r->crew);
}

void
reload_turn(struct reload *r)
{
	if (r->compiler.pid == 0 || !compiler_follow(&r->compiler))
		return;
	if (!take(r)) {
		refuse(r);
		return;
	}
	renew_tls(r);
	r->is_spreading = true;
	crew_give(r->crew);
}

size_t
reload_poll(const struct reload *r, struct pollfd *to)
{
	if (r->compiler.pid == 0)
		return 0;
	to[0] = (struct pollfd){ .fd = r->compiler.talk, .events = POLLIN };
	to[1] = (struct pollfd){ .fd = r->compiler.said, .events = POLLIN };
	return RELOAD_POLLED;
}

static void
hurry_compiler(const struct compiler *c, int64_t now)
{
	if (c->pid != 0 && now >= c->deadline_ms)
		kill(c->pid, SIGKILL);
}

void
reload_look_at_clock(struct reload *r)
{
	int64_t now = clock_ms();

	if (r->has_served && lookout_turn(&r->lookout, now))
		reload_start(r);
	hurry_compiler(&r->compiler, now);
}

/* Begin and end. */

bool
reload_first(struct reload *r)
{
	struct pollfd polled[RELOAD_POLLED];

	lookout_loaded(&r->lookout);
	if (!start_compiler(r))
		return false;
	while (!compiler_follow(&r->compiler)) {
		poll(polled, reload_poll(r, polled), FIRST_MS);
		hurry_compiler(&r->compiler, clock_ms());
	}
	r->is_spreading = take(r);
	return r->is_spreading;
}

void
reload_init(struct reload *r)
{
	r->made = r->compiler.made = no_made;
	buf_init(&r->said, SAID_MOST);
	lookout_init(&r->lookout, r->conf, r->source->path);
}

void
reload_end(struct reload *r)
{
	compiler_end(&r->compiler);
	made_release(&r->compiler.made);
}

void
reload_shed(struct reload *r)
{
	if (r->compiler.pid == 0)
		return;
	close(r->compiler.talk);
	close(r->compiler.said);
}

void
reload_release(struct reload *r)
{
	made_release(&r->made);
	buf_release(&r->said);
}
