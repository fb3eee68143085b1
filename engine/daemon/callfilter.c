/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program for the kernel's filter (seccomp(2)), written from tables: kind of
 * processor, calls whose arguments count, calls that kill, calls that are fine.
 */
#include "daemon/callfilter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/vec.h"

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#define ARCH 0
#endif

/* Calls of the other interface of x86-64 have this bit. */
#define X32_BIT 0x40000000U

#define NOT_PERMITTED (SECCOMP_RET_ERRNO | EPERM)

static const uint16_t fine[] = {
	SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64,
	SYS_preadv, SYS_pwritev, SYS_close, SYS_fstat, SYS_newfstatat,
	SYS_statx, SYS_statfs, SYS_fstatfs, SYS_lseek, SYS_mmap, SYS_mprotect,
	SYS_munmap, SYS_mremap, SYS_madvise, SYS_msync, SYS_brk,
	SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn,
	SYS_rt_sigtimedwait, SYS_sigaltstack, SYS_ppoll, SYS_epoll_pwait,
	SYS_epoll_ctl, SYS_epoll_create1, SYS_eventfd2, SYS_pipe2, SYS_dup,
	SYS_dup3, SYS_fcntl, SYS_flock, SYS_fsync, SYS_fdatasync,
	SYS_ftruncate, SYS_fallocate, SYS_ioctl, SYS_getpid, SYS_gettid,
	SYS_getppid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid,
	SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep,
	SYS_nanosleep, SYS_gettimeofday, SYS_times, SYS_getrusage,
	SYS_sysinfo, SYS_uname, SYS_futex, SYS_set_robust_list,
	SYS_get_robust_list, SYS_set_tid_address, SYS_sched_yield,
	SYS_sched_getaffinity, SYS_getcpu, SYS_membarrier, SYS_exit,
	SYS_exit_group, SYS_restart_syscall, SYS_getrandom, SYS_setitimer,
	SYS_timerfd_create, SYS_timerfd_settime, SYS_sendto, SYS_recvfrom,
	SYS_sendmsg, SYS_recvmsg, SYS_sendmmsg, SYS_recvmmsg, SYS_connect,
	SYS_accept, SYS_accept4, SYS_bind, SYS_getsockname, SYS_getpeername,
	SYS_setsockopt, SYS_getsockopt, SYS_shutdown, SYS_socketpair,
	SYS_openat, SYS_faccessat, SYS_readlinkat, SYS_getdents64, SYS_getcwd,
	SYS_mkdirat, SYS_unlinkat, SYS_renameat, SYS_fchmod,
	SYS_inotify_init1, SYS_inotify_add_watch, SYS_inotify_rm_watch,
	SYS_memfd_create, SYS_prctl,
#ifdef SYS_rseq
	SYS_rseq,
#endif
#ifdef SYS_faccessat2
	SYS_faccessat2,
#endif
#ifdef SYS_epoll_pwait2
	SYS_epoll_pwait2,
#endif
#ifdef SYS_renameat2
	SYS_renameat2,
#endif
#ifdef __x86_64__
	SYS_open, SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_mkdir,
	SYS_unlink, SYS_rename, SYS_poll, SYS_select, SYS_epoll_wait,
	SYS_epoll_create, SYS_pipe, SYS_dup2, SYS_time, SYS_alarm,
	SYS_eventfd, SYS_getpgrp, SYS_chmod,
#endif
};

static const uint16_t deadly[] = {
	SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv,
	SYS_process_vm_writev, SYS_mount, SYS_umount2, SYS_chroot,
	SYS_pivot_root, SYS_unshare, SYS_setns, SYS_init_module,
	SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_bpf,
	SYS_perf_event_open, SYS_userfaultfd, SYS_add_key, SYS_request_key,
	SYS_keyctl, SYS_open_by_handle_at, SYS_setuid, SYS_setgid,
	SYS_setreuid, SYS_setregid, SYS_setresuid, SYS_setresgid,
	SYS_setgroups, SYS_capset, SYS_reboot, SYS_swapon,
#ifdef SYS_io_uring_setup
	SYS_io_uring_setup,
#endif
#ifdef __x86_64__
	SYS_fork, SYS_vfork,
#endif
};

