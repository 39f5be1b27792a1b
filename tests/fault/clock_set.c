/* Preloaded into a program (LD_PRELOAD): its clock of the day is ahead by so many seconds as $SW_CLOCK_FILE
 * says at the moment. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *t)
{
	const char *name = id == CLOCK_REALTIME ? getenv("SW_CLOCK_FILE") : NULL;
	FILE *f = name ? fopen(name, "re") : NULL;
	long ahead = 0;
	if (f && fscanf(f, "%ld", &ahead) != 1)
		ahead = 0;
	if (f)
		fclose(f);
	long rc = syscall(SYS_clock_gettime, id, t);
	t->tv_sec += ahead;
	return (int)rc;
}
