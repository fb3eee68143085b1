/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_ASK_H
#define SCAN_ASK_H

/*
 * What a check wants to know of the outside world, and where the answer will
 * stand.
 *
 * An ask returns at once, settled or not, and calls nobody.  The check keeps
 * the pointer, says CHECK_WAIT, and runs again when none of its asks is open,
 * or none of those that it said to be pressing (struct check_run).
 * Each is settled once and for all; the deadline of the scan settles those
 * still open as failed.
 *
 * They are taken from the scan's arena and go with it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "net/dnswire.h"
#include "net/storekey.h"

struct check_run;

enum { ASKS_MOST = 256 }; /* of one message */

enum ask_state {
	ASK_OPEN,
	ASK_ANSWERED, /* there are count answers, from answer[0] on */
	ASK_NONE,     /* nothing is kept under this key or name */
	ASK_FAILED    /* too late, too many asks, or nobody could look */
};

struct ask {
	enum ask_state state;
	bool is_no_name; /* with ASK_NONE: not even the name is there */
	bool is_never;   /* with ASK_FAILED: nobody may be asked for it */
	size_t count;
	struct str *answer;
};

/* A key that another scan is asking for just now is not looked up again. */
const struct ask *ask_store(struct check_run *run, struct str key);
/* What the worker believed to know of it is asked for again. */
const struct ask *ask_store_afresh(struct check_run *run, struct str key);
/* It will be asked for in a moment, as it comes out of here: what is here of
 * it is brought near. */
struct store_key ask_store_soon(const struct check_run *run, struct str key);
const struct ask *ask_store_near(struct check_run *run, struct store_key key);

/* Nothing is asked, and ASK_NONE once so many milliseconds are over: for who
 * knows that what he asks for is only just being written.  One at a time.  The
 * deadline comes that much later. */
const struct ask *ask_pause(struct check_run *run, int64_t ms);

/* The answers are as struct dns_answer says.  A name that is none fails. */
const struct ask *ask_dns(struct check_run *run, enum dns_type type,
    struct str name);

#endif
