/* SPDX-License-Identifier: Apache-2.0 */
/* What was read in a message, as JSON. */
#include "cli/view.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/vec.h"
#include "mail/charset.h"
#include "mail/html.h"
#include "mail/message.h"

enum { LINKS_MOST = 100000 };

static struct str
source_name(enum url_source source)
{
	static const struct str names[] = {
		[URL_TEXT] = STR_INIT("text"), [URL_A] = STR_INIT("a"),
		[URL_AREA] = STR_INIT("area"), [URL_FORM] = STR_INIT("form"),
		[URL_BASE] = STR_INIT("base"),
		[URL_REFRESH] = STR_INIT("refresh"),
		[URL_FRAME] = STR_INIT("frame"),
		[URL_SCRIPT] = STR_INIT("script"),
		[URL_CODE] = STR_INIT("code"),
		[URL_IMAGE] = STR_INIT("image"),
		[URL_SVG] = STR_INIT("svg"),
		[URL_BACKGROUND] = STR_INIT("background"),
		[URL_LINK] = STR_INIT("link"),
		[URL_NESTED] = STR_INIT("nested"),
	};

	return (size_t)source < nitems(names) ? names[source] : STR("");
}

static void
put_sha256(struct json *j, struct str bytes)
{
	char text[SHA256_TEXT];

	hash_sha256(bytes, text);
	json_put_str(j, "sha256", str_of(text));
}

static void
put_addresses(struct json *j, const char *key, const address_list *list)
{
	const struct address *address;

	json_key(j, key);
	json_open_array(j);
	VEC_EACH(address, list) {
		json_open_object(j);
		json_put_str(j, "name", address->name);
		json_put_str(j, "addr", address->addr);
		json_close_object(j);
	}
	json_close_array(j);
}

static struct str
part_number(const struct message *m, uint32_t part)
{
	return part < m->parts.n ? m->parts.at[part].number : STR("");
}

/* Pairs of offsets into the visible text. */
static void
put_quoted(struct json *j, const struct text *text)
{
	const struct quoted *q;

	json_key(j, "quoted");
	json_open_array(j);
	VEC_EACH(q, &text->quoted) {
		json_open_array(j);
		json_int(j, q->begin);
		json_int(j, q->end);
		json_close_array(j);
	}
	json_close_array(j);
}

static void
put_texts(struct json *j, const struct message *m)
{
	const struct text *text;

	json_key(j, "text");
	json_open_array(j);
	VEC_EACH(text, &m->texts) {
		json_open_object(j);
		json_put_str(j, "part", part_number(m, text->part));
		json_put_str(j, "type", text->part < m->parts.n ?
		    m->parts.at[text->part].type : STR(""));
		json_put_str(j, "charset", text->charset);
		json_put_bool(j, "guess", text->is_guess);
		json_put_bool(j, "stripped", text->is_stripped);
		json_put_bool(j, "unhidden", text->is_unhidden);
		json_put_str(j, "utf8", text->utf8);
		json_put_str(j, "visible", text->visible);
		json_put_str(j, "hidden", text->hidden);
		put_quoted(j, text);
		json_close_object(j);
	}
	json_close_array(j);
}

/* The URLs carried inside entry i, inner ones too: they stand behind it. */
static void
put_unwrapped(struct json *j, const struct message *m, size_t i)
{
	json_key(j, "unwrapped");
	json_open_array(j);
	for (size_t k = i + 1; k < m->urls.n; k++) {
		uint32_t outer = m->urls.at[k].outer;

		while (outer != URL_NONE && outer != i &&
		    outer < m->urls.n)
			outer = m->urls.at[outer].outer;
		if (outer == i)
			json_str(j, m->urls.at[k].normalized);
	}
	json_close_array(j);
}

static void
put_url_parts(struct json *j, const struct url *url)
{
	json_put_str(j, "host", url->host);
	json_put_str(j, "registrable", url->registrable);
	json_put_str(j, "normalized", url->normalized);
}

