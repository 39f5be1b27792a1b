/* What a process gives up besides paths and system calls: its network and its user. */
#include "common/log/log.h"
#include "common/os/sandbox.h"
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <unistd.h>

int sandbox_net(bool *applied)
{
	*applied = unshare(CLONE_NEWNET) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0;
	if (!*applied)
		log_info("waived", "a network namespace of its own is not permitted here");
	return 0;
}

int sandbox_user(const char *name)
{
	if (!name || !*name)
		return 0;
	if (geteuid() != 0)
		return ERR_DENIED;
	const struct passwd *p = getpwnam(name);
	if (!p || p->pw_uid == 0)
		return ERR_NOTFOUND;
	if (setgroups(0, NULL) < 0 || setresgid(p->pw_gid, p->pw_gid, p->pw_gid) < 0 ||
		setresuid(p->pw_uid, p->pw_uid, p->pw_uid) < 0)
		return log_errno("user", name);
	/* There must be no way back. */
	REQUIRE(setuid(0) < 0 && errno == EPERM);
	return 0;
}
