/* SPDX-License-Identifier: Apache-2.0 */
/* The file's nodes beside the table of settings: who said what. */
#include "daemon/origin.h"

#include "base/buf.h"
#include "conf/node.h"
#include "daemon/said.h"

enum { DEPTH_MOST = 16, NAME_MOST = 4096 };

/* What has a reader and a shape of its own; of some a text will do, on the
 * command line too. */
static const char *const own_rows[] = { "listen", "dnslists" };
static const char *const own[] = { "tokens", "settings", "plugins" };

struct telling {
	origin_list *out;
	struct arena *arena;
	const struct daemon_conf *conf, *plain;  /* plain: nothing said */
	const struct node *root;                 /* NULL: no file */
	const override_list *overrides;
};

/* "redis://user:word@host" keeps all but the word. */
static struct str
without_password(struct arena *a, struct str text)
{
	const size_t scheme = str_find_str(text, STR("://"));
	struct str rest = str_from(text, scheme + 3), host = rest, user, word;
	size_t end;

	if (scheme >= text.n)
		return text;
	for (end = 0; end < rest.n && rest.p[end] != '/'; end++)
		;
	host = str_head(rest, end);
	if (!str_cut(host, '@', &user, &host) ||
	    !str_cut(user, ':', &user, &word))
		return text;
	return str_cat(a, str_head(text, scheme + 3), user,
	    STR(":" ORIGIN_HIDDEN "@"), str_from(rest, (size_t)(host.p -
	    rest.p)));
}

/* "KEY.zen.dq.spamhaus.net" is asked with the key of a customer. */
static struct str
without_key(struct arena *a, struct str zone)
{
	struct str key, rest;

	if (str_find_str(zone, STR(".dq.")) == zone.n ||
	    !str_cut(zone, '.', &key, &rest))
		return zone;
	return str_cat(a, STR(ORIGIN_HIDDEN "."), rest);
}

static void
hide(struct origin_entry *entry, struct arena *a)
{
	struct str *text;

	VEC_EACH(text, &entry->texts) {
		*text = entry->is_secret && text->n != 0 ?
		    STR(ORIGIN_HIDDEN) : without_password(a, *text);
		if (str_ends(entry->name, STR(".zone")))
			*text = without_key(a, *text);
	}
}

static bool
are_equal(const setting_texts *x, const setting_texts *y)
{
	bool is_equal = x->n == y->n;

	for (size_t i = 0; is_equal && i < x->n; i++)
		is_equal = str_eq(x->at[i], y->at[i]);
	return is_equal;
}

static void
tell_row(struct telling *t, const struct setting *row)
{
	const struct node *node = said_node(t->root, row->name);
	struct origin_entry entry = { .name = str_of(row->name),
		.shown = str_of(row->name), .has_value = true,
		.is_list = setting_is_list(row), .is_secret = row->is_secret };
	setting_texts plain = { 0 };

	setting_tell(&entry.texts, t->arena, t->conf, row);
	setting_tell(&plain, t->arena, t->plain, row);
	entry.is_changed = !are_equal(&entry.texts, &plain);
	if (said_option(t->overrides, row->name) != NULL) {
		entry.origin = ORIGIN_OPTION;
	} else if (node != NULL) {
		entry.origin = ORIGIN_FILE;
		entry.line = node->key_mark.line;
	}
	hide(&entry, t->arena);
	*VEC_ADD(t->arena, t->out) = entry;
}

/* A node and where its children stand. */
struct level {
	const struct node *node, *next;
	struct str name;
	unsigned n;      /* children told */
};

static bool
is_secret_name(struct str key)
{
	static const char *const words[] = { "hash", "password", "secret",
		"token" };

	for (size_t i = 0; i < nitems(words); i++) {
		if (str_find_str(key, str_of(words[i])) < key.n)
			return true;
	}
	return false;
}

/* "  - address" of the first in a mapping that is in a list. */
static struct str
shown_of(struct arena *a, const struct level *levels, unsigned depth,
    const struct node *node)
{
	const struct level *in = &levels[depth - 1];
	bool is_entry = depth > 1 && in->n == 0 &&
	    in->node->type == NODE_MAP &&
	    levels[depth - 2].node->type == NODE_LIST;
	struct buf b;

	buf_init_arena(&b, a, NAME_MOST);
	for (unsigned i = 1; i < depth; i++)
		buf_add_str(&b, i + 1 == depth && is_entry ? STR("- ") :
		    STR("  "));
	buf_add_str(&b, in->node->type == NODE_LIST ? STR("-") : node->key);
	return buf_str(&b);
}

