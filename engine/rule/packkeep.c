/* SPDX-License-Identifier: Apache-2.0 */
/* Packs loaded so that what was right before stands in for what is broken. */
#include "rule/packkeep.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "rule/image.h"
#include "rule/packs.h"
#include "rule/proof.h"

enum { SECTION_ROWS, SECTION_TEXTS };

static const struct image_name kept_name = { STR_INIT("pack texts 1"),
	STR_INIT("") };

struct kept_row {
	uint64_t path;
	uint64_t path_n;
	uint64_t text;
	uint64_t text_n;
};

struct keeping {
	struct arena *arena;
	const struct packs_paths *paths;
	const struct pack_keep *keep;
	struct image *image;      /* of the texts kept, or NULL */
	pack_file_list kept;
	struct map by_path;       /* numbers of kept */
	pack_file_list files;     /* as they stand in their folders */
	struct map broken;        /* by path: numbers of diags */
	struct diags *diags;
	pack_held_list *held;
};

static bool
row_text(struct str *out, struct str texts, uint64_t at, uint64_t n)
{
	if (at > texts.n || n > texts.n - at)
		return false;
	*out = str_sub(texts, at, at + n);
	return true;
}

static bool
read_rows(struct keeping *k, struct err *e)
{
	struct str texts = image_section(k->image, SECTION_TEXTS, 0);
	const struct kept_row *rows;
	struct pack_file file;
	const void *p;
	uint32_t n;

	if (!image_rows(k->image, SECTION_ROWS, sizeof(*rows), &p, &n, e))
		return false;
	rows = p;
	for (uint32_t i = 0; i < n; i++) {
		if (!row_text(&file.path, texts, rows[i].path,
		        rows[i].path_n) ||
		    !row_text(&file.text, texts, rows[i].text,
		        rows[i].text_n))
			return err_set(e, "points outside itself");
		map_put(&k->by_path, file.path, (uint32_t)k->kept.n);
		*VEC_ADD(k->arena, &k->kept) = file;
	}
	return true;
}

static bool
is_there(const struct keeping *k)
{
	struct stat st;

	if (k->keep->path.n == 0)
		return k->keep->fd != NULL && *k->keep->fd >= 0;
	return stat(str_cstr(k->arena, k->keep->path), &st) == 0 ||
	    errno != ENOENT;
}

static bool
open_image(struct keeping *k, struct err *e)
{
	return k->keep->path.n != 0 ?
	    image_open(&k->image, str_cstr(k->arena, k->keep->path),
		kept_name.stamp, e) :
	    image_open_fd(&k->image, *k->keep->fd, kept_name.stamp, e);
}

static void
open_kept(struct keeping *k)
{
	struct err e;

	map_init(&k->by_path, k->arena);
	if (!is_there(k) || (open_image(k, &e) && read_rows(k, &e)))
		return;
	log_warn("%s; the last good revisions of packs are not known", e.text);
	image_free(k->image);
	k->image = NULL;
	k->kept.n = 0;
	map_init(&k->by_path, k->arena);
}

static const struct pack_file *
kept_of(const struct keeping *k, struct str path)
{
	const uint32_t *at = map_get(&k->by_path, path);

	return at == NULL ? NULL : &k->kept.at[*at];
}

/* The first error of each file. */
static void
find_broken(struct keeping *k, const struct diags *d)
{
	map_init(&k->broken, k->arena);
	for (uint32_t i = 0; i < d->list.n; i++)
		if (d->list.at[i].level == DIAG_ERROR)
			map_put(&k->broken, d->list.at[i].file, i);
}

/* Bytes that a list of files is written as: rows and what they point at. */
struct kept_bytes {
	struct kept_row *rows;
	char *texts;
	uint64_t n;
};

static void
put(struct kept_bytes *b, struct str s, uint64_t *at, uint64_t *n)
{
	*at = b->n;
	*n = s.n;
	if (s.n != 0)
		memcpy(b->texts + b->n, s.p, s.n);
	b->n += s.n;
}

