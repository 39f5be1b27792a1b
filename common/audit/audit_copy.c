#include "common/audit/audit_copy.h"

#include "common/audit/audit_folder.h"
#include "common/audit/audit_view.h"
#include "common/audit/merkle.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include "common/os/listing.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (AUDIT_ENTRIES_MAX + 65536)

struct copy {
	int from, to;
	const struct suite *suite;
	int64_t tail_first;
	struct buf tail;
	struct err_note *note;
};

static int file_copy(struct copy *c, const char *path)
{
	struct buf b;
	buf_init(&b, FILE_MAX);
	int rc = file_read(c->from, path, FILE_MAX, &b);
	if (rc == 0)
		rc = audit_folder_write(c->to, path, buf_view(&b), "audit.copy");
	buf_fini(&b);
	return rc;
}

static int signer_copy(struct copy *c, const char *name)
{
	char path[AUDIT_PATH];
	struct buf pem;
	buf_init(&pem, FILE_MAX);
	snprintf(path, sizeof path, "signer/%s", name);
	int rc = audit_folder_signer(c->from, name, &pem, c->note);
	if (rc == 0)
		rc = audit_folder_write(c->to, path, buf_view(&pem), "audit.copy");
	buf_fini(&pem);
	return rc;
}

static int signers_copy(struct copy *c)
{
	struct listing l;
	int rc = listing_open(c->from, "signer", &l);
	for (const struct dirent *e; rc == 0 && (e = listing_next(&l));) {
		size_t n = strlen(e->d_name);
		if (n != 12 || strcmp(e->d_name + n - 4, ".pem") != 0)
			continue;
		rc = signer_copy(c, e->d_name);
	}
	return listing_close(&l, rc);
}

/* tiles: whole tiles of entries. What was deleted after its time stays away. */
static int tiles_copy(struct copy *c, int64_t tiles, int64_t deleted, bool is_signed)
{
	char path[AUDIT_PATH];
	int rc = 0;
	for (int64_t i = 0; rc == 0 && i < tiles; i++) {
		audit_folder_path("entries", i, path);
		if (i * AUDIT_TILE >= deleted)
			rc = file_copy(c, path);
		audit_folder_path("notes", i, path);
		if (rc == 0 && is_signed)
			rc = file_copy(c, path);
	}
	int64_t n = tiles;
	for (int level = 0; rc == 0 && n > 0; level++, n /= AUDIT_TILE)
		for (int64_t i = 0; rc == 0 && i < n; i++) {
			audit_folder_level(level, i, path);
			rc = file_copy(c, path);
		}
	return rc;
}

/* The entries behind the last whole tile become the copy's tail. */
struct tail {
	struct buf *out;
	const struct suite *suite;
	int64_t first, end;
};
static int tail_entry(void *arg, int64_t index, struct view entry)
{
	struct tail *t = arg;
	struct digest leaf;
	if (index < t->first || index >= t->end)
		return 0;
	merkle_leaf(t->suite, entry, &leaf);
	return audit_folder_tail_add(entry, &leaf, t->out);
}

static int tail_copy(struct copy *c, const char *from, const struct trust *trust, int64_t size)
{
	struct audit_view *v = NULL;
	struct tail t = {&c->tail, c->suite, size / AUDIT_TILE * AUDIT_TILE, size};
	const struct audit_view_options o = {.trust = trust, .live = true, .each = tail_entry, .arg = &t};
	int rc = audit_folder_tail_begin(c->suite, t.first, &c->tail);
	if (rc == 0)
		rc = audit_view_open(from, &o, &v, c->note);
	audit_view_close(v);
	return rc == 0 ? audit_folder_write(c->to, "tail", buf_view(&c->tail), "audit.copy") : rc;
}

static int all_copy(struct copy *c, const char *from, const struct trust *trust, struct audit_view *v)
{
	const struct view note = audit_view_checkpoint(v);
	int64_t size = audit_view_size(v);
	c->suite = audit_view_suite(v);
	int rc = file_copy(c, "log.json");
	if (rc == 0 && audit_view_signed(v))
		rc = signers_copy(c);
	if (rc == 0)
		rc = tiles_copy(c, size / AUDIT_TILE, audit_view_deleted(v), audit_view_signed(v));
	if (rc == 0)
		rc = tail_copy(c, from, trust, size);
	return rc == 0 && note.n ? audit_folder_write(c->to, "checkpoint", note, "audit.copy") : rc;
}

int audit_copy(
	const char *from, const char *to, const struct trust *trust, int64_t *size, struct err_note *note)
{
	struct audit_view *v = NULL, *again = NULL;
	struct audit_view_options o = {.trust = trust, .live = true};
	struct copy c = {.from = -1, .to = -1, .note = note};
	buf_init(&c.tail, AUDIT_TAIL_MAX);
	int rc = audit_view_open(from, &o, &v, note);
	bool made = rc == 0 && mkdir(to, 0700) == 0;
	if (rc == 0 && !made)
		rc = err_set(note, err_from_errno(errno), "%.200s: %s", to, strerror(errno));
	if (rc == 0)
		rc = file_open_dir(from, &c.from);
	if (rc == 0)
		rc = file_open_dir(to, &c.to);
	if (rc == 0)
		rc = all_copy(&c, from, trust, v);
	o.live = false;
	if (rc == 0)
		rc = audit_view_open(to, &o, &again, note);
	if (rc == 0 && size)
		*size = audit_view_size(again);
	if (rc < 0 && note && !note->err)
		err_set(note, rc, "%.200s: %s", to, err_text(rc));
	audit_view_close(v);
	audit_view_close(again);
	buf_fini(&c.tail);
	if (c.from >= 0)
		close(c.from);
	if (c.to >= 0)
		close(c.to);
	/* Something changed below the copying, a tile into a link: what came from there is given to nobody.
	 */
	if (rc < 0 && made && listing_remove(AT_FDCWD, to) < 0)
		log_error("audit-copy", "what=\"%.200s: an unfinished copy stays there\"", to);
	return rc;
}
