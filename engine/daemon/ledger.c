/* SPDX-License-Identifier: Apache-2.0 */
/* Rows behind a head, for as long as the daemon lives. */
#include "daemon/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"

#define MAGIC "sekisho updates 1\n"

enum { PATH_MOST = 4096, ROWS_MOST = 4096 };

struct head {
	char magic[24];
	uint64_t row;      /* bytes */
	uint64_t n;
};

/* A lock of the master's alone, which ends with it: not of the workers, that
 * may outlive it for a moment.  Who takes this daemon's place starts while it
 * lives, and does without the file. */
static int
open_locked(const char *folder, const char *name)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char path[PATH_MOST];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || fcntl(fd, F_SETLK, &whole) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Another file in its place: workers of the last run that are dying may still
 * have that one mapped.  They share a lock of it with their master. */
static int
replace(const char *folder, size_t bytes)
{
	char from[PATH_MOST], to[PATH_MOST];
	int fd = open_locked(folder, "updates.new");

	snprintf(from, sizeof(from), "%s/updates.new", folder);
	snprintf(to, sizeof(to), "%s/updates", folder);
	if (fd >= 0 && ftruncate(fd, 0) == 0 && flock(fd, LOCK_SH) == 0 &&
	    posix_fallocate(fd, 0, (off_t)bytes) == 0 &&
	    rename(from, to) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static uint64_t
count_lost(int fd)
{
	struct ledger row;
	struct head head;
	uint64_t lost = 0;

	if (read(fd, &head, sizeof(head)) != sizeof(head) ||
	    memcmp(head.magic, MAGIC, sizeof(MAGIC)) != 0 ||
	    head.row != sizeof(row) || head.n > ROWS_MOST)
		return 0;
	for (uint64_t i = 0; i < head.n; i++)
		if (read(fd, &row, sizeof(row)) == sizeof(row))
			lost += store_ledger_lost(&row.now);
	return lost;
}

bool
ledgers_lost(int *before, uint64_t *lost)
{
	*lost = 0;
	if (*before < 0)
		return true;
	if (flock(*before, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
		return false;
	*lost = count_lost(*before);
	close(*before);
	*before = -1;
	if (*lost != 0)
		log_warn("%llu updates of the store were lost when an earlier "
		    "run was killed", (unsigned long long)*lost);
	return true;
}

/* The file stays open, and so locked, to the end; or -1. */
static int
open_file(const char *folder, size_t bytes, int *before)
{
	*before = open_locked(folder, "updates");
	return *before < 0 ? -1 : replace(folder, bytes);
}

struct ledger *
ledgers_open(const char *folder, size_t seats, int *before)
{
	size_t bytes = sizeof(struct head) + seats * sizeof(struct ledger);
	struct head *head;
	int fd = -1;

	*before = -1;
	if (folder != NULL)
		fd = open_file(folder, bytes, before);
	head = mmap(NULL, bytes, PROT_READ | PROT_WRITE, fd < 0 ?
	    MAP_SHARED | MAP_ANONYMOUS : MAP_SHARED, fd, 0);
	if (head == MAP_FAILED)
		return NULL;
	memcpy(head->magic, MAGIC, sizeof(MAGIC));
	head->row = sizeof(struct ledger);
	head->n = seats;
	return (struct ledger *)(void *)(head + 1);
}
