/* SPDX-License-Identifier: Apache-2.0 */
/* The mapping of pack-format 3.2, as a table. */
#include "cli/exchange.h"

#include "base/arena.h"
#include "base/hash.h"
#include "base/vec.h"

static const struct exchange_field table[] = {
	{ "url", "url:value", "url", "url", "url", false },
	{ "link", "url:value", "url", "url", "url", false },
	{ "url.domain", "domain-name:value", "url", "domain", "domain",
	    false },
	{ "url.host", "domain-name:value", "url", "host", "hostname", false },
	{ "from.domain", "domain-name:value", "email", "from-domain",
	    "domain", false },
	{ "mail_from.domain", "domain-name:value", "email",
	    "return-path-domain", "domain", false },
	{ "reply_to.domain", "domain-name:value", "email", "reply-to-domain",
	    "domain", false },
	{ "ip", "ipv4-addr:value", "email", "received-header-ip", "ip-src",
	    false },
	{ "url.ip", "ipv4-addr:value", "url", "ip", "ip-dst", false },
	{ "helo", NULL, "email", "received-header-hostname", "hostname",
	    true },
	{ "rdns", NULL, "email", "received-header-hostname", "hostname",
	    true },
	{ "from", "email-message:from_ref.value", "email", "from",
	    "email-src", false },
	{ "mail_from", "email-message:sender_ref.value", "email",
	    "return-path", "email-src", false },
	{ "reply_to", "email-message:additional_header_fields.Reply-To",
	    "email", "reply-to", "email-reply-to", false },
	{ "from.name", "email-message:from_ref.display_name", "email",
	    "from-display-name", "email-src-display-name", false },
	{ "subject", "email-message:subject", "email", "subject",
	    "email-subject", false },
	{ "body", "email-message:body", "email", "email-body", "email-body",
	    true },
	{ "text", "email-message:body", "email", "email-body", "email-body",
	    true },
	{ "link.text", NULL, "url", "text", "text", true },
	{ "url.path", NULL, "url", "resource_path", "text", true },
	{ "url.query", NULL, "url", "query_string", "text", true },
	{ "file.sha256", "file:hashes.'SHA-256'", "file", "sha256", "sha256",
	    false },
	{ "file.name", "file:name", "file", "filename", "filename", true },
	{ "phone", NULL, "phone", "text", "phone-number", true },
};

/* Words of MISP that are ours under another name. */
static const struct {
	const char *type;
	const char *field;
} types[] = {
	{ "domain", "url.domain" }, { "hostname", "url.host" },
	{ "url", "url" }, { "uri", "url" }, { "link", "url" },
	{ "ip-src", "ip" }, { "ip-dst", "url.ip" },
	{ "email", "from" }, { "email-src", "from" },
	{ "email-reply-to", "reply_to" }, { "email-subject", "subject" },
	{ "email-src-display-name", "from.name" },
	{ "email-body", "body" }, { "sha256", "file.sha256" },
	{ "filename", "file.name" }, { "phone-number", "phone" },
};

const struct exchange_field *
exchange_field(struct str field)
{
	for (size_t i = 0; i < nitems(table); i++)
		if (str_is(field, table[i].field))
			return &table[i];
	return NULL;
}

const struct exchange_field *
exchange_by_stix(struct str path)
{
	if (str_is(path, "ipv6-addr:value"))
		path = STR("ipv4-addr:value");
	if (str_is(path, "email-addr:value"))
		return exchange_field(STR("from"));
	for (size_t i = 0; i < nitems(table); i++)
		if (table[i].stix != NULL && str_is(path, table[i].stix))
			return &table[i];
	return NULL;
}

const struct exchange_field *
exchange_by_misp(struct str object, struct str relation, struct str type)
{
	for (size_t i = 0; i < nitems(table); i++)
		if (str_is(object, table[i].object) &&
		    str_is(relation, table[i].relation))
			return &table[i];
	for (size_t i = 0; i < nitems(types); i++)
		if (str_is(type, types[i].type))
			return exchange_field(str_of(types[i].field));
	return NULL;
}

bool
exchange_is_formula(struct str cell)
{
	while (str_skip(&cell, STR("'")))
		;
	return cell.n != 0 && str_has(STR("=+-@\t\r"), cell.p[0]);
}

struct str
exchange_uuid(struct arena *a, struct str name)
{
	char sum[SHA256_TEXT];

	hash_sha256(name, sum);
	/* Version 8, RFC 9562 5.8: made our own way. */
	return str_printf(a, "%.8s-%.4s-8%.3s-a%.3s-%.12s", sum, sum + 8,
	    sum + 12, sum + 15, sum + 18);
}

struct str
exchange_time(struct arena *a, int32_t day, unsigned seconds)
{
	char text[16];

	day_format(day, text);
	return str_printf(a, "%sT00:00:%02uZ", text, seconds);
}

int
exchange_tlp_rank(struct str tlp)
{
	static const char *const ranks[] = { "clear", "green", "amber",
		"amber+strict", "red" };

	for (size_t i = 0; i < nitems(ranks); i++)
		if (str_is(tlp, ranks[i]))
			return (int)i;
	return 0;
}
