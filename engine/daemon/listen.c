/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of listen, short and long. */
#include "daemon/listen.h"

#include "base/err.h"
#include "base/suggest.h"
#include "conf/diag.h"
#include "conf/node.h"
#include "conf/setting.h"

#define AUTO "auto"

/* An entry as it is written. */
struct entry {
	struct str address;
	struct str protocol;
	struct str name;
};

#define IN(member_) .offset = offsetof(struct entry, member_)

static const struct setting rows[] = {
	{ "address", SETTING_IS_STR, IN(address),
	    .help = "ADDRESS:PORT to listen on" },
	{ "protocol", SETTING_IS_STR, IN(protocol), .first = AUTO,
	    .help = "what is spoken there" },
	{ "name", SETTING_IS_STR, IN(name),
	    .help = "what settings call it" },
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
add(listener_list *out, struct arena *a, const struct entry *entry,
    struct err *e)
{
	struct front_listener li = {
		.name = entry->name.n != 0 ? entry->name : entry->address,
		.address = entry->address,
		.protocol = front_protocol(entry->protocol)
	};

	if (li.protocol == NULL && !str_is(entry->protocol, AUTO))
		return unknown_protocol(entry->protocol, e);
	if (li.address.n == 0)
		return err_set(e, "address is missing");
	if (out->n == LISTENERS_MOST)
		return err_set(e, "at most %d addresses", LISTENERS_MOST);
	*VEC_ADD(a, out) = li;
	return true;
}

bool
listen_add(listener_list *out, struct arena *a, struct str spec,
    struct err *e)
{
	struct entry entry = { .address = spec, .protocol = STR(AUTO) };

	str_cut(spec, '=', &entry.protocol, &entry.address);
	if (entry.address.n == 0)
		entry = (struct entry){ .address = spec,
			.protocol = STR(AUTO) };
	entry.address = str_copy(a, entry.address);
	return add(out, a, &entry, e) || err_wrap(e, "listen");
}

static void
read_map(listener_list *out, struct arena *a, const struct node *map,
    struct diags *d)
{
	struct entry entry = { 0 };
	struct err e;

	settings_first(&entry, a, rows);
	if (settings_read(&entry, a, rows, map, d) &&
	    !add(out, a, &entry, &e))
		diag_add(d, DIAG_ERROR, map->mark, "", "listen: %s", e.text);
}

static void
read_entry(listener_list *out, struct arena *a, const struct node *entry,
    struct diags *d)
{
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
}

void
listen_read(listener_list *out, struct arena *a, const struct node *list,
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
