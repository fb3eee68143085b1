/* SPDX-License-Identifier: Apache-2.0 */
/* Packs for the command line: those named and what they lean on. */
#include "cli/loader.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/map.h"
#include "cli/terminal.h"

enum { OUTPUT_MOST = 64 << 20, INPUT_MOST = 1 << 20 };

/* Folders that hold what packs share, under a folder of packs. */
static const char *const shared[] = { "/brands", "/common", "/lists" };

static bool
is_there(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

/* rules/ of a source tree: beside the program (built in place) or one above
 * (built in build/), or where we stand in the tree. */
static bool
source_rules(struct str *out, struct arena *a)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self));
	struct str folder;

	if (is_there("engine/rule/pack.h") && is_there("rules")) {
		*out = STR("rules");
		return true;
	}
	if (n <= 0 || (size_t)n >= sizeof(self))
		return false;
	folder = (struct str){ self, (size_t)n };
	for (int up = 0; up < 2; up++) {
		folder = str_head(folder, str_find_last(folder, '/'));
		if (!is_there(str_cstr(a, str_cat(a, folder,
		    STR("/engine/rule/pack.h")))))
			continue;
		*out = str_cat(a, folder, STR("/rules"));
		return is_there(str_cstr(a, *out));
	}
	return false;
}

void
loader_folders(word_list *out, struct arena *a)
{
	const char *named = getenv("SEKISHO_PACKS");
	struct str list = str_of(named), folder;

	while (list.n != 0 && str_next(&list, ':', &folder))
		if (folder.n != 0)
			*VEC_ADD(a, out) = str_copy(a, folder);
	if (out->n != 0)
		return;
	if (source_rules(&folder, a))
		*VEC_ADD(a, out) = folder;
	else
		*VEC_ADD(a, out) = STR(SEKISHO_DATADIR "/rules");
}

/* The one name of a file, however it was reached. */
static struct str
real(struct arena *a, struct str path)
{
	char out[PATH_MAX];

	if (realpath(str_cstr(a, path), out) == NULL)
		return path;
	return str_copy(a, str_of(out));
}

static bool
expand(file_list *files, struct arena *a, const word_list *named,
    struct err *e)
{
	const struct str *path, *file;
	struct map seen;

	map_init(&seen, a);
	VEC_EACH(path, named) {
		file_list found = { 0 };

		if (!file_walk(&found, a, str_cstr(a, *path),
		    STR(".pack.yaml"), e))
			return false;
		if (found.n != 1 || !str_eq(found.at[0], *path))
			file_walk(&found, a, str_cstr(a, *path),
			    STR(".overlay.yaml"), e);
		if (found.n == 0)
			return err_set(e, "%" STR_FMT ": no *.pack.yaml in "
			    "it", STR_ARG(*path));
		VEC_EACH(file, &found) {
			uint32_t n = (uint32_t)files->n;

			if (*map_put(&seen, real(a, *file), n) == n)
				*VEC_ADD(a, files) = *file;
		}
	}
	return true;
}

/* The packs in one folder that are not seen yet; where there is none, none. */
static void
add_folder(file_list *files, struct arena *a, struct str folder,
    struct map *seen)
{
	file_list found = { 0 };
	const struct str *file;
	struct err e;

	if (!file_walk(&found, a, str_cstr(a, folder), STR(".pack.yaml"), &e))
		return;
	VEC_EACH(file, &found) {
		if (map_get(seen, real(a, *file)) == NULL)
			*VEC_ADD(a, files) = *file;
	}
}

/* Adds what the folders share and is not named already. */
static bool
add_shared(file_list *files, struct arena *a, const word_list *folders)
{
	const struct str *folder, *file;
	size_t before = files->n;
	struct map seen;

	map_init(&seen, a);
	VEC_EACH(file, files)
		map_put(&seen, real(a, *file), 0);
	VEC_EACH(folder, folders) {
		for (size_t i = 0; i < nitems(shared); i++)
			add_folder(files, a, str_cat(a, *folder,
			    str_of(shared[i])), &seen);
	}
	return files->n > before;
}

static void
sort_packs(struct loaded *out, struct arena *a, const pack_list *packs,
    const struct map *named)
{
	out->packs = (pack_list){ 0 };
	for (int is_named = 1; is_named >= 0; is_named--) {
		for (size_t i = 0; i < packs->n; i++)
			if ((map_get(named, packs->at[i]->file) != NULL) ==
			    (is_named == 1))
				*VEC_ADD(a, &out->packs) = packs->at[i];
		if (is_named == 1)
			out->n_named = out->packs.n;
	}
}

/* Only what is about the files named. */
static void
sort_diags(struct loaded *out, struct arena *a, const struct diags *all,
    const struct map *named)
{
	const struct diag *d;

	diags_init(&out->diags, a);
	VEC_EACH(d, &all->list) {
		if (map_get(named, d->file) == NULL)
			continue;
		*VEC_ADD(a, &out->diags.list) = *d;
		out->diags.errors += d->level == DIAG_ERROR;
		out->diags.warnings += d->level == DIAG_WARNING;
	}
}

