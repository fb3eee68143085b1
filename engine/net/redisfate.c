/* SPDX-License-Identifier: Apache-2.0 */
/* What the server has said of an update, and what that makes of it. */
#include "base/clock.h"
#include "net/rediswrite.h"
#include "net/resp.h"

/* Errors that are over some time: of the server's state, not of what was
 * asked of it. */
static bool
is_passing(const struct resp *reply)
{
	static const char *const kinds[] = { "LOADING", "BUSY", "READONLY",
		"MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "OOM", "MISCONF",
		"NOREPLICAS", "NOAUTH", "NOPERM", "WRONGPASS", "NOSCRIPT",
		"UNKILLABLE", "NOTBUSY",
		/* of one that is a member of a cluster, and said to be none */
		"MOVED", "ASK" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (resp_is_error(reply, kinds[i]))
			return true;
	}
	return false;
}

/* Before Redis 7 what went wrong inside the script stood further behind:
 * "ERR Error running script (call to f_...): @user_script:23: -OOM ...". */
static bool
says(const struct resp *reply, const char *text)
{
	return str_find_str(reply->text, str_of(text)) != reply->text.n;
}

static enum write_fate
fate_of_error(struct redis_writes *s, struct write *w,
    const struct resp *reply)
{
	struct redis_redirect to;
	struct redis_node *node;

	if (redis_map_follows(s->redis->map) &&
	    redis_redirect_read(&to, reply, w->volley->node->at)) {
		node = redis_node_at(s->redis, to.at);
		if (to.is_ask)
			w->elsewhere = node;
		else if (node != NULL)
			redis_map_moved(s->redis->map, to.slot, node);
		redis_map_doubt(s->redis->map);
		return LATER;
	}
	if (redis_map_follows(s->redis->map) &&
	    (resp_is_error(reply, "MOVED") || resp_is_error(reply, "ASK"))) {
		redis_conn_drop(w->volley->node->write, "sent to nowhere");
		return LOST;
	}
	w->is_unknown = resp_is_error(reply, "NOSCRIPT");
	if (w->is_unknown)
		return LATER;
	redis_node_refused(w->volley->node, REDIS_WROTE, reply);
	/* Some keys of a slot that moves are here, some there. */
	w->is_alone = w->is_alone || resp_is_error(reply, "TRYAGAIN");
	if (is_passing(reply) || says(reply, "-OOM ") ||
	    says(reply, "-READONLY ") || says(reply, "-MISCONF ") ||
	    says(reply, "-NOREPLICAS ") || says(reply, "-NOPERM ")) {
		w->volley->node->write_after_ms = clock_ms() + REDIS_AGAIN_MS;
		w->volley->node->refuses = true;
		redis_map_doubt(s->redis->map);
		return LATER;
	}
	if (!w->is_alone) {
		w->is_alone = true;
		return LOST;
	}
	/* It is believed the second time: an answer may be out of step. */
	if (w->was_refused)
		return REFUSED;
	w->was_refused = true;
	return LATER;
}

enum write_fate
write_fate_of(struct redis_writes *s, struct write *w, const struct resp *reply)
{
	char number[REDIS_NUMBER];
	struct str text;

	if (reply == NULL)
		return LOST;
	if (reply->type == RESP_ERROR)
		return fate_of_error(s, w, reply);
	text = reply->type == RESP_TEXT ? reply->text : STR("");
	redis_number(number, w->entry.record->number);
	if (str_skip(&text, str_of(number))) {
		if (text.n == 0)
			return DONE;
		if (str_is(text, " old"))
			return DONE_BEFORE;
		if (str_is(text, " held")) {
			write_claim_end(s, w, true);
			return DONE;
		}
		if (str_is(text, " unsure"))
			return CANNOT_KNOW;
	}
	redis_conn_drop(w->volley->node->write, "answers out of step");
	return LOST;
}
