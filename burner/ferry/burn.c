#include "burner/disc/image.h"
#include "burner/ferry/drive.h"
#include "burner/ferry/ferry.h"
#include "burner/ferry/staged.h"
#include "burner/ledger/blank.h"
#include "burner/ledger/custody.h"
#include "burner/ledger/policy.h"

#include "common/os/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int answer(const struct staged *s, json_t **out)
{
	*out = json_pack("{s:s,s:s,s:i}", "disc", s->disc.id, "state", staged_state(s), "approvals",
		(int)s->approvals.n);
	return *out ? 0 : ERR_NOMEM;
}

int ferry_approve(
	struct ledger *l, const char *disc, const struct sign_key *k, json_t **out, struct err_note *note)
{
	struct staged s;
	int rc = staged_open(l, disc, &s, note);
	if (rc < 0)
		return rc;
	rc = staged_approve(l, &s, k, note);
	if (rc == 0)
		rc = answer(&s, out);
	staged_close(&s);
	return rc;
}

static bool same(const struct buf *a, const struct buf *b)
{
	return view_eq(buf_view(a), buf_view(b));
}

/* What is read back is what was staged and approved, to the last byte. bundles: the folder whose digests were
 * right a moment ago, or -1: they are computed. */
static int read_back(const struct staged *s, int fd, int bundles, struct err_note *note)
{
	struct image i = {.medium = NULL};
	struct medium *m = NULL;
	int rc = medium_new(fd, -1, NULL, &m, note);
	if (rc == 0)
		rc = image_open(m, &i, note);
	if (rc < 0) {
		medium_free(m);
		return rc;
	}
	bool equal = same(&i.manifest, &s->manifest) && i.approvals.n == s->approvals.n;
	for (size_t k = 0; equal && k < s->approvals.n; k++)
		equal = same(&i.approvals.v[k].sig, &s->approvals.v[k].sig) &&
			same(&i.approvals.v[k].pem, &s->approvals.v[k].pem);
	rc = equal ? image_exact(&i, note)
		   : err_set(note, ERR_DIGEST, "the image read back is not the disc that was approved");
	if (rc == 0)
		rc = bundles >= 0 ? image_compare(&i, bundles, note) : image_bundles(&i, -1, note);
	image_fini(&i);
	medium_free(m);
	return rc;
}

static int folder_of(const char *path, const char **name, int *dir, struct err_note *note)
{
	char folder[4096];
	const char *slash = strrchr(path, '/');
	*name = slash ? slash + 1 : path;
	snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
	int rc = **name ? file_open_dir(folder[0] ? folder : "/", dir) : ERR_USAGE;
	return rc < 0 ? err_set(note, rc, "%.150s: no such place for an image", path) : 0;
}

static int burn_new(const struct staged *s, int dir, const char *name, struct err_note *note)
{
	struct file_new *f = NULL;
	int bundles = openat(s->dir, "bundles", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = bundles < 0 ? err_set(note, err_from_errno(errno), "disc %s: bundles", s->disc.id)
			     : file_new_open(dir, 0640, &f);
	if (rc == 0)
		rc = image_write(
			file_new_fd(f), &s->disc, buf_view(&s->manifest), &s->approvals, bundles, note);
	if (rc == 0)
		rc = file_fsync(file_new_fd(f), "burn.image");
	if (rc == 0)
		rc = read_back(s, file_new_fd(f), bundles, note);
	if (rc == 0)
		rc = file_new_publish(f, name, "burn.publish");
	if (rc == 0)
		rc = file_fsync_dir(dir, "burn.folder");
	file_new_free(f);
	if (bundles >= 0)
		close(bundles);
	return rc;
}

/* The image of an earlier attempt is as good as a new one, when it reads back right. */
static int burn_to(const struct staged *s, int dir, const char *name, struct err_note *note)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? burn_new(s, dir, name, note)
				       : err_set(note, err_from_errno(errno), "%.100s", name);
	int rc = read_back(s, fd, -1, note);
	close(fd);
	return rc < 0 ? err_set(note, ERR_EXISTS, "%.100s is there already and is not this disc", name) : 0;
}

static int burnable(const struct ledger *l, struct staged *s, struct err_note *note)
{
	const char *state = staged_state(s);
	int rc = approvals_enough(&s->approvals, note);
	if (rc == 0)
		rc = staged_persons(l, s, note);
	if (rc == 0 && !custody_may(false, state, "burnt"))
		rc = err_set(note, ERR_STATE, "disc %s is %s already", s->disc.id, state);
	return rc;
}

