#include "tests/fault/calls.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

const char *const calls_names[] = {"write", "sync", "link", "rename", "unlink", "malloc"};
static atomic_uint every[CALLS_KINDS], passes[CALLS_KINDS];

void calls_fail(enum calls_kind kind, unsigned n)
{
	atomic_store(&passes[kind], 0);
	atomic_store(&every[kind], n);
}

static bool fails(enum calls_kind kind, int err)
{
	unsigned n = atomic_load(&every[kind]);
	if (n == 0 || (atomic_fetch_add(&passes[kind], 1) + 1) % n != 0)
		return false;
	errno = err;
	return true;
}

/* The C library's; a pointer to an object is one to a function here. */
#define NEXT(name)                                                                                           \
	static union {                                                                                       \
		void *object;                                                                                \
		__typeof__(&name) call;                                                                      \
	} next;                                                                                              \
	if (!next.object)                                                                                    \
	next.object = dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *p, size_t n);
ssize_t write(int fd, const void *p, size_t n)
{
	NEXT(write);
	return fd > 2 && fails(CALLS_WRITE, ENOSPC) ? -1 : next.call(fd, p, n);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at);
ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	NEXT(pwrite64);
	return fails(CALLS_WRITE, ENOSPC) ? -1 : next.call(fd, p, n, at);
}

int fsync(int fd);
int fsync(int fd)
{
	NEXT(fsync);
	return fails(CALLS_SYNC, EIO) ? -1 : next.call(fd);
}

int fdatasync(int fd);
int fdatasync(int fd)
{
	NEXT(fdatasync);
	return fails(CALLS_SYNC, EIO) ? -1 : next.call(fd);
}

int linkat(int fd, const char *from, int to_fd, const char *to, int flags);
int linkat(int fd, const char *from, int to_fd, const char *to, int flags)
{
	NEXT(linkat);
	return fails(CALLS_LINK, EIO) ? -1 : next.call(fd, from, to_fd, to, flags);
}

int renameat(int fd, const char *from, int to_fd, const char *to);
int renameat(int fd, const char *from, int to_fd, const char *to)
{
	NEXT(renameat);
	return fails(CALLS_RENAME, EIO) ? -1 : next.call(fd, from, to_fd, to);
}

int unlinkat(int fd, const char *name, int flags);
int unlinkat(int fd, const char *name, int flags)
{
	NEXT(unlinkat);
	return fails(CALLS_UNLINK, EIO) ? -1 : next.call(fd, name, flags);
}

/* A sanitizer has its own. */
#ifndef __SANITIZE_ADDRESS__
void *__libc_malloc(size_t n);
void *malloc(size_t n);
void *malloc(size_t n)
{
	return fails(CALLS_MALLOC, ENOMEM) ? NULL : __libc_malloc(n);
}
#endif
