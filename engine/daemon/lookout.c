/* SPDX-License-Identifier: Apache-2.0 */
/* Files seen from outside: size, times, inode. */
#include "daemon/lookout.h"

#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "daemon/config.h"
#include "rule/rulecache.h"

void
lookout_init(struct lookout *l, const struct daemon_conf *conf,
    const char *path)
{
	*l = (struct lookout){ .conf = conf, .path = path };
}

static void
look(const struct lookout *l, char sign[static SHA256_TEXT])
{
	const struct rulecache_paths paths = { l->conf->generation.packs.at,
		l->conf->generation.packs.n };
	struct arena *a = arena_new();
	struct stat st = { .st_ino = 0 };
	struct buf b;

	buf_init_arena(&b, a, SIZE_MAX);
	buf_add_str(&b, rulecache_key(a, &paths));
	if (l->path != NULL && stat(l->path, &st) == 0)
		buf_printf(&b, " %llu %lld.%09ld",
		    (unsigned long long)st.st_ino,
		    (long long)st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
	hash_sha256(buf_str(&b), sign);
	arena_free(a);
}

void
lookout_loaded(struct lookout *l)
{
	if (l->conf->watch_ms == 0)
		return;
	look(l, l->loaded);
	l->next_ms = clock_ms() + l->conf->watch_ms;
}

bool
lookout_turn(struct lookout *l, int64_t now_ms)
{
	char before[SHA256_TEXT];

	if (l->conf->watch_ms == 0 || now_ms < l->next_ms)
		return false;
	l->next_ms = now_ms + l->conf->watch_ms;
	memcpy(before, l->seen, sizeof(before));
	look(l, l->seen);
	return memcmp(l->seen, l->loaded, sizeof(before)) != 0 &&
	    memcmp(l->seen, before, sizeof(before)) == 0;
}
