/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_REPUTATIONROWS_H
#define CHECK_REPUTATIONROWS_H

/* The settings of reputation, for the daemon and for the command line.
 * PUT(member) says where in the struct that has them. */

#include "check/reputation.h"
#include "conf/setting.h"

/* "no", "yes" */
extern const char *const reputation_no_yes[];

/* clang-format off */
#define REPUTATION_ROWS(PUT)                                                 \
	{ "reputation.on", SETTING_IS_WORD, PUT(is_on),                      \
	    .words = reputation_no_yes, .first = "yes",                      \
	    .help = "what was learnt of senders and links gives points" },   \
	{ "reputation.learn_bad", SETTING_IS_POINTS, PUT(learn_bad),         \
	    .first = "15", .help = "score from which a verdict teaches "     \
	    "that its message is bad" },                                     \
	{ "reputation.learn_good", SETTING_IS_POINTS, PUT(learn_good),       \
	    .first = "0", .help = "score up to which it teaches that it is " \
	    "good" },                                                        \
	{ "reputation.weight_token", SETTING_IS_POINTS,                      \
	    PUT(weights[REPORTER_TOKEN]), .first = "4",                      \
	    .help = "messages that a report with a token counts for" },      \
	{ "reputation.weight_user", SETTING_IS_POINTS,                       \
	    PUT(weights[REPORTER_USER]), .first = "2",                       \
	    .help = "the same of an authenticated user's" },                 \
	{ "reputation.weight_ip", SETTING_IS_POINTS,                         \
	    PUT(weights[REPORTER_IP]), .first = "1",                         \
	    .help = "the same of one who is known by his address alone" },   \
	{ "reputation.reports", SETTING_IS_COUNT, PUT(reports),              \
	    .least = 0, .most = 1000000000, .first = "1000",                 \
	    .help = "messages that one may report a day" },                  \
	{ "reputation.campaign_life", SETTING_IS_TIME, PUT(campaign_ms),     \
	    .least = 1000, .most = 31536000000, .first = "336h",             \
	    .help = "how long hosts and files carry the name of a campaign " \
	    "they were seen with" },                                         \
	{ "reputation.hide_mailboxes", SETTING_IS_WORD,                      \
	    PUT(hides_mailboxes), .words = reputation_no_yes,                \
	    .first = "yes",                                                  \
	    .help = "mailboxes are kept as keyed hashes only" },             \
	{ "reputation.key_file", SETTING_IS_STR, PUT(key_file),              \
	    .help = "file with the key for that; made when it is not there " \
	    "(reputation.key in the state folder)" }
/* clang-format on */

#endif
