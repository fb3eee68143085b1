/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_HISTORY_H
#define CLI_HISTORY_H

/* Kept verdicts, out of the store that sekishod writes them into. */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "cli/reputation.h"
#include "front/history.h"
#include "front/historyentry.h"

struct arena;
struct buf;
struct err;
struct terminal;

typedef VEC(struct history_entry) history_list;

/* The newest first, each once; in the store's arena. */
bool history_find(history_list *out, struct reputation_store *s,
    struct str diary, const struct history_search *search, struct err *e);

/* "2026-02-09", "2026-02-09T08:07", "30m", "2h", "7d": the last three before
 * now.  Seconds since 1970. */
bool history_time(struct str text, int64_t now, int64_t *when);

/* Of a message that was kept with its verdict; false, with e: there is
 * none. */
bool history_message(struct str *raw, struct reputation_store *s,
    struct str id, struct err *e);

/* "2026-02-09T08:07:06Z" */
struct str history_time_text(struct arena *a, int64_t when);

void history_view_line(struct buf *to, const struct history_entry *e,
    const struct terminal *t);
void history_view(struct buf *to, const struct history_entry *e,
    const struct terminal *t, struct str lang);
void history_view_differs(struct buf *to, const struct history_entry *e);

#endif
