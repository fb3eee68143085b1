/* SPDX-License-Identifier: Apache-2.0 */
/* Scores a message in this process: no daemon, no world to ask. */
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/vec.h"
#include "cli/job.h"
#include "cli/loader.h"
#include "cli/summary.h"
#include "front/reply.h"
#include "rule/explain.h"
#include "scan/generation.h"
#include "scan/scan.h"

enum { ANSWER_MOST = 256 << 20 };

struct local {
	struct generation *generation;
};

bool
local_load(struct generation **out, struct arena *a,
    const struct local_load *load, struct err *e)
{
	const word_list *folders = load->folders;
	struct generation_conf conf;
	word_list usual = { 0 };
	const struct str *folder;
	struct diags d;
	bool done;

	if (folders->n == 0) {
		loader_folders(&usual, a);
		folders = &usual;
	}
	generation_conf_default(&conf);
	conf.policy.lang = load->lang;
	VEC_EACH(folder, folders)
		*VEC_ADD(a, &conf.packs) = *folder;
	diags_init(&d, a);
	done = generation_load(out, &conf, &d, e);
	if (d.errors != 0)
		loader_print(&d, load->color, load->least);
	return done;
}

bool
local_open(struct local **out, struct arena *a, const struct job_conf *conf,
    struct err *e)
{
	const struct local_load load = { .folders = conf->folders,
		.lang = conf->lang, .color = conf->color,
		.least = DIAG_WARNING };
	struct local *l = ARENA_ONE(a, struct local);

	if (!local_load(&l->generation, a, &load, e))
		return false;
	*out = l;
	return true;
}

void
local_close(struct local *l)
{
	if (l != NULL)
		generation_drop(l->generation);
}

static void
answer_text(struct buf *b, const struct job *job, const struct scan *s)
{
	const struct explain_conf conf = {
		.lang = job->conf->lang,
		.is_coloured = job->conf->out.is_coloured,
		.is_markdown = job->conf->is_markdown,
		.width = job->conf->out.width
	};

	explain_text(b, &s->verdict, &s->facts, &s->message, &conf);
}

static void
on_answer(struct scan *s)
{
	struct job *job = s->client;
	struct buf b;

	job->is_caught = verdict_is_caught(&s->verdict);
	if (job->conf->summary != NULL) {
		summary_add(job->conf->summary, &s->verdict);
		return;
	}
	buf_init_arena(&b, job->arena, ANSWER_MOST);
	if (job->conf->is_json)
		reply_json(&b, s,
		    &(struct reply_conf){ .lang = job->conf->lang,
			.has_notes = true });
	else
		answer_text(&b, job, s);
	job->answer = buf_str(&b);
}

bool
local_score(struct local *l, struct job *job, struct err *e)
{
	struct scan *s = scan_new(l->generation, on_answer, job);
	bool done;

	s->raw = job->raw;
	s->envelope = job->envelope;
	if (job->conf->day != DAY_NONE)
		s->day = job->conf->day;
	done = scan_run(s);
	scan_free(s);
	return done || err_set(e, "%" STR_FMT ": the scan waits for an answer "
	    "that cannot come", STR_ARG(job->file));
}
