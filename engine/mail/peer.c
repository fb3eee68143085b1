/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who handed the message to the first host we trust, and what trusted hosts
 * found out about it.  The envelope knows best.  Without it, and where it
 * names a host of ours, the Received fields are walked from the newest on: the
 * top one is of a host of ours, and each is believed as long as the one above
 * names one.  When the envelope names a stranger, the top one may be his:
 * gateways ask before they write theirs.
 */
#include "mail/assemble.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mail/url.h"

static bool
is_trusted(const struct addr *ip, const struct message_conf *conf)
{
	return addr_net_list_has(conf->trusted, conf->n_trusted, ip);
}

/* fe80::/10, as Exchange writes of its own services. */
static bool
is_link_local(const struct addr *ip)
{
	return ip->family == 6 && ip->bytes[0] == 0xfe &&
	    (ip->bytes[1] & 0xc0) == 0x80;
}

/* A host of a private network that nobody has named may be a proxy or NAT in
 * front of ours, and stand for any stranger. */
static bool
is_ours(const struct addr *ip, const struct message_conf *conf)
{
	return addr_is_loopback(ip) || is_link_local(ip) ||
	    is_trusted(ip, conf);
}

/* A word of a comment, in front of all that a user has chosen. */
static bool
is_in_comment(struct str raw, struct str word)
{
	raw = str_from(raw, str_find(raw, '('));
	return str_find_str(raw, word) < str_find(raw, ')');
}

/*
 * A user or program of the host itself handed the message in, and wrote all
 * lines below:
 *
 *	by mx (Postfix, from userid 33)
 *	by mx (sSMTP sendmail emulation)
 *	from joe by mx with local		Exim, Courier
 *	(qmail 12 invoked by uid 33)		nullmailer, too
 *	(from joe@localhost) by mx		Sendmail
 */
static bool
is_submitted(const struct hop *hop)
{
	struct str raw = str_trim(hop->raw);

	return hop->ip.family == 0 && (str_case_starts(hop->with,
	    STR("local")) || (!hop->has_from &&
	    (is_in_comment(raw, STR(", from userid ")) ||
	    is_in_comment(raw, STR("(sSMTP ")) ||
	    is_in_comment(raw, STR(" invoked by uid ")) ||
	    str_starts(raw, STR("(from ")))));
}

/* Lines of our own host about itself: "(qmail 12 invoked from network)", "by
 * mx with LMTP".  A line with an address that cannot be read is about somebody
 * else, and "from mx by mx" is, too: he may have called himself so. */
static bool
is_inner(const struct hop *hop)
{
	return hop->ip.family == 0 && !hop->is_unclear &&
	    !str_has(hop->raw, '[') && !hop_is_fetched(hop) &&
	    (!hop->has_from || is_submitted(hop) ||
	    str_case_starts(hop->with, STR("LMTP")));
}

/* Who has handed in a message of his own has no line of another below. */
static bool
is_passed_by(const struct message *m, size_t i)
{
	const struct hop *hop = &m->hops.at[i];

	return is_inner(hop) && (!is_submitted(hop) || i + 1 == m->hops.n);
}

/* The index of the peer's line, or UINT32_MAX: there is none. */
static uint32_t
peer_line(const struct message *m, const struct message_conf *conf)
{
	uint32_t last = UINT32_MAX;

	for (size_t i = 0; i < m->hops.n; i++) {
		const struct hop *hop = &m->hops.at[i];

		if (is_passed_by(m, i))
			continue;
		last = (uint32_t)i;
		if (hop->ip.family == 0 || hop_is_fetched(hop) ||
		    !is_ours(&hop->ip, conf))
			break;
	}
	return last;
}

/* Whether the line fills in what the envelope leaves out of the peer. */
static bool
is_believed(const struct hop *hop, const struct envelope *env,
    const struct message_conf *conf)
{
	return env->ip.family == 0 || (addr_eq(&env->ip, &hop->ip) &&
	    is_ours(&env->ip, conf));
}

