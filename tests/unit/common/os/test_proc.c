/* Tree: both: the sanitizers leave /proc open */
#include "common/base/id.h"
#include "common/os/proc.h"
#include "common/os/sandbox.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct result {
	int rc, status;
	struct buf out, err;
};

static struct result shell_max(const char *script, struct view in, int timeout_ms, size_t out, size_t err)
{
	const char *const argv[] = {"sh", "-c", script, NULL};
	struct result r = {.status = -1};
	buf_init(&r.out, out);
	buf_init(&r.err, err);
	r.rc = proc_run(argv, in, timeout_ms, &r.out, &r.err, &r.status);
	return r;
}

static struct result shell(const char *script, const char *in)
{
	return shell_max(script, view_str(in), 20000, 1 << 22, 1 << 16);
}

static void result_fini(struct result *r)
{
	buf_fini(&r->out);
	buf_fini(&r->err);
}

static void runs(void **state)
{
	(void)state;
	static const struct {
		const char *script, *in, *out, *err;
		int status;
	} cases[] = {
		{"cat", "through", "through", "", 0},
		{"cat; echo no >&2; exit 3", "x", "x", "no\n", 3},
		{"kill -9 $$", "", "", "", 137},
		{"exec 1>&- 2>&-; exit 4", "", "", "", 4},
		{"exec 0<&-; echo done", "never read", "done\n", "", 0},
		{"cat; readlink /proc/$$/fd/0", "", "/dev/null\n", "", 0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct result r = shell(cases[i].script, cases[i].in);
		assert_int_equal(r.rc, 0);
		assert_int_equal(r.status, cases[i].status);
		assert_true(view_eq(buf_view(&r.out), view_str(cases[i].out)));
		assert_true(view_eq(buf_view(&r.err), view_str(cases[i].err)));
		result_fini(&r);
	}
}

static void much_both_ways(void **state)
{
	(void)state;
	enum { N = 3000000 };
	char *big = malloc(N);
	assert_non_null(big);
	for (int i = 0; i < N; i++)
		big[i] = (char)('a' + i % 23);
	struct result r = shell_max("cat", view_of(big, N), 20000, N, 10);
	assert_int_equal(r.rc, 0);
	assert_true(view_eq(buf_view(&r.out), view_of(big, N)));
	result_fini(&r);
	r = shell_max("cat", view_of(big, N), 20000, N - 1, 10);
	assert_int_equal(r.rc, ERR_LIMIT);
	assert_int_equal(r.status, -1);
	result_fini(&r);
	/* the beginning of the messages is kept, the rest dropped */
	r = shell_max("cat >&2; echo end", view_of(big, N), 20000, 10, 100);
	assert_int_equal(r.rc, 0);
	assert_true(view_eq(buf_view(&r.err), view_of(big, 100)));
	assert_true(view_eq(buf_view(&r.out), view_str("end\n")));
	result_fini(&r);
	free(big);
}

static void outputs_are_optional(void **state)
{
	(void)state;
	const char *const argv[] = {"sh", "-c", "echo out; echo err >&2; exit 5", NULL};
	int status = -1;
	assert_int_equal(proc_run(argv, view_of(NULL, 0), 20000, NULL, NULL, &status), 0);
	assert_int_equal(status, 5);
	assert_int_equal(proc_run(argv, view_of(NULL, 0), -1, NULL, NULL, NULL), 0);
}

static void missing_program(void **state)
{
	(void)state;
	const char *const absent[] = {"/absent/program", NULL}, *const denied[] = {"/etc/passwd", NULL};
	int status = 77;
	assert_int_equal(proc_run(absent, view_str("x"), 1000, NULL, NULL, &status), ERR_NOTFOUND);
	assert_int_equal(proc_run(denied, view_str("x"), 1000, NULL, NULL, &status), ERR_DENIED);
	assert_int_equal(status, 77);
}

/* The child's children end with it: the pipe that all of them hold closes. */
static void timeout_ends_all(void **state)
{
	(void)state;
	char dir[] = "/tmp/sw-proc.XXXXXX", path[64], script[200];
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/fifo", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(fd >= 0);
	snprintf(script, sizeof script, "exec 9>%s; sleep 60 & sleep 60", path);
	int64_t start = time_mono_ms();
	struct result r = shell_max(script, view_str(""), 300, 100, 100);
	assert_int_equal(r.rc, ERR_TIMEOUT);
	assert_in_range(time_mono_ms() - start, 300, 15000);
	result_fini(&r);
	struct pollfd p = {fd, POLLIN, 0};
	assert_int_equal(poll(&p, 1, 10000), 1);
	assert_true(p.revents & POLLHUP);
	close(fd);
	unlink(path);
	rmdir(dir);
}

/* Closing its outputs is no way to escape the time limit. */
static void silent_child_times_out(void **state)
{
	(void)state;
	struct result r = shell_max("exec 1>&- 2>&-; exec sleep 60", view_str(""), 200, 100, 100);
	assert_int_equal(r.rc, ERR_TIMEOUT);
	result_fini(&r);
}

static void grandchild_is_not_waited_for(void **state)
{
	(void)state;
	int64_t start = time_mono_ms();
	struct result r = shell("sleep 30 & echo $!; exit 0", "");
	assert_int_equal(r.rc, 0);
	assert_true(time_mono_ms() - start < 15000);
	pid_t left = (pid_t)atoi((char *)r.out.p);
	assert_true(left > 1);
	kill(left, SIGKILL);
	result_fini(&r);
}

static int open_descriptors(void)
{
	int n = 0;
	DIR *d = opendir("/proc/self/fd");
	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void no_descriptor_leaks(void **state)
{
	(void)state;
	int leaky = open("/etc/passwd", O_RDONLY), high = dup2(leaky, 200);
	assert_int_equal(high, 200);
	/* without globbing's own descriptor: the names come from ls, whose own one is 3 */
	struct result r = shell("exec ls /proc/self/fd", "x");
	assert_int_equal(r.rc, 0);
	assert_string_equal((char *)r.out.p, "0\n1\n2\n3\n");
	result_fini(&r);
	close(leaky);
	close(high);
	int before = open_descriptors();
	const char *const absent[] = {"/absent/program", NULL};
	for (int i = 0; i < 5; i++) {
		assert_int_equal(proc_run(absent, view_str("x"), 1000, &r.out, &r.err, NULL), ERR_NOTFOUND);
		r = shell_max("cat", view_str("xyz"), 10000, 2, 2);
		assert_int_equal(r.rc, ERR_LIMIT);
		result_fini(&r);
	}
	assert_int_equal(open_descriptors(), before);
}

/* ---- confined programs */
static const char *const programs[] = {"/usr", "/lib", "/lib64", "/bin"};

static int to_folder(void *arg)
{
	const struct sandbox_path paths[] = {
		{.path = arg, .write = true}, {.path = "/etc/hostname"}, {.path = "/absent/folder"}};
	return sandbox_program(paths, 3, programs, 4);
}

static int never(void *arg)
{
	(void)arg;
	return ERR_STATE;
}

static struct result shell_confined(const char *script, proc_confine *confine, const char *dir)
{
	const char *const argv[] = {"sh", "-c", script, NULL};
	struct result r = {.status = -1};
	char *folder = strdup(dir);
	buf_init(&r.out, 4096);
	buf_init(&r.err, 4096);
	r.rc = proc_run_confined(argv, view_str("in"), 20000, confine, folder, &r.out, &r.err, &r.status);
	free(folder);
	return r;
}

/* The sanitizers' leak checker reads /proc: their builds leave it open (sandbox.c). */
#ifdef __SANITIZE_ADDRESS__
#define LOOK ""
#define BLIND ""
#else
#define LOOK "ls /proc/self/fd || echo blind;"
#define BLIND "blind\n"
#endif

static void confined_program(void **state)
{
	(void)state;
	char dir[] = "/tmp/sw-proc.XXXXXX", script[400], file[64];
	assert_non_null(mkdtemp(dir));
	snprintf(script, sizeof script,
		"cat; cat > %s/made < /etc/hostname; cat /etc/passwd || echo ' denied'; (: > /tmp/sw-not) || "
		"echo "
		"no; %s exit 3",
		dir, LOOK);
	struct result r = shell_confined(script, to_folder, dir);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.status, 3);
	assert_string_equal((char *)r.out.p, "in denied\nno\n" BLIND);
	result_fini(&r);
	snprintf(file, sizeof file, "%s/made", dir);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(rmdir(dir), 0);
	/* The network: perl asks for a socket. */
	const char *const argv[] = {"perl", NULL};
	const char *ask = "use Socket; exit(socket(my $s, PF_INET, SOCK_STREAM, 0) ? 0 : $! + 0)";
	int status = -1;
	assert_int_equal(proc_run_confined(argv, view_str(ask), 20000, to_folder, (void *)(uintptr_t) "/etc",
				 NULL, NULL, &status),
		0);
	assert_int_equal(status, EPERM);
}

static void confined_start_fails(void **state)
{
	(void)state;
	const char *const absent[] = {"/absent/program", NULL};
	int before = open_descriptors(), status = 77;
	struct result r = shell_confined("echo ran", never, "/tmp");
	assert_int_equal(r.rc, ERR_STATE);
	assert_int_equal(r.out.n, 0);
	result_fini(&r);
	assert_int_equal(proc_run_confined(absent, view_str(""), 1000, to_folder, (void *)(uintptr_t) "/tmp",
				 NULL, NULL, &status),
		ERR_NOTFOUND);
	assert_int_equal(status, 77);
	assert_int_equal(open_descriptors(), before);
}

static void confined_timeout(void **state)
{
	(void)state;
	const char *const argv[] = {"sleep", "60", NULL};
	int64_t start = time_mono_ms();
	assert_int_equal(proc_run_confined(argv, view_str(""), 300, to_folder, (void *)(uintptr_t) "/tmp",
				 NULL, NULL, NULL),
		ERR_TIMEOUT);
	assert_true(time_mono_ms() - start < 30000);
}

static int with_closed_standard_descriptors(void)
{
	const char *const argv[] = {"cat", NULL};
	struct buf out;
	close(0);
	close(1);
	close(2);
	buf_init(&out, 100);
	if (proc_run(argv, view_str("through"), 10000, &out, &out, NULL) < 0)
		return 1;
	int same = view_eq(buf_view(&out), view_str("through"));
	buf_fini(&out);
	return same ? 0 : 2;
}

static void works_without_standard_descriptors(void **state)
{
	(void)state;
	int st = -1;
	pid_t pid = fork();
	if (pid == 0)
		_exit(with_closed_standard_descriptors());
	assert_int_equal(waitpid(pid, &st, 0), pid);
	assert_int_equal(st, 0);
}

static void child_has_default_signals(void **state)
{
	(void)state;
	sigset_t s, was;
	sigfillset(&s);
	signal(SIGPIPE, SIG_IGN);
	pthread_sigmask(SIG_BLOCK, &s, &was);
	struct result r = shell("grep -E '^Sig(Blk|Ign)' /proc/self/status", "");
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	signal(SIGPIPE, SIG_DFL);
	unsigned long long blocked = 1, ignored = 1;
	assert_int_equal(sscanf((char *)r.out.p, "SigBlk: %llx SigIgn: %llx", &blocked, &ignored), 2);
	assert_int_equal(blocked, 0);
	/* 32 and 33 belong to the C library, which leaves them as they are */
	assert_int_equal(ignored & ~(3ull << 31), 0);
	result_fini(&r);
}

static int stop_by_signals(void)
{
	int fd = -1;
	static const int signals[] = {SIGTERM, SIGINT};
	if (proc_stop_fd(&fd) < 0 || proc_stop_signal(fd) != 0)
		return 1;
	for (int i = 0; i < 2; i++) {
		struct pollfd p = {fd, POLLIN, 0};
		kill(getpid(), signals[i]);
		if (poll(&p, 1, 5000) != 1 || proc_stop_signal(fd) != signals[i] || proc_stop_signal(fd) != 0)
			return 2 + i;
	}
	return 0;
}

static void stop_descriptor(void **state)
{
	(void)state;
	int st = -1;
	pid_t pid = fork();
	if (pid == 0)
		_exit(stop_by_signals());
	assert_int_equal(waitpid(pid, &st, 0), pid);
	assert_int_equal(st, 0);
}

static void notifies(const char *name, bool abstract)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	char got[32] = "";
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	strcpy(a.sun_path, name);
	if (abstract)
		a.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (struct sockaddr *)&a,
				 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name))),
		0);
	setenv("NOTIFY_SOCKET", name, 1);
	proc_notify_ready();
	unsetenv("NOTIFY_SOCKET");
	assert_int_equal(recv(fd, got, sizeof got, MSG_DONTWAIT), 7);
	assert_string_equal(got, "READY=1");
	close(fd);
}

static void readiness(void **state)
{
	(void)state;
	char name[64];
	snprintf(name, sizeof name, "@sw-notify-%d", (int)getpid());
	notifies(name, true);
	snprintf(name, sizeof name, "/tmp/sw-notify-%d", (int)getpid());
	notifies(name, false);
	unlink(name);
	proc_notify_ready(); /* not set: nothing */
	setenv("NOTIFY_SOCKET", name, 1);
	proc_notify_ready(); /* nobody there: nothing */
	unsetenv("NOTIFY_SOCKET");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs),
		cmocka_unit_test(much_both_ways),
		cmocka_unit_test(outputs_are_optional),
		cmocka_unit_test(missing_program),
		cmocka_unit_test(timeout_ends_all),
		cmocka_unit_test(silent_child_times_out),
		cmocka_unit_test(grandchild_is_not_waited_for),
		cmocka_unit_test(no_descriptor_leaks),
		cmocka_unit_test(works_without_standard_descriptors),
		cmocka_unit_test(confined_program),
		cmocka_unit_test(confined_start_fails),
		cmocka_unit_test(confined_timeout),
		cmocka_unit_test(child_has_default_signals),
		cmocka_unit_test(stop_descriptor),
		cmocka_unit_test(readiness),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
