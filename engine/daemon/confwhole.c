/* SPDX-License-Identifier: Apache-2.0 */
/* Settings held against each other, and the checks that come of them. */
#include "daemon/confwhole.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "check/auth.h"
#include "check/dnslists.h"
#include "check/networks.h"
#include "check/records.h"
#include "check/reverse.h"
#include "check/secret.h"
#include "check/seen.h"
#include "check/sites.h"
#include "daemon/config.h"
#include "daemon/dnslistread.h"
#include "daemon/nevername.h"
#include "daemon/said.h"
#include "mail/url.h"
#include "net/resolver.h"

/* Tests have a quarter of the time that compiling may take. */
enum { PROOF_PART = 4 };

/* Checks that always run; plugins come before them. */
static const struct check *const shipped[] = { &check_seen };

/* The command line's in place of the file's, and ours if nobody says any. */
static bool
settle_listeners(struct daemon_conf *conf, struct arena *a, struct err *e)
{
	const struct str *spec;

	if (conf->listen.n == 0 && conf->listeners.n == 0) {
		*VEC_ADD(a, &conf->listen) = STR("127.0.0.1:11333");
		*VEC_ADD(a, &conf->listen) = STR("control=127.0.0.1:11334");
	}
	if (conf->listen.n != 0)
		conf->listeners = (listen_list){ 0 };
	VEC_EACH(spec, &conf->listen) {
		if (!listen_add(&conf->listeners, a, *spec, e))
			return false;
	}
	return true;
}

/* The command line's in place of the file's. */
static bool
settle_dnslists(struct daemon_conf *conf, struct arena *a, struct err *e)
{
	const struct str *preset;

	if (conf->presets.n != 0)
		conf->dnslists = (dnslist_list){ 0 };
	VEC_EACH(preset, &conf->presets) {
		if (!dnslists_add(&conf->dnslists, a, *preset, e))
			return false;
	}
	if (conf->dnslists.n != 0 && conf->dns.servers.n == 0)
		return err_set(e, "dnslists: nobody is there to be asked: "
		    "say dns.servers");
	return true;
}

/* A socket's address is told by its first "/". */
static struct str
absolute(struct arena *a, struct str path)
{
	char *here;

	if (path.n == 0 || path.p[0] == '/' || (here = getcwd(NULL, 0)) == NULL)
		return path;
	path = str_cat(a, str_cat(a, str_of(here), STR("/")), path);
	free(here);
	return path;
}

/* What is compiled is kept where the rest is remembered. */
static void
settle_state(struct daemon_conf *conf, struct arena *a)
{
	conf->state = absolute(a, conf->state);
	if (str_is(conf->control, "off"))
		conf->control = STR("");
	else if (conf->control.n == 0 && conf->state.n != 0)
		conf->control = str_cat(a, conf->state, STR("/control.sock"));
	if (conf->state.n != 0)
		conf->generation.image = str_cat(a, conf->state,
		    STR("/ruleset.image"));
}

/* The state folder may not be there yet, and need not be ours: without a key
 * no name of a person is kept. */
static void
settle_secret(struct daemon_conf *conf, struct arena *a)
{
	struct reputation_conf *r = &conf->reputation;
	struct err e;

	if (!r->hides_mailboxes || conf->is_view || conf->makes_nothing)
		return;
	if (r->key_file.n == 0 && conf->state.n == 0) {
		log_warn("reputation: mailboxes are not kept: no state folder "
		    "and no reputation.key_file");
		return;
	}
	if (r->key_file.n == 0) {
		mkdir(str_cstr(a, conf->state), 0700);
		r->key_file = str_cat(a, conf->state,
		    STR("/reputation.key"));
	}
	if (!secret_load(&r->secret, a, str_cstr(a, r->key_file), &e))
		log_warn("reputation: mailboxes are not kept: %s", e.text);
}

/* How many reports a user has made is kept under his name; without a key of
 * the site under one that this daemon forgets. */
static void
settle_reporters(struct daemon_conf *conf, struct arena *a)
{
	struct reputation_conf *r = &conf->reputation;
	struct err e;

	r->reporter_secret = r->secret;
	if (r->secret.n != 0 || conf->is_view || conf->makes_nothing)
		return;
	if (!secret_make(&r->reporter_secret, a, &e)) {
		log_error("reputation: %s", e.text);
		abort();
	}
}

