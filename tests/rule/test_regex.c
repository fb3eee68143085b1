/* SPDX-License-Identifier: Apache-2.0 */
/* The time that matches may take: that of the processor, in the end. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "rule/regex.h"

enum { TEXT = 4 * 1024 * 1024, STALL_US = 700 * 1000 };

static volatile sig_atomic_t stalls;

static void
stall(int number)
{
	(void)number;
	usleep(STALL_US);
	stalls++;
}

static enum regex_result
find(const char *pattern, char letter, uint64_t *limited)
{
	struct regex_room *room = regex_room_new();
	char *text = malloc(TEXT);
	struct regex_span span;
	enum regex_result result;
	struct regex *r;
	struct err e;

	assert_non_null(text);
	memset(text, letter, TEXT);
	if (!regex_new(&r, str_of(pattern), false, STR(""), &e))
		fail_msg("%s", e.text);
	regex_room_start(room);
	result = regex_find(r, room, (struct str){ text, TEXT }, 0, &span);
	*limited = regex_room_limited(room);
	regex_free(r);
	regex_room_free(room);
	free(text);
	return result;
}

/* On a busy machine a process that had to wait for half a second once found
 * its regexes out of time. */
static void
test_who_waits_for_the_processor_has_not_used_it(void **state)
{
	const struct itimerval soon = { .it_value.tv_usec = 5000 };
	const struct sigaction stalling = { .sa_handler = stall };
	uint64_t limited;

	(void)state;
	stalls = 0;
	assert_int_equal(sigaction(SIGALRM, &stalling, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
	assert_int_equal(find("a{20}[bc]", 'a', &limited), REGEX_MISS);
	assert_int_equal(stalls, 1);
	assert_int_equal(limited, 0);
}

static void
test_a_regex_that_does_not_end_is_cut_short(void **state)
{
	uint64_t limited;

	(void)state;
	assert_int_equal(find("(?:a+b?)+(?:a+c?)+\\d", 'a', &limited),
	    REGEX_LIMITED);
	assert_int_equal(limited, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_who_waits_for_the_processor_has_not_used_it),
		cmocka_unit_test(test_a_regex_that_does_not_end_is_cut_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
