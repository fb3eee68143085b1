/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of listen, short and long. */
#include "daemon/listen.h"

#include "base/err.h"
#include "base/suggest.h"
#include "conf/diag.h"
#include "conf/node.h"
#include "conf/setting.h"

#define AUTO "auto"

enum { MODE_MOST = 0777 };

/* An entry as it is written. */
struct entry {
	struct str address, protocol, name;
	VEC(struct addr_net) allow;
	VEC(struct str) roles;
	VEC(struct str) client_names;
	struct str mode, owner, group;
	struct str certificate, key, client_ca;
	int proxy, open;
};

static const char *const no_yes[] = { "no", "yes", NULL };

#define IN(member_) .offset = offsetof(struct entry, member_)

static const struct setting rows[] = {
	{ "address", SETTING_IS_STR, IN(address),
	    .help = "ADDRESS:PORT, a path, or systemd:NAME" },
	{ "protocol", SETTING_IS_STR, IN(protocol), .first = AUTO,
	    .help = "what is spoken there" },
	{ "name", SETTING_IS_STR, IN(name),
	    .help = "what settings call it" },
	{ "allow", SETTING_IS_NETS, IN(allow),
	    .help = "networks that may connect; none: anybody" },
	{ "roles", SETTING_IS_STRS, IN(roles),
	    .help = "what clients may do without a token: scan, read, learn, "
	    "admin, or none" },
	{ "mode", SETTING_IS_STR, IN(mode), .first = "0660",
	    .help = "rights of a socket in the file system, octal" },
	{ "owner", SETTING_IS_STR, IN(owner),
	    .help = "user that owns it" },
	{ "group", SETTING_IS_STR, IN(group),
	    .help = "group that owns it" },
	{ "proxy", SETTING_IS_WORD, IN(proxy), .words = no_yes,
	    .help = "connections begin with a header of PROXY protocol 2" },
	{ "open", SETTING_IS_WORD, IN(open), .words = no_yes,
	    .help = "let anybody in; it needs open on top too" },
	{ "tls.certificate", SETTING_IS_STR, IN(certificate),
	    .help = "PEM file with certificate and chain" },
	{ "tls.key", SETTING_IS_STR, IN(key),
	    .help = "PEM file with its key, if not the same" },
	{ "tls.client_ca", SETTING_IS_STR, IN(client_ca),
	    .help = "PEM file with CAs: clients need a certificate of them" },
	{ "tls.client_names", SETTING_IS_STRS, IN(client_names),
	    .help = "names one of which the certificate must bear" },
	{ 0 }
};

static bool
unknown_protocol(struct str name, struct err *e)
{
	struct str best = { 0 };

	suggest_try(name, STR(AUTO), &best);
	for (size_t i = 0; i < front_protocols_n; i++)
		suggest_try(name, str_of(front_protocols[i]->name), &best);
	if (best.n == 0)
		return err_set(e, "there is no protocol \"%" STR_FMT
		    "\"; \"auto\" takes what the first bytes say",
		    STR_ARG(name));
	return err_set(e, "there is no protocol \"%" STR_FMT "\"; did you "
	    "mean \"%" STR_FMT "\"?", STR_ARG(name), STR_ARG(best));
}

static bool
read_roles(unsigned *out, const struct entry *entry, struct err *e)
{
	const struct str *name;

	*out = 0;
	VEC_EACH(name, &entry->roles) {
		unsigned role = role_of(*name);

		if (role == 0 && !str_is(*name, "none"))
			return err_set(e, "roles must be scan, read, learn, "
			    "admin or none, not \"%" STR_FMT "\"",
			    STR_ARG(*name));
		*out |= role;
	}
	if (entry->roles.n == 0)
		*out = ROLE_SCAN | ROLE_READ;
	return true;
}

static bool
read_mode(unsigned *out, struct str text, struct err *e)
{
	*out = 0;
	for (size_t i = 0; i < text.n && *out <= MODE_MOST; i++) {
		if (text.p[i] < '0' || text.p[i] > '7')
			*out = MODE_MOST;
		*out = *out * 8 + (unsigned)(text.p[i] - '0');
	}
	return (text.n != 0 && *out <= MODE_MOST) || err_set(e,
	    "mode must be octal like 0660, not \"%" STR_FMT "\"",
	    STR_ARG(text));
}

static const char *
path_of(struct arena *a, struct str text)
{
	return text.n == 0 ? NULL : str_cstr(a, text);
}

