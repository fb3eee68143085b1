/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the fields of a test to a message.  Packs write their mails defanged;
 * here the defanging is undone, the wording restyled and the charset chosen
 * as the variant asks.
 */
#include "rule/rebuild.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "mail/address.h"
#include "mail/compose.h"
#include "mail/encoding.h"
#include "mail/restyle.h"
#include "mail/xtest.h"
#include "rule/pattern.h"

enum { EML_MOST = 32 << 20, RCPT_MOST = 100 };

typedef struct str restyle_fn(struct arena *a, struct str s);

/* What a variant does to the message. */
struct variant {
	struct str charset;
	struct str label;
	restyle_fn *restyle;
	bool is_wrapped;
	bool is_html;
};

enum { PLAIN_VARIANT = 0 }; /* "utf-8" is what a test is without variant */

const struct str rebuild_variants[] = {
	STR_INIT("utf-8"), STR_INIT("iso-2022-jp"), STR_INIT("shift_jis"),
	STR_INIT("euc-jp"), STR_INIT("mislabel"), STR_INIT("wrap"),
	STR_INIT("fullwidth"), STR_INIT("halfkana"), STR_INIT("html"),
};
const size_t n_rebuild_variants = nitems(rebuild_variants);

/* In the order of rebuild_variants. */
static const struct variant variants[] = {
	{ .charset = STR_INIT("utf-8") },
	{ .charset = STR_INIT("iso-2022-jp") },
	{ .charset = STR_INIT("shift_jis") },
	{ .charset = STR_INIT("euc-jp") },
	{ .charset = STR_INIT("shift_jis"), .label = STR_INIT("iso-2022-jp") },
	{ .charset = STR_INIT("utf-8"), .is_wrapped = true },
	{ .charset = STR_INIT("utf-8"), .restyle = restyle_fullwidth },
	{ .charset = STR_INIT("utf-8"), .restyle = restyle_halfkana },
	{ .charset = STR_INIT("utf-8"), .is_html = true },
};

struct making {
	struct arena *arena;
	const struct pack_test *test;
	const struct variant *variant;
};

static bool
variant_find(const struct variant **out, struct str name, struct err *e)
{
	struct str best = { 0 };

	*out = &variants[PLAIN_VARIANT];
	if (name.n == 0)
		return true;
	for (size_t i = 0; i < nitems(variants); i++) {
		if (str_case_eq(rebuild_variants[i], name)) {
			*out = &variants[i];
			return true;
		}
		suggest_try(name, rebuild_variants[i], &best);
	}
	if (best.n != 0)
		return err_set(e, "no variant \"%" STR_FMT "\"; did you mean "
		    "\"%" STR_FMT "\"?", STR_ARG(name), STR_ARG(best));
	return err_set(e, "no variant \"%" STR_FMT "\"", STR_ARG(name));
}

/* A field whose bytes matter: an address, a host, mark-up. */
static struct str
live(const struct making *r, struct str s)
{
	return r->test->refang ? refang(r->arena, s) : s;
}

/* A field that people read. */
static struct str
words(const struct making *r, struct str s)
{
	s = live(r, s);
	return r->variant->restyle == NULL ? s :
	    r->variant->restyle(r->arena, s);
}

/* The display name is read by people, the address is not. */
static struct str
mailbox(const struct making *r, struct str s)
{
	size_t at;

	s = live(r, s);
	at = str_find_last(s, '<');
	if (at == s.n || r->variant->restyle == NULL)
		return s;
	return str_cat(r->arena, r->variant->restyle(r->arena,
	    str_head(s, at)), str_from(s, at));
}

static void
describe(struct compose *c, const struct making *r)
{
	const struct pack_test *t = r->test;
	const struct pack_test_link *link;
	const struct pack_test_header *header;

	c->from = mailbox(r, t->from);
	c->to = live(r, t->to);
	c->reply_to = mailbox(r, t->reply_to);
	c->subject = words(r, t->subject);
	c->body = words(r, t->body);
	c->html = live(r, t->html);
	VEC_EACH(link, &t->links)
		*VEC_ADD(r->arena, &c->links) = (struct compose_link){
			words(r, link->text), live(r, link->href) };
	VEC_EACH(header, &t->headers)
		*VEC_ADD(r->arena, &c->headers) = (struct compose_header){
			header->name, live(r, header->value) };
	c->charset = r->variant->charset;
	c->label = r->variant->label;
	c->is_html = r->variant->is_html;
	c->is_wrapped = r->variant->is_wrapped;
}

static const char boundary[] = "=_sekisho-files";

/* "%E8%AB%8B": a value of RFC 2231. */
static struct str
percent(struct arena *a, struct str s)
{
	struct buf b;

	buf_init_arena(&b, a, s.n * 3 + 1);
	for (size_t i = 0; i < s.n; i++)
		if (ascii_is_alnum(s.p[i]) || s.p[i] == '.' || s.p[i] == '-')
			buf_add_byte(&b, s.p[i]);
		else
			buf_printf(&b, "%%%02X", (unsigned char)s.p[i]);
	return buf_str(&b);
}

