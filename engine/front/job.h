/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_JOB_H
#define FRONT_JOB_H

/*
 * One message on its way through a front: job_new, the envelope filled in,
 * job_send, and then the answer is called once from the loop, in which
 * job_over comes first.  Whoever loses interest before calls job_drop.
 */

#include "base/str.h"
#include "scan/scan.h"

struct client;

/* What the answer gets is the scan; owner is its client. */
struct scan *job_new(struct client *c, scan_answer *answer, void *owner);

enum job_result {
	JOB_SENT,
	/* a temporary failure, and the scan is gone: */
	JOB_BUSY,     /* as many scans as may be are under way, or it would
	                 have to wait too long for its turn */
	JOB_SET_ASIDE /* it has ended workers before */
};

/* What the client is told then. */
const char *job_why(enum job_result result);

/*
 * The bytes, which are on the heap or where they were received (inhand_keep),
 * are the scan's from now on.  Of a message that is longer than the limit
 * front_room() bytes are enough: its beginning is scored, and the verdict says
 * so.
 */
enum job_result job_send(struct scan *s, struct client *c, struct buf *raw);

/* Withdraws it; s may be NULL. */
void job_drop(struct scan *s);

/* In the answer: counts and logs it. */
void job_over(struct scan *s, struct client *c);

#endif
