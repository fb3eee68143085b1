/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The top level of a pack.  Groups, conditions and tests are read in this
 * order whatever the order in the file, since each names the one before.
 */
#include "rule/lint.h"
#include "rule/pack.h"

#include "base/arena.h"
#include "base/vec.h"
#include "rule/expand.h"
#include "rule/packdates.h"
#include "rule/packread.h"
#include "rule/regex.h"

enum { FORMAT = 1, PACK_BYTES = 1024 * 1024, PACK_DEPTH = 16,
	PACK_NODES = 200000, GRACE_DAYS = 30 };

const char *const pack_kind_names[PACK_KINDS] = {
	[PACK_CAMPAIGN] = "campaign",
	[PACK_BRANDS] = "brands",
	[PACK_LISTS] = "lists",
	[PACK_LIBRARY] = "library",
};

const char *const brand_fact_names[BRAND_FACTS] = {
	[BRAND_CLAIMED] = "brand.claimed",
	[BRAND_OFFSITE_LINK] = "brand.offsite_link",
	[BRAND_IN_URL] = "brand.in_url",
	[BRAND_FORGED_FROM] = "brand.forged_from",
	[BRAND_NEVER_SENDS] = "brand.never_sends",
	[BRAND_HELO_FORGED] = "brand.helo_forged",
	[BRAND_AUTHENTIC] = "brand.authentic",
	[BRAND_LOOKALIKE] = "brand.lookalike",
};

static void
read_id(struct pack_reader *r, const struct node *node, void *to)
{
	struct str text;

	(void)to;
	r->pack->id_mark = node->mark;
	if (!text_of(r, node, &text))
		return;
	if (is_slug(text)) {
		r->pack->id = text;
		return;
	}
	refuse(r, node, "S04", "\"%" STR_FMT "\" is no id",
	    STR_ARG(pattern_shown(r->arena, text)));
	diag_hint(r->diags, "lower-case letters and digits, joined by single "
	    "-, at most 64");
}

static void
read_revision(struct pack_reader *r, const struct node *node, void *to)
{
	int64_t *revision = to;
	struct str text;

	if (text_of(r, node, &text) && (!str_to_int(text, revision) ||
	    *revision < 1 || *revision > INT32_MAX))
		refuse(r, node, "S03", "\"%" STR_FMT "\" is no number from 1",
		    STR_ARG(pattern_shown(r->arena, text)));
}

static void
read_status(struct pack_reader *r, const struct node *node, void *to)
{
	static const char *const words[] = {
		[PACK_TEST] = "test",
		[PACK_DRAFT] = "draft",
		[PACK_STABLE] = "stable",
		[PACK_RETIRED] = "retired",
	};
	int which;

	if (choice_of(r, node, words, nitems(words), &which))
		*(enum pack_status *)to = (enum pack_status)which;
}

static void
read_mode(struct pack_reader *r, const struct node *node, void *to)
{
	static const char *const words[] = {
		[PACK_OBSERVE] = "observe",
		[PACK_SCORE] = "score",
	};
	int which;

	if (choice_of(r, node, words, nitems(words), &which))
		*(enum pack_mode *)to = (enum pack_mode)which;
}

static void
read_severity(struct pack_reader *r, const struct node *node, void *to)
{
	static const char *const words[] = {
		[SEVERITY_INFO] = "info",
		[SEVERITY_LOW] = "low",
		[SEVERITY_MEDIUM] = "medium",
		[SEVERITY_HIGH] = "high",
		[SEVERITY_CRITICAL] = "critical",
	};
	static const int32_t caps[] = {
		[SEVERITY_INFO] = 0,
		[SEVERITY_LOW] = 300,
		[SEVERITY_MEDIUM] = 800,
		[SEVERITY_HIGH] = 1500,
		[SEVERITY_CRITICAL] = 2000,
	};
	int which;

	if (!choice_of(r, node, words, nitems(words), &which))
		return;
	*(enum pack_severity *)to = (enum pack_severity)which;
	r->pack->cap = caps[which];
}

static void
read_confidence(struct pack_reader *r, const struct node *node, void *to)
{
	static const char *const words[] = { "low", "medium", "high" };
	int which;

	if (choice_of(r, node, words, nitems(words), &which))
		*(enum pack_confidence *)to =
		    (enum pack_confidence)(which + CONFIDENCE_LOW);
}

