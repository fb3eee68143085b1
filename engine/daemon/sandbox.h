/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_SANDBOX_H
#define DAEMON_SANDBOX_H

/*
 * What a process may do that reads what strangers wrote.  Nothing here can be
 * taken back.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"

struct err;

/* What is in force. */
enum sandbox_part {
	SANDBOX_CALLS = 1 << 0,  /* system calls are filtered */
	SANDBOX_FILES = 1 << 1   /* files outside the list are out of reach */
};

/* Files and folders, with all below them. */
struct sandbox_paths {
	VEC(struct str) read;
	VEC(struct str) write;
};

/* Whether memory can be bounded, and calls filtered: a build with sanitizers
 * maps more than any bound allows, and looks at itself with ptrace. */
bool sandbox_is_possible(void);

/* No capability and no way to more rights, no core files, and nobody may look
 * inside. */
void sandbox_begin(void);

/* This thread, and those it makes, reach no other files.  False: the kernel
 * has no Landlock, or does not let us. */
bool sandbox_files(const struct sandbox_paths *paths);

/* All threads: no new program, no process, no other process's memory. */
bool sandbox_calls(void);

/* Says in the log what keeps a worker: of enum sandbox_part. */
void sandbox_tell(bool is_wanted, uint64_t closed);

#endif
