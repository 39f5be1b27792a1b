#include "burner/disc/image.h"
#include "burner/disc/image_source.h"

#include "common/base/room.h"
#include "common/os/file.h"
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define README_MAX 65536
#define NAME_PREFIX "bundles/"

/* What the first reading finds. */
struct found {
	char name[DISC_NAME_MAX + 1];
	int64_t size;
};
struct names {
	struct found *v;
	size_t n, cap;
};
struct reading {
	struct names bundles;
	struct buf sig[APPROVALS_MAX], pem[APPROVALS_MAX];
	struct image *image;
	struct buf readme;
	bool manifest;
	int repair;
};

/* Only plain files and folders, each once under its own name. */
static int member_path(struct archive_entry *e, const char **out, struct err_note *note)
{
	const char *path = archive_entry_pathname(e);
	if (!path)
		return err_set(note, ERR_MEMBER, "a name on the disc cannot be read");
	if (archive_entry_hardlink(e) || archive_entry_symlink(e) ||
		(archive_entry_filetype(e) != AE_IFREG && archive_entry_filetype(e) != AE_IFDIR))
		return err_set(note, ERR_MEMBER, "%.100s: neither file nor folder", path);
	*out = path;
	return 0;
}

static int small_read(struct archive *a, struct archive_entry *e, const char *path, size_t max,
	struct buf *out, struct err_note *note)
{
	char block[8192];
	la_ssize_t n;
	if (out->max || archive_entry_size(e) > (int64_t)max)
		return err_set(note, out->max ? ERR_MEMBER : ERR_LIMIT, "%.100s: %s", path,
			out->max ? "there twice" : "too large");
	buf_init(out, max);
	while ((n = archive_read_data(a, block, sizeof block)) > 0)
		if (buf_add(out, block, (size_t)n) < 0)
			return err_set(note, ERR_LIMIT, "%.100s: too large", path);
	if (n < 0 || (int64_t)out->n != archive_entry_size(e))
		return err_set(note, ERR_TRUNCATED, "%.100s: cannot be read to its end", path);
	return 0;
}

static int bundle_found(struct names *l, const char *name, int64_t size, struct err_note *note)
{
	if (l->n == DISC_FILES_MAX)
		return err_set(note, ERR_LIMIT, "more than %d bundles", DISC_FILES_MAX);
	if (ROOM(l->v, l->n, l->cap) < 0)
		return ERR_NOMEM;
	if (strlen(name) >= sizeof l->v->name)
		return err_set(note, ERR_MEMBER, "bundles/%.60s…: name too long", name);
	snprintf(l->v[l->n].name, sizeof l->v->name, "%s", name);
	l->v[l->n++].size = size;
	return 0;
}

/* "approvals/N.sig" or ".pem" -> its buffer. */
static struct buf *approval_buf(struct reading *r, const char *path, size_t *max)
{
	if (strncmp(path, "approvals/", 10) != 0 || path[10] < '1' || path[10] > '0' + APPROVALS_MAX)
		return NULL;
	bool sig = strcmp(path + 11, ".sig") == 0;
	if (!sig && strcmp(path + 11, ".pem") != 0)
		return NULL;
	*max = sig ? APPROVAL_SIG_MAX : APPROVAL_PEM_MAX;
	return sig ? &r->sig[path[10] - '1'] : &r->pem[path[10] - '1'];
}

static int member(struct reading *r, struct archive *a, struct archive_entry *e, struct err_note *note)
{
	const char *path = "";
	size_t max = 0;
	int rc = member_path(e, &path, note);
	if (rc < 0)
		return rc;
	if (archive_entry_filetype(e) == AE_IFDIR) {
		bool ours = strcmp(path, ".") == 0 || strcmp(path, "approvals") == 0 ||
			    strcmp(path, "bundles") == 0;
		return ours ? 0 : err_set(note, ERR_MEMBER, "folder %.100s does not belong on a disc", path);
	}
	if (strcmp(path, "README.txt") == 0)
		return small_read(a, e, path, README_MAX, &r->readme, note);
	if (strcmp(path, "repair.dat") == 0)
		return r->repair++ ? err_set(note, ERR_MEMBER, "repair.dat: there twice") : 0;
	if (strcmp(path, "disc.json") == 0) {
		r->manifest = true;
		return small_read(a, e, path, DISC_MANIFEST_MAX, &r->image->manifest, note);
	}
	struct buf *b = approval_buf(r, path, &max);
	if (b)
		return small_read(a, e, path, max, b, note);
	if (strncmp(path, NAME_PREFIX, sizeof NAME_PREFIX - 1) == 0)
		return bundle_found(&r->bundles, path + sizeof NAME_PREFIX - 1, archive_entry_size(e), note);
	return err_set(note, ERR_MEMBER, "%.100s does not belong on a disc", path);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct found *)a)->name, ((const struct found *)b)->name);
}

