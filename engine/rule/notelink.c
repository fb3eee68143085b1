/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notes about links: which texts share a target, where a redirect goes on,
 * what part of a host only looks official, which links are genuine.
 */
#include "rule/note.h"

#include "base/map.h"
#include "mail/message.h"
#include "rule/wording.h"

enum {
	CHAINS_MOST = 8,
	TARGETS_MOST = 8,
	TEXTS_MOST = 5,    /* of one target that are named */
	SAMPLES_MOST = 3,
	QUERY_MOST = 64,   /* parameters that are looked at */
	KEY_MOST = 512     /* bytes by which two URLs are told apart */
};

static struct place
at_url(uint32_t i)
{
	return (struct place){ .kind = PLACE_URL, .index = i };
}

static bool
is_followed(const struct url *u)
{
	return !url_source_is_loaded(u->source) && u->source != URL_BASE;
}

/* Different texts of one address. */
struct fan {
	uint32_t url;
	size_t links;
	size_t n;          /* texts */
	struct str texts[TEXTS_MOST];
};

static void
add_text(struct fan *fan, struct str text)
{
	size_t shown = fan->n < TEXTS_MOST ? fan->n : TEXTS_MOST;

	for (size_t i = 0; i < shown; i++)
		if (str_eq(fan->texts[i], text))
			return;
	if (fan->n < TEXTS_MOST)
		fan->texts[fan->n] = text;
	fan->n++;
}

static bool
is_shown(enum url_source source)
{
	return source == URL_A || source == URL_AREA || source == URL_TEXT;
}

static void
tell_fan(struct note_job *j, const struct fan *fan)
{
	size_t n = fan->n < TEXTS_MOST ? fan->n : TEXTS_MOST;
	struct str target = note_show(j, j->message->urls.at[fan->url].raw);

	if (fan->n >= 2)
		NOTE_ADD(j, NOTE_LINK_SAME_TARGET, at_url(fan->url),
		    note_number(j, (int64_t)fan->n),
		    note_show(j, str_join(j->arena, fan->texts, n, STR(" / "))),
		    target);
	else
		NOTE_ADD(j, NOTE_LINK_REPEATED, at_url(fan->url),
		    note_number(j, (int64_t)fan->links), target);
}

static size_t
count_shown(const struct message *m)
{
	const struct url *u;
	size_t n = 0;

	VEC_EACH(u, &m->urls)
		n += is_shown(u->source);
	return n;
}

static void
about_targets(struct note_job *j)
{
	const struct message *m = j->message;
	VEC(struct fan) fans = { 0 };
	struct map targets;
	const struct fan *fan;
	size_t told = 0;

	if (count_shown(m) < 2)
		return;
	map_init(&targets, j->arena);
	for (uint32_t i = 0; i < m->urls.n; i++) {
		const struct url *u = &m->urls.at[i];
		uint32_t *at;

		if (!is_shown(u->source))
			continue;
		at = map_put(&targets, u->normalized, (uint32_t)fans.n);
		if (*at == fans.n)
			VEC_ADD(j->arena, &fans)->url = i;
		fans.at[*at].links++;
		if (str_trim(u->text).n != 0)
			add_text(&fans.at[*at], str_trim(u->text));
	}
	VEC_EACH (fan, &fans) {
		if (fan->links >= 2 && told++ < TARGETS_MOST)
			tell_fan(j, fan);
	}
}

/* The parameter of outer that carries the host; "path" when none does. */
static struct str
carrier(struct note_job *j, const struct url *outer, const struct url *inner)
{
	struct str rest = outer->query, pair, key, value, best = STR("");

	for (int n = 0; n < QUERY_MOST && outer->query.n != 0 &&
	    str_next(&rest, '&', &pair); n++) {
		if (!str_cut(pair, '=', &key, &value))
			continue;
		if (str_case_find_str(value, inner->host) < value.n)
			return str_cat(j->arena, key, STR("="));
		/* Encoded so that the host does not show: the longest value
		 * is the one. */
		if (best.n == 0 || value.n > best.n)
			best = value;
	}
	if (best.n != 0 && best.n >= inner->host.n) {
		const char *equals = best.p - 1;
		struct str front = str_between(outer->query.p, equals);
		size_t amp = str_find_last(front, '&');

		key = amp == front.n ? front : str_from(front, amp + 1);
		return str_cat(j->arena, key, STR("="));
	}
	return STR("path");
}

