/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cursor walks over the packet and is bad for ever once it leaves it.  The
 * records are walked once for each alias, so that their order does not
 * matter, as often as aliases are followed.
 */
#include "net/dnswire.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/vec.h"

enum {
	HEADER_BYTES = 12,
	CLASS_IN = 1,
	TYPE_CNAME = 5,
	TYPE_SOA = 6,
	FLAG_ANSWER = 0x8000,
	FLAG_CUT = 0x0200,
	OPCODE = 0x7800,
	RCODE = 0x000f,
	RCODE_NO_NAME = 3,
	POINTER = 0xc0
};

struct cursor {
	const unsigned char *bytes;
	size_t n, at;
	bool is_bad;
};

struct name {
	size_t n;
	char text[DNS_NAME_MOST + 1];
	bool is_odd; /* has a byte that no name in mail has */
};

struct record {
	struct name owner;
	unsigned type, class;
	uint32_t ttl;
	size_t data, n; /* where its data stands in the packet */
};

struct header {
	unsigned flags, questions, answers, authorities;
};

static unsigned
take_byte(struct cursor *c)
{
	if (c->at >= c->n) {
		c->is_bad = true;
		return 0;
	}
	return c->bytes[c->at++];
}

static unsigned
take_short(struct cursor *c)
{
	unsigned high = take_byte(c);

	return high << 8 | take_byte(c);
}

static uint32_t
take_long(struct cursor *c)
{
	uint32_t high = take_short(c);

	return high << 16 | take_short(c);
}

static void
skip(struct cursor *c, size_t n)
{
	if (n > c->n - c->at)
		c->is_bad = true;
	else
		c->at += n;
}

/* A blank may come out of a local part (RFC 7208 7), to be asked for. */
static bool
is_name_byte(unsigned char b)
{
	return b >= ' ' && b < 0x7f && b != '.' && b != '\\' && b != '"';
}

static void
take_label(struct cursor *c, struct name *name, unsigned n)
{
	if (name->n + n + (name->n != 0) > DNS_NAME_MOST || n > c->n - c->at) {
		c->is_bad = true;
		return;
	}
	if (name->n != 0)
		name->text[name->n++] = '.';
	for (unsigned i = 0; i < n; i++) {
		unsigned char b = c->bytes[c->at++];

		name->is_odd = name->is_odd || b == ' ' || !is_name_byte(b);
		name->text[name->n++] = (char)b;
	}
}

/*
 * A name, spelt as it stands there.  A pointer (RFC 1035 4.1.4) must lead to
 * somewhere before the name it stands in, so that none goes round; the
 * cursor goes on behind the first.
 */
static void
take_name(struct cursor *c, struct name *name)
{
	size_t before = c->at, behind = 0;

	name->n = 0;
	name->is_odd = false;
	for (;;) {
		unsigned n = take_byte(c);

		if (n >= POINTER) {
			size_t to = (n & ~(unsigned)POINTER) << 8 |
			    take_byte(c);

			if (behind == 0)
				behind = c->at;
			c->is_bad = c->is_bad || to >= before;
			before = c->at = to;
		} else if (n > DNS_LABEL_MOST) {
			c->is_bad = true;
		} else if (n != 0) {
			take_label(c, name, n);
		}
		if (c->is_bad || n == 0)
			break;
	}
	if (behind != 0)
		c->at = behind;
}

static struct str
name_str(const struct name *name)
{
	return (struct str){ name->text, name->n };
}

static bool
take_record(struct cursor *c, struct record *r)
{
	take_name(c, &r->owner);
	r->type = take_short(c);
	r->class = take_short(c);
	r->ttl = take_long(c);
	if (r->ttl > INT32_MAX) /* RFC 2181 8 */
		r->ttl = 0;
	r->n = take_short(c);
	r->data = c->at;
	skip(c, r->n);
	return !c->is_bad;
}

static void
take_header(struct cursor *c, struct header *h)
{
	take_short(c); /* the id: whoever sent the question looks at it */
	h->flags = take_short(c);
	h->questions = take_short(c);
	h->answers = take_short(c);
	h->authorities = take_short(c);
	take_short(c);
}

/* One question, ours, letter by letter. */
static bool
take_question(struct cursor *c, const struct header *h, enum dns_type type,
    struct str name)
{
	struct name asked;
	bool is_ours;

