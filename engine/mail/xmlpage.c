/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entities are put in place from the outside in, all of one depth in one walk;
 * walks and bytes are bounded, so none can grow without end.
 */
#include "mail/xmlpage.h"

#include "base/arena.h"
#include "base/buf.h"

enum {
	ENTITIES_MOST = 32,
	NAME_MOST = 32,
	PREFIXES_MOST = 8,
	DEPTH_MOST = 4,
	GROWTH_LEAST = 65536 /* bytes that entities may add; as many as the
	                        page has, if that is more */
};

struct entity {
	struct str name, value;
};

/* "xmlns:name" */
struct prefix {
	struct str name;
	bool is_link; /* of xlink, whose usual name is known elsewhere */
};

struct xml {
	struct entity entities[ENTITIES_MOST];
	size_t n_entities;
	struct prefix prefixes[PREFIXES_MOST];
	size_t n_prefixes;
	bool is_cut;
};

/* A quoted value at the front of *s, behind blanks. */
static bool
take_quoted(struct str *s, struct str *value)
{
	struct str rest = str_trim_front(*s);
	char quote = rest.n == 0 ? '\0' : rest.p[0];

	if (quote != '"' && quote != '\'')
		return false;
	rest = str_from(rest, 1);
	*value = str_head(rest, str_find(rest, quote));
	*s = str_from(rest, value->n + 1);
	return true;
}

static struct str
take_name(struct str *s, char end)
{
	struct str name;
	size_t n = 0;

	*s = str_trim_front(*s);
	while (n < s->n && n < NAME_MOST && s->p[n] != end &&
	    !ascii_is_space(s->p[n]))
		n++;
	name = str_head(*s, n);
	*s = str_from(*s, n);
	return name;
}

/* <!ENTITY name "value">; gives what stands behind the last. */
static struct str
find_entities(struct xml *x, struct str s)
{
	const struct str word = STR("<!ENTITY");
	struct str behind = s;
	struct entity e;
	size_t at;

	/* by the byte that is rarest in a long page */
	while ((at = str_find(s, '!')) < s.n) {
		bool is_begun = at > 0 && s.p[at - 1] == '<';

		s = str_from(s, at);
		if (!is_begun || !str_skip(&s, str_from(word, 1))) {
			s = str_from(s, 1);
			continue;
		}
		e.name = take_name(&s, '>');
		if (e.name.n == 0 || !take_quoted(&s, &e.value))
			continue;
		behind = s;
		if (x->n_entities == ENTITIES_MOST)
			x->is_cut = true;
		else
			x->entities[x->n_entities++] = e;
	}
	return behind;
}

static void
find_prefixes(struct xml *x, struct str s)
{
	const struct str word = STR("xmlns:");
	struct prefix p;
	struct str space;
	size_t at;

	while ((at = str_find_str(s, word)) < s.n) {
		s = str_from(s, at + word.n);
		p.name = take_name(&s, '=');
		s = str_trim_front(s);
		if (p.name.n == 0 || str_is(p.name, "xlink") ||
		    !str_skip(&s, STR("=")) || !take_quoted(&s, &space))
			continue;
		p.is_link = str_ends(space, STR("/xlink"));
		if (!p.is_link && !str_ends(space, STR("/svg")) &&
		    !str_ends(space, STR("/xhtml")))
			continue;
		if (x->n_prefixes == PREFIXES_MOST) {
			x->is_cut = true;
			return;
		}
		x->prefixes[x->n_prefixes++] = p;
	}
}

/* NULL: there is none of that name.  The first of a name counts (XML 1.0,
 * 4.2). */
static const struct entity *
entity_of(const struct xml *x, struct str name)
{
	for (size_t i = 0; i < x->n_entities; i++)
		if (str_eq(x->entities[i].name, name))
			return &x->entities[i];
	return NULL;
}

