/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Folders are gone through in byte order.  What a file is its first bytes
 * tell: "From " begins an mbox, fields such as "Received:" a message.
 */
#include "cli/corpus.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"

enum { DEPTH_MOST = 64, MAIL_MOST = 32 << 20, HEAD_SIZE = 4096 };

struct walk {
	struct corpus *corpus;
	struct arena *arena;
	unsigned depth;
};

/* Names of folders whose mail somebody has sorted. */
static bool
is_named(struct str path, const struct str *names, size_t n)
{
	struct str piece;

	while (str_next(&path, '/', &piece)) {
		str_skip(&piece, STR("."));
		if (str_case_is_any(piece, names, n))
			return true;
	}
	return false;
}

static bool
is_ham_path(struct str path)
{
	static const struct str names[] = {
		STR_INIT("ham"), STR_INIT("easy_ham"), STR_INIT("easy_ham_2"),
		STR_INIT("hard_ham"), STR_INIT("inbox"), STR_INIT("sent"),
		STR_INIT("archive"), STR_INIT("archives"), STR_INIT("good"),
		STR_INIT("legit"), STR_INIT("legitimate"), STR_INIT("genuine"),
		STR_INIT("nonspam"), STR_INIT("not-spam"), STR_INIT("notspam"),
		STR_INIT("newsletters"),
	};

	return is_named(path, names, nitems(names));
}

static bool
is_spam_path(struct str path)
{
	static const struct str names[] = {
		STR_INIT("spam"), STR_INIT("junk"), STR_INIT("phish"),
		STR_INIT("phishing"), STR_INIT("bulk"), STR_INIT("quarantine"),
	};

	return is_named(path, names, nitems(names));
}

static struct corpus_mail *
add_mail(struct walk *w, struct str file)
{
	struct corpus_mail *mail = VEC_ADD(w->arena, &w->corpus->mails);

	*mail = (struct corpus_mail){ .file = file,
		.is_ham = is_ham_path(file), .is_spam = is_spam_path(file) };
	mail->is_ham &= !mail->is_spam;
	return mail;
}

static size_t
next_line(const char *p, size_t at, size_t n)
{
	const char *end = memchr(p + at, '\n', n - at);

	return end == NULL ? n : (size_t)(end - p) + 1;
}

static bool
is_blank_line(const char *p, size_t at, size_t n)
{
	return at < n && (p[at] == '\n' ||
	    (p[at] == '\r' && at + 1 < n && p[at + 1] == '\n'));
}

/* A line "From " behind a blank one begins the next mail. */
static void
split_mbox(struct walk *w, struct str file, const char *p, size_t n)
{
	struct corpus_mail *mail = NULL;
	bool is_behind_blank = true;
	uint32_t number = 0;

	for (size_t at = 0; at < n;) {
		size_t next = next_line(p, at, n);

		if (is_behind_blank && n - at >= 5 &&
		    memcmp(p + at, "From ", 5) == 0) {
			if (mail != NULL)
				mail->end = at;
			mail = add_mail(w, file);
			mail->number = ++number;
			mail->begin = next;
			mail->end = n;
		}
		is_behind_blank = is_blank_line(p, at, n);
		at = next;
	}
}

static void
add_mbox(struct walk *w, struct str file, int fd)
{
	struct stat st;
	void *p;

	if (fstat(fd, &st) != 0 || st.st_size == 0)
		return;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return;
	split_mbox(w, file, p, (size_t)st.st_size);
	munmap(p, (size_t)st.st_size);
}

/* A field that mail has and other files with "name: value" lines have not. */
static bool
is_mail_field(struct str line)
{
	static const struct str names[] = {
		STR_INIT("From"), STR_INIT("Received"), STR_INIT("Subject"),
		STR_INIT("Date"), STR_INIT("Message-ID"),
		STR_INIT("Return-Path"), STR_INIT("Delivered-To"),
		STR_INIT("To"), STR_INIT("X-Test-IP"),
		STR_INIT("Authentication-Results"), STR_INIT("MIME-Version"),
	};
	struct str name = str_head(line, str_find(line, ':'));

	return name.n < line.n &&
	    str_case_is_any(name, names, nitems(names));
}

static bool
is_mail(struct str head)
{
	while (head.n != 0) {
		struct str line = str_take_line(&head);

		if (line.n == 0)
			return false;
		if (is_mail_field(line))
			return true;
	}
	return false;
}

static bool
add_file(struct walk *w, struct str file, struct err *e)
{
	const char *path = str_cstr(w->arena, file);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char bytes[HEAD_SIZE];
	struct str head;
	ssize_t n;

	if (fd < 0)
		return err_set(e, "%s: %s", path, strerror(errno));
	n = read(fd, bytes, sizeof(bytes));
	head = (struct str){ bytes, n < 0 ? 0 : (size_t)n };
	w->corpus->files++;
	if (str_starts(head, STR("From ")))
		add_mbox(w, file, fd);
	else if (is_mail(head))
		add_mail(w, file);
	else
		w->corpus->others++;
	close(fd);
	return true;
}

