/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of dnslists, short and long. */
#include "daemon/dnslistread.h"

#include "base/err.h"
#include "base/suggest.h"
#include "conf/diag.h"
#include "conf/node.h"
#include "conf/setting.h"
#include "mail/url.h"
#include "net/dnswire.h"

enum { QUERIES = 16, POINTS_MOST = 2000 };

static const char *const hashes[] = {
	[DNSLIST_SHA256] = "sha256",
	[DNSLIST_SHA1] = "sha1",
	NULL
};

static const char *const digits[] = {
	[DNSLIST_HEX] = "hex",
	[DNSLIST_BASE32] = "base32",
	NULL
};

/* An entry as it is written; mappings have readers of their own. */
struct entry {
	struct str preset, id, zone, test;
	VEC(struct str) what;
	int hash, digits;
	size_t queries;
};

#define IN(member_) .offset = offsetof(struct entry, member_)

static const struct setting rows[] = {
	{ "preset", SETTING_IS_STR, IN(preset),
	    .help = "a well-known list" },
	{ "id", SETTING_IS_STR, IN(id),
	    .help = "what facts and the log call it" },
	{ "zone", SETTING_IS_STR, IN(zone), .help = "its domain" },
	{ "test", SETTING_IS_STR, IN(test),
	    .help = "what it always has; if not said, as RFC 5782" },
	{ "what", SETTING_IS_STRS, IN(what),
	    .help = "what it is asked about" },
	{ "hash", SETTING_IS_WORD, IN(hash), .words = hashes,
	    .help = "of what is hashed" },
	{ "digits", SETTING_IS_WORD, IN(digits), .words = digits,
	    .help = "how hashes are written" },
	{ "queries", SETTING_IS_COUNT, IN(queries), .least = 1, .most = 200,
	    .help = "most of one message" },
	{ 0 }
};

struct code_entry {
	struct str name;
	int32_t points;
};

#undef IN
#define IN(member_) .offset = offsetof(struct code_entry, member_)

static const struct setting code_rows[] = {
	{ "name", SETTING_IS_STR, IN(name), .help = "what the code means" },
	{ "points", SETTING_IS_POINTS, IN(points),
	    .help = "what it is worth; 0: it is only a fact" },
	{ 0 }
};

struct reading {
	struct arena *arena;
	struct diags *diags;
	const struct node *map;
	struct dnslist *list;
};

static bool
wrong(struct reading *r, struct mark mark, const char *what, struct str found)
{
	return diag_add(r->diags, DIAG_ERROR, mark, "", "dnslists: %s, not \"%"
	    STR_FMT "\"", what, STR_ARG(found));
}

/* Of words in facts, symbols and conditions of packs. */
static bool
is_word(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!ascii_is_alnum(s.p[i]) && s.p[i] != '-' &&
		    s.p[i] != '_')
			return false;
	}
	return s.n != 0 && s.n <= DNSLIST_ID_MOST;
}

static bool
unknown_preset(struct str name, struct err *e)
{
	const struct dnslist_preset *p;
	struct str best = { 0 };

	for (p = dnslist_presets; p->name != NULL; p++)
		suggest_try(name, str_of(p->name), &best);
	if (best.n == 0)
		return err_set(e, "dnslists: there is no preset \"%" STR_FMT
		    "\"", STR_ARG(name));
	return err_set(e, "dnslists: there is no preset \"%" STR_FMT "\"; did "
	    "you mean \"%" STR_FMT "\"?", STR_ARG(name), STR_ARG(best));
}

/* Codes. */

static void
read_code(struct reading *r, const struct node *node)
{
	struct code_entry entry = { .points = 0 };
	struct dnscode code = { .points = 0 };

	if (!dnscode_read(&code, node->key)) {
		wrong(r, node->key_mark, "a code must be like 127.0.0.2, "
		    "127.0.0.4-7, 127.0.*.3 or 127.0.0.&8", node->key);
		return;
	}
	if (node->type == NODE_TEXT)
		entry.name = node->text;
	else if (!settings_read(&entry, r->arena, code_rows, node, r->diags))
		return;
	if (!is_word(entry.name)) {
		wrong(r, node->mark, "a code's name must be one word",
		    entry.name);
		return;
	}
	code.name = str_lower(r->arena, entry.name);
	code.points = entry.points > POINTS_MOST ? POINTS_MOST : entry.points;
	*VEC_ADD(r->arena, &r->list->codes) = code;
}