/*
 * The client is a host of ours that was named, and its line says who came to
 * it from outside.  Where that is a user of ours, or where nobody came, that
 * host sends.  A client in a private network that nobody has named may be a
 * stranger's connection, handed on: he has written the lines then.
 */
static bool
is_relayed(const struct message *m, const struct envelope *env, uint32_t line,
    const struct message_conf *conf)
{
	const struct hop *hop;

	if (line == UINT32_MAX || env->user.n != 0 ||
	    !is_trusted(&env->ip, conf))
		return false;
	hop = &m->hops.at[line];
	return hop_is_fetched(hop) || (!hop_is_of_user(hop) &&
	    (hop->ip.family == 0 || !is_ours(&hop->ip, conf)));
}

static void
peer_from_envelope(struct message *m, const struct envelope *env)
{
	m->peer_ip = env->ip;
	m->peer_helo = env->helo;
	m->peer_rdns = env->rdns;
	m->has_peer_rdns = env->has_rdns;
}

/* Who came to the host whose mailbox was emptied is not known, nor who came to
 * that of a mailbox it lies in, or to him who handed it in. */
static void
peer_from_hop(struct message *m, const struct hop *hop)
{
	if (hop_is_fetched(hop) || hop_is_filed(hop) || is_submitted(hop))
		return;
	m->is_peer_hidden = hop->is_unclear;
	if (m->peer_ip.family == 0)
		m->peer_ip = hop->ip;
	if (m->peer_helo.n == 0)
		m->peer_helo = hop->helo;
	if (!m->has_peer_rdns && hop->has_rdns) {
		m->peer_rdns = hop->rdns;
		m->has_peer_rdns = true;
	}
}

/* A private address has no name in the world: that it has none says nothing of
 * whoever stands behind it. */
static void
drop_no_name(struct message *m)
{
	if (m->peer_rdns.n == 0 && addr_is_private(&m->peer_ip))
		m->has_peer_rdns = false;
}

/* Host names as the rest of the engine compares them, where they can be. */
static void
normalize(struct str *name, struct arena *a)
{
	struct str normal;

	if (name->n == 0)
		return;
	if (host_normalize(&normal, a, *name))
		*name = normal;
	else
		*name = str_lower(a, *name);
}

static bool
is_authserv(struct str host, const struct message_conf *conf)
{
	for (size_t i = 0; i < conf->n_authserv; i++)
		if (str_case_eq(host, conf->authserv[i]))
			return true;
	return false;
}

/* The names of fields that hosts of ours write, one by one; NULL: no more. */
static const char *
auth_field(const struct message_conf *conf, size_t i)
{
	if (conf->n_auth_fields == 0)
		return i == 0 ? "Authentication-Results" : NULL;
	return i < conf->n_auth_fields ? conf->auth_fields[i] : NULL;
}

/* Only fields above the line of the peer were written by hosts of ours;
 * what is below it came with the message, whatever it says. */
static void
read_auth(struct message *m, struct arena *a, const char *name, size_t end,
    const struct message_conf *conf)
{
	const struct header *h = headers_find(&m->headers, name);

	for (; h != NULL && h->offset < end;
	    h = headers_next(&m->headers, h)) {
		struct auth auth = m->auth;
		struct str host;

		if (!auth_read(&auth, a, h->value, &host) ||
		    !is_authserv(host, conf))
			continue;
		m->auth = auth;
		m->auth.source = host;
	}
}

/* Methods that are still open are taken over from what one field says. */
static void
take_open(struct auth *to, const struct auth *from, struct str host)
{
	if (to->result[AUTH_DKIM] == AUTH_UNKNOWN) {
		memcpy(to->signer, from->signer, sizeof(to->signer));
		to->n_signers = from->n_signers;
		memcpy(to->silent, from->silent, sizeof(to->silent));
		to->n_silent = from->n_silent;
		memcpy(to->signature, from->signature, sizeof(to->signature));
		to->n_signatures = from->n_signatures;
	}
	for (size_t i = 0; i < AUTH_METHODS; i++) {
		to->is_for_nobody[i] |= from->is_for_nobody[i];
		if (to->result[i] == AUTH_UNKNOWN) {
			to->result[i] = from->result[i];
			to->domain[i] = from->domain[i];
		}
	}
	if (auth_is_known(to))
		to->source = host;
}

