/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Structs to bytes by the tables of packshape.c: in front of each stands one
 * bit a member, and only members that are not zero follow.
 */
#include "rule/packbytes.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "rule/condition.h"
#include "rule/list.h"
#include "rule/packshape.h"
#include "rule/same.h"

enum { BITS_MOST = 64, DEPTH_MOST = 16,
	NET_BITS = 128 };

/* What every VEC looks like. */
struct list {
	unsigned char *at;
	size_t n;
	size_t room;
};

struct putting {
	struct buf *to;
	const pack_list *packs;
};

struct taking {
	struct arena *arena;
	struct str rest;
	const struct pack_source *from;
	size_t n_names;       /* that conditions may use */
	unsigned depth;
	bool is_wrong;
};

static const void *
pointer_at(const void *at)
{
	const void *p;

	memcpy(&p, at, sizeof(p));
	return p;
}

static bool
is_zero(const unsigned char *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (at[i] != 0)
			return false;
	return true;
}

static bool
is_put(const struct shape_member *m, const unsigned char *at)
{
	struct list list;
	struct str s;

	switch (m->kind) {
	case SHAPE_LEFT_OUT:
		return false;
	case SHAPE_STR:
		memcpy(&s, at, sizeof(s));
		return s.n != 0;
	case SHAPE_LIST:
		memcpy(&list, at, sizeof(list));
		return list.n != 0;
	default:
		return !is_zero(at, m->size);
	}
}

static void
put_number(struct putting *p, uint32_t n)
{
	buf_add(p->to, &n, sizeof(n));
}

static void put_struct(struct putting *p, const struct shape *shape,
    const unsigned char *at);

static void
put_list(struct putting *p, const struct shape *shape,
    const unsigned char *at)
{
	struct list list;

	memcpy(&list, at, sizeof(list));
	put_number(p, (uint32_t)list.n);
	for (size_t i = 0; i < list.n; i++)
		put_struct(p, shape, list.at + i * shape->size);
}

static uint32_t
pack_number(const struct putting *p, const struct pack *pack)
{
	for (uint32_t i = 0; i < p->packs->n; i++)
		if (p->packs->at[i] == pack)
			return i;
	return UINT32_MAX;
}

static void
put_member(struct putting *p, const struct shape_member *m,
    const unsigned char *at)
{
	struct str s;

	switch (m->kind) {
	case SHAPE_STR:
		memcpy(&s, at, sizeof(s));
		put_number(p, (uint32_t)s.n);
		buf_add_str(p->to, s);
		break;
	case SHAPE_LIST:
		put_list(p, m->of, at);
		break;
	case SHAPE_STRUCT:
		put_struct(p, m->of, at);
		break;
	case SHAPE_POINTER:
		put_struct(p, m->of, pointer_at(at));
		break;
	case SHAPE_FIELD:
		put_number(p, (uint32_t)((const struct field *)
		    pointer_at(at) - fields));
		break;
	case SHAPE_PAIR:
		put_number(p, (uint32_t)((const struct same_pair *)
		    pointer_at(at) - same_pairs));
		break;
	case SHAPE_LIST_CONF:
		put_number(p, ((const struct list_conf *)
		    pointer_at(at))->number);
		break;
	case SHAPE_PACK:
		put_number(p, pack_number(p, pointer_at(at)));
		break;
	case SHAPE_CONDITION:
		condition_put(p->to, pointer_at(at));
		break;
	default:
		buf_add(p->to, at, m->size);
	}
}

static void
put_struct(struct putting *p, const struct shape *shape,
    const unsigned char *at)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < shape->n; i++)
		if (is_put(&shape->members[i],
		        at + shape->members[i].offset))
			bits |= UINT64_C(1) << i;
	for (size_t i = 0; i < shape->n; i += 8)
		buf_add_byte(p->to, (char)(bits >> i));
	for (size_t i = 0; i < shape->n; i++)
		if ((bits >> i & 1) != 0)
			put_member(p, &shape->members[i],
			    at + shape->members[i].offset);
}

void
pack_put(struct buf *to, const struct pack *pack, const pack_list *packs)
{
	struct putting p = { .to = to, .packs = packs };

	put_struct(&p, pack_shapes[0], (const unsigned char *)pack);
}

static bool
wrong(struct taking *t)
{
	t->is_wrong = true;
	return false;
}