static void
write_rows(struct image_writer *w, struct arena *a,
    const pack_file_list *files)
{
	struct kept_bytes b = { .n = 0 };
	size_t room = 0;

	for (size_t i = 0; i < files->n; i++)
		room += files->at[i].path.n + files->at[i].text.n;
	b.rows = ARENA_MANY(a, struct kept_row, files->n);
	b.texts = arena_take_raw(a, room);
	for (size_t i = 0; i < files->n; i++) {
		struct kept_row *row = &b.rows[i];

		put(&b, files->at[i].path, &row->path, &row->path_n);
		put(&b, files->at[i].text, &row->text, &row->text_n);
	}
	image_writer_init(w, a);
	image_writer_add(w, SECTION_ROWS, 0, (struct str){
	    (const char *)b.rows, files->n * sizeof(*b.rows) });
	image_writer_add(w, SECTION_TEXTS, 0, (struct str){ b.texts, b.n });
}

static bool
is_same(const pack_file_list *a, const pack_file_list *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!str_eq(a->at[i].path, b->at[i].path) ||
		    !str_eq(a->at[i].text, b->at[i].text))
			return false;
	return true;
}

static void
make_folder(struct arena *a, struct str path)
{
	size_t slash = str_find_last(path, '/');

	if (slash != path.n)
		mkdir(str_cstr(a, str_head(path, slash)), 0700);
}

static bool
save(const struct keeping *k, const struct image_writer *w, struct err *e)
{
	int fd = -1;

	if (k->keep->path.n != 0) {
		make_folder(k->arena, k->keep->path);
		return image_save(w, &kept_name,
		    str_cstr(k->arena, k->keep->path), e);
	}
	if (!image_share(w, &kept_name, &fd, e))
		return false;
	if (*k->keep->fd >= 0)
		close(*k->keep->fd);
	*k->keep->fd = fd;
	return true;
}

static bool
keeps(const struct keeping *k)
{
	return k->keep->path.n != 0 || k->keep->fd != NULL;
}

/* What is right as it stands, and what was where it is not. */
static void
keep(struct keeping *k)
{
	struct arena *scratch;
	pack_file_list good = { 0 };
	const struct pack_file *file;
	struct image_writer w;
	struct err e;

	if (!keeps(k))
		return;
	VEC_EACH(file, &k->files) {
		const struct pack_file *last = file;

		if (map_get(&k->broken, file->path) != NULL)
			last = kept_of(k, file->path);
		if (last != NULL && last->text.p != NULL)
			*VEC_ADD(k->arena, &good) = *last;
	}
	if (is_same(&good, &k->kept))
		return;
	scratch = arena_new();
	write_rows(&w, scratch, &good);
	if (!save(k, &w, &e))
		log_warn("%s; the last good revisions of packs are not kept",
		    e.text);
	arena_free(scratch);
}

/* Loaded from texts, apart from what is there already. */
static bool
load_texts(pack_list *out, struct arena *a, pack_file_list *files,
    struct str *why)
{
	struct arena *own = arena_new();
	struct diags d;
	const struct diag *diag;

	diags_init(&d, own);
	packs_load_files(out, own, files, NULL, &d);
	VEC_EACH(diag, &d.list)
		if (diag->level == DIAG_ERROR && why->n == 0)
			*why = str_printf(a, "%" STR_FMT ":%u: %" STR_FMT,
			    STR_ARG(diag->file), diag->mark.line,
			    STR_ARG(diag->text));
	if (d.errors != 0) {
		*out = (pack_list){ 0 };
		arena_free(own);
		return false;
	}
	arena_take_over(a, own);
	return true;
}

/* The texts live in the image, which is let go of. */
static struct pack_file
copy_of(struct arena *a, const struct pack_file *file)
{
	return (struct pack_file){ str_copy(a, file->path),
		str_copy(a, file->text) };
}

