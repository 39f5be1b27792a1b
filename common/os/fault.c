#include "common/os/fault.h"

#ifdef SW_FAULTS
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *program = "unknown";
static int dir = -1; /* opened at start, so that confinement later does not matter */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	char name[64];
	long passes;
} points[512];

void fault_init(const char *name)
{
	const char *path = getenv("SW_FAULT_DIR");
	program = name;
	if (path && dir < 0)
		dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Number of passes of this point so far, the present one included. */
static long pass(const char *name)
{
	for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
		if (!points[i].name[0]) {
			snprintf(points[i].name, sizeof points[i].name, "%s", name);
			char line[160];
			int n = snprintf(line, sizeof line, "%s %s\n", program, name);
			int fd = openat(dir, "seen", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
			if (fd >= 0) {
				if (write(fd, line, (size_t)n) != n)
					_exit(99);
				close(fd);
			}
		}
		if (strcmp(points[i].name, name) == 0)
			return ++points[i].passes;
	}
	return 0;
}

void fault_point(const char *name)
{
	char file[192];
	if (dir < 0)
		return;
	pthread_mutex_lock(&lock);
	pass(name);
	snprintf(file, sizeof file, "kill.%s.%s", program, name);
	if (unlinkat(dir, file, 0) == 0)
		kill(getpid(), SIGKILL);
	pthread_mutex_unlock(&lock);
}

bool fault_fail(const char *name)
{
	char file[192], text[32];
	bool fail = false;
	if (dir < 0)
		return false;
	pthread_mutex_lock(&lock);
	long n = pass(name);
	snprintf(file, sizeof file, "fail.%s.%s", program, name);
	int fd = openat(dir, file, O_RDONLY | O_CLOEXEC);
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
