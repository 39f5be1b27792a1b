#include "burner/disc/iso_layout.h"

#include "burner/disc/iso_record.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_MAX (32 << 20)
#define FILE_MAX INT64_C(0xfffff800) /* one extent */
enum { PVD = 16, SVD, END, PATHS, FOLDERS = PATHS + 4 };

static uint32_t sectors_of(int64_t bytes)
{
	return (uint32_t)((bytes + ISO_SECTOR - 1) / ISO_SECTOR);
}

/* ---- records of folders */
static const char *const FOLDER[2][ISO_FOLDERS] = {
	{NULL, "APPROVALS", "BUNDLES"}, {NULL, "approvals", "bundles"}};

static int put(struct buf *out, const struct iso_record *r)
{
	uint8_t b[ISO_RECORD_MAX + 1];
	static const uint8_t zeros[ISO_SECTOR];
	size_t n = iso_record_make(r, b), left = ISO_SECTOR - out->n % ISO_SECTOR;
	/* A record lies in one sector. */
	int rc = n > left ? buf_add(out, zeros, left) : 0;
	return rc < 0 ? rc : buf_add(out, b, n);
}

static struct iso_record folder_record(const struct iso_layout *l, int part, enum iso_folder f)
{
	return (struct iso_record){.folder = true,
		.joliet = part == 1,
		.rock = part == 0,
		.at = l->folder_at[part][f],
		.size = l->folder_sectors[part][f] * ISO_SECTOR,
		.links = f == ISO_ROOT ? 4 : 2,
		.time_ms = l->time_ms};
}

static int put_folder(const struct iso_layout *l, int part, enum iso_folder f, struct buf *out)
{
	struct iso_record r = folder_record(l, part, f);
	r.name = FOLDER[part][f];
	r.posix = part == 0 ? FOLDER[1][f] : NULL;
	return put(out, &r);
}

static int put_file(const struct iso_layout *l, int part, const struct iso_file *f, struct buf *out)
{
	const struct iso_record r = {.name = part ? f->name : f->plain,
		.posix = part ? NULL : f->name,
		.joliet = part == 1,
		.rock = part == 0,
		.at = f->at,
		.size = (uint32_t)f->size,
		.links = 1,
		.time_ms = l->time_ms};
	return put(out, &r);
}

/* In the order of each tree's own names. */
static int put_root(const struct iso_layout *l, int part, struct buf *out)
{
	const struct iso_file *readme = &l->files[0], *manifest = &l->files[1], *repair = &l->files[l->n - 1];
	int rc = part ? put_file(l, part, readme, out) : 0;
	if (rc == 0)
		rc = put_folder(l, part, ISO_APPROVALS, out);
	if (rc == 0)
		rc = put_folder(l, part, ISO_BUNDLES, out);
	if (rc == 0)
		rc = put_file(l, part, manifest, out);
	if (rc == 0 && part == 0)
		rc = put_file(l, part, readme, out);
	return rc < 0 ? rc : put_file(l, part, repair, out);
}

int iso_folder_records(const struct iso_layout *l, int part, enum iso_folder f, struct buf *out)
{
	static const uint8_t zeros[ISO_SECTOR];
	struct iso_record self = folder_record(l, part, f), up = folder_record(l, part, ISO_ROOT);
	REQUIRE(out->n % ISO_SECTOR == 0);
	self.root = f == ISO_ROOT;
	self.er_at = l->er_at;
	up.self = 1;
	int rc = put(out, &self);
	if (rc == 0)
		rc = put(out, &up);
	if (rc == 0 && f == ISO_ROOT)
		rc = put_root(l, part, out);
	for (size_t i = 2; rc == 0 && f != ISO_ROOT && i + 1 < l->n; i++)
		if (l->files[i].folder == f)
			rc = put_file(l, part, &l->files[i], out);
	if (rc == 0 && out->n % ISO_SECTOR)
		rc = buf_add(out, zeros, ISO_SECTOR - out->n % ISO_SECTOR);
	return rc;
}

/* ---- layout */
static struct iso_file *file(struct iso_layout *l, const char *name, const char *plain, enum iso_folder f,
	int64_t size, struct view content)
{
	struct iso_file *v = &l->files[l->n++];
	*v = (struct iso_file){.folder = f, .size = size, .content = content};
	(void)snprintf(v->name, sizeof v->name, "%s", name);
	(void)snprintf(v->plain, sizeof v->plain, "%s", plain);
	return v;
}

