/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho diff: what two versions of packs mean otherwise for mail. */
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/linediff.h"
#include "cli/loader.h"
#include "cli/optionrows.h"
#include "cli/packpair.h"

enum { OUTPUT_MOST = 256 << 20 };

struct diff_args {
	bool is_semantic, is_json, is_quiet;
	struct str color;
	word_list folders;
};

#define ARG(name) offsetof(struct diff_args, name)

static const struct option_row rows[] = {
	{ "semantic", 0, OPTION_FLAG, ARG(is_semantic), NULL,
	    "what is otherwise for mail, not which lines" },
	ROW_JSON(struct diff_args,
	    "one JSON object, of what is otherwise for mail"),
	ROW_PACKS_BESIDE(struct diff_args),
	ROW_QUIET(struct diff_args, "a line for each pack"),
	ROW_COLOR(struct diff_args),
	{ 0 }
};

static bool
load(struct loaded *out, struct call *call, size_t i, struct err *e)
{
	const struct diff_args *args = call->args;
	word_list named = { 0 };

	*VEC_ADD(call->arena, &named) = call->operands.at[i];
	if (!loader_read(out, call->arena, &named, &args->folders, e))
		return false;
	if (out->diags.errors == 0)
		return true;
	loader_print(&out->diags, args->color, DIAG_ERROR);
	return err_set(e, "%" STR_FMT ": the packs have errors",
	    STR_ARG(call->operands.at[i]));
}

static const struct pack *
one_of(const struct pack_pair *p)
{
	return p->now != NULL ? p->now : p->old;
}

static void
print_head(struct buf *b, const struct pack_pair *p, const struct terminal *t)
{
	buf_printf(b, "%s%" STR_FMT "%s  ", terminal_ink(t, INK_BOLD),
	    STR_ARG(one_of(p)->id), terminal_ink(t, INK_PLAIN));
	if (p->old == NULL || p->now == NULL)
		buf_add_str(b, p->old == NULL ? STR("new") : STR("gone"));
	else
		buf_printf(b, "r%lld -> r%lld", (long long)p->old->revision,
		    (long long)p->now->revision);
	buf_printf(b, ", %s", p->way == WAY_EITHER
	    ? "widens and narrows, or nobody can say"
	    : pack_way_names[p->way]);
	if (packpair_is_unraised(p))
		buf_printf(b, "  %srevision not raised%s", terminal_ink(t,
		    INK_YELLOW), terminal_ink(t, INK_PLAIN));
	buf_add_byte(b, '\n');
}

static void
print_change(struct buf *b, const struct pack_change *c,
    const struct terminal *t)
{
	static const char *const shown[WAYS] = {
		[WAY_WIDENS] = " (widens)",
		[WAY_NARROWS] = " (narrows)",
		[WAY_EITHER] = "",
	};
	bool is_new = c->old.n == 0, is_gone = c->now.n == 0;

	buf_printf(b, "  %s%s%s ", terminal_ink(t, is_new ? INK_GREEN
	    : is_gone ? INK_RED : INK_YELLOW), is_new == is_gone ? "~"
	    : is_new ? "+" : "-", terminal_ink(t, INK_PLAIN));
	terminal_text(b, c->where);
	buf_printf(b, "%s%" STR_FMT "  ", c->where.n == 0 ? "" : " ",
	    STR_ARG(c->what));
	terminal_text(b, c->old);
	if (!is_new && !is_gone)
		buf_add_str(b, STR(" -> "));
	terminal_text(b, c->now);
	buf_printf(b, "%s\n", shown[c->way]);
}

static void
print_meaning(struct buf *b, const pack_pair_list *pairs,
    const struct diff_args *args, const struct terminal *t)
{
	const struct pack_change *c;
	const struct pack_pair *p;

	VEC_EACH(p, pairs) {
		if (p->changes.n == 0)
			continue;
		print_head(b, p, t);
		if (args->is_quiet)
			continue;
		VEC_EACH(c, &p->changes)
			print_change(b, c, t);
	}
}

