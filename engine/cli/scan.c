/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho scan: scores messages and says why. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/vec.h"
#include "cli/command.h"
#include "cli/corpus.h"
#include "cli/job.h"
#include "cli/loader.h"
#include "cli/optionrows.h"
#include "cli/summary.h"
#include "mail/address.h"
#include "mail/xtest.h"

enum { MESSAGE_MOST = 256 << 20, OUTPUT_MOST = 512 << 20,
	SHOWN_EACH = 64 };

struct scan_args {
	bool is_json;
	bool is_markdown;
	bool has_test_headers;
	bool sets_exit;
	bool is_summary;
	struct str ip, helo, rdns, from, user, auth;
	struct str at, lang, server, color;
	word_list rcpt;
	word_list eml;
	word_list folders;
};

#define ARG(name) offsetof(struct scan_args, name)

static const struct option_row rows[] = {
	ROW_JSON(struct scan_args, "one JSON object a message"),
	{ "markdown", 0, OPTION_FLAG, ARG(is_markdown), NULL,
	    "the explanation as Markdown" },
	{ "eml", 0, OPTION_MANY, ARG(eml), "DIR",
	    "all messages in a folder or mbox; may be repeated" },
	{ "summary", 0, OPTION_FLAG, ARG(is_summary), NULL,
	    "a table of hits by pack and group instead" },
	{ "ip", 0, OPTION_TEXT, ARG(ip), "ADDRESS",
	    "the client that handed the message in" },
	{ "helo", 0, OPTION_TEXT, ARG(helo), "NAME", "what it called itself" },
	{ "rdns", 0, OPTION_TEXT, ARG(rdns), "NAME",
	    "its name by reverse look-up; \"none\" for none" },
	{ "from", 0, OPTION_TEXT, ARG(from), "ADDRESS",
	    "envelope sender; \"<>\" for the null sender" },
	{ "rcpt", 0, OPTION_MANY, ARG(rcpt), "ADDRESS",
	    "envelope recipient; may be repeated" },
	{ "user", 0, OPTION_TEXT, ARG(user), "NAME", "authenticated user" },
	{ "auth", 0, OPTION_TEXT, ARG(auth), "RESULTS",
	    "such as spf=fail,dkim=none,dmarc=fail" },
	{ "test-headers", 0, OPTION_FLAG, ARG(has_test_headers), NULL,
	    "take the envelope from X-Test- fields on top" },
	ROW_PACKS(struct scan_args, "rule packs; may be repeated"),
	{ "server", 0, OPTION_TEXT, ARG(server), "HOST:PORT",
	    "ask a running sekishod instead" },
	ROW_AT(struct scan_args, "judge as of a date (default: today)"),
	ROW_LANG(struct scan_args, "language (default: of the locale)"),
	{ "exit-code", 0, OPTION_FLAG, ARG(sets_exit), NULL,
	    "exit with 1 from \"add header\" on" },
	ROW_COLOR(struct scan_args),
	{ 0 }
};

static bool
means_none(struct str s)
{
	return s.n == 0 || str_is(s, "-") || str_case_is(s, "none") ||
	    str_case_is(s, "unknown");
}

/* The options say more than the fields of a file. */
static bool
add_envelope(struct envelope *env, struct arena *a,
    const struct scan_args *args, struct err *e)
{
	const struct str *rcpt;
	struct str bad;

	if (args->ip.n != 0 && !addr_parse(args->ip, &env->ip))
		return err_set(e, "--ip: \"%" STR_FMT "\" is no address",
		    STR_ARG(args->ip));
	if (args->auth.n != 0 && !xtest_auth(env, args->auth, &bad))
		return err_set(e, "--auth: \"%" STR_FMT "\" is not such as "
		    "spf=fail, dkim=none, dmarc=pass or arc=pass",
		    STR_ARG(bad));
	if (args->auth.n != 0)
		env->auth.source = STR("the command line");
	if (args->helo.n != 0)
		env->helo = args->helo;
	if (args->user.n != 0)
		env->user = args->user;
	if (args->rdns.p != NULL) {
		env->has_rdns = true;
		env->rdns = means_none(args->rdns) ? STR("") : args->rdns;
	}
	if (args->from.p != NULL) {
		env->has_mail_from = true;
		env->mail_from = address_unbracket(args->from);
	}
	VEC_EACH(rcpt, &args->rcpt)
		*VEC_ADD(a, &env->rcpt) = address_unbracket(*rcpt);
	return true;
}

