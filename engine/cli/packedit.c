/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In a block mapping a line that begins in the first column with "key:" is
 * that key and nothing else: what a value goes on with stands further in.
 */
#include "cli/packedit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "cli/terminal.h"

/* A line of the text, its value and what stands behind that. */
struct place {
	size_t begin, end;   /* of the line, without its end */
	size_t value, rest;  /* where they begin */
};

static bool
find_line(struct place *p, struct str text, const char *key)
{
	struct str name = str_of(key), line;

	for (size_t at = 0; at < text.n;) {
		size_t end = at + str_find(str_from(text, at), '\n');

		line = str_sub(text, at, end);
		if (str_starts(line, name) && line.n > name.n &&
		    line.p[name.n] == ':') {
			p->begin = at;
			p->value = at + name.n + 1;
			p->end = end - str_ends(line, STR("\r"));
			return true;
		}
		at = end + 1;
	}
	return false;
}

/* One plain or quoted word, then a comment or nothing. */
static bool
find_value(struct place *p, struct str text)
{
	size_t at = p->value;

	while (at < p->end && text.p[at] == ' ')
		at++;
	if (at == p->value || at == p->end)
		return false;
	p->value = at;
	while (at < p->end && (ascii_is_alnum(text.p[at]) ||
	    str_has(STR("-_'\""), text.p[at])))
		at++;
	p->rest = at;
	while (at < p->end && text.p[at] == ' ')
		at++;
	return p->rest > p->value && (at == p->end ||
	    (text.p[at] == '#' && at > p->rest));
}

static struct str
line_end(struct str text, const struct place *p)
{
	return p->end < text.n && text.p[p->end] == '\r' ? STR("\r\n")
	    : STR("\n");
}

bool
packedit_set(struct str *text, struct arena *a, const struct packedit *edit,
    struct err *e)
{
	struct place p;

	if (find_line(&p, *text, edit->key)) {
		if (!find_value(&p, *text))
			return err_set(e, "the line of \"%s\" is laid out in "
			    "an unusual way; change it by hand", edit->key);
		*text = str_cat(a, str_head(*text, p.value), edit->value,
		    str_from(*text, p.rest));
		return true;
	}
	if (!find_line(&p, *text, edit->behind))
		return err_set(e, "there is no line \"%s: ...\"; write \"%s: "
		    "%" STR_FMT "\" by hand", edit->behind, edit->key,
		    STR_ARG(edit->value));
	*text = str_cat(a, str_head(*text, p.end), line_end(*text, &p),
	    str_of(edit->key), STR(": "), edit->value,
	    str_from(*text, p.end));
	return true;
}

bool
packedit_save(struct arena *a, struct str path, struct str text,
    struct err *e)
{
	const char *name = str_cstr(a, path);
	const char *beside = str_cstr(a, str_cat(a, path, STR(".new")));
	struct stat st;
	int fd = -1;

	if (stat(name, &st) == 0)
		fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    st.st_mode & 0777);
	if (fd >= 0 && terminal_write(fd, text) && fsync(fd) == 0 &&
	    close(fd) == 0 && rename(beside, name) == 0)
		return true;
	err_set(e, "%s: %s", name, strerror(errno));
	if (fd >= 0)
		unlink(beside);
	return false;
}
