/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ring.  Records are written behind the tail and then the tail is moved, so
 * a process that is killed leaves whole records only.  Where old ones that
 * nobody confirms stand in front of room, they are moved behind the tail:
 * their numbers, not their places, say their order.
 */
#include "net/journal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/chance.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/vec.h"
#include "net/storeengine.h"

#define MAGIC "sekisho journal 1\n"

enum {
	HEAD_BYTES = 4096,
	ALIGN = 8,
	PATH_MOST = 4096,
	FILES_MOST = 256,
	RECORD_MOST = sizeof(struct journal_record) + STORE_KEY_MOST + 16 +
	    STORE_VALUE_MOST,
	RESERVE = 2 * RECORD_MOST, /* for moving */
	LINE = 64,      /* of a processor's cache */
	NEAR = 4 * LINE /* as much as most records take */
};

/* The first page.  head and tail only grow; modulo the ring's size they are
 * places in it. */
struct head {
	char magic[24];
	char writer[JOURNAL_WRITER + 1];
	uint64_t bytes;                 /* of the ring */
	uint64_t number;                /* the last given */
	atomic_uint_fast64_t head, tail;
	uint64_t run;                   /* of whoever wrote here last */
	uint64_t counted;               /* updates, in that run */
};

TAILQ_HEAD(entry_list, journal_entry);

struct journal {
	struct head *head;
	unsigned char *ring;
	size_t bytes;
	size_t live;                    /* bytes of those not done */
	int fd;
	const char *folder;             /* NULL: in memory */
	unsigned index;                 /* of the file */
	struct entry_list entries;      /* in the order of their places */
	size_t damaged;
};

static struct journal_record *
record_at(const struct journal *j, uint64_t place)
{
	return (struct journal_record *)(void *)(j->ring + place % j->bytes);
}

static uint64_t
check_of(const struct journal_record *r)
{
	size_t from = offsetof(struct journal_record, number);
	const struct str rest = { (const char *)r + from, r->bytes - from };

	return hash_bytes(rest, r->bytes);
}

/* Bytes from here to the ring's end, which no record crosses. */
static size_t
to_end(const struct journal *j, uint64_t place)
{
	return j->bytes - place % j->bytes;
}

static bool
is_whole(const struct journal *j, uint64_t place, uint64_t tail)
{
	const struct journal_record *r = record_at(j, place);

	return to_end(j, place) >= sizeof(*r) && r->bytes >= sizeof(*r) &&
	    r->bytes <= RECORD_MOST && r->bytes % ALIGN == 0 &&
	    r->bytes <= to_end(j, place) && r->bytes <= tail - place &&
	    r->key_n <= STORE_KEY_MOST + 16 &&
	    r->value_n <= STORE_VALUE_MOST &&
	    sizeof(*r) + r->key_n + r->value_n <= r->bytes &&
	    r->kind < UPDATE_KINDS && r->state <= JOURNAL_DONE &&
	    r->writer[JOURNAL_WRITER] == '\0' &&
	    r->check == check_of(r);
}

/* A gap at the ring's end is marked by a size of 0, or is too small for a
 * mark. */
static bool
is_gap(const struct journal *j, uint64_t place)
{
	return to_end(j, place) < sizeof(struct journal_record) ||
	    record_at(j, place)->bytes == 0;
}

/* The head moves on over what is done. */
static void
let_go(struct journal *j)
{
	uint64_t head = j->head->head, tail = j->head->tail;

	while (head < tail) {
		if (is_gap(j, head))
			head += to_end(j, head);
		else if (record_at(j, head)->state == JOURNAL_DONE)
			head += record_at(j, head)->bytes;
		else
			break;
	}
	atomic_store_explicit(&j->head->head, head, memory_order_release);
}

static size_t
room(const struct journal *j)
{
	return j->bytes - (size_t)(j->head->tail - j->head->head);
}

/* Where a record of that size goes, once the gap before it is marked. */
static struct journal_record *
place_for(struct journal *j, size_t bytes)
{
	uint64_t tail = j->head->tail;

	if (to_end(j, tail) < bytes) {
		if (to_end(j, tail) >= sizeof(struct journal_record))
			record_at(j, tail)->bytes = 0;
		tail += to_end(j, tail);
		atomic_store_explicit(&j->head->tail, tail,
		    memory_order_release);
	}
	return record_at(j, tail);
}

