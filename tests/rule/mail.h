/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_RULE_MAIL_H
#define TESTS_RULE_MAIL_H

/*
 * Messages for the tests of this folder, and the reports that are not part
 * of the project: found through SEKISHO_SHARED, the test is skipped where
 * that is not set.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "mail/message.h"

struct mail {
	const char *from;    /* NULL: somebody neutral */
	const char *subject;
	struct str text;     /* plain */
	struct str html;     /* instead of it, or beside it */
};

static inline void
mail_part(struct buf *b, const char *type, struct str text)
{
	buf_printf(b, "Content-Type: %s; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: 8bit\r\n\r\n", type);
	buf_add_str(b, text);
	buf_add_str(b, STR("\r\n"));
}

static inline struct str
mail_bytes(struct arena *a, const struct mail *mail)
{
	struct buf b;

	buf_init_arena(&b, a, 1 << 20);
	buf_printf(&b, "From: %s\r\nTo: taro@victim.example\r\n"
	    "Subject: %s\r\nMIME-Version: 1.0\r\n",
	    mail->from == NULL ? "Hanako <hanako@neutral.example>"
	    : mail->from, mail->subject == NULL ? "x" : mail->subject);
	if (mail->text.n != 0 && mail->html.n != 0) {
		buf_add_str(&b, STR("Content-Type: multipart/alternative; "
		    "boundary=edge\r\n\r\n--edge\r\n"));
		mail_part(&b, "text/plain", mail->text);
		buf_add_str(&b, STR("--edge\r\n"));
		mail_part(&b, "text/html", mail->html);
		buf_add_str(&b, STR("--edge--\r\n"));
	} else if (mail->html.n != 0) {
		mail_part(&b, "text/html", mail->html);
	} else {
		mail_part(&b, "text/plain", mail->text);
	}
	return buf_str(&b);
}

static inline void
mail_read(struct message *m, struct arena *a, const struct mail *mail,
    const struct envelope *env)
{
	static const struct message_conf conf;
	static const struct envelope nothing_said;

	message_read(m, a, mail_bytes(a, mail), env == NULL ? &nothing_said
	    : env, &conf);
}

/* A report, or a skipped test. */
static inline struct str
mail_report(struct arena *a, const char *name)
{
	const char *base = getenv("SEKISHO_SHARED");
	char path[512];
	char *text = NULL;
	size_t room = 0;
	ssize_t n;
	struct str copy;
	FILE *f;

	if (base == NULL) {
		print_message("skipped: SEKISHO_SHARED is not set, %s cannot "
		    "be read\n", name);
		skip();
	}
	snprintf(path, sizeof(path), "%s/reports/%s.txt", base, name);
	f = fopen(path, "r");
	n = f == NULL ? -1 : getdelim(&text, &room, '\0', f);
	if (n <= 0) {
		print_message("skipped: %s cannot be read\n", path);
		skip();
	}
	fclose(f);
	copy = str_copy(a, (struct str){ text, (size_t)n });
	free(text);
	return copy;
}

/* Every piece of s replaced. */
static inline struct str
mail_replace(struct arena *a, struct str s, const char *piece,
    const char *with)
{
	struct str old = str_of(piece);
	struct buf b;

	buf_init_arena(&b, a, 1 << 20);
	for (;;) {
		size_t at = str_find_str(s, old);

		buf_add_str(&b, str_head(s, at));
		if (at >= s.n)
			return buf_str(&b);
		buf_add_str(&b, str_of(with));
		s = str_from(s, at + old.n);
	}
}

/* Text as a mail program makes it HTML: a paragraph a line. */
static inline struct str
mail_html(struct arena *a, struct str text)
{
	text = mail_replace(a, text, "&", "&amp;");
	text = mail_replace(a, text, "<", "&lt;");
	text = mail_replace(a, text, "\n", "<br>\n");
	return str_cat(a, STR("<html><body><p>"), text,
	    STR("</p></body></html>"));
}

#endif
