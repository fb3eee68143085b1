/* SPDX-License-Identifier: Apache-2.0 */
/* What is lifted out of what hides it, from one pass to the next. */
#include "mail/htmllift.h"

#include <stdlib.h>

void
html_lifts_empty(struct html_lifts *l)
{
	l->list.n = l->known = l->next = l->passes = 0;
	l->is_new = false;
}

static int
by_number(const void *one, const void *other)
{
	const struct html_lift *a = one, *b = other;

	return (a->number > b->number) - (a->number < b->number);
}

void
html_lifts_again(struct html_lifts *l)
{
	if (l->list.n > 1)
		qsort(l->list.at, l->list.n, sizeof(*l->list.at), by_number);
	l->known = l->list.n;
	l->next = 0;
	l->passes += l->is_new;
	l->is_new = false;
}

/* Formatting that ends farther out lifts it farther. */
uint32_t
html_lifts_note(struct html_lifts *l, struct arena *a, uint32_t lift,
    struct html_lift what)
{
	if (lift == 0) {
		*VEC_ADD(a, &l->list) = what;
		l->is_new = true;
		return (uint32_t)l->list.n;
	}
	if (what.into < l->list.at[lift - 1].into) {
		l->list.at[lift - 1].into = what.into;
		l->is_new = true;
	}
	return lift;
}

uint32_t
html_lifts_take(struct html_lifts *l, uint32_t number)
{
	while (l->next < l->known && l->list.at[l->next].number < number)
		l->next++;
	if (l->next == l->known || l->list.at[l->next].number != number)
		return 0;
	return (uint32_t)++l->next;
}
