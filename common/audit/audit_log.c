#include "common/audit/audit_log.h"

#include "common/audit/audit_log_impl.h"
#include "common/log/log.h"
#include "common/os/file.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOTE_MAX 2048

struct audit_log {
	int dir, lock, tail;
	const struct suite *suite;
	const struct sign_key *signer;
	char origin[64];
	struct audit_leaves leaves;
	size_t tail_size;     /* bytes in the tail file */
	int64_t checkpointed; /* size of the newest checkpoint */
	bool broken;          /* the tail's state on disk is unknown: no more entries */
	pthread_mutex_t mutex;
};

static int checkpoint_check(struct audit_log *l, struct err_note *note)
{
	struct buf text, sig;
	struct view signed_part;
	struct digest root, have;
	int64_t size;
	buf_init(&text, NOTE_MAX);
	buf_init(&sig, NOTE_MAX);
	int rc = file_read(l->dir, "checkpoint", NOTE_MAX, &text);
	if (rc == ERR_NOTFOUND) {
		rc = 0;
		goto out;
	}
	if (rc == 0)
		rc = audit_note_parse(buf_view(&text), &size, &root, &signed_part, &sig, note);
	if (rc == 0 && size > (int64_t)l->leaves.n)
		rc = err_set(note, ERR_TRUNCATED, "checkpoint names %lld entries, the log has %zu",
			(long long)size, l->leaves.n);
	if (rc == 0) {
		merkle_root(l->suite, l->leaves.v, (size_t)size, &have);
		if (!digest_eq(&have, &root))
			rc = err_set(note, ERR_DIGEST, "an entry before %lld was changed", (long long)size);
		l->checkpointed = size;
	}
out:
	buf_fini(&text);
	buf_fini(&sig);
	return rc;
}

