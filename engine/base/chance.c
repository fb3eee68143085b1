/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's, or a hash of clock and process for each eight bytes. */
#include "base/chance.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"

/* Also for what is less than eight bytes. */
static void
fill_by_clock(unsigned char *to, size_t n)
{
	struct {
		struct timespec now;
		uint64_t pid, place;
	} of = { .pid = (uint64_t)getpid(), .place = (uintptr_t)to };
	const struct str all = { (const char *)&of, sizeof(of) };

	clock_gettime(CLOCK_MONOTONIC, &of.now);
	for (size_t i = 0; i < n; i += sizeof(uint64_t)) {
		uint64_t number = hash_bytes(all, i);
		size_t left = n - i;

		memcpy(to + i, &number, left < sizeof(number) ? left :
		    sizeof(number));
	}
}

void
chance_fill(void *to, size_t n)
{
	unsigned char *at = to;

	while (n != 0) {
		ssize_t got = getrandom(at, n, GRND_NONBLOCK);

		if (got <= 0) {
			fill_by_clock(at, n);
			return;
		}
		at += got;
		n -= (size_t)got;
	}
}

uint64_t
chance_number(void)
{
	uint64_t number;

	chance_fill(&number, sizeof(number));
	return number;
}
