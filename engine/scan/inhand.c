/* SPDX-License-Identifier: Apache-2.0 */
/* Notes before the work, so that nothing is to be done once it has failed. */
#include "scan/inhand.h"

#include <string.h>
#include <sys/mman.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/vec.h"

enum { KEPT = 1024 * 1024, PAGE = 4096 };

static const struct str relay_fields[] = { STR_INIT("Received:"),
	STR_INIT("Return-Path:"), STR_INIT("Delivered-To:"),
	STR_INIT("X-Original-To:") };

static bool
is_relays(struct str line)
{
	for (size_t i = 0; i < nitems(relay_fields); i++)
		if (str_case_starts(line, relay_fields[i]))
			return true;
	return false;
}

static struct str
without_relays(struct str raw)
{
	struct str rest = raw, line;
	bool is_inside = false;

	while (str_next(&rest, '\n', &line)) {
		bool is_folded = line.n != 0 &&
		    (line.p[0] == ' ' || line.p[0] == '\t');

		is_inside = is_folded ? is_inside : is_relays(line);
		if (!is_inside && line.n != 0)
			return str_from(raw, (size_t)(line.p - raw.p));
	}
	return raw;
}

uint64_t
inhand_hash(struct str raw)
{
	return hash_bytes(without_relays(raw), 0);
}

uint64_t
inhand_whole(struct str raw, uint64_t hash)
{
	return hash_bytes(str_head(raw, raw.n - without_relays(raw).n), hash);
}

/* What a long message took is given back once a short one comes. */
static void
shrink(struct inhand *h, size_t n)
{
	size_t from = (n + PAGE - 1) / PAGE * PAGE;

	if (h->in_room.n > KEPT && from < h->in_room.n)
		madvise(h->room + from, h->in_room.n - from, MADV_REMOVE);
}

static bool
is_note(const struct inhand_note *note, uint64_t hash, size_t n)
{
	return note->hash == hash && note->n == n;
}

static bool
is_free(const struct inhand_note *note)
{
	return !note->is_busy && !note->is_lent;
}

/* Its own, or the place of one that is over: the last at best, whose memory is
 * at hand; or else the next, whose message may have gone without a word. */
static struct inhand_note *
note_for(struct inhand *h, uint64_t hash, size_t n)
{
	struct inhand_note *last = h->now, *place = NULL;

	if (h->notes == NULL || n > INHAND_NOTE)
		return &h->in_room;
	if (last == NULL || last == &h->in_room)
		last = h->note;
	for (size_t i = 0; i < INHAND_NOTES; i++) {
		if (is_note(&h->note[i], hash, n))
			return &h->note[i];
		if (is_free(&h->note[i]) && place == NULL)
			place = &h->note[i];
	}
	if (is_free(last))
		return last;
	if (place == NULL)
		place = &h->note[(size_t)(last - h->note + 1) % INHAND_NOTES];
	return place->is_lent ? &h->in_room : place;
}

static char *
bytes_of(const struct inhand *h, const struct inhand_note *note)
{
	return note == &h->in_room ? h->room :
	    h->notes + (note - h->note) * INHAND_NOTE;
}

char *
inhand_room(struct inhand *h)
{
	if (h == NULL || h->notes == NULL)
		return NULL;
	for (size_t i = 0; i < INHAND_NOTES; i++) {
		struct inhand_note *note = &h->note[i];

		if (!is_free(note))
			continue;
		note->hash = 0;
		note->n = 0;
		return bytes_of(h, note);
	}
	return NULL;
}

/* The one that its bytes stand in, or NULL. */
static struct inhand_note *
note_of(struct inhand *h, struct str raw)
{
	uintptr_t at = (uintptr_t)raw.p - (uintptr_t)h->notes;

	return h->notes != NULL && at < INHAND_NOTED ?
	    &h->note[at / INHAND_NOTE] : NULL;
}

bool
inhand_keep(struct inhand *h, struct buf *b, struct str bytes)
{
	struct inhand_note *note = h == NULL ? NULL : note_of(h, bytes);

	if (note == NULL || !is_free(note) || bytes.n > b->most)
		return false;
	buf_lend(b, h->notes + (bytes.p - h->notes), bytes.n, &note->is_lent);
	b->n = bytes.n;
	return true;
}

static struct inhand_note *
note_down(struct inhand *h, uint64_t hash, struct str raw)
{
	struct inhand_note *note = note_for(h, hash, raw.n);

	note->is_busy = true;
	if (is_note(note, hash, raw.n))
		return note;
	if (note == &h->in_room)
		shrink(h, raw.n);
	if (raw.n != 0)
		memcpy(bytes_of(h, note), raw.p, raw.n);
	return note;
}

void
inhand_take(struct inhand *h, uint64_t hash, struct str raw)
{
	struct inhand_note *note;

	if (h == NULL)
		return;
	raw = str_head(raw, h->most);
	note = note_of(h, raw);
	h->bytes = raw.p;
	if (note == NULL) {
		note = note_down(h, hash, raw);
		h->bytes = bytes_of(h, note);
	}
	note->hash = hash;
	note->n = raw.n;
	h->now = note;
	h->hash = hash;
	h->n = raw.n;
	h->turn++;
}

void
inhand_leave(struct inhand *h, bool is_over)
{
	if (h == NULL)
		return;
	/* Its own buffer says when it is over. */
	h->now->is_busy = !is_over && !h->now->is_lent;
	h->turn++;
}

void
inhand_clear(struct inhand *h)
{
	h->turn = 0;
	h->hash = 0;
	h->n = 0;
	h->now = NULL;
	memset(h->note, 0, sizeof(h->note));
	memset(&h->in_room, 0, sizeof(h->in_room));
	madvise(h->notes, INHAND_NOTED, MADV_REMOVE);
	madvise(h->room, h->most, MADV_REMOVE);
}

bool
inhand_is_taken(const struct inhand *h)
{
	return h->turn % 2 == 1;
}

/* The row of a hash, or the one it would get: a free one, else that with the
 * fewest deaths. */
static struct deadly_row *
row_of(struct deadly *d, uint64_t hash)
{
	struct deadly_row *least = &d->rows[0];

	for (size_t i = 0; i < DEADLY_MOST; i++) {
		struct deadly_row *row = &d->rows[i];

		if (row->deaths != 0 && row->hash == hash)
			return row;
		if (row->deaths < least->deaths)
			least = row;
	}
	*least = (struct deadly_row){ .hash = hash };
	return least;
}

uint32_t
deadly_add(struct deadly *d, uint64_t hash, uint32_t deaths)
{
	struct deadly_row *row = row_of(d, hash);

	row->deaths += deaths;
	return row->deaths;
}

/* Rows are filled from the front, and none is taken out. */
bool
deadly_has(const struct deadly *d, uint64_t hash)
{
	for (size_t i = 0; d != NULL && i < DEADLY_MOST &&
	    d->rows[i].deaths != 0; i++) {
		if (d->rows[i].hash == hash)
			return d->rows[i].deaths >= DEADLY_DEATHS;
	}
	return false;
}