static void
put_urls(struct json *j, const struct message *m)
{
	bool has_nested = m->urls.n != 0 &&
	    m->urls.at[m->urls.n - 1].outer != URL_NONE;

	json_key(j, "urls");
	json_open_array(j);
	for (size_t i = 0; i < m->urls.n; i++) {
		const struct url *url = &m->urls.at[i];

		if (url->outer != URL_NONE)
			continue;
		json_open_object(j);
		json_put_str(j, "url", url->raw);
		json_put_str(j, "text", url->text);
		json_put_str(j, "src", source_name(url->source));
		json_put_str(j, "part", part_number(m, url->part));
		put_url_parts(j, url);
		if (has_nested) {
			put_unwrapped(j, m, i);
		} else {
			json_key(j, "unwrapped");
			json_open_array(j);
			json_close_array(j);
		}
		json_close_object(j);
	}
	json_close_array(j);
}

static void
put_attachments(struct json *j, const struct message *m)
{
	const struct part *part;

	json_key(j, "attachments");
	json_open_array(j);
	VEC_EACH(part, &m->parts) {
		if (!part->is_attachment || part->is_again)
			continue;
		json_open_object(j);
		json_put_str(j, "part", part->number);
		json_put_str(j, "name", part->name);
		json_put_str(j, "type", part->type);
		json_put_int(j, "size", (int64_t)part->bytes.n);
		put_sha256(j, part->bytes);
		json_put_str(j, "disposition", part->disposition);
		json_close_object(j);
	}
	json_close_array(j);
}

static void
put_addr(struct json *j, const char *key, const struct addr *addr)
{
	char text[ADDR_TEXT] = "";

	if (addr->family != 0)
		addr_format(addr, text);
	json_put_str(j, key, str_of(text));
}

static void
put_hops(struct json *j, const struct message *m)
{
	const struct hop *hop;

	json_key(j, "hops");
	json_open_array(j);
	VEC_EACH(hop, &m->hops) {
		json_open_object(j);
		json_put_str(j, "helo", hop->helo);
		json_put_str(j, "rdns", hop->rdns);
		put_addr(j, "ip", &hop->ip);
		json_put_str(j, "by", hop->by);
		json_put_str(j, "with", hop->with);
		json_put_str(j, "id", hop->id);
		json_put_str(j, "date", hop->date);
		json_close_object(j);
	}
	json_close_array(j);
}

static void
put_origins(struct json *j, const struct message *m)
{
	const struct origin *origin;

	json_key(j, "origins");
	json_open_array(j);
	VEC_EACH(origin, &m->origins) {
		json_open_object(j);
		json_put_str(j, "field", origin->field);
		put_addr(j, "ip", &origin->ip);
		json_close_object(j);
	}
	json_close_array(j);
}

static void
put_peer(struct json *j, const struct message *m)
{
	json_key(j, "peer");
	json_open_object(j);
	put_addr(j, "ip", &m->peer_ip);
	json_put_str(j, "helo", m->peer_helo);
	if (m->has_peer_rdns)
		json_put_str(j, "rdns", m->peer_rdns);
	if (m->has_mail_from)
		json_put_str(j, "mail_from", m->mail_from);
	json_close_object(j);
}

static void
put_auth(struct json *j, const struct auth *auth)
{
	json_key(j, "auth");
	json_open_object(j);
	for (int i = 0; i < AUTH_METHODS; i++)
		if (auth->result[i] != AUTH_UNKNOWN)
			json_put_str(j, auth_method_name(i),
			    str_of(auth_result_name(auth->result[i])));
	json_close_object(j);
}

static void
put_limits(struct json *j, const struct message *m)
{
	json_key(j, "limits");
	json_open_array(j);
	for (int i = 0; i < LIMITS; i++)
		if ((m->limits & 1U << i) != 0)
			json_str(j, str_of(limit_name(i)));
	json_close_array(j);
}

static void
put_names(struct json *j, const char *key, const name_list *names)
{
	const struct str *name;

	json_key(j, key);
	json_open_array(j);
	VEC_EACH(name, names)
		json_str(j, *name);
	json_close_array(j);
}

/* The first is there already; mostly it is all. */
static void
put_subjects(struct json *j, const struct message *m)
{
	const struct subject *subject;

	if (m->subjects.n < 2)
		return;
	json_key(j, "subjects");
	json_open_array(j);
	VEC_EACH(subject, &m->subjects)
		json_str(j, subject->text);
	json_close_array(j);
}

