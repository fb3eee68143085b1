/* SPDX-License-Identifier: Apache-2.0 */
/* HASH-DEATHS.eml, the newest hundred. */
#include "daemon/quarantine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"

enum { FILES_MOST = 100, NAME_ROOM = 64 };

static bool
name_read(const char *name, uint64_t *hash, uint32_t *deaths)
{
	int n = 0;

	return sscanf(name, "%16" SCNx64 "-%9" SCNu32 ".eml%n", hash, deaths,
	    &n) == 2 && n != 0 && name[n] == '\0';
}

bool
quarantine_open(struct quarantine *q, struct err *e)
{
	const struct dirent *entry;
	uint32_t deaths;
	uint64_t hash;
	DIR *dir;

	if (q->folder == NULL)
		return true;
	if (!user_own_folder(q->user, q->folder, e))
		return false;
	dir = opendir(q->folder);
	if (dir == NULL)
		return err_set(e, "%s: %s", q->folder, strerror(errno));
	while ((entry = readdir(dir)) != NULL) {
		if (name_read(entry->d_name, &hash, &deaths))
			deadly_add(q->deadly, hash, deaths);
	}
	closedir(dir);
	return true;
}

/* The process's own part. */

static void
drop_oldest(int folder)
{
	const struct dirent *entry;
	char oldest[sizeof(entry->d_name)] = "";
	struct timespec least = { 0 };
	size_t n = 0;
	struct stat st;
	DIR *dir = fdopendir(dup(folder));

	if (dir == NULL)
		return;
	rewinddir(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (fstatat(folder, entry->d_name, &st,
			AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
			continue;
		if (n++ == 0 || st.st_mtim.tv_sec < least.tv_sec) {
			least = st.st_mtim;
			snprintf(oldest, sizeof(oldest), "%s", entry->d_name);
		}
	}
	closedir(dir);
	if (n > FILES_MOST)
		unlinkat(folder, oldest, 0);
}

static bool
write_message(int folder, const struct inhand *h, uint32_t deaths)
{
	char name[NAME_ROOM], before[NAME_ROOM];
	size_t done = 0;
	ssize_t n = 1;
	int fd;

	snprintf(name, sizeof(name), "%016" PRIx64 "-%" PRIu32 ".eml",
	    h->hash, deaths);
	snprintf(before, sizeof(before), "%016" PRIx64 "-%" PRIu32 ".eml",
	    h->hash, deaths - 1);
	fd = openat(folder, ".fresh", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0600);
	if (fd < 0)
		return false;
	while (done < h->n && n > 0) {
		n = write(fd, h->bytes + done, h->n - done);
		done += n > 0 ? (size_t)n : 0;
	}
	/* The name counts, though the disk be full. */
	if (close(fd) != 0 || renameat(folder, ".fresh", folder, name) != 0)
		return false;
	unlinkat(folder, before, 0);
	return done == h->n;
}

static _Noreturn void
child(const struct quarantine *q, const struct inhand *h, uint32_t deaths)
{
	struct err e;
	int folder;

	if (!user_become(q->user, &e))
		_exit(1);
	folder = open(q->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0 || !write_message(folder, h, deaths)) {
		log_error("quarantine: %s: %s", q->folder, strerror(errno));
		_exit(1);
	}
	drop_oldest(folder);
	_exit(0);
}

pid_t
quarantine_file(const struct quarantine *q, const struct inhand *h)
{
	uint32_t deaths = deadly_add(q->deadly, h->hash, 1);
	pid_t pid;

	log_error("message %016" PRIx64 " was in hand, %zu bytes: it has "
	    "ended %" PRIu32 " worker%s%s", h->hash, h->n, deaths,
	    deaths == 1 ? "" : "s", deaths >= DEADLY_DEATHS
	    ? " and gets no other, but a temporary failure" : "");
	if (q->folder == NULL)
		return 0;
	pid = fork();
	if (pid == 0)
		child(q, h, deaths);
	return pid > 0 ? pid : 0;
}