static void
put_behind(struct journal *j, struct journal_entry *entry,
    struct journal_record *r)
{
	entry->record = r;
	TAILQ_INSERT_TAIL(&j->entries, entry, entry);
	atomic_store_explicit(&j->head->tail, j->head->tail + r->bytes,
	    memory_order_release);
	/* It is long ago that the next record's place was written. */
	for (size_t i = 0; i < NEAR; i += LINE)
		__builtin_prefetch((char *)r + r->bytes + i, 1);
}

/* A gap can cost as much again. */
static bool
has_room(const struct journal *j, size_t bytes, size_t reserve)
{
	uint64_t tail = j->head->tail;
	size_t gap = to_end(j, tail) < bytes ? to_end(j, tail) : 0;

	return room(j) > bytes + gap + reserve;
}

/* The first that is not done goes behind the tail. */
static bool
move_first(struct journal *j)
{
	struct journal_entry *first = TAILQ_FIRST(&j->entries);
	struct journal_record *old, *r;

	if (first == NULL || !has_room(j, first->record->bytes, 0))
		return false;
	old = first->record;
	r = place_for(j, old->bytes);
	memcpy(r, old, old->bytes);
	TAILQ_REMOVE(&j->entries, first, entry);
	put_behind(j, first, r);
	old->state = JOURNAL_DONE;
	let_go(j);
	return true;
}

/* Where a good part of what is held is done with: what moving costs is paid
 * for by many records then. */
static bool
make_room(struct journal *j, size_t bytes)
{
	size_t moved = 0;

	if (has_room(j, bytes, RESERVE))
		return true;
	if (j->bytes - room(j) < j->live + j->bytes / 8)
		return false;
	while (!has_room(j, j->bytes / 16, RESERVE) && moved < j->live) {
		moved += TAILQ_FIRST(&j->entries)->record->bytes;
		if (!move_first(j))
			break;
	}
	return has_room(j, bytes, RESERVE);
}

static uint64_t
next_number(struct journal *j)
{
	struct timespec now;
	uint64_t number;

	clock_gettime(CLOCK_REALTIME, &now);
	number = (uint64_t)now.tv_sec * 1000000 +
	    (uint64_t)now.tv_nsec / 1000;
	if (number <= j->head->number)
		number = j->head->number + 1;
	j->head->number = number;
	return number;
}

bool
journal_add(struct journal *j, struct journal_entry *entry,
    const struct update *u)
{
	size_t text = u->key_n + u->value_n, bytes;
	struct journal_record *r;

	bytes = (sizeof(*r) + text + ALIGN - 1) / ALIGN * ALIGN;
	assert(bytes <= RECORD_MOST);
	if (!make_room(j, bytes))
		return false;
	r = place_for(j, bytes);
	memset(r, 0, bytes);
	r->bytes = (uint32_t)bytes;
	r->number = next_number(j);
	memcpy(r->writer, j->head->writer, sizeof(r->writer));
	r->kind = u->kind;
	r->key_n = (uint32_t)u->key_n;
	r->value_n = (uint32_t)u->value_n;
	r->times = (uint32_t)u->times;
	r->ends = u->ends;
	if (u->kind == UPDATE_TEACH)
		r->lesson = u->lesson;
	else
		r->more = u->more;
	memcpy(r->text, u->bytes, text);
	r->check = check_of(r);
	put_behind(j, entry, r);
	j->live += bytes;
	return true;
}

static bool
add_up(struct journal_record *r, const struct update *u)
{
	if (r->value_n != 0 || u->value_n != 0)
		return false;
	if (u->kind == UPDATE_TEACH)
		return lesson_merge(&r->lesson, &u->lesson);
	return u->kind == UPDATE_COUNT &&
	    !__builtin_add_overflow(r->more, u->more, &r->more);
}

/*
 * The sum is a record of its own, with the number of the one it takes the
 * place of: of two such a process that is killed in between finds one.
 */