static bool
take_bytes(struct taking *t, void *to, size_t n)
{
	if (t->is_wrong || t->rest.n < n)
		return wrong(t);
	memcpy(to, t->rest.p, n);
	t->rest = str_from(t->rest, n);
	return true;
}

static uint32_t
take_number(struct taking *t)
{
	uint32_t n = 0;

	take_bytes(t, &n, sizeof(n));
	return n;
}

static void
take_str(struct taking *t, void *to)
{
	uint32_t n = take_number(t);
	struct str s;

	if (t->is_wrong || n > t->rest.n) {
		wrong(t);
		return;
	}
	s = str_head(t->rest, n);
	t->rest = str_from(t->rest, n);
	memcpy(to, &s, sizeof(s));
}

static void take_struct(struct taking *t, const struct shape *shape,
    unsigned char *to);

/* Each entry takes a byte at least. */
static void
take_list(struct taking *t, const struct shape *shape, void *to)
{
	struct list list = { .n = take_number(t) };

	if (t->is_wrong || list.n > t->rest.n) {
		wrong(t);
		return;
	}
	list.room = list.n;
	list.at = arena_take_many(t->arena, list.n, shape->size);
	memcpy(to, &list, sizeof(list));
	for (size_t i = 0; i < list.n && !t->is_wrong; i++)
		take_struct(t, shape, list.at + i * shape->size);
}

static void
take_pointer(struct taking *t, const struct shape *shape, void *to)
{
	unsigned char *p = arena_take(t->arena, shape->size);

	if (++t->depth > DEPTH_MOST) {
		wrong(t);
		return;
	}
	memcpy(to, &p, sizeof(p));
	take_struct(t, shape, p);
	t->depth--;
}

static void
set_pointer(void *to, const void *p)
{
	memcpy(to, &p, sizeof(p));
}

static void
take_known(struct taking *t, enum shape_kind kind, void *to)
{
	uint32_t n = take_number(t);

	if (kind == SHAPE_PACK)
		set_pointer(to, t->from->pack(t->from->client, n));
	else if (kind == SHAPE_LIST_CONF)
		set_pointer(to, t->from->list(t->from->client, n));
	else if (kind == SHAPE_FIELD && n < n_fields)
		set_pointer(to, &fields[n]);
	else if (kind == SHAPE_PAIR && n < n_same_pairs)
		set_pointer(to, &same_pairs[n]);
	else
		wrong(t);
}

static void
take_condition(struct taking *t, void *to)
{
	struct condition *c = NULL;

	if (t->is_wrong || !condition_take(&c, t->arena, &t->rest,
	        t->n_names))
		wrong(t);
	set_pointer(to, c);
}

static void
take_bool(struct taking *t, void *to)
{
	unsigned char byte = 0;
	bool is;

	take_bytes(t, &byte, 1);
	is = byte != 0;
	memcpy(to, &is, sizeof(is));
}

static void
take_enum(struct taking *t, const struct shape_member *m, void *to)
{
	uint32_t n = take_number(t);

	if (n > m->most)
		wrong(t);
	else
		memcpy(to, &n, sizeof(n));
}

static void
take_member(struct taking *t, const struct shape_member *m,
    unsigned char *to)
{
	switch (m->kind) {
	case SHAPE_BOOL:
		take_bool(t, to);
		break;
	case SHAPE_ENUM:
		take_enum(t, m, to);
		break;
	case SHAPE_STR:
		take_str(t, to);
		break;
	case SHAPE_LIST:
		take_list(t, m->of, to);
		break;
	case SHAPE_STRUCT:
		take_struct(t, m->of, to);
		break;
	case SHAPE_POINTER:
		take_pointer(t, m->of, to);
		break;
	case SHAPE_CONDITION:
		take_condition(t, to);
		break;
	case SHAPE_NUMBER:
		take_bytes(t, to, m->size);
		break;
	case SHAPE_LEFT_OUT:
		wrong(t);
		break;
	default:
		take_known(t, m->kind, to);
	}
}

