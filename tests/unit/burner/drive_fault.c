/* Preloaded into a program (LD_PRELOAD): reading from the file SW_FAULT_FILE fails with EIO wherever it
 * touches a sector whose number stands in the file SW_FAULT_SECTORS, as a drive does with a scratched disc.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SECTOR 2048
#define SECTORS (1 << 22)

static struct stat file;
static unsigned char bad[SECTORS];

__attribute__((constructor)) static void load(void)
{
	const char *name = getenv("SW_FAULT_FILE"), *list = getenv("SW_FAULT_SECTORS");
	FILE *f = list ? fopen(list, "re") : NULL;
	long n;
	if (!name || !f || stat(name, &file) < 0)
		abort();
	while (fscanf(f, "%ld", &n) == 1)
		if (n >= 0 && n < SECTORS)
			bad[n] = 1;
	fclose(f);
}

ssize_t pread(int fd, void *p, size_t n, off_t at)
{
	struct stat st;
	if (n && fstat(fd, &st) == 0 && st.st_ino == file.st_ino && st.st_dev == file.st_dev)
		for (off_t s = at / SECTOR; s <= (at + (off_t)n - 1) / SECTOR && s < SECTORS; s++)
			if (bad[s]) {
				errno = EIO;
				return -1;
			}
	return syscall(SYS_pread64, fd, p, n, at);
}

ssize_t pread64(int fd, void *p, size_t n, off_t at)
{
	return pread(fd, p, n, at);
}
