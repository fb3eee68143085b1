/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho auth: SPF, DKIM, ARC and DMARC by hand, for tables of cases. */
#include <inttypes.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/suggest.h"
#include "check/arc.h"
#include "check/dkim.h"
#include "check/dmarc.h"
#include "check/signedmail.h"
#include "check/spf.h"
#include "cli/command.h"
#include "cli/nameserver.h"
#include "cli/optionrows.h"

enum { INPUT_MOST = 64 * 1024 * 1024, OUTPUT_MOST = 1024 * 1024 };

struct auth_args {
	struct str ip, helo, sender, domain, receiver;
	struct str from, spf;
	word_list dkim;
	struct str server, time;
	bool is_json;
};

#define ARG(name) offsetof(struct auth_args, name)

static const struct option_row rows[] = {
	{ "ip", 0, OPTION_TEXT, ARG(ip), "ADDR", "spf: the client's address" },
	{ "helo", 0, OPTION_TEXT, ARG(helo), "NAME",
	    "spf: what it said in HELO" },
	{ "sender", 0, OPTION_TEXT, ARG(sender), "ADDR",
	    "spf: MAIL FROM; without it HELO is checked" },
	{ "domain", 0, OPTION_TEXT, ARG(domain), "NAME",
	    "spf: whose record (that of the sender)" },
	{ "receiver", 0, OPTION_TEXT, ARG(receiver), "NAME",
	    "spf: our name, for explanations" },
	{ "from", 0, OPTION_TEXT, ARG(from), "NAME",
	    "dmarc, dkim: the domain in From" },
	{ "spf", 0, OPTION_TEXT, ARG(spf), "NAME",
	    "dmarc: the domain that passed SPF" },
	{ "dkim", 0, OPTION_MANY, ARG(dkim), "NAME",
	    "dmarc: a domain that passed DKIM" },
	{ "server", 0, OPTION_TEXT, ARG(server), "ADDR[:PORT]",
	    "the name server (that of the system)" },
	{ "time", 0, OPTION_TEXT, ARG(time), "SECONDS",
	    "since 1970: when the mail came (now)" },
	ROW_JSON(struct auth_args, "as without it: the answer is JSON"),
	{ 0 }
};

struct job {
	struct call *call;
	const struct auth_args *args;
	struct nameserver *servers;
	struct names names;
	int64_t now;
	struct json *to;
	struct signed_mail mail;
};

static void
put_problem(struct json *j, const char *problem)
{
	if (problem != NULL)
		json_put_str(j, "problem", str_of(problem));
}

static void
put_some(struct json *j, const char *key, struct str value)
{
	if (value.n != 0)
		json_put_str(j, key, value);
}

static bool
run_spf(struct job *job, struct err *e)
{
	const struct auth_args *args = job->args;
	struct spf_query q = { .sender = args->sender, .helo = args->helo,
		.receiver = args->receiver, .now = job->now };
	size_t at = str_find_last(args->sender, '@');
	struct spf_verdict v;

	if (!addr_parse(args->ip, &q.ip))
		return err_set(e, "--ip: \"%" STR_FMT "\" is no address",
		    STR_ARG(args->ip));
	q.domain = args->domain.n != 0 ? args->domain : at < args->sender.n
	    ? str_from(args->sender, at + 1) : args->helo;
	for (;;) {
		spf_check(&v, job->call->arena, &job->names, &q);
		if (v.result != SPF_PENDING)
			break;
		nameserver_wait(job->servers);
	}
	json_put_str(job->to, "result", str_of(spf_result_name(v.result)));
	put_some(job->to, "domain", v.domain);
	put_some(job->to, "term", v.term);
	put_some(job->to, "problem", v.problem);
	put_some(job->to, "explanation", v.explanation);
	return true;
}

static void
put_signature(struct json *j, const struct dkim_result *r)
{
	json_open_object(j);
	json_put_str(j, "result", str_of(auth_result_name(r->result)));
	put_some(j, "domain", r->domain);
	put_some(j, "selector", r->selector);
	put_some(j, "agent", r->agent);
	put_some(j, "algorithm", str_of(r->algorithm));
	put_problem(j, r->problem);
	if (r->is_testing)
		json_put_bool(j, "testing", true);
	json_close_object(j);
}

static bool
run_dkim(struct job *job, struct err *e)
{
	const struct dkim_query q = { &job->mail, job->args->from,
		job->now };
	const struct dkim_result *best;
	struct dkim_verdict v;

	(void)e;
	while (!dkim_check(&v, job->call->arena, &job->names, &q))
		nameserver_wait(job->servers);
	best = dkim_best(&v, q.from);
	json_put_str(job->to, "result", str_of(auth_result_name(
	    best == NULL ? AUTH_NONE : best->result)));
	json_key(job->to, "signatures");
	json_open_array(job->to);
	for (size_t i = 0; i < v.n; i++)
		put_signature(job->to, &v.at[i]);
	json_close_array(job->to);
	if (v.left != 0)
		json_put_int(job->to, "left", (int64_t)v.left);
	return true;
}

