/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_LESSON_H
#define CHECK_LESSON_H

/*
 * What a verdict, or somebody's report, teaches of the things in a message.
 *
 * All that is taught leaves a receipt (check/receipt.h), so a message counts
 * once, however often it comes or is reported, and what was learnt of it can
 * be taken back.  A copy that comes from elsewhere teaches what is new of it.
 *
 * Good mail is most mail.  A thing that is well known learns of one message in
 * eight, for eight; texts, files and single pages begin to be counted with the
 * first bad message; and its receipt is short and lives some days.
 */

#include "scan/check.h"

/* Of the verdict; and of a report (lessonreport.c), whose result it sets. */
enum check_next lesson_learn(struct check_run *r);
enum check_next lesson_report(struct check_run *r);

#endif