/* Outlives conf, as the generation does. */
static void
add_reputation(struct daemon_conf *conf, struct arena *a)
{
	struct reputation_conf *own = ARENA_ONE(a, struct reputation_conf);

	if (!conf->reputation.is_on ||
	    !store_settings_are_on(&conf->store, conf->state))
		return;
	settle_secret(conf, a);
	settle_reporters(conf, a);
	*own = conf->reputation;
	*VEC_ADD(a, &conf->generation.checks) = (struct check_use){
		.check = &check_reputation, .conf = own };
}

/* Who hides mailboxes hides them everywhere in the store. */
static void
settle_history(struct daemon_conf *conf, struct arena *a)
{
	struct history_conf *h = &conf->front.history;

	if (h->keep == 0 ||
	    (conf->state.n == 0 && conf->store.engine == STORE_LMDB))
		return;
	if (conf->reputation.secret.n == 0)
		settle_secret(conf, a);
	h->hides = conf->reputation.hides_mailboxes != 0;
	h->secret = conf->reputation.secret;
}

/* The generation outlives the configuration it is made of. */
static void
add_networks(struct daemon_conf *conf, struct arena *a)
{
	struct networks_conf *own = ARENA_ONE(a, struct networks_conf);

	*own = conf->networks;
	*VEC_ADD(a, &conf->generation.checks) =
	    (struct check_use){ &check_networks, own };
}

/* Nobody is told of names that are not to be asked for either. */
static void
add_dnslists(struct daemon_conf *conf, struct arena *a)
{
	struct dnslists_conf *own = ARENA_ONE(a, struct dnslists_conf);
	size_t n = conf->dns.never.n;
	struct str *never = ARENA_MANY(a, struct str, n);

	for (size_t i = 0; i < n; i++)
		never[i] = str_lower(a, conf->dns.never.at[i]);
	*own = (struct dnslists_conf){ .lists = conf->dnslists,
		.queries = conf->dns.list_queries, .never = { never, n } };
	*VEC_ADD(a, &conf->generation.checks) =
	    (struct check_use){ dnslists_check(a, own), own };
}

static void
add_auth(struct daemon_conf *conf, struct arena *a)
{
	struct auth_conf *own = ARENA_ONE(a, struct auth_conf);
	const struct str *domain;

	VEC_EACH(domain, &conf->auth.arc_trusted)
		*VEC_ADD(a, &own->arc_trusted) = str_lower(a, *domain);
	*VEC_ADD(a, &conf->generation.checks) =
	    (struct check_use){ &check_auth, own };
}

/* Whether gateways say their results in the field that ours go in. */
static bool
is_field_shared(const struct generation_conf *conf)
{
	const struct str *field;

	VEC_EACH(field, &conf->auth_fields) {
		if (str_case_is(*field, "Authentication-Results"))
			return true;
	}
	return conf->auth_fields.n == 0;
}

/* Of one name a forged field could not be told from the gateway's own: it
 * would have to be believed, or his be taken out. */
static bool
check_gateways(const struct generation_conf *conf, struct err *e)
{
	const struct str *host;

	VEC_EACH(host, &conf->authserv) {
		if (str_case_eq(*host, conf->authserv_id) &&
		    is_field_shared(conf))
			return err_set(e, "auth.authserv_id: \"%" STR_FMT "\" "
			    "is in authserv too, and fields that strangers "
			    "write under that name could not be told from "
			    "your gateway's; give sekishod a name of its "
			    "own, such as sekisho.%" STR_FMT, STR_ARG(*host),
			    STR_ARG(*host));
	}
	return true;
}

/* A word of RFC 8601 2.2 that needs no quotes. */
static bool
check_authserv(const struct daemon_conf *conf, struct arena *a,
    struct err *e)
{
	struct str id = conf->generation.authserv_id, normal;

	if (id.n == 0)
		return true;
	if (!host_normalize(&normal, a, id) || !str_case_eq(normal, id))
		return err_set(e, "auth.authserv_id must be a name like "
		    "mx.example.jp, not \"%" STR_FMT "\"", STR_ARG(id));
	if (!check_gateways(&conf->generation, e))
		return false;
	return conf->dns.servers.n != 0 || err_set(e, "auth.authserv_id: "
	    "without dns.servers there are no results to write");
}