static bool
read_job(struct job *job, const struct corpus_mail *mail,
    const struct scan_args *args, struct err *e)
{
	struct str bad;
	bool done = mail->number != 0
	    ? corpus_read(&job->raw, job->arena, mail, e)
	    : file_read(&job->raw, job->arena, str_cstr(job->arena,
	    mail->file), MESSAGE_MOST, e);

	if (!done)
		return false;
	if (args->has_test_headers &&
	    !xtest_take(&job->envelope, job->arena, &job->raw, &bad))
		return err_set(e, "%" STR_FMT ": cannot read \"%" STR_FMT "\"",
		    STR_ARG(job->file), STR_ARG(bad));
	return add_envelope(&job->envelope, job->arena, args, e);
}

static bool
score(struct local *local, struct job *job, struct err *e)
{
	if (job->conf->server.n != 0)
		return remote_score(job, e);
	return local_score(local, job, e);
}

/* The reply's keys behind the name of the file. */
static void
add_json(struct buf *b, const struct job *job)
{
	struct str rest = str_trim(job->answer);
	struct json j;

	json_init(&j, b);
	json_open_object(&j);
	json_put_str(&j, "file", job->file);
	if (!str_skip(&rest, STR("{")) || str_is(rest, "}"))
		rest = STR("");
	buf_add_str(b, rest.n == 0 ? STR("}") : STR(","));
	buf_add_str(b, rest);
	buf_add_byte(b, '\n');
}

/* Several messages for a person: the name of each stands over it. */
static void
add_text(struct buf *b, const struct job *job)
{
	const struct terminal *t = &job->conf->out;

	if (job->of > 1) {
		buf_printf(b, "%s%s", job->at == 0 ? "" : "\n",
		    terminal_ink(t, INK_BOLD));
		terminal_text(b, job->file);
		buf_printf(b, "%s\n", terminal_ink(t, INK_PLAIN));
	}
	buf_add_str(b, job->answer);
	if (b->n != 0 && b->p[b->n - 1] != '\n')
		buf_add_byte(b, '\n');
}

static bool
print_answer(const struct job *job)
{
	struct buf b;
	bool done;

	buf_init(&b, OUTPUT_MOST);
	if (job->conf->is_json)
		add_json(&b, job);
	else
		add_text(&b, job);
	done = terminal_write(STDOUT_FILENO, buf_str(&b));
	buf_release(&b);
	return done;
}

static enum status
scan_one(struct call *call, struct local *local, const struct job_conf *conf,
    const struct corpus *mails, size_t i)
{
	const struct scan_args *args = call->args;
	const struct corpus_mail *mail = &mails->mails.at[i];
	struct job job = { .at = i, .of = mails->mails.n,
		.file = mail->file, .conf = conf, .arena = arena_new() };
	enum status status = STATUS_FINE;
	struct err e;

	if (mail->number != 0)
		job.file = str_printf(job.arena, "%" STR_FMT ":%u",
		    STR_ARG(mail->file), (unsigned)mail->number);
	if (!read_job(&job, mail, args, &e) || !score(local, &job, &e)) {
		status = command_fail(call, "%s", e.text);
		if (conf->summary != NULL)
			conf->summary->unread++;
	} else if (conf->summary == NULL && !print_answer(&job))
		status = STATUS_INTERNAL;
	else if (args->sets_exit && job.is_caught)
		status = STATUS_FINDINGS;
	arena_free(job.arena);
	return status;
}

/* The line that says how far we are; only for a person who waits. */
static void
show_progress(size_t done, size_t of)
{
	struct buf b;

	if (done % SHOWN_EACH != 0 && done != of)
		return;
	buf_init(&b, 64);
	buf_printf(&b, done == of ? "\r\x1b[K" : "\r%zu of %zu mails ", done,
	    of);
	terminal_write(STDERR_FILENO, buf_str(&b));
	buf_release(&b);
}