/* One depth of entities.  False: there was none. */
static bool
put_entities(const struct xml *x, struct buf *to, struct str s)
{
	const struct entity *e;
	bool is_found = false;
	struct str name;
	size_t at;

	while ((at = str_find(s, '&')) < s.n && !to->is_full) {
		buf_add_str(to, str_head(s, at));
		s = str_from(s, at);
		name = str_sub(s, 1, NAME_MOST + 1);
		name = str_head(name, str_find(name, ';'));
		e = name.n < NAME_MOST ? entity_of(x, name) : NULL;
		is_found |= e != NULL;
		if (e != NULL)
			buf_add_str(to, e->value);
		else
			buf_add_byte(to, '&');
		s = str_from(s, e != NULL ? name.n + 2 : 1);
	}
	buf_add_str(to, s);
	return is_found;
}

static struct str
with_entities(struct xml *x, struct arena *a, struct str s)
{
	size_t most = s.n + (s.n > GROWTH_LEAST ? s.n : GROWTH_LEAST);
	struct buf one, other, swap;
	unsigned depth = 0;

	buf_init(&one, most);
	buf_init(&other, most);
	buf_add_str(&one, s);
	while (depth < DEPTH_MOST && put_entities(x, &other, buf_str(&one))) {
		swap = one;
		one = other;
		other = swap;
		x->is_cut |= one.is_full;
		buf_empty(&other);
		depth++;
	}
	x->is_cut |= depth == DEPTH_MOST;
	s = str_copy(a, buf_str(&one));
	buf_release(&one);
	buf_release(&other);
	return s;
}

/* The prefix that ends at the colon at at, if it begins a name there. */
static const struct prefix *
prefix_before(const struct xml *x, struct str tag, size_t at)
{
	for (size_t i = 0; i < x->n_prefixes; i++) {
		const struct prefix *p = &x->prefixes[i];
		size_t begin = at - p->name.n;
		bool is_tag = !p->is_link;
		char before;

		if (p->name.n >= at ||
		    !str_eq(str_sub(tag, begin, at), p->name))
			continue;
		before = tag.p[begin - 1];
		if (is_tag ? begin == 1 || (begin == 2 && before == '/') :
		    ascii_is_space(before))
			return p;
	}
	return NULL;
}

/* From "<" to in front of the next. */
static void
put_tag(const struct xml *x, struct buf *to, struct str tag)
{
	size_t at = 0, done = 0;

	while ((at += str_find(str_from(tag, at), ':')) < tag.n) {
		const struct prefix *p = prefix_before(x, tag, at);

		if (p != NULL) {
			buf_add_str(to, str_sub(tag, done, at - p->name.n));
			if (p->is_link)
				buf_add_str(to, STR("xlink:"));
			done = at + 1;
		}
		at++;
	}
	buf_add_str(to, str_from(tag, done));
}

static struct str
without_prefixes(const struct xml *x, struct arena *a, struct str s)
{
	struct buf b;

	/* "x:" is five bytes shorter than "xlink:" */
	buf_init_arena(&b, a, s.n * 6);
	buf_reserve(&b, s.n);
	buf_add_str(&b, str_head(s, str_find(s, '<')));
	s = str_from(s, str_find(s, '<'));
	while (s.n != 0) {
		size_t n = 1 + str_find(str_from(s, 1), '<');

		put_tag(x, &b, str_head(s, n));
		s = str_from(s, n);
	}
	return buf_str(&b);
}

bool
xmlpage_read(struct str *page, struct arena *a, struct str source,
    bool *is_cut)
{
	struct xml x = { .n_entities = 0 };
	struct str s = find_entities(&x, source);

	if (x.n_entities != 0)
		s = with_entities(&x, a, s);
	find_prefixes(&x, s);
	if (x.n_prefixes != 0)
		s = without_prefixes(&x, a, s);
	*is_cut |= x.is_cut;
	*page = s;
	return x.n_entities != 0 || x.n_prefixes != 0;
}
