/* SPDX-License-Identifier: Apache-2.0 */
/* What was read in a message, for a person at a terminal. */
#include "cli/view.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/vec.h"
#include "cli/terminal.h"
#include "mail/message.h"

enum {
	LABEL_CELLS = 12,
	HOP_CELLS = 30,
	ADDR_CELLS = 18,
	TYPE_CELLS = 28,
	NUMBER_CELLS = 8,
	LINES_MOST = 12   /* of a text */
};

static void
begin_section(struct buf *b, const struct view *v, const char *name)
{
	buf_printf(b, "\n%s%s%s\n", terminal_ink(v->terminal, INK_BOLD), name,
	    terminal_ink(v->terminal, INK_PLAIN));
}

static void
add_row(struct buf *b, const struct view *v, const char *label,
    struct str value)
{
	if (value.n == 0)
		return;
	buf_add_str(b, str_of(terminal_ink(v->terminal, INK_DIM)));
	terminal_cell(b, str_of(label), LABEL_CELLS);
	buf_add_str(b, str_of(terminal_ink(v->terminal, INK_PLAIN)));
	terminal_text(b, value);
	buf_add_byte(b, '\n');
}

static void
add_mailboxes(struct buf *b, const struct view *v, const char *label,
    const address_list *list)
{
	const struct address *address;
	struct buf text;

	buf_init(&text, 64 * 1024);
	VEC_EACH(address, list) {
		if (text.n != 0)
			buf_add_str(&text, STR(", "));
		buf_add_str(&text, address->name);
		buf_printf(&text, "%s<%" STR_FMT ">",
		    address->name.n == 0 ? "" : " ", STR_ARG(address->addr));
	}
	add_row(b, v, label, buf_str(&text));
	buf_release(&text);
}

static void
add_auth(struct buf *b, const struct view *v)
{
	const struct auth *auth = &v->message->auth;
	struct buf text;

	buf_init(&text, 1024);
	for (int i = 0; i < AUTH_METHODS; i++)
		if (auth->result[i] != AUTH_UNKNOWN)
			buf_printf(&text, "%s%s=%s", text.n == 0 ? "" : " ",
			    auth_method_name(i),
			    auth_result_name(auth->result[i]));
	add_row(b, v, "auth", buf_str(&text));
	buf_release(&text);
}

static struct str
date_of(const struct message *m)
{
	const struct header *date = headers_find(&m->headers, "Date");

	return date == NULL ? STR("") : date->value;
}

static void
add_limits(struct buf *b, const struct view *v)
{
	struct buf text;

	buf_init(&text, 1024);
	for (int i = 0; i < LIMITS; i++)
		if ((v->message->limits & 1U << i) != 0)
			buf_printf(&text, "%s%s", text.n == 0 ? "" : ", ",
			    limit_name(i));
	add_row(b, v, "limits", buf_str(&text));
	buf_release(&text);
}

static void
add_basics(struct buf *b, const struct view *v)
{
	const struct message *m = v->message;
	struct arena *scratch = arena_new();
	address_list to = message_to(m, scratch);
	char sha256[SHA256_TEXT];
	struct buf text;

	hash_sha256(v->raw, sha256);
	buf_init(&text, 64);
	buf_printf(&text, "%zu", v->raw.n);
	add_row(b, v, "file", v->file);
	add_row(b, v, "bytes", buf_str(&text));
	add_row(b, v, "sha256", str_of(sha256));
	buf_release(&text);
	add_row(b, v, "subject", m->subject);
	for (size_t i = 1; i < m->subjects.n; i++)
		add_row(b, v, "subject", m->subjects.at[i].text);
	add_mailboxes(b, v, "from", &m->from);
	add_mailboxes(b, v, "sender", &m->sender);
	add_mailboxes(b, v, "reply-to", &m->reply_to);
	add_mailboxes(b, v, "to", &to);
	arena_free(scratch);
	add_row(b, v, "date", date_of(m));
	add_row(b, v, "message-id", m->message_id);
	add_auth(b, v);
	if (m->is_damaged)
		add_row(b, v, "damaged", STR("the MIME structure is broken"));
	add_limits(b, v);
}

static struct str
format_addr(const struct addr *addr, char text[static ADDR_TEXT])
{
	if (addr->family == 0)
		return STR("-");
	addr_format(addr, text);
	return str_of(text);
}

static void
add_peer(struct buf *b, const struct view *v)
{
	const struct message *m = v->message;
	char ip[ADDR_TEXT];

	if (m->peer_ip.family == 0 && m->peer_helo.n == 0)
		return;
	begin_section(b, v, "handed in by");
	add_row(b, v, "address", format_addr(&m->peer_ip, ip));
	add_row(b, v, "helo", m->peer_helo);
	if (m->has_peer_rdns)
		add_row(b, v, "name", m->peer_rdns.n == 0 ?
		    STR("none by reverse look-up") : m->peer_rdns);
	if (m->has_mail_from)
		add_row(b, v, "mail from", m->mail_from.n == 0 ? STR("<>") :
		    m->mail_from);
}

