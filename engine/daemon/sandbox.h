/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_SANDBOX_H
#define DAEMON_SANDBOX_H

/*
 * What a process may do that reads what strangers wrote.  Nothing here can be
 * taken back.
 */

#include <stdbool.h>

/* Whether memory can be bounded: a build with sanitizers maps more than any
 * bound allows. */
bool sandbox_bounds_memory(void);

/* The compiler: no way to more rights. */
void sandbox_compiler(void);

#endif
