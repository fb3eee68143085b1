/* SPDX-License-Identifier: Apache-2.0 */
/* Letting go of privilege. */
#include "daemon/user.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"

enum { DEPTH_MOST = 3 };

bool
user_find(struct user *out, const char *name, struct err *e)
{
	const struct passwd *p;

	*out = (struct user){ .is_set = false };
	if (geteuid() != 0 || name[0] == '\0' || strcmp(name, "root") == 0)
		return true;
	p = getpwnam(name);
	if (p == NULL)
		return err_set(e, "there is no user %s", name);
	*out = (struct user){ .is_set = true, .uid = p->pw_uid,
		.gid = p->pw_gid };
	return true;
}

bool
user_become(const struct user *u, struct err *e)
{
	if (!u->is_set)
		return true;
	return (setgroups(1, &u->gid) == 0 &&
	    setresgid(u->gid, u->gid, u->gid) == 0 &&
	    setresuid(u->uid, u->uid, u->uid) == 0) ||
	    err_set(e, "user: %s", strerror(errno));
}

/* What root wrote there before it knew of the user. */
static void
give(int folder, const struct user *u, int depth)
{
	const struct dirent *entry;
	DIR *dir = fdopendir(folder);
	struct stat st;
	int below;

	if (dir == NULL) {
		close(folder);
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0 ||
		    fstatat(folder, entry->d_name, &st,
			AT_SYMLINK_NOFOLLOW) != 0 || st.st_uid != 0 ||
		    (S_ISREG(st.st_mode) && st.st_nlink != 1))
			continue;
		if (fchownat(folder, entry->d_name, u->uid, u->gid,
			AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(st.st_mode) ||
		    depth == 0)
			continue;
		below = openat(folder, entry->d_name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below >= 0)
			give(below, u, depth - 1);
	}
	closedir(dir);
}

/* Only once: what is the user's may hold links that it made. */
bool
user_own_folder(const struct user *u, const char *path, struct err *e)
{
	struct stat st;
	int fd;

	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return err_set(e, "%s: %s", path, strerror(errno));
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, "%s: %s", path, strerror(errno));
	if (!u->is_set || fstat(fd, &st) != 0 || st.st_uid != 0) {
		close(fd);
		return true;
	}
	if (fchown(fd, u->uid, u->gid) != 0) {
		err_set(e, "%s: chown: %s", path, strerror(errno));
		close(fd);
		return false;
	}
	give(fd, u, DEPTH_MOST);
	return true;
}

void
user_own_file(const struct user *u, const char *path)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return;
	if (u->is_set && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_uid == 0 && st.st_nlink == 1 &&
	    fchown(fd, u->uid, u->gid) != 0)
		log_warn("%s: chown: %s", path, strerror(errno));
	close(fd);
}
