/* SPDX-License-Identifier: Apache-2.0 */
/* Reports, as far as protocols have them in common. */
#include "front/learn.h"

#include "base/arena.h"
#include "base/count.h"
#include "base/log.h"
#include "front/client.h"
#include "front/front.h"

static const char *const kinds[] = {
	[LESSON_BAD] = "bad", [LESSON_GOOD] = "good",
	[LESSON_FORGET] = "forget"
};

static const char *const reporters[REPORTERS] = {
	[REPORTER_TOKEN] = "token", [REPORTER_USER] = "user",
	[REPORTER_IP] = "ip"
};

static void
find_reporter(struct lesson *l, struct scan *s, const struct client *c,
    struct str token)
{
	const struct token *t = token_find(&c->front->conf->tokens, token);
	char text[CLIENT_TEXT];

	if (t != NULL) {
		l->by = REPORTER_TOKEN;
		l->reporter = str_copy(s->arena, t->name);
	} else if (s->envelope.user.n != 0 && client_is_trusted(c)) {
		l->by = REPORTER_USER;
		l->reporter = str_lower(s->arena, s->envelope.user);
	} else {
		client_text(c, text);
		l->by = REPORTER_IP;
		l->reporter = str_copy(s->arena, str_of(text));
	}
}

void
learn_begin(struct scan *s, const struct client *c, enum lesson_kind kind,
    struct str token)
{
	struct lesson *l = ARENA_ONE(s->arena, struct lesson);

	l->kind = kind;
	l->result = LESSON_OFF;
	find_reporter(l, s, c, token);
	/* Whoever has shown who he is names the user whose mail it is. */
	if (l->by != REPORTER_TOKEN)
		s->envelope.user = STR("");
	s->lesson = l;
}

void
learn_over(struct scan *s, struct client *c)
{
	const struct lesson *l = s->lesson;

	if (l->result == LESSON_LEARNT)
		count_add(&c->front->counts->learnt, 1);
	log_info("id=%" STR_FMT " report=%s by=%s result=%s things=%zu "
	    "bytes=%zu", STR_ARG(s->id), kinds[l->kind], reporters[l->by],
	    lesson_result_name(l->result), l->entities, s->raw.n);
}
