/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_LESSON_H
#define CHECK_LESSON_H

/*
 * What a verdict, or somebody's report, teaches of the things in a message.
 *
 * Whatever teaches that a message is bad, and each report, leaves a receipt
 * in the store under the digest of the message: what was taught to which key,
 * and when.  So a message counts once, however often it comes or is reported,
 * and what was learnt of it can be taken back.  The digest is of what the
 * sender wrote and not of fields that are added on the way.
 *
 * Good mail is most mail.  It teaches without a receipt; a thing that is well
 * known learns of one message in eight, for eight; and texts, files and single
 * pages begin to be counted with the first bad message.
 */

#include "base/str.h"
#include "scan/check.h"

#define RECEIPT_KEYS "receipt1:"
#define REPORTER_KEYS "reporter1:"

enum check_next lesson_learn(struct check_run *r);
enum check_next lesson_report(struct check_run *r);

#endif
