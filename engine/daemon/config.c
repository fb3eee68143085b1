/* SPDX-License-Identifier: Apache-2.0 */
/* The table of settings of the daemon. */
#include "daemon/config.h"

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "check/reputationrows.h"
#include "conf/node.h"
#include "daemon/confwhole.h"
#include "daemon/dnslistread.h"
#include "daemon/policyrows.h"
#include "daemon/said.h"
#include "daemon/settings.h"
#include "daemon/tokens.h"
#include "scan/pluginload.h"

enum { FILE_MOST = 1024 * 1024 };

#define MB (1024LL * 1024)

static const char *const no_yes[] = { "no", "yes", NULL };

static const char *const levels[] = {
	[LOG_LEVEL_ERROR] = "error",
	[LOG_LEVEL_WARN] = "warning",
	[LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_DEBUG] = "debug",
	NULL
};

static const char *const log_places[] = {
	[LOG_TO_STDERR] = "stderr",
	[LOG_TO_FILE] = "file",
	[LOG_TO_SYSLOG] = "syslog",
	[LOG_TO_JOURNAL] = "journal",
	NULL
};

static const char *const log_formats[] = {
	[LOG_FORMAT_TEXT] = "text",
	[LOG_FORMAT_JSON] = "json",
	NULL
};

#define IN(member_) .offset = offsetof(struct daemon_conf, member_)
#define IN_POLICY(member_) IN(generation.policy.member_)
#define IN_REPUTATION(member_) IN(reputation.member_)
#define IN_STORE(member_) IN(store.member_)

