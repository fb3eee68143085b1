/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_CHECK_H
#define SCAN_CHECK_H

/*
 * A check finds out facts about a message that do not stand in it.  It says
 * which facts it needs and which it gives; the engine runs it once all it
 * needs is known or settled, and again after each batch of answers, until it
 * says that it is done.  Returning is finishing: what a check leaves open is
 * failed.  The checks we ship and the plugins have the same shape.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "rule/fact.h"

struct arena;
struct err;
struct scan;
struct setting;

enum check_next { CHECK_DONE, CHECK_WAIT };

struct check_run {
	struct scan *scan;
	struct arena *arena;      /* the scan's */
	const struct check *check;
	const void *conf;
	void *opened;             /* what the check opened; or NULL */
	void *state;              /* zeroed at the start, state_size bytes */
	const uint32_t *needs;    /* ids of check->needs */
	const uint32_t *gives;    /* ids of check->gives */
	uint32_t open;            /* asks not yet settled */
	uint32_t asked;           /* asks so far */
	uint32_t pressing;        /* of the open ones, see is_pressing */
	bool is_pressing;         /* set by the check while it asks: once these
	                             are settled it runs again, whatever else
	                             is open */
	bool is_eager;            /* set by the check: each of these as it is
	                             settled, not all */
	bool is_called;           /* that they are */
	bool has_run;
	bool is_done;
	bool has_learnt;
};

struct check {
	const char *name;
	const char *const *needs;      /* names of facts, NULL at the end */
	const struct fact_def *gives;  /* name NULL at the end */
	const struct setting *settings; /* of its conf; or NULL */
	size_t conf_size;
	size_t state_size;
	/* Opens what conf names, once for a generation, and closes it; or
	 * both NULL. */
	bool (*open)(void **opened, const void *conf, struct err *e);
	void (*close)(void *opened);
	bool may_lack;                 /* a worker serves without what does
	                                  not open: run with opened NULL */
	enum check_next (*run)(struct check_run *r);
	/* After the answer, off the critical path; or NULL.  May ask, wait
	 * and be run again, as run may. */
	enum check_next (*learn)(struct check_run *r);
	/* The same in place of it, for a message that somebody reports (see
	 * struct lesson): before the answer. */
	enum check_next (*report)(struct check_run *r);
	bool is_quiet;                 /* its facts are for packs, not for
	                                  the list of symbols */
	bool tells;                    /* the verdict says which of its gives
	                                  are not known, whether or not a pack
	                                  asked, */
	size_t tells_from;             /* from this one on; */
	bool tells_grounded;           /* but not while nobody is there to
	                                  find out what it needs */
};

/* A check and what it was told. */
struct check_use {
	const struct check *check;
	const void *conf;              /* conf_size bytes; or NULL */
};
typedef VEC(struct check_use) check_use_list;

/*
 * The checks of a generation with their facts' numbers.  False, with e: a
 * need that nobody declares, or a fact that has an author already.
 */
struct check_plan {
	const struct check *check;
	uint32_t *needs;
	uint32_t *gives;
	size_t n_needs, n_gives;
	size_t *givers;                /* of each need: the plan that gives
	                                  it one value after the other, or
	                                  SIZE_MAX */
	const void *conf;
	void *opened;
};

bool check_plan_make(struct check_plan *out, struct arena *a,
    const check_use_list *uses, struct fact_table *table, struct err *e);
/* Opens what they name.  False, with e: one cannot be opened; in a process that
 * serves already only one that may not be lacking. */
bool check_plan_open(struct check_plan *plans, size_t n, bool is_serving,
    struct err *e);
/* What was opened for them; plans are zeroed before they are made. */
void check_plan_close(struct check_plan *plans, size_t n);

/* The checks of one scan, in its arena. */
struct checks;
struct checks *checks_new(struct scan *s);
/* Runs what can run; true once all are done. */
bool checks_run(struct checks *c);
/* The same for learning, or for what somebody reports. */
bool checks_learn(struct checks *c);

/* The value of a needed fact, "" when it is not known. */
struct str check_need_str(const struct check_run *r, uint32_t need);
const struct fact *check_need(const struct check_run *r, uint32_t need);

void check_give_str(struct check_run *r, uint32_t give, struct str value);
void check_give_int(struct check_run *r, uint32_t give, int64_t value);
void check_give_absent(struct check_run *r, uint32_t give);

#endif