static void
read_tlp(struct pack_reader *r, const struct node *node, void *to)
{
	static const char *const words[] = { "clear", "green", "amber",
		"amber+strict", "red" };
	int which;

	if (choice_of(r, node, words, nitems(words), &which))
		*(struct str *)to = str_of(words[which]);
}

static const struct key seen_keys[] = {
	{ "first", read_date, offsetof(struct pack, seen_first), 0 },
	{ "last", read_date, offsetof(struct pack, seen_last), 0 },
};

const struct key_table seen_table = { "seen", seen_keys,
	nitems(seen_keys) };

static void
read_seen(struct pack_reader *r, const struct node *node, void *to)
{
	if (expect_type(r, node, NODE_MAP))
		keys_read(r, node, &seen_table, to, STR("\"seen\""));
}

static const struct key related_keys[] = {
	{ "id", read_free, 0, KEY_ALL | KEY_ALL << KEY_MUST_SHIFT },
	{ "type", read_free, 0, KEY_ALL | KEY_ALL << KEY_MUST_SHIFT },
};

const struct key_table related_table = { "related", related_keys,
	nitems(related_keys) };

/* For people and other tools: only its shape is checked. */
static void
read_related(struct pack_reader *r, const struct node *node, void *to)
{
	const struct node *child;

	(void)to;
	if (!expect_type(r, node, NODE_LIST))
		return;
	NODE_EACH(child, node)
		if (expect_type(r, child, NODE_MAP))
			keys_read(r, child, &related_table, r->pack,
			    STR("\"related\""));
}

static void
read_pack_brand(struct pack_reader *r, const struct node *node, void *to)
{
	r->pack->brand_mark = node->mark;
	read_text(r, node, to);
}

static void
read_pack_advice(struct pack_reader *r, const struct node *node, void *to)
{
	struct pack *pack = to;

	read_advice(r, node, &pack->advice_url, &pack->advice);
}

static void
keep_groups(struct pack_reader *r, const struct node *node, void *to)
{
	(void)to;
	r->groups = node;
}

static void
keep_exceptions(struct pack_reader *r, const struct node *node, void *to)
{
	(void)to;
	r->exceptions = node;
}

static void
keep_when(struct pack_reader *r, const struct node *node, void *to)
{
	(void)to;
	r->when = node;
}

static void
keep_score(struct pack_reader *r, const struct node *node, void *to)
{
	(void)to;
	r->score = node;
}

static void
keep_tests(struct pack_reader *r, const struct node *node, void *to)
{
	(void)to;
	r->tests = node;
}

static void
keep_lists(struct pack_reader *r, const struct node *node, void *to)
{
	(void)to;
	r->lists = node;
}

#define AT(member) offsetof(struct pack, member)
#define MUST(kinds) (KEY_ALL | (kinds) << KEY_MUST_SHIFT)
#define ONLY(kinds) (kinds)
#define ONLY_MUST(kinds) ((kinds) | (kinds) << KEY_MUST_SHIFT)