static int folders_make(int dir)
{
	static const char *const names[] = {"tile", "tile/entries", "tile/0"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (mkdirat(dir, names[i], 0700) < 0 && errno != EEXIST)
			return log_errno("audit-log", names[i]);
	return 0;
}

/* The tail is opened for appending; an incomplete entry of a crash is cut off. A tail whose entries are in a
 * full tile already is emptied. */
static int tail_open(struct audit_log *l, size_t used, size_t torn)
{
	l->tail = openat(l->dir, "tail", O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (l->tail < 0)
		return log_errno("audit-log", "tail");
	if (torn) {
		log_warn("audit-log", "%zu bytes of an incomplete entry cut off", torn);
		if (ftruncate(l->tail, (off_t)used) < 0)
			return log_errno("audit-log", "tail");
	}
	l->tail_size = used;
	return 0;
}

int audit_log_open(const char *dir, const char *origin, const struct suite *s, const struct sign_key *signer,
	struct audit_log **out, struct err_note *note)
{
	struct audit_log *l = calloc(1, sizeof *l);
	size_t used = 0, torn = 0;
	if (!l)
		return ERR_NOMEM;
	l->dir = l->lock = l->tail = -1;
	l->suite = s;
	l->signer = signer;
	pthread_mutex_init(&l->mutex, NULL);
	snprintf(l->origin, sizeof l->origin, "%s", origin);
	int rc = file_mkdirs(dir, 0700);
	if (rc == 0)
		rc = file_open_dir(dir, &l->dir);
	if (rc == 0)
		rc = folders_make(l->dir);
	if (rc == 0 && (l->lock = openat(l->dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600)) < 0)
		rc = log_errno("audit-log", "lock");
	if (rc == 0 && flock(l->lock, LOCK_EX | LOCK_NB) < 0)
		rc = err_set(note, ERR_BUSY, "%s: another process writes this log", dir);
	if (rc == 0)
		rc = audit_folder_read(l->dir, s, &l->leaves, &used, &torn, note);
	if (rc == 0)
		rc = tail_open(l, used, torn);
	if (rc == 0)
		rc = checkpoint_check(l, note);
	/* Who verifies the folder finds the signer's certificate in it, and checks that against a CA of their
	 * own. */
	if (rc == 0 && signer)
		rc = file_write(l->dir, "signer.pem", 0640, sign_key_cert_pem(signer), "audit.signer");
	if (rc < 0) {
		if (note && !note->err)
			err_set(note, rc, "%s: %s", dir, err_text(rc));
		audit_log_close(l);
		return rc;
	}
	*out = l;
	return 0;
}

/* 256 entries are complete: they become immutable tiles, the tail starts anew. The entries' tile comes last:
 * it is what a reader trusts to exist whole. */
static int tile_close(struct audit_log *l)
{
	struct buf data;
	char path[64], folder[64];
	size_t index = l->leaves.n / AUDIT_TILE - 1;
	const struct digest *hashes = l->leaves.v + index * AUDIT_TILE;
	buf_init(&data, l->tail_size);
	int rc = file_read(l->dir, "tail", l->tail_size, &data);
	if (rc == 0 && index >= 1000 && index % 1000 == 0) {
		static const char *const kinds[] = {"entries", "0"};
		for (int i = 0; i < 2; i++) {
			snprintf(folder, sizeof folder, "tile/%s/x%03zu", kinds[i], index / 1000);
			if (mkdirat(l->dir, folder, 0700) < 0 && errno != EEXIST)
				rc = log_errno("audit-log", folder);
		}
	}
	audit_tile_path("0", index, path);
	if (rc == 0)
		rc = file_write(
			l->dir, path, 0600, view_of(hashes, AUDIT_TILE * sizeof *hashes), "audit.tile");
	audit_tile_path("entries", index, path);
	if (rc == 0)
		rc = file_write(l->dir, path, 0600, buf_view(&data), "audit.entries");
	if (rc == 0)
		rc = file_write(l->dir, "tail", 0600, view_of("", 0), "audit.tail");
	buf_fini(&data);
	if (rc < 0)
		return rc;
	close(l->tail);
	return tail_open(l, 0, 0);
}

/* Appends prepared bytes of n entries with one write and one sync; on failure the tail is cut back. */
static int tail_append(struct audit_log *l, struct view bytes)
{
	int rc = file_write_all(l->tail, bytes.p, bytes.n);
	if (rc == 0)
		rc = file_fsync(l->tail, "audit.append");
	if (rc == 0) {
		l->tail_size += bytes.n;
		return 0;
	}
	if (ftruncate(l->tail, (off_t)l->tail_size) < 0)
		l->broken = true;
	return rc;
}

static int lines_append(struct audit_log *l, const struct view *lines, size_t n)
{
	struct buf bytes;
	int rc = 0;
	buf_init(&bytes, AUDIT_TILE * (AUDIT_ENTRY_MAX + 2));
	for (size_t i = 0; rc == 0 && i < n; i++) {
		const uint8_t len[2] = {(uint8_t)(lines[i].n >> 8), (uint8_t)lines[i].n};
		rc = lines[i].n == 0 || lines[i].n > AUDIT_ENTRY_MAX ? ERR_LIMIT : buf_add(&bytes, len, 2);
		if (rc == 0)
			rc = buf_add_view(&bytes, lines[i]);
	}
	if (rc == 0)
		rc = tail_append(l, buf_view(&bytes));
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = audit_leaves_add(&l->leaves, l->suite, lines[i]);
	buf_fini(&bytes);
	return rc;
}

int audit_log_append_lines(struct audit_log *l, const struct view *lines, size_t n)
{
	int rc = 0;
	pthread_mutex_lock(&l->mutex);
	/* Never over the end of a tile, so that each tail is one tile's beginning. */
	while (rc == 0 && n) {
		size_t room = AUDIT_TILE - l->leaves.n % AUDIT_TILE, take = n < room ? n : room;
		rc = l->broken ? ERR_AUDIT : lines_append(l, lines, take);
		if (rc == 0 && l->leaves.n % AUDIT_TILE == 0)
			rc = tile_close(l);
		lines += take;
		n -= take;
	}
	pthread_mutex_unlock(&l->mutex);
	if (rc < 0)
		log_error("audit-log", "append error=%s", err_name(rc));
	return rc < 0 ? ERR_AUDIT : 0;
}

int audit_log_append(
	struct audit_log *l, const char *action, const char *subject, const json_t *detail, int64_t *index)
{
	struct buf line;
	char at[TIME_TEXT];
	buf_init(&line, AUDIT_ENTRY_MAX);
	time_text(time_now_ms(), at);
	json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:O?,s:I}", "at", at, "by", l->origin, "action", action,
		"subject", subject, "detail", detail, "n", (json_int_t)audit_log_size(l));
	if (o && !detail)
		json_object_set_new(o, "detail", json_null());
	int rc = o ? json_canon(o, &line) : ERR_AUDIT;
	if (rc == 0) {
		struct view v = buf_view(&line);
		rc = audit_log_append_lines(l, &v, 1);
	}
	if (rc == 0 && index)
		*index = audit_log_size(l) - 1;
	json_decref(o);
	buf_fini(&line);
	return rc < 0 ? ERR_AUDIT : 0;
}

int64_t audit_log_size(const struct audit_log *l)
{
	return (int64_t)l->leaves.n;
}

void audit_log_root(const struct audit_log *l, struct digest *out)
{
	merkle_root(l->suite, l->leaves.v, l->leaves.n, out);
}

int audit_log_checkpoint(struct audit_log *l, struct buf *out)
{
	struct buf text;
	struct digest root;
	if (!l->signer)
		return ERR_STATE;
	buf_init(&text, NOTE_MAX);
	pthread_mutex_lock(&l->mutex);
	audit_log_root(l, &root);
	int rc = audit_note_make(l->signer, l->origin, audit_log_size(l), &root, &text);
	if (rc == 0)
		rc = file_write(l->dir, "checkpoint", 0600, buf_view(&text), "audit.checkpoint");
	if (rc == 0)
		l->checkpointed = audit_log_size(l);
	pthread_mutex_unlock(&l->mutex);
	if (rc == 0 && out)
		rc = buf_add_view(out, buf_view(&text));
	buf_fini(&text);
	return rc;
}

int audit_log_consistency(struct audit_log *l, int64_t from_size, struct digest *proof, size_t *n)
{
	int rc = 0;
	pthread_mutex_lock(&l->mutex);
	if (from_size < 0 || from_size > l->checkpointed)
		rc = ERR_RANGE;
	else
		*n = from_size == 0 || from_size == l->checkpointed
			     ? 0
			     : merkle_consistency(l->suite, l->leaves.v, (size_t)from_size,
				       (size_t)l->checkpointed, proof);
	pthread_mutex_unlock(&l->mutex);
	return rc;
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
	audit_leaves_fini(&l->leaves);
	pthread_mutex_destroy(&l->mutex);
	free(l);
}
