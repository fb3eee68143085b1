/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho sample: the message of a pack's test, as a file to try. */
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "cli/command.h"
#include "cli/loader.h"
#include "cli/optionrows.h"
#include "mail/xtest.h"
#include "rule/rebuild.h"

enum { OUTPUT_MOST = 64 << 20 };

struct sample_args {
	bool is_list, is_json;
	struct str test;
	struct str variant;
	struct str color;
	word_list folders;
};

#define ARG(name) offsetof(struct sample_args, name)

static const struct option_row rows[] = {
	{ "test", 0, OPTION_TEXT, ARG(test), "NAME",
	    "which test (default: the first that must match)" },
	{ "variant", 0, OPTION_TEXT, ARG(variant), "V",
	    "utf-8, iso-2022-jp, shift_jis, euc-jp, html, ..." },
	{ "list", 0, OPTION_FLAG, ARG(is_list), NULL,
	    "names of the tests instead" },
	ROW_JSON(struct sample_args, "names of the tests as one JSON object"),
	ROW_PACKS_BESIDE(struct sample_args),
	ROW_COLOR(struct sample_args),
	{ 0 }
};

/* The test of that name, or the first whose name holds it. */
static const struct pack_test *
find_test(const struct pack *pack, struct str name)
{
	const struct pack_test *test;

	VEC_EACH(test, &pack->tests)
		if (name.n == 0 ? test->expects_match :
		    str_eq(test->name, name))
			return test;
	VEC_EACH(test, &pack->tests)
		if (str_find_str(test->name, name) < test->name.n)
			return test;
	return NULL;
}

static enum status
print_names(struct call *call, const struct pack *pack)
{
	const struct pack_test *test;
	struct buf b;

	buf_init_arena(&b, call->arena, OUTPUT_MOST);
	VEC_EACH(test, &pack->tests) {
		buf_printf(&b, "%-7s", test->expects_match ? "match" :
		    "clean");
		terminal_text(&b, test->name);
		buf_add_byte(&b, '\n');
	}
	return command_print(buf_str(&b));
}

static enum status
print_json(struct call *call, const struct pack *pack)
{
	const struct pack_test *test;
	struct json j;
	struct buf b;

	buf_init_arena(&b, call->arena, OUTPUT_MOST);
	json_init(&j, &b);
	json_open_object(&j);
	json_put_str(&j, "pack", pack->id);
	json_key(&j, "tests");
	json_open_array(&j);
	VEC_EACH(test, &pack->tests) {
		json_open_object(&j);
		json_put_str(&j, "name", test->name);
		json_put_str(&j, "expect", test->expects_match ? STR("match")
		    : STR("clean"));
		json_close_object(&j);
	}
	json_close_array(&j);
	json_close_object(&j);
	buf_add_byte(&b, '\n');
	return command_print(buf_str(&b));
}

static enum status
refuse_test(struct call *call, const struct pack *pack)
{
	const struct sample_args *args = call->args;
	const struct pack_test *test;
	struct str best = { 0 };

	if (args->test.n == 0)
		return command_fail(call, "%" STR_FMT " has no test that must "
		    "match", STR_ARG(pack->file));
	VEC_EACH(test, &pack->tests)
		suggest_try(args->test, test->name, &best);
	return command_fail(call, "%" STR_FMT " has no test \"%" STR_FMT "\"%s%"
	    STR_FMT "%s", STR_ARG(pack->file), STR_ARG(args->test),
	    best.n == 0 ? "; --list names them" : "; did you mean \"",
	    STR_ARG(best), best.n == 0 ? "" : "\"?");
}

static enum status
print_sample(struct call *call, const struct pack *pack,
    const struct pack_test *test)
{
	const struct sample_args *args = call->args;
	struct rebuilt mail;
	struct err e;
	struct buf b;

	if (!rebuild_test(&mail, call->arena, &(struct rebuild){ pack, test,
	    args->variant }, &e))
		return command_fail(call, "%s", e.text);
	if (mail.skip.n != 0)
		return command_fail(call, "%" STR_FMT, STR_ARG(mail.skip));
	buf_init_arena(&b, call->arena, OUTPUT_MOST);
	xtest_write(&b, &mail.envelope);
	buf_add_str(&b, mail.raw);
	return command_print(buf_str(&b));
}

static enum status
run(struct call *call)
{
	const struct sample_args *args = call->args;
	const struct pack_test *test;
	struct loaded loaded;
	struct err e;

	if (call->operands.n != 1)
		return command_fail(call, "one pack at a time");
	if (!loader_read(&loaded, call->arena, &call->operands,
	    &args->folders, &e))
		return command_fail(call, "%s", e.text);
	loader_print(&loaded.diags, args->color, DIAG_WARNING);
	if (loaded.n_named == 0)
		return STATUS_UNREADABLE;
	if (args->is_json)
		return print_json(call, loaded.packs.at[0]);
	if (args->is_list)
		return print_names(call, loaded.packs.at[0]);
	test = find_test(loaded.packs.at[0], args->test);
	if (test == NULL)
		return refuse_test(call, loaded.packs.at[0]);
	return print_sample(call, loaded.packs.at[0], test);
}

const struct command command_sample = {
	.name = "sample",
	.operands = "PACK|-",
	.summary = "print the message of a pack's test as a file",
	.detail = "Prints the message that a test of a pack describes, with "
	    "its envelope as X-Test-\nfields on top; \"sekisho scan "
	    "--test-headers -\" takes them from there.",
	.rows = rows,
	.args_size = sizeof(struct sample_args),
	.needs_operand = true,
	.run = run,
};