const struct setting daemon_settings[] = {
	{ "listen", SETTING_IS_STRS, IN(listen),
	    .help = "where gateways call: [PROTOCOL=]ADDRESS:PORT" },
	{ "open", SETTING_IS_WORD, IN(open), .words = no_yes,
	    .help = "yes: listeners that say open: yes may let anybody in" },
	{ "packs", SETTING_IS_STRS, IN(generation.packs),
	    .help = "folder or file with rule packs" },
	{ "state", SETTING_IS_STR, IN(state),
	    .help = "folder for what is remembered" },
	POLICY_ROWS(IN_POLICY),
	{ "trusted", SETTING_IS_NETS, IN(generation.trusted),
	    .help = "networks of ours: their Received lines are believed" },
	{ "authserv", SETTING_IS_STRS, IN(generation.authserv),
	    .help = "hosts whose Authentication-Results are believed" },
	{ "auth.authserv_id", SETTING_IS_STR, IN(generation.authserv_id),
	    .help = "name under which an Authentication-Results field of "
	    "ours is added; none: it is not" },
	{ "auth.fields", SETTING_IS_STRS, IN(generation.auth_fields),
	    .help = "fields in which hosts of authserv say their results; "
	    "none: Authentication-Results" },
	{ "auth.arc_trusted", SETTING_IS_STRS, IN(auth.arc_trusted),
	    .help = "domains whose ARC seals are believed" },
	{ "subject_tags", SETTING_IS_STRS, IN(generation.subject_tags),
	    .help = "tags of gateways before a subject, like [spam]" },
	{ "deadline", SETTING_IS_TIME, IN(generation.deadline_ms),
	    .least = 10, .most = 600000, .help = "of one scan" },
	{ "workers", SETTING_IS_COUNT, IN(workers), .least = 0,
	    .most = WORKERS_MOST, .first = "0",
	    .help = "processes that serve; 0: one for each processor" },
	{ "control", SETTING_IS_STR, IN(control),
	    .help = "socket where sekisho reload asks; control.sock in state "
	    "if not said, off for none" },
	{ "watch", SETTING_IS_TIME, IN(watch_ms), .least = 0,
	    .most = 86400000, .first = "0s",
	    .help = "how often packs are looked at for changes; 0s: never" },
	{ "reload.self_test", SETTING_IS_WORD, IN(self_test), .words = no_yes,
	    .first = "yes", .help = "a changed pack serves only when its own "
	    "tests hold" },
	{ "sandbox", SETTING_IS_WORD, IN(sandbox), .words = no_yes,
	    .first = "yes", .help = "no: workers may do what their user may, "
	    "for a debugger" },
	{ "user", SETTING_IS_STR, IN(user), .first = "sekisho",
	    .help = "who workers are when sekishod is started as root" },
	{ "log", SETTING_IS_WORD, IN(log), .words = levels, .first = "info",
	    .help = "how much is told" },
	{ "log.level", SETTING_IS_WORD, IN(log), .words = levels,
	    .help = "the same, where log is a mapping" },
	{ "log.to", SETTING_IS_WORD, IN(log_to), .words = log_places,
	    .first = "stderr", .help = "where it is told" },
	{ "log.format", SETTING_IS_WORD, IN(log_format), .words = log_formats,
	    .first = "text", .help = "as text, or a JSON object a line" },
	{ "log.socket", SETTING_IS_STR, IN(log_socket),
	    .help = "of syslog or the journal, if it is not the usual one" },
	{ "log_file", SETTING_IS_STR, IN(log_file),
	    .help = "file to log to instead of standard error" },
	{ "pid_file", SETTING_IS_STR, IN(pid_file),
	    .help = "file to write the process id to" },
	STORE_ROWS(IN_STORE),
	REPUTATION_ROWS(IN_REPUTATION),
	{ "history.keep", SETTING_IS_COUNT, IN(front.history.keep),
	    .least = 0, .most = 10000000, .first = "10000",
	    .help = "verdicts that can be looked up later; 0: none" },
	{ "history.answers", SETTING_IS_SIZE, IN(front.history.answers),
	    .least = 0, .most = 20 * 1024, .first = "16KB",
	    .help = "bytes of answers kept with each, to replay it" },
	{ "history.messages", SETTING_IS_WORD, IN(front.history.messages),
	    .words = no_yes, .first = "no",
	    .help = "yes: the messages are kept too" },
	{ "history.message_size", SETTING_IS_SIZE,
	    IN(front.history.message), .least = 1024, .most = 16 * MB,
	    .first = "256KB", .help = "up to so many bytes" },
	{ "mirror.to", SETTING_IS_STR, IN(front.mirror.to),
	    .help = "ADDRESS:PORT of a second sekishod that gets a share of "
	    "the messages" },
	{ "mirror.share", SETTING_IS_POINTS, IN(front.mirror.share),
	    .first = "0.05", .help = "0.05: one in twenty; 1: all" },
	{ "mirror.token", SETTING_IS_LINE, IN(front.mirror.token),
	    .help = "to be shown there" },
	{ "mirror.tls", SETTING_IS_WORD, IN(front.mirror.tls),
	    .words = no_yes, .help = "yes: it is called in TLS" },
	{ "mirror.ca", SETTING_IS_STR, IN(front.mirror.ca),
	    .help = "PEM file: whose certificate it has" },
	{ "mirror.tls_name", SETTING_IS_STR, IN(front.mirror.tls_name),
	    .help = "name in its certificate, if not the address" },
	{ "mirror.margin", SETTING_IS_POINTS, IN(front.mirror.margin),
	    .first = "1", .help = "of the score; more is another verdict" },
	{ "mirror.held", SETTING_IS_SIZE, IN(front.mirror.held),
	    .least = 1024, .most = 1024 * MB, .first = "16MB",
	    .help = "bytes of messages that wait for it" },
	{ "mirror.timeout", SETTING_IS_TIME, IN(front.mirror.timeout_ms),
	    .least = 10, .most = 600000, .first = "10s",
	    .help = "of each" },
	{ "dns.servers", SETTING_IS_STRS, IN(dns.servers),
	    .help = "name servers, ADDRESS[:PORT] or system; none: no SPF, "
	    "DKIM, DMARC" },
	{ "dns.never", SETTING_IS_STRS, IN(dns.never),
	    .help = "domains that are never asked for" },
	{ "dns.private", SETTING_IS_WORD, IN(dns.private), .words = no_yes,
	    .help = "yes: names that mean something at home only (local, "
	    "test, private networks) are asked for too" },
	{ "dns.budget", SETTING_IS_TIME, IN(dns.budget_ms), .least = 10,
	    .most = 60000, .first = "2s",
	    .help = "that a message waits for name servers in all" },
	{ "dns.queries", SETTING_IS_COUNT, IN(dns.queries), .least = 1,
	    .most = 1000, .first = "64",
	    .help = "most questions of one message" },
	{ "dns.list_queries", SETTING_IS_COUNT, IN(dns.list_queries),
	    .least = 1, .most = 1000, .first = "32",
	    .help = "most of them to lists" },
	{ "dns.timeout", SETTING_IS_TIME, IN(dns.timeout_ms), .least = 10,
	    .most = 60000, .first = "900ms", .help = "of one try" },
	{ "dns.cache", SETTING_IS_SIZE, IN(dns.cache), .least = 1024,
	    .most = 64 * 1024 * MB, .first = "32MB",
	    .help = "bytes of answers that are kept" },
	{ "dns.links", SETTING_IS_WORD, IN(dns.links), .words = no_yes,
	    .help = "yes: hosts of links are looked up too" },
	{ "dnslists", SETTING_IS_STRS, IN(presets),
	    .help = "lists of the DNS that are asked: presets, or mappings "
	    "in the file" },
	{ "records", SETTING_IS_WORD, IN(records), .words = no_yes,
	    .help = "yes: the store is asked for ages and verdicts of "
	    "domains" },
	{ "networks.tables", SETTING_IS_STRS, IN(networks.tables),
	    .help = "files that say whose an address is (MaxMind's format)" },
	{ "limits.message", SETTING_IS_SIZE, IN(front.message),
	    .least = 1024, .most = 1024 * MB,
	    .help = "bytes of a message; longer ones are refused" },
	{ "limits.depth", SETTING_IS_COUNT, IN(generation.limits.depth),
	    .least = 1, .most = 1000, .help = "levels of MIME parts" },
	{ "limits.parts", SETTING_IS_COUNT, IN(generation.limits.parts),
	    .least = 1, .most = 1000000, .help = "MIME parts" },
	{ "limits.addresses", SETTING_IS_COUNT,
	    IN(generation.limits.addresses), .least = 1, .most = 100000,
	    .help = "mailboxes of a header field" },
	{ "limits.decoded", SETTING_IS_SIZE, IN(generation.limits.decoded),
	    .least = 1024, .most = 1024 * MB,
	    .help = "bytes of one decoded text" },
	{ "limits.unpacked", SETTING_IS_SIZE, IN(generation.limits.unpacked),
	    .least = 1024, .most = 1024 * MB,
	    .help = "bytes of what a message's files have packed" },
	{ "limits.urls", SETTING_IS_COUNT, IN(generation.limits.urls),
	    .least = 1, .most = 100000, .help = "links" },
	{ "limits.hops", SETTING_IS_COUNT, IN(generation.limits.hops),
	    .least = 1, .most = 10000, .help = "Received lines" },
	{ "limits.memory", SETTING_IS_SIZE, IN(generation.memory),
	    .least = MB, .most = 64 * 1024 * MB,
	    .help = "bytes a scan may hold" },
	{ "limits.connections", SETTING_IS_COUNT, IN(front.connections),
	    .least = 1, .most = 1000000, .help = "connections at a time" },
	{ "limits.held", SETTING_IS_SIZE, IN(front.held), .least = MB,
	    .most = 1024 * 1024 * MB,
	    .help = "bytes of all requests coming in" },
	{ "limits.scans", SETTING_IS_COUNT, IN(front.scans),
	    .least = 1, .most = 1000000,
	    .help = "messages scanned at a time" },
	{ "limits.wait", SETTING_IS_TIME, IN(front.wait_ms), .least = 1,
	    .most = 3600000,
	    .help = "of a message for its turn; who would wait longer is "
	    "told to come later" },
	{ "limits.per_client", SETTING_IS_COUNT, IN(front.per_client),
	    .least = 1, .most = 1000000,
	    .help = "connections of one client that is not trusted" },
	{ "limits.worker", SETTING_IS_SIZE, IN(memory), .least = 64 * MB,
	    .most = 1024 * 1024 * MB, .first = "4GB",
	    .help = "bytes that a worker may hold" },
	{ "limits.cpu", SETTING_IS_TIME, IN(cpu_ms), .least = 100,
	    .most = 3600000, .first = "2s",
	    .help = "of the processor for one scan; twice that ends its "
	    "worker" },
	{ "limits.compile_time", SETTING_IS_TIME, IN(compile_ms),
	    .least = 100, .most = 3600000, .first = "10s",
	    .help = "that packs may take to be compiled" },
	{ "limits.compile_memory", SETTING_IS_SIZE, IN(compile),
	    .least = 64 * MB, .most = 1024 * 1024 * MB, .first = "4GB",
	    .help = "bytes that compiling them may take" },
	{ "timeouts.first_byte", SETTING_IS_TIME, IN(front.first_ms),
	    .least = 10, .most = 3600000,
	    .help = "from the connection to its first byte" },
	{ "timeouts.request", SETTING_IS_TIME, IN(front.request_ms),
	    .least = 10, .most = 3600000,
	    .help = "from the first byte of a request to its last" },
	{ "timeouts.idle", SETTING_IS_TIME, IN(front.idle_ms),
	    .least = 10, .most = 86400000, .help = "between two requests" },
	{ "timeouts.send", SETTING_IS_TIME, IN(front.send_ms),
	    .least = 10, .most = 3600000,
	    .help = "for a client to read a piece of a reply" },
	{ 0 }
};