static void small_files(
	struct iso_layout *l, struct view readme, struct view manifest, const struct approvals *a)
{
	char name[16], plain[16];
	file(l, "README.txt", "README.TXT", ISO_ROOT, (int64_t)readme.n, readme);
	file(l, "disc.json", "DISC.JSON", ISO_ROOT, (int64_t)manifest.n, manifest);
	for (size_t i = 0; i < a->n; i++)
		for (int sig = 0; sig < 2; sig++) {
			struct view v = buf_view(sig ? &a->v[i].sig : &a->v[i].pem);
			(void)snprintf(name, sizeof name, "%zu.%s", i + 1, sig ? "sig" : "pem");
			(void)snprintf(plain, sizeof plain, "%zu.%s", i + 1, sig ? "SIG" : "PEM");
			file(l, name, plain, ISO_APPROVALS, (int64_t)v.n, v);
		}
}

static int bundle_files(struct iso_layout *l, struct err_note *note)
{
	char plain[16];
	for (size_t i = 0; i < l->disc->n; i++) {
		const struct disc_file *f = &l->disc->files[i];
		if (f->size > FILE_MAX)
			return err_set(note, ERR_LIMIT, "%s: too large for a disc", f->name);
		(void)snprintf(plain, sizeof plain, "B%07zu.SWB", i + 1);
		file(l, f->name, plain, ISO_BUNDLES, f->size, view_of(NULL, 0));
	}
	return 0;
}

/* Folders' sizes do not depend on where anything lies. */
static int place(struct iso_layout *l, struct err_note *note)
{
	struct buf b;
	int64_t at = FOLDERS;
	int rc = 0;
	for (int part = 0; rc == 0 && part < 2; part++)
		for (enum iso_folder f = 0; rc == 0 && f < ISO_FOLDERS; f++) {
			buf_init(&b, HEAD_MAX);
			rc = iso_folder_records(l, part, f, &b);
			l->folder_at[part][f] = (uint32_t)at;
			l->folder_sectors[part][f] = (uint32_t)(b.n / ISO_SECTOR);
			at += l->folder_sectors[part][f];
			buf_fini(&b);
		}
	/* Readers go forward only: it lies behind the records that point to it. */
	l->er_at = (uint32_t)at++;
	for (size_t i = 0; i < l->n && at <= REPAIR_SECTORS_MAX; i++) {
		l->files[i].at = (uint32_t)at;
		if (i + 1 < l->n)
			at += sectors_of(l->files[i].size);
	}
	if (rc == 0 && (at > REPAIR_SECTORS_MAX || repair_plan_make((uint32_t)at, &l->repair) < 0))
		rc = err_set(note, ERR_LIMIT, "disc %s: too large for any disc", l->disc->id);
	if (rc < 0)
		return rc;
	l->files[l->n - 1].size = (int64_t)l->repair.sectors * ISO_SECTOR;
	if (l->files[l->n - 1].size > FILE_MAX)
		return err_set(note, ERR_LIMIT, "disc %s: too large for its repair data", l->disc->id);
	l->sectors = (uint32_t)at + l->repair.sectors;
	return 0;
}

int iso_layout_make(struct iso_layout *out, const struct disc *d, struct view readme, struct view manifest,
	const struct approvals *a, struct err_note *note)
{
	struct iso_layout l = {.disc = d};
	int rc = time_parse(d->created, &l.time_ms);
	l.files = calloc(d->n + 2 * a->n + 3, sizeof *l.files);
	if (!l.files)
		return ERR_NOMEM;
	small_files(&l, readme, manifest, a);
	if (rc == 0)
		rc = bundle_files(&l, note);
	file(&l, "repair.dat", "REPAIR.DAT", ISO_ROOT, 0, view_of(NULL, 0));
	if (rc == 0)
		rc = place(&l, note);
	if (rc < 0)
		iso_layout_fini(&l);
	else
		*out = l;
	return rc;
}

void iso_layout_fini(struct iso_layout *l)
{
	free(l->files);
	l->files = NULL;
}

/* ---- descriptors */
static void text(uint8_t *p, size_t n, const char *s, bool joliet)
{
	size_t step = joliet ? 2 : 1;
	for (size_t i = 0; i + step <= n; i += step) {
		if (joliet)
			p[i] = 0;
		p[i + step - 1] = (uint8_t)(*s ? *s++ : ' ');
	}
}

