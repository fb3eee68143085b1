/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_USER_H
#define DAEMON_USER_H

/*
 * Who workers and compiler are: a user without privilege where the daemon is
 * started as root, else whoever started it.
 */

#include <stdbool.h>
#include <sys/types.h>

struct err;

struct user {
	bool is_set;   /* to become this one */
	uid_t uid;
	gid_t gid;
};

/* False, with e: root, and there is no such user.  "": stay who we are. */
bool user_find(struct user *out, const char *name, struct err *e);

/* For good, with no other group than its own. */
bool user_become(const struct user *u, struct err *e);

/* Makes the folder where there is none.  One that is root's becomes the
 * user's, with what was remembered in it. */
bool user_own_folder(const struct user *u, const char *path, struct err *e);

/* The same of a file, where there is one. */
void user_own_file(const struct user *u, const char *path);

#endif
