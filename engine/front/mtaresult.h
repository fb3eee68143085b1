/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_MTARESULT_H
#define FRONT_MTARESULT_H

/*
 * What a gateway has found out about SPF, DKIM, DMARC and ARC, as it tells
 * rspamd: a field of the method's name with JSON, {"result": "pass"} or
 * {"results": [{"domain": "example.jp", "result": "pass"}]}.  Rubbish says
 * nothing.
 */

#include "base/str.h"
#include "mail/auth.h"

struct arena;

void mta_result_read(struct auth *auth, struct arena *a,
    enum auth_method method, struct str json);

#endif