static void
about_chains(struct note_job *j)
{
	const struct message *m = j->message;
	struct map seen;
	size_t told = 0;

	map_init(&seen, j->arena);
	for (uint32_t i = 0; i < m->urls.n && told < CHAINS_MOST; i++) {
		const struct url *u = &m->urls.at[i];
		const struct url *outer;

		if (u->source != URL_NESTED || u->outer >= m->urls.n)
			continue;
		outer = &m->urls.at[u->outer];
		if (!is_followed(outer) || *map_put(&seen, str_cat(j->arena,
		    str_head(outer->raw, KEY_MOST), STR(" "),
		    str_head(u->raw, KEY_MOST)), i) != i)
			continue;
		NOTE_ADD(j, NOTE_LINK_CHAIN, at_url(u->outer),
		    note_show(j, outer->raw),
		    note_show(j, carrier(j, outer, u)), note_show(j, u->raw));
		told++;
	}
}

/* "jcom.co.jp | login | vkia.cn": the last piece is the real domain. */
static void
about_split(struct note_job *j, const struct brand_sign *sign)
{
	const struct url *u = &j->message->urls.at[sign->evidence.place.index];
	struct str front;

	if (u->registrable.n == 0 || u->host.n <= u->registrable.n)
		return;
	front = str_head(u->host, u->host.n - u->registrable.n - 1);
	NOTE_ADD(j, NOTE_LINK_SPLIT, sign->evidence.place, front,
	    note_show(j, u->registrable));
}

/* How many directories down a segment of the path stands; 0: nowhere. */
static size_t
depth_of(struct str path, struct str wanted)
{
	struct str segment;
	size_t depth = 0;

	while (str_next(&path, '/', &segment)) {
		depth += segment.n != 0;
		if (str_case_eq(segment, wanted))
			return depth;
	}
	return 0;
}

static void
about_sign(struct note_job *j, const struct brand_sign *sign)
{
	const struct url *u;

	if (sign->evidence.place.kind != PLACE_URL ||
	    sign->evidence.place.index >= j->message->urls.n)
		return;
	u = &j->message->urls.at[sign->evidence.place.index];
	switch (sign->kind) {
	case SIGN_OFFICIAL_IN_FRONT:
	case SIGN_TOKEN_IN_HOST:
		about_split(j, sign);
		break;
	case SIGN_OFFICIAL_IN_PATH:
		NOTE_ADD(j, NOTE_LINK_DIRECTORY, sign->evidence.place,
		    sign->detail, note_show(j, u->host), str_printf(j->arena,
		    "%zu", depth_of(u->path, sign->detail)));
		break;
	case SIGN_SHOWN_OFFICIAL:
		NOTE_ADD(j, NOTE_LINK_SHOWN, sign->evidence.place,
		    note_show(j, u->text), note_show(j, u->raw));
		break;
	default:
		break;
	}
}

static void
about_genuine(struct note_job *j, const struct brand_finding *f)
{
	struct str hosts[SAMPLES_MOST];
	size_t n = 0;
	const struct evidence *e;

	if (f->genuine.n == 0 || (f->signs.n == 0 &&
	    f->facts[BRAND_CLAIMED] != TRUTH_TRUE))
		return;
	VEC_EACH (e, &f->genuine) {
		struct str host = j->message->urls.at[e->place.index].host;
		bool is_new = n < SAMPLES_MOST;

		for (size_t i = 0; i < n; i++)
			is_new &= !str_eq(hosts[i], host);
		if (is_new)
			hosts[n++] = host;
	}
	NOTE_ADD(j, NOTE_LINK_GENUINE, f->genuine.at[0].place, f->brand->name,
	    note_number(j, (int64_t)f->genuine.n),
	    str_join(j->arena, hosts, n, STR(", ")));
}

