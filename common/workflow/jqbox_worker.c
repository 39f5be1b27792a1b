#include "common/workflow/jqbox_worker.h"

#include "common/base/id.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int spawn(const char *program, const char *mib, int fd, pid_t *pid)
{
	posix_spawn_file_actions_t acts;
	posix_spawnattr_t attr;
	sigset_t none, all;
	char *name = strdup(program), *limit = strdup(mib);
	char *const args[] = {name, limit, NULL}, *const env[] = {NULL};
	int e = name && limit ? 0 : ENOMEM;
	sigemptyset(&none);
	sigfillset(&all);
	REQUIRE(posix_spawn_file_actions_init(&acts) == 0 && posix_spawnattr_init(&attr) == 0);
	if (e == 0)
		e = posix_spawn_file_actions_adddup2(&acts, fd, 0);
	if (e == 0)
		e = posix_spawn_file_actions_adddup2(&acts, fd, 1);
	if (e == 0)
		e = posix_spawn_file_actions_addclosefrom_np(&acts, 3);
	if (e == 0)
		e = posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	if (e == 0)
		e = posix_spawnattr_setsigmask(&attr, &none);
	if (e == 0)
		e = posix_spawnattr_setsigdefault(&attr, &all);
	if (e == 0)
		e = posix_spawn(pid, program, &acts, &attr, args, env);
	posix_spawn_file_actions_destroy(&acts);
	posix_spawnattr_destroy(&attr);
	free(name);
	free(limit);
	return e ? err_from_errno(e) : 0;
}

int jqbox_worker_start(struct jqbox_worker *w, const char *program, int memory_mib)
{
	int p[2];
	char mib[16];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, p) < 0)
		return err_from_errno(errno);
	snprintf(mib, sizeof mib, "%d", memory_mib);
	int rc = fcntl(p[0], F_SETFL, O_NONBLOCK) < 0 ? err_from_errno(errno) : 0;
	if (rc == 0)
		rc = spawn(program, mib, p[1], &w->pid);
	close(p[1]);
	if (rc < 0) {
		close(p[0]);
		w->pid = 0;
		return rc;
	}
	w->fd = p[0];
	if (w->loaded)
		memset(w->loaded, 0, w->nloaded * sizeof *w->loaded);
	return 0;
}

void jqbox_worker_end(struct jqbox_worker *w)
{
	if (w->pid <= 0)
		return;
	close(w->fd);
	kill(w->pid, SIGKILL);
	while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
		;
	w->pid = 0;
}

static int wait_for(int fd, short events, int64_t until)
{
	for (;;) {
		struct pollfd p = {fd, events, 0};
		int64_t left = until - time_mono_ms();
		if (left <= 0)
			return ERR_TIMEOUT;
		int n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return err_from_errno(errno);
	}
}

/* The other end being gone is a limit it ran into. */
static int part_done(ssize_t n, int fd, short events, int64_t until)
{
	if (n > 0 || (n < 0 && errno == EINTR))
		return 0;
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return wait_for(fd, events, until);
	return ERR_LIMIT;
}

static int send_all(int fd, const void *p, size_t n, int64_t until)
{
	int rc = 0;
	for (size_t done = 0; rc == 0 && done < n;) {
		ssize_t k = send(fd, (const char *)p + done, n - done, MSG_NOSIGNAL);
		rc = part_done(k, fd, POLLOUT, until);
		done += k > 0 ? (size_t)k : 0;
	}
	return rc;
}

static int recv_all(int fd, void *p, size_t n, int64_t until)
{
	int rc = 0;
	for (size_t done = 0; rc == 0 && done < n;) {
		ssize_t k = recv(fd, (char *)p + done, n - done, 0);
		rc = part_done(k, fd, POLLIN, until);
		done += k > 0 ? (size_t)k : 0;
	}
	return rc;
}

int jqbox_worker_ask(struct jqbox_worker *w, uint32_t what, uint32_t number, struct view payload, int time_ms,
	uint32_t *op, struct buf *out)
{
	int64_t until = time_mono_ms() + time_ms;
	struct jqbox_head h = {(uint32_t)payload.n, number, what};
	if (payload.n > JQBOX_FRAME_MAX)
		return ERR_LIMIT;
	int rc = send_all(w->fd, &h, sizeof h, until);
	if (rc == 0 && payload.n)
		rc = send_all(w->fd, payload.p, payload.n, until);
	if (rc == 0)
		rc = recv_all(w->fd, &h, sizeof h, until);
	if (rc == 0 && h.size > out->max)
		rc = ERR_LIMIT;
	if (rc == 0)
		rc = buf_reserve(out, h.size);
	if (rc == 0 && h.size)
		rc = recv_all(w->fd, out->p, h.size, until);
	if (rc < 0)
		return rc;
	out->n = h.size;
	if (out->p)
		out->p[out->n] = '\0';
	*op = h.op;
	return 0;
}
