#include "diode/recv/seal.h"
#include "diode/frame/frame_meta.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STEP (1 << 18)

static int read_at(int fd, uint8_t *p, size_t n, off_t at)
{
	while (n > 0) {
		ssize_t got = pread(fd, p, n, at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? err_from_errno(errno) : ERR_IO;
		p += got;
		at += got;
		n -= (size_t)got;
	}
	return 0;
}

int seal_check(int fd, const struct suite *s)
{
	struct stat st;
	struct hasher *h = NULL;
	struct digest got;
	uint8_t want[FRAME_META_DIGEST], *step = malloc(STEP);
	int err = step == NULL ? ERR_NOMEM : fstat(fd, &st) != 0 ? err_from_errno(errno) : hasher_new(s, &h);
	off_t end = err == 0 ? st.st_size - FRAME_META_DIGEST : 0;
	if (err == 0 && end < 0)
		err = ERR_DIGEST;
	for (off_t at = 0; err == 0 && at < end;) {
		size_t n = end - at < STEP ? (size_t)(end - at) : STEP;
		err = read_at(fd, step, n, at);
		if (err == 0)
			hasher_add(h, view_of(step, n));
		at += (off_t)n;
	}
	if (err == 0)
		err = read_at(fd, want, sizeof want, end);
	if (err == 0) {
		hasher_get(h, &got);
		err = memcmp(got.b, want, sizeof want) == 0 ? 0 : ERR_DIGEST;
	}
	if (err == 0 && ftruncate(fd, end) != 0)
		err = err_from_errno(errno);
	hasher_free(h);
	free(step);
	return err;
}
