#include "common/os/proc_start.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* posix_spawn and exec want char *const *, and do not write. */
static char *const *args_of(const char *const *argv)
{
	char *const *args;
	memcpy(&args, &argv, sizeof args);
	return args;
}

static int spawn(const char *const *argv, const int fds[static 3], pid_t *pid)
{
	posix_spawn_file_actions_t acts;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int e = 0;
	sigemptyset(&none);
	sigfillset(&all);
	REQUIRE(posix_spawn_file_actions_init(&acts) == 0 && posix_spawnattr_init(&attr) == 0);
	for (int i = 0; e == 0 && i < 3; i++)
		e = posix_spawn_file_actions_adddup2(&acts, fds[i], i);
	if (e == 0)
		e = posix_spawn_file_actions_addclosefrom_np(&acts, 3);
	if (e == 0)
		e = posix_spawnattr_setflags(
			&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	if (e == 0)
		e = posix_spawnattr_setsigmask(&attr, &none);
	if (e == 0)
		e = posix_spawnattr_setsigdefault(&attr, &all);
	if (e == 0)
		e = posix_spawnp(pid, argv[0], &acts, &attr, args_of(argv), environ);
	posix_spawn_file_actions_destroy(&acts);
	posix_spawnattr_destroy(&attr);
	return e ? err_from_errno(e) : 0;
}

/* The new process. What goes wrong before the program runs is told through descriptor 3. */
static _Noreturn void child(const struct proc_start *p, const int fds[static 3], int tell)
{
	sigset_t none;
	int rc = setpgid(0, 0) < 0 ? err_from_errno(errno) : 0;
	for (int s = 1; s < NSIG; s++)
		(void)signal(s, SIG_DFL);
	for (int i = 0; rc == 0 && i < 3; i++)
		if (dup2(fds[i], i) < 0)
			rc = err_from_errno(errno);
	/* All of them lie above 2, so that none was overwritten. */
	if (rc == 0 && dup3(tell, 3, O_CLOEXEC) < 0)
		rc = err_from_errno(errno);
	if (rc == 0 && close_range(4, ~0u, 0) < 0)
		rc = err_from_errno(errno);
	if (rc == 0)
		rc = p->confine(p->arg);
	sigemptyset(&none);
	if (rc == 0 && sigprocmask(SIG_SETMASK, &none, NULL) == 0) {
		execvp(p->argv[0], args_of(p->argv));
		rc = err_from_errno(errno);
	}
	if (rc == 0)
		rc = ERR_IO;
	_exit(write(3, &rc, sizeof rc) == sizeof rc ? 127 : 126);
}

/* 0 when the program runs: the pipe was closed by exec. */
static int started(int told, pid_t pid)
{
	int rc = 0;
	ssize_t n;
	while ((n = read(told, &rc, sizeof rc)) < 0 && errno == EINTR)
		;
	if (n == 0)
		return 0;
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return n == sizeof rc && rc < 0 ? rc : ERR_IO;
}

static int fork_confined(const struct proc_start *p, const int fds[static 3], pid_t *pid)
{
	int tell[2];
	if (pipe2(tell, O_CLOEXEC) < 0)
		return err_from_errno(errno);
	int high = fcntl(tell[1], F_DUPFD_CLOEXEC, 4), rc = high < 0 ? err_from_errno(errno) : 0;
	close(tell[1]);
	pid_t new = rc == 0 ? fork() : -1;
	if (new == 0)
		child(p, fds, high);
	if (rc == 0 && new < 0)
		rc = err_from_errno(errno);
	if (high >= 0)
		close(high);
	if (rc == 0)
		rc = started(tell[0], new);
	close(tell[0]);
	if (rc == 0)
		*pid = new;
	return rc;
}

int proc_start(const struct proc_start *p, const int fds[static 3], pid_t *pid)
{
	return p->confine ? fork_confined(p, fds, pid) : spawn(p->argv, fds, pid);
}
