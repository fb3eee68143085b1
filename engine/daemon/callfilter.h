/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_CALLFILTER_H
#define DAEMON_CALLFILTER_H

/*
 * The system calls that a worker may make.  What is on neither list fails as
 * not permitted, which libraries bear; what nobody but an intruder would try
 * ends the process.
 */

#include <stdbool.h>

/* For all threads.  False: this kernel or processor is not known to it. */
bool callfilter_install(void);

#endif