	if (h->questions != 1)
		return false;
	take_name(c, &asked);
	is_ours = take_short(c) == (unsigned)type;
	is_ours = take_short(c) == CLASS_IN && is_ours;
	return !c->is_bad && is_ours && str_eq(name_str(&asked), name);
}

/* A record's data, and not a byte behind it. */
static struct cursor
data_of(const struct cursor *c, const struct record *r)
{
	return (struct cursor){ .bytes = c->bytes, .n = r->data + r->n,
		.at = r->data };
}

/* A name that is the whole rest of the data. */
static bool
data_name(struct cursor *data, struct name *name)
{
	take_name(data, name);
	return !data->is_bad && data->at == data->n;
}

struct value {
	unsigned preference;
	struct str bytes;
};

/* What is put together of a packet. */
struct reading {
	struct arena *arena;
	enum dns_type type;
	struct name owner; /* the name, or what it is an alias of */
	bool is_told_of;   /* the name asked for has a record here */
	uint32_t ttl;
	VEC(struct value) values;
};

static struct str
lower_copy(struct arena *a, const struct name *name)
{
	return str_lower(a, name_str(name));
}

/* What is in a record's data. */
enum found { FOUND_VALUE, FOUND_NOTHING, FOUND_DAMAGE };

static enum found
read_address(struct reading *r, struct cursor *data, struct value *v)
{
	size_t want = r->type == DNS_A ? 4 : 16, n = data->n - data->at;

	v->bytes = str_copy(r->arena, (struct str){
	    (const char *)data->bytes + data->at, n });
	return n == want ? FOUND_VALUE : FOUND_DAMAGE;
}

static enum found
read_name(struct reading *r, struct cursor *data, struct value *v)
{
	struct name name;

	if (r->type == DNS_MX)
		v->preference = take_short(data);
	if (!data_name(data, &name))
		return FOUND_DAMAGE;
	if (name.is_odd || (r->type != DNS_MX && name.n == 0))
		return FOUND_NOTHING;
	v->bytes = lower_copy(r->arena, &name);
	return FOUND_VALUE;
}

static enum found
read_text(struct reading *r, struct cursor *data, struct value *v)
{
	size_t room = data->n - data->at;
	char *text = arena_take_raw(r->arena, room + 1);
	size_t n = 0;

	while (data->at < data->n) {
		unsigned part = take_byte(data);

		if (part > data->n - data->at)
			return FOUND_DAMAGE;
		memcpy(text + n, data->bytes + data->at, part);
		data->at += part;
		n += part;
	}
	v->bytes = (struct str){ text, n };
	return room != 0 ? FOUND_VALUE : FOUND_NOTHING;
}

/* False: damaged. */
static bool
read_data(struct reading *r, struct cursor data)
{
	struct value value = { 0 }, *v = &value;
	enum found found;

	if (r->type == DNS_A || r->type == DNS_AAAA)
		found = read_address(r, &data, v);
	else if (r->type == DNS_TXT)
		found = read_text(r, &data, v);
	else
		found = read_name(r, &data, v);
	if (found == FOUND_VALUE)
		*VEC_ADD(r->arena, &r->values) = value;
	return found != FOUND_DAMAGE;
}

static bool
is_of(const struct record *rec, const struct name *owner)
{
	return rec->class == CLASS_IN &&
	    str_case_eq(name_str(&rec->owner), name_str(owner));
}

static void
note_ttl(struct reading *r, uint32_t ttl)
{
	if (ttl < r->ttl)
		r->ttl = ttl;
}

enum step { STEP_END, STEP_ALIAS, STEP_BROKEN };

/* One of the owner's records; STEP_END: on to the next. */
static enum step
read_record(struct reading *r, const struct record *rec, struct cursor data)
{
	if (rec->type == TYPE_CNAME) {
		note_ttl(r, rec->ttl);
		return data_name(&data, &r->owner) && !r->owner.is_odd
		    ? STEP_ALIAS : STEP_BROKEN;
	}
	if (rec->type != (unsigned)r->type)
		return STEP_END;
	if (r->values.n == DNS_RECORDS_MOST)
		return STEP_BROKEN;
	note_ttl(r, rec->ttl);
	return read_data(r, data) ? STEP_END : STEP_BROKEN;
}

/* The records of the owner, or the alias it is.  Records of other names
 * alone are an answer to somebody else. */
