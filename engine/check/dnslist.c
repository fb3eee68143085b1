/* SPDX-License-Identifier: Apache-2.0 */
/* The well-known lists, as their operators describe them. */
#include "check/dnslist.h"

#include "base/arena.h"

enum { QUERIES = 16 };

const char *const dnslist_whats[DNSLIST_WHATS] = {
	[DNSLIST_IP] = "ip",
	[DNSLIST_RECEIVED_IP] = "received_ip",
	[DNSLIST_URL_IP] = "url_ip",
	[DNSLIST_HELO] = "helo",
	[DNSLIST_RDNS] = "rdns",
	[DNSLIST_DOMAIN] = "domain",
	[DNSLIST_HOST] = "host",
	[DNSLIST_DKIM] = "dkim_domain",
	[DNSLIST_URL_DOMAIN] = "url_domain",
	[DNSLIST_URL_HOST] = "url_host",
	[DNSLIST_EMAIL] = "email",
	[DNSLIST_URL] = "url",
	[DNSLIST_FILE] = "file",
};

bool
dnslist_what_of(struct str name, enum dnslist_what *what)
{
	for (int i = 0; i < DNSLIST_WHATS; i++) {
		if (!str_is(name, dnslist_whats[i]))
			continue;
		*what = (enum dnslist_what)i;
		return true;
	}
	return false;
}

#define SPAMHAUS "The Spamhaus Project: free for few queries and no " \
	"commercial use, not through public resolvers; " \
	"www.spamhaus.org/blocklists/dnsbl-fair-use-policy"
#define ZEN "127.0.0.2 sbl, 127.0.0.3 css, 127.0.0.4-7 xbl, " \
	"127.0.0.9 drop, 127.0.0.10-11 pbl, 127.0.0.30 bcl"
#define DBL "127.0.1.2 spam, 127.0.1.4 phish, 127.0.1.5 malware, " \
	"127.0.1.6 botnet, 127.0.1.102 abused, " \
	"127.0.1.103 abused-redirector, 127.0.1.104 abused-phish, " \
	"127.0.1.105 abused-malware, 127.0.1.106 abused-botnet"

const struct dnslist_preset dnslist_presets[] = {
	{ .name = "spamhaus-zen", .zone = "zen.spamhaus.org", .what = "ip",
	    .codes = ZEN, .terms = SPAMHAUS },
	{ .name = "spamhaus-sbl-xbl", .zone = "sbl-xbl.spamhaus.org",
	    .what = "received_ip url_ip",
	    .codes = "127.0.0.2 sbl, 127.0.0.3 css, 127.0.0.4-7 xbl, "
		"127.0.0.9 drop, 127.0.0.30 bcl", .terms = SPAMHAUS },
	{ .name = "spamhaus-dbl", .zone = "dbl.spamhaus.org",
	    .what = "domain dkim_domain helo rdns url_host", .codes = DBL,
	    .alarms = "127.0.1.255 addresses are not to be asked for",
	    .test = "dbltest.com", .terms = SPAMHAUS },
	{ .name = "spamhaus-zrd", .what = "domain dkim_domain url_domain",
	    .codes = "127.0.2.2-24 new",
	    .terms = "The Spamhaus Project: customers, with a key in the "
		"zone; www.spamhaus.com" },
	{ .name = "surbl", .zone = "multi.surbl.org",
	    .what = "domain dkim_domain url_domain",
	    .codes = "127.0.0.&8 phish, 127.0.0.&16 malware, "
		"127.0.0.&64 abuse, 127.0.0.&128 cracked",
	    .alarms = "127.0.0.1 asked too often or through a public "
		"resolver", .test = "test.surbl.org",
	    .terms = "SURBL: free for few queries, not through public "
		"resolvers; www.surbl.org/usage-policy" },
	{ .name = "uribl", .zone = "multi.uribl.com",
	    .what = "domain dkim_domain url_domain",
	    .codes = "127.0.0.&2 black, 127.0.0.&4 grey, 127.0.0.&8 red",
	    .alarms = "127.0.0.1 asked too often or through a public "
		"resolver", .test = "test.uribl.com",
	    .terms = "URIBL: free for few queries, not through public "
		"resolvers; uribl.com/about.shtml" },
	{ .name = "spamcop", .zone = "bl.spamcop.net", .what = "ip",
	    .codes = "127.0.0.2 listed",
	    .terms = "SpamCop: www.spamcop.net/bl.shtml" },
	{ .name = "barracuda", .zone = "b.barracudacentral.org",
	    .what = "ip", .codes = "127.0.0.2 listed",
	    .terms = "Barracuda Networks: the addresses of your resolvers "
		"have to be registered; www.barracudacentral.org/rbl" },
	{ .name = "psbl", .zone = "psbl.surriel.com", .what = "ip",
	    .codes = "127.0.0.2 listed", .terms = "PSBL: psbl.org" },
	{ .name = "dronebl", .zone = "dnsbl.dronebl.org", .what = "ip",
	    .codes = "127.0.0.2-254 listed",
	    .terms = "DroneBL: dronebl.org" },
	{ .name = "uceprotect-1", .zone = "dnsbl-1.uceprotect.net",
	    .what = "ip", .codes = "127.0.0.2 listed",
	    .terms = "UCEPROTECT: www.uceprotect.net" },
	{ .name = "msbl-ebl", .zone = "ebl.msbl.org", .what = "email",
	    .codes = "127.0.0.2 listed", .hash = DNSLIST_SHA1,
	    .terms = "MSBL: msbl.org/ebl.html" },
	{ .name = "dnswl", .zone = "list.dnswl.org", .what = "ip",
	    .codes = "127.0.*.0 known, 127.0.*.1 low, 127.0.*.2 medium, "
		"127.0.*.3 high", .alarms = "127.0.0.255 asked too often",
	    .terms = "dnswl.org: free for few queries; "
		"www.dnswl.org/?page_id=9" },
	{ 0 }
};

/* "127.0.0.2 sbl, ...": ours, so they are right.  No alarm has a comma. */
static void
add_codes(dnscode_list *out, struct arena *a, const char *text)
{
	struct str rest = str_of(text), piece, address, name;

	while (str_next(&rest, ',', &piece)) {
		struct dnscode *c = VEC_ADD(a, out);
		bool is_read;

		str_cut(str_trim(piece), ' ', &address, &name);
		is_read = dnscode_read(c, address);
		assert(is_read);
		(void)is_read;
		/* dnscode_alarm hands it on as a string. */
		c->name = str_of(str_cstr(a, name));
	}
}

static unsigned
whats_of(const char *words)
{
	struct str rest = str_of(words), word;
	enum dnslist_what what = DNSLIST_IP;
	unsigned whats = 0;

	while (str_next(&rest, ' ', &word)) {
		bool is_known = dnslist_what_of(word, &what);

		assert(is_known);
		(void)is_known;
		whats |= 1U << what;
	}
	return whats;
}

bool
dnslist_of_preset(struct dnslist *out, struct arena *a, struct str name)
{
	const struct dnslist_preset *p = dnslist_presets;

	while (p->name != NULL && !str_is(name, p->name))
		p++;
	if (p->name == NULL)
		return false;
	*out = (struct dnslist){ .id = str_of(p->name),
		.zone = str_of(p->zone), .whats = whats_of(p->what),
		.hash = p->hash, .digits = p->digits, .queries = QUERIES,
		.test = str_of(p->test) };
	add_codes(&out->codes, a, p->codes);
	if (p->alarms != NULL)
		add_codes(&out->alarms, a, p->alarms);
	return true;
}
