#include "common/bundle/bundle_tmp.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int bundle_tmp_open(const char *dir, int *fd)
{
	int f = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (f < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
		char path[4096];
		int n = snprintf(path, sizeof path, "%s/payload.XXXXXX", dir);
		if (n < 0 || n >= (int)sizeof path)
			return ERR_LIMIT;
		f = mkostemp(path, O_CLOEXEC);
		if (f >= 0 && unlink(path) != 0) {
			int eno = errno;
			(void)close(f);
			return err_from_errno(eno);
		}
	}
	if (f < 0)
		return err_from_errno(errno);
	*fd = f;
	return 0;
}

int bundle_tmp_write(int fd, int64_t offset, const void *p, size_t n)
{
	const uint8_t *at = p;
	while (n > 0) {
		ssize_t k = pwrite(fd, at, n, offset);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return err_from_errno(errno);
		at += k;
		n -= (size_t)k;
		offset += k;
	}
	return 0;
}
