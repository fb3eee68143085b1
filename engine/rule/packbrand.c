/* SPDX-License-Identifier: Apache-2.0 */
/* Definitions of brands (pack-format 2.6). */
#include "base/arena.h"
#include "base/vec.h"
#include "rule/expand.h"
#include "rule/packread.h"

enum { BRANDS_MOST = 500, POINTS_DEFAULT = 600, POINTS_MOST = 1000 };

/* One domain, defanging undone, as DNS has it. */
static bool
domain_of(struct pack_reader *r, const struct node *node, struct str text,
    struct str *out)
{
	struct pattern pattern;

	if (!pattern_read(&pattern, r->arena, field_find(STR("url.domain")),
	    text, r->diags, node->mark))
		return false;
	if (pattern.kind != PATTERN_BELOW)
		return refuse(r, node, "I01", "masks are not for brands");
	*out = pattern.key;
	return true;
}

static void
read_domains(struct pack_reader *r, const struct node *node, void *to)
{
	str_list names = { 0 }, *list = to;
	struct str name;

	read_words(r, node, &names);
	for (size_t i = 0; i < names.n; i++)
		if (domain_of(r, node, names.at[i], &name))
			*VEC_ADD(r->arena, list) = name;
}

/* "x.com/kagoyajp": of a shared site only the brand's own corner. */
static void
read_corners(struct pack_reader *r, const struct node *node, void *to)
{
	str_list names = { 0 }, *list = to;
	struct str name, path;

	read_words(r, node, &names);
	for (size_t i = 0; i < names.n; i++) {
		bool has_path = str_cut(names.at[i], '/', &name, &path);

		if (domain_of(r, node, name, &name))
			*VEC_ADD(r->arena, list) = has_path
			    ? str_cat(r->arena, name, STR("/"), path) : name;
	}
}

/* "=docomo.ne.jp" is exactly that host. */
static void
read_space(struct pack_reader *r, const struct node *node, void *to)
{
	str_list names = { 0 }, *list = to;
	struct str name;

	read_words(r, node, &names);
	for (size_t i = 0; i < names.n; i++) {
		bool is_exact = str_skip(&names.at[i], STR("="));

		if (domain_of(r, node, names.at[i], &name))
			*VEC_ADD(r->arena, list) = is_exact
			    ? str_cat(r->arena, STR("="), name) : name;
	}
}

static void
vendor_domain(struct pack_reader *r, const struct node *node, void *to)
{
	struct str text;

	if (text_of(r, node, &text))
		domain_of(r, node, text, to);
}

static void
vendor_from(struct pack_reader *r, const struct node *node, void *to)
{
	struct pattern pattern;
	struct str text;

	if (text_of(r, node, &text) &&
	    pattern_read(&pattern, r->arena, field_find(STR("from")), text,
	        r->diags, node->mark))
		*(struct str *)to = pattern.key;
}

static const struct key vendor_keys[] = {
	{ "domain", vendor_domain, offsetof(struct vendor, domain), 0 },
	{ "from", vendor_from, offsetof(struct vendor, from), 0 },
};

const struct key_table vendor_table = { "vendor_senders", vendor_keys,
	nitems(vendor_keys) };

static void
read_vendors(struct pack_reader *r, const struct node *node, void *to)
{
	struct brand *brand = to;
	const struct node *child;

	if (!expect_type(r, node, NODE_LIST))
		return;
	NODE_EACH(child, node) {
		if (!expect_type(r, child, NODE_MAP))
			continue;
		if (child->n == 0) {
			refuse(r, child, "S02", "names neither domain nor "
			    "from");
			continue;
		}
		keys_read(r, child, &vendor_table,
		    VEC_ADD(r->arena, &brand->vendors), STR("a vendor"));
	}
}

static void
read_countries(struct pack_reader *r, const struct node *node, void *to)
{
	str_list words = { 0 }, *list = to;
	struct pattern pattern;

	read_words(r, node, &words);
	for (size_t i = 0; i < words.n; i++)
		if (pattern_read(&pattern, r->arena,
		    field_find(STR("country")), words.at[i], r->diags,
		    node->mark))
			*VEC_ADD(r->arena, list) = pattern.key;
}

static void
read_asns(struct pack_reader *r, const struct node *node, void *to)
{
	struct brand *brand = to;
	struct pattern pattern;
	str_list words = { 0 };

	read_words(r, node, &words);
	for (size_t i = 0; i < words.n; i++)
		if (pattern_read(&pattern, r->arena, field_find(STR("asn")),
		    words.at[i], r->diags, node->mark))
			*VEC_ADD(r->arena, &brand->asns) = pattern.first;
}