static void
take_struct(struct taking *t, const struct shape *shape, unsigned char *to)
{
	unsigned char bits[BITS_MOST / 8] = { 0 };

	take_bytes(t, bits, (shape->n + 7) / 8);
	for (size_t i = 0; i < shape->n && !t->is_wrong; i++) {
		const struct shape_member *m = &shape->members[i];

		if ((bits[i / 8] >> i % 8 & 1) == 0)
			continue;
		take_member(t, m, to + m->offset);
		/* Conditions stand behind the names that they use. */
		if (shape == pack_shapes[0] &&
		    m->offset == offsetof(struct pack, names))
			t->n_names = ((struct pack *)(void *)to)->names.n;
	}
}

void
list_conf_put(struct buf *to, const struct list_conf *conf)
{
	struct putting p = { .to = to };

	put_struct(&p, pack_shapes[1], (const unsigned char *)conf);
}

bool
list_conf_take(struct list_conf **out, struct arena *a, struct str bytes)
{
	struct list_conf *conf = ARENA_ONE(a, struct list_conf);
	struct taking t = { .arena = a, .rest = bytes };

	take_struct(&t, pack_shapes[1], (unsigned char *)conf);
	*out = conf;
	return !t.is_wrong && t.rest.n == 0;
}

void
pack_held_put(struct buf *to, const struct pack_held *held)
{
	struct putting p = { .to = to };

	put_struct(&p, pack_shapes[2], (const unsigned char *)held);
}

bool
pack_held_take(struct pack_held *out, struct arena *a, struct str bytes)
{
	struct taking t = { .arena = a, .rest = bytes };

	take_struct(&t, pack_shapes[2], (unsigned char *)out);
	return !t.is_wrong && t.rest.n == 0;
}

static bool
pattern_is_sound(const struct pattern *p)
{
	return p->net.bits <= NET_BITS;
}

static bool
value_is_sound(const struct value *v)
{
	return v->field != NULL && pattern_is_sound(&v->pattern) &&
	    v->fact < FACTS_OWN &&
	    (v->field->kind != FIELD_SAME || v->pair != NULL) &&
	    (v->pattern.kind != PATTERN_REGEX || v->pattern.regex.n != 0);
}

static bool
groups_are_sound(const struct pack *p)
{
	const struct group *group;
	const struct value *v;

	VEC_EACH(group, &p->groups)
		VEC_EACH(v, &group->values)
			if (!value_is_sound(v))
				return false;
	return p->n_groups <= p->groups.n;
}

static bool
caps_are_sound(const struct pack *p)
{
	const struct cap *cap;
	const struct bonus *bonus;

	VEC_EACH(cap, &p->caps)
		for (size_t i = 0; i < cap->of.n; i++)
			if (cap->of.at[i] >= p->groups.n)
				return false;
	VEC_EACH(bonus, &p->bonuses)
		if (bonus->condition == NULL)
			return false;
	for (size_t i = 0; i < p->lists.n; i++)
		if (p->lists.at[i] == NULL)
			return false;
	return true;
}

bool
pack_take(struct pack **out, struct arena *a, struct str bytes,
    const struct pack_source *from)
{
	struct pack *p = ARENA_ONE(a, struct pack);
	struct taking t = { .arena = a, .rest = bytes, .from = from };

	take_struct(&t, pack_shapes[0], (unsigned char *)p);
	*out = p;
	return !t.is_wrong && t.rest.n == 0 && groups_are_sound(p) &&
	    caps_are_sound(p);
}

/* The bytes that may be lost in front of a member for its alignment. */
static size_t
slack(const struct shape_member *m)
{
	return m->size == 1 ? 0 : m->size == 4 ? 3 : 7;
}

/* The first member at a place or behind it. */
static const struct shape_member *
member_from(const struct shape *shape, size_t at)
{
	const struct shape_member *first = NULL;

	for (size_t i = 0; i < shape->n; i++) {
		const struct shape_member *m = &shape->members[i];

		if (m->offset >= at && (first == NULL ||
		    m->offset < first->offset))
			first = m;
	}
	return first;
}

static bool
has_gap(const struct shape *shape)
{
	const struct shape_member *m;
	size_t at = 0;

	while ((m = member_from(shape, at)) != NULL) {
		if (m->offset - at > slack(m))
			return true;
		at = m->offset + m->size;
	}
	return shape->size - at > 7;
}

const char *
pack_bytes_gap(void)
{
	for (size_t i = 0; i < n_pack_shapes; i++)
		if (has_gap(pack_shapes[i]))
			return pack_shapes[i]->name;
	return NULL;
}