/* ".cn" for a brand of Japan, of the first such link. */
static void
about_country(struct note_job *j, const struct brand_finding *f)
{
	const struct brand *b = f->brand;

	if (f->signs.n == 0 || b->countries.n == 0)
		return;
	for (uint32_t i = 0; i < j->message->urls.n; i++) {
		const struct url *u = &j->message->urls.at[i];
		struct str tld = str_from(u->host,
		    str_find_last(u->host, '.') + 1);
		const struct str *country;
		bool is_home = tld.n != 2 || u->is_ip || !is_followed(u);

		VEC_EACH (country, &b->countries)
			is_home |= str_case_eq(*country, tld);
		if (is_home)
			continue;
		NOTE_ADD(j, NOTE_LINK_CCTLD, at_url(i),
		    note_show(j, u->host), tld, b->name);
		return;
	}
}

static bool
is_suspicious(const struct verdict *v)
{
	const struct brand_finding **f;

	VEC_EACH (f, &v->hits->brands)
		if ((*f)->signs.n != 0)
			return true;
	return v->campaigns.n != 0;
}

/* What is told once, of the first link it is true of. */
static void
about_shapes(struct note_job *j)
{
	const struct message *m = j->message;
	bool has_plain = false, has_wordpress = false;

	if (!is_suspicious(j->verdict))
		return;
	for (uint32_t i = 0; i < m->urls.n; i++) {
		const struct url *u = &m->urls.at[i];

		if (!is_followed(u))
			continue;
		if (!has_plain && str_is(u->scheme, "http") &&
		    !u->is_schemeless) {
			NOTE_ADD(j, NOTE_LINK_PLAIN_HTTP, at_url(i),
			    note_show(j, u->raw));
			has_plain = true;
		}
		if (!has_wordpress && (str_case_find_str(u->path,
		    STR("/wp-includes/")) < u->path.n ||
		    str_case_find_str(u->path, STR("/wp-content/")) <
		    u->path.n || str_case_find_str(u->path,
		    STR("/wp-admin/")) < u->path.n)) {
			NOTE_ADD(j, NOTE_LINK_WORDPRESS, at_url(i),
			    note_show(j, u->raw));
			has_wordpress = true;
		}
	}
}

/* A campaign told by words while no link of it matched. */
static void
about_text_only(struct note_job *j)
{
	const struct campaign *c;

	VEC_EACH (c, &j->verdict->campaigns) {
		bool has_url = false;

		for (size_t i = 0; c->rule != NULL &&
		    i < c->pack->n_groups; i++) {
			const struct group_hit *hit = &c->rule->groups[i];

			has_url |= hit->truth == TRUTH_TRUE &&
			    hit->evidence.n != 0 &&
			    hit->evidence.at[0].place.kind == PLACE_URL;
		}
		if (c->rule != NULL && !has_url) {
			NOTE_ADD(j, NOTE_TEXT_ONLY, nowhere, STR(""));
			return;
		}
	}
}

static bool
has_followed(const struct message *m)
{
	const struct url *u;

	VEC_EACH (u, &m->urls)
		if (is_followed(u))
			return true;
	return false;
}

static void
about_rcpt(struct note_job *j)
{
	const struct fact *f = facts_get(j->facts, FACT_RCPT_IN_URL);
	const struct place *place;

	if (f->state != FACT_KNOWN || f->n == 0 || f->at[0].number == 0)
		return;
	place = &f->at[0].place;
	NOTE_ADD(j, NOTE_LINK_RCPT, *place, place->kind == PLACE_URL &&
	    place->index < j->message->urls.n
	    ? note_show(j, j->message->urls.at[place->index].raw)
	    : STR("<rcpt>"));
}

void
notes_about_links(struct note_job *j)
{
	const struct brand_finding **f;

	about_targets(j);
	about_chains(j);
	about_rcpt(j);
	VEC_EACH (f, &j->verdict->hits->brands) {
		const struct brand_sign *sign;

		VEC_EACH (sign, &(*f)->signs)
			about_sign(j, sign);
		about_genuine(j, *f);
		about_country(j, *f);
	}
	about_shapes(j);
	if (j->message->defanged != 0)
		NOTE_ADD(j, NOTE_LINK_DEFANGED, nowhere, str_printf(j->arena,
		    "%zu", j->message->defanged));
	if (!has_followed(j->message))
		NOTE_ADD(j, NOTE_LINK_NONE, nowhere, STR(""));
	about_text_only(j);
}