/* What would let somebody in whom the operator thinks to keep out. */
static bool
check(const struct listen_conf *c, const struct entry *entry, struct err *e)
{
	const struct front_listener *li = &c->front;

	if (li->address.n == 0)
		return err_set(e, "address is missing");
	if (c->tls.certificate == NULL &&
	    (c->tls.key != NULL || c->tls.client_ca != NULL))
		return err_set(e, "tls needs a certificate");
	if (c->tls.n_names != 0 && c->tls.client_ca == NULL)
		return err_set(e, "tls.client_names needs tls.client_ca");
	if (li->is_proxied && li->allow.n == 0 &&
	    listener_may_be_public(li->address))
		return err_set(e, "proxy needs allow: the networks of the "
		    "balancers, whose word is taken");
	if (li->protocol != NULL && !li->protocol->has_tokens &&
	    (li->roles & ROLE_SCAN) == 0)
		return err_set(e, "%s knows no tokens, so roles must hold "
		    "scan", li->protocol->name);
	if (!str_is(entry->mode, "0660") && !str_starts(li->address, STR("/")))
		return err_set(e, "mode is for sockets in the file system");
	return true;
}

static bool
add(listen_list *out, struct arena *a, const struct entry *entry,
    struct err *e)
{
	struct listen_conf c = {
		.front = {
			.name = entry->name.n != 0 ? entry->name :
			    entry->address,
			.address = entry->address,
			.protocol = front_protocol(entry->protocol),
			.is_proxied = entry->proxy != 0
		},
		.rights = { .owner = path_of(a, entry->owner),
		    .group = path_of(a, entry->group) },
		.tls = { .certificate = path_of(a, entry->certificate),
		    .key = path_of(a, entry->key),
		    .client_ca = path_of(a, entry->client_ca),
		    .names = entry->client_names.at,
		    .n_names = entry->client_names.n },
		.is_open = entry->open != 0
	};
	const struct addr_net *net;

	VEC_EACH(net, &entry->allow)
		*VEC_ADD(a, &c.front.allow) = *net;
	if (c.front.protocol == NULL && !str_is(entry->protocol, AUTO))
		return unknown_protocol(entry->protocol, e);
	if (!read_roles(&c.front.roles, entry, e) ||
	    !read_mode(&c.rights.mode, entry->mode, e) ||
	    !check(&c, entry, e))
		return false;
	if (out->n == LISTENERS_MOST)
		return err_set(e, "at most %d addresses", LISTENERS_MOST);
	*VEC_ADD(a, out) = c;
	return true;
}

bool
listen_is_safe(const struct listen_conf *c, bool is_public, bool is_open,
    struct err *e)
{
	const struct front_listener *li = &c->front;

	if (!is_public || c->tls.certificate != NULL || li->allow.n != 0 ||
	    li->roles == 0 || (is_open && c->is_open))
		return true;
	return err_set(e, "listen %" STR_FMT ": anybody could reach it; give "
	    "it tls, allow, or roles: none and tokens, or say \"open: yes\" "
	    "both there and on top of the file", STR_ARG(li->address));
}

bool
listen_add(listen_list *out, struct arena *a, struct str spec,
    struct err *e)
{
	struct entry entry = { .open = 0 };
	struct str protocol, address;

	settings_first(&entry, a, rows);
	entry.address = str_copy(a, spec);
	if (str_cut(spec, '=', &protocol, &address)) {
		entry.protocol = protocol;
		entry.address = str_copy(a, address);
	}
	return add(out, a, &entry, e) || err_wrap(e, "listen");
}

static void
read_map(listen_list *out, struct arena *a, const struct node *map,
    struct diags *d)
{
	struct entry entry = { .open = 0 };
	struct err e;

	settings_first(&entry, a, rows);
	if (settings_read(&entry, a, rows, map, d) &&
	    !add(out, a, &entry, &e))
		diag_add(d, DIAG_ERROR, map->mark, "", "listen: %s", e.text);
}

static void
read_entry(listen_list *out, struct arena *a, const struct node *entry,
    struct diags *d)
{
	size_t known = out->n;
	struct err e;

	if (entry->type == NODE_MAP)
		read_map(out, a, entry, d);
	else if (entry->type != NODE_TEXT)
		diag_add(d, DIAG_ERROR, entry->mark, "", "listen must be "
		    "texts like http=127.0.0.1:11333, or mappings with "
		    "address and protocol, not %s",
		    node_type_name(entry->type));
	else if (!listen_add(out, a, entry->text, &e))
		diag_add(d, DIAG_ERROR, entry->mark, "", "%s", e.text);
	if (out->n > known)
		out->at[known].mark = entry->mark;
}

void
listen_read(listen_list *out, struct arena *a, const struct node *list,
    struct diags *d)
{
	const struct node *entry;

	if (list->type != NODE_LIST) {
		read_entry(out, a, list, d);
		return;
	}
	NODE_EACH(entry, list)
		read_entry(out, a, entry, d);
}
