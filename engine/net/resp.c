/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hiredis reads, and makes what we let it: replies are built in an arena,
 * entry by entry, within bounds that it has not got itself.
 */
#include "net/resp.h"

#include <hiredis/hiredis.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

/* The number of entries has grown wider since. */
#if HIREDIS_MAJOR >= 1
typedef size_t entry_count;
#else
typedef int entry_count;
#endif

struct resp_reader {
	redisReader *reader;
	struct arena *arena;   /* of the reply being read */
	size_t entries;
	bool is_done;          /* that one has been given away */
	bool is_broken;
};

static struct resp_reader *
reader_of(const redisReadTask *task)
{
	return task->privdata;
}

/* The one to be filled: of the array it stands in, or by itself. */
static struct resp *
make(const redisReadTask *task, enum resp_type type)
{
	const struct resp *array = task->parent == NULL ? NULL :
	    task->parent->obj;
	struct resp *made;

	if (array == NULL)
		made = ARENA_ONE(reader_of(task)->arena, struct resp);
	else
		made = &array->at[task->idx];
	made->type = type;
	return made;
}

static void *
make_text(const redisReadTask *task, char *bytes, size_t n)
{
	enum resp_type type = task->type == REDIS_REPLY_ERROR ? RESP_ERROR :
	    RESP_TEXT;
	struct resp *made = make(task, type);

	made->text = str_copy(reader_of(task)->arena, (struct str){ bytes, n });
	return made;
}

/* NULL, which ends the reading: too many. */
static void *
make_array(const redisReadTask *task, entry_count n)
{
	struct resp_reader *r = reader_of(task);
	struct resp *made;

	if (n < 0 || (size_t)n > RESP_ENTRIES_MOST - r->entries)
		return NULL;
	r->entries += (size_t)n;
	made = make(task, RESP_ARRAY);
	made->n = (size_t)n;
	made->at = ARENA_MANY(r->arena, struct resp, made->n);
	return made;
}

static void *
make_int(const redisReadTask *task, long long number)
{
	struct resp *made = make(task, RESP_INT);

	made->number = number;
	return made;
}

static void *
make_nil(const redisReadTask *task)
{
	return make(task, RESP_NIL);
}

/* It goes with the arena. */
static void
free_nothing(void *made)
{
	(void)made;
}

#if HIREDIS_MAJOR >= 1
/* RESP3, which nobody has asked for. */
static void *
refuse_double(const redisReadTask *task, double value, char *text, size_t n)
{
	(void)task;
	(void)value;
	(void)text;
	(void)n;
	return NULL;
}

static void *
refuse_bool(const redisReadTask *task, int value)
{
	(void)task;
	(void)value;
	return NULL;
}
#endif

static redisReplyObjectFunctions makers = {
	.createString = make_text,
	.createArray = make_array,
	.createInteger = make_int,
#if HIREDIS_MAJOR >= 1
	.createDouble = refuse_double,
	.createBool = refuse_bool,
#endif
	.createNil = make_nil,
	.freeObject = free_nothing
};

struct resp_reader *
resp_reader_new(void)
{
	struct resp_reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		abort();
	r->arena = arena_new();
	r->reader = redisReaderCreateWithFunctions(&makers);
	if (r->reader == NULL)
		abort();
	r->reader->privdata = r;
	return r;
}

void
resp_reader_free(struct resp_reader *r)
{
	if (r == NULL)
		return;
	redisReaderFree(r->reader);
	arena_free(r->arena);
	free(r);
}

/* What it keeps are the bytes that no whole entry has come of yet, so this
 * and the number of entries bound a reply. */
bool
resp_feed(struct resp_reader *r, struct str bytes)
{
	if (r->is_broken || bytes.n > RESP_BYTES_MOST ||
	    r->reader->len - r->reader->pos > RESP_BYTES_MOST - bytes.n ||
	    redisReaderFeed(r->reader, bytes.p, bytes.n) != REDIS_OK)
		r->is_broken = true;
	return !r->is_broken;
}

enum resp_next
resp_next(struct resp_reader *r, const struct resp **out)
{
	void *made = NULL;

	if (r->is_broken)
		return RESP_BROKEN;
	if (r->is_done) {
		arena_empty(r->arena);
		r->entries = 0;
		r->is_done = false;
	}
	if (redisReaderGetReply(r->reader, &made) != REDIS_OK ||
	    arena_used(r->arena) > 2 * RESP_BYTES_MOST +
	    RESP_ENTRIES_MOST * sizeof(struct resp)) {
		r->is_broken = true;
		return RESP_BROKEN;
	}
	if (made == NULL)
		return RESP_WAIT;
	r->is_done = true;
	*out = made;
	return RESP_HAVE;
}

bool
resp_is_error(const struct resp *r, const char *kind)
{
	struct str word;

	if (r->type != RESP_ERROR)
		return false;
	word = str_head(r->text, str_find(r->text, ' '));
	return str_is(word, kind);
}

enum { SIZE_TEXT = 24 };

/* Many a word of a command: not worth a call of printf. */
static char *
put_size(char *to, char kind, size_t n)
{
	char text[SIZE_TEXT];
	size_t at = sizeof(text);

	*to++ = kind;
	if (n < 10) {
		*to++ = (char)('0' + n);
	} else if (n < 100) {
		*to++ = (char)('0' + n / 10);
		*to++ = (char)('0' + n % 10);
	} else {
		do
			text[--at] = (char)('0' + n % 10);
		while ((n /= 10) != 0);
		to = mempcpy(to, text + at, sizeof(text) - at);
	}
	*to++ = '\r';
	*to++ = '\n';
	return to;
}

/* Where there is no room for all, nothing is added. */
void
resp_command(struct buf *b, const struct str *words, size_t n)
{
	size_t most = SIZE_TEXT;
	char *to;

	for (size_t i = 0; i < n; i++)
		most += words[i].n + SIZE_TEXT;
	if (!buf_reserve(b, most))
		return;
	to = put_size(b->p + b->n, '*', n);
	for (size_t i = 0; i < n; i++) {
		to = put_size(to, '$', words[i].n);
		if (words[i].n != 0)
			to = mempcpy(to, words[i].p, words[i].n);
		*to++ = '\r';
		*to++ = '\n';
	}
	b->n = (size_t)(to - b->p);
}