/* What is broken as it was, the rest as it is. */
static bool
load_with_kept(pack_list *out, struct arena *a, const struct keeping *k)
{
	pack_file_list files = { 0 };
	struct str why = { 0 };
	const struct pack_file *file;
	bool stands_in = false;

	VEC_EACH(file, &k->files) {
		const struct pack_file *kept = kept_of(k, file->path);

		if (map_get(&k->broken, file->path) == NULL) {
			*VEC_ADD(a, &files) = *file;
		} else if (kept != NULL) {
			*VEC_ADD(a, &files) = copy_of(a, kept);
			stands_in = true;
		}
	}
	return stands_in && load_texts(out, a, &files, &why);
}

/* Below what the configuration names now. */
static bool
is_named(const struct packs_paths *paths, struct str file)
{
	for (size_t i = 0; i < paths->n; i++)
		if (str_starts(file, paths->at[i]))
			return true;
	return false;
}

/* Everything as it was. */
static bool
load_kept(pack_list *out, struct arena *a, const struct keeping *k)
{
	pack_file_list files = { 0 };
	struct str why = { 0 };
	const struct pack_file *file;

	VEC_EACH(file, &k->kept)
		if (is_named(k->paths, file->path))
			*VEC_ADD(a, &files) = copy_of(a, file);
	if (files.n == 0 || load_texts(out, a, &files, &why))
		return files.n != 0;
	log_error("%" STR_FMT ": what was right before is not right any more",
	    STR_ARG(why));
	return false;
}

static const struct pack *
pack_in(const pack_list *packs, struct str path)
{
	for (size_t i = 0; i < packs->n; i++)
		if (str_eq(packs->at[i]->file, path) &&
		    !packs->at[i]->is_site)
			return packs->at[i];
	return NULL;
}

static void
tell(const struct pack_held *held)
{
	if (held->is_left_out)
		log_error("%" STR_FMT " is left out: %" STR_FMT,
		    STR_ARG(held->path), STR_ARG(held->why));
	else if (held->revision == 0)
		log_error("%" STR_FMT ": as it was before it goes on serving: %"
		    STR_FMT, STR_ARG(held->path), STR_ARG(held->why));
	else
		log_error("%" STR_FMT ": revision %lld of %" STR_FMT
		    " goes on serving: %" STR_FMT, STR_ARG(held->path),
		    (long long)held->revision, STR_ARG(held->id),
		    STR_ARG(held->why));
}

/* pack is what serves in its place, or NULL. */
static void
hold(struct keeping *k, struct arena *a, const struct pack *pack,
    struct pack_held as)
{
	struct pack_held *held = VEC_ADD(a, k->held);

	*held = (struct pack_held){ .path = str_copy(a, as.path),
		.id = pack == NULL ? STR("") : pack->id,
		.revision = pack == NULL ? 0 : pack->revision,
		.is_left_out = as.is_left_out, .why = str_copy(a, as.why) };
	/* Where nothing is kept the diags have told it all. */
	if (keeps(k))
		tell(held);
}

static struct str
error_of(const struct keeping *k, struct arena *a, struct str path)
{
	const uint32_t *at = map_get(&k->broken, path);
	const struct diag *diag;

	if (at == NULL)
		return STR("");
	diag = &k->diags->list.at[*at];
	return diag->mark.line == 0 ? diag->text
	    : str_printf(a, "line %u: %" STR_FMT, diag->mark.line,
	        STR_ARG(diag->text));
}

/* Broken files, whose kept texts were taken or not. */
static void
hold_broken(struct keeping *k, struct arena *a, const pack_list *packs,
    bool stand_in)
{
	const struct pack_file *file;

	VEC_EACH(file, &k->files) {
		bool stands;

		if (map_get(&k->broken, file->path) == NULL)
			continue;
		stands = stand_in && kept_of(k, file->path) != NULL;
		hold(k, a, stands ? pack_in(packs, file->path) : NULL,
		    (struct pack_held){ .path = file->path,
		    .why = error_of(k, a, file->path),
		    .is_left_out = !stands });
	}
}

