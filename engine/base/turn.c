/* SPDX-License-Identifier: Apache-2.0 */
/* flock(2), which cannot be told how long to wait. */
#include "base/turn.h"

#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

int
turn_take(const char *path, int64_t ms)
{
	static const struct timespec pause = { .tv_nsec = 5 * 1000 * 1000 };
	const int64_t end = clock_ms() + ms;
	int turn = open(path, O_RDONLY | O_CLOEXEC);

	while (turn >= 0 && flock(turn, LOCK_EX | LOCK_NB) != 0) {
		if (clock_ms() < end) {
			nanosleep(&pause, NULL);
			continue;
		}
		close(turn);
		turn = -1;
	}
	return turn;
}

void
turn_end(int turn)
{
	if (turn >= 0)
		close(turn);
}