/*
 * Milters of our host write below its own Received line, where what came with
 * the message stands too.  The first to speak of a method is nearest to our
 * line and counts; a later "pass" changes nothing.  Below the line of a relay
 * they do not write.
 */
static void
read_auth_below(struct message *m, struct arena *a, const char *name,
    uint32_t line, const struct message_conf *conf)
{
	const struct header *h = headers_find(&m->headers, name);
	size_t end = line + 1 < m->hops.n ? m->hops.at[line + 1].offset :
	    SIZE_MAX;

	for (; h != NULL && h->offset < end;
	    h = headers_next(&m->headers, h)) {
		struct auth auth = { .source = STR("") };
		struct str host;

		if (h->offset > m->hops.at[line].offset &&
		    auth_read(&auth, a, h->value, &host) &&
		    is_authserv(host, conf))
			take_open(&m->auth, &auth, host);
	}
}

/* Whether the line is about the peer, and so of our own host: when an envelope
 * speaks of somebody else, all lines came with the message. */
static bool
is_peers(const struct message *m, uint32_t line)
{
	return line != UINT32_MAX && (m->peer_ip.family == 0 ||
	    addr_eq(&m->peer_ip, &m->hops.at[line].ip));
}

/* Our own host writes it above the peer's line; further down, and where no
 * line is ours, it came with the message. */
static void
read_return_path(struct message *m, struct arena *a, uint32_t line)
{
	const struct header *h = headers_find(&m->headers, "Return-Path");

	m->is_mail_from_ours = m->has_mail_from;
	if (m->has_mail_from || h == NULL)
		return;
	m->has_mail_from = true;
	m->is_mail_from_ours = is_peers(m, line) &&
	    h->offset < m->hops.at[line].offset;
	m->mail_from = address_read(a, h->value).addr;
}

/* Where the peer's line stands.  An envelope may be about a line of the
 * message too; if it is not, no line is above a host we do not know. */
static size_t
trusted_end(const struct message *m, uint32_t line)
{
	if (line == UINT32_MAX)
		return m->hops.n == 0 ? SIZE_MAX : m->hops.at[0].offset;
	return m->hops.at[is_peers(m, line) ? line : 0].offset;
}

/* What would be read as the domain, with a dot of those that IDNA knows. */
static bool
may_be_host(struct str word)
{
	size_t at = str_find_last(word, '@');

	word = str_from(word, at < word.n ? at + 1 : 0);
	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] == '.' || (unsigned char)word.p[i] >= 0x80)
			return !str_has(word, '=') && !str_has(word, '_');
	}
	return false;
}

/* What hosts that print it raw would print as a result or property of their
 * own, or as a value that ends before it should: "kagoya.jp @evil.example". */
static bool
is_tricky(struct str text)
{
	bool is_cut = false;
	size_t word = 0;

	text = str_trim(text);
	for (size_t i = 0; i < text.n; i++) {
		if (!ascii_is_space(text.p[i]) && !str_has(STR(";()"),
		    text.p[i]))
			continue;
		if (may_be_host(str_sub(text, word, i)))
			return true;
		is_cut = true;
		word = i + 1;
	}
	return is_cut && str_has(text, '=');
}

/* i= in the dkim-quoted-printable of RFC 6376 2.11, as hosts print it: decoded
 * and without the blanks of folds, or as it stands.  Then what is encoded has
 * no structure. */
