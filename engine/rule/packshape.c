/* SPDX-License-Identifier: Apache-2.0 */
/* The structs of pack.h as tables. */
#include "rule/packshape.h"

#include "base/vec.h"
#include "rule/list.h"
#include "rule/pack.h"
#include "rule/packkeep.h"

#define AT(type, member) \
	offsetof(struct type, member), sizeof(((struct type *)NULL)->member)
#define NUMBER(type, member) { AT(type, member), SHAPE_NUMBER, 0, NULL }
#define BOOL(type, member) { AT(type, member), SHAPE_BOOL, 1, NULL }
#define STRING(type, member) { AT(type, member), SHAPE_STR, 0, NULL }
#define LEFT_OUT(type, member) { AT(type, member), SHAPE_LEFT_OUT, 0, NULL }
#define ENUM(type, member, most) { AT(type, member), SHAPE_ENUM, most, NULL }
#define LIST(type, member, of) { AT(type, member), SHAPE_LIST, 0, of }
#define INSIDE(type, member, of) { AT(type, member), SHAPE_STRUCT, 0, of }
#define POINTER(type, member, of) { AT(type, member), SHAPE_POINTER, 0, of }
#define OTHER(type, member, kind) { AT(type, member), kind, 0, NULL }

#define SHAPE(type) \
	{ #type, sizeof(struct type), type##_members, nitems(type##_members) }

/* Lists of these have no struct of their own. */
struct text {
	struct str text;
};

struct number {
	uint32_t number;
};

struct long_number {
	int64_t number;
};

struct list_pointer {
	struct list_conf *list;
};

static const struct shape_member text_members[] = { STRING(text, text) };
static const struct shape text_shape = SHAPE(text);
static const struct shape_member number_members[] = {
	NUMBER(number, number) };
static const struct shape number_shape = SHAPE(number);
static const struct shape_member long_number_members[] = {
	NUMBER(long_number, number) };
static const struct shape long_number_shape = SHAPE(long_number);

static const struct shape_member say_text_members[] = {
	STRING(say_text, lang),
	STRING(say_text, text),
};
static const struct shape say_text_shape = SHAPE(say_text);

static const struct shape_member say_members[] = {
	LIST(say, texts, &say_text_shape),
};
static const struct shape say_shape = SHAPE(say);

static const struct shape_member addr_net_members[] = {
	NUMBER(addr_net, addr),
	NUMBER(addr_net, bits),
};
static const struct shape addr_net_shape = SHAPE(addr_net);

static const struct shape_member pattern_members[] = {
	ENUM(pattern, kind, PATTERN_ANY),
	STRING(pattern, key),
	OTHER(pattern, list, SHAPE_LIST_CONF),
	INSIDE(pattern, net, &addr_net_shape),
	NUMBER(pattern, first),
	NUMBER(pattern, last),
	STRING(pattern, regex),
	STRING(pattern, literal),
	ENUM(pattern, form, FORM_PLAIN),
	BOOL(pattern, is_caseless),
	BOOL(pattern, has_rcpt),
	BOOL(pattern, is_whole),
};
static const struct shape pattern_shape = SHAPE(pattern);

static const struct shape link_pattern_shape;
static const struct shape_member link_pattern_members[] = {
	BOOL(link_pattern, has_text),
	BOOL(link_pattern, has_scheme),
	BOOL(link_pattern, has_path),
	BOOL(link_pattern, has_query),
	BOOL(link_pattern, has_mismatch),
	BOOL(link_pattern, is_mismatch),
	INSIDE(link_pattern, text, &pattern_shape),
	INSIDE(link_pattern, scheme, &pattern_shape),
	INSIDE(link_pattern, path, &pattern_shape),
	INSIDE(link_pattern, query, &pattern_shape),
	LIST(link_pattern, hosts, &pattern_shape),
	LIST(link_pattern, domains, &pattern_shape),
	POINTER(link_pattern, none, &link_pattern_shape),
};
static const struct shape link_pattern_shape = SHAPE(link_pattern);

static const struct shape_member value_members[] = {
	OTHER(value, field, SHAPE_FIELD),
	STRING(value, text),
	LEFT_OUT(value, mark),
	INSIDE(value, pattern, &pattern_shape),
	POINTER(value, link, &link_pattern_shape),
	STRING(value, header),
	NUMBER(value, fact),
	OTHER(value, pair, SHAPE_PAIR),
	OTHER(value, library, SHAPE_PACK),
	NUMBER(value, expires),
	BOOL(value, is_spoofed),
	BOOL(value, is_hacked_site),
	STRING(value, note),
	STRING(value, source),
	STRING(value, seen),
};
static const struct shape value_shape = SHAPE(value);

static const struct shape_member group_members[] = {
	STRING(group, name),
	LEFT_OUT(group, mark),
	LIST(group, values, &value_shape),
	NUMBER(group, want),
	NUMBER(group, points),
	NUMBER(group, more),
	NUMBER(group, cap),
	NUMBER(group, expires),
	INSIDE(group, say, &say_shape),
	STRING(group, note),
	STRING(group, source),
	STRING(group, seen),
	LEFT_OUT(group, uses),
	BOOL(group, wants_all),
	LEFT_OUT(group, says_want),
	BOOL(group, is_exception),
	BOOL(group, is_disabled),
};
static const struct shape group_shape = SHAPE(group);

static const struct shape_member cap_members[] = {
	LIST(cap, of, &number_shape),
	NUMBER(cap, most),
};
static const struct shape cap_shape = SHAPE(cap);

static const struct shape_member bonus_members[] = {
	OTHER(bonus, condition, SHAPE_CONDITION),
	STRING(bonus, text),
	NUMBER(bonus, points),
	INSIDE(bonus, say, &say_shape),
};
static const struct shape bonus_shape = SHAPE(bonus);

static const struct shape_member vendor_members[] = {
	STRING(vendor, domain),
	STRING(vendor, from),
};
static const struct shape vendor_shape = SHAPE(vendor);

static const struct shape_member brand_members[] = {
	STRING(brand, id),
	STRING(brand, name),
	LIST(brand, names, &text_shape),
	LIST(brand, tokens, &text_shape),
	LIST(brand, not_tokens, &text_shape),
	LIST(brand, official, &text_shape),
	LIST(brand, related, &text_shape),
	LIST(brand, customer_space, &text_shape),
	LIST(brand, never_sends, &text_shape),
	LIST(brand, vendors, &vendor_shape),
	LIST(brand, countries, &text_shape),
	LIST(brand, asns, &long_number_shape),
	LIST(brand, phones, &text_shape),
	ENUM(brand, basis, BASIS_UNVERIFIED),
	STRING(brand, source),
	STRING(brand, advice_url),
	INSIDE(brand, advice, &say_shape),
	NUMBER(brand, points),
	LEFT_OUT(brand, mark),
};
static const struct shape brand_shape = SHAPE(brand);

static const struct shape_member list_pointer_members[] = {
	OTHER(list_pointer, list, SHAPE_LIST_CONF),
};
static const struct shape list_pointer_shape = SHAPE(list_pointer);

static const struct shape_member list_conf_members[] = {
	STRING(list_conf, id),
	STRING(list_conf, path),
	ENUM(list_conf, type, LIST_TYPES - 1),
	ENUM(list_conf, format, LIST_FORMATS - 1),
	STRING(list_conf, column),
	BOOL(list_conf, skip_header),
	NUMBER(list_conf, max_age),
	NUMBER(list_conf, max_rows),
	STRING(list_conf, sha256),
	LEFT_OUT(list_conf, pack),
	LEFT_OUT(list_conf, mark),
	NUMBER(list_conf, number),
};
static const struct shape list_conf_shape = SHAPE(list_conf);

static const struct shape_member pack_held_members[] = {
	STRING(pack_held, path),
	STRING(pack_held, id),
	NUMBER(pack_held, revision),
	BOOL(pack_held, is_left_out),
	STRING(pack_held, why),
};
static const struct shape pack_held_shape = SHAPE(pack_held);

static const struct shape_member pack_members[] = {
	STRING(pack, file),
	LEFT_OUT(pack, yaml),
	LEFT_OUT(pack, id_mark),
	LEFT_OUT(pack, brand_mark),
	ENUM(pack, kind, PACK_LIBRARY),
	STRING(pack, id),
	STRING(pack, symbol),
	INSIDE(pack, title, &say_shape),
	INSIDE(pack, say, &say_shape),
	NUMBER(pack, revision),
	ENUM(pack, status, PACK_RETIRED),
	ENUM(pack, mode, PACK_SCORE),
	NUMBER(pack, created),
	NUMBER(pack, updated),
	NUMBER(pack, expires),
	NUMBER(pack, review_by),
	NUMBER(pack, seen_first),
	NUMBER(pack, seen_last),
	ENUM(pack, severity, SEVERITY_CRITICAL),
	ENUM(pack, confidence, CONFIDENCE_HIGH),
	STRING(pack, tlp),
	STRING(pack, lang),
	STRING(pack, author),
	STRING(pack, family),
	LIST(pack, references, &text_shape),
	LIST(pack, tags, &text_shape),
	LIST(pack, false_positives, &text_shape),
	INSIDE(pack, facts, &say_shape),
	STRING(pack, advice_url),
	INSIDE(pack, advice, &say_shape),
	STRING(pack, brand),
	LIST(pack, groups, &group_shape),
	NUMBER(pack, n_groups),
	LIST(pack, names, &text_shape),
	OTHER(pack, when, SHAPE_CONDITION),
	STRING(pack, when_text),
	NUMBER(pack, cap),
	BOOL(pack, is_unconfirmed),
	BOOL(pack, is_disabled),
	BOOL(pack, is_site),
	STRING(pack, site_of),
	BOOL(pack, has_site_mode),
	NUMBER(pack, own_cap),
	NUMBER(pack, own_expires),
	LIST(pack, caps, &cap_shape),
	LIST(pack, bonuses, &bonus_shape),
	LIST(pack, brands, &brand_shape),
	LIST(pack, lists, &list_pointer_shape),
	LEFT_OUT(pack, tests),
};
static const struct shape pack_shape = SHAPE(pack);

const struct shape *const pack_shapes[] = { &pack_shape,
	&list_conf_shape, &pack_held_shape, &group_shape, &value_shape,
	&pattern_shape, &link_pattern_shape, &addr_net_shape, &say_shape,
	&say_text_shape, &cap_shape, &bonus_shape, &brand_shape,
	&vendor_shape };
const size_t n_pack_shapes = nitems(pack_shapes);
