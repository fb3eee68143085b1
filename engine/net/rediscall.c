/* SPDX-License-Identifier: Apache-2.0 */
/* Updates as the words of one call of the script. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "net/journal.h"
#include "net/redis.h"
#include "net/redisscript.h"

enum {
	LIFE_MOST = 10 * 365 * 24 * 60 * 60,
	AMOUNT_TEXT = 32,
	UPDATE_WORDS = 14,      /* the key, the number of words, they */
	WORDS_MOST = 3 + REDIS_JOINED_MOST * UPDATE_WORDS
};

struct redis_calls {
	struct str prefix;
	struct buf key, keys, claims;
	char sha[REDIS_SHA];
};

/* Of one update. */
struct texts {
	struct str claim;       /* its key, over the wire; or "" */
	char n[STR_INT], number[REDIS_NUMBER], life[STR_INT];
	char amounts[4][AMOUNT_TEXT];
};

static const char *const kind_words[] = {
	[UPDATE_PUT] = "put",
	[UPDATE_COUNT] = "count",
	[UPDATE_TEACH] = "teach",
	[UPDATE_FORGET] = "forget",
	[UPDATE_DIARY] = "diary"
};

/* 10 places until the year 2085. */
void
redis_number(char text[static REDIS_NUMBER], uint64_t number)
{
	char back[REDIS_NUMBER];
	size_t n = 0;

	do
		back[n++] = "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36];
	while ((number /= 36) != 0);
	for (size_t i = 0; i < n; i++)
		text[i] = back[n - 1 - i];
	text[n] = '\0';
}

/* Most are small and whole. */
static struct str
add_amount(char text[static AMOUNT_TEXT], double amount)
{
	if (amount >= 0 && amount < 1000 && amount == (int)amount)
		return str_int(text, (int)amount);
	snprintf(text, AMOUNT_TEXT, "%.17g", amount);
	return str_of(text);
}

/* Its token is "" where there is none. */
static struct store_claim
claim_of(const struct journal_record *r)
{
	struct str value = { r->text + r->key_n, r->value_n };
	struct store_claim claim;

	if (r->kind != UPDATE_TEACH || !claim_read(&claim, value))
		claim = (struct store_claim){ .is_last_word = false };
	return claim;
}

/* What stands behind the first five: by kind. */
static size_t
add_amounts(struct str *words, struct texts *t, const struct journal_record *r)
{
	struct str key = { r->text, r->key_n };
	struct store_claim claim;

	if (r->kind == UPDATE_DIARY)
		words[1] = str_int(t->amounts[0], r->more - 1);
	if (r->kind == UPDATE_PUT || r->kind == UPDATE_DIARY) {
		words[0] = (struct str){ r->text + r->key_n, r->value_n };
		if (r->kind == UPDATE_PUT)
			words[1] = r->more == PUT_OVER ? STR("over") :
			    STR("new");
		return r->kind == UPDATE_PUT && r->more == PUT_ALWAYS ? 1 : 2;
	}
	if (r->kind == UPDATE_COUNT) {
		words[0] = str_int(t->amounts[0], r->more);
		return 1;
	}
	if (r->kind != UPDATE_TEACH)
		return 0;
	words[0] = add_amount(t->amounts[0], r->lesson.bad);
	words[1] = add_amount(t->amounts[1], r->lesson.good);
	words[2] = str_int(t->amounts[2], r->lesson.when);
	words[3] = str_int(t->amounts[3], r->lesson.half_life);
	if (t->claim.n == 0)
		return 4;
	claim = claim_of(r);
	words[4] = t->claim;
	words[5] = claim.token;
	words[6] = str_from(key, str_find(key, ':') + 1);
	return claim.is_last_word ? 7 : 6;
}

/* How many words it takes. */
static size_t
add_update(struct str *words, struct texts *t, const struct journal_record *r)
{
	int64_t life = r->ends - clock_wall();
	size_t n = 1;

	redis_number(t->number, r->number);
	words[n++] = str_of(kind_words[r->kind]);
	words[n++] = str_of(r->writer);
	words[n++] = str_of(t->number);
	words[n++] = str_int(t->life, life < LIFE_MOST ? life : LIFE_MOST);
	words[n++] = r->state == JOURNAL_UNSURE ? STR("1") : STR("0");
	n += add_amounts(words + n, t, r);
	words[0] = str_int(t->n, (int64_t)n - 1);
	return n;
}

static void
add_keys(struct redis_calls *s, struct str *words,
    struct journal_record *const *at, size_t n)
{
	size_t ends[REDIS_JOINED_MOST], from = 0;

	buf_empty(&s->keys);
	for (size_t i = 0; i < n; i++) {
		buf_add_str(&s->keys, redis_key(&s->key, s->prefix,
		    (struct str){ at[i]->text, at[i]->key_n }));
		ends[i] = s->keys.n;
	}
	for (size_t i = 0; i < n; from = ends[i++])
		words[i] = (struct str){ s->keys.p + from, ends[i] - from };
}

static void
add_claims(struct redis_calls *s, struct texts *texts,
    const struct redis_updates *u)
{
	size_t ends[REDIS_JOINED_MOST], from = 0;

	buf_empty(&s->claims);
	for (size_t i = 0; i < u->n; i++) {
		struct str key = claim_of(u->at[i]).key;

		if (key.n != 0 && !u->is_split)
			buf_add_str(&s->claims, redis_key(&s->key, s->prefix,
			    key));
		ends[i] = s->claims.n;
	}
	for (size_t i = 0; i < u->n; from = ends[i++])
		texts[i].claim = str_sub(buf_str(&s->claims), from, ends[i]);
}

void
redis_calls_send(struct redis_calls *s, struct redis_conn *c,
    struct redis_call *call, const struct redis_updates *u)
{
	struct str words[WORDS_MOST];
	struct texts texts[REDIS_JOINED_MOST];
	char count[STR_INT];
	size_t n = 0;

	assert(u->n != 0 && u->n <= REDIS_JOINED_MOST);
	words[n++] = u->is_unknown ? STR("EVAL") : STR("EVALSHA");
	words[n++] = u->is_unknown ? redis_script : str_of(s->sha);
	words[n++] = str_int(count, (int64_t)u->n);
	add_keys(s, words + n, u->at, u->n);
	add_claims(s, texts, u);
	n += u->n;
	for (size_t i = 0; i < u->n; i++)
		n += add_update(words + n, &texts[i], u->at[i]);
	redis_conn_send(c, call, words, n);
}

struct redis_calls *
redis_calls_new(struct str prefix)
{
	struct redis_calls *s = calloc(1, sizeof(*s));

	if (s == NULL)
		abort();
	s->prefix = prefix;
	buf_init(&s->key, REDIS_KEY_MOST);
	buf_init(&s->keys, (size_t)REDIS_JOINED_MOST * REDIS_KEY_MOST);
	buf_init(&s->claims, (size_t)REDIS_JOINED_MOST * REDIS_KEY_MOST);
	redis_script_sha(s->sha);
	return s;
}

void
redis_calls_free(struct redis_calls *s)
{
	buf_release(&s->key);
	buf_release(&s->keys);
	buf_release(&s->claims);
	free(s);
}
