/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_REDISSCRIPT_H
#define NET_REDISSCRIPT_H

/*
 * What a server does with updates: a script, so each is atomic.  In a cluster
 * it is called with one key, as a call has one place there.
 *
 *	KEYS     the keys
 *	ARGV     for each key: how many words follow; put | count | teach |
 *	         diary | forget; writer; number in base 36; life in seconds;
 *	         1 if it may have arrived before, else 0; then
 *	         value | more | bad good when half_life | value, place of the
 *	         last that is kept (diary)
 *
 * It answers with an array.  For each key stands the number; behind a blank
 * follows "held" if a put found another's value, "old" if it was there already,
 * "unsure" if that cannot be known (it does nothing in both cases); or an
 * error, of that key alone.
 *
 * Behind the fields of a counter or a tally it keeps, for each writer that
 * has changed it within the last hour, "WRITER=NUMBER": that writer's last
 * update.  A writer sends the updates of one key in the order of their
 * numbers, in one call or the next when the one before is answered; so the
 * number that is kept has been there, and of one that is smaller and may have
 * arrived, so it has.  One that is smaller and has been refused is done.  A
 * mark costs 19 bytes; an entity that is seldom seen has one.  With more than
 * MARKS_MOST writers in an hour the oldest mark goes, and an update that may
 * have arrived before and finds no mark of its writer is not done again: it is
 * lost, and counted.
 *
 * put and forget can be done twice without harm, and leave no mark.
 */

#include "base/str.h"

enum { REDIS_MARK_SECONDS = 3600, REDIS_SHA = 41 };

extern const struct str redis_script;

/* SHA-1 of the script in hex and a NUL. */
void redis_script_sha(char text[static REDIS_SHA]);

#endif