const struct node_limits conf_text_limits = { FILE_MOST, 16, 100000 };

/* Takes an entry out of a map, for a reader of its own. */
static struct node *
take_entry(struct node *map, const char *key)
{
	struct node **at = &map->first, *found;

	while (*at != NULL && !str_is((*at)->key, key))
		at = &(*at)->next;
	found = *at;
	if (found != NULL)
		*at = found->next;
	return found;
}

/* "NAME: {setting: value}"; a name with a slash is a file. */
static bool
read_plugin(struct daemon_conf *conf, struct arena *a,
    const struct node *entry, struct diags *d, struct err *e)
{
	const char *path = str_has(entry->key, '/') ?
	    str_cstr(a, entry->key) :
	    str_cstr(a, str_cat(a, STR(SEKISHO_PLUGINDIR "/"), entry->key,
		STR(".so")));
	static const struct setting none[] = { { 0 } };
	const struct setting *table;
	struct check_use use;
	void *own;

	if (!plugin_load(&use.check, a, path, e))
		return false;
	table = use.check->settings != NULL ? use.check->settings : none;
	own = arena_take(a, use.check->conf_size);
	settings_first(own, a, table);
	if (entry->type != NODE_TEXT || entry->text.n != 0)
		settings_read(own, a, table, entry, d);
	use.conf = own;
	*VEC_ADD(a, &conf->generation.checks) = use;
	return true;
}