bool
journal_merge(struct journal *j, struct journal_entry *entry,
    const struct update *u)
{
	struct journal_record *old = entry->record, *r, sum = *old;

	if (old->state != JOURNAL_NEW || old->kind != u->kind ||
	    old->key_n != u->key_n ||
	    memcmp(old->text, u->bytes, u->key_n) != 0 || !add_up(&sum, u) ||
	    !make_room(j, old->bytes))
		return false;
	old = entry->record; /* it may have moved */
	sum.times = journal_times(old) + (uint32_t)u->times;
	if (sum.ends < u->ends)
		sum.ends = u->ends;
	r = place_for(j, old->bytes);
	memcpy(r, old, old->bytes);
	memcpy(r, &sum, sizeof(sum));
	r->check = check_of(r);
	TAILQ_REMOVE(&j->entries, entry, entry);
	put_behind(j, entry, r);
	old->state = JOURNAL_DONE;
	let_go(j);
	return true;
}

void
journal_done(struct journal *j, struct journal_entry *entry)
{
	entry->record->state = JOURNAL_DONE;
	j->live -= entry->record->bytes;
	TAILQ_REMOVE(&j->entries, entry, entry);
	entry->record = NULL;
	let_go(j);
}

/* What is learnt now needs room, too. */
bool
journal_may_adopt(const struct journal *j)
{
	return j->live < j->bytes / 2;
}

void
journal_count(struct journal *j, uint64_t n)
{
	j->head->counted = n;
}

uint64_t
journal_counted(const struct journal *j)
{
	return j->head->counted;
}

bool
journal_survives(const struct journal *j)
{
	return j->fd >= 0;
}

size_t
journal_damaged(const struct journal *j)
{
	return j->damaged;
}

/* Opening. */

static void
name_writer(char name[static JOURNAL_WRITER + 1])
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	uint64_t chance = chance_number();

	for (int i = 0; i < JOURNAL_WRITER; i++, chance /= 36)
		name[i] = letters[chance % 36];
	name[JOURNAL_WRITER] = '\0';
}

static void
head_make(struct journal *j)
{
	struct head *h = j->head;

	memset(h, 0, sizeof(*h));
	name_writer(h->writer);
	h->bytes = j->bytes;
	memcpy(h->magic, MAGIC, sizeof(MAGIC));
}

static bool
head_is_right(const struct journal *j)
{
	const struct head *h = j->head;
	uint64_t head = h->head, tail = h->tail;

	return memcmp(h->magic, MAGIC, sizeof(MAGIC)) == 0 &&
	    h->bytes == j->bytes && head <= tail &&
	    tail - head <= j->bytes && head % ALIGN == 0 &&
	    h->writer[JOURNAL_WRITER] == '\0' &&
	    strspn(h->writer, "0123456789abcdefghijklmnopqrstuvwxyz") ==
	    JOURNAL_WRITER;
}

typedef VEC(struct journal_record *) record_list;

static void
begin_run(struct head *h, uint64_t run)
{
	if (run == 0 || h->run != run)
		h->counted = 0;
	h->run = run;
}

/* All that are whole and not done.  From the first that is not whole on
 * nothing can be found. */
static void
read_ring(struct journal *j, struct arena *a, record_list *out)
{
	uint64_t place = j->head->head, tail = j->head->tail;
	struct journal_record *r;

	while (place < tail) {
		if (is_gap(j, place)) {
			place += to_end(j, place);
			continue;
		}
		if (!is_whole(j, place, tail)) {
			j->damaged++;
			j->head->tail = place;
			return;
		}
		r = record_at(j, place);
		if (r->state != JOURNAL_DONE)
			*VEC_ADD(a, out) = r;
		place += r->bytes;
	}
}

static int
by_place(const void *a, const void *b)
{
	const struct journal_entry *const *one = a, *const *two = b;
	uintptr_t x = (uintptr_t)(*one)->record, y = (uintptr_t)(*two)->record;

	return x < y ? -1 : x > y;
}

static int
by_number(const void *a, const void *b)
{
	const struct journal_record *const *one = a, *const *two = b;
	uint64_t x = (*one)->number, y = (*two)->number;

	return x < y ? -1 : x > y;
}

