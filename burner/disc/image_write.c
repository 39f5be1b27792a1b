#include "burner/disc/digester.h"
#include "burner/disc/image.h"
#include "burner/disc/iso_layout.h"
#include "burner/disc/repair.h"

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

static int pad(int fd, int64_t size)
{
	static const uint8_t zeros[ISO_SECTOR];
	return size % ISO_SECTOR ? file_write_all(fd, zeros, (size_t)(ISO_SECTOR - size % ISO_SECTOR)) : 0;
}

static int failed(const struct iso_file *f, int rc, struct err_note *note)
{
	return err_set(note, rc, "%s: %s", f->name,
		rc == ERR_NOSPACE ? "no room for it in the image" : err_text(rc));
}

static int small_write(int fd, const struct iso_file *f, struct err_note *note)
{
	int rc = file_write_all(fd, f->content.p, f->content.n);
	if (rc == 0)
		rc = pad(fd, f->size);
	return rc < 0 ? failed(f, rc, note) : 0;
}

static int bundle_copy(int fd, int in, const struct iso_file *f, struct digester *d, struct digest *got,
	struct err_note *note)
{
	int64_t sum = 0;
	int rc = 0;
	for (;;) {
		uint8_t *block = digester_block(d);
		ssize_t n = read(in, block, DIGESTER_BLOCK);
		if (n < 0 && errno == EINTR)
			continue;
		sum += n;
		if (n < 0 || sum > f->size)
			rc = err_set(note, n < 0 ? ERR_IO : ERR_DIGEST, "staged bundle %s: %s", f->name,
				n < 0 ? "cannot be read" : "has grown");
		if (n <= 0 || rc < 0)
			break;
		digester_add(d, (size_t)n);
		rc = file_write_all(fd, block, (size_t)n);
		if (rc < 0)
			break;
	}
	digester_end(d, got);
	if (rc < 0 && note && note->err == rc)
		return rc;
	if (rc == 0 && sum != f->size)
		return err_set(note, ERR_TRUNCATED, "staged bundle %s: has shrunk", f->name);
	if (rc == 0)
		rc = pad(fd, f->size);
	return rc < 0 ? failed(f, rc, note) : 0;
}

static int bundle_write(int fd, int bundles, const struct iso_file *f, const struct digest *want,
	struct digester *d, struct err_note *note)
{
	struct stat st;
	struct digest got = {{0}};
	int in = openat(bundles, f->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK), rc = 0;
	if (in < 0)
		return err_set(note, err_from_errno(errno), "staged bundle %s", f->name);
	if (fstat(in, &st) < 0 || !S_ISREG(st.st_mode))
		rc = err_set(note, ERR_MEMBER, "staged bundle %s: not a plain file", f->name);
	if (rc == 0)
		rc = bundle_copy(fd, in, f, d, &got, note);
	if (rc == 0 && !digest_eq(&got, want))
		rc = err_set(note, ERR_DIGEST, "staged bundle %s: not the bytes that were staged", f->name);
	close(in);
	return rc;
}

static int head_write(int fd, const struct iso_layout *l, struct err_note *note)
{
	struct buf head;
	buf_init(&head, 64 << 20);
	int rc = iso_head(l, &head);
	if (rc == 0)
		rc = file_write_all(fd, head.p, head.n);
	buf_fini(&head);
	return rc < 0 ? err_set(note, rc, "disc %s: its folders cannot be written", l->disc->id) : 0;
}

int image_write(int fd, const struct disc *d, struct view manifest, const struct approvals *a, int bundles,
	struct err_note *note)
{
	struct iso_layout l;
	struct digester *digester = NULL;
	size_t bundle = 0;
	int rc = iso_layout_make(&l, d, image_readme(), manifest, a, note);
	if (rc < 0)
		return rc;
	rc = digester_new(d->suite, &digester);
	if (rc == 0)
		rc = head_write(fd, &l, note);
	for (size_t i = 0; rc == 0 && i + 1 < l.n; i++) {
		const struct iso_file *f = &l.files[i];
		rc = f->content.p ? small_write(fd, f, note)
				  : bundle_write(fd, bundles, f, &d->files[bundle++].digest, digester, note);
	}
	digester_free(digester);
	if (rc == 0)
		rc = repair_write(fd, &l.repair, d->id, note);
	iso_layout_fini(&l);
	return rc;
}