/* What came from standard input is shown as "-". */
static void
name_input(struct loaded *out, struct str input)
{
	struct diag *d;

	if (input.n == 0)
		return;
	VEC_EACH(d, &out->diags.list)
		if (str_eq(d->file, input))
			d->file = STR("-");
	for (size_t i = 0; i < out->packs.n; i++)
		if (str_eq(out->packs.at[i]->file, input))
			out->packs.at[i]->file = STR("-");
}

static void
read_files(struct loaded *out, struct arena *a, const file_list *files,
    const file_list *named, const struct packs_watch *watch)
{
	struct packs_paths paths = { files->at, files->n };
	pack_list packs = { 0 };
	const struct str *file;
	struct diags all;
	struct map names;

	map_init(&names, a);
	VEC_EACH(file, named)
		map_put(&names, *file, 0);
	diags_init(&all, a);
	packs_load_watched(&packs, a, &paths, watch, &all);
	sort_packs(out, a, &packs, &names);
	sort_diags(out, a, &all, &names);
}

/* B01: a brand that no pack here describes; a warning where there was no
 * pack of brands at all.  X05: a library or list that is not here. */
static bool
needs_brands(const struct diags *d, bool *is_alone)
{
	const struct diag *diag;
	bool is_needed = false;

	*is_alone = false;
	VEC_EACH(diag, &d->list) {
		if (str_is(STR("X05"), diag->code)) {
			is_needed = *is_alone = true;
			continue;
		}
		if (!str_is(STR("B01"), diag->code))
			continue;
		is_needed = true;
		*is_alone |= diag->level == DIAG_WARNING;
	}
	return is_needed;
}

static bool
are_there(struct arena *a, const word_list *folders, struct err *e)
{
	const struct str *folder;

	VEC_EACH(folder, folders)
		if (!is_there(str_cstr(a, *folder)))
			return err_set(e, "--packs: %" STR_FMT ": there is no "
			    "such folder", STR_ARG(*folder));
	return true;
}

/* Packs are read twice where brands are missing, standard input but once: it
 * becomes a file that nobody else sees. */
static bool
keep_input(struct str *out, struct arena *a, struct err *e)
{
	struct str text;
	int fd;

	if (!file_read(&text, a, "-", INPUT_MOST, e))
		return false;
	fd = memfd_create("sekisho", 0);
	if (fd < 0 || !terminal_write(fd, text))
		return err_set(e, "-: cannot be kept");
	*out = str_printf(a, "/dev/fd/%d", fd);
	return true;
}

static bool
replace_input(struct str *input, word_list *named, struct arena *a,
    struct err *e)
{
	word_list words = { 0 };
	struct str *word;

	VEC_EACH(word, named) {
		if (!str_is(*word, "-")) {
			*VEC_ADD(a, &words) = *word;
			continue;
		}
		if (input->n != 0)
			continue;
		if (!keep_input(input, a, e))
			return false;
		*VEC_ADD(a, &words) = *input;
	}
	*named = words;
	return true;
}

bool
loader_read(struct loaded *out, struct arena *a, const word_list *named,
    const word_list *folders, struct err *e)
{
	struct loader_ask ask = { .named = named, .folders = folders };

	return loader_ask(out, a, &ask, e);
}

bool
loader_ask(struct loaded *out, struct arena *a, const struct loader_ask *ask,
    struct err *e)
{
	const word_list *folders = ask->folders;
	file_list files = { 0 }, all = { 0 };
	const struct str *file;
	word_list usual = { 0 }, named = *ask->named;
	struct str input = { 0 };
	struct loaded again;
	bool is_alone;

	if (!are_there(a, folders, e) ||
	    !replace_input(&input, &named, a, e) ||
	    !expand(&files, a, &named, e))
		return false;
	read_files(out, a, &files, &files, ask->watch);
	out->files = files;
	if (needs_brands(&out->diags, &is_alone)) {
		if (folders->n == 0)
			loader_folders(&usual, a);
		VEC_EACH(file, &files)
			*VEC_ADD(a, &all) = *file;
		if (add_shared(&all, a, folders->n == 0 ? &usual : folders)) {
			read_files(&again, a, &all, &files, ask->watch);
			again.files = files;
			/* Not a copy of what is shared, which would clash
			 * with it. */
			if (is_alone ||
			    again.diags.errors <= out->diags.errors)
				*out = again;
		}
	}
	name_input(out, input);
	VEC_EACH(file, &files)
		if (input.n != 0 && str_eq(*file, input))
			files.at[file - files.at] = STR("-");
	return true;
}

void
loader_print(const struct diags *d, struct str color, enum diag_level least)
{
	struct terminal terminal;
	const struct diag *diag;
	struct buf b;

	terminal_init(&terminal, STDERR_FILENO, color);
	buf_init(&b, OUTPUT_MOST);
	VEC_EACH(diag, &d->list)
		if (diag->level <= least)
			diag_print(&b, diag, terminal.is_coloured);
	terminal_write(STDERR_FILENO, buf_str(&b));
	buf_release(&b);
}