static enum step
read_answers(struct reading *r, struct cursor c, unsigned answers)
{
	struct record rec;

	for (unsigned n = answers; n > 0; n--) {
		enum step step;

		if (!take_record(&c, &rec))
			return STEP_BROKEN;
		if (!is_of(&rec, &r->owner))
			continue;
		r->is_told_of = true;
		step = read_record(r, &rec, data_of(&c, &rec));
		if (step != STEP_END)
			return step;
	}
	return answers == 0 || r->is_told_of ? STEP_END : STEP_BROKEN;
}

/* How long nothing is nothing: RFC 2308 5.  False: damaged. */
static bool
read_negative_ttl(struct reading *r, struct cursor c, const struct header *h)
{
	unsigned n = h->answers + h->authorities;
	struct record rec;

	r->ttl = 0;
	for (; n > 0; n--) {
		struct cursor data;
		struct name name;
		uint32_t least;

		if (!take_record(&c, &rec))
			return false;
		if (rec.type != TYPE_SOA || rec.class != CLASS_IN)
			continue;
		data = data_of(&c, &rec);
		take_name(&data, &name);
		take_name(&data, &name);
		skip(&data, 16);
		least = take_long(&data);
		r->ttl = least < rec.ttl ? least : rec.ttl;
		return !data.is_bad;
	}
	return true;
}

static int
order(const void *a, const void *b)
{
	const struct value *one = a, *other = b;

	return (one->preference > other->preference) -
	    (one->preference < other->preference);
}

static void
answer(struct dns_answer *out, struct reading *r)
{
	size_t n = r->values.n;
	struct str *at = ARENA_MANY(r->arena, struct str, n);

	if (r->type == DNS_MX && n != 0)
		qsort(r->values.at, n, sizeof(r->values.at[0]), order);
	for (size_t i = 0; i < n; i++)
		at[i] = r->values.at[i].bytes;
	out->at = at;
	out->n = n;
}

/* False: damaged, of another name, or aliases that go round. */
static bool
read_records(struct dns_answer *out, struct reading *r, struct cursor c,
    const struct header *h)
{
	enum step step = STEP_ALIAS;

	for (int i = 0; i <= DNS_ALIASES_MOST && step == STEP_ALIAS; i++)
		step = read_answers(r, c, h->answers);
	if (step != STEP_END ||
	    (r->values.n == 0 && !read_negative_ttl(r, c, h)))
		return false;
	answer(out, r);
	out->ttl = r->ttl;
	return true;
}

bool
dns_read(struct dns_answer *out, struct arena *a, struct str packet,
    enum dns_type type, struct str name)
{
	struct cursor c = { .bytes = (const unsigned char *)packet.p,
		.n = packet.n };
	struct reading *r = ARENA_ONE(a, struct reading);
	struct header h;
	unsigned rcode;

	assert(name.n <= DNS_NAME_MOST);
	*out = (struct dns_answer){ .result = DNS_FAILED };
	take_header(&c, &h);
	if (c.is_bad || (h.flags & FLAG_ANSWER) == 0 ||
	    (h.flags & OPCODE) != 0 || !take_question(&c, &h, type, name))
		return false;
	if ((h.flags & FLAG_CUT) != 0)
		return true;
	r->arena = a;
	r->type = type;
	r->ttl = UINT32_MAX;
	r->owner.n = name.n;
	memcpy(r->owner.text, name.p, name.n);
	rcode = h.flags & RCODE;
	if ((rcode != 0 && rcode != RCODE_NO_NAME) ||
	    !read_records(out, r, c, &h))
		return true;
	/* RFC 6604 3: the code is about the name at the end of the aliases.
	 * That it has a record and does not exist is no answer. */
	if (out->n != 0 && rcode == 0)
		out->result = DNS_FOUND;
	else if (out->n != 0)
		out->n = 0;
	else
		out->result = rcode == 0 ? DNS_EMPTY : DNS_NO_NAME;
	return true;
}

bool
dns_is_name(struct str name)
{
	struct str rest = name, label;

	if (name.n == 0 || name.n > DNS_NAME_MOST)
		return false;
	while (str_next(&rest, '.', &label)) {
		if (label.n == 0 || label.n > DNS_LABEL_MOST)
			return false;
		for (size_t i = 0; i < label.n; i++) {
			if (!is_name_byte((unsigned char)label.p[i]))
				return false;
		}
	}
	return true;
}
