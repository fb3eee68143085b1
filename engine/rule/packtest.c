/* SPDX-License-Identifier: Apache-2.0 */
/* Tests inside a pack (pack-format 2.12). */
#include "base/arena.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "mail/auth.h"
#include "mail/encoding.h"
#include "rule/brand.h"
#include "rule/expand.h"
#include "rule/packread.h"

enum { TESTS_MOST = 1000, SCORE_MOST = 100000 };

/* A body keeps its blanks and may be long; the file has a limit. */
static void
read_whole(struct pack_reader *r, const struct node *node, void *to)
{
	if (expect_type(r, node, NODE_TEXT))
		*(struct str *)to = node->text;
}

static void
read_expect(struct pack_reader *r, const struct node *node, void *to)
{
	static const char *const words[] = { "clean", "match" };
	int which;

	if (choice_of(r, node, words, nitems(words), &which))
		*(bool *)to = which != 0;
}

static void
read_vary(struct pack_reader *r, const struct node *node, void *to)
{
	static const char *const words[] = { "utf-8", "iso-2022-jp",
		"shift_jis", "euc-jp", "mislabel", "wrap", "fullwidth",
		"halfkana", "html" };
	const struct node *child;
	str_list *list = to;
	int which;

	if (!expect_type(r, node, NODE_LIST))
		return;
	NODE_EACH(child, node)
		if (choice_of(r, child, words, nitems(words), &which))
			*VEC_ADD(r->arena, list) = str_of(words[which]);
}

static void
read_auth(struct pack_reader *r, const struct node *node, void *to)
{
	struct pack_test *test = to;
	const struct node *child;
	enum auth_method method;
	enum auth_result result;
	struct str text;

	if (!expect_type(r, node, NODE_MAP))
		return;
	NODE_EACH(child, node) {
		struct str outer = path_enter(r, child->key);

		if (!auth_method_of(child->key, &method))
			key_unknown(r, child, STR("\"auth\""), STR(""));
		else if (!text_of(r, child, &text))
			;
		else if (!auth_result_of(text, &result))
			refuse(r, child, "S04", "\"%" STR_FMT "\" is no "
			    "result of authentication",
			    STR_ARG(pattern_shown(r->arena, text)));
		else
			test->auth[method] = text;
		r->path = outer;
	}
}

static const struct key link_keys[] = {
	{ "text", read_whole, offsetof(struct pack_test_link, text), 0 },
	{ "href", read_text, offsetof(struct pack_test_link, href),
	    KEY_ALL | KEY_ALL << KEY_MUST_SHIFT },
};

const struct key_table test_link_table = { "links of a mail", link_keys,
	nitems(link_keys) };

static void
read_links(struct pack_reader *r, const struct node *node, void *to)
{
	struct pack_test *test = to;
	const struct node *child;

	if (!expect_type(r, node, NODE_LIST))
		return;
	NODE_EACH(child, node)
		if (expect_type(r, child, NODE_MAP))
			keys_read(r, child, &test_link_table,
			    VEC_ADD(r->arena, &test->links), STR("a link"));
}

static void
read_headers(struct pack_reader *r, const struct node *node, void *to)
{
	struct pack_test *test = to;
	const struct node *child;
	struct pack_test_header header;

	if (!expect_type(r, node, NODE_MAP))
		return;
	NODE_EACH(child, node) {
		struct str outer = path_enter(r, child->key);

		header.name = child->key;
		if (text_of(r, child, &header.value))
			*VEC_ADD(r->arena, &test->headers) = header;
		r->path = outer;
	}
}

/* Bytes that are no text, as base64. */
static void
read_base64(struct pack_reader *r, const struct node *node, void *to)
{
	struct str text;

	if (text_of(r, node, &text) &&
	    !encoding_base64_strict(to, r->arena, text))
		refuse(r, node, "S03", "is no base64");
}

static const struct key file_keys[] = {
	{ "name", read_text, offsetof(struct pack_test_file, name),
	    KEY_ALL | KEY_ALL << KEY_MUST_SHIFT },
	{ "type", read_text, offsetof(struct pack_test_file, type), 0 },
	{ "content", read_whole, offsetof(struct pack_test_file, bytes), 0 },
	{ "base64", read_base64, offsetof(struct pack_test_file, bytes), 0 },
};

const struct key_table test_file_table = { "files of a mail", file_keys,
	nitems(file_keys) };

static void
read_files(struct pack_reader *r, const struct node *node, void *to)
{
	struct pack_test *test = to;
	const struct node *child;

	if (!expect_type(r, node, NODE_LIST))
		return;
	NODE_EACH(child, node)
		if (expect_type(r, child, NODE_MAP))
			keys_read(r, child, &test_file_table,
			    VEC_ADD(r->arena, &test->files), STR("a file"));
}

#define AT(member) offsetof(struct pack_test, member)

static const struct key mail_keys[] = {
	{ "from", read_whole, AT(from), 0 },
	{ "to", read_whole, AT(to), 0 },
	{ "mail_from", read_whole, AT(mail_from), 0 },
	{ "reply_to", read_whole, AT(reply_to), 0 },
	{ "subject", read_whole, AT(subject), 0 },
	{ "body", read_whole, AT(body), 0 },
	{ "html", read_whole, AT(html), 0 },
	{ "ip", read_text, AT(ip), 0 },
	{ "rdns", read_text, AT(rdns), 0 },
	{ "helo", read_text, AT(helo), 0 },
	{ "refang", read_bool, AT(refang), 0 },
	{ "auth", read_auth, 0, 0 },
	{ "links", read_links, 0, 0 },
	{ "headers", read_headers, 0, 0 },
	{ "files", read_files, 0, 0 },
};

