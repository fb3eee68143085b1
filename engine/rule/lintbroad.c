/* SPDX-License-Identifier: Apache-2.0 */
/* Lint of what a value covers: names and addresses that many share, and
 * those that nobody outside can have. */
#include "base/addr.h"
#include "base/arena.h"
#include "base/vec.h"
#include "mail/url.h"
#include "rule/lint.h"
#include "rule/packread.h"
#include "rule/sharedname.h"

enum { NET4_BITS = 24, NET6_BITS = 48 };

/* The name that a host, domain or URL without a path stands for, or "". */
static struct str
bare_name(const struct value *v)
{
	struct str host = lint_host(v), key = v->pattern.key, path;

	if (v->field->kind == FIELD_MAILBOX)
		return STR("");
	if (v->field->kind != FIELD_URL)
		return host;
	path = str_from(key, str_find_str(key, STR("://")) + 3);
	path = str_from(path, str_find(path, '/'));
	return path.n <= 1 ? host : STR("");
}

/* I04: a name below which anybody may write. */
static void
too_broad(const struct lint_seen *s)
{
	struct str name = bare_name(s->value);
	const char *what;

	if (name.n == 0 || s->group->is_exception || s->value->is_spoofed)
		return;
	what = shared_name(name);
	if (host_is_suffix(name))
		what = "a public suffix";
	if (what == NULL)
		return;
	diag_add(s->r->diags, DIAG_ERROR, s->value->mark, "I04",
	    "%" STR_FMT ".%s: \"%" STR_FMT "\" is %s: anybody may write there",
	    STR_ARG(s->group->name), s->value->field->name, STR_ARG(name),
	    what);
	diag_hint(s->r->diags, "name the customer's own host, or the whole "
	    "URL with its path");
}

/* I03: where nobody outside can come from. */
static void
nobody(const struct lint_seen *s)
{
	const struct addr_net *net = &s->value->pattern.net;
	struct str host = lint_host(s->value);

	if (s->group->is_exception)
		return;
	if (s->value->pattern.kind == PATTERN_NET &&
	    addr_is_private(&net->addr))
		lint_say(s, DIAG_WARNING, "I03", "is a private address");
	if (str_is(host, "localhost") || str_ends(host, STR(".localhost")) ||
	    str_ends(host, STR(".local")))
		lint_say(s, DIAG_WARNING, "I03", "is a name of one's own "
		    "network");
}

/* Front ends of content networks and mail providers, by their own
 * published ranges. */
static const struct {
	const char *net, *whose;
} shared_nets[] = {
	{ "104.16.0.0/13", "Cloudflare" }, { "104.24.0.0/14", "Cloudflare" },
	{ "172.64.0.0/13", "Cloudflare" }, { "188.114.96.0/20", "Cloudflare" },
	{ "162.158.0.0/15", "Cloudflare" }, { "141.101.64.0/18", "Cloudflare" },
	{ "2606:4700::/32", "Cloudflare" }, { "151.101.0.0/16", "Fastly" },
	{ "199.232.0.0/16", "Fastly" }, { "185.199.108.0/22", "GitHub Pages" },
	{ "209.85.128.0/17", "Google's mail" }, { "142.250.0.0/15", "Google" },
	{ "172.217.0.0/16", "Google" }, { "216.58.192.0/19", "Google" },
	{ "40.92.0.0/15", "Microsoft's mail" },
	{ "40.107.0.0/16", "Microsoft's mail" },
	{ "52.100.0.0/14", "Microsoft's mail" },
	{ "54.240.0.0/18", "Amazon's mail" }, { "13.32.0.0/15", "CloudFront" },
	{ "99.84.0.0/16", "CloudFront" }, { "13.224.0.0/14", "CloudFront" },
	{ "1.1.1.1/32", "a public resolver" },
	{ "8.8.8.8/32", "a public resolver" },
};

/* I05: an address of too many. */
static void
shared_address(const struct lint_seen *s)
{
	const struct addr_net *net = &s->value->pattern.net;
	struct addr_net of;

	if (s->value->pattern.kind != PATTERN_NET || s->group->is_exception)
		return;
	if (net->bits < (net->addr.family == 4 ? NET4_BITS : NET6_BITS)) {
		lint_say(s, DIAG_WARNING, "I05",
		    "is a network wider than /24 (IPv6: /48)");
		return;
	}
	for (size_t i = 0; i < nitems(shared_nets); i++)
		if (addr_net_parse(str_of(shared_nets[i].net), &of) &&
		    addr_net_has(&of, &net->addr)) {
			lint_say(s, DIAG_WARNING, "I05", str_cstr(s->r->arena,
			    str_cat(s->r->arena, STR("is shared by customers "
			    "of "), str_of(shared_nets[i].whose))));
			return;
		}
}

void
broad_lint(const struct lint_seen *s)
{
	too_broad(s);
	nobody(s);
	shared_address(s);
}