static int drive_allowed(
	const struct policy *p, const struct ferry_burning *b, struct drive *d, struct err_note *note)
{
	int rc = policy_drive(p, b->drive, true, note);
	if (rc < 0 || !b->drive)
		return rc;
	rc = drive_find(b->drive, d, note);
	if (rc == 0 && d->kind == DRIVE_STICK && !p->sticks)
		rc = err_set(
			note, ERR_REFUSED, "drive %.100s: media other than discs are not allowed", b->drive);
	return rc;
}

/* *record stays NULL where no blank is named and none demanded. */
static int blank_find(const struct ledger *l, const struct policy *p, const struct staged *s,
	const char *blank, json_t **record, struct err_note *note)
{
	int rc = 0;
	if (!blank && p->blank)
		rc = err_set(note, ERR_REFUSED, "disc %s: a registered blank is demanded", s->disc.id);
	const char *had = json_str(s->record, "blank");
	if (rc == 0 && *had && (!blank || strcmp(had, blank) != 0))
		rc = err_set(note, ERR_STATE, "disc %s lies on blank %s already", s->disc.id, had);
	return rc < 0 || !blank ? rc : blank_fits(l, blank, &s->disc, record, note);
}

static int blank_take(
	struct ledger *l, struct staged *s, json_t *record, const char *by, struct err_note *note)
{
	if (!record)
		return 0;
	if (json_object_set(s->record, "blank", json_object_get(record, "serial")) < 0 ||
		json_object_set(s->record, "label", json_object_get(record, "label")) < 0)
		return ERR_NOMEM;
	return blank_use(l, record, s->disc.id, by, note);
}

/* What a drive wrote on and could not finish is no blank any more. */
static int spoiled(struct ledger *l, const struct ferry_burning *b, int why)
{
	struct err_note note = {0};
	json_t *out = NULL;
	if (b->blank && blank_scrap(l, b->blank, err_name(why), b->by, &out, &note) == 0)
		json_decref(out);
	return why;
}

static int burn_by_drive(
	struct ledger *l, const struct ferry_burning *b, const struct drive *d, struct err_note *note)
{
	struct stat st;
	if (!b->drive)
		return 0;
	int rc = stat(b->to, &st) < 0 ? err_set(note, err_from_errno(errno), "%.150s", b->to)
				      : drive_ready(d, st.st_size, note);
	if (rc < 0)
		return rc;
	rc = drive_burn(d, b->to, note);
	return rc < 0 ? spoiled(l, b, rc) : 0;
}

static int burn(struct ledger *l, struct staged *s, const struct ferry_burning *b, const struct drive *d,
	json_t *blank, struct err_note *note)
{
	const char *name = NULL, *disc = s->disc.id;
	int dir = -1, rc = folder_of(b->to, &name, &dir, note);
	if (rc == 0)
		rc = ledger_audit(l, "disc.burn", disc,
			json_pack("{s:s,s:s,s:s}", "blank", b->blank ? b->blank : "", "by", b->by, "drive",
				b->drive ? b->drive : ""),
			note);
	if (rc == 0)
		rc = burn_to(s, dir, name, note);
	if (rc == 0)
		rc = burn_by_drive(l, b, d, note);
	if (rc == 0)
		rc = blank_take(l, s, blank, b->by, note);
	if (rc == 0)
		rc = staged_step(l, s, "burnt", b->by, name, note);
	if (rc == 0)
		rc = ledger_audit(l, "disc.burnt", disc,
			json_pack("{s:s}", "identity", json_str(s->record, "digest")), note);
	if (dir >= 0)
		close(dir);
	return rc;
}

int ferry_burn(struct ledger *l, const char *disc, const struct ferry_burning *b, json_t **out,
	struct err_note *note)
{
	struct staged s;
	struct policy p;
	struct drive d = {.name = NULL};
	json_t *blank = NULL;
	int rc = staged_open(l, disc, &s, note);
	if (rc < 0)
		return rc;
	rc = policy_read(l, &p, note);
	if (rc == 0)
		rc = burnable(l, &s, note);
	if (rc == 0)
		rc = drive_allowed(&p, b, &d, note);
	if (rc == 0)
		rc = blank_find(l, &p, &s, b->blank, &blank, note);
	if (rc == 0)
		rc = burn(l, &s, b, &d, blank, note);
	if (rc == 0)
		rc = answer(&s, out);
	json_decref(blank);
	staged_close(&s);
	return rc;
}