static void
read_phones(struct pack_reader *r, const struct node *node, void *to)
{
	str_list words = { 0 }, *list = to;
	struct pattern pattern;

	read_words(r, node, &words);
	for (size_t i = 0; i < words.n; i++)
		if (pattern_read(&pattern, r->arena, field_find(STR("phone")),
		    words.at[i], r->diags, node->mark))
			*VEC_ADD(r->arena, list) = pattern.key;
}

static void
read_basis(struct pack_reader *r, const struct node *node, void *to)
{
	static const char *const words[] = {
		[BASIS_OFFICIAL] = "official",
		[BASIS_SECONDARY] = "secondary",
		[BASIS_UNVERIFIED] = "unverified",
	};
	int which;

	if (choice_of(r, node, words, nitems(words), &which))
		*(enum brand_basis *)to = (enum brand_basis)which;
}

static void
read_brand_advice(struct pack_reader *r, const struct node *node, void *to)
{
	struct brand *brand = to;

	read_advice(r, node, &brand->advice_url, &brand->advice);
}

static void
read_points(struct pack_reader *r, const struct node *node, void *to)
{
	points_of(r, node, POINTS_MOST, to);
}

#define MUST (KEY_ALL | KEY_ALL << KEY_MUST_SHIFT)
#define AT(member) offsetof(struct brand, member)

static const struct key brand_keys[] = {
	{ "name", read_text, AT(name), MUST },
	{ "names", read_words, AT(names), MUST },
	{ "tokens", read_words, AT(tokens), MUST },
	{ "not_tokens", read_words, AT(not_tokens), 0 },
	{ "official", read_domains, AT(official), MUST },
	{ "related", read_corners, AT(related), 0 },
	{ "customer_space", read_space, AT(customer_space), 0 },
	{ "never_sends", read_domains, AT(never_sends), 0 },
	{ "vendor_senders", read_vendors, 0, 0 },
	{ "countries", read_countries, AT(countries), 0 },
	{ "asns", read_asns, 0, 0 },
	{ "phones", read_phones, AT(phones), 0 },
	{ "basis", read_basis, AT(basis), MUST },
	{ "source", read_text, AT(source), 0 },
	{ "advice", read_brand_advice, 0, 0 },
	{ "score", read_points, AT(points), 0 },
	{ "note", read_free, 0, 0 },
};

const struct key_table brand_table = { "a brand", brand_keys,
	nitems(brand_keys) };

/* Nothing that adds a sign. */
static const struct key site_brand_keys[] = {
	{ "official", read_domains, AT(official), 0 },
	{ "related", read_corners, AT(related), 0 },
	{ "customer_space", read_space, AT(customer_space), 0 },
	{ "vendor_senders", read_vendors, 0, 0 },
	{ "not_tokens", read_words, AT(not_tokens), 0 },
	{ "note", read_free, 0, 0 },
};

const struct key_table site_brand_table = { "a brand of an overlay",
	site_brand_keys, nitems(site_brand_keys) };

void
read_site_brand(struct pack_reader *r, const struct node *node,
    struct brand *brand)
{
	if (expect_type(r, node, NODE_MAP))
		keys_read(r, node, &site_brand_table, brand,
		    str_printf(r->arena, "brand \"%" STR_FMT "\"",
		        STR_ARG(node->key)));
}

static void
read_brand(struct pack_reader *r, const struct node *node)
{
	struct str outer = path_enter(r, node->key);
	struct brand brand = {
		.id = node->key,
		.mark = node->key_mark,
		.basis = BASIS_UNVERIFIED,
		.points = POINTS_DEFAULT,
	};

	if (!is_name(node->key)) {
		diag_add(r->diags, DIAG_ERROR, node->key_mark, "S04",
		    "\"%" STR_FMT "\" cannot be the id of a brand",
		    STR_ARG(pattern_shown(r->arena, node->key)));
		diag_hint(r->diags, "a letter, then letters, digits and _, at "
		    "most 32, all lower case");
	} else if (expect_type(r, node, NODE_MAP)) {
		keys_read(r, node, &brand_table, &brand,
		    str_printf(r->arena, "brand \"%" STR_FMT "\"",
		        STR_ARG(node->key)));
		*VEC_ADD(r->arena, &r->pack->brands) = brand;
	}
	r->path = outer;
}

void
read_brands(struct pack_reader *r, const struct node *node, void *to)
{
	const struct node *child;

	(void)to;
	if (!expect_type(r, node, NODE_MAP))
		return;
	if (node->n > BRANDS_MOST) {
		refuse(r, node, "S04", "more than 500 brands");
		return;
	}
	NODE_EACH(child, node)
		read_brand(r, child);
}
