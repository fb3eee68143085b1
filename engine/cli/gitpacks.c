/* SPDX-License-Identifier: Apache-2.0 */
/* Runs git with an index of its own. */
#include "cli/gitpacks.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"

enum { FOLDERS_OPEN = 16 };

extern char **environ;

static bool
run_git(const char *const *words)
{
	posix_spawn_file_actions_t files;
	int status = -1;
	pid_t pid;
	bool is_started;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null",
	    O_WRONLY, 0);
	/* posix_spawnp takes what it does not change as changeable. */
	is_started = posix_spawnp(&pid, "git", &files, NULL,
	    (char *const *)(uintptr_t)words, environ) == 0;
	posix_spawn_file_actions_destroy(&files);
	while (is_started && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return is_started && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static struct str
folder_of(struct arena *a, struct str path)
{
	size_t slash = str_find_last(path, '/');
	struct stat st;

	if (stat(str_cstr(a, path), &st) == 0 && S_ISDIR(st.st_mode))
		return path;
	if (slash == path.n)
		return STR(".");
	return slash == 0 ? STR("/") : str_head(path, slash);
}

static bool
take_folder(const struct gitpacks *g, struct arena *a, struct str folder,
    struct str revision)
{
	const char *in = str_cstr(a, folder);
	const char *prefix = str_cstr(a, str_cat(a, STR("--prefix="),
	    g->folder, STR("/packs/")));
	const char *const read[] = { "git", "-C", in, "read-tree",
		str_cstr(a, revision), NULL };
	const char *const write[] = { "git", "-C", in, "checkout-index", "-a",
		"-f", prefix, NULL };

	return run_git(read) && run_git(write);
}

bool
gitpacks_take(struct gitpacks *g, struct arena *a, const word_list *named,
    struct str revision, struct err *e)
{
	char made[] = "/tmp/sekisho-XXXXXX";
	const struct str *path;

	if (revision.n == 0 || revision.p[0] == '-')
		return err_set(e, "git: \"%" STR_FMT "\" is no revision such "
		    "as HEAD", STR_ARG(revision));
	if (mkdtemp(made) == NULL)
		return err_set(e, "/tmp: %s", strerror(errno));
	g->folder = str_copy(a, str_of(made));
	setenv("GIT_INDEX_FILE", str_cstr(a, str_cat(a, g->folder,
	    STR("/index"))), 1);
	VEC_EACH(path, named)
		if (!str_is(*path, "-") && !take_folder(g, a,
		    folder_of(a, *path), revision))
			return err_set(e, "git has no \"%" STR_FMT "\" of %"
			    STR_FMT, STR_ARG(revision), STR_ARG(*path));
	return true;
}

static int
remove_one(const char *path, const struct stat *st, int what,
    struct FTW *place)
{
	(void)st;
	(void)what;
	(void)place;
	return remove(path);
}

void
gitpacks_release(struct gitpacks *g)
{
	char path[64];

	if (g->folder.n == 0 || g->folder.n >= sizeof(path))
		return;
	memcpy(path, g->folder.p, g->folder.n);
	path[g->folder.n] = '\0';
	nftw(path, remove_one, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS);
	unsetenv("GIT_INDEX_FILE");
}
