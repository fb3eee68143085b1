/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho token: what a client shows to sekishod, and what is written down. */
#include "base/buf.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/optionrows.h"
#include "front/token.h"

enum { OUTPUT_MOST = 4096 };

struct token_args {
	word_list roles;
	struct str name;
	bool is_json;
};

#define ARG(name) offsetof(struct token_args, name)

static const struct option_row rows[] = {
	{ "name", 0, OPTION_TEXT, ARG(name), "NAME",
	    "what the configuration calls it (gateway)" },
	{ "role", 0, OPTION_MANY, ARG(roles), "ROLE",
	    "scan (if none is said), read, learn or admin" },
	ROW_JSON(struct token_args, "one JSON object"),
	{ 0 }
};

static void
add_roles(struct buf *b, const struct token_args *args)
{
	const char *between = "";
	const struct str *role;

	VEC_EACH(role, &args->roles) {
		buf_printf(b, "%s%" STR_FMT, between, STR_ARG(*role));
		between = ", ";
	}
	if (args->roles.n == 0)
		buf_add_str(b, STR("scan"));
}

/* The secret stands alone, so that nobody pastes it with the rest. */
static void
add_text(struct buf *b, const struct token_args *args, struct str name,
    const char *text, const char *hash)
{
	buf_printf(b, "%s\n\ntokens:\n  %" STR_FMT ":\n    hash: %s\n"
	    "    roles: [", text, STR_ARG(name), hash);
	add_roles(b, args);
	buf_add_str(b, STR("]\n"));
}

static void
add_json(struct buf *b, const struct token_args *args, struct str name,
    const char *text, const char *hash)
{
	const struct str *role;
	struct json j;

	json_init(&j, b);
	json_open_object(&j);
	json_put_str(&j, "token", str_of(text));
	json_put_str(&j, "name", name);
	json_put_str(&j, "hash", str_of(hash));
	json_key(&j, "roles");
	json_open_array(&j);
	VEC_EACH(role, &args->roles)
		json_str(&j, *role);
	if (args->roles.n == 0)
		json_str(&j, STR("scan"));
	json_close_array(&j);
	json_close_object(&j);
	buf_add_byte(b, '\n');
}

/* A key of the configuration as it is written without quotes. */
static bool
is_plain(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!ascii_is_alnum(name.p[i]) &&
		    !str_has(STR("-_."), name.p[i]))
			return false;
	return name.n != 0;
}

static enum status
run(struct call *call)
{
	const struct token_args *args = call->args;
	char text[TOKEN_TEXT], hash[SHA256_TEXT];
	struct str name = args->name.n != 0 ? args->name : STR("gateway");
	const struct str *role;
	struct buf b;

	if (call->operands.n != 0)
		return command_fail(call, "takes no file");
	VEC_EACH(role, &args->roles) {
		if (role_of(*role) == 0)
			return command_fail(call, "--role must be scan, read, "
			    "learn or admin, not \"%" STR_FMT "\"",
			    STR_ARG(*role));
	}
	if (!is_plain(name))
		return command_fail(call, "--name: \"%" STR_FMT "\": letters, "
		    "digits, \"-\", \"_\" and \".\" make a name",
		    STR_ARG(name));
	if (!token_make(text))
		return command_fail(call, "the system has no random bytes");
	token_hash(str_of(text), hash);
	buf_init_arena(&b, call->arena, OUTPUT_MOST);
	(args->is_json ? add_json : add_text)(&b, args, name, text, hash);
	return command_print(buf_str(&b));
}

const struct command command_token = {
	.name = "token",
	.operands = "",
	.summary = "make a token for clients of sekishod",
	.detail = "Prints a new token, for a client to show as "
	    "\"Authorization: Bearer TOKEN\", and the\n"
	    "lines of the configuration that make "
	    "sekishod know it: those hold its hash only.",
	.rows = rows,
	.args_size = sizeof(struct token_args),
	.run = run,
};
