/* SPDX-License-Identifier: Apache-2.0 */
/* Tags are read by a table; the first that is wrong says why. */
#include "check/dkimsignature.h"

#include "base/arena.h"
#include "check/alabel.h"
#include "check/taglist.h"
#include "net/dnswire.h"

/* What a tag is read into; NULL, or what is wrong with it. */
struct reading {
	struct dkim_signature *s;
	struct arena *arena;
	struct str value;
};

static const char *
read_version(struct reading *r)
{
	return str_is(r->value, "1") ? NULL : "v= is not 1";
}

static const char *
read_algorithm(struct reading *r)
{
	if (str_case_is(r->value, "rsa-sha256"))
		r->s->algorithm = DKIM_RSA_SHA256;
	else if (str_case_is(r->value, "ed25519-sha256"))
		r->s->algorithm = DKIM_ED25519_SHA256;
	else if (str_case_is(r->value, "rsa-sha1"))
		return "rsa-sha1 says nothing any more"; /* RFC 8301 3.1 */
	else
		return "an unknown algorithm";
	return NULL;
}

static const char *
read_canon(enum canon *out, struct str name)
{
	if (str_case_is(name, "simple"))
		*out = CANON_SIMPLE;
	else if (str_case_is(name, "relaxed"))
		*out = CANON_RELAXED;
	else
		return "an unknown canonical form";
	return NULL;
}

static const char *
read_canons(struct reading *r)
{
	struct str header, body;
	const char *problem;

	if (!str_cut(r->value, '/', &header, &body))
		body = STR("simple");
	problem = read_canon(&r->s->header, header);
	return problem != NULL ? problem : read_canon(&r->s->body, body);
}

static const char *
read_domain(struct reading *r)
{
	r->s->domain = str_lower(r->arena, alabel_name(r->arena, r->value));
	return dns_is_name(r->s->domain) ? NULL : "d= is no domain";
}

static const char *
read_selector(struct reading *r)
{
	r->s->selector = str_lower(r->arena, alabel_name(r->arena, r->value));
	return dns_is_name(r->s->selector) ? NULL : "s= is no selector";
}

static const char *
read_agent(struct reading *r)
{
	r->s->agent = alabel_address(r->arena, r->value);
	return str_has(r->value, '@') ? NULL : "i= is no address";
}

static const char *
read_names(struct reading *r)
{
	struct str rest = r->value, name;
	size_t n = 0;

	while (str_next(&rest, ':', &name)) {
		if (str_trim(name).n == 0 || ++n > DKIM_SIGNED_NAMES_MOST)
			return "h= is no list of fields, or a long one";
	}
	r->s->names = r->value;
	return NULL;
}

static const char *
read_body_hash(struct reading *r)
{
	return tag_base64(r->arena, r->value, &r->s->body_hash) &&
	    r->s->body_hash.n == SHA256_BYTES ? NULL : "bh= is no hash";
}

static const char *
read_bytes(struct reading *r)
{
	return tag_base64(r->arena, r->value, &r->s->bytes) ? NULL
	    : "b= is no signature";
}

static const char *
read_length(struct reading *r)
{
	int64_t n;

	if (!str_to_int(r->value, &n) || n < 0)
		return "l= is no number of bytes";
	r->s->length = (uint64_t)n;
	return NULL;
}

static const char *
read_made(struct reading *r)
{
	return str_to_int(r->value, &r->s->made) && r->s->made >= 0 ? NULL
	    : "t= is no time";
}

static const char *
read_expires(struct reading *r)
{
	return str_to_int(r->value, &r->s->expires) && r->s->expires >= 0
	    ? NULL : "x= is no time";
}

static const char *
read_query(struct reading *r)
{
	return tag_list_has(r->value, "dns/txt") ? NULL
	    : "q= names no way to the key that we know";
}

enum {
	IN_DKIM = 1,     /* DKIM has it */
	IN_ARC = 2,
	DKIM_MUST = 4,   /* and must */
	ARC_MUST = 8,
	ALWAYS = IN_DKIM | IN_ARC | DKIM_MUST | ARC_MUST
};

static const struct field {
	const char *tag;
	unsigned where;
	const char *(*read)(struct reading *r);
} fields[] = {
	{ "v", IN_DKIM | DKIM_MUST, read_version },
	{ "a", ALWAYS, read_algorithm },
	{ "c", IN_DKIM | IN_ARC, read_canons },
	{ "d", ALWAYS, read_domain },
	{ "s", ALWAYS, read_selector },
	{ "i", IN_DKIM, read_agent },
	{ "h", ALWAYS, read_names },
	{ "bh", ALWAYS, read_body_hash },
	{ "b", ALWAYS, read_bytes },
	{ "l", IN_DKIM | IN_ARC, read_length },
	{ "t", IN_DKIM | IN_ARC, read_made },
	{ "x", IN_DKIM | IN_ARC, read_expires },
	{ "q", IN_DKIM | IN_ARC, read_query },
};

