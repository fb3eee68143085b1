/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/vec.h"
#include "check/srs.h"

static void
test_the_sender_a_forwarder_was_given_is_read(void **state)
{
	static const struct {
		const char *mail_from, *sender; /* NULL: none */
	} cases[] = {
		{ "SRS0=ab=cd=a.example=joe@f.example", "joe@a.example" },
		{ "srs0+ab=cd=a.example=joe=x@f.example", "joe=x@a.example" },
		{ "SRS0-ab=cd=a.example=\"j@k\"@f.example",
		    "\"j@k\"@a.example" },
		{ "SRS1=ab=g.example==cd=ef=a.example=joe@f.example",
		    "SRS0=cd=ef=a.example=joe@g.example" },
		{ "SRS0=ab=cd=a.example@f.example", NULL },
		{ "SRS0=ab=cd==joe@f.example", NULL },
		{ "SRS0=ab=cd=a.example=@f.example", NULL },
		{ "SRS0@f.example", NULL }, { "SRS1=ab@f.example", NULL },
		{ "SRS0x=ab=cd=a.example=joe@f.example", NULL },
		{ "joe@f.example", NULL }, { "SRS0", NULL }, { "", NULL },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct str sender = STR("");

		if (srs_sender(&sender, a, str_of(cases[i].mail_from)) !=
		    (cases[i].sender != NULL) || (cases[i].sender != NULL &&
		    !str_is(sender, cases[i].sender)))
			fail_msg("%s: %" STR_FMT, cases[i].mail_from,
			    STR_ARG(sender));
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_the_sender_a_forwarder_was_given_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
