/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds that the kernel keeps. */
#include "daemon/sandbox.h"

#include <sys/prctl.h>

bool
sandbox_bounds_memory(void)
{
#ifdef __SANITIZE_ADDRESS__
	return false;
#else
	return true;
#endif
}

void
sandbox_compiler(void)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
