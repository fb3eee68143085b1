/* SPDX-License-Identifier: Apache-2.0 */
/* Words to a worker, words from it, and the patience one has with it. */
#include "daemon/member.h"

#include <inttypes.h>
#include <signal.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/compiler.h"
#include "daemon/talk.h"
#include "scan/inhand.h"

enum {
	TURN_TIMES = 30,        /* as long as it may use the processor */
	LEAVE_MS = 12000,       /* a worker's own patience is 10 s */
	RETIRE_MS = 75000       /* and 60 s more */
};

bool
member_lives(const struct member *w)
{
	return w->state != MEMBER_NONE && w->state != MEMBER_FILED;
}

bool
member_stays(const struct member *w)
{
	return w->state == MEMBER_STARTING || w->state == MEMBER_SERVING;
}

bool
member_is_in_the_way(const struct member *w)
{
	return (w->state == MEMBER_SERVING && w->is_outdated) ||
	    (w->state == MEMBER_RETIRING && !w->is_shut);
}

const char *
member_state_word(enum member_state state)
{
	static const char *const words[] = {
		[MEMBER_NONE] = "none",
		[MEMBER_STARTING] = "starting",
		[MEMBER_SERVING] = "serving",
		[MEMBER_RETIRING] = "retiring",
		[MEMBER_LEAVING] = "ending",
		[MEMBER_FILED] = "dead"
	};

	return words[state];
}

void
member_turn(struct member *w, enum member_state state)
{
	w->state = state;
	w->since_ms = clock_ms();
}

/* One that does not hear it has ended, or is watched for not ending. */
void
member_say(const struct member *w, const struct talk *t)
{
	if (!talk_send(w->talk, t))
		log_debug("worker %ld does not listen", (long)w->pid);
}

void
member_give(const struct member *w, const struct made *made)
{
	const struct talk t = { .kind = TALK_TAKE, .number = made->number,
		.fds = { made->image, made->conf } };

	member_say(w, &t);
}

void
member_leave(struct member *w)
{
	const struct talk t = { .kind = TALK_END, .fds = { -1, -1 } };

	member_turn(w, MEMBER_LEAVING);
	member_say(w, &t);
}

void
member_retire(struct member *w)
{
	const struct talk t = { .kind = TALK_RETIRE, .fds = { -1, -1 } };

	member_turn(w, MEMBER_RETIRING);
	member_say(w, &t);
}

static void
hear(struct member *w, const struct talk *t, const struct made *made)
{
	switch (t->kind) {
	case TALK_READY:
		w->closed = t->closed;
		member_turn(w, w->state == MEMBER_STARTING ? MEMBER_SERVING :
		    w->state);
		if (w->serves != made->number)
			member_give(w, made);
		break;
	case TALK_TAKEN:
		w->serves = t->number;
		break;
	case TALK_REFUSED:
		w->is_outdated = w->state == MEMBER_SERVING;
		break;
	case TALK_SHUT:
		w->is_shut = true;
		break;
	default:
		break;
	}
}

void
member_listen(struct member *w, const struct made *made)
{
	struct talk t;

	while (talk_read(w->talk, &t) == TALK_GOT) {
		hear(w, &t, made);
		talk_release(&t);
	}
}

/* Of all its threads, in milliseconds. */
static int64_t
cpu_of(pid_t pid)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 ||
	    clock_gettime(clock, &used) != 0)
		return 0;
	return used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

/* A scan that does not end is seen before it has had twice its time; one that
 * waits in the kernel gets far longer. */
static void
watch_turn(struct member *w, const struct inhand *h, int64_t cpu_ms)
{
	int64_t now = clock_ms(), cpu = cpu_of(w->pid);

	if (h->turn != w->turn || !inhand_is_taken(h)) {
		w->turn = h->turn;
		w->turn_ms = now;
		w->turn_cpu_ms = cpu;
	} else if (cpu - w->turn_cpu_ms > cpu_ms + cpu_ms / 2 ||
	    now - w->turn_ms > TURN_TIMES * cpu_ms) {
		log_error("worker %ld: one scan has taken %" PRId64
		    " ms of the processor; it is ended", (long)w->pid,
		    cpu - w->turn_cpu_ms);
		kill(w->pid, SIGKILL);
	}
}

void
member_watch(struct member *w, const struct inhand *h, int64_t cpu_ms)
{
	int64_t ms = clock_ms() - w->since_ms;

	watch_turn(w, h, cpu_ms);
	if ((w->state == MEMBER_LEAVING && ms > LEAVE_MS) ||
	    (w->state == MEMBER_RETIRING && ms > RETIRE_MS))
		kill(w->pid, SIGKILL);
}
