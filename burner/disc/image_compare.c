#include "burner/disc/image.h"
#include "burner/disc/iso_layout.h"
#include "burner/disc/workers.h"

#include "common/os/file.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK (1 << 20)

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

struct comparing {
	struct medium *medium;
	int bundles;
	const struct iso_file *files; /* of the bundles */
	uint8_t *blocks;              /* two for each thread */
};

static int bundle_compare(void *arg, int worker, size_t i, struct err_note *note)
{
	const struct comparing *c = arg;
	const struct iso_file *f = &c->files[i];
	uint8_t *a = c->blocks + (size_t)worker * 2 * BLOCK, *b = a + BLOCK;
	int fd = openat(c->bundles, f->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW),
	    rc = fd < 0 ? ERR_NOTFOUND : 0;
	for (int64_t at = 0, n; rc == 0 && at < f->size; at += n) {
		n = f->size - at < BLOCK ? f->size - at : BLOCK;
		rc = file_read_full(fd, a, (size_t)n);
		if (rc == 0)
			rc = medium_read_block(c->medium, b, (size_t)n, (int64_t)f->at * ISO_SECTOR + at);
		if (rc == 0 && memcmp(a, b, (size_t)n) != 0)
			rc = ERR_DIGEST;
	}
	if (fd >= 0)
		close(fd);
	return rc < 0 ? err_set(note, rc, "bundles/%s: other bytes are read back", f->name) : 0;
}

int image_compare(const struct image *i, int bundles, struct err_note *note)
{
	struct iso_layout l;
	struct comparing c = {
		.medium = i->medium, .bundles = bundles, .blocks = malloc((size_t)2 * WORKERS * BLOCK)};
	int rc = c.blocks ? iso_layout_make(
				    &l, &i->disc, image_readme(), buf_view(&i->manifest), &i->approvals, note)
			  : ERR_NOMEM;
	if (rc == 0) {
		c.files = l.files + l.n - 1 - i->disc.n;
		rc = workers_run(bundle_compare, &c, i->disc.n, note);
		iso_layout_fini(&l);
	}
	free(c.blocks);
	return rc;
}