/* What must hold between tags: 3.5, 6.1.1. */
static const char *
look_at_whole(const struct dkim_signature *s, enum dkim_use use)
{
	struct str domain = str_from(s->agent, str_find_last(s->agent, '@') +
	    1);

	if (!tag_list_has(s->names, "from"))
		return "From is not signed";
	/* RFC 8617 4.1.2 */
	if (use == DKIM_USE_ARC && tag_list_has(s->names, "arc-seal"))
		return "an ARC-Seal is signed";
	if (!str_case_eq(domain, s->domain) && !(str_case_ends(domain,
	    s->domain) && domain.n > s->domain.n &&
	    domain.p[domain.n - s->domain.n - 1] == '.'))
		return "i= is not of the domain d=";
	if (s->expires != 0 && s->expires <= s->made)
		return "x= is not behind t=";
	return NULL;
}

static const char *
read_tags(struct dkim_signature *s, struct arena *a, enum dkim_use use)
{
	unsigned in = use == DKIM_USE_ARC ? IN_ARC : IN_DKIM,
	    must = use == DKIM_USE_ARC ? ARC_MUST : DKIM_MUST;
	struct taglist tags;
	struct reading r = { .s = s, .arena = a };
	const char *problem;

	if (!taglist_read(&tags, a, s->field->value))
		return "no list of tags";
	for (size_t i = 0; i < nitems(fields); i++) {
		const struct field *f = &fields[i];

		if ((f->where & in) == 0)
			continue;
		if (!taglist_get(&tags, f->tag, &r.value)) {
			if ((f->where & must) != 0)
				return "a tag is missing";
			continue;
		}
		r.value = tag_without_blanks(a, r.value);
		problem = f->read(&r);
		if (problem != NULL)
			return problem;
	}
	if (s->agent.n == 0)
		s->agent = str_cat(a, STR("@"), s->domain);
	return look_at_whole(s, use);
}

void
dkim_signature_read(struct dkim_signature *out, struct arena *a,
    const struct signed_field *field, enum dkim_use use)
{
	*out = (struct dkim_signature){ .field = field,
		.length = UINT64_MAX };
	out->problem = read_tags(out, a, use);
}

struct str
dkim_key_name(struct arena *a, struct str selector, struct str domain)
{
	return str_cat(a, selector, STR("._domainkey."), domain);
}

bool
dkim_body_is_signed(const struct dkim_signature *s,
    const struct signed_mail *m, uint64_t *rest)
{
	const struct body_sum *sum = signed_mail_sum(m, s->body, s->length);

	*rest = 0;
	/* More was signed than there is. */
	if (sum == NULL || (s->length != UINT64_MAX && s->length > sum->n))
		return false;
	*rest = sum->n > s->length ? sum->n - s->length : 0;
	return memcmp(sum->digest, s->body_hash.p, SHA256_BYTES) == 0;
}

struct str
dkim_without_bytes(struct arena *a, const struct signed_field *field)
{
	struct str rest = field->value, tag, name, value;

	while (str_next(&rest, ';', &tag)) {
		if (!str_cut(tag, '=', &name, &value) ||
		    !str_is(str_trim(name), "b"))
			continue;
		return str_cat(a, str_between(field->bytes.p, value.p),
		    str_between(value.p + value.n, field->bytes.p +
		    field->bytes.n));
	}
	return field->bytes;
}

/* From the bottom up, each field once: 5.4.2. */
static const struct signed_field *
next_of_name(const struct signed_mail *m, bool *is_used, struct str name)
{
	for (size_t i = m->fields.n; i-- > 0;) {
		if (!is_used[i] && str_case_eq(m->fields.at[i].name, name)) {
			is_used[i] = true;
			return &m->fields.at[i];
		}
	}
	return NULL;
}

void
dkim_header_digest(const struct dkim_signature *s, struct arena *a,
    const struct signed_mail *m, unsigned char digest[static SHA256_BYTES])
{
	bool *is_used = ARENA_MANY(a, bool, m->fields.n + 1);
	struct sha256 *sum = sha256_new();
	const struct canon_sink sink = canon_to_sum(sum);
	struct str names = s->names, name;
	const struct signed_field *f;

	/* 3.5 h=: it was not there yet when it was made. */
	is_used[s->field - m->fields.at] = true;
	while (str_next(&names, ':', &name)) {
		f = next_of_name(m, is_used, str_trim(name));
		/* What is not there was signed as not being there. */
		if (f == NULL)
			continue;
		canon_field(&sink, s->header, f->bytes);
		sha256_add(sum, STR("\r\n"));
	}
	canon_field(&sink, s->header, dkim_without_bytes(a, s->field));
	sha256_end(sum, digest);
}
