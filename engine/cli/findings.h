/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_FINDINGS_H
#define CLI_FINDINGS_H

/*
 * What was found in files, in the formats of those who read it: programs
 * (JSON), code scanning (SARIF 2.1.0), GitHub's log, and test reports (TAP
 * 13, JUnit), where each file is a test.
 */

#include <stddef.h>

#include "base/file.h"
#include "conf/diag.h"

struct buf;

struct findings {
	const struct diags *diags;
	const file_list *files;  /* all that were looked at */
	size_t packs;
	size_t indicators;
};

typedef void findings_write(struct buf *to, const struct findings *f);

/* The writer of a format, NULL for "human" and "". */
findings_write *findings_writer(struct str format);

#define FINDINGS_FORMATS "human|json|sarif|github|tap|junit"

#endif
