#include "burner/disc/image.h"
#include "burner/disc/iso_layout.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK (1 << 20)

static int file_read_block(int fd, uint8_t *p, size_t n)
{
	while (n) {
		ssize_t got = read(fd, p, n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return ERR_TRUNCATED;
		p += got;
		n -= (size_t)got;
	}
	return 0;
}

static int medium_read_block(struct medium *m, uint8_t *p, size_t n, int64_t at)
{
	while (n) {
		ssize_t got = medium_read(m, p, n, at);
		if (got <= 0)
			return ERR_TRUNCATED;
		p += got;
		at += got;
		n -= (size_t)got;
	}
	return 0;
}

static int bundle_compare(
	struct medium *m, int bundles, const struct iso_file *f, uint8_t *blocks, struct err_note *note)
{
	int fd = openat(bundles, f->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), rc = fd < 0 ? ERR_NOTFOUND : 0;
	for (int64_t at = 0, n; rc == 0 && at < f->size; at += n) {
		n = f->size - at < BLOCK ? f->size - at : BLOCK;
		rc = file_read_block(fd, blocks, (size_t)n);
		if (rc == 0)
			rc = medium_read_block(
				m, blocks + BLOCK, (size_t)n, (int64_t)f->at * ISO_SECTOR + at);
		if (rc == 0 && memcmp(blocks, blocks + BLOCK, (size_t)n) != 0)
			rc = ERR_DIGEST;
	}
	if (fd >= 0)
		close(fd);
	return rc < 0 ? err_set(note, rc, "bundles/%s: other bytes are read back", f->name) : 0;
}

int image_compare(const struct image *i, int bundles, struct err_note *note)
{
	struct iso_layout l;
	uint8_t *blocks = malloc((size_t)2 * BLOCK);
	int rc = blocks ? iso_layout_make(
				  &l, &i->disc, image_readme(), buf_view(&i->manifest), &i->approvals, note)
			: ERR_NOMEM;
	if (rc < 0) {
		free(blocks);
		return rc;
	}
	for (size_t k = 0; rc == 0 && k + 1 < l.n; k++)
		if (!l.files[k].content.p)
			rc = bundle_compare(i->medium, bundles, &l.files[k], blocks, note);
	iso_layout_fini(&l);
	free(blocks);
	return rc;
}
