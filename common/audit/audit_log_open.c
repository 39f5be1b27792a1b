/* A log is opened: compared whole, and mended where a crash cut it off. */
#include "common/audit/audit_log_impl.h"
#include "common/audit/audit_walk.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static int signer_write(struct audit_log *l)
{
	char path[AUDIT_PATH];
	snprintf(path, sizeof path, "signer/%.8s.pem", sign_key_id(l->signer));
	return audit_folder_write(l->dir, path, sign_key_cert_pem(l->signer), "audit.signer");
}

static int folder_open(struct audit_log *l, const char *dir, struct err_note *note)
{
	int rc = file_mkdirs(dir, 0700);
	if (rc == 0)
		rc = file_open_dir(dir, &l->dir);
	if (rc == 0 && (l->lock = openat(l->dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600)) < 0)
		rc = log_errno("audit-log", "lock");
	if (rc == 0 && flock(l->lock, LOCK_EX | LOCK_NB) < 0)
		rc = err_set(note, ERR_BUSY, "%s: another process writes this log", dir);
	return rc;
}

static bool is_absent(struct audit_log *l, const char *name)
{
	return faccessat(l->dir, name, F_OK, AT_SYMLINK_NOFOLLOW) < 0;
}

/* A new log: its description and an empty tail. */
static int folder_make(struct audit_log *l)
{
	int rc = audit_folder_info_write(l->dir, &l->info);
	if (rc == 0)
		rc = audit_tiles_init(&l->tiles, l->dir, l->info.suite);
	return rc == 0 ? audit_log_files_tail_begin(l) : rc;
}

/* What was cut off by a crash goes; a tile that was being closed is closed. */
static int mend(struct audit_log *l, const struct audit_walk *w)
{
	if (w->stale_tail || w->tail_used == 0)
		return audit_log_files_tail_begin(l);
	int rc = audit_log_files_tail_open(l, w->tail_used);
	if (rc == 0 && w->torn) {
		log_warn("audit-log", "%zu bytes of an incomplete entry cut off", w->torn);
		if (ftruncate(l->tail, (off_t)w->tail_used) < 0)
			rc = log_errno("audit-log", "tail");
		if (rc == 0)
			rc = file_fsync(l->tail, "audit.mend");
	}
	return rc == 0 && audit_tiles_full(&l->tiles) ? audit_log_files_tile_close(l) : rc;
}

static int folder_load(struct audit_log *l, struct err_note *note)
{
	struct audit_walk w = {.dir = l->dir};
	struct audit_folder_info want = l->info;
	int rc = audit_walk(&w, note);
	l->tiles = w.tiles;
	l->checkpointed = w.has_checkpoint ? w.checkpoint.size : -1;
	if (rc == 0 && (strcmp(w.info.origin, want.origin) != 0 || w.info.suite != want.suite ||
			       w.info.is_signed != want.is_signed))
		rc = err_set(note, ERR_CONFIG, "log.json: the log of %s (%s, %s)", w.info.origin,
			suite_name(w.info.suite), w.info.is_signed ? "signed" : "unsigned");
	if (rc == 0 && w.has_checkpoint)
		rc = buf_add_view(&l->newest, buf_view(&w.checkpoint_text));
	buf_fini(&w.checkpoint_text);
	if (rc == 0)
		rc = mend(l, &w);
	/* A deletion that was cut off goes on; one that must not be stays in the error log. */
	if (rc == 0 && w.deletable > w.deleted && audit_log_prune_held(l, w.deletable) < 0)
		log_warn("audit-log", "entries that a record says are deleted are kept");
	return rc;
}

int audit_log_form(const char *dir, struct audit_log_form *out, struct err_note *note)
{
	struct audit_folder_info i = {0};
	int fd = -1, rc = file_open_dir(dir, &fd);
	if (rc < 0)
		return rc;
	rc = audit_folder_info_read(fd, &i, note);
	close(fd);
	if (rc == 0)
		*out = (struct audit_log_form){i.is_signed, i.suite};
	return rc;
}

int audit_log_open(const char *dir, const char *origin, const struct suite *s, const struct sign_key *signer,
	struct audit_log **out, struct err_note *note)
{
	struct audit_log *l = calloc(1, sizeof *l);
	if (!l)
		return ERR_NOMEM;
	l->dir = l->lock = l->tail = -1;
	l->checkpointed = -1;
	l->signer = signer;
	l->info = (struct audit_folder_info){.is_signed = signer != NULL, .suite = s};
	snprintf(l->info.origin, sizeof l->info.origin, "%s", origin);
	buf_init(&l->newest, AUDIT_NOTE_MAX);
	pthread_mutex_init(&l->mutex, NULL);
	int rc = folder_open(l, dir, note);
	if (rc == 0)
		rc = is_absent(l, "log.json") && is_absent(l, "tail") && is_absent(l, "checkpoint")
			     ? folder_make(l)
			     : folder_load(l, note);
	/* Who verifies finds the signer's certificate here, and checks that against a CA of their own. */
	if (rc == 0 && signer)
		rc = signer_write(l);
	if (rc == 0 && signer)
		rc = audit_log_checkpoint(l, NULL, NULL);
	if (rc < 0) {
		if (note && !note->err)
			err_set(note, rc, "%s: %s", dir, err_text(rc));
		audit_log_close(l);
		return rc;
	}
	*out = l;
	return 0;
}

void audit_log_close(struct audit_log *l)
{
	if (!l)
		return;
	if (l->tail >= 0)
		close(l->tail);
	if (l->lock >= 0)
		close(l->lock);
	if (l->dir >= 0)
		close(l->dir);
	audit_tiles_fini(&l->tiles);
	buf_fini(&l->newest);
	pthread_mutex_destroy(&l->mutex);
	free(l);
}
