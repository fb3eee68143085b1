/* SPDX-License-Identifier: Apache-2.0 */
/* What came of a report, in words. */
#include "scan/lesson.h"

static const char *const names[] = {
	[LESSON_OFF] = "off", [LESSON_FAILED] = "failed",
	[LESSON_LEARNT] = "learnt", [LESSON_KNOWN] = "known",
	[LESSON_FORGOTTEN] = "forgotten", [LESSON_UNKNOWN] = "unknown",
	[LESSON_LIMITED] = "limited", [LESSON_NOTHING] = "nothing",
};

static const char *const texts[] = {
	[LESSON_OFF] = "reputation is off: nothing is learnt here",
	[LESSON_FAILED] = "the store does not answer; try again later",
	[LESSON_LEARNT] = "learnt",
	[LESSON_KNOWN] = "the same has been already learned of this message",
	[LESSON_FORGOTTEN] = "forgotten",
	[LESSON_UNKNOWN] = "nothing was learnt of this message",
	[LESSON_LIMITED] = "enough reports for a day",
	[LESSON_NOTHING] = "there is nothing in this message to learn of",
};

const char *
lesson_result_name(enum lesson_result result)
{
	return names[result];
}

const char *
lesson_result_text(enum lesson_result result)
{
	return texts[result];
}
