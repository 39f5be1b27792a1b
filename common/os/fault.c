#include "common/os/fault.h"

#ifdef SW_FAULTS
#include "common/base/err.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *program = "unknown";
static int faults_dir = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	char name[64];
	bool fail; /* a place where a call fails; else one where the process dies */
	long passes;
} points[512];

void fault_init(const char *name)
{
	const char *path = getenv("SW_FAULT_DIR");
	program = name;
	if (path && faults_dir < 0)
		faults_dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void seen(const char *name, bool fail)
{
	char line[160];
	int n = snprintf(line, sizeof line, "%s %s\n", program, name);
	int fd = openat(
		faults_dir, fail ? "seen.fail" : "seen", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		return;
	REQUIRE(write(fd, line, (size_t)n) == n);
	close(fd);
}

/* Number of passes so far, the present one included. */
static long pass(const char *name, bool fail)
{
	size_t i = 0, n = sizeof points / sizeof points[0];
	REQUIRE(strlen(name) < sizeof points[0].name);
	while (i < n && points[i].name[0] && (strcmp(points[i].name, name) != 0 || points[i].fail != fail))
		i++;
	REQUIRE(i < n);
	if (!points[i].name[0]) {
		memcpy(points[i].name, name, strlen(name) + 1);
		points[i].fail = fail;
		seen(name, fail);
	}
	return ++points[i].passes;
}

void fault_point(const char *name)
{
	char file[192], held[192];
	if (faults_dir < 0)
		return;
	pthread_mutex_lock(&lock);
	pass(name, false);
	snprintf(file, sizeof file, "kill.%s.%s", program, name);
	if (faccessat(faults_dir, file, F_OK, 0) == 0 && unlinkat(faults_dir, file, 0) == 0)
		kill(getpid(), SIGKILL);
	snprintf(file, sizeof file, "hold.%s.%s", program, name);
	snprintf(held, sizeof held, "held.%s.%s", program, name);
	bool hold = renameat(faults_dir, file, faults_dir, held) == 0;
	pthread_mutex_unlock(&lock);
	while (hold && faccessat(faults_dir, held, F_OK, 0) == 0)
		nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
}

bool fault_fail(const char *name)
{
	char file[192], text[32];
	bool fail = false;
	if (faults_dir < 0)
		return false;
	pthread_mutex_lock(&lock);
	long n = pass(name, true);
	snprintf(file, sizeof file, "fail.%s.%s", program, name);
	int fd = openat(faults_dir, file, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		ssize_t got = read(fd, text, sizeof text - 1);
		if (got > 0) {
			text[got] = '\0';
			fail = atol(text) == n;
		}
		close(fd);
	}
	pthread_mutex_unlock(&lock);
	return fail;
}
#endif