enum { PROGRAM_MOST = 2 * (nitems(fine) + nitems(deadly)) + 64 };

struct program {
	struct sock_filter at[PROGRAM_MOST];
	unsigned short n;
};

static void
add(struct program *p, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	p->at[p->n++] = (struct sock_filter){ code, yes, no, k };
}

static void
load(struct program *p, size_t offset)
{
	add(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

/* The lower half, where all that is compared here lies. */
static size_t
argument(int i)
{
	return offsetof(struct seccomp_data, args) +
	    (size_t)i * sizeof(uint64_t);
}

static void
end(struct program *p, uint32_t what)
{
	add(p, BPF_RET | BPF_K, what, 0, 0);
}

/* What is loaded equals k: then that is the end. */
static void
end_if(struct program *p, uint32_t k, uint32_t what)
{
	add(p, BPF_JMP | BPF_JEQ | BPF_K, k, 0, 1);
	end(p, what);
}

/* Skips the n lines that follow unless the call is this one. */
static void
only_for(struct program *p, uint32_t call, uint8_t n)
{
	add(p, BPF_JMP | BPF_JEQ | BPF_K, call, 0, n);
}

static void
add_machine(struct program *p)
{
	load(p, offsetof(struct seccomp_data, arch));
	add(p, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	end(p, SECCOMP_RET_KILL_PROCESS);
	load(p, offsetof(struct seccomp_data, nr));
	add(p, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
	end(p, SECCOMP_RET_KILL_PROCESS);
}

/* Threads, never processes; of clone3 the filter sees no flags, so the library
 * is to take clone. */
static void
add_clone(struct program *p)
{
	only_for(p, SYS_clone, 4);
	load(p, argument(0));
	add(p, BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1);
	end(p, SECCOMP_RET_ALLOW);
	end(p, SECCOMP_RET_KILL_PROCESS);
#ifdef SYS_clone3
	end_if(p, SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS);
#endif
}

static void
add_socket(struct program *p)
{
	only_for(p, SYS_socket, 10);
	load(p, argument(0));
	end_if(p, AF_UNIX, SECCOMP_RET_ALLOW);
	end_if(p, AF_INET, SECCOMP_RET_ALLOW);
	end_if(p, AF_INET6, SECCOMP_RET_ALLOW);
	/* Name look-ups ask it which addresses this machine has. */
	end_if(p, AF_NETLINK, SECCOMP_RET_ALLOW);
	end(p, SECCOMP_RET_KILL_PROCESS);
}

/* abort() does that. */
static void
add_own_signals(struct program *p)
{
	static const uint16_t calls[] = { SYS_tgkill, SYS_kill };

	for (size_t i = 0; i < nitems(calls); i++) {
		only_for(p, calls[i], 4);
		load(p, argument(0));
		end_if(p, (uint32_t)getpid(), SECCOMP_RET_ALLOW);
		end(p, NOT_PERMITTED);
	}
}

/* Asked for, never set; of itself alone. */
static void
add_limits(struct program *p)
{
	only_for(p, SYS_prlimit64, 4);
	load(p, argument(2));
	end_if(p, 0, SECCOMP_RET_ALLOW);
	end(p, NOT_PERMITTED);
}

bool
callfilter_install(void)
{
	struct program p = { .n = 0 };
	struct sock_fprog whole = { .filter = p.at };

	if (ARCH == 0)
		return false;
	add_machine(&p);
	for (size_t i = 0; i < nitems(deadly); i++)
		end_if(&p, deadly[i], SECCOMP_RET_KILL_PROCESS);
	add_clone(&p);
	add_socket(&p);
	add_own_signals(&p);
	add_limits(&p);
	for (size_t i = 0; i < nitems(fine); i++)
		end_if(&p, fine[i], SECCOMP_RET_ALLOW);
	end(&p, NOT_PERMITTED);
	whole.len = p.n;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
	    SECCOMP_FILTER_FLAG_TSYNC, &whole) == 0;
}
