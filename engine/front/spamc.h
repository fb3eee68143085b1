/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_SPAMC_H
#define FRONT_SPAMC_H

/*
 * SPAMC, as spamc and others speak it to SpamAssassin's spamd, and RSPAMC,
 * as Exim speaks it to rspamd.  One request a connection; the reply ends it.
 */

struct front_protocol;

extern const struct front_protocol front_spamc;
extern const struct front_protocol front_rspamc;

#endif
