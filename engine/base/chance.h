/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CHANCE_H
#define BASE_CHANCE_H

/*
 * Numbers that nobody outside can foresee: seeds of tables, ids of questions,
 * marks.  Where the kernel has none the clock must do, so this never fails;
 * keys and tokens, which must not be guessed at all, are not made of it.
 */

#include <stddef.h>
#include <stdint.h>

void chance_fill(void *to, size_t n);
uint64_t chance_number(void);

#endif