void
view_json(struct buf *to, const struct view *v)
{
	const struct message *m = v->message;
	struct arena *scratch = arena_new();
	address_list rcpts = message_to(m, scratch);
	struct json j;

	json_init(&j, to);
	json_open_object(&j);
	json_put_str(&j, "file", v->file);
	json_put_int(&j, "bytes", (int64_t)v->raw.n);
	put_sha256(&j, v->raw);
	json_put_str(&j, "subject", m->subject);
	put_subjects(&j, m);
	put_addresses(&j, "from", &m->from);
	put_addresses(&j, "reply_to", &m->reply_to);
	put_addresses(&j, "to", &rcpts);
	arena_free(scratch);
	json_put_str(&j, "message_id", m->message_id);
	put_texts(&j, m);
	put_urls(&j, m);
	put_attachments(&j, m);
	put_hops(&j, m);
	put_origins(&j, m);
	put_peer(&j, m);
	if (m->has_offset)
		json_put_int(&j, "date_offset", m->date_offset);
	put_auth(&j, &m->auth);
	put_names(&j, "duplicates", &m->duplicates);
	json_put_bool(&j, "damaged", m->is_damaged);
	json_put_int(&j, "defanged", (int64_t)m->defanged);
	put_limits(&j, m);
	json_close_object(&j);
	buf_add_byte(to, '\n');
}

static void
put_one_url(struct buf *to, struct arena *a, struct str line)
{
	url_list list = { 0 };
	struct url *url = VEC_ADD(a, &list);
	struct json j;
	bool done = url_read(url, a, line);

	json_init(&j, to);
	json_open_object(&j);
	json_put_str(&j, "url", line);
	json_put_bool(&j, "valid", done);
	if (done) {
		put_url_parts(&j, url);
		json_put_str(&j, "scheme", url->scheme);
		json_put_str(&j, "host_shown", url->host_shown);
		json_put_str(&j, "path", url->path);
		json_put_str(&j, "query", url->query);
		json_put_bool(&j, "is_ip", url->is_ip);
		url->outer = URL_NONE;
		urls_unwrap(&list, a, 0, LINKS_MOST);
		json_key(&j, "unwrapped");
		json_open_array(&j);
		for (size_t i = 1; i < list.n; i++)
			json_str(&j, list.at[i].normalized);
		json_close_array(&j);
	}
	json_close_object(&j);
	buf_add_byte(to, '\n');
}

void
view_urls(struct buf *to, struct str input)
{
	struct arena *a = arena_new();
	struct str line;

	while (str_next(&input, '\n', &line)) {
		if (input.p == NULL && line.n == 0)
			break;
		if (str_ends(line, STR("\r")))
			line.n--;
		put_one_url(to, a, line);
		arena_empty(a);
	}
	arena_free(a);
}

/* What clients show of it that strip styles. */
static struct str
stripped_of(struct arena *a, struct str html)
{
	struct html_page page;
	url_list links = { .n = 0 };

	html_read_from(&page, &links, a, &(struct html_source){
	    .html = html, .is_stripped = true });
	return page.visible;
}

void
view_html(struct buf *to, struct arena *a, struct str input)
{
	struct charset_text text = charset_decode(a, input, STR("utf-8"));
	struct message m = { 0 };
	struct html_page page;
	struct json j;

	html_read(&page, &m.urls, a, text.utf8, 0, LINKS_MOST);
	json_init(&j, to);
	json_open_object(&j);
	json_put_str(&j, "title", page.title);
	json_put_str(&j, "visible", page.visible);
	json_put_str(&j, "hidden", page.hidden);
	if (page.hides_somewhere)
		json_put_str(&j, "stripped", stripped_of(a, text.utf8));
	json_put_bool(&j, "cut", page.is_cut);
	put_urls(&j, &m);
	json_close_object(&j);
	buf_add_byte(to, '\n');
}

void
view_decode(struct buf *to, struct arena *a, struct str input,
    struct str label)
{
	struct charset_text text = charset_decode(a, input, label);
	struct json j;

	json_init(&j, to);
	json_open_object(&j);
	json_put_str(&j, "charset", text.charset);
	json_put_bool(&j, "guess", text.is_guess);
	json_put_bool(&j, "damaged", text.is_damaged);
	json_put_str(&j, "utf8", text.utf8);
	json_close_object(&j);
	buf_add_byte(to, '\n');
}
