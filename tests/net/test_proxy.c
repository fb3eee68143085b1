/* SPDX-License-Identifier: Apache-2.0 */
/* Headers of balancers, whole, cut at every byte, and wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/vec.h"
#include "net/proxy.h"

#define HEAD "\r\n\r\n\0\r\nQUIT\n"

static const struct {
	const char *name;
	struct str bytes;
	const char *peer;      /* what it says, or NULL: nothing */
	size_t taken;
} rights[] = {
	{ "IPv4", STR_INIT(HEAD "\x21\x11\0\x0c\xc0\0\2\1\xc0\0\2\2\0\1\0\2"),
	    "192.0.2.1", 28 },
	{ "IPv4 with more behind", STR_INIT(HEAD "\x21\x11\0\x10\xc0\0\2\1"
	    "\xc0\0\2\2\0\1\0\2\4\0\1\0GET /"), "192.0.2.1", 32 },
	{ "IPv6", STR_INIT(HEAD "\x21\x21\0\x24"
	    "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
	    "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\2\0\1\0\2"),
	    "2001:db8::1", 52 },
	{ "IPv4 as IPv6", STR_INIT(HEAD "\x21\x21\0\x24"
	    "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\1"
	    "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\2\0\1\0\2"),
	    "192.0.2.1", 52 },
	{ "for itself", STR_INIT(HEAD "\x20\0\0\0"), NULL, 16 },
	{ "it does not say", STR_INIT(HEAD "\x21\0\0\0"), NULL, 16 },
};

static void
test_the_peer_is_who_the_balancer_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(rights); i++) {
		struct addr peer = { 4, { 10, 0, 0, 9 } }, wanted = peer;
		struct addr none = peer;
		size_t taken = 0;

		if (rights[i].peer != NULL)
			assert_true(addr_parse(str_of(rights[i].peer),
			    &wanted));
		for (size_t n = 0; n < rights[i].taken; n++)
			assert_int_equal(proxy_read(str_head(rights[i].bytes,
			    n), &taken, &none), PROXY_MORE);
		assert_int_equal(proxy_read(rights[i].bytes, &taken, &peer),
		    PROXY_READ);
		assert_int_equal(taken, rights[i].taken);
		assert_true(addr_eq(&peer, &wanted));
	}
}

static const struct {
	const char *name;
	struct str bytes;
} wrongs[] = {
	{ "version 1", STR_INIT("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n") },
	{ "HTTP", STR_INIT("GET") },
	{ "another version", STR_INIT(HEAD "\x11\x11\0\0") },
	{ "another command", STR_INIT(HEAD "\x22\x11\0\0") },
	{ "another family", STR_INIT(HEAD "\x21\x41\0\0") },
	{ "too short for IPv4", STR_INIT(HEAD "\x21\x11\0\x0b"
	    "\0\0\0\0\0\0\0\0\0\0\0") },
	{ "too short for IPv6", STR_INIT(HEAD "\x21\x21\0\x0c"
	    "\0\0\0\0\0\0\0\0\0\0\0\0") },
	{ "very long", STR_INIT(HEAD "\x21\x11\xff\xff") },
};

static void
test_what_is_no_header_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(wrongs); i++) {
		struct addr peer = { 0 };
		size_t taken;

		if (proxy_read(wrongs[i].bytes, &taken, &peer) != PROXY_BAD)
			fail_msg("%s", wrongs[i].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_peer_is_who_the_balancer_says),
		cmocka_unit_test(test_what_is_no_header_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
