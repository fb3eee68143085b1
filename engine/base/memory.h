/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

/*
 * Memory for what comes and goes with each message and has no arena.  Whoever
 * has it gives it to free().
 */

#include <stddef.h>

/* Zeroed; without memory the process ends. */
void *memory_new(size_t size);

#endif
