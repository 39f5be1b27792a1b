#include "common/os/proc.h"

#include "common/base/id.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

struct child {
	pid_t pid;
	int in, out, err; /* our ends; -1 when closed */
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int child_start(const char *const *argv, struct child *c)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1}, err[2] = {-1, -1};
	posix_spawn_file_actions_t acts;
	posix_spawnattr_t attr;
	sigset_t none, defaults;
	int rc = ERR_IO;
	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
		goto out;
	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawn_file_actions_init(&acts);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawn_file_actions_adddup2(&acts, in[0], 0);
	posix_spawn_file_actions_adddup2(&acts, out[1], 1);
	posix_spawn_file_actions_adddup2(&acts, err[1], 2);
	/* posix_spawn wants char *const *, and does not write. */
	char *const *args;
	memcpy(&args, &argv, sizeof args);
	int e = posix_spawnp(&c->pid, argv[0], &acts, &attr, args, environ);
	posix_spawn_file_actions_destroy(&acts);
	posix_spawnattr_destroy(&attr);
	rc = e ? err_from_errno(e) : 0;
out:
	close_fd(&in[0]);
	close_fd(&out[1]);
	close_fd(&err[1]);
	if (rc < 0) {
		close_fd(&in[1]);
		close_fd(&out[0]);
		close_fd(&err[0]);
		return rc;
	}
	c->in = in[1];
	c->out = out[0];
	c->err = err[0];
	return fcntl(c->in, F_SETFL, O_NONBLOCK) < 0 ? ERR_IO : 0;
}

/* What is past the maximum is read and dropped: the child must not hang on a full pipe. */
static void take(int *fd, struct buf *to)
{
	uint8_t part[8192];
	ssize_t n = read(*fd, part, sizeof part);
	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		close_fd(fd);
		return;
	}
	size_t room = to->max - to->n, take_n = (size_t)n < room ? (size_t)n : room;
	if (buf_add(to, part, take_n) < 0)
		close_fd(fd);
}

static void feed(int *fd, struct view *in)
{
	ssize_t n = write(*fd, in->p, in->n);
	if (n > 0) {
		in->p += n;
		in->n -= (size_t)n;
	}
	if (in->n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_fd(fd);
}

static int child_talk(struct child *c, struct view in, int64_t until, struct buf *out, struct buf *err)
{
	if (in.n == 0)
		close_fd(&c->in);
	while (c->in >= 0 || c->out >= 0 || c->err >= 0) {
		struct pollfd p[3] = {{c->in, POLLOUT, 0}, {c->out, POLLIN, 0}, {c->err, POLLIN, 0}};
		int64_t left = until - time_mono_ms();
		int n = left > 0 ? poll(p, 3, left > 60000 ? 60000 : (int)left) : 0;
		if (n < 0 && errno != EINTR)
			return err_from_errno(errno);
		if (left <= 0)
			return ERR_TIMEOUT;
		if (n <= 0)
			continue;
		if (p[0].revents)
			feed(&c->in, &in);
		if (p[1].revents)
			take(&c->out, out);
		if (p[2].revents)
			take(&c->err, err);
	}
	return 0;
}

int proc_run(const char *const *argv, struct view in, int timeout_ms, struct buf *out, struct buf *err,
	int *status)
{
	struct child c = {.in = -1, .out = -1, .err = -1};
	sigset_t pipe_set, was;
	int st = 0;
	int rc = child_start(argv, &c);
	if (rc < 0)
		return rc;
	/* A child that does not read its input must not kill us. */
	sigemptyset(&pipe_set);
	sigaddset(&pipe_set, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe_set, &was);
	rc = child_talk(&c, in, time_mono_ms() + timeout_ms, out, err);
	struct timespec now = {0, 0};
	if (!sigismember(&was, SIGPIPE))
		while (sigtimedwait(&pipe_set, NULL, &now) > 0)
			;
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	if (rc < 0)
		kill(c.pid, SIGKILL);
	close_fd(&c.in);
	close_fd(&c.out);
	close_fd(&c.err);
	while (waitpid(c.pid, &st, 0) < 0 && errno == EINTR)
		;
	if (rc == 0)
		*status = WIFEXITED(st) ? WEXITSTATUS(st) : 128 + WTERMSIG(st);
	return rc;
}

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

void proc_notify_ready(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	if (!path || strlen(path) >= sizeof a.sun_path)
		return;
	memcpy(a.sun_path, path, strlen(path));
	if (path[0] == '@')
		a.sun_path[0] = '\0';
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	static const char ready[] = "READY=1";
	/* Nobody listening is no fault of ours. */
	(void)!sendto(fd, ready, sizeof ready - 1, MSG_NOSIGNAL, (const struct sockaddr *)&a,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path)));
	close(fd);
}

void proc_no_dump(void)
{
	REQUIRE(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0);
}
