#include "common/exchange/kept.h"

#include "common/crypto/suite.h"
#include <stdlib.h>
#include <unistd.h>

#define PIECE 262144

int kept_digest(int fd, struct digest *out)
{
	struct hasher *h = NULL;
	uint8_t *piece = malloc(PIECE);
	ssize_t n = 1;
	int rc = piece ? hasher_new(suite_by_name("intl"), &h) : ERR_NOMEM;
	for (int64_t at = 0; rc == 0 && n > 0; at += n) {
		n = pread(fd, piece, PIECE, at);
		if (n < 0)
			rc = ERR_IO;
		else
			hasher_add(h, view_of(piece, (size_t)n));
	}
	if (rc == 0)
		hasher_get(h, out);
	hasher_free(h);
	free(piece);
	return rc;
}

int kept_whole(struct spool *s, enum spool_dir d, const char *name, const struct digest *want)
{
	struct digest have;
	struct taken_file is;
	int fd = -1;
	int rc = spool_read(s, d, name, &fd, &is);
	if (rc < 0)
		return rc == ERR_NOTFOUND || rc == ERR_MEMBER ? 0 : rc;
	rc = kept_digest(fd, &have);
	close(fd);
	return rc < 0 ? rc : digest_eq(&have, want);
}
