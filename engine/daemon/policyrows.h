/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_POLICYROWS_H
#define DAEMON_POLICYROWS_H

/*
 * The settings of a policy, once for the daemon and once for the rules that
 * change it: the same names, in another struct.  PUT(member) says where.
 */

#include "conf/setting.h"
#include "scan/policy.h"

/* By enum measure, enum policy_headers, enum policy_foreign. */
extern const char *const policy_measures[];
extern const char *const policy_headers[];
extern const char *const policy_foreign[];

/* clang-format off */
#define POLICY_ROWS(PUT)                                                     \
	{ "lang", SETTING_IS_STR, PUT(lang), .first = "en",                  \
	    .help = "language of explanations: ja or en" },                  \
	{ "thresholds.greylist", SETTING_IS_POINTS, PUT(verdict.greylist),   \
	    .help = "score for the action greylist" },                       \
	{ "thresholds.add_header", SETTING_IS_POINTS,                        \
	    PUT(verdict.add_header),                                         \
	    .help = "score for the action add header" },                     \
	{ "thresholds.rewrite_subject", SETTING_IS_POINTS,                   \
	    PUT(verdict.rewrite),                                            \
	    .help = "score for the action rewrite subject" },                \
	{ "thresholds.soft_reject", SETTING_IS_POINTS,                       \
	    PUT(verdict.soft_reject),                                        \
	    .help = "score for the action soft reject" },                    \
	{ "thresholds.reject", SETTING_IS_POINTS, PUT(verdict.reject),       \
	    .help = "score for the action reject" },                         \
	{ "thresholds.ceiling", SETTING_IS_POINTS, PUT(verdict.ceiling),     \
	    .help = "most that all campaigns together give" },               \
	{ "thresholds.reputation", SETTING_IS_POINTS,                        \
	    PUT(verdict.reputation),                                         \
	    .help = "most that reputation gives; never enough to refuse" },  \
	{ "thresholds.dnslists", SETTING_IS_POINTS, PUT(verdict.dnslists),   \
	    .help = "most that lists of the DNS give" },                     \
	{ "actions.greylist", SETTING_IS_WORD,                               \
	    PUT(measures[ACTION_GREYLIST]), .words = policy_measures,        \
	    .help = "what is done from that score on" },                     \
	{ "actions.add_header", SETTING_IS_WORD,                             \
	    PUT(measures[ACTION_ADD_HEADER]), .words = policy_measures,      \
	    .help = "what is done from that score on" },                     \
	{ "actions.rewrite_subject", SETTING_IS_WORD,                        \
	    PUT(measures[ACTION_REWRITE_SUBJECT]), .words = policy_measures, \
	    .help = "what is done from that score on" },                     \
	{ "actions.soft_reject", SETTING_IS_WORD,                            \
	    PUT(measures[ACTION_SOFT_REJECT]), .words = policy_measures,     \
	    .help = "what is done from that score on" },                     \
	{ "actions.reject", SETTING_IS_WORD,                                 \
	    PUT(measures[ACTION_REJECT]), .words = policy_measures,          \
	    .help = "what is done from that score on" },                     \
	{ "texts.reject", SETTING_IS_LINE, PUT(reject_text),                 \
	    .help = "what a sender reads who is refused" },                  \
	{ "texts.soft_reject", SETTING_IS_LINE, PUT(soft_reject_text),       \
	    .help = "what a sender reads who is to come later" },            \
	{ "texts.quarantine", SETTING_IS_LINE, PUT(quarantine_text),         \
	    .help = "why a message is held back" },                          \
	{ "texts.subject", SETTING_IS_LINE, PUT(subject_tag),                \
	    .help = "what goes before a subject that is rewritten" },        \
	{ "headers.add", SETTING_IS_WORD, PUT(headers),                      \
	    .words = policy_headers,                                         \
	    .help = "how much the headers of a message say" },               \
	{ "headers.foreign", SETTING_IS_WORD, PUT(foreign),                  \
	    .words = policy_foreign,                                         \
	    .help = "X-Spam headers and subject tags of others" }
/* clang-format on */

#endif