static enum status
scan_all(struct call *call, struct local *local, const struct job_conf *conf,
    const struct corpus *mails)
{
	enum status worst = STATUS_FINE;
	struct terminal errors;

	terminal_init(&errors, STDERR_FILENO, conf->color);
	for (size_t i = 0; i < mails->mails.n; i++) {
		enum status status = scan_one(call, local, conf, mails, i);

		if (status > worst)
			worst = status;
		if (conf->summary != NULL && errors.is_terminal)
			show_progress(i + 1, mails->mails.n);
	}
	return worst;
}

static bool
is_folder(struct arena *a, struct str path)
{
	struct stat st;

	return !str_is(path, "-") && stat(str_cstr(a, path), &st) == 0 &&
	    S_ISDIR(st.st_mode);
}

/* A file is one message, whatever it looks like; a folder is looked
 * through. */
static bool
find_mails(struct corpus *mails, struct call *call, struct err *e)
{
	const struct scan_args *args = call->args;
	const struct str *path;

	VEC_EACH(path, &call->operands) {
		if (!is_folder(call->arena, *path))
			*VEC_ADD(call->arena, &mails->mails) =
			    (struct corpus_mail){ .file = *path };
		else if (!corpus_find(mails, call->arena, *path, e))
			return false;
	}
	VEC_EACH(path, &args->eml)
		if (!corpus_find(mails, call->arena, *path, e))
			return false;
	if (mails->mails.n != 0)
		return true;
	path = call->operands.n != 0 ? call->operands.at : args->eml.at;
	if (path == NULL)
		return err_set(e, "FILE|DIR|-... is missing; try \"sekisho "
		    "scan --help\"");
	return err_set(e, "%" STR_FMT ": there is no message in it",
	    STR_ARG(*path));
}

static enum status
print_summary(const struct job_conf *conf)
{
	struct buf b;
	bool done;

	buf_init(&b, OUTPUT_MOST);
	if (conf->is_json)
		summary_json(&b, conf->summary);
	else
		summary_print(&b, conf->summary, &conf->out);
	done = terminal_write(STDOUT_FILENO, buf_str(&b));
	buf_release(&b);
	return done ? STATUS_FINE : STATUS_INTERNAL;
}

static bool
read_conf(struct job_conf *conf, const struct scan_args *args, struct err *e)
{
	conf->is_json = args->is_json;
	conf->is_markdown = args->is_markdown;
	conf->server = args->server;
	conf->folders = &args->folders;
	conf->color = args->color;
	conf->lang = args->lang.n != 0 ? args->lang : terminal_lang();
	conf->day = DAY_NONE;
	terminal_init(&conf->out, STDOUT_FILENO, args->color);
	if (args->is_json && args->is_markdown)
		return err_set(e, "--json and --markdown exclude each other");
	if (!options_day("at", args->at, &conf->day, e))
		return false;
	if (args->is_summary && (args->is_markdown || args->server.n != 0))
		return err_set(e, "--summary counts what is scored here, as "
		    "text or --json; leave out --markdown and --server");
	if (args->server.n == 0)
		return true;
	if (args->folders.n != 0)
		return err_set(e, "--packs: a daemon has its own packs; leave "
		    "out --server");
	return true;
}

static enum status
run(struct call *call)
{
	const struct scan_args *args = call->args;
	struct local *local = NULL;
	struct corpus mails = { 0 };
	struct summary summary;
	struct job_conf conf = { 0 };
	enum status status, shown;
	struct err e;

	if (!read_conf(&conf, args, &e) || !find_mails(&mails, call, &e))
		return command_fail(call, "%s", e.text);
	summary_init(&summary, call->arena);
	conf.summary = args->is_summary ? &summary : NULL;
	if (conf.server.n == 0 &&
	    !local_open(&local, call->arena, &conf, &e))
		return command_fail(call, "%s", e.text);
	status = scan_all(call, local, &conf, &mails);
	shown = args->is_summary ? print_summary(&conf) : STATUS_FINE;
	local_close(local);
	return shown > status ? shown : status;
}

const struct command command_scan = {
	.name = "scan",
	.operands = "FILE|DIR|-...",
	.summary = "score messages and explain every point",
	.detail = "Scores messages against the rule packs and explains every "
	    "point.  Half of the\nevidence is what the mail server knows: "
	    "tell it with --ip, --helo, --rdns,\n--from, --rcpt and --auth.  "
	    "What is not told counts as unknown.  Of many\nmessages "
	    "--summary counts the hits.",
	.rows = rows,
	.args_size = sizeof(struct scan_args),
	.run = run,
};