static void
read_alarm(struct reading *r, const struct node *node)
{
	struct dnscode code = { .points = 0 };

	if (!dnscode_read(&code, node->key) || node->type != NODE_TEXT) {
		wrong(r, node->key_mark, "alarms must be like 127.0.0.1: "
		    "asked too often", node->key);
		return;
	}
	code.name = str_of(str_cstr(r->arena, node->text));
	*VEC_ADD(r->arena, &r->list->alarms) = code;
}

/* Points of codes that a preset or the list itself has. */
static void
read_points(struct reading *r, const struct node *node)
{
	static const struct setting row = { "points", SETTING_IS_POINTS, 0,
		.help = "" };
	struct str expected;
	bool is_known = false;
	struct dnscode *c;
	int32_t points = 0;

	if (node->type != NODE_TEXT || !setting_set(&points, r->arena, &row,
	    node->text, &expected)) {
		wrong(r, node->mark, "points must be a number", node->text);
		return;
	}
	VEC_EACH(c, &r->list->codes) {
		if (!str_case_eq(c->name, node->key))
			continue;
		is_known = true;
		c->points = points > POINTS_MOST ? POINTS_MOST : points;
	}
	if (!is_known)
		wrong(r, node->key_mark, "points must name a code of the "
		    "list", node->key);
}

static void
read_each(struct reading *r, const char *key,
    void (*read)(struct reading *r, const struct node *node))
{
	const struct node *map = node_get(r->map, key), *entry;

	if (map == NULL)
		return;
	if (map->type != NODE_MAP) {
		diag_add(r->diags, DIAG_ERROR, map->mark, "", "dnslists: %s "
		    "must be a mapping, not %s", key,
		    node_type_name(map->type));
		return;
	}
	NODE_EACH(entry, map)
		read(r, entry);
}

/* The list. */

static void
read_what(struct reading *r, const struct entry *entry)
{
	const struct str *word;
	enum dnslist_what what;

	if (entry->what.n != 0)
		r->list->whats = 0;
	VEC_EACH(word, &entry->what) {
		if (dnslist_what_of(*word, &what))
			r->list->whats |= 1U << what;
		else
			wrong(r, r->map->mark, "what must be of ip, "
			    "received_ip, url_ip, helo, rdns, domain, host, "
			    "dkim_domain, url_domain, url_host, email, url, "
			    "file", *word);
	}
}

static bool
is_sound(struct reading *r)
{
	const struct dnslist *l = r->list;
	struct str normal;
	unsigned hashed = 1U << DNSLIST_EMAIL | 1U << DNSLIST_URL |
	    1U << DNSLIST_FILE;

	if (!is_word(l->id))
		return wrong(r, r->map->mark, "id must be one word", l->id);
	if (!host_normalize(&normal, r->arena, l->zone) ||
	    !str_eq(normal, l->zone) || !dns_is_name(l->zone))
		return wrong(r, r->map->mark, "zone must be a domain",
		    l->zone);
	if (l->whats == 0)
		return wrong(r, r->map->mark, "what is missing", l->id);
	if (l->codes.n == 0)
		return wrong(r, r->map->mark, "codes are missing: no answer "
		    "would count", l->id);
	if ((l->whats & hashed) != 0 && l->hash == DNSLIST_SHA256 &&
	    l->digits == DNSLIST_HEX)
		return wrong(r, r->map->mark, "sha256 takes digits: base32, "
		    "in hex it is too long for a name", STR("hex"));
	return true;
}

static const struct dnslist *
find(const dnslist_list *all, struct str id)
{
	const struct dnslist *l;

	VEC_EACH(l, all) {
		if (str_case_eq(l->id, id))
			return l;
	}
	return NULL;
}