static void
sort(record_list *records)
{
	if (records->n != 0)
		qsort(records->at, records->n, sizeof(*records->at),
		    by_number);
}

static bool
is_same(const struct journal_record *a, const struct journal_record *b)
{
	return a->number == b->number &&
	    memcmp(a->writer, b->writer, sizeof(a->writer)) == 0;
}

/* In the ring's order: those behind the seam come last. */
static void
list_by_place(struct journal *j, struct journal_entry **at, size_t n)
{
	const unsigned char *head = j->ring + j->head->head % j->bytes;

	qsort(at, n, sizeof(*at), by_place);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < n; i++) {
			bool is_behind = (unsigned char *)at[i]->record < head;

			if (is_behind == (round == 1))
				TAILQ_INSERT_TAIL(&j->entries, at[i], entry);
		}
	}
}

static void
recover(struct journal *j, journal_found *found, void *owner)
{
	struct arena *a = arena_new();
	struct journal_entry **entries;
	record_list records = { 0 };
	size_t n = 0;

	read_ring(j, a, &records);
	sort(&records);
	entries = ARENA_MANY(a, struct journal_entry *, records.n);
	for (size_t i = 0; i < records.n; i++) {
		struct journal_record *r = records.at[i];

		/* killed while it was moved: it is there twice */
		if (n != 0 && is_same(r, entries[n - 1]->record)) {
			r->state = JOURNAL_DONE;
			continue;
		}
		if (r->state == JOURNAL_SENT)
			r->state = JOURNAL_UNSURE;
		j->live += r->bytes;
		entries[n] = found(owner);
		entries[n++]->record = r;
	}
	list_by_place(j, entries, n);
	let_go(j);
	arena_free(a);
}

/* One of which nobody else holds the lock, and that is not removed just now,
 * or -1. */
static int
lock_file(char path[static PATH_MOST], const char *folder, unsigned i,
    int how)
{
	struct stat st;
	int fd;

	snprintf(path, PATH_MOST, "%s/journal.%u", folder, i);
	fd = open(path, O_RDWR | O_CLOEXEC | how, 0600);
	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &st) == 0 &&
	    st.st_nlink != 0)
		return fd;
	close(fd);
	errno = EACCES;
	return -1;
}

/* The first that can be had. */
static int
lock_one(struct journal *j, char path[static PATH_MOST])
{
	int fd = -1;

	for (unsigned i = 0; fd < 0 && i < FILES_MOST; i++) {
		fd = lock_file(path, j->folder, i, O_CREAT);
		j->index = i;
		if (fd < 0 && errno != EACCES)
			break;
	}
	return fd;
}

/* The room is taken now: a disk that fills up later must not matter. */
static bool
file_open(struct journal *j, struct err *e)
{
	char path[PATH_MOST];
	struct stat st;
	int rc;

	if (mkdir(j->folder, 0700) != 0 && errno != EEXIST)
		return err_set(e, "%s: %s", j->folder, strerror(errno));
	j->fd = lock_one(j, path);
	if (j->fd < 0 || fstat(j->fd, &st) != 0)
		return err_set(e, "%s: %s", path, strerror(errno));
	/* One of another size keeps it until it is removed. */
	if (st.st_size >= HEAD_BYTES + JOURNAL_LEAST)
		j->bytes = (size_t)st.st_size - HEAD_BYTES;
	rc = posix_fallocate(j->fd, 0, (off_t)(HEAD_BYTES + j->bytes));
	if (rc != 0)
		return err_set(e, "%s: no room for %zu bytes: %s", path,
		    j->bytes, strerror(rc));
	return true;
}

static bool
map_open(struct journal *j, struct err *e)
{
	int flags = j->fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
	void *at = mmap(NULL, HEAD_BYTES + j->bytes, PROT_READ | PROT_WRITE,
	    flags, j->fd, 0);

	if (at == MAP_FAILED)
		return err_set(e, "%s: the journal cannot be mapped: %s",
		    j->folder == NULL ? "memory" : j->folder,
		    strerror(errno));
	j->head = at;
	j->ring = (unsigned char *)at + HEAD_BYTES;
	return true;
}