static int
by_name(const void *a, const void *b)
{
	const struct str *one = a, *two = b;

	return str_order(*one, *two);
}

/* A Maildir delivers to tmp: what lies there is half a mail. */
static bool
is_left_out(const struct dirent *entry)
{
	static const struct str names[] = {
		STR_INIT("."), STR_INIT(".."), STR_INIT(".git"),
		STR_INIT("tmp"),
	};

	return str_is_any(str_of(entry->d_name), names, nitems(names));
}

static bool add_path(struct walk *w, struct str path, struct err *e);

static bool
add_folder(struct walk *w, struct str path, struct err *e)
{
	VEC(struct str) names = { 0 };
	struct dirent *entry;
	const struct str *name;
	DIR *dir;
	bool done = true;

	if (w->depth == DEPTH_MOST)
		return err_set(e, "%" STR_FMT ": more than %d folders deep",
		    STR_ARG(path), DEPTH_MOST);
	dir = opendir(str_cstr(w->arena, path));
	if (dir == NULL)
		return err_set(e, "%" STR_FMT ": %s", STR_ARG(path),
		    strerror(errno));
	while ((entry = readdir(dir)) != NULL)
		if (!is_left_out(entry))
			*VEC_ADD(w->arena, &names) = str_copy(w->arena,
			    str_of(entry->d_name));
	closedir(dir);
	if (names.n != 0)
		qsort(names.at, names.n, sizeof(*names.at), by_name);
	w->depth++;
	VEC_EACH(name, &names)
		done = done && add_path(w, str_cat(w->arena, path,
		    str_ends(path, STR("/")) ? STR("") : STR("/"), *name), e);
	w->depth--;
	return done;
}

/* Links are followed to files only: folders could go round in circles. */
static bool
add_path(struct walk *w, struct str path, struct err *e)
{
	const char *name = str_cstr(w->arena, path);
	struct stat st;

	if ((w->depth == 0 ? stat(name, &st) : lstat(name, &st)) != 0)
		return w->depth != 0 || err_set(e, "%s: %s", name,
		    strerror(errno));
	if (S_ISDIR(st.st_mode))
		return add_folder(w, path, e);
	if (S_ISLNK(st.st_mode) && stat(name, &st) != 0)
		return true;
	if (!S_ISREG(st.st_mode))
		return w->depth != 0 || err_set(e, "%s: neither a file nor a "
		    "folder", name);
	return add_file(w, path, e);
}

/* What comes by a pipe becomes a file that nobody else sees. */
static bool
keep_input(struct str *path, struct arena *a, struct err *e)
{
	char bytes[64 << 10];
	int fd = memfd_create("sekisho", 0);
	ssize_t n = 1;

	while (fd >= 0 && (n = read(STDIN_FILENO, bytes, sizeof(bytes))) > 0)
		if (write(fd, bytes, (size_t)n) != n)
			return err_set(e, "-: cannot be kept");
	if (fd < 0 || n < 0)
		return err_set(e, "-: %s", strerror(errno));
	*path = str_printf(a, "/dev/fd/%d", fd);
	return true;
}

bool
corpus_find(struct corpus *c, struct arena *a, struct str path,
    struct err *e)
{
	struct walk w = { .corpus = c, .arena = a };

	if (str_is(path, "-") && !keep_input(&path, a, e))
		return false;
	return add_path(&w, path, e);
}

static bool
read_at(struct str *raw, struct arena *a, int fd,
    const struct corpus_mail *mail)
{
	uint64_t n = mail->end - mail->begin;
	size_t room = n > MAIL_MOST ? MAIL_MOST : (size_t)n, done = 0;
	char *p = arena_take_raw(a, room + 1);

	while (done < room) {
		ssize_t got = pread(fd, p + done, room - done,
		    (off_t)(mail->begin + done));

		if (got < 0)
			return false;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	*raw = (struct str){ p, done };
	return true;
}

bool
corpus_read(struct str *raw, struct arena *a, const struct corpus_mail *mail,
    struct err *e)
{
	const char *path = str_cstr(a, mail->file);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct corpus_mail whole = *mail;
	struct stat st;
	bool done;

	if (fd < 0)
		return err_set(e, "%s: %s", path, strerror(errno));
	if (mail->number == 0 && fstat(fd, &st) == 0)
		whole.end = (uint64_t)st.st_size;
	done = read_at(raw, a, fd, &whole);
	if (!done)
		err_set(e, "%s: %s", path, strerror(errno));
	close(fd);
	return done;
}