static void
take_words(struct reading *r, const struct entry *entry)
{
	struct dnslist *l = r->list;

	if (entry->id.n != 0)
		l->id = entry->id;
	if (entry->zone.n != 0)
		l->zone = entry->zone;
	if (entry->test.n != 0)
		l->test = entry->test;
	l->id = str_lower(r->arena, l->id);
	l->zone = str_lower(r->arena, l->zone);
	l->hash = entry->hash;
	l->digits = entry->digits;
	l->queries = entry->queries;
}

static bool
read_list(struct reading *r, struct err *e)
{
	const struct node *preset = node_get(r->map, "preset");
	struct entry entry = { .queries = QUERIES };

	if (preset != NULL && preset->type == NODE_TEXT &&
	    !dnslist_of_preset(r->list, r->arena, preset->text))
		return unknown_preset(preset->text, e);
	entry.hash = r->list->hash;
	entry.digits = r->list->digits;
	if (!settings_read(&entry, r->arena, rows, r->map, r->diags))
		return err_set(e, "%s", "");
	take_words(r, &entry);
	read_what(r, &entry);
	return true;
}

/* The mappings, taken out before the rest is read by its table. */
static struct node *
take(struct node *map, struct node *to, const char *key)
{
	for (struct node **at = &map->first; *at != NULL; at = &(*at)->next) {
		struct node *found = *at;

		if (!str_is(found->key, key))
			continue;
		*at = found->next;
		found->next = to->first;
		to->first = found;
		return found;
	}
	return NULL;
}

static void
read_map(dnslist_list *out, struct arena *a, struct node *map,
    struct diags *d)
{
	struct dnslist list = { .queries = QUERIES };
	struct node maps = { .type = NODE_MAP, .mark = map->mark };
	struct reading r = { a, d, map, &list };
	size_t errors = d->errors;
	struct err e;

	take(map, &maps, "codes");
	take(map, &maps, "alarms");
	take(map, &maps, "points");
	if (!read_list(&r, &e)) {
		if (d->errors == errors)
			diag_add(d, DIAG_ERROR, map->mark, "", "%s", e.text);
		return;
	}
	r.map = &maps;
	if (node_get(&maps, "codes") != NULL)
		list.codes.n = 0;
	read_each(&r, "codes", read_code);
	read_each(&r, "alarms", read_alarm);
	read_each(&r, "points", read_points);
	if (d->errors != errors || !is_sound(&r))
		return;
	if (find(out, list.id) != NULL)
		wrong(&r, map->mark, "an id must be of one list", list.id);
	else if (out->n == DNSLISTS_MOST)
		wrong(&r, map->mark, "there are too many", list.id);
	else
		*VEC_ADD(a, out) = list;
}

bool
dnslists_add(dnslist_list *out, struct arena *a, struct str preset,
    struct err *e)
{
	struct dnslist list;

	if (!dnslist_of_preset(&list, a, preset))
		return unknown_preset(preset, e);
	if (list.zone.n == 0)
		return err_set(e, "dnslists: %" STR_FMT " takes a zone of your "
		    "own", STR_ARG(preset));
	if (find(out, list.id) != NULL || out->n == DNSLISTS_MOST)
		return err_set(e, "dnslists: %" STR_FMT " is one too many",
		    STR_ARG(preset));
	*VEC_ADD(a, out) = list;
	return true;
}

void
dnslists_read(dnslist_list *out, struct arena *a, const struct node *list,
    struct diags *d)
{
	struct node *entry;
	struct err e;

	if (list->type != NODE_LIST) {
		diag_add(d, DIAG_ERROR, list->mark, "", "dnslists must be a "
		    "list of presets and mappings, not %s",
		    node_type_name(list->type));
		return;
	}
	NODE_EACH(entry, list) {
		if (entry->type == NODE_MAP)
			read_map(out, a, entry, d);
		else if (!dnslists_add(out, a, entry->text, &e))
			diag_add(d, DIAG_ERROR, entry->mark, "", "%s",
			    e.text);
	}
}
