#include "common/base/id.h"
#include "common/os/file.h"
#include "common/os/proc.h"
#include "common/os/proc_start.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define PART 16384
/* What a pipe can hold at most when its writer has ended. */
#define DRAIN_PARTS 64

struct child {
	pid_t pid;
	int pidfd, out, err; /* our ends; -1 when closed or not wanted */
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Out of the way of 0, 1 and 2, which our own process may have closed. */
static int lift(int *fd)
{
	if (*fd > 2)
		return 0;
	int up = fcntl(*fd, F_DUPFD_CLOEXEC, 3);
	if (up < 0)
		return err_from_errno(errno);
	close_fd(fd);
	*fd = up;
	return 0;
}

/* The input as a file in memory: no feeding, so no full pipe and no SIGPIPE. */
static int input_open(struct view in, int *out)
{
	int fd = in.n ? memfd_create("stdin", MFD_CLOEXEC) : open("/dev/null", O_RDONLY | O_CLOEXEC);
	int rc = fd < 0 ? err_from_errno(errno) : lift(&fd);
	if (rc == 0 && in.n)
		rc = file_write_all(fd, in.p, in.n);
	if (rc == 0 && in.n && lseek(fd, 0, SEEK_SET) != 0)
		rc = ERR_IO;
	if (rc < 0)
		close_fd(&fd);
	else
		*out = fd;
	return rc;
}

/* A pipe to read from, or /dev/null when nobody wants it. */
static int output_open(bool wanted, int *ours, int *theirs)
{
	int p[2] = {-1, -1};
	int rc = 0;
	if (!wanted)
		p[1] = open("/dev/null", O_WRONLY | O_CLOEXEC);
	else if (pipe2(p, O_CLOEXEC) == 0 && fcntl(p[0], F_SETFL, O_NONBLOCK) < 0)
		rc = err_from_errno(errno);
	if (p[1] < 0)
		rc = err_from_errno(errno);
	if (rc == 0 && p[0] >= 0)
		rc = lift(&p[0]);
	if (rc == 0)
		rc = lift(&p[1]);
	if (rc < 0) {
		close_fd(&p[0]);
		close_fd(&p[1]);
		return rc;
	}
	*ours = p[0];
	*theirs = p[1];
	return 0;
}

static int child_start(const struct proc_start *p, struct view in, bool out, bool err, struct child *c)
{
	int fds[3] = {-1, -1, -1};
	int rc = input_open(in, &fds[0]);
	if (rc == 0)
		rc = output_open(out, &c->out, &fds[1]);
	if (rc == 0)
		rc = output_open(err, &c->err, &fds[2]);
	if (rc == 0)
		rc = proc_start(p, fds, &c->pid);
	if (rc == 0 && (c->pidfd = pidfd_open(c->pid, 0)) < 0)
		rc = err_from_errno(errno);
	for (int i = 0; i < 3; i++)
		close_fd(&fds[i]);
	return rc;
}

/* One read. What exceeds the maximum is an error with `whole`, else read and dropped. */
static int take(int *fd, struct buf *to, bool whole, bool *more)
{
	uint8_t part[PART];
	ssize_t n = read(*fd, part, sizeof part);
	int rc = 0;
	REQUIRE(to);
	*more = n > 0 || (n < 0 && errno == EINTR);
	if (n > 0) {
		size_t room = to->max - to->n;
		if (whole && (size_t)n > room)
			rc = ERR_LIMIT;
		else
			rc = buf_add(to, part, (size_t)n < room ? (size_t)n : room);
		buf_wipe(part, (size_t)n);
	} else if (n == 0) {
		close_fd(fd);
	} else if (errno != EAGAIN && errno != EINTR) {
		rc = err_from_errno(errno);
	}
	return rc;
}

static int drain(int *fd, struct buf *to, bool whole)
{
	bool more = *fd >= 0;
	int rc = 0;
	for (int i = 0; rc == 0 && more && i < DRAIN_PARTS; i++)
		rc = take(fd, to, whole, &more);
	return rc;
}

/* Until the process ends; a grandchild that keeps the pipes open is not waited for. */
static int child_follow(struct child *c, int timeout_ms, struct buf *out, struct buf *err)
{
	int64_t until = timeout_ms < 0 ? INT64_MAX : time_mono_ms() + timeout_ms;
	for (;;) {
		struct pollfd p[3] = {{c->pidfd, POLLIN, 0}, {c->out, POLLIN, 0}, {c->err, POLLIN, 0}};
		int64_t left = until - time_mono_ms();
		bool more;
		int rc = 0;
		if (left <= 0)
			return ERR_TIMEOUT;
		if (poll(p, 3, left > 60000 ? 60000 : (int)left) < 0) {
			if (errno == EINTR)
				continue;
			return err_from_errno(errno);
		}
		if (p[1].revents)
			rc = take(&c->out, out, true, &more);
		if (rc == 0 && p[2].revents)
			rc = take(&c->err, err, false, &more);
		if (rc == 0 && p[0].revents) {
			rc = drain(&c->out, out, true);
			return rc < 0 ? rc : drain(&c->err, err, false);
		}
		if (rc < 0)
			return rc;
	}
}

static int run(const struct proc_start *p, struct view in, int timeout_ms, struct buf *out, struct buf *err,
	int *status)
{
	struct child c = {.pid = -1, .pidfd = -1, .out = -1, .err = -1};
	int st = 0;
	int rc = child_start(p, in, out != NULL, err != NULL, &c);
	if (rc == 0)
		rc = child_follow(&c, timeout_ms, out, err);
	if (c.pid > 0) {
		/* Not reaped yet, so the number is still its own. */
		if (rc < 0)
			kill(-c.pid, SIGKILL);
		pid_t got;
		while ((got = waitpid(c.pid, &st, 0)) < 0 && errno == EINTR)
			;
		if (rc == 0 && got < 0)
			rc = err_from_errno(errno);
	}
	close_fd(&c.pidfd);
	close_fd(&c.out);
	close_fd(&c.err);
	if (rc == 0 && status)
		*status = WIFEXITED(st) ? WEXITSTATUS(st) : 128 + WTERMSIG(st);
	return rc;
}

int proc_run(const char *const *argv, struct view in, int timeout_ms, struct buf *out, struct buf *err,
	int *status)
{
	const struct proc_start p = {.argv = argv};
	return run(&p, in, timeout_ms, out, err, status);
}

int proc_run_confined(const char *const *argv, struct view in, int timeout_ms, proc_confine *confine,
	void *arg, struct buf *out, struct buf *err, int *status)
{
	const struct proc_start p = {.argv = argv, .confine = confine, .arg = arg};
	return run(&p, in, timeout_ms, out, err, status);
}
