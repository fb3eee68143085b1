/* SPDX-License-Identifier: Apache-2.0 */
/* Few enough answers to be looked through. */
#include "scan/trace.h"

#include "base/arena.h"
#include "scan/scan.h"

static const struct type {
	int type;
	const char *name;
} types[] = {
	{ TRACE_STORE, "store" },
	{ DNS_A, "a" }, { DNS_AAAA, "aaaa" }, { DNS_PTR, "ptr" },
	{ DNS_MX, "mx" }, { DNS_TXT, "txt" }
};

const char *
trace_type_name(int type)
{
	for (size_t i = 0; i < nitems(types); i++) {
		if (types[i].type == type)
			return types[i].name;
	}
	return "?";
}

bool
trace_type_of(struct str name, int *type)
{
	for (size_t i = 0; i < nitems(types); i++) {
		if (!str_is(name, types[i].name))
			continue;
		*type = types[i].type;
		return true;
	}
	return false;
}

const struct trace_answer *
trace_find(struct trace *t, struct arena *a, int type, struct str key)
{
	const struct trace_answer *each;
	struct str question;

	VEC_EACH(each, &t->answers) {
		if (each->type == type && str_case_eq(each->key, key))
			return each;
	}
	question = str_cat(a, str_of(trace_type_name(type)), STR(" "), key);
	*VEC_ADD(a, &t->missing) = question;
	return NULL;
}

const struct trace_answer *
trace_told(struct scan *s, int type, struct str key)
{
	return s->told == NULL ? NULL : trace_find(s->told, s->arena, type,
	    key);
}
