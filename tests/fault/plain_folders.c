/* Preloaded into a program (LD_PRELOAD): every folder is one that tells of nothing, has no links, keeps no
 * file without a name and cannot rename without replacing, as network and exchange folders are. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

int inotify_add_watch(int fd, const char *name, uint32_t mask)
{
	(void)fd, (void)name, (void)mask;
	return 1;
}

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
	(void)from_dir, (void)from, (void)to_dir, (void)to, (void)flags;
	errno = EPERM;
	return -1;
}

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	if (flags) {
		errno = EINVAL;
		return -1;
	}
	return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, 0);
}

int openat(int dir, const char *name, int flags, ...)
{
	va_list more;
	va_start(more, flags);
	mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
	va_end(more);
	if ((flags & O_TMPFILE) == O_TMPFILE) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return (int)syscall(SYS_openat, dir, name, flags, mode);
}