static void
print_lines(struct buf *b, const pack_pair_list *pairs, struct arena *a,
    const struct terminal *t)
{
	const struct pack_pair *p;
	struct buf diff;

	buf_init_arena(&diff, a, OUTPUT_MOST);
	VEC_EACH(p, pairs)
		linediff(&diff, a, one_of(p)->file,
		    p->old == NULL ? STR("") : p->old->yaml,
		    p->now == NULL ? STR("") : p->now->yaml);
	linediff_show(b, t, buf_str(&diff));
}

static void
json_pair(struct json *j, const struct pack_pair *p)
{
	const struct pack_change *c;

	json_open_object(j);
	json_put_str(j, "pack", one_of(p)->id);
	json_put_str(j, "file", one_of(p)->file);
	json_put_int(j, "old_revision", p->old == NULL ? 0 : p->old->revision);
	json_put_int(j, "revision", p->now == NULL ? 0 : p->now->revision);
	json_put_bool(j, "revision_raised", !packpair_is_unraised(p));
	json_put_str(j, "way", str_of(pack_way_names[p->way]));
	json_key(j, "changes");
	json_open_array(j);
	VEC_EACH(c, &p->changes) {
		json_open_object(j);
		json_put_str(j, "way", str_of(pack_way_names[c->way]));
		json_put_str(j, "where", c->where);
		json_put_str(j, "what", c->what);
		json_put_str(j, "old", c->old);
		json_put_str(j, "new", c->now);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}

static void
print_json(struct buf *b, const pack_pair_list *pairs)
{
	const struct pack_pair *p;
	struct json j;

	json_init(&j, b);
	json_open_object(&j);
	json_key(&j, "packs");
	json_open_array(&j);
	VEC_EACH(p, pairs)
		if (p->changes.n != 0)
			json_pair(&j, p);
	json_close_array(&j);
	json_close_object(&j);
	buf_add_byte(b, '\n');
}

static bool
are_same(const pack_pair_list *pairs, bool is_of_lines)
{
	const struct pack_pair *p;

	VEC_EACH(p, pairs)
		if (p->changes.n != 0 || (is_of_lines &&
		    !str_eq(p->old->yaml, p->now->yaml)))
			return false;
	return true;
}

static enum status
run(struct call *call)
{
	const struct diff_args *args = call->args;
	bool is_of_lines = !args->is_semantic && !args->is_json;
	struct loaded old, now;
	struct terminal t;
	pack_pair_list pairs = { 0 };
	struct err e;
	struct buf b;

	if (call->operands.n != 2)
		return command_fail(call, "two packs or folders are wanted, "
		    "the old and the new");
	if (!load(&old, call, 0, &e) || !load(&now, call, 1, &e))
		return command_fail(call, "%s", e.text);
	packpairs_make(&pairs, call->arena, &old, &now);
	terminal_init(&t, STDOUT_FILENO, args->color);
	buf_init_arena(&b, call->arena, OUTPUT_MOST);
	if (args->is_json)
		print_json(&b, &pairs);
	else if (is_of_lines)
		print_lines(&b, &pairs, call->arena, &t);
	else
		print_meaning(&b, &pairs, args, &t);
	if (!terminal_write(STDOUT_FILENO, buf_str(&b)))
		return STATUS_INTERNAL;
	return are_same(&pairs, is_of_lines) ? STATUS_FINE : STATUS_FINDINGS;
}

const struct command command_diff = {
	.name = "diff",
	.operands = "OLD|- NEW|-",
	.summary = "tell two versions of packs apart",
	.detail = "Holds two packs, or folders of them, against each other, "
	    "pack by pack by id.  With\n--semantic it tells what is otherwise "
	    "for mail: values, groups, points, dates; and\nwhether that hits "
	    "more mail (widens) or less (narrows).",
	.rows = rows,
	.args_size = sizeof(struct diff_args),
	.needs_operand = true,
	.run = run,
};
