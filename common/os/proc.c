#include "common/os/proc.h"

#include "common/os/sanitized.h"
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

int proc_stop_fd(int *fd)
{
	sigset_t s;
	sigemptyset(&s);
	sigaddset(&s, SIGINT);
	sigaddset(&s, SIGTERM);
	if (pthread_sigmask(SIG_BLOCK, &s, NULL))
		return ERR_IO;
	signal(SIGPIPE, SIG_IGN);
	int f = signalfd(-1, &s, SFD_CLOEXEC | SFD_NONBLOCK);
	if (f < 0)
		return err_from_errno(errno);
	*fd = f;
	return 0;
}

int proc_stop_signal(int fd)
{
	struct signalfd_siginfo i;
	return read(fd, &i, sizeof i) == (ssize_t)sizeof i ? (int)i.ssi_signo : 0;
}

void proc_give_way(int steps)
{
	errno = 0;
	/* Where it is forbidden the thread runs like the others. */
	if (nice(steps) == -1 && errno)
		errno = 0;
}

void proc_no_dump(void)
{
	const struct rlimit none = {0, 0};
	REQUIRE(setrlimit(RLIMIT_CORE, &none) == 0);
	/* The leak checker attaches to its own process. */
	if (!SW_SANITIZED)
		REQUIRE(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0);
}