/* Whatever differs from what was kept. */
static void
hold_changed(struct keeping *k, struct arena *a, const pack_list *packs)
{
	const struct pack_file *file;

	VEC_EACH(file, &k->files) {
		const struct pack_file *kept = kept_of(k, file->path);
		struct str why = error_of(k, a, file->path);

		if (kept != NULL && str_eq(kept->text, file->text))
			continue;
		if (why.n == 0)
			why = STR("files that did not change would not be "
			    "right beside it");
		hold(k, a, kept != NULL ? pack_in(packs, file->path) : NULL,
		    (struct pack_held){ .path = file->path, .why = why,
		    .is_left_out = kept == NULL });
	}
}

/* True when something was kept and serves in place of what is broken. */
static bool
stand_in(struct keeping *k, pack_list *out, struct arena *a)
{
	pack_list packs = { 0 };

	if (load_with_kept(&packs, a, k)) {
		hold_broken(k, a, &packs, true);
		keep(k);
	} else if (load_kept(&packs, a, k)) {
		hold_changed(k, a, &packs);
	} else {
		return false;
	}
	*out = packs;
	return true;
}

static bool
is_kept(const struct keeping *k, struct str path)
{
	return map_get(&k->broken, path) != NULL && kept_of(k, path) != NULL;
}

static bool
any_kept(const struct keeping *k)
{
	const struct pack_file *file;

	VEC_EACH(file, &k->files)
		if (is_kept(k, file->path))
			return true;
	return false;
}

/* Nothing that was right before says what these files should say. */
static bool
is_new(void *client, struct str path)
{
	const struct keeping *k = client;
	const struct pack_file *kept = kept_of(k, path), *file;

	if (kept == NULL)
		return true;
	VEC_EACH(file, &k->files)
		if (str_eq(file->path, path))
			return !str_eq(file->text, kept->text);
	return true;
}

/* True when a test fails that should not. */
static bool
prove(struct keeping *k, const pack_list *packs)
{
	const struct proof_job job = { .packs = packs, .is_new = is_new,
		.client = k, .most_ms = k->keep->proof_ms,
		.list_images = k->keep->lists };
	size_t errors = k->diags->errors, left;

	if (k->keep->proof_ms == 0)
		return false;
	left = proof_run(&job, k->diags);
	if (left != 0)
		log_warn("the tests of %zu packs are not run: they would take "
		    "longer than is left of limits.compile_time", left);
	return k->diags->errors != errors;
}

/* Without the files whose tests fail, where nothing stands in for them.
 * Others may have needed them; that is told. */
static void
load_rest(struct keeping *k, pack_list *out, struct arena *a)
{
	pack_file_list files = { 0 };
	const struct pack_file *file;
	struct diags d;

	VEC_EACH(file, &k->files)
		if (map_get(&k->broken, file->path) == NULL)
			*VEC_ADD(a, &files) = *file;
	diags_init(&d, a);
	*out = (pack_list){ 0 };
	packs_load_files(out, a, &files, NULL, &d);
	if (d.errors == 0)
		return;
	diags_join(k->diags, &d);
	find_broken(k, k->diags);
}

static void
settle(struct keeping *k, pack_list *out, struct arena *a)
{
	bool is_failed;

	open_kept(k);
	is_failed = prove(k, out);
	find_broken(k, k->diags);
	if (any_kept(k) && stand_in(k, out, a))
		return;
	if (is_failed)
		load_rest(k, out, a);
	hold_broken(k, a, out, false);
	/* A folder that is away for a moment is nothing to serve, and comes
	 * back. */
	if (out->n != 0)
		keep(k);
}

bool
packs_load_kept(pack_list *out, struct arena *a,
    const struct packs_paths *paths, const struct pack_keep *keep,
    pack_held_list *held, struct diags *d)
{
	struct keeping k = { .arena = arena_new(), .paths = paths,
		.keep = keep, .diags = d, .held = held };
	/* Packs and diags name the files for longer than this. */
	size_t errors = d->errors;
	bool is_ok = packs_find(&k.files, a, paths, d);

	is_ok = packs_load_files(out, a, &k.files, NULL, d) && is_ok;
	settle(&k, out, a);
	is_ok = is_ok && d->errors == errors;
	image_free(k.image);
	arena_free(k.arena);
	return is_ok;
}