const struct key_table mail_table = { "mail", mail_keys,
	nitems(mail_keys) };

static void
read_mail(struct pack_reader *r, const struct node *node, void *to)
{
	if (expect_type(r, node, NODE_MAP))
		keys_read(r, node, &mail_table, to, STR("\"mail\""));
}

static bool
points(struct str s, int64_t *out)
{
	struct str whole, part = { 0 };
	int64_t n, rest = 0;

	str_cut(s, '.', &whole, &part);
	if (!str_to_int(whole, &n) || n < 0 || n > SCORE_MOST / 100 ||
	    part.n > 2 || (part.n != 0 && (!ascii_is_digit(part.p[0]) ||
	    !str_to_int(part, &rest))))
		return false;
	*out = n * 100 + (part.n == 1 ? rest * 10 : rest);
	return true;
}

/* ">=10", "<3", "4..6", "7.5". */
static bool
points_range(struct str s, struct range *range)
{
	size_t dots = str_find_str(s, STR(".."));
	struct str from = str_head(s, dots), to = str_from(s, dots + 2);

	*range = (struct range){ 0, INT64_MAX };
	if (str_skip(&s, STR(">=")))
		return points(s, &range->first);
	if (str_skip(&s, STR(">")))
		return points(s, &range->first) && ++range->first != 0;
	if (str_skip(&s, STR("<=")))
		return points(s, &range->last);
	if (str_skip(&s, STR("<")))
		return points(s, &range->last) && range->last-- > 0;
	if (dots < s.n)
		return points(from, &range->first) && points(to, &range->last);
	if (!points(s, &range->first))
		return false;
	range->last = range->first;
	return true;
}

static void
read_score(struct pack_reader *r, const struct node *node, void *to)
{
	struct pack_test *test = to;
	struct str text;

	if (!text_of(r, node, &text))
		return;
	test->has_points = points_range(text, &test->points);
	if (!test->has_points)
		refuse(r, node, "S03", "\"%" STR_FMT "\" is no score such as "
		    "\">=10\"", STR_ARG(pattern_shown(r->arena, text)));
}

static void
check_evidence(struct pack_reader *r, const struct node *node,
    struct str name)
{
	struct str best = { 0 };
	const struct str *known;

	VEC_EACH(known, &r->pack->names) {
		if (str_eq(*known, name))
			return;
		suggest_try(name, *known, &best);
	}
	for (size_t i = 0; i < SIGNS; i++)
		if (str_is(name, brand_sign_names[i]))
			return;
	refuse(r, node, "C01", "no group or brand fact named \"%" STR_FMT
	    "\"", STR_ARG(pattern_shown(r->arena, name)));
	if (best.n != 0)
		diag_hint(r->diags, "did you mean \"%" STR_FMT "\"?",
		    STR_ARG(best));
}

static void
read_evidence(struct pack_reader *r, const struct node *node, void *to)
{
	str_list *list = to;

	read_texts(r, node, list);
	for (size_t i = 0; i < list->n; i++)
		check_evidence(r, node, list->at[i]);
}

#define MUST (KEY_ALL | KEY_ALL << KEY_MUST_SHIFT)

static const struct key test_keys[] = {
	{ "name", read_text, AT(name), MUST },
	{ "expect", read_expect, AT(expects_match), MUST },
	{ "mail", read_mail, 0, 0 },
	{ "eml", read_text, AT(eml), 0 },
	{ "at", read_date, AT(at), 0 },
	{ "brand", read_text, AT(brand), 0 },
	{ "vary", read_vary, AT(vary), 0 },
	{ "evidence", read_evidence, AT(evidence), 0 },
	{ "not_evidence", read_evidence, AT(not_evidence), 0 },
	{ "score", read_score, 0, 0 },
	{ "note", read_free, 0, 0 },
};

const struct key_table test_table = { "a test", test_keys,
	nitems(test_keys) };

static void
check_brand(struct pack_reader *r, const struct node *node,
    const struct pack_test *test)
{
	const struct brand *brand;
	struct str best = { 0 };

	if (r->pack->kind != PACK_BRANDS || test->brand.n == 0)
		return;
	VEC_EACH(brand, &r->pack->brands) {
		if (str_eq(brand->id, test->brand))
			return;
		suggest_try(test->brand, brand->id, &best);
	}
	refuse(r, node_get(node, "brand"), "B01", "no brand \"%" STR_FMT
	    "\" in this pack", STR_ARG(pattern_shown(r->arena, test->brand)));
	if (best.n != 0)
		diag_hint(r->diags, "did you mean \"%" STR_FMT "\"?",
		    STR_ARG(best));
}

static void
read_test(struct pack_reader *r, const struct node *node)
{
	struct pack_test test = {
		.mark = node->mark,
		.at = DAY_NONE,
		.refang = true,
	};
	bool has_mail = node_get(node, "mail") != NULL;
	bool has_eml = node_get(node, "eml") != NULL;

	keys_read(r, node, &test_table, &test, STR("a test"));
	if (has_mail == has_eml)
		refuse(r, node, "S02", has_mail
		    ? "has both \"mail\" and \"eml\""
		    : "has neither \"mail\" nor \"eml\"");
	check_brand(r, node, &test);
	*VEC_ADD(r->arena, &r->pack->tests) = test;
}

void
read_tests(struct pack_reader *r, const struct node *node)
{
	const struct node *child;
	struct str outer = path_enter(r, STR("tests"));

	if (node != NULL && expect_type(r, node, NODE_LIST) &&
	    (node->n <= TESTS_MOST ||
	    refuse(r, node, "S04", "more than 1,000 tests"))) {
		NODE_EACH(child, node)
			if (expect_type(r, child, NODE_MAP))
				read_test(r, child);
	}
	r->path = outer;
}