static bool
settle_never(struct daemon_conf *conf, struct arena *a, struct err *e)
{
	struct str *name;

	VEC_EACH(name, &conf->dns.never) {
		if (!nevername_read(name, a, *name, e))
			return false;
	}
	return true;
}

static bool
check_servers(const struct daemon_conf *conf, struct err *e)
{
	struct resolver_at at;
	const struct str *text;

	VEC_EACH(text, &conf->dns.servers) {
		if (!str_is(*text, "system") && !resolver_at_read(&at, *text))
			return err_set(e, "dns.servers: \"%" STR_FMT "\" is "
			    "neither system nor an address like 192.0.2.53 or "
			    "[2001:db8::53]:53", STR_ARG(*text));
	}
	return true;
}

static void
add_checks(struct daemon_conf *conf, struct arena *a)
{
	for (size_t i = 0; i < nitems(shipped); i++)
		VEC_ADD(a, &conf->generation.checks)->check = shipped[i];
	if (conf->dns.servers.n != 0) {
		add_auth(conf, a);
		VEC_ADD(a, &conf->generation.checks)->check = &check_reverse;
		if (conf->dns.links)
			VEC_ADD(a, &conf->generation.checks)->check =
			    &check_sites;
		if (conf->dnslists.n != 0)
			add_dnslists(conf, a);
	}
	if (conf->networks.tables.n != 0)
		add_networks(conf, a);
	if (conf->records)
		VEC_ADD(a, &conf->generation.checks)->check = &check_records;
	add_reputation(conf, a);
	settle_history(conf, a);
}

/* A file that is named is where the log goes, unless it is to go elsewhere. */
static bool
settle_log(struct daemon_conf *conf, struct err *e)
{
	if (conf->log_to == LOG_TO_FILE && conf->log_file.n == 0)
		return err_set(e, "log.to: file needs log_file");
	if (conf->log_to == LOG_TO_STDERR && conf->log_file.n != 0)
		conf->log_to = LOG_TO_FILE;
	else if (conf->log_to != LOG_TO_FILE)
		conf->log_file = STR("");
	return true;
}

static bool
check_mirror(const struct daemon_conf *conf, struct err *e)
{
	const struct str to = conf->front.mirror.to;
	struct resolver_at at;

	return to.n == 0 || resolver_at_read(&at, to) ||
	    err_set(e, "mirror.to must be an address and a port such as "
	    "192.0.2.1:11333, not \"%" STR_FMT "\"", STR_ARG(to));
}

static bool
check_lang(const struct daemon_conf *conf, struct err *e)
{
	const struct str lang = conf->generation.policy.lang;

	return str_is(lang, "ja") || str_is(lang, "en") ||
	    err_set(e, "lang must be ja or en, not \"%" STR_FMT "\"",
	    STR_ARG(lang));
}

/* What is right for itself, and wrong beside the rest.  *setting: which. */
static bool
check_together(struct daemon_conf *conf, struct arena *a,
    const char **setting, struct err *e)
{
	*setting = "lang";
	if (!check_lang(conf, e))
		return false;
	*setting = "log.to";
	if (!settle_log(conf, e))
		return false;
	*setting = "mirror.to";
	if (!check_mirror(conf, e))
		return false;
	*setting = "listen";
	if (!settle_listeners(conf, a, e))
		return false;
	*setting = "dns.never";
	if (!settle_never(conf, a, e))
		return false;
	*setting = "dnslists";
	if (!settle_dnslists(conf, a, e))
		return false;
	*setting = "dns.servers";
	if (!check_servers(conf, e))
		return false;
	*setting = "auth.authserv_id";
	if (!check_authserv(conf, a, e))
		return false;
	return store_settings_check(&conf->store, setting, e);
}

bool
confwhole_settle(struct daemon_conf *conf, struct arena *a,
    const struct said *said, struct err *e)
{
	const char *setting;

	if (!check_together(conf, a, &setting, e))
		return said_wrap(e, a, said, setting);
	settle_state(conf, a);
	if (conf->generation.packs.n == 0)
		*VEC_ADD(a, &conf->generation.packs) =
		    STR(SEKISHO_DATADIR "/rules");
	conf->generation.limits.bytes = conf->front.message;
	conf->generation.proof_ms = conf->self_test == 0 ? 0 :
	    conf->compile_ms / PROOF_PART;
	add_checks(conf, a);
	return true;
}
