/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds that the kernel keeps: rights, files (Landlock), calls (seccomp). */
#include "daemon/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "daemon/callfilter.h"

/* How clang says what gcc says by a macro of its own. */
#ifndef __has_feature
#define __has_feature(x) 0
#endif

bool
sandbox_is_possible(void)
{
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
	return false;
#else
	return true;
#endif
}

/* Of root, where workers have no other user, and of a unit that lets sekishod
 * listen below port 1024: nothing that a worker does needs any. */
static void
drop_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3 };
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] =
	    { { 0 } };

	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	for (unsigned long i = 0; prctl(PR_CAPBSET_READ, i, 0, 0, 0) >= 0; i++)
		prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
	if (syscall(SYS_capset, &header, none) != 0)
		log_warn("capset: %s", strerror(errno));
}

void
sandbox_begin(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	drop_capabilities();
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	/* Sanitizers look for leaks from a thread of another process. */
	prctl(PR_SET_DUMPABLE, sandbox_is_possible() ? 0 : 1, 0, 0, 0);
}

/* Files.  What a header of an older kernel does not name yet is named here. */

enum {
	ABI_REFER = 2,
	ABI_TRUNCATE = 3,
	ABI_NET = 4,
	ABI_IOCTL = 5,
	ABI_SCOPES = 6
};

#define FS_REFER     (1ULL << 13)
#define FS_TRUNCATE  (1ULL << 14)
#define FS_IOCTL_DEV (1ULL << 15)
#define NET_BIND_TCP (1ULL << 0)
#define SCOPE_ABSTRACT_UNIX (1ULL << 0)
#define SCOPE_SIGNAL (1ULL << 1)

#define FS_FIRST ((1ULL << 13) - 1) /* all rights of the first version */
#define FS_READ  (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FS_FILE  (LANDLOCK_ACCESS_FS_READ_FILE | \
	LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE)
#define FS_WRITE (FS_READ | FS_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | \
	LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE)

struct rules {
	uint64_t fs, net, scoped;
};

static size_t
size_of(long abi)
{
	return sizeof(uint64_t) * (abi >= ABI_SCOPES ? 3 :
	    abi >= ABI_NET ? 2 : 1);
}

static struct rules
rules_of(long abi)
{
	struct rules r = { .fs = FS_FIRST };

	if (abi >= ABI_REFER)
		r.fs |= FS_REFER;
	if (abi >= ABI_TRUNCATE)
		r.fs |= FS_TRUNCATE;
	if (abi >= ABI_IOCTL)
		r.fs |= FS_IOCTL_DEV;
	/* Nothing may listen but what the master has opened, and no process
	 * outside can be signalled or called by a name that is no file's. */
	r.net = NET_BIND_TCP;
	r.scoped = SCOPE_SIGNAL | SCOPE_ABSTRACT_UNIX;
	return r;
}

/* What is not there cannot be reached anyway. */
static bool
allow(int rules, struct str path, uint64_t rights)
{
	struct landlock_path_beneath_attr below = { .allowed_access = rights };
	struct arena *scratch = arena_new();
	struct stat st;
	bool is_added;

	below.parent_fd = open(str_cstr(scratch, path), O_PATH | O_CLOEXEC);
	arena_free(scratch);
	if (below.parent_fd < 0)
		return true;
	if (fstat(below.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		below.allowed_access &= FS_FILE;
	is_added = syscall(SYS_landlock_add_rule, rules,
	    LANDLOCK_RULE_PATH_BENEATH, &below, 0) == 0;
	close(below.parent_fd);
	return is_added;
}

static bool
allow_all(int rules, const struct sandbox_paths *paths, uint64_t known)
{
	const struct str *path;

	VEC_EACH(path, &paths->read)
		if (!allow(rules, *path, FS_READ & known))
			return false;
	VEC_EACH(path, &paths->write)
		if (!allow(rules, *path, FS_WRITE & known))
			return false;
	return true;
}

bool
sandbox_files(const struct sandbox_paths *paths)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	struct rules rules = rules_of(abi);
	bool is_closed;
	int fd;

	if (abi < 1)
		return false;
	fd = (int)syscall(SYS_landlock_create_ruleset, &rules, size_of(abi),
	    0);
	if (fd < 0)
		return false;
	is_closed = allow_all(fd, paths, rules.fs) &&
	    syscall(SYS_landlock_restrict_self, fd, 0) == 0;
	close(fd);
	return is_closed;
}

bool
sandbox_calls(void)
{
	return callfilter_install();
}

void
sandbox_tell(bool is_wanted, uint64_t closed)
{
	if (!is_wanted)
		log_warn("sandbox: no; workers may do what their user may");
	else if (!sandbox_is_possible())
		log_warn("built with sanitizers: workers have no sandbox");
	else if (closed == (SANDBOX_CALLS | SANDBOX_FILES))
		log_debug("workers have their sandbox");
	else
		log_warn("this kernel cannot confine workers wholly: %s, %s",
		    (closed & SANDBOX_CALLS) != 0 ? "system calls are filtered"
		    : "system calls are not filtered (no seccomp)",
		    (closed & SANDBOX_FILES) != 0 ? "files are confined"
		    : "files their user may read are in reach (no Landlock)");
}
