/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_TRACE_H
#define SCAN_TRACE_H

/*
 * What a scan asked the world, and what it was told: enough to have it come
 * to the same verdict once more, when the world has changed.  A scan that is
 * given a trace asks nobody; what does not stand there has failed, and is
 * noted.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"
#include "scan/ask.h"

struct buf;
struct scan;

/* Beside the types of name servers. */
enum trace_type { TRACE_STORE = 0 };

struct trace_answer {
	int type;              /* enum dns_type or enum trace_type */
	struct str key;        /* or name */
	enum ask_state state;  /* never ASK_OPEN */
	bool is_no_name;
	bool is_never;
	uint32_t ttl;          /* of name servers; seconds */
	size_t n;
	const struct str *at;
};
typedef VEC(struct trace_answer) trace_list;

struct trace {
	trace_list answers;
	bool is_cut;           /* there were more */
	VEC(struct str) missing;     /* what was asked in vain */
};

/* "txt", "a", "store": for people and records; and back, false: none. */
const char *trace_type_name(int type);
bool trace_type_of(struct str name, int *type);

/* What the scan has asked so far; in its arena. */
void trace_of(trace_list *out, const struct scan *s);

/* NULL: it is not there, and is noted as missing. */
const struct trace_answer *trace_find(struct trace *t, struct arena *a,
    int type, struct str key);

/* What the scan that was taken down was told.  NULL: as above, or nothing was
 * taken down. */
const struct trace_answer *trace_told(struct scan *s, int type,
    struct str key);

#endif