static bool
run_arc(struct job *job, struct err *e)
{
	struct arc_verdict v;

	(void)e;
	while (!arc_check(&v, job->call->arena, &job->mail, &job->names,
	    job->now))
		nameserver_wait(job->servers);
	json_put_str(job->to, "result", str_of(auth_result_name(v.result)));
	json_key(job->to, "sealers");
	json_open_array(job->to);
	for (size_t i = 0; i < v.n; i++)
		json_str(job->to, v.sealer[i]);
	json_close_array(job->to);
	put_problem(job->to, v.problem);
	if (v.problem_set != 0)
		json_put_int(job->to, "set", (int64_t)v.problem_set);
	return true;
}

static bool
run_dmarc(struct job *job, struct err *e)
{
	const struct auth_args *args = job->args;
	struct dmarc_query q = { .from = args->from, .spf = args->spf };
	struct dmarc_verdict v;

	if (args->from.n == 0)
		return err_set(e, "--from, the domain in From, is missing");
	for (; q.n_dkim < args->dkim.n && q.n_dkim < DMARC_DOMAINS_MOST;
	    q.n_dkim++)
		q.dkim[q.n_dkim] = args->dkim.at[q.n_dkim];
	while (!dmarc_check(&v, job->call->arena, &job->names, &q))
		nameserver_wait(job->servers);
	json_put_str(job->to, "result", str_of(auth_result_name(v.result)));
	put_some(job->to, "domain", v.domain);
	put_some(job->to, "record_domain", v.record_domain);
	put_some(job->to, "record", v.record);
	if (v.record.n == 0)
		return true;
	json_put_str(job->to, "policy", str_of(dmarc_policy_name(v.policy)));
	json_put_str(job->to, "spf", v.spf);
	json_put_bool(job->to, "spf_strict", v.is_spf_strict);
	json_put_str(job->to, "dkim", v.dkim);
	json_put_bool(job->to, "dkim_strict", v.is_dkim_strict);
	return true;
}

static const struct method {
	const char *name;
	bool reads_mail;
	bool (*run)(struct job *job, struct err *e);
} methods[] = {
	{ "spf", false, run_spf },
	{ "dkim", true, run_dkim },
	{ "arc", true, run_arc },
	{ "dmarc", false, run_dmarc },
};

static const struct method *
method_find(struct str name, struct err *e)
{
	struct str best = { 0 };

	for (size_t i = 0; i < nitems(methods); i++) {
		if (str_is(name, methods[i].name))
			return &methods[i];
		suggest_try(name, str_of(methods[i].name), &best);
	}
	err_set(e, "\"%" STR_FMT "\" is none of spf, dkim, arc, dmarc%s%"
	    STR_FMT "%s", STR_ARG(name), best.n != 0 ? "; did you mean \""
	    : "", STR_ARG(best), best.n != 0 ? "\"?" : "");
	return NULL;
}

static bool
read_mail(struct job *job, struct str file, struct err *e)
{
	struct arena *a = job->call->arena;
	struct str raw;

	if (!file_read(&raw, a, str_cstr(a, file), INPUT_MOST, e))
		return false;
	signed_mail_read(&job->mail, a, raw);
	return true;
}

static bool
prepare(struct job *job, const struct method *m, struct err *e)
{
	const word_list *words = &job->call->operands;

	job->now = clock_wall();
	if (job->args->time.n != 0 && !str_to_int(job->args->time, &job->now))
		return err_set(e, "--time: \"%" STR_FMT "\" is no number of "
		    "seconds", STR_ARG(job->args->time));
	if (words->n > (m->reads_mail ? 2U : 1U))
		return err_set(e, "one message at a time");
	if (m->reads_mail && !read_mail(job, words->n == 2 ? words->at[1]
	    : STR("-"), e))
		return false;
	if (!nameserver_open(&job->servers, job->call->arena,
	    job->args->server, e))
		return err_wrap(e, "--server");
	job->names = nameserver_names(job->servers);
	return true;
}

static enum status
run(struct call *call)
{
	struct job job = { .call = call, .args = call->args };
	enum status status = STATUS_FINE;
	const struct method *m;
	struct json j;
	struct buf b;
	struct err e;

	m = method_find(call->operands.at[0], &e);
	if (m == NULL || !prepare(&job, m, &e))
		return command_fail(call, "%s", e.text);
	buf_init(&b, OUTPUT_MOST);
	json_init(&j, &b);
	job.to = &j;
	json_open_object(&j);
	json_put_str(&j, "method", str_of(m->name));
	if (!m->run(&job, &e)) {
		status = command_fail(call, "%s", e.text);
	} else {
		json_close_object(&j);
		buf_add_byte(&b, '\n');
		if (!terminal_write(STDOUT_FILENO, buf_str(&b)))
			status = STATUS_INTERNAL;
	}
	buf_release(&b);
	nameserver_close(job.servers);
	return status;
}

const struct command command_auth = {
	.name = "auth",
	.operands = "spf|dkim|arc|dmarc [FILE|-]",
	.summary = "check SPF, DKIM, ARC or DMARC by hand",
	.detail = "Asks the name servers and says in one line of JSON what "
	    "a method comes to: SPF of\n--ip, --helo and --sender, the "
	    "signatures (dkim) or the chain (arc) of a message,\nDMARC of "
	    "--from with what passed.",
	.rows = rows,
	.args_size = sizeof(struct auth_args),
	.needs_operand = true,
	.run = run,
};
