/* Tree: both: the sanitizers' own calls need a wider sandbox */
#include "common/base/id.h"
#include "common/os/fault.h"
#include "common/os/file.h"
#include "common/os/proc.h"
#include "common/os/sandbox.h"
#include "common/os/sanitized.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Opened before the confinement, as the real processes do. */
struct world {
	char path[256];
	int dir, pair[2], udp[2];
	struct sockaddr_in to;
};

static void world_open(struct world *w)
{
	const char *tmp = getenv("TMPDIR");
	socklen_t n = sizeof w->to;
	snprintf(w->path, sizeof w->path, "%s/sw-sandbox.XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(w->path));
	assert_int_equal(file_open_dir(w->path, &w->dir), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, w->pair), 0);
	for (int i = 0; i < 2; i++) {
		w->udp[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		w->to = (struct sockaddr_in){
			.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
		assert_int_equal(bind(w->udp[i], (struct sockaddr *)&w->to, sizeof w->to), 0);
	}
	/* udp[0] sends, udp[1] receives and stays unconnected */
	assert_int_equal(getsockname(w->udp[1], (struct sockaddr *)&w->to, &n), 0);
	assert_int_equal(connect(w->udp[0], (struct sockaddr *)&w->to, n), 0);
}

static void world_close(struct world *w)
{
	static const char *const names[] = {"a", "b", "published", "big", "sub"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (unlinkat(w->dir, names[i], 0) < 0)
			unlinkat(w->dir, names[i], AT_REMOVEDIR);
	close(w->dir);
	for (int i = 0; i < 2; i++) {
		close(w->pair[i]);
		close(w->udp[i]);
	}
	assert_int_equal(rmdir(w->path), 0);
}

#define NEED(x)                                                                                              \
	do {                                                                                                 \
		if (!(x))                                                                                    \
			return __LINE__ % 250 + 1;                                                           \
	} while (0)

static int work_files(struct world *w)
{
	struct file_new *f = NULL;
	struct buf b;
	struct stat st;
	struct open_how how = {.flags = O_RDONLY, .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
	NEED(file_new_open(w->dir, 0600, &f) == 0 && file_write_all(file_new_fd(f), "x", 1) == 0);
	NEED(file_new_publish(f, "published", "t") == 0);
	file_new_free(f);
	NEED(file_write(w->dir, "a", 0600, view_str("text"), "t") == 0 && file_fsync_dir(w->dir, "t") == 0);
	NEED(file_rename(w->dir, "a", w->dir, "b", "t") == 0);
	buf_init(&b, 100);
	NEED(file_read(w->dir, "b", 100, &b) == 0 && b.n == 4);
	buf_fini(&b);
	int fd = (int)syscall(SYS_openat2, w->dir, "b", &how, sizeof how);
	NEED(fd >= 0 && fdatasync(fd) == 0 && fstat(fd, &st) == 0 && st.st_size == 4);
	close(fd);
	NEED(mkdirat(w->dir, "sub", 0700) == 0 && unlinkat(w->dir, "sub", AT_REMOVEDIR) == 0);
	NEED(file_unlink(w->dir, "b", "t") == 0 && file_unlink(w->dir, "published", "t") == 0);
	return 0;
}

static int work_memory(struct world *w)
{
	(void)w;
	const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	int fd = memfd_create("records", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	NEED(fd >= 0 && ftruncate(fd, 4096) == 0 && pwrite(fd, "x", 1, 9) == 1);
	NEED(fcntl(fd, F_ADD_SEALS, seals) == 0 && fcntl(fd, F_GET_SEALS) == seals);
	char *p = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	NEED(p != MAP_FAILED && p[9] == 'x' && munmap(p, 4096) == 0);
	close(fd);
	void *big = malloc(1 << 24);
	NEED(big);
	memset(big, 1, 1 << 24);
	free(big);
	return 0;
}

static int work_wait(struct world *w)
{
	struct epoll_event e = {.events = EPOLLIN};
	struct pollfd p;
	struct timespec t = {0, 1000}, now;
	int ep = epoll_create1(EPOLL_CLOEXEC), in = inotify_init1(IN_NONBLOCK | IN_CLOEXEC), queued = 0;
	NEED(ep >= 0 && in >= 0 && inotify_add_watch(in, w->path, IN_MOVED_TO | IN_CREATE) >= 0);
	NEED(epoll_ctl(ep, EPOLL_CTL_ADD, in, &e) == 0 && epoll_wait(ep, &e, 1, 0) == 0);
	NEED(file_write(w->dir, "a", 0600, view_str(""), "t") == 0 && epoll_wait(ep, &e, 1, 5000) == 1);
	p = (struct pollfd){in, POLLIN, 0};
	NEED(poll(&p, 1, 0) == 1 && ppoll(&p, 1, &t, NULL) == 1);
	NEED(ioctl(in, FIONREAD, &queued) == 0 && queued > 0);
	NEED(isatty(in) == 0);
	NEED(clock_gettime(CLOCK_MONOTONIC, &now) == 0 && nanosleep(&t, NULL) == 0);
	NEED(uuid_valid(uuid_new().s));
	close(in);
	close(ep);
	return 0;
}

static void *thread_body(void *arg)
{
	*(int *)arg = 1;
	return NULL;
}

static int work_threads(struct world *w)
{
	(void)w;
	pthread_t t[3];
	int done[3] = {0};
	for (int i = 0; i < 3; i++)
		NEED(pthread_create(&t[i], NULL, thread_body, &done[i]) == 0);
	for (int i = 0; i < 3; i++)
		NEED(pthread_join(t[i], NULL) == 0 && done[i]);
	NEED(prctl(PR_SET_NAME, "worker") == 0);
	struct rlimit lim;
	NEED(getrlimit(RLIMIT_NOFILE, &lim) == 0);
	return 0;
}

static int pass_message(int fd, int carried, bool send)
{
	char byte = 'x', control[CMSG_SPACE(sizeof(int))] = {0};
	struct iovec v = {&byte, 1};
	struct msghdr m = {
		.msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	if (!send)
		return recvmsg(fd, &m, MSG_CMSG_CLOEXEC) == 1 && m.msg_controllen > 0 ? 0 : -1;
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &carried, sizeof carried);
	return sendmsg(fd, &m, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

static int work_pass_descriptors(struct world *w)
{
	char c;
	NEED(pass_message(w->pair[0], w->dir, true) == 0 && pass_message(w->pair[1], -1, false) == 0);
	NEED(write(w->pair[0], "y", 1) == 1 && read(w->pair[1], &c, 1) == 1 && c == 'y');
	return 0;
}

static int do_abort(struct world *w)
{
	(void)w;
	signal(SIGABRT, SIG_DFL);
	abort();
}

static int do_exit(struct world *w)
{
	(void)w;
	fflush(stdout);
	exit(0);
}

static int do_socket(struct world *w)
{
	(void)w;
	return socket(AF_UNIX, SOCK_STREAM, 0);
}
static int do_socketpair(struct world *w)
{
	return socketpair(AF_UNIX, SOCK_STREAM, 0, w->pair);
}
static int do_connect(struct world *w)
{
	return connect(w->udp[1], (struct sockaddr *)&w->to, sizeof w->to);
}
static int do_bind(struct world *w)
{
	return bind(w->udp[1], (struct sockaddr *)&w->to, sizeof w->to);
}
static int do_listen(struct world *w)
{
	return listen(w->pair[0], 1);
}
static int do_accept(struct world *w)
{
	return accept4(w->pair[0], NULL, NULL, 0);
}
static int do_setsockopt(struct world *w)
{
	int one = 1;
	return setsockopt(w->udp[0], SOL_SOCKET, SO_BROADCAST, &one, sizeof one);
}
static int do_exec(struct world *w)
{
	(void)w;
	return execl("/bin/true", "true", (char *)NULL);
}
static int do_fork(struct world *w)
{
	(void)w;
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	return pid > 0 ? 0 : 1;
}
static int do_ptrace(struct world *w)
{
	(void)w;
	return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}
static int do_kill_parent(struct world *w)
{
	(void)w;
	return kill(getppid(), 0);
}
static int do_setrlimit(struct world *w)
{
	(void)w;
	struct rlimit lim = {100, 100};
	return prlimit(0, RLIMIT_NOFILE, &lim, NULL);
}
static int do_dumpable(struct world *w)
{
	(void)w;
	return prctl(PR_SET_DUMPABLE, 1);
}
static int do_unshare(struct world *w)
{
	(void)w;
	return unshare(CLONE_FS);
}
static int do_mount(struct world *w)
{
	return (int)syscall(SYS_mount, "none", w->path, "tmpfs", 0, NULL);
}
static int do_io_uring(struct world *w)
{
	(void)w;
	return (int)syscall(SYS_io_uring_setup, 1, NULL);
}
static int do_bpf(struct world *w)
{
	(void)w;
	return (int)syscall(SYS_bpf, 0, NULL, 0);
}
static int do_sendto(struct world *w)
{
	return sendto(w->udp[0], "x", 1, 0, NULL, 0) == 1 ? 0 : 1;
}
static int do_sendto_address(struct world *w)
{
	return sendto(w->udp[1], "x", 1, 0, (struct sockaddr *)&w->to, sizeof w->to) == 1 ? 0 : 1;
}
static int do_sendmsg(struct world *w)
{
	char x = 'x';
	struct iovec v = {&x, 1};
	struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
	return sendmsg(w->udp[0], &m, 0) == 1 ? 0 : 1;
}
static int do_sendmmsg(struct world *w)
{
	char x = 'x';
	struct iovec v = {&x, 1};
	struct mmsghdr m = {.msg_hdr = {.msg_iov = &v, .msg_iovlen = 1}};
	return sendmmsg(w->udp[0], &m, 1, 0) == 1 ? 0 : 1;
}
static int do_write_socket(struct world *w)
{
	return write(w->udp[0], "x", 1) == 1 ? 0 : 1;
}
/* The receiver's socket is unconnected: even write has nowhere to go. */
static int do_write_unconnected(struct world *w)
{
	return write(w->udp[1], "x", 1) < 0 && errno == EDESTADDRREQ ? 0 : 1;
}
static int do_sendfile(struct world *w)
{
	return sendfile(w->udp[0], w->dir, NULL, 1) < 0 ? 0 : 1;
}
static int do_splice(struct world *w)
{
	return (int)splice(w->pair[0], NULL, w->pair[1], NULL, 1, 0);
}
static int do_recvfrom(struct world *w)
{
	char c;
	return recv(w->udp[1], &c, 1, MSG_DONTWAIT) == 1 ? 0 : 1;
}
static int do_recvmsg(struct world *w)
{
	char c;
	struct iovec v = {&c, 1};
	struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
	return recvmsg(w->udp[1], &m, MSG_DONTWAIT) == 1 ? 0 : 1;
}
static int do_recvmmsg(struct world *w)
{
	char c;
	struct iovec v = {&c, 1};
	struct mmsghdr m = {.msg_hdr = {.msg_iov = &v, .msg_iovlen = 1}};
	return recvmmsg(w->udp[1], &m, 1, MSG_DONTWAIT, NULL) == 1 ? 0 : 1;
}

enum { F = 1 << SANDBOX_FILES, S = 1 << SANDBOX_UDP_SEND, R = 1 << SANDBOX_UDP_RECV, ALL = F | S | R };

/* Where an action works, it returns 0; where not, the process dies by SIGSYS. `sanitized`: in such a build
 * the call is open for the leak checker. */
static const struct {
	const char *name;
	int (*act)(struct world *w);
	int works_in;
	bool sanitized;
} actions[] = {
	{"files", work_files, ALL, false},
	{"memory", work_memory, ALL, false},
	{"wait", work_wait, ALL, false},
	{"threads", work_threads, ALL, false},
	{"exit", do_exit, ALL, false},
	{"pass descriptors", work_pass_descriptors, F, false},
	{"socket", do_socket, 0, false},
	{"socketpair", do_socketpair, 0, false},
	{"connect", do_connect, 0, false},
	{"bind", do_bind, 0, false},
	{"listen", do_listen, 0, false},
	{"accept", do_accept, 0, false},
	{"setsockopt", do_setsockopt, 0, false},
	{"exec", do_exec, 0, false},
	{"fork", do_fork, 0, true},
	{"ptrace", do_ptrace, 0, true},
	{"kill parent", do_kill_parent, 0, true},
	{"setrlimit", do_setrlimit, 0, true},
	{"dumpable", do_dumpable, 0, true},
	{"unshare", do_unshare, 0, false},
	{"mount", do_mount, 0, false},
	{"io_uring", do_io_uring, 0, false},
	{"bpf", do_bpf, 0, false},
	{"sendto", do_sendto, S, false},
	{"sendto address", do_sendto_address, S, false},
	{"sendmsg", do_sendmsg, F | S, false},
	{"sendmmsg", do_sendmmsg, S, false},
	{"write to a connected socket", do_write_socket, ALL, false},
	{"write to an unconnected socket", do_write_unconnected, ALL, false},
	{"sendfile", do_sendfile, F, false},
	{"splice", do_splice, 0, false},
	{"recvfrom", do_recvfrom, R, false},
	{"recvmsg", do_recvmsg, F | R, false},
	{"recvmmsg", do_recvmmsg, R, false},
};

static int run(enum sandbox_profile p, int (*act)(struct world *), struct world *w)
{
	int st = 0;
	pid_t pid = fork();
	if (pid == 0)
		_exit(sandbox_calls(p) < 0 ? 255 : act(w));
	assert_int_equal(waitpid(pid, &st, 0), pid);
	return st;
}

static void every_call_in_every_profile(void **state)
{
	(void)state;
	static const char *const names[] = {"FILES", "UDP_SEND", "UDP_RECV"};
	for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
		if (SW_SANITIZED && actions[i].sanitized)
			continue;
		for (int p = 0; p < 3; p++) {
			struct world w;
			world_open(&w);
			assert_int_equal(send(w.udp[0], "z", 1, 0), 1); /* something to receive */
			int st = run((enum sandbox_profile)p, actions[i].act, &w);
			bool works = actions[i].works_in & (1 << p);
			if (works ? st != 0 : !WIFSIGNALED(st) || WTERMSIG(st) != SIGSYS)
				fail_msg("%s in %s: status %x", actions[i].name, names[p], (unsigned)st);
			world_close(&w);
		}
	}
}

static void abort_still_aborts(void **state)
{
	(void)state;
	struct world w;
	world_open(&w);
	int st = run(SANDBOX_FILES, do_abort, &w);
	assert_true(WIFSIGNALED(st) && WTERMSIG(st) == SIGABRT);
	world_close(&w);
}

static int thread_go[2];
static void *late_socket(void *arg)
{
	char c;
	(void)arg;
	if (read(thread_go[0], &c, 1) == 1)
		socket(AF_UNIX, SOCK_STREAM, 0);
	return NULL;
}

/* A thread that was there before is confined too. */
static void earlier_threads_are_confined(void **state)
{
	(void)state;
	int st = 0;
	pid_t pid = fork();
	if (pid == 0) {
		pthread_t t;
		if (pipe(thread_go) < 0 || pthread_create(&t, NULL, late_socket, NULL))
			_exit(1);
		if (sandbox_calls(SANDBOX_FILES) < 0 || write(thread_go[1], "x", 1) != 1)
			_exit(2);
		pthread_join(t, NULL);
		_exit(3);
	}
	assert_int_equal(waitpid(pid, &st, 0), pid);
	assert_true(WIFSIGNALED(st) && WTERMSIG(st) == SIGSYS);
}

static int confined_paths(const struct world *rw, const struct world *ro, const struct world *closed)
{
	const struct sandbox_path paths[] = {{rw->path, true}, {ro->path, false}};
	bool applied = false;
	struct buf b;
	char path[300];
	int fd;
	buf_init(&b, 100);
	NEED(sandbox_paths(paths, 2, &applied) == 0 && applied);
	NEED(file_write(rw->dir, "b", 0600, view_str("new"), "t") == 0);
	NEED(file_read(rw->dir, "b", 100, &b) == 0 && b.n == 3);
	struct file_new *f = NULL;
	NEED(file_new_open(rw->dir, 0600, &f) == 0 && file_write_all(file_new_fd(f), "x", 1) == 0);
	NEED(file_new_publish(f, "published", "t") == 0);
	file_new_free(f);
	snprintf(path, sizeof path, "%s/sub", rw->path);
	NEED(file_mkdirs(path, 0700) == 0 && file_open_dir(path, &fd) == 0);
	NEED(file_rename(rw->dir, "b", fd, "b", "t") == 0 && file_rename(fd, "b", rw->dir, "b", "t") == 0);
	close(fd);

	NEED(file_read(ro->dir, "a", 100, &b) == 0);
	NEED(file_write(ro->dir, "b", 0600, view_str("x"), "t") == ERR_DENIED);
	NEED(file_unlink(ro->dir, "a", "t") == ERR_DENIED);
	NEED(openat(ro->dir, "a", O_WRONLY) < 0 && errno == EACCES);
	NEED(truncate("a", 0) < 0);

	/* an open directory descriptor is no way around */
	NEED(file_read(closed->dir, "a", 100, &b) == ERR_DENIED);
	NEED(file_open_dir(closed->path, &fd) == ERR_DENIED);
	NEED(file_write(closed->dir, "b", 0600, view_str("x"), "t") == ERR_DENIED);
	NEED(open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES);
	NEED(linkat(closed->dir, "a", rw->dir, "big", 0) < 0);
	NEED(symlinkat("/etc/passwd", rw->dir, "big") < 0 && mkfifoat(rw->dir, "big", 0600) < 0);
	if (!SW_SANITIZED)
		NEED(open("/proc/self/environ", O_RDONLY) < 0);
	/* what may be read may not be run: no program would be ENOEXEC */
	NEED(file_write(rw->dir, "big", 0700, view_str("no program"), "t") == 0);
	snprintf(path, sizeof path, "%s/big", rw->path);
	NEED(execl(path, "big", (char *)NULL) < 0 && errno == EACCES);
	NEED(execl("/bin/true", "true", (char *)NULL) < 0 && errno == EACCES);
	buf_fini(&b);
	/* both kinds of confinement together */
	return sandbox_calls(SANDBOX_FILES) == 0 && file_unlink(rw->dir, "b", "t") == 0 ? 0 : 251;
}

static void paths_are_confined(void **state)
{
	(void)state;
	struct world w[3];
	int st = 0;
	for (int i = 0; i < 3; i++) {
		world_open(&w[i]);
		assert_int_equal(file_write(w[i].dir, "a", 0600, view_str("text"), "t"), 0);
	}
	pid_t pid = fork();
	if (pid == 0)
		_exit(confined_paths(&w[0], &w[1], &w[2]));
	assert_int_equal(waitpid(pid, &st, 0), pid);
	for (int i = 0; i < 3; i++)
		world_close(&w[i]);
	if (st)
		fail_msg("status %d (NEED of line %d modulo 250)", st, WEXITSTATUS(st) - 1);
}

static void absent_path_is_an_error(void **state)
{
	(void)state;
	int st = 0;
	pid_t pid = fork();
	if (pid == 0) {
		const struct sandbox_path paths[] = {{"/absent/folder", true}};
		bool applied = false;
		close(STDERR_FILENO);
		_exit(sandbox_paths(paths, 1, &applied) == ERR_NOTFOUND && !applied ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &st, 0), pid);
	assert_int_equal(st, 0);
}

#ifdef SW_FAULTS
static int faults_confined(const struct world *rw, const struct world *faults)
{
	const struct sandbox_path paths[] = {{rw->path, true}};
	bool applied = false;
	setenv("SW_FAULT_DIR", faults->path, 1);
	fault_init("prog");
	NEED(sandbox_paths(paths, 1, &applied) == 0 && sandbox_calls(SANDBOX_FILES) == 0);
	fault_point("first");
	fault_point("a");
	return 0;
}

/* In this build confinement leaves the fault points working: seen, and killed by SIGKILL, not SIGSYS. */
static void fault_points_reach_their_folder(void **state)
{
	(void)state;
	struct world w[2];
	int st = 0;
	world_open(&w[0]);
	world_open(&w[1]);
	assert_int_equal(file_write(w[1].dir, "kill.prog.a", 0600, view_str(""), "t"), 0);
	pid_t pid = fork();
	if (pid == 0)
		_exit(faults_confined(&w[0], &w[1]));
	assert_int_equal(waitpid(pid, &st, 0), pid);
	assert_true(WIFSIGNALED(st) && WTERMSIG(st) == SIGKILL);
	struct buf b;
	buf_init(&b, 100);
	assert_int_equal(file_read(w[1].dir, "seen", 100, &b), 0);
	assert_string_equal((char *)b.p, "prog first\nprog a\n");
	buf_fini(&b);
	assert_int_equal(unlinkat(w[1].dir, "seen", 0), 0);
	world_close(&w[0]);
	world_close(&w[1]);
}
#endif

static int dumpable_after(void)
{
	struct rlimit lim = {1, 1};
	proc_no_dump();
	if (getrlimit(RLIMIT_CORE, &lim) < 0 || lim.rlim_cur || lim.rlim_max)
		return 1;
	return prctl(PR_GET_DUMPABLE) == SW_SANITIZED ? 0 : 2;
}

static void no_dump(void **state)
{
	(void)state;
	int st = 0;
	pid_t pid = fork();
	if (pid == 0)
		_exit(dumpable_after());
	assert_int_equal(waitpid(pid, &st, 0), pid);
	assert_int_equal(st, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_call_in_every_profile),
		cmocka_unit_test(abort_still_aborts),
		cmocka_unit_test(earlier_threads_are_confined),
		cmocka_unit_test(paths_are_confined),
		cmocka_unit_test(absent_path_is_an_error),
#ifdef SW_FAULTS
		cmocka_unit_test(fault_points_reach_their_folder),
#endif
		cmocka_unit_test(no_dump),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