bool
journal_open(struct journal **out, const struct journal_conf *conf,
    struct err *e)
{
	const size_t bytes = conf->bytes < JOURNAL_LEAST ? JOURNAL_LEAST
	    : conf->bytes;
	struct journal *j = calloc(1, sizeof(*j));

	if (j == NULL)
		abort();
	static_assert(sizeof(struct head) <= HEAD_BYTES, "one page");
	static_assert(JOURNAL_LEAST > 4 * RESERVE, "a ring has room to move");
	TAILQ_INIT(&j->entries);
	j->fd = -1;
	j->folder = conf->folder;
	j->bytes = bytes / HEAD_BYTES * HEAD_BYTES;
	if ((j->folder != NULL && !file_open(j, e)) || !map_open(j, e)) {
		journal_close(j);
		return false;
	}
	if (head_is_right(j)) {
		recover(j, conf->found, conf->owner);
	} else {
		j->damaged += j->head->magic[0] != '\0';
		head_make(j);
	}
	begin_run(j->head, conf->run);
	*out = j;
	return true;
}

void
journal_close(struct journal *j)
{
	if (j == NULL)
		return;
	if (j->head != NULL)
		munmap(j->head, HEAD_BYTES + j->bytes);
	if (j->fd >= 0)
		close(j->fd);
	free(j);
}

/* Adopting. */

/* What was counted there is counted here. */
static void
take_count(struct journal *j, struct journal *from, size_t times)
{
	uint64_t n = from->head->counted < times ? from->head->counted : times;

	if (j->head->run == 0 || from->head->run != j->head->run)
		return;
	from->head->counted -= n;
	j->head->counted += n;
}

static bool
copy_in(struct journal *j, struct journal_record *r, journal_found *found,
    void *owner)
{
	struct journal_record *copy;

	if (!journal_may_adopt(j) || !make_room(j, r->bytes))
		return false;
	copy = place_for(j, r->bytes);
	memcpy(copy, r, r->bytes);
	if (copy->state == JOURNAL_SENT)
		copy->state = JOURNAL_UNSURE;
	put_behind(j, found(owner), copy);
	j->live += copy->bytes;
	/* killed before this it is there twice, and done once */
	r->state = JOURNAL_DONE;
	return true;
}

/* As far as it goes; found: NULL, and it goes nowhere.  Updates that are
 * left. */
static size_t
copy_all(struct journal *j, struct journal *from, journal_found *found,
    void *owner)
{
	struct arena *a = arena_new();
	record_list records = { 0 };
	size_t i = 0, left = 0;

	if (head_is_right(from))
		read_ring(from, a, &records);
	sort(&records);
	while (found != NULL && i < records.n &&
	    copy_in(j, records.at[i], found, owner))
		take_count(j, from, journal_times(records.at[i++]));
	for (; i < records.n; i++)
		left += journal_times(records.at[i]);
	j->damaged += from->damaged;
	arena_free(a);
	return left;
}

static size_t
adopt_one(struct journal *j, unsigned index, journal_found *found,
    void *owner)
{
	struct journal from = { .folder = j->folder };
	char path[PATH_MOST];
	struct stat st;
	struct err e;
	size_t left = 0;

	from.fd = lock_file(path, j->folder, index, 0);
	if (from.fd < 0)
		return 0;
	TAILQ_INIT(&from.entries);
	if (fstat(from.fd, &st) == 0 &&
	    st.st_size >= HEAD_BYTES + JOURNAL_LEAST) {
		from.bytes = (size_t)st.st_size - HEAD_BYTES;
		if (map_open(&from, &e))
			left = copy_all(j, &from, found, owner);
		if (from.head != NULL && left == 0 && found != NULL)
			unlink(path);
		if (from.head != NULL)
			munmap(from.head, HEAD_BYTES + from.bytes);
	}
	close(from.fd);
	return left;
}

size_t
journal_adopt(struct journal *j, journal_found *found, void *owner)
{
	size_t left = 0;

	for (unsigned i = 0; j->fd >= 0 && i < FILES_MOST; i++)
		if (i != j->index)
			left += adopt_one(j, i, found, owner);
	return left;
}

size_t
journal_orphans(struct journal *j)
{
	return journal_adopt(j, NULL, NULL);
}
