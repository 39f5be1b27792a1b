#include "burner/ledger/ledger.h"

#include "common/audit/audit_prune_log.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define RECORD_MAX (1 << 20)

struct ledger {
	int lock, root, dir[LEDGER_SIDES];
	struct audit_log *log;
	struct sign_key *signer; /* of the log; NULL: it is signed by nobody */
};

static int folders_open(struct ledger *l, const char *store)
{
	static const char *const folders[LEDGER_SIDES] = {"out", "in", "tmp", "blanks", "refused"};
	char path[4096];
	int rc = 0;
	l->lock = l->root = -1;
	for (int i = 0; i < LEDGER_SIDES; i++)
		l->dir[i] = -1;
	for (int i = 0; rc == 0 && i < LEDGER_SIDES; i++) {
		snprintf(path, sizeof path, "%s/%s", store, folders[i]);
		rc = file_mkdirs(path, 0750);
		if (rc == 0)
			rc = file_open_dir(path, &l->dir[i]);
	}
	return rc < 0 ? rc : file_open_dir(store, &l->root);
}

int ledger_look(const char *store, struct ledger **out, struct err_note *note)
{
	struct ledger *l = calloc(1, sizeof *l);
	if (!l)
		return ERR_NOMEM;
	int rc = folders_open(l, store);
	if (rc < 0)
		ledger_close(l);
	else
		*out = l;
	return rc < 0 ? err_set(note, rc, "ledger %.150s: cannot be opened", store) : 0;
}

/* There is no call that waits for a lock and for time: it is tried again, a little later each time. */
static int lock_take(int fd, int wait_ms)
{
	int64_t until = time_mono_ms() + wait_ms;
	for (int step = 5; flock(fd, wait_ms < 0 ? LOCK_EX : LOCK_EX | LOCK_NB) < 0;) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK)
			return err_from_errno(errno);
		if (time_mono_ms() >= until)
			return ERR_BUSY;
		(void)poll(NULL, 0, step);
		step = step < 200 ? 2 * step : 200;
	}
	return 0;
}

/* The store's own key, where it has one: log.sign.key and log.sign.pem beside the folders. A log that was
 * begun without stays so. */
static int signer_load(struct ledger *l, const char *store, struct err_note *note)
{
	char key[4096], cert[4096];
	struct audit_log_form form;
	struct err_note none = {0};
	if (faccessat(l->root, "log.sign.key", F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	(void)snprintf(key, sizeof key, "%s/audit", store);
	/* What else is wrong with it is said when it is opened. */
	if (audit_log_form(key, &form, &none) == 0 && !form.is_signed)
		return 0;
	(void)snprintf(key, sizeof key, "%s/log.sign.key", store);
	(void)snprintf(cert, sizeof cert, "%s/log.sign.pem", store);
	return sign_key_load(key, cert, NULL, &l->signer, note);
}

int ledger_open(const char *store, int wait_ms, struct ledger **out, struct err_note *note)
{
	char path[4096];
	struct ledger *l = NULL;
	int rc = ledger_look(store, &l, note);
	if (rc < 0)
		return rc;
	REQUIRE(l);
	if ((l->lock = openat(l->root, "lock", O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0640)) < 0)
		rc = err_from_errno(errno);
	if (rc == 0)
		rc = lock_take(l->lock, wait_ms);
	if (rc < 0)
		rc = err_set(note, rc, "ledger %.150s: %s", store,
			rc == ERR_BUSY ? "in use, a disc may be burnt just now" : "cannot be locked");
	snprintf(path, sizeof path, "%s/audit", store);
	if (rc == 0)
		rc = signer_load(l, store, note);
	if (rc == 0)
		rc = audit_log_open(path, "burner",
			l->signer ? sign_key_suite(l->signer) : suite_by_name("gm"), l->signer, &l->log,
			note);
	if (rc == 0)
		rc = ledger_commit_resume(l, note);
	if (rc < 0)
		ledger_close(l);
	else
		*out = l;
	return rc;
}

void ledger_close(struct ledger *l)
{
	if (!l)
		return;
	/* What this act wrote is signed; what a kill leaves unsigned the next one signs. */
	if (l->log && l->signer && audit_log_checkpoint(l->log, NULL, NULL) < 0)
		log_warn("ledger", "the newest entries of the log are not signed yet");
	audit_log_close(l->log);
	sign_key_free(l->signer);
	for (int i = 0; i < LEDGER_SIDES; i++)
		if (l->dir[i] >= 0)
			close(l->dir[i]);
	if (l->root >= 0)
		close(l->root);
	if (l->lock >= 0)
		close(l->lock);
	free(l);
}

int ledger_dir(const struct ledger *l, enum ledger_side side)
{
	return l->dir[side];
}

int ledger_root(const struct ledger *l)
{
	return l->root;
}

int ledger_audit(
	struct ledger *l, const char *action, const char *disc, json_t *detail, struct err_note *note)
{
	REQUIRE(l->log);
	int rc = audit_log_append(l->log, action, disc, detail, NULL);
	json_decref(detail);
	return rc < 0 ? err_set(note, ERR_AUDIT, "audit record of %s cannot be written, nothing was done",
				action)
		      : 0;
}

int ledger_prune(struct ledger *l, const char *by, int64_t before_ms, int64_t *through, struct err_note *note)
{
	REQUIRE(l->log);
	return audit_prune_log(l->log, by, before_ms, through, note);
}

static void record_name(enum ledger_side side, const char *disc, char out[static 64])
{
	snprintf(out, 64, side == LEDGER_IN ? "%s.json" : "%s/record.json", disc);
}

int ledger_read(
	const struct ledger *l, enum ledger_side side, const char *disc, json_t **out, struct err_note *note)
{
	char name[64];
	struct buf b;
	if (!disc_id_ok(disc))
		return err_set(note, ERR_SCHEMA, "%.40s: not a disc number (D-YYYYMMDD-NNNN)", disc);
	record_name(side, disc, name);
	buf_init(&b, RECORD_MAX);
	int rc = file_read(l->dir[side], name, RECORD_MAX, &b);
	if (rc == ERR_NOTFOUND)
		rc = err_set(note, rc, "disc %s: not in this ledger", disc);
	else if (rc == 0)
		rc = json_parse(buf_view(&b), RECORD_MAX, out, note);
	else
		rc = err_set(note, rc, "record of disc %s", disc);
	buf_fini(&b);
	return rc;
}

int ledger_write(const struct ledger *l, enum ledger_side side, const char *disc, const json_t *record,
	struct err_note *note)
{
	char name[64];
	struct buf b;
	int dir = l->dir[side], rc = 0;
	buf_init(&b, RECORD_MAX);
	record_name(side, disc, name);
	/* A durable file is replaced inside its own folder. */
	if (side != LEDGER_IN) {
		dir = openat(l->dir[side], disc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		rc = dir < 0 ? err_from_errno(errno) : 0;
		snprintf(name, sizeof name, "record.json");
	}
	if (rc == 0)
		rc = json_canon(record, &b);
	if (rc == 0)
		rc = file_write(dir, name, 0640, buf_view(&b), "ledger.record");
	if (side != LEDGER_IN && dir >= 0)
		close(dir);
	buf_fini(&b);
	return rc < 0 ? err_set(note, rc, "record of disc %s cannot be written", disc) : 0;
}
