/* bench-run FILE COMMAND…: runs it and writes "USER SYSTEM RSS BEGAN ENDED" to FILE (microseconds, KiB of the
 * largest resident set, monotonic microseconds); its exit code is the command's. */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE 2 /* s a command may take to end when it is told to */
static pid_t child;

static void pass_on(int sig)
{
	kill(child, sig == SIGALRM ? SIGKILL : sig);
	alarm(PATIENCE);
}

static long long us_of(struct timeval t)
{
	return t.tv_sec * 1000000LL + t.tv_usec;
}

static long long us(struct timespec t)
{
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

int main(int argc, char **argv)
{
	struct timespec a, b;
	struct rusage r;
	int status = 0;
	if (argc < 3) {
		fprintf(stderr, "usage: bench-run FILE COMMAND…\n");
		return 2;
	}
	clock_gettime(CLOCK_MONOTONIC, &a);
	child = fork();
	if (child < 0)
		return 2;
	if (child == 0) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	struct sigaction sa = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGALRM, &sa, NULL);
	if (wait4(child, &status, 0, &r) != child)
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &b);
	FILE *f = fopen(argv[1], "w");
	if (f == NULL)
		return 2;
	fprintf(f, "%lld %lld %ld %lld %lld\n", us_of(r.ru_utime), us_of(r.ru_stime), r.ru_maxrss, us(a),
		us(b));
	if (fclose(f) != 0)
		return 2;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
