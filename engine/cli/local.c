/* SPDX-License-Identifier: Apache-2.0 */
/* Scores a message in this process: no daemon, no world to ask. */
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/vec.h"
#include "cli/job.h"
#include "cli/loader.h"
#include "rule/explain.h"
#include "scan/generation.h"
#include "scan/scan.h"

enum { ANSWER_MOST = 256 << 20 };

struct local {
	struct generation *generation;
};

bool
local_open(struct local **out, struct arena *a, const str_list *folders,
    const struct job_conf *job_conf, struct str color, struct err *e)
{
	struct local *l = ARENA_ONE(a, struct local);
	struct generation_conf conf;
	str_list usual = { 0 };
	const struct str *folder;
	struct diags d;
	bool done;

	if (folders->n == 0) {
		loader_folders(&usual, a);
		folders = &usual;
	}
	generation_conf_default(&conf);
	conf.lang = job_conf->lang;
	VEC_EACH(folder, folders)
		*VEC_ADD(a, &conf.packs) = *folder;
	diags_init(&d, a);
	done = generation_load(&l->generation, &conf, &d, e);
	if (d.errors != 0)
		loader_print(&d, color);
	if (!done)
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
put_thresholds(struct json *j, const struct verdict_conf *conf)
{
	const struct {
		enum action action;
		int32_t at;
	} rows[] = {
		{ ACTION_REJECT, conf->reject },
		{ ACTION_SOFT_REJECT, conf->soft_reject },
		{ ACTION_REWRITE_SUBJECT, conf->rewrite },
		{ ACTION_ADD_HEADER, conf->add_header },
		{ ACTION_GREYLIST, conf->greylist },
	};

	json_key(j, "thresholds");
	json_object(j);
	for (size_t i = 0; i < nitems(rows); i++)
		if (rows[i].at != INT32_MAX)
			json_put_points(j, action_name(rows[i].action),
			    rows[i].at);
	json_object_end(j);
}

static void
put_symbols(struct json *j, const struct verdict *v)
{
	const struct campaign *c;

	json_key(j, "symbols");
	json_object(j);
	VEC_EACH(c, &v->campaigns) {
		json_key_str(j, c->symbol);
		json_object(j);
		json_put_str(j, "name", c->symbol);
		json_put_points(j, "score", c->points);
		json_object_end(j);
	}
	json_object_end(j);
}

/* The same keys as the daemon's reply, and the name of the file. */
static void
answer_json(struct buf *b, const struct job *job, const struct scan *s)
{
	const struct verdict *v = &s->verdict;
	struct json j;

	json_init(&j, b);
	json_object(&j);
	json_put_str(&j, "file", job->file);
	json_put_bool(&j, "is_skipped", false);
	json_put_points(&j, "score", v->points);
	json_put_points(&j, "required_score", v->conf->reject);
	json_put_str(&j, "action", str_of(action_name(v->action)));
	put_thresholds(&j, v->conf);
	put_symbols(&j, v);
	json_put_str(&j, "message-id", s->message.message_id);
	json_key(&j, "sekisho");
	explain_json(&j, v, &s->facts, &s->message, job->conf->lang);
	json_object_end(&j);
}

static void
answer_text(struct buf *b, const struct job *job, const struct scan *s)
{
	const struct explain_conf conf = {
		.lang = job->conf->lang,
		.is_coloured = job->conf->out.is_coloured,
		.width = job->conf->out.width
	};

	explain_text(b, &s->verdict, &s->facts, &s->message, &conf);
}

static void
on_answer(struct scan *s)
{
	struct job *job = s->client;
	struct buf b;

	buf_init_arena(&b, job->arena, ANSWER_MOST);
	if (job->conf->is_json)
		answer_json(&b, job, s);
	else
		answer_text(&b, job, s);
	job->answer = buf_str(&b);
	job->is_caught = s->verdict.action >= ACTION_ADD_HEADER;
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