static struct str
name_of(struct arena *a, const struct level *in, const struct node *node)
{
	struct buf b;

	buf_init_arena(&b, a, NAME_MOST);
	buf_add_str(&b, in->name);
	if (in->node->type == NODE_LIST)
		buf_printf(&b, "[%u]", in->n);
	else
		buf_printf(&b, ".%" STR_FMT, STR_ARG(node->key));
	return buf_str(&b);
}

static bool
is_plain_list(const struct node *node)
{
	const struct node *child;

	if (node->type != NODE_LIST)
		return false;
	NODE_EACH(child, node) {
		if (child->type != NODE_TEXT)
			return false;
	}
	return true;
}

static struct origin_entry
entry_of(struct arena *a, struct str name, struct str shown,
    const struct node *node)
{
	struct origin_entry entry = { .name = name, .shown = shown,
		.is_list = is_plain_list(node), .origin = ORIGIN_FILE,
		.line = node->key.n != 0 ? node->key_mark.line :
		    node->mark.line,
		.is_secret = is_secret_name(node->key) };
	const struct node *child;

	entry.has_value = node->type == NODE_TEXT || entry.is_list;
	if (node->type == NODE_TEXT)
		*VEC_ADD(a, &entry.texts) = node->text;
	if (entry.is_list)
		NODE_EACH(child, node)
			*VEC_ADD(a, &entry.texts) = child->text;
	/* What stands in the file alone is nothing without it. */
	entry.is_changed = !entry.is_list || entry.texts.n > 0;
	hide(&entry, a);
	return entry;
}

/* A list in a list has no line of its own to stand on; there are none. */
static void
tell_below(struct telling *t, const struct node *top)
{
	struct level levels[DEPTH_MOST + 1] = { { top, top->first,
		top->key, 0 } };
	const struct node *node;
	unsigned depth = 1;
	struct origin_entry entry;

	while (depth > 0) {
		struct level *in = &levels[depth - 1];

		node = in->next;
		if (node == NULL) {
			depth--;
			continue;
		}
		entry = entry_of(t->arena, name_of(t->arena, in, node),
		    str_cat(t->arena, STR("  "), shown_of(t->arena, levels,
		    depth, node)), node);
		in->next = node->next;
		in->n++;
		if (entry.has_value || in->node->type != NODE_LIST)
			*VEC_ADD(t->arena, t->out) = entry;
		if (!entry.has_value && depth <= DEPTH_MOST)
			levels[depth++] = (struct level){ node, node->first,
				entry.name, 0 };
	}
}

static void
tell_own(struct telling *t, const char *name)
{
	const struct node *node = said_node(t->root, name);
	struct origin_entry entry;

	if (node == NULL)
		return;
	entry = entry_of(t->arena, node->key, node->key, node);
	*VEC_ADD(t->arena, t->out) = entry;
	if (!entry.has_value)
		tell_below(t, node);
}

/* The command line's take the place of the file's. */
static bool
is_own(const struct telling *t, const struct setting *row)
{
	bool is_named = false;

	for (size_t i = 0; i < nitems(own_rows); i++)
		is_named = is_named || str_is(str_of(row->name), own_rows[i]);
	return is_named && said_option(t->overrides, row->name) == NULL &&
	    said_node(t->root, row->name) != NULL;
}

static void
tell_all(struct telling *t)
{
	for (const struct setting *row = daemon_settings; row->name != NULL;
	    row++) {
		if (is_own(t, row))
			tell_own(t, row->name);
		else
			tell_row(t, row);
	}
	for (size_t i = 0; i < nitems(own); i++)
		tell_own(t, own[i]);
}

bool
origins_read(origin_list *out, struct arena *a, const struct said *said,
    struct diags *d, struct err *e)
{
	const override_list none = { 0 };
	const struct conf_text nothing = { .is_view = true };
	struct conf_text text = *said->file;
	struct daemon_conf conf, plain;
	struct telling t = { out, a, &conf, &plain, NULL, said->overrides };
	struct node *root = NULL;

	text.is_view = true;
	if (!daemon_conf_read(&conf, a, &(struct said){ &text,
	    said->overrides }, d, e) || !daemon_conf_read(&plain, a,
	    &(struct said){ &nothing, &none }, d, e))
		return false;
	if (text.path != NULL && node_read(&root, a, text.yaml,
		&conf_text_limits, d))
		t.root = root;
	tell_all(&t);
	return true;
}
