/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_COMPILER_H
#define DAEMON_COMPILER_H

/*
 * Packs are compiled in a process of their own, which ends with it: a pack
 * that crashes it, loops or eats memory hurts nobody, and what it has made is
 * an image that workers map.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "daemon/config.h"
#include "daemon/user.h"

struct err;

/* What a generation is made of, for every worker to open. */
struct made {
	uint64_t number;
	uint64_t packs, indicators;
	int image;      /* -1: none yet */
	int files;      /* the packs that are right, a path a line */
	int kept;       /* their text, where no folder keeps it, or -1 */
	int conf;       /* the text of the configuration, -1: no file */
};

void made_release(struct made *m);

/* How workers and compiler read the configuration. */
struct conf_source {
	const char *path;               /* NULL: none */
	const override_list *overrides;
};

/* From a descriptor; the arena is a's. */
bool conf_source_read(struct conf_text *out, struct arena *a,
    const struct conf_source *s, int text, struct err *e);

struct compiler {
	pid_t pid;              /* 0: none */
	int talk;               /* to hear what was made */
	int said;               /* pipe: its lines of the log */
	struct buf text;        /* those so far */
	int64_t deadline_ms;
	struct made made;       /* once it has said so */
};

struct compiler_job {
	const struct daemon_conf *conf;   /* the bounds */
	const struct conf_source *source;
	const struct user *user;
	const struct made *before;        /* what serves */
};

/* One at a time.  Its descriptors talk and said are to be polled. */
bool compiler_start(struct compiler *c, const struct compiler_job *job,
    struct err *e);
/* What has come; true: it has said all, and is to be finished. */
bool compiler_follow(struct compiler *c);
/* Waits for its end; true if it has made something. */
bool compiler_finish(struct compiler *c);

/* After it was finished, or to end it.  What was made stays in made. */
void compiler_end(struct compiler *c);

#endif
