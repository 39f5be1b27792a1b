#include "common/crypto/key_file.h"
#include "common/os/file.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int exists(const char *path, struct err_note *note)
{
	return err_set(note, ERR_EXISTS, "%s: is there already and is not overwritten", path);
}

int key_file_absent(const char *path, struct err_note *note)
{
	struct stat st;
	if (lstat(path, &st) == 0)
		return exists(path, note);
	int eno = errno;
	return eno == ENOENT ? 0 : err_set(note, err_from_errno(eno), "%s: %s", path, strerror(eno));
}

static int open_folder(const char *path, int *fd, const char **name)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;
	*name = slash ? slash + 1 : path;
	if (n >= sizeof dir || !**name)
		return ERR_RANGE;
	memcpy(dir, path, n);
	dir[n] = '\0';
	return file_open_dir(n ? dir : slash ? "/" : ".", fd);
}

int key_file_publish(const char *path, unsigned mode, struct view v, struct err_note *note)
{
	int fd = -1;
	const char *name = NULL;
	struct file_new *f = NULL;
	int err = open_folder(path, &fd, &name);
	if (!err)
		err = file_new_open(fd, mode, &f);
	if (!err)
		err = file_write_all(file_new_fd(f), v.p, v.n);
	if (!err)
		err = file_new_publish(f, name, "key.publish");
	if (!err)
		err = file_fsync_dir(fd, "key.dir");
	file_new_free(f);
	if (fd >= 0)
		(void)close(fd);
	if (err == ERR_EXISTS)
		return exists(path, note);
	return err ? err_set(note, err, "%s: %s", path, err_text(err)) : 0;
}
