/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho brand: whose is a domain, and are the profiles in order? */
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/map.h"
#include "base/vec.h"
#include "cli/brands.h"
#include "cli/command.h"
#include "cli/optionrows.h"
#include "mail/fold.h"
#include "mail/url.h"
#include "rule/brandindex.h"
#include "rule/pattern.h"
#include "rule/sighting.h"

enum { OUTPUT_MOST = 16 << 20, INPUT_MOST = 16 << 20, ID_CELLS = 16,
	REALM_CELLS = 12 };

struct brand_args {
	bool is_json;
	struct str color;
	word_list folders;
};

static const struct option_row rows[] = {
	ROW_PACKS(struct brand_args, "where brands are"),
	ROW_JSON(struct brand_args, "one JSON array"),
	ROW_COLOR(struct brand_args),
	{ 0 }
};

static const char *const realm_names[] = {
	[REALM_CUSTOMER] = "customers",
	[REALM_NEVER_SENDS] = "never sends",
	[REALM_OFFICIAL] = "official",
	[REALM_VENDOR] = "vendor",
	[REALM_RELATED] = "related",
	[REALM_FOREIGN] = "name",
};

static const char *const basis_names[] = { "official", "secondary",
	"unverified" };

struct answer {
	struct str asked;
	const struct brand *brand;
	const struct pack *pack;
	enum realm realm;      /* REALM_FOREIGN: found by its name */
};

typedef VEC(struct answer) answer_list;

struct work {
	struct call *call;
	struct brands brands;
	answer_list answers;
	str_list unknown;
};

static void
add_answer(struct work *w, struct str asked, size_t brand, enum realm realm)
{
	const struct brand_known *known = &w->brands.index->brands.at[brand];
	struct answer *a = VEC_ADD(w->call->arena, &w->answers);

	a->asked = asked;
	a->brand = known->brand;
	a->pack = known->pack;
	a->realm = realm;
}

/* A host out of a URL, an address, or itself; defanged or not. */
static void
split(struct arena *a, struct str text, struct str *host, struct str *path)
{
	text = str_trim(refang(a, text));
	sighting_split(text, host, path);
	*host = str_lower(a, *host);
	if (!host_normalize(host, a, *host))
		*host = STR("");
}

static bool
has_name(struct arena *a, const struct brand *brand, struct str folded)
{
	const struct str *name;

	if (str_is(folded, str_cstr(a, brand->id)))
		return true;
	VEC_EACH(name, &brand->names) {
		struct str other = fold(a, *name).text;

		if (str_find_str(other, folded) < other.n)
			return true;
	}
	return false;
}

static void
ask(struct work *w, struct str text)
{
	struct arena *a = w->call->arena;
	const struct brand_index *index = w->brands.index;
	struct str folded = str_trim(fold(a, text).text), host, path;
	size_t before = w->answers.n;

	split(a, text, &host, &path);
	for (uint32_t i = 0; i < index->brands.n; i++) {
		enum realm realm = host.n == 0 ? REALM_FOREIGN :
		    brand_index_realm(index, i, host, path);

		if (realm != REALM_FOREIGN)
			add_answer(w, text, i, realm);
		else if (folded.n > 1 && !str_has(folded, '.') &&
		    has_name(a, index->brands.at[i].brand, folded))
			add_answer(w, text, i, REALM_FOREIGN);
	}
	if (w->answers.n == before)
		*VEC_ADD(a, &w->unknown) = text;
}

static void
add_json(struct buf *b, const struct work *w)
{
	const struct answer *answer;
	struct json j;

	json_init(&j, b);
	json_open_array(&j);
	VEC_EACH(answer, &w->answers) {
		json_open_object(&j);
		json_put_str(&j, "asked", answer->asked);
		json_put_str(&j, "brand", answer->brand->id);
		json_put_str(&j, "name", answer->brand->name);
		json_put_str(&j, "is", str_of(realm_names[answer->realm]));
		json_put_str(&j, "basis",
		    str_of(basis_names[answer->brand->basis]));
		json_put_str(&j, "source", answer->brand->source);
		json_put_str(&j, "pack", answer->pack->id);
		json_close_object(&j);
	}
	json_close_array(&j);
	buf_add_byte(b, '\n');
}

static void
add_text(struct buf *b, const struct work *w)
{
	const struct answer *answer;
	const struct str *asked;
	struct terminal t;

	terminal_init(&t, STDOUT_FILENO,
	    ((const struct brand_args *)w->call->args)->color);
	VEC_EACH(asked, &w->unknown) {
		terminal_text(b, *asked);
		buf_add_str(b, STR("  of no brand that is known here\n"));
	}
	VEC_EACH(answer, &w->answers) {
		terminal_text(b, answer->asked);
		buf_printf(b, "  %s", terminal_ink(&t, INK_BOLD));
		terminal_cell(b, answer->brand->id, ID_CELLS);
		buf_printf(b, "%s %-*s ", terminal_ink(&t, INK_PLAIN),
		    REALM_CELLS, realm_names[answer->realm]);
		terminal_text(b, answer->brand->name);
		buf_printf(b, "  (%s: ", basis_names[answer->brand->basis]);
		terminal_text(b, answer->brand->source);
		buf_add_str(b, STR(")\n"));
	}
}

static bool
ask_all(struct work *w, struct err *e)
{
	const word_list *words = &w->call->operands;
	struct str text, line;

	for (size_t i = 1; i < words->n; i++) {
		if (!str_is(words->at[i], "-")) {
			ask(w, words->at[i]);
			continue;
		}
		if (!file_read(&text, w->call->arena, "-", INPUT_MOST, e))
			return false;
		while (text.n != 0) {
			line = str_trim(str_take_line(&text));
			if (line.n != 0)
				ask(w, line);
		}
	}
	return true;
}

