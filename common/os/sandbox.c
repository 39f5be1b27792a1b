#include "common/os/sandbox.h"

#include "common/log/log.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RIGHTS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define RIGHTS_WRITE                                                                                         \
	(RIGHTS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |                      \
		LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG)
#define RIGHTS_ABI1                                                                                          \
	(RIGHTS_WRITE | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |                          \
		LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |                                \
		LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)
/* Later versions of the interface; the header of Debian 12 may lack the names. */
#define RIGHT_REFER (1ull << 13)
#define RIGHT_TRUNCATE (1ull << 14)

static int path_allow(int ruleset, const struct sandbox_path *p, unsigned long long handled)
{
	struct stat st;
	struct landlock_path_beneath_attr a = {.parent_fd = open(p->path, O_PATH | O_CLOEXEC)};
	if (a.parent_fd < 0)
		return log_errno("landlock", p->path);
	a.allowed_access = (p->write ? RIGHTS_WRITE | RIGHT_REFER | RIGHT_TRUNCATE : RIGHTS_READ) & handled;
	if (fstat(a.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		a.allowed_access &=
			LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | RIGHT_TRUNCATE;
	int rc = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &a, 0) < 0
			 ? log_errno("landlock", p->path)
			 : 0;
	close(a.parent_fd);
	return rc;
}

int sandbox_paths(const struct sandbox_path *paths, size_t n, bool *applied)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	if (abi < 1) {
		log_warn("landlock", "the kernel has no Landlock: paths are not confined");
		*applied = false;
		return 0;
	}
	struct landlock_ruleset_attr attr = {.handled_access_fs = RIGHTS_ABI1 | (abi >= 2 ? RIGHT_REFER : 0) |
								  (abi >= 3 ? RIGHT_TRUNCATE : 0)};
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
	if (ruleset < 0)
		return log_errno("landlock", "ruleset");
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = path_allow(ruleset, &paths[i], attr.handled_access_fs);
	if (rc == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		rc = log_errno("landlock", "no_new_privs");
	if (rc == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		rc = log_errno("landlock", "restrict");
	close(ruleset);
	if (rc == 0)
		*applied = true;
	return rc;
}

static const int calls_common[] = {
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(pread64),
	SCMP_SYS(preadv),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(pwrite64),
	SCMP_SYS(pwritev),
	SCMP_SYS(open),
	SCMP_SYS(openat),
	SCMP_SYS(openat2),
	SCMP_SYS(close),
	SCMP_SYS(close_range),
	SCMP_SYS(lseek),
	SCMP_SYS(stat),
	SCMP_SYS(fstat),
	SCMP_SYS(lstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(statx),
	SCMP_SYS(fstatfs),
	SCMP_SYS(statfs),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(getdents64),
	SCMP_SYS(linkat),
	SCMP_SYS(link),
	SCMP_SYS(unlink),
	SCMP_SYS(unlinkat),
	SCMP_SYS(rename),
	SCMP_SYS(renameat),
	SCMP_SYS(renameat2),
	SCMP_SYS(mkdir),
	SCMP_SYS(mkdirat),
	SCMP_SYS(rmdir),
	SCMP_SYS(fsync),
	SCMP_SYS(fdatasync),
	SCMP_SYS(sync_file_range),
	SCMP_SYS(ftruncate),
	SCMP_SYS(fallocate),
	SCMP_SYS(fadvise64),
	SCMP_SYS(copy_file_range),
	SCMP_SYS(sendfile),
	SCMP_SYS(flock),
	SCMP_SYS(utimensat),
	SCMP_SYS(fchmod),
	SCMP_SYS(fchmodat),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(getcwd),
	SCMP_SYS(umask),
	SCMP_SYS(fcntl),
	SCMP_SYS(dup),
	SCMP_SYS(dup2),
	SCMP_SYS(dup3),
	SCMP_SYS(pipe2),
	SCMP_SYS(eventfd2),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(select),
	SCMP_SYS(pselect6),
	SCMP_SYS(epoll_create1),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(inotify_init1),
	SCMP_SYS(inotify_add_watch),
	SCMP_SYS(inotify_rm_watch),
	SCMP_SYS(timerfd_create),
	SCMP_SYS(timerfd_settime),
	SCMP_SYS(signalfd4),
	SCMP_SYS(memfd_create),
	SCMP_SYS(mmap),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(mprotect),
	SCMP_SYS(madvise),
	SCMP_SYS(brk),
	SCMP_SYS(futex),
	SCMP_SYS(get_robust_list),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(nanosleep),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_getres),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(getrandom),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(getppid),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigtimedwait),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(tgkill),
	SCMP_SYS(tkill),
	SCMP_SYS(kill),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(prctl),
	SCMP_SYS(uname),
	SCMP_SYS(sysinfo),
	SCMP_SYS(getrusage),
	SCMP_SYS(prlimit64),
	SCMP_SYS(clone),
	SCMP_SYS(clone3),
	SCMP_SYS(set_tid_address),
	SCMP_SYS(membarrier),
};
/* kill: fault tests only end the process itself; Landlock and uids bound the rest. ioctl is allowed for
 * FIONREAD of inotify only. */
static const int calls_pass[] = {
	SCMP_SYS(sendmsg), SCMP_SYS(recvmsg), SCMP_SYS(shutdown), SCMP_SYS(getsockopt)};
static const int calls_send[] = {
	SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg), SCMP_SYS(sendto), SCMP_SYS(getsockopt), SCMP_SYS(getsockname)};
static const int calls_recv[] = {SCMP_SYS(recvmsg), SCMP_SYS(recvmmsg), SCMP_SYS(recvfrom),
	SCMP_SYS(getsockopt), SCMP_SYS(getsockname)};

static int allow(scmp_filter_ctx c, const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int rc = seccomp_rule_add(c, SCMP_ACT_ALLOW, calls[i], 0);
		if (rc < 0 && rc != -EDOM)
			return ERR_IO;
	}
	return 0;
}

int sandbox_calls(enum sandbox_profile p)
{
	static const struct {
		const int *calls;
		size_t n;
	} own[] = {
		[SANDBOX_FILES] = {calls_pass, sizeof calls_pass / sizeof calls_pass[0]},
		[SANDBOX_UDP_SEND] = {calls_send, sizeof calls_send / sizeof calls_send[0]},
		[SANDBOX_UDP_RECV] = {calls_recv, sizeof calls_recv / sizeof calls_recv[0]},
	};
	scmp_filter_ctx c = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (!c)
		return ERR_NOMEM;
	int rc = allow(c, calls_common, sizeof calls_common / sizeof calls_common[0]);
	if (rc == 0)
		rc = allow(c, own[p].calls, own[p].n);
	if (rc == 0 && seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
			       SCMP_A1(SCMP_CMP_EQ, 0x541B /* FIONREAD */)) < 0)
		rc = ERR_IO;
	/* Terminal questions of stdio are answered "no terminal" instead of ending the process. */
	if (rc == 0 && seccomp_rule_add(c, SCMP_ACT_ERRNO(ENOTTY), SCMP_SYS(ioctl), 1,
			       SCMP_A1(SCMP_CMP_NE, 0x541B)) < 0)
		rc = ERR_IO;
	if (rc == 0 && seccomp_load(c) < 0)
		rc = log_errno("seccomp", "load");
	seccomp_release(c);
	return rc;
}
