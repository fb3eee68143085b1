/* SPDX-License-Identifier: Apache-2.0 */
/* Removals, headers, subject, quarantine; a refusal needs none of them. */
#include "front/milteranswer.h"

#include "base/buf.h"
#include "base/log.h"
#include "front/action.h"
#include "front/headers.h"
#include "front/milterparse.h"
#include "front/milterreply.h"
#include "scan/scan.h"

/* Newer ones know where a header goes, older ones append it. */
enum { VERSION_OF_INSERT = 3 };

struct writing {
	struct buf *to;
	const struct milter_option *agreed;
	const struct scan *scan;
	struct arena *arena;
	struct outcome outcome;
};

static bool
may(const struct writing *w, uint32_t action)
{
	return (w->agreed->actions & action) != 0;
}

/* A server that was asked for the blank behind the colon adds none. */
static struct str
value_of(const struct writing *w, const char *name, struct str value)
{
	value = headers_fold(w->arena, name, value, "\n");
	if ((w->agreed->events & MILTER_LEADING_SPACE) != 0)
		value = str_cat(w->arena, STR(" "), value);
	return value;
}

/* Each field of the name, the last one first: the numbers of those in front
 * stay what they are. */
static void
put_removal(const struct writing *w, struct str name)
{
	const struct headers *h = &w->scan->message.headers;
	uint32_t n = 0;

	for (size_t i = 0; i < h->n; i++)
		n += str_case_eq(h->at[i].name, name);
	for (; n > 0; n--)
		milter_put_change(w->to, n, name, STR(""));
}

/* Those alone that claim to be ours, from the last one on. */
static void
put_forged(const struct writing *w)
{
	const struct headers *h = &w->scan->message.headers;
	uint32_t n = 0;

	for (size_t i = 0; i < h->n; i++)
		n += str_case_is(h->at[i].name, "Authentication-Results");
	for (size_t i = h->n; i-- > 0 && n > 0;) {
		if (!str_case_is(h->at[i].name, "Authentication-Results"))
			continue;
		if (headers_is_forged(w->scan, w->arena, &h->at[i]))
			milter_put_change(w->to, n, h->at[i].name, STR(""));
		n--;
	}
}

static void
put_removals(const struct writing *w)
{
	removal_list names = { 0 };
	const struct str *name;

	if (!may(w, MILTER_CHANGE_HEADER))
		return;
	headers_remove(&names, w->arena, w->scan);
	VEC_EACH(name, &names)
		put_removal(w, *name);
	put_forged(w);
}

static void
put_headers(const struct writing *w)
{
	result_list added = { 0 };

	if (!may(w, MILTER_ADD_HEADER))
		return;
	headers_add(&added, w->arena, w->scan, &w->outcome);
	/* The last one first, as each goes on top. */
	for (size_t i = added.n; i-- > 0;) {
		struct str name = str_of(added.at[i].name);
		struct str value = value_of(w, added.at[i].name,
		    added.at[i].value);

		if (w->agreed->version >= VERSION_OF_INSERT)
			milter_put_insert(w->to, 0, name, value);
		else
			milter_put_add(w->to, name, value);
	}
}

static void
put_subject(const struct writing *w)
{
	struct str subject;

	if (!headers_subject(&subject, w->arena, w->scan, &w->outcome))
		return;
	subject = value_of(w, "Subject", subject);
	if (headers_find(&w->scan->message.headers, "Subject") == NULL) {
		if (may(w, MILTER_ADD_HEADER))
			milter_put_add(w->to, STR("Subject"), subject);
	} else if (may(w, MILTER_CHANGE_HEADER)) {
		milter_put_change(w->to, 1, STR("Subject"), subject);
	}
}

static void
put_quarantine(const struct writing *w)
{
	if (w->outcome.measure != MEASURE_QUARANTINE)
		return;
	if (may(w, MILTER_QUARANTINE))
		milter_put_quarantine(w->to, w->outcome.text);
	else
		log_warn("milter: the server keeps no quarantine; id=%"
		    STR_FMT " goes on", STR_ARG(w->scan->id));
}

void
milter_answer(struct buf *to, const struct milter_option *agreed,
    const struct scan *s)
{
	struct writing w = { .to = to, .agreed = agreed, .scan = s,
		.arena = s->scratch };

	outcome_of(&w.outcome, w.arena, s);
	if (w.outcome.code[0] != '\0') {
		milter_put_code(to, str_printf(w.arena, "%s %s %" STR_FMT,
		    w.outcome.code, w.outcome.enhanced,
		    STR_ARG(w.outcome.text)));
		return;
	}
	if (w.outcome.measure == MEASURE_DISCARD) {
		milter_put(to, MILTER_REPLY_DISCARD);
		return;
	}
	put_removals(&w);
	put_headers(&w);
	put_subject(&w);
	put_quarantine(&w);
	milter_put(to, MILTER_REPLY_ACCEPT);
}