static struct str
identity_of(struct arena *a, struct str tag, bool is_decoded)
{
	struct buf b;

	buf_init_arena(&b, a, tag.n);
	for (size_t i = 0; i < tag.n; i++) {
		char c = tag.p[i];

		if (is_decoded && ascii_is_space(c))
			continue;
		if (c == '=' && i + 2 < tag.n && ascii_is_hex(tag.p[i + 1]) &&
		    ascii_is_hex(tag.p[i + 2])) {
			c = is_decoded ? (char)(ascii_hex(tag.p[i + 1]) << 4 |
			    ascii_hex(tag.p[i + 2])) : '_';
			i += 2;
		}
		buf_add_byte(&b, c);
	}
	return buf_str(&b);
}

/* "i=x=3Bdmarc=3Dpass", "s=x header.d=brand.example".  Alone the "=" is
 * harmless: services write "i=news=3Dbrand.example@" of those for whom they
 * send. */
static bool
is_signature_tricky(struct arena *a, struct str signature)
{
	struct str tag, name, value;

	while (str_next(&signature, ';', &tag)) {
		str_cut(tag, '=', &name, &value);
		name = str_trim(name);
		value = str_trim(value);
		if (str_is(name, "i") &&
		    (is_tricky(identity_of(a, value, true)) ||
		    is_tricky(identity_of(a, value, false))))
			return true;
		if ((str_is(name, "d") || str_is(name, "s")) &&
		    is_tricky(value))
			return true;
	}
	return false;
}

/* No mail server quotes for a milter, and few filters for their field: of a
 * sender who has written what looks like results nobody passes. */
bool
message_is_tricky(const struct message *m, struct arena *a)
{
	const struct header *h = headers_find(&m->headers, "DKIM-Signature");
	const struct address *from;

	for (; h != NULL; h = headers_next(&m->headers, h)) {
		if (is_signature_tricky(a, h->value))
			return true;
	}
	VEC_EACH(from, &m->from) {
		if (is_tricky(from->addr))
			return true;
	}
	return is_tricky(m->mail_from) || is_tricky(m->peer_helo) ||
	    is_tricky(m->peer_rdns);
}

/* What fields of gateways above the peer's line say, or of our milters. */
static void
read_results(struct message *m, struct arena *a, uint32_t line,
    const struct message_conf *conf)
{
	const char *name;

	for (size_t i = 0; (name = auth_field(conf, i)) != NULL; i++)
		read_auth(m, a, name, trusted_end(m, line), conf);
	if (auth_is_known(&m->auth) || !is_peers(m, line) ||
	    m->relay.family != 0 || is_submitted(&m->hops.at[line]))
		return;
	for (size_t i = 0; (name = auth_field(conf, i)) != NULL; i++)
		read_auth_below(m, a, name, line, conf);
}

void
peer_find(struct message *m, struct arena *a, const struct envelope *env,
    const struct message_conf *conf)
{
	static const struct envelope nothing = { .has_rdns = false };
	uint32_t line = peer_line(m, conf);

	if (env == NULL)
		env = &nothing;
	m->mail_from = env->mail_from;
	m->has_mail_from = env->has_mail_from;
	m->auth = env->auth;
	if (is_relayed(m, env, line, conf))
		m->relay = env->ip;
	else
		peer_from_envelope(m, env);
	if (m->peer_ip.family == 0)
		m->peer_hop = line;
	if (line != UINT32_MAX && (m->relay.family != 0 ||
	    is_believed(&m->hops.at[line], env, conf)))
		peer_from_hop(m, &m->hops.at[line]);
	drop_no_name(m);
	m->is_peer_nameless = !m->has_peer_rdns && is_peers(m, line) &&
	    !addr_is_private(&m->peer_ip) &&
	    m->hops.at[line].has_rdns && m->hops.at[line].rdns.n == 0;
	normalize(&m->peer_helo, a);
	normalize(&m->peer_rdns, a);
	read_return_path(m, a, line);
	if (!auth_is_known(&m->auth))
		read_results(m, a, line, conf);
	if (auth_is_known(&m->auth) && message_is_tricky(m, a))
		auth_distrust(&m->auth);
}