static size_t path_table(const struct iso_layout *l, int part, bool big, uint8_t *p)
{
	size_t at = 0;
	for (enum iso_folder f = 0; f < ISO_FOLDERS; f++) {
		const char *name = f == ISO_ROOT ? "" : FOLDER[part][f];
		size_t n = f == ISO_ROOT ? 1 : strlen(name) * (part ? 2 : 1);
		p[at] = (uint8_t)n;
		(big ? iso_be32 : iso_le32)(p + at + 2, l->folder_at[part][f]);
		p[at + (big ? 7 : 6)] = 1;
		if (f != ISO_ROOT)
			text(p + at + 8, n, name, part == 1);
		at += 8 + n + n % 2;
	}
	return at;
}

static void descriptor(const struct iso_layout *l, int part, size_t paths, uint8_t *p)
{
	char volume[DISC_ID], when[32];
	bool joliet = part == 1;
	struct iso_record root = folder_record(l, part, ISO_ROOT);
	uint8_t record[ISO_RECORD_MAX + 1];
	(void)snprintf(volume, sizeof volume, "%s", l->disc->id);
	for (char *c = volume; *c; c++)
		if (*c == '-' && !joliet)
			*c = '_';
	p[0] = joliet ? 2 : 1;
	memcpy(p + 1, "CD001\1", 6);
	text(p + 8, 32, "", joliet);
	text(p + 40, 32, volume, joliet);
	iso_both32(p + 80, l->sectors);
	if (joliet)
		memcpy(p + 88, "%/E", 3);
	iso_both16(p + 120, 1);
	iso_both16(p + 124, 1);
	iso_both16(p + 128, ISO_SECTOR);
	iso_both32(p + 132, (uint32_t)paths);
	iso_le32(p + 140, PATHS + 2 * (uint32_t)part);
	iso_be32(p + 148, PATHS + 2 * (uint32_t)part + 1);
	root.rock = false;
	iso_record_make(&root, record);
	memcpy(p + 156, record, 34);
	for (size_t at = 190, n = 128; at < 702; at += n)
		text(p + at, n, "", joliet);
	for (size_t at = 702, n = 37; at < 813; at += n)
		text(p + at, n, "", joliet);
	/* 2026-11-24T03:42:00.123Z -> 2026112403420012 */
	const char *c = l->disc->created;
	(void)snprintf(when, sizeof when, "%.4s%.2s%.2s%.2s%.2s%.2s%.2s", c, c + 5, c + 8, c + 11, c + 14,
		c + 17, c + 20);
	for (size_t at = 813; at < 881; at += 17)
		memcpy(p + at, at < 847 ? when : "0000000000000000", 16);
	p[881] = 1;
}

int iso_head(const struct iso_layout *l, struct buf *out)
{
	uint8_t *fixed = calloc(FOLDERS, ISO_SECTOR);
	if (!fixed)
		return ERR_NOMEM;
	for (uint32_t at = REPAIR_FRONT; at < REPAIR_FRONT + REPAIR_COPIES; at++)
		repair_plan_superblock(&l->repair, l->disc->id, at, fixed + (size_t)at * ISO_SECTOR);
	for (int part = 0; part < 2; part++) {
		size_t paths = path_table(l, part, false, fixed + (size_t)(PATHS + 2 * part) * ISO_SECTOR);
		path_table(l, part, true, fixed + (size_t)(PATHS + 2 * part + 1) * ISO_SECTOR);
		descriptor(l, part, paths, fixed + (size_t)(PVD + part) * ISO_SECTOR);
	}
	memcpy(fixed + (size_t)END * ISO_SECTOR, "\377CD001\1", 7);
	int rc = buf_add(out, fixed, (size_t)FOLDERS * ISO_SECTOR);
	for (int part = 0; rc == 0 && part < 2; part++)
		for (enum iso_folder f = 0; rc == 0 && f < ISO_FOLDERS; f++)
			rc = iso_folder_records(l, part, f, out);
	memset(fixed, 0, ISO_SECTOR);
	iso_record_er(fixed);
	if (rc == 0)
		rc = buf_add(out, fixed, ISO_SECTOR);
	free(fixed);
	return rc;
}