static bool
read_plugins(struct daemon_conf *conf, struct arena *a,
    const struct node *map, struct diags *d, struct err *e)
{
	const struct node *entry;

	if (map->type != NODE_MAP) {
		diag_add(d, DIAG_ERROR, map->mark, "",
		    "plugins must be a mapping, not %s",
		    node_type_name(map->type));
		return true;
	}
	NODE_EACH(entry, map) {
		if (!read_plugin(conf, a, entry, d, e))
			return err_wrap(e, "%" STR_FMT ":%u:%u",
			    STR_ARG(d->file), (unsigned)entry->key_mark.line,
			    (unsigned)entry->key_mark.column);
	}
	return true;
}

/* What is no single value has a reader of its own. */
static void
read_lists(struct daemon_conf *conf, struct arena *a, struct node *root,
    struct diags *d)
{
	struct node *listen = take_entry(root, "listen");
	struct node *tokens = take_entry(root, "tokens");
	struct node *settings = take_entry(root, "settings");
	struct node *lists = take_entry(root, "dnslists");

	if (listen != NULL)
		listen_read(&conf->listeners, a, listen, d);
	if (tokens != NULL)
		tokens_read(&conf->front.tokens, a, tokens, d);
	if (settings != NULL)
		settings_rules_read(&conf->generation.rules, a, settings, d);
	if (lists != NULL)
		dnslists_read(&conf->dnslists, a, lists, d);
}

bool
conf_text_read(struct conf_text *out, struct arena *a, const char *path,
    struct err *e)
{
	*out = (struct conf_text){ .path = path };
	return path == NULL || file_read(&out->yaml, a, path, FILE_MOST, e);
}

static bool
read_file(struct daemon_conf *conf, struct arena *a,
    const struct conf_text *file, struct diags *d, struct err *e)
{
	struct node *root = NULL, *plugins = NULL;
	size_t errors = d->errors;

	diags_file(d, str_of(file->path), file->yaml);
	if (node_read(&root, a, file->yaml, &conf_text_limits, d) &&
	    root != NULL) {
		plugins = take_entry(root, "plugins");
		read_lists(conf, a, root, d);
		settings_read(conf, a, daemon_settings, root, d);
	}
	if (plugins != NULL && !conf->is_view &&
	    !read_plugins(conf, a, plugins, d, e))
		return false;
	return d->errors == errors ||
	    err_set(e, "%s: not a usable configuration", file->path);
}

bool
daemon_conf_read(struct daemon_conf *conf, struct arena *a,
    const struct said *said, struct diags *d, struct err *e)
{
	const struct conf_text *file = said->file;
	const struct override *o;
	struct str expected;

	*conf = (struct daemon_conf){ .front = front_conf_default,
		.is_view = file->is_view,
		.makes_nothing = file->makes_nothing };
	generation_conf_default(&conf->generation);
	settings_first(conf, a, daemon_settings);
	if (file->path != NULL && !read_file(conf, a, file, d, e))
		return false;
	VEC_EACH(o, said->overrides)
		setting_empty(conf, o->row);
	VEC_EACH(o, said->overrides) {
		if (!setting_set(conf, a, o->row, o->text, &expected))
			return err_set(e, "--%s must be %" STR_FMT ", not \"%"
			    STR_FMT "\"", o->row->name, STR_ARG(expected),
			    STR_ARG(o->text));
	}
	return confwhole_settle(conf, a, said, e);
}
