#include "common/log/log.h"
#include "common/os/sandbox.h"
#include "common/os/sanitized.h"
#include <errno.h>
#include <linux/prctl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
/* The masked low half of an int argument; the high half of its register means nothing. */
#define LOW32(arg, mask, value)                                                                              \
	{                                                                                                    \
		arg, SCMP_CMP_MASKED_EQ, mask, value                                                         \
	}

/* PR_SET_VMA names anonymous memory; the header of Debian 12 has it, older ones may not. */
#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif

/* Harmless in every profile. clone, ioctl, prctl, prlimit64, kill and tgkill follow with conditions. */
static const int common[] = {
	/* reading and writing by descriptor */
	SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(preadv), SCMP_SYS(preadv2),
	SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(pwrite64), SCMP_SYS(pwritev), SCMP_SYS(pwritev2),
	SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(close_range), SCMP_SYS(fcntl), SCMP_SYS(dup),
	SCMP_SYS(dup2), SCMP_SYS(dup3), SCMP_SYS(pipe2), SCMP_SYS(eventfd2), SCMP_SYS(memfd_create),
	/* files and folders (which ones is up to Landlock) */
	SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(stat), SCMP_SYS(fstat), SCMP_SYS(lstat),
	SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(statfs), SCMP_SYS(fstatfs), SCMP_SYS(access),
	SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(getdents64), SCMP_SYS(link), SCMP_SYS(linkat),
	SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2),
	SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(rmdir), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
	SCMP_SYS(getcwd), SCMP_SYS(umask), SCMP_SYS(fchmod), SCMP_SYS(fchmodat), SCMP_SYS(utimensat),
	SCMP_SYS(truncate), SCMP_SYS(ftruncate), SCMP_SYS(fallocate), SCMP_SYS(fadvise64),
	SCMP_SYS(copy_file_range), SCMP_SYS(flock), SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(syncfs),
	SCMP_SYS(sync_file_range),
	/* waiting */
	SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(pselect6), SCMP_SYS(epoll_create1),
	SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_pwait2),
	SCMP_SYS(inotify_init1), SCMP_SYS(inotify_add_watch), SCMP_SYS(inotify_rm_watch),
	SCMP_SYS(timerfd_create), SCMP_SYS(timerfd_settime), SCMP_SYS(timerfd_gettime), SCMP_SYS(signalfd4),
	SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep),
	/* memory and threads */
	SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise),
	SCMP_SYS(msync), SCMP_SYS(mlock), SCMP_SYS(mlock2), SCMP_SYS(munlock), SCMP_SYS(brk), SCMP_SYS(futex),
	SCMP_SYS(get_robust_list), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(set_tid_address),
	SCMP_SYS(membarrier), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity),
	/* time, randomness, who am I */
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time),
	SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getppid), SCMP_SYS(getuid),
	SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(uname), SCMP_SYS(sysinfo),
	SCMP_SYS(getrusage), SCMP_SYS(times),
	/* signals and the end */
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigtimedwait),
	SCMP_SYS(rt_sigpending), SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall), SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	/* a socket's own state; shutdown says nothing to the other side of a datagram socket */
	SCMP_SYS(getsockopt), SCMP_SYS(getsockname), SCMP_SYS(shutdown)};

static const int files[] = {SCMP_SYS(sendmsg), SCMP_SYS(recvmsg), SCMP_SYS(sendfile)};
static const int udp_send[] = {SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg), SCMP_SYS(sendto)};
static const int udp_recv[] = {SCMP_SYS(recvmsg), SCMP_SYS(recvmmsg), SCMP_SYS(recvfrom)};

/* The leak checker stops all threads from a process of its own at the end. */
static const int sanitizer[] = {SCMP_SYS(clone), SCMP_SYS(ptrace), SCMP_SYS(wait4), SCMP_SYS(prctl),
	SCMP_SYS(kill), SCMP_SYS(tkill), SCMP_SYS(tgkill), SCMP_SYS(process_vm_readv), SCMP_SYS(prlimit64),
	SCMP_SYS(getrlimit), SCMP_SYS(setrlimit), SCMP_SYS(sched_setaffinity), SCMP_SYS(mincore),
	SCMP_SYS(getdents), SCMP_SYS(arch_prctl), SCMP_SYS(personality)};

