/* SPDX-License-Identifier: Apache-2.0 */
/* Room for updates: copies stay as they are until they are given back. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/storeengine.h"
#include "net/updatepool.h"

enum { MANY = 20000, LARGEST = 70000 };

static char room[sizeof(struct update) + LARGEST];

/* One that nothing else looks like. */
static const struct update *
update(unsigned i)
{
	struct update *u = (struct update *)(void *)room;

	memset(u, 0, sizeof(*u));
	u->times = i + 1;
	u->key_n = 1 + i % 90;
	u->value_n = i % 1000 == 7 ? LARGEST - 100 : i % 300;
	memset(u->bytes, (int)(i % 251), u->key_n + u->value_n);
	return u;
}

static void
check(const struct update *u, unsigned i)
{
	const struct update *wanted = update(i);

	assert_int_equal(u->times, wanted->times);
	assert_int_equal(u->key_n, wanted->key_n);
	assert_int_equal(u->value_n, wanted->value_n);
	assert_memory_equal(u->bytes, wanted->bytes, u->key_n + u->value_n);
}

static void
test_copies_stay_as_they_are(void **state)
{
	struct updatepool *p = updatepool_new();
	struct update **at = calloc(MANY, sizeof(*at));

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (unsigned i = 0; i < MANY; i++)
			at[i] = updatepool_copy(p, update(i));
		for (unsigned i = 0; i < MANY; i++)
			check(at[i], i);
		for (unsigned i = 0; i < MANY; i++)
			updatepool_give_back(p, at[round == 1 ? MANY - 1 - i :
			    i]);
	}
	updatepool_free(p);
	free(at);
}

struct taken {
	struct updatepool *p;
	struct update *at[MANY];
	_Atomic unsigned n;
};

static void *
give_back_all(void *arg)
{
	struct taken *t = arg;

	for (unsigned i = 0; i < MANY; i++) {
		while (t->n <= i)
			sched_yield();
		assert_int_equal(t->at[i]->times, i + 1);
		updatepool_give_back(t->p, t->at[i]);
	}
	return NULL;
}

static void
test_another_thread_gives_back(void **state)
{
	struct taken *t = calloc(1, sizeof(*t));
	pthread_t thread;

	(void)state;
	t->p = updatepool_new();
	assert_int_equal(pthread_create(&thread, NULL, give_back_all, t), 0);
	for (unsigned i = 0; i < MANY; i++) {
		t->at[i] = updatepool_copy(t->p, update(i));
		t->n = i + 1;
	}
	pthread_join(thread, NULL);
	updatepool_free(t->p);
	free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copies_stay_as_they_are),
		cmocka_unit_test(test_another_thread_gives_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
