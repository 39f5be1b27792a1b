/* How proc_run starts a program. */
#ifndef SW_OS_PROC_START_H
#define SW_OS_PROC_START_H
#include "common/os/proc.h"
#include <sys/types.h>

struct proc_start {
	const char *const *argv;
	proc_confine *confine; /* NULL: none; else only from a process without threads */
	void *arg;
};
/* Own process group (a timeout ends its children too), default signals, no descriptor but fds as 0, 1 and 2.
 * ERR_NOTFOUND, ERR_DENIED, what `confine` returns. */
SW_MUST_USE int proc_start(const struct proc_start *p, const int fds[static 3], pid_t *pid);
#endif
