/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_MAIL_CPU_H
#define TESTS_MAIL_CPU_H

/* Time that this process has had the processor: machines that test are busy,
 * and waiting for a turn says nothing of the code. */

#include <stdint.h>
#include <time.h>

static inline int64_t
cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

#endif