static const struct key pack_keys[] = {
	{ "pack", read_free, 0, MUST(KEY_ALL) },
	{ "kind", read_free, 0, MUST(KEY_ALL) },
	{ "min_engine", read_free, 0, 0 },
	{ "id", read_id, 0, MUST(KEY_ALL) },
	{ "title", read_say, AT(title), MUST(KEY_ALL) },
	{ "say", read_say, AT(say), 0 },
	{ "revision", read_revision, AT(revision), MUST(KEY_ALL) },
	{ "status", read_status, AT(status), 0 },
	{ "mode", read_mode, AT(mode), 0 },
	{ "created", read_date, AT(created), MUST(KEY_ALL) },
	{ "updated", read_date, AT(updated), 0 },
	{ "expires", read_date, AT(expires), 0 },
	{ "review_by", read_date, AT(review_by), MUST(KEY_BRANDS) },
	{ "seen", read_seen, 0, ONLY(KEY_CAMPAIGN) },
	{ "severity", read_severity, AT(severity), ONLY_MUST(KEY_CAMPAIGN) },
	{ "confidence", read_confidence, AT(confidence), MUST(KEY_CAMPAIGN) },
	{ "tlp", read_tlp, AT(tlp), MUST(KEY_ALL) },
	{ "lang", read_lang, AT(lang), 0 },
	{ "author", read_text, AT(author), 0 },
	{ "family", read_text, AT(family), ONLY(KEY_CAMPAIGN) },
	{ "references", read_texts, AT(references), MUST(KEY_CAMPAIGN) },
	{ "tags", read_texts, AT(tags), 0 },
	{ "related", read_related, 0, 0 },
	{ "false_positives", read_texts, AT(false_positives),
	    ONLY(KEY_CAMPAIGN) },
	{ "facts", read_say, AT(facts), 0 },
	{ "advice", read_pack_advice, 0, 0 },
	{ "brand", read_pack_brand, AT(brand), ONLY(KEY_CAMPAIGN) },
	{ "lists", keep_lists, 0, KEY_CAMPAIGN | ONLY_MUST(KEY_LISTS) },
	{ "groups", keep_groups, 0, ONLY_MUST(KEY_CAMPAIGN | KEY_LIBRARY) },
	{ "exceptions", keep_exceptions, 0, ONLY(KEY_CAMPAIGN) },
	{ "when", keep_when, 0, ONLY_MUST(KEY_CAMPAIGN) },
	{ "score", keep_score, 0, ONLY(KEY_CAMPAIGN) },
	{ "brands", read_brands, 0, ONLY_MUST(KEY_BRANDS) },
	{ "tests", keep_tests, 0,
	    ONLY(KEY_CAMPAIGN | KEY_BRANDS | KEY_LISTS) },
};

const struct key_table pack_table = { "a pack", pack_keys,
	nitems(pack_keys) };

/* "1.2.3" as one number; false: it is no version. */
static bool
version_of(struct str s, int64_t *version)
{
	struct str part;
	int64_t n;
	int parts = 0;

	*version = 0;
	for (; parts < 3 && str_next(&s, '.', &part); parts++) {
		if (part.n == 0 || part.n > 4 || !ascii_is_digit(part.p[0]) ||
		    !str_to_int(part, &n))
			return false;
		*version = *version * 10000 + n;
	}
	for (int i = parts; i < 3; i++)
		*version *= 10000;
	return parts != 0 && s.n == 0;
}

/* R04: what a newer engine reads would only look wrong to this one, so
 * nothing else is said. */
static bool
read_engine(struct pack_reader *r, const struct node *node)
{
	int64_t asked, ours;
	struct str outer, text;
	bool is_fine = true;

	if (node == NULL)
		return true;
	outer = path_enter(r, node->key);
	version_of(STR(SEKISHO_VERSION), &ours);
	if (!text_of(r, node, &text)) {
		is_fine = false;
	} else if (!version_of(text, &asked)) {
		is_fine = refuse(r, node, "S03", "\"%" STR_FMT "\" is no "
		    "version such as 0.2 or 1.4.1",
		    STR_ARG(pattern_shown(r->arena, text)));
	} else if (asked > ours) {
		is_fine = refuse(r, node, "R04", "the pack needs sekisho %"
		    STR_FMT " or later, this is " SEKISHO_VERSION,
		    STR_ARG(text));
		diag_hint(r->diags, "update sekisho, or use an older revision "
		    "of the pack");
	}
	r->path = outer;
	return is_fine;
}

/* What the rest depends on: the format, the kind, the language. */
static bool
read_head(struct pack_reader *r, const struct node *root)
{
	const struct node *node = node_get(root, "pack");
	int kind;

	if (node == NULL) {
		diag_add(r->diags, DIAG_ERROR, root->mark, "S02",
		    "missing key \"pack\"");
		diag_hint(r->diags, "a rule pack begins with \"pack: 1\"");
		return false;
	}
	r->path = STR("pack");
	if (node->type != NODE_TEXT || !str_is(node->text, "1"))
		return refuse(r, node, "S04", "a format other than %d is not "
		    "read by this version", FORMAT);
	node = node_get(root, "kind");
	if (node == NULL)
		return diag_add(r->diags, DIAG_ERROR, root->mark, "S02",
		    "missing key \"kind\"");
	r->path = STR("kind");
	if (!choice_of(r, node, pack_kind_names, PACK_KINDS, &kind))
		return false;
	r->pack->kind = (enum pack_kind)kind;
	r->path = STR("");
	if (!read_engine(r, node_get(root, "min_engine")))
		return false;
	node = node_get(root, "lang");
	if (node != NULL && node->type == NODE_TEXT)
		r->lang = str_head(node->text, str_find(node->text, '-'));
	return true;
}