static enum status
who(struct work *w)
{
	const struct brand_args *args = w->call->args;
	struct err e;
	struct buf b;

	if (w->call->operands.n < 2)
		return command_fail(w->call, "who: a domain, an address, a "
		    "URL or a name is missing");
	if (!ask_all(w, &e))
		return command_fail(w->call, "%s", e.text);
	buf_init_arena(&b, w->call->arena, OUTPUT_MOST);
	if (args->is_json)
		add_json(&b, w);
	else
		add_text(&b, w);
	if (!terminal_write(STDOUT_FILENO, buf_str(&b)))
		return STATUS_INTERNAL;
	return w->unknown.n != 0 ? STATUS_FINDINGS : STATUS_FINE;
}

struct finding {
	const struct brand *brand;
	struct str text;
};

typedef VEC(struct finding) finding_list;

/* All brands, gone through one after the other. */
struct audit {
	struct arena *arena;
	const struct brand_index *index;
	struct map owners; /* of domains and tokens: the first brand */
	finding_list findings;
};

static void
find(struct audit *all, const struct brand *brand, struct str text)
{
	struct finding *f = VEC_ADD(all->arena, &all->findings);

	f->brand = brand;
	f->text = text;
}

/* A name that two brands call theirs, each as its own. */
static void
overlaps(struct audit *all, uint32_t n, const str_list *names,
    const char *what)
{
	const struct brand_index *index = all->index;
	const struct str *name;

	VEC_EACH(name, names) {
		struct str key = str_cat(all->arena, str_of(what), STR(" "),
		    *name);
		uint32_t first = *map_put(&all->owners, key, n);

		if (first != n)
			find(all, index->brands.at[n].brand,
			    str_printf(all->arena, "%s \"%" STR_FMT
			    "\" is of %" STR_FMT " too", what, STR_ARG(*name),
			    STR_ARG(index->brands.at[first].brand->id)));
	}
}

static void
check_one(struct audit *all, uint32_t n)
{
	const struct brand *brand = all->index->brands.at[n].brand;
	const struct pack *pack = all->index->brands.at[n].pack;
	const struct str *name;

	if (brand->source.n == 0)
		find(all, brand, STR("has no source"));
	else if (brand->basis == BASIS_UNVERIFIED)
		find(all, brand, STR("is unverified: exempts nothing"));
	if (pack->review_by != DAY_NONE && pack->review_by < day_today())
		find(all, brand, STR("its pack's review_by has passed"));
	VEC_EACH(name, &brand->official)
		if (host_is_suffix(*name))
			find(all, brand, str_cat(all->arena, *name,
			    STR(" is a public suffix")));
	overlaps(all, n, &brand->official, "domain");
	overlaps(all, n, &brand->tokens, "token");
}

static void
print_findings(struct work *w, const finding_list *list)
{
	const struct brand_args *args = w->call->args;
	const struct finding *f;
	struct json j;
	struct buf b;

	buf_init_arena(&b, w->call->arena, OUTPUT_MOST);
	json_init(&j, &b);
	if (args->is_json)
		json_open_array(&j);
	VEC_EACH(f, list) {
		if (args->is_json) {
			json_open_object(&j);
			json_put_str(&j, "brand", f->brand->id);
			json_put_str(&j, "text", f->text);
			json_close_object(&j);
			continue;
		}
		terminal_cell(&b, f->brand->id, ID_CELLS);
		buf_add_byte(&b, ' ');
		terminal_text(&b, f->text);
		buf_add_byte(&b, '\n');
	}
	if (args->is_json) {
		json_close_array(&j);
		buf_add_byte(&b, '\n');
	} else {
		buf_printf(&b, "%zu brands, %zu findings\n",
		    w->brands.index->brands.n, list->n);
	}
	terminal_write(STDOUT_FILENO, buf_str(&b));
}

static enum status
check(struct work *w)
{
	struct audit all = { .arena = w->call->arena,
		.index = w->brands.index };

	if (w->call->operands.n > 1)
		return command_fail(w->call, "check: takes no file; --packs "
		    "names a folder");
	map_init(&all.owners, all.arena);
	for (uint32_t i = 0; i < all.index->brands.n; i++)
		check_one(&all, i);
	print_findings(w, &all.findings);
	return all.findings.n != 0 ? STATUS_FINDINGS : STATUS_FINE;
}

static enum status
run(struct call *call)
{
	const struct brand_args *args = call->args;
	struct str verb = call->operands.at[0];
	struct work w = { .call = call };
	enum status status;
	struct err e;

	if (!str_is(verb, "who") && !str_is(verb, "check"))
		return command_fail(call, "\"%" STR_FMT "\" is neither who "
		    "nor check", STR_ARG(verb));
	if (!brands_load(&w.brands, call->arena, &args->folders, &e))
		return command_fail(call, "%s", e.text);
	status = str_is(verb, "who") ? who(&w) : check(&w);
	brands_release(&w.brands);
	return status;
}

const struct command command_brand = {
	.name = "brand",
	.operands = "who DOMAIN|NAME|-... | check",
	.summary = "tell whose a domain is; check the brand profiles",
	.detail = "who: tells which brand a domain, address, URL or name "
	    "belongs to, and as what.\ncheck: names profiles without a "
	    "source and what two brands call their own.",
	.rows = rows,
	.args_size = sizeof(struct brand_args),
	.needs_operand = true,
	.run = run,
};