static int allow(scmp_filter_ctx c, const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		/* -EDOM: this architecture has no such call. */
		int rc = seccomp_rule_add(c, SCMP_ACT_ALLOW, calls[i], 0);
		if (rc < 0 && rc != -EDOM)
			return ERR_IO;
	}
	return 0;
}

static int conditions(scmp_filter_ctx c)
{
	const uint32_t self = (uint32_t)getpid();
	const struct {
		uint32_t action;
		int call;
		struct scmp_arg_cmp when;
	} rules[] = {
		/* threads, not processes */
		{SCMP_ACT_ALLOW, SCMP_SYS(clone), LOW32(0, CLONE_THREAD, CLONE_THREAD)},
		/* abort() and the fault tests end this process; no signal to another one */
		{SCMP_ACT_ALLOW, SCMP_SYS(tgkill), LOW32(0, UINT32_MAX, self)},
		{SCMP_ACT_ALLOW, SCMP_SYS(kill), LOW32(0, UINT32_MAX, self)},
		/* reading limits, not setting them */
		{SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), {2, SCMP_CMP_EQ, 0, 0}},
		{SCMP_ACT_ALLOW, SCMP_SYS(prctl), LOW32(0, UINT32_MAX, PR_SET_NAME)},
		{SCMP_ACT_ALLOW, SCMP_SYS(prctl), LOW32(0, UINT32_MAX, PR_SET_VMA)},
		{SCMP_ACT_ALLOW, SCMP_SYS(ioctl), {1, SCMP_CMP_EQ, FIONREAD, 0}},
		/* stdio's question whether this is a terminal is answered "no" instead of ending the process
		 */
		{SCMP_ACT_ERRNO(ENOTTY), SCMP_SYS(ioctl), {1, SCMP_CMP_NE, FIONREAD, 0}},
	};
	for (size_t i = 0; i < COUNT(rules); i++) {
		/* Where the sanitizer's list allows a call whole, libseccomp reports the narrower rule as
		 * there. */
		int rc = seccomp_rule_add_array(c, rules[i].action, rules[i].call, 1, &rules[i].when);
		if (rc < 0 && rc != -EDOM && rc != -EEXIST)
			return ERR_IO;
	}
	/* Its flags lie in memory that a filter cannot read; the C library falls back to clone. */
	return seccomp_rule_add(c, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) < 0 ? ERR_IO : 0;
}

int sandbox_calls(enum sandbox_profile p)
{
	static const struct {
		const int *calls;
		size_t n;
	} own[] = {
		[SANDBOX_FILES] = {files, COUNT(files)},
		[SANDBOX_UDP_SEND] = {udp_send, COUNT(udp_send)},
		[SANDBOX_UDP_RECV] = {udp_recv, COUNT(udp_recv)},
	};
	scmp_filter_ctx c = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (!c)
		return ERR_NOMEM;
	/* All threads, those already started too. */
	int rc = seccomp_attr_set(c, SCMP_FLTATR_CTL_TSYNC, 1) < 0 ? ERR_IO : allow(c, common, COUNT(common));
	if (rc == 0)
		rc = allow(c, own[p].calls, own[p].n);
	if (rc == 0 && SW_SANITIZED)
		rc = allow(c, sanitizer, COUNT(sanitizer));
	if (rc == 0)
		rc = conditions(c);
	int loaded = rc == 0 ? seccomp_load(c) : 0;
	if (rc < 0 || loaded < 0) {
		errno = loaded < 0 ? -loaded : EINVAL;
		rc = log_errno("seccomp", "the filter was not accepted");
	}
	seccomp_release(c);
	return rc;
}
