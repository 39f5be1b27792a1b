/* Durable files. `point` names the call for fault tests: the wrapper passes fault_point("<point>.before") and
 * "<point>.after" around the system call. Names from outside never reach these functions unchecked. */
#ifndef SW_OS_FILE_H
#define SW_OS_FILE_H
#include "common/base/buf.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

SW_MUST_USE int file_fsync(int fd, const char *point);
SW_MUST_USE int file_fsync_dir(int dirfd, const char *point);
SW_MUST_USE int file_unlink(int dirfd, const char *name, const char *point); /* absent is ERR_NOTFOUND */
SW_MUST_USE int file_rename(int fromdir, const char *from, int todir, const char *to,
	const char *point); /* no replace: ERR_EXISTS */
SW_MUST_USE int file_replace(int dirfd, const char *from, const char *to, const char *point);

/* A file being written that becomes visible whole: O_TMPFILE, or "tmp." + random name where that is missing.
 */
struct file_new;
SW_MUST_USE int file_new_open(int dirfd, unsigned mode, struct file_new **out);
int file_new_fd(const struct file_new *f);
/* fsync then linkat under `name` (ERR_EXISTS when taken); the directory is NOT synced (batch it). */
SW_MUST_USE int file_new_publish(struct file_new *f, const char *name, const char *point);
/* The two steps apart: a file that is linked first is visible before it is durable. */
SW_MUST_USE int file_new_sync(struct file_new *f, const char *point);
SW_MUST_USE int file_new_link(struct file_new *f, const char *name, const char *point);
/* Frees; what was not published vanishes. NULL is a no-op. */
void file_new_free(struct file_new *f);

/* Whole small regular file at once. read: ERR_LIMIT past max, ERR_DENIED for a folder, FIFO or device;
 * content appended. write: atomic replace, fsync of file
 * and directory. */
SW_MUST_USE int file_read(int dirfd, const char *name, size_t max, struct buf *out);
SW_MUST_USE int file_write(
	int dirfd, const char *name, unsigned mode, struct view content, const char *point);
SW_MUST_USE int file_write_all(int fd, const void *p, size_t n); /* loops over short writes and EINTR */
SW_MUST_USE int file_read_full(int fd, void *p, size_t n);       /* ERR_TRUNCATED on early end */
/* The same at a place of its own, the file's position stays: for several threads. */
SW_MUST_USE int file_pwrite_all(int fd, const void *p, size_t n, int64_t at);
SW_MUST_USE int file_pread_full(int fd, void *p, size_t n, int64_t at);
SW_MUST_USE int file_mkdirs(const char *path, unsigned mode);
SW_MUST_USE int file_open_dir(const char *path, int *out); /* O_DIRECTORY|O_CLOEXEC */
/* A secret (key, passphrase): refuses files that others can read (mode & 077) with ERR_DENIED. */
SW_MUST_USE int file_read_secret(const char *path, size_t max, struct buf *out, struct err_note *note);
#endif
