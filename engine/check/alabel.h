/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_ALABEL_H
#define CHECK_ALABEL_H

/*
 * Names as the DNS has them: mail may spell domains in Unicode (RFC 6531),
 * and SPF, DKIM and DMARC look for their A-labels (RFC 8616).
 */

#include "base/str.h"

struct arena;

/* The name itself, if it is ASCII or can be no name at all. */
struct str alabel_name(struct arena *a, struct str name);

/* The same of what stands behind the last "@"; before it nothing changes. */
struct str alabel_address(struct arena *a, struct str address);

#endif
