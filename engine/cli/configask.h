/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CONFIGASK_H
#define CLI_CONFIGASK_H

/* The command line of the sekishod that is running here. */

#include <stdbool.h>

#include "cli/options.h"

struct err;

/*
 * Asks the kernel who answers at the socket, and reads the words it was
 * started with, its name left out.  *folder is where it was then: its
 * relative paths begin there.
 */
bool configask_running(word_list *words, struct str *folder, struct arena *a,
    struct str socket_path, struct err *e);

#endif