/* The bundles are those of disc.json, neither more nor less. */
static int compare(const struct disc *d, struct names *l, struct err_note *note)
{
	if (l->n)
		qsort(l->v, l->n, sizeof *l->v, by_name);
	for (size_t i = 0; i < d->n || i < l->n; i++) {
		int order = i == d->n ? 1 : i == l->n ? -1 : strcmp(d->files[i].name, l->v[i].name);
		if (order > 0)
			return err_set(note, ERR_MEMBER, "bundles/%s: not named in disc.json", l->v[i].name);
		if (order < 0)
			return err_set(note, ERR_MEMBER, "bundles/%s: named in disc.json, not on the disc",
				d->files[i].name);
		if (d->files[i].size != l->v[i].size)
			return err_set(note, ERR_DIGEST, "bundles/%s: %lld bytes, disc.json says %lld",
				l->v[i].name, (long long)l->v[i].size, (long long)d->files[i].size);
	}
	return 0;
}

static int approvals_take(struct reading *r, struct err_note *note)
{
	bool ended = false;
	for (size_t i = 0; i < APPROVALS_MAX; i++) {
		bool sig = r->sig[i].max != 0, pem = r->pem[i].max != 0;
		if (sig != pem || (sig && ended))
			return err_set(note, ERR_MEMBER,
				"approvals/%zu: signature and certificate go together, in order", i + 1);
		ended = !sig;
		int rc = sig ? approvals_put(
				       &r->image->approvals, buf_view(&r->sig[i]), buf_view(&r->pem[i]), note)
			     : 0;
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int read_all(struct reading *r, struct medium *m, struct err_note *note)
{
	struct archive *a = NULL;
	struct archive_entry *e = NULL;
	int rc = image_source_open(m, &a, note);
	while (rc == 0 && (rc = image_source_next(a, &e, note)) > 0)
		rc = member(r, a, e, note);
	archive_read_free(a);
	if (rc == 0 && !r->manifest)
		rc = err_set(note, ERR_FOREIGN, "no disc.json: not a disc of this system");
	if (rc == 0 && !view_eq(buf_view(&r->readme), image_readme()))
		rc = err_set(note, ERR_MEMBER, "README.txt: not what this system writes");
	return rc;
}

int image_open(struct medium *m, struct image *out, struct err_note *note)
{
	struct image i = {.medium = m};
	struct reading r = {.image = &i};
	int rc = read_all(&r, m, note);
	if (rc == 0)
		rc = disc_decode(buf_view(&i.manifest), &i.disc, note);
	if (rc == 0)
		rc = compare(&i.disc, &r.bundles, note);
	if (rc == 0)
		rc = approvals_take(&r, note);
	if (rc == 0)
		disc_identity(&i.disc, buf_view(&i.manifest), &i.identity);
	buf_fini(&r.readme);
	free(r.bundles.v);
	for (size_t k = 0; k < APPROVALS_MAX; k++) {
		buf_fini(&r.sig[k]);
		buf_fini(&r.pem[k]);
	}
	if (rc < 0)
		image_fini(&i);
	else
		*out = i;
	return rc;
}

void image_fini(struct image *i)
{
	disc_fini(&i->disc);
	buf_fini(&i->manifest);
	approvals_fini(&i->approvals);
}

int image_approved(struct image *i, const struct trust *t, struct err_note *note)
{
	int64_t at_ms = 0;
	int rc = time_parse(i->disc.created, &at_ms);
	if (rc == 0 && trust_suite(t) != i->disc.suite)
		rc = err_set(note, ERR_SUITE, "disc.json: another cipher suite than the trusted CA's");
	if (rc == 0)
		rc = approvals_verify(&i->approvals, buf_view(&i->manifest), t, at_ms, note);
	if (rc == 0)
		rc = approvals_revoked(&i->approvals, i->disc.id, i->disc.revoked, i->disc.nrevoked, note);
	return rc < 0 ? rc : approvals_enough(&i->approvals, note);
}
