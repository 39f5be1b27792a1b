#include "common/os/sandbox_program.h"

#include "common/log/log.h"
#include <errno.h>
#include <seccomp.h>
#include <stddef.h>

/* Which calls a program of somebody else needs is not known: what it must never do is refused. */
static const int refused[] = {
	/* the network, also an existing one */
	SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen),
	SCMP_SYS(accept), SCMP_SYS(accept4),
	/* other processes */
	SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_getfd),
	SCMP_SYS(perf_event_open), SCMP_SYS(kcmp),
	/* the system */
	SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(move_mount), SCMP_SYS(open_tree), SCMP_SYS(fsopen),
	SCMP_SYS(fsmount), SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(unshare), SCMP_SYS(setns),
	SCMP_SYS(mknod), SCMP_SYS(mknodat), SCMP_SYS(open_by_handle_at), SCMP_SYS(init_module),
	SCMP_SYS(finit_module), SCMP_SYS(delete_module), SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load),
	SCMP_SYS(reboot), SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(settimeofday),
	SCMP_SYS(clock_settime), SCMP_SYS(adjtimex), SCMP_SYS(acct), SCMP_SYS(syslog), SCMP_SYS(sethostname),
	/* what has often been a way out */
	SCMP_SYS(bpf), SCMP_SYS(userfaultfd), SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter),
	SCMP_SYS(io_uring_register), SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key)};

int sandbox_program_calls(void)
{
	scmp_filter_ctx c = seccomp_init(SCMP_ACT_ALLOW);
	int rc = c ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < sizeof refused / sizeof *refused; i++) {
		/* -EDOM: this architecture has no such call. */
		int added = seccomp_rule_add(c, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
		rc = added < 0 && added != -EDOM ? ERR_IO : 0;
	}
	int loaded = rc == 0 ? seccomp_load(c) : 0;
	if (loaded < 0) {
		errno = -loaded;
		rc = log_errno("seccomp", "the filter was not accepted");
	}
	if (c)
		seccomp_release(c);
	return rc;
}