static void
add_file(struct buf *b, struct arena *a, const struct pack_test_file *f)
{
	struct str type = f->type.n == 0 ? STR("application/octet-stream")
	    : f->type;

	buf_printf(b, "\r\n--%s\r\nContent-Type: %" STR_FMT "\r\n"
	    "Content-Transfer-Encoding: base64\r\n"
	    "Content-Disposition: attachment; filename*=UTF-8''%" STR_FMT
	    "\r\n\r\n", boundary, STR_ARG(type),
	    STR_ARG(percent(a, f->name)));
	buf_add_str(b, encoding_to_base64(a, f->bytes));
}

/* The composed message becomes the first part of one with files: what it
 * says of its content stands last in its header. */
static struct str
attach(const struct making *r, struct str raw)
{
	const struct pack_test_file *f;
	size_t at = str_find_str(raw, STR("\r\nContent-Type: ")) + 2;
	struct buf b;

	if (r->test->files.n == 0)
		return raw;
	buf_init_arena(&b, r->arena, EML_MOST);
	buf_add_str(&b, str_head(raw, at));
	buf_printf(&b, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n"
	    "\r\n--%s\r\n", boundary, boundary);
	buf_add_str(&b, str_from(raw, at));
	VEC_EACH(f, &r->test->files)
		add_file(&b, r->arena, f);
	buf_printf(&b, "\r\n--%s--\r\n", boundary);
	return buf_str(&b);
}

static bool
envelope_auth(struct envelope *env, const struct pack_test *t, struct err *e)
{
	for (int i = 0; i < AUTH_METHODS; i++) {
		if (t->auth[i].n == 0)
			continue;
		env->auth.source = STR("the test");
		if (!auth_result_of(t->auth[i], &env->auth.result[i]))
			return err_set(e, "auth: %s: \"%" STR_FMT "\" is no "
			    "result", auth_method_name(i),
			    STR_ARG(t->auth[i]));
	}
	return true;
}

static void
envelope_rcpt(struct envelope *env, const struct making *r)
{
	address_list to = { 0 };
	const struct address *address;

	addresses_read(&to, r->arena, live(r, r->test->to), RCPT_MOST);
	VEC_EACH(address, &to)
		if (address->addr.n != 0)
			*VEC_ADD(r->arena, &env->rcpt) = address->addr;
}

static bool
envelope_of(struct envelope *env, const struct making *r, struct err *e)
{
	const struct pack_test *t = r->test;

	if (t->ip.n != 0 && !addr_parse(str_trim(live(r, t->ip)), &env->ip))
		return err_set(e, "ip: \"%" STR_FMT "\" is no address",
		    STR_ARG(t->ip));
	env->helo = str_trim(live(r, t->helo));
	/* A test that names the address has told of the connection all there
	 * is: without a reverse name there is none. */
	env->has_rdns = t->rdns.n != 0 || t->ip.n != 0;
	if (!str_case_is(t->rdns, "none"))
		env->rdns = str_trim(live(r, t->rdns));
	env->has_mail_from = t->mail_from.n != 0;
	if (env->has_mail_from)
		env->mail_from = address_read(r->arena,
		    live(r, t->mail_from)).addr;
	envelope_rcpt(env, r);
	return envelope_auth(env, t, e);
}

/* The file stands beside the pack, or at a path from there. */
static const char *
eml_path(struct arena *a, const struct pack *pack, struct str eml)
{
	size_t slash = str_find_last(pack->file, '/');
	struct str folder = slash == pack->file.n ? STR("") :
	    str_head(pack->file, slash + 1);

	return str_cstr(a, str_cat(a, folder, eml));
}

static bool
read_eml(struct rebuilt *out, struct arena *a, const struct rebuild *what,
    struct err *e)
{
	const struct pack_test *test = what->test;
	struct str bad;

	if (test->eml.p[0] == '/')
		return err_set(e, "eml: \"%" STR_FMT "\" must be a path from "
		    "the pack's folder", STR_ARG(test->eml));
	if (what->variant.n != 0)
		out->skip = STR("a file has the one form it was sent in");
	if (!file_read_regular(&out->raw, a, eml_path(a, what->pack,
	    test->eml), EML_MOST, e))
		return false;
	if (!xtest_take(&out->envelope, a, &out->raw, &bad))
		return err_set(e, "%" STR_FMT ": cannot read \"%" STR_FMT "\"",
		    STR_ARG(test->eml), STR_ARG(bad));
	return true;
}

bool
rebuild_test(struct rebuilt *out, struct arena *a, const struct rebuild *what,
    struct err *e)
{
	const struct pack_test *test = what->test;
	struct making r = { .arena = a, .test = test };
	struct compose c = { .day = test->at != DAY_NONE ? test->at :
	    what->pack->seen_last };

	*out = (struct rebuilt){ 0 };
	if (!variant_find(&r.variant, what->variant, e))
		return false;
	if (test->eml.n != 0)
		return read_eml(out, a, what, e);
	describe(&c, &r);
	if (!compose_message(&out->raw, a, &c))
		out->skip = str_printf(a, "%" STR_FMT " cannot hold the text",
		    STR_ARG(c.charset));
	out->raw = attach(&r, out->raw);
	return envelope_of(&out->envelope, &r, e);
}