static void
check_tests(struct pack_reader *r, const struct node *root)
{
	if (r->tests != NULL || r->pack->status == PACK_DRAFT ||
	    r->pack->kind > PACK_BRANDS)
		return;
	diag_add(r->diags, DIAG_ERROR, root->mark, "S02",
	    "missing key \"tests\"");
	diag_hint(r->diags, "one that expects match and one that expects "
	    "clean");
}

static bool
has_text(const struct node *map, const char *key, const char *word)
{
	const struct node *node = node_get(map, key);

	return node != NULL && node->type == NODE_TEXT &&
	    (word == NULL ? node->text.n != 0 : str_is(node->text, word));
}

/* What a machine found stays a draft until a person has said that it is so. */
static void
check_provenance(struct pack_reader *r, const struct node *root)
{
	const struct node *node = node_get(root, "x-provenance");

	if (node == NULL || node->type != NODE_MAP ||
	    !has_text(node, "kind", "machine") ||
	    has_text(node, "confirmed", NULL))
		return;
	r->pack->is_unconfirmed = true;
	if (r->pack->status == PACK_DRAFT || r->pack->status == PACK_RETIRED)
		return;
	diag_add(r->diags, DIAG_ERROR, node->key_mark, "S09",
	    "a machine wrote it: missing key \"confirmed\" in x-provenance");
	diag_hint(r->diags, "the name of who held every value against the "
	    "mail itself");
}

static void
read_root(struct pack_reader *r, const struct node *root)
{
	if (root->type != NODE_MAP) {
		diag_add(r->diags, DIAG_ERROR, root->mark, "S03",
		    "expected a mapping, found %s",
		    node_type_name(root->type));
		return;
	}
	if (!read_head(r, root))
		return;
	keys_read(r, root, &pack_table, r->pack, STR(""));
	read_lists(r, r->lists);
	read_groups(r, r->groups, r->exceptions);
	read_conditions(r);
	read_tests(r, r->tests);
	check_tests(r, root);
	check_provenance(r, root);
	pack_check_dates(r, root);
	r->pack->symbol = str_symbol(r->arena, r->pack->id);
}

bool
pack_read(struct pack **out, struct arena *a, struct str file,
    struct str yaml, struct diags *d)
{
	static const struct node_limits limits = {
		.bytes = PACK_BYTES,
		.depth = PACK_DEPTH,
		.nodes = PACK_NODES,
	};
	struct pack *pack = ARENA_ONE(a, struct pack);
	struct pack_reader r = { .arena = a, .diags = d, .pack = pack };
	struct arena *scratch = arena_new();
	size_t errors = d->errors;
	struct node *root;

	*pack = (struct pack){
		.file = file,
		.yaml = yaml,
		.status = PACK_TEST,
		.created = DAY_NONE,
		.updated = DAY_NONE,
		.expires = DAY_NONE,
		.review_by = DAY_NONE,
		.seen_first = DAY_NONE,
		.seen_last = DAY_NONE,
	};
	diags_file(d, file, yaml);
	/* Of the nodes the pack keeps nothing but their texts. */
	node_read_apart(&root, &(struct node_place){ scratch, a }, yaml,
	    &limits, d);
	if (root != NULL)
		read_root(&r, root);
	r.arena = scratch;
	if (d->errors == errors)
		pack_lint(&r);
	diags_sort(d);
	regex_room_free(r.room);
	arena_free(scratch);
	*out = d->errors == errors ? pack : NULL;
	return d->errors == errors;
}

enum pack_effect
pack_effect_on(const struct pack *p, int32_t day)
{
	if (p->status == PACK_DRAFT || p->status == PACK_RETIRED ||
	    p->is_disabled)
		return EFFECT_NONE;
	if (p->expires != DAY_NONE && day > p->expires)
		return (int64_t)day - p->expires <= GRACE_DAYS
		    ? EFFECT_OBSERVE : EFFECT_NONE;
	return p->mode == PACK_SCORE ? EFFECT_SCORE : EFFECT_OBSERVE;
}
