/* SPDX-License-Identifier: Apache-2.0 */
/* A compiled ruleset kept in a file. */
#include "rule/rulecache.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/vec.h"
#include "rule/image.h"
#include "rule/ruleset.h"

/* What stat says of a file that is the same. */
static void
add_sign(struct buf *b, struct arena *a, struct str path)
{
	struct stat st;

	buf_add_str(b, path);
	if (stat(str_cstr(a, path), &st) != 0) {
		buf_printf(b, " %d\n", errno);
		return;
	}
	buf_printf(b, " %llu %llu %lld.%09ld %lld.%09ld\n",
	    (unsigned long long)st.st_ino, (unsigned long long)st.st_size,
	    (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
	    (long long)st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
}

/* The packs, and the program itself: what patterns become is its doing. */
struct str
rulecache_key(struct arena *a, const struct rulecache_paths *packs)
{
	char text[SHA256_TEXT];
	file_list files = { 0 };
	struct buf b;
	struct err e;

	buf_init(&b, SIZE_MAX);
	add_sign(&b, a, STR("/proc/self/exe"));
	for (size_t i = 0; i < packs->n; i++)
		if (!file_walk(&files, a, str_cstr(a, packs->at[i]),
		        STR(".yaml"), &e))
			buf_add_str(&b, str_of(e.text));
	for (size_t i = 0; i < files.n; i++)
		add_sign(&b, a, files.at[i]);
	hash_sha256(buf_str(&b), text);
	buf_release(&b);
	return str_copy(a, str_of(text));
}

void
rulecache_init(struct rulecache *c, struct arena *a, struct str path,
    const struct rulecache_paths *packs, const struct fact_table *table)
{
	*c = (struct rulecache){
		.arena = a,
		.path = str_cstr(a, path),
		.key = rulecache_key(a, packs),
		.stamp = ruleset_stamp(a),
		.table = table,
		.fd = -1,
	};
}

static void
let_go(struct rulecache *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

void
rulecache_release(struct rulecache *c)
{
	ruleset_free(c->old);
	c->old = NULL;
	let_go(c);
}

/* False when there is no image to be used, which is told unless there simply
 * is none. */
static bool
open_file(struct ruleset **out, struct rulecache *c, struct str *key)
{
	struct image *image;
	struct stat st;
	struct err e;

	if (c->path[0] == '\0' ||
	    (stat(c->path, &st) != 0 && errno == ENOENT))
		return false;
	if (!image_open_kept(&image, c->path, c->stamp, &c->fd, &e)) {
		log_warn("%s; the packs are compiled again", e.text);
		return false;
	}
	*key = str_copy(c->arena, image_key(image));
	if (ruleset_open(out, image, c->table, &e))
		return true;
	log_warn("%s: %s; the packs are compiled again", c->path, e.text);
	image_free(image);
	let_go(c);
	return false;
}

bool
rulecache_find(struct ruleset **out, struct rulecache *c)
{
	struct ruleset *found;
	struct str key;

	if (!open_file(&found, c, &key))
		return false;
	if (str_eq(key, c->key)) {
		*out = found;
		return true;
	}
	c->old = found;
	let_go(c);
	return false;
}

/* The folder is made where there is none; why that failed, saving tells. */
static void
make_folder(const struct rulecache *c)
{
	struct str path = str_of(c->path);
	size_t slash = str_find_last(path, '/');

	if (slash != path.n)
		mkdir(str_cstr(c->arena, str_head(path, slash)), 0700);
}

bool
rulecache_open(struct ruleset **out, int fd, const struct fact_table *table,
    struct err *e)
{
	struct arena *scratch = arena_new();
	struct image *image;
	bool is_open = image_open_fd(&image, fd, ruleset_stamp(scratch), e);

	arena_free(scratch);
	if (!is_open || ruleset_open(out, image, table, e))
		return is_open;
	image_free(image);
	return false;
}

/* Where the file cannot be written that is told, unless none is wanted. */
static bool
save(struct ruleset **out, struct rulecache *c, const struct image_writer *w,
    bool is_right)
{
	const struct image_name name = { c->stamp, c->key };
	struct err why = { "the image just written cannot be read" };
	struct str key;

	if (!is_right || c->path[0] == '\0')
		return false;
	make_folder(c);
	if (image_save(w, &name, c->path, &why) && open_file(out, c, &key))
		return true;
	log_warn("%s; the compiled packs are not kept", why.text);
	return false;
}

/* Without a key: nobody takes it for the packs' once it is old. */
static bool
share(struct ruleset **out, struct rulecache *c, const struct image_writer *w,
    struct err *e)
{
	const struct image_name name = { c->stamp, STR("") };

	return image_share(w, &name, &c->fd, e) &&
	    rulecache_open(out, c->fd, c->table, e);
}

bool
rulecache_make(struct ruleset **out, struct rulecache *c,
    const pack_list *packs, bool is_right, bool *needs_packs, struct err *e)
{
	const struct ruleset_conf conf = { .old = c->old, .held = c->held };
	struct arena *scratch = arena_new();
	struct image_writer w;
	bool is_done;

	*needs_packs = false;
	image_writer_init(&w, scratch);
	is_done = ruleset_compile(&w, packs, &conf, e);
	if (!is_done || save(out, c, &w, is_right)) {
		arena_free(scratch);
		return is_done;
	}
	if (c->is_shared) {
		is_done = share(out, c, &w, e);
		arena_free(scratch);
		return is_done;
	}
	arena_free(scratch);
	*needs_packs = true;
	return ruleset_build(out, packs, c->table, &conf, e);
}
