#include "burner/disc/image.h"
#include "burner/disc/iso_layout.h"
#include "burner/disc/repair.h"
#include "burner/disc/workers.h"

#include "common/base/embed.h"
#include "common/os/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* For whoever finds it, and for who must check it without this program. */
EMBED(readme_text, "burner/disc/README.disc.txt");

struct view image_readme(void)
{
	return view_of(readme_text, (size_t)(readme_text_end - readme_text) - 1);
}

static int failed(const struct iso_file *f, int rc, struct err_note *note)
{
	return err_set(note, rc, "%s: %s", f->name,
		rc == ERR_NOSPACE ? "no room for it in the image" : err_text(rc));
}

struct writing {
	int fd, bundles;
	const struct disc *disc;
	const struct iso_file *files; /* of the bundles */
	struct worker_space space[WORKERS];
};

static int64_t place(const struct iso_file *f)
{
	return (int64_t)f->at * ISO_SECTOR;
}

static int bundle_copy(const struct writing *w, const struct worker_space *h, int in,
	const struct iso_file *f, struct err_note *note)
{
	int64_t sum = 0;
	int rc = 0;
	ssize_t n = 0;
	hasher_reset(h->hasher);
	while (rc == 0 && (n = read(in, h->block, WORKER_BLOCK)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(note, ERR_IO, "staged bundle %s: cannot be read", f->name);
		if (sum + n > f->size)
			return err_set(note, ERR_DIGEST, "staged bundle %s: has grown", f->name);
		hasher_add(h->hasher, view_of(h->block, (size_t)n));
		rc = file_pwrite_all(w->fd, h->block, (size_t)n, place(f) + sum);
		sum += n;
	}
	if (rc == 0 && sum != f->size)
		return err_set(note, ERR_TRUNCATED, "staged bundle %s: has shrunk", f->name);
	return rc < 0 ? failed(f, rc, note) : 0;
}

static int bundle_write(void *arg, int worker, size_t i, struct err_note *note)
{
	const struct writing *w = arg;
	const struct iso_file *f = &w->files[i];
	const struct worker_space *h = &w->space[worker];
	struct stat st;
	struct digest got = {{0}};
	int in = openat(w->bundles, f->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK), rc = 0;
	if (in < 0)
		return err_set(note, err_from_errno(errno), "staged bundle %s", f->name);
	if (fstat(in, &st) < 0 || !S_ISREG(st.st_mode))
		rc = err_set(note, ERR_MEMBER, "staged bundle %s: not a plain file", f->name);
	if (rc == 0)
		rc = bundle_copy(w, h, in, f, note);
	if (rc == 0)
		hasher_get(h->hasher, &got);
	if (rc == 0 && !digest_eq(&got, &w->disc->files[i].digest))
		rc = err_set(note, ERR_DIGEST, "staged bundle %s: not the bytes that were staged", f->name);
	close(in);
	/* The disk begins while the next one is read; whether it is there is asked once, by fsync. */
	(void)sync_file_range(w->fd, place(f), f->size, SYNC_FILE_RANGE_WRITE);
	return rc;
}

static int bundles_write(struct writing *w, struct err_note *note)
{
	int rc = worker_spaces_init(w->space, w->disc->suite);
	if (rc == 0)
		rc = workers_run(bundle_write, w, w->disc->n, note);
	worker_spaces_fini(w->space);
	return rc;
}

static int head_write(int fd, const struct iso_layout *l, struct err_note *note)
{
	struct buf head;
	buf_init(&head, 64 << 20);
	int rc = iso_head(l, &head);
	if (rc == 0)
		rc = file_pwrite_all(fd, head.p, head.n, 0);
	buf_fini(&head);
	return rc < 0 ? err_set(note, rc, "disc %s: its folders cannot be written", l->disc->id) : 0;
}

int image_write(int fd, const struct disc *d, struct view manifest, const struct approvals *a, int bundles,
	struct err_note *note)
{
	struct iso_layout l;
	int rc = iso_layout_make(&l, d, image_readme(), manifest, a, note);
	if (rc < 0)
		return rc;
	/* README.txt, disc.json, approvals; then the bundles; then repair.dat. */
	size_t small = l.n - d->n - 1;
	/* The rest of a file's last sector is a hole: zeros. */
	if (ftruncate(fd, (int64_t)l.sectors * ISO_SECTOR) < 0)
		rc = err_set(note, err_from_errno(errno), "disc %s: no room for its image", d->id);
	if (rc == 0)
		rc = head_write(fd, &l, note);
	for (size_t i = 0; rc == 0 && i < small; i++) {
		const struct iso_file *f = &l.files[i];
		if ((rc = file_pwrite_all(fd, f->content.p, f->content.n, place(f))) < 0)
			rc = failed(f, rc, note);
	}
	struct writing w = {.fd = fd, .bundles = bundles, .disc = d, .files = l.files + small};
	if (rc == 0)
		rc = bundles_write(&w, note);
	if (rc == 0)
		rc = repair_write(fd, &l.repair, d->id, note);
	iso_layout_fini(&l);
	return rc;
}