static void
add_hops(struct buf *b, const struct view *v)
{
	const struct hop *hop;
	char ip[ADDR_TEXT];
	size_t i = 0;

	if (v->message->hops.n == 0)
		return;
	begin_section(b, v, "hops, newest first");
	VEC_EACH(hop, &v->message->hops) {
		buf_printf(b, "%2zu  ", ++i);
		terminal_cell(b, format_addr(&hop->ip, ip), ADDR_CELLS);
		terminal_cell(b, hop->helo, HOP_CELLS);
		buf_add_str(b, STR("  by "));
		terminal_cut(b, hop->by, HOP_CELLS);
		buf_add_byte(b, '\n');
		if (hop->rdns.n != 0) {
			buf_printf(b, "    %*s", ADDR_CELLS, "");
			terminal_text(b, hop->rdns);
			buf_add_str(b, STR(" (reverse name)\n"));
		}
	}
}

static void
add_part(struct buf *b, const struct part *part)
{
	buf_printf(b, "%*s", part->depth * 2 > 40 ? 40 : part->depth * 2, "");
	terminal_cell(b, part->number.n == 0 ? STR("-") : part->number,
	    NUMBER_CELLS);
	terminal_cell(b, part->type, TYPE_CELLS);
	if (part->is_leaf)
		buf_printf(b, "%9zu", part->bytes.n);
	if (part->charset.n != 0) {
		buf_add_str(b, STR("  "));
		terminal_text(b, part->charset);
	}
	if (part->name.n != 0) {
		buf_add_str(b, STR("  \""));
		terminal_text(b, part->name);
		buf_add_byte(b, '"');
	}
	if (part->is_attachment)
		buf_add_str(b, STR("  attachment"));
	if (part->is_damaged)
		buf_add_str(b, STR("  damaged"));
	buf_add_byte(b, '\n');
}

static void
add_parts(struct buf *b, const struct view *v)
{
	const struct part *part;

	begin_section(b, v, "parts");
	VEC_EACH(part, &v->message->parts)
		add_part(b, part);
}

static void
add_links(struct buf *b, const struct view *v)
{
	const struct url *url;
	size_t i = 0;

	if (v->message->urls.n == 0)
		return;
	begin_section(b, v, "links");
	VEC_EACH(url, &v->message->urls) {
		buf_printf(b, "%2zu  ", ++i);
		terminal_text(b, url->normalized);
		buf_add_byte(b, '\n');
		if (url->text.n != 0) {
			buf_add_str(b, STR("    shown as \""));
			terminal_cut(b, url->text, v->terminal->width - 20);
			buf_add_str(b, STR("\"\n"));
		}
		if (url->outer != URL_NONE)
			buf_printf(b, "    inside link %" PRIu32 "\n",
			    url->outer + 1);
	}
}

static void
add_lines(struct buf *b, const struct view *v, struct str text)
{
	struct str line;
	unsigned n = 0;

	while (str_next(&text, '\n', &line)) {
		if (str_trim(line).n == 0)
			continue;
		if (n++ == LINES_MOST) {
			buf_add_str(b, STR("    …\n"));
			return;
		}
		buf_add_str(b, STR("    "));
		terminal_cut(b, str_trim(line), v->terminal->width - 4);
		buf_add_byte(b, '\n');
	}
}

static void
add_texts(struct buf *b, const struct view *v)
{
	const struct message *m = v->message;
	const struct text *text;

	VEC_EACH(text, &m->texts) {
		struct str number = text->part < m->parts.n ?
		    m->parts.at[text->part].number : STR("");

		begin_section(b, v, text->is_html ? "page" : "text");
		buf_printf(b, "part %" STR_FMT ", %" STR_FMT "%s%s\n",
		    STR_ARG(number), STR_ARG(text->charset),
		    text->is_guess ? " (guessed)" : "",
		    text->is_unhidden ? ", with what it hides" :
		    text->is_stripped ? ", where styles are stripped" : "");
		add_lines(b, v, text->visible);
		if (text->hidden.n != 0) {
			buf_add_str(b, STR("hidden from the eye\n"));
			add_lines(b, v, text->hidden);
		}
	}
}

void
view_text(struct buf *to, const struct view *v)
{
	add_basics(to, v);
	add_peer(to, v);
	add_hops(to, v);
	add_parts(to, v);
	add_texts(to, v);
	add_links(to, v);
}
