#include "common/audit/audit_log.h"

#include "common/audit/audit_walk.h"
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

struct audit_log {
	int dir, lock, tail;
	struct audit_folder_info info;
	const struct sign_key *signer;
	struct audit_tiles tiles;
	size_t tail_size;     /* bytes in the tail file */
	int64_t checkpointed; /* size of the newest checkpoint; -1 none */
	struct buf newest;    /* its text */
	bool ragged;          /* bytes of a failed write may stand behind tail_size */
	bool stale;           /* the tail's entries are a tile already */
	pthread_mutex_t mutex;
};

/* ---- files */

static int tail_open(struct audit_log *l, size_t size)
{
	int fd = openat(l->dir, "tail", O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return log_errno("audit-log", "tail");
	if (l->tail >= 0)
		close(l->tail);
	l->tail = fd;
	l->tail_size = size;
	return 0;
}

/* An empty tail that begins behind the last whole tile. */
static int tail_begin(struct audit_log *l)
{
	struct buf b;
	buf_init(&b, AUDIT_TAIL_HEAD);
	int rc = audit_folder_tail_begin(l->info.suite, l->tiles.n, &b);
	if (rc == 0)
		rc = file_write(l->dir, "tail", 0600, buf_view(&b), "audit.tail");
	if (rc == 0)
		rc = tail_open(l, AUDIT_TAIL_HEAD);
	if (rc == 0)
		l->stale = l->ragged = false;
	buf_fini(&b);
	return rc;
}

static int tile_write(void *arg, int level, int64_t index, const struct digest *hashes)
{
	struct audit_log *l = arg;
	char path[AUDIT_PATH];
	audit_folder_level(level, index, path);
	return audit_folder_write(l->dir, path, view_of(hashes, AUDIT_TILE * sizeof *hashes), "audit.tile");
}

static int note_make(struct audit_log *l, struct buf *out)
{
	struct merkle_nodes nodes = audit_tiles_nodes(&l->tiles);
	struct digest root;
	int rc = merkle_nodes_root(l->info.suite, &nodes, l->tiles.n, &root);
	return rc == 0 ? audit_note_make(l->signer, l->info.origin, l->tiles.n, &root, out) : rc;
}

/* The tail's entries as they stand in a tile. */
static int entries_of_tail(struct audit_log *l, struct buf *out)
{
	struct buf tail;
	struct view entry;
	struct digest leaf;
	size_t at = AUDIT_TAIL_HEAD;
	buf_init(&tail, AUDIT_TAIL_MAX);
	int rc = file_read(l->dir, "tail", l->tail_size, &tail), more = 0;
	while (rc == 0 &&
		(more = audit_folder_tail_next(l->info.suite, buf_view(&tail), &at, &entry, &leaf)) == 1) {
		const uint8_t len[2] = {(uint8_t)(entry.n >> 8), (uint8_t)entry.n};
		rc = buf_add(out, len, sizeof len);
		if (rc == 0)
			rc = buf_add_view(out, entry);
	}
	buf_fini(&tail);
	return rc < 0 ? rc : more;
}

/* 256 entries are complete: they become immutable tiles, with a checkpoint over all entries up to here; the
 * tail begins anew. The entries' tile comes last: it is what a reader takes for whole. */
static int tile_close(struct audit_log *l)
{
	struct buf data, note;
	char path[AUDIT_PATH];
	int64_t index = l->tiles.n / AUDIT_TILE - 1;
	buf_init(&data, AUDIT_ENTRIES_MAX);
	buf_init(&note, AUDIT_NOTE_MAX);
	int rc = entries_of_tail(l, &data);
	if (rc == 0 && l->signer) {
		rc = note_make(l, &note);
		audit_folder_path("notes", index, path);
		if (rc == 0)
			rc = audit_folder_write(l->dir, path, buf_view(&note), "audit.note");
	}
	if (rc == 0)
		rc = audit_tiles_complete(&l->tiles, tile_write, l);
	audit_folder_path("entries", index, path);
	if (rc == 0)
		rc = audit_folder_write(l->dir, path, buf_view(&data), "audit.entries");
	if (rc == 0) {
		audit_tiles_fold(&l->tiles);
		l->stale = true;
		rc = tail_begin(l);
	}
	buf_fini(&data);
	buf_fini(&note);
	return rc;
}

/* ---- deleting after a year */

static int newest_see(void *arg, struct view entry)
{
	int64_t *newest = arg, at = 0;
	json_t *o = NULL;
	int rc = json_parse(entry, AUDIT_ENTRY_MAX, &o, NULL);
	if (rc == 0)
		rc = time_parse(json_str(o, "at"), &at);
	json_decref(o);
	*newest = at > *newest ? at : *newest;
	return rc;
}

/* What the record of the deletion says of their age is not believed: the entries themselves are asked. */
static int tile_prune(struct audit_log *l, int64_t tile)
{
	struct buf data;
	char path[AUDIT_PATH];
	size_t used = 0;
	int64_t newest = 0;
	audit_folder_path("entries", tile, path);
	buf_init(&data, AUDIT_ENTRIES_MAX);
	int rc = file_read(l->dir, path, AUDIT_ENTRIES_MAX, &data);
	bool gone = rc == ERR_NOTFOUND;
	if (rc == 0)
		rc = audit_folder_entries(buf_view(&data), newest_see, &newest, &used);
	if (rc == 0 && newest > time_now_ms() - AUDIT_KEEP_MS)
		rc = ERR_REFUSED;
	if (rc == 0)
		rc = file_unlink(l->dir, path, "audit.prune");
	buf_fini(&data);
	return gone ? 0 : rc;
}

static int prune(struct audit_log *l, int64_t through)
{
	int64_t whole = (l->tiles.n - (int64_t)l->tiles.nedge[0]) / AUDIT_TILE, end = through / AUDIT_TILE;
	int rc = 0;
	for (int64_t i = 0; rc == 0 && i < end && i < whole; i++)
		rc = tile_prune(l, i);
	if (rc < 0)
		log_error("audit-prune", "through=%lld error=%s", (long long)through, err_name(rc));
	return rc;
}

int audit_log_prune(struct audit_log *l, int64_t through)
{
	pthread_mutex_lock(&l->mutex);
	int rc = prune(l, through);
	pthread_mutex_unlock(&l->mutex);
	return rc;
}

/* ---- opening */

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
	return rc == 0 ? tail_begin(l) : rc;
}

/* What was cut off by a crash goes; a tile that was being closed is closed. */
static int mend(struct audit_log *l, const struct audit_walk *w)
{
	if (w->stale_tail || w->tail_used == 0)
		return tail_begin(l);
	int rc = tail_open(l, w->tail_used);
	if (rc == 0 && w->torn) {
		log_warn("audit-log", "%zu bytes of an incomplete entry cut off", w->torn);
		if (ftruncate(l->tail, (off_t)w->tail_used) < 0)
			rc = log_errno("audit-log", "tail");
		if (rc == 0)
			rc = file_fsync(l->tail, "audit.mend");
	}
	return rc == 0 && audit_tiles_full(&l->tiles) ? tile_close(l) : rc;
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
	if (rc == 0 && w.deletable > w.deleted && prune(l, w.deletable) < 0)
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

/* ---- appending */

/* What a failed write left goes before anything else is written. */
static int smooth(struct audit_log *l)
{
	if (l->stale)
		return tail_begin(l);
	if (l->ragged && ftruncate(l->tail, (off_t)l->tail_size) < 0)
		return err_from_errno(errno);
	l->ragged = false;
	return 0;
}

/* Prepared bytes of entries with one write and one sync. */
static int tail_append(struct audit_log *l, struct view bytes)
{
	l->ragged = true;
	int rc = file_write_all(l->tail, bytes.p, bytes.n);
	if (rc == 0)
		rc = file_fsync(l->tail, "audit.append");
	if (rc < 0) {
		if (smooth(l) < 0)
			log_error("audit-log", "a failed write could not be taken back yet");
		return rc;
	}
	l->ragged = false;
	l->tail_size += bytes.n;
	return 0;
}

/* At most as many as the tile takes. */
static int lines_append(struct audit_log *l, const struct view *lines, size_t n)
{
	struct digest *leaves = calloc(n, sizeof *leaves);
	struct buf bytes;
	buf_init(&bytes, AUDIT_TAIL_MAX);
	int rc = leaves ? smooth(l) : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		merkle_leaf(l->info.suite, lines[i], &leaves[i]);
		rc = audit_folder_tail_add(lines[i], &leaves[i], &bytes);
	}
	if (rc == 0)
		rc = tail_append(l, buf_view(&bytes));
	for (size_t i = 0; rc == 0 && i < n; i++)
		audit_tiles_add(&l->tiles, &leaves[i]);
	buf_fini(&bytes);
	free(leaves);
	return rc;
}

int audit_log_append_lines(struct audit_log *l, const struct view *lines, size_t n)
{
	int rc = 0;
	pthread_mutex_lock(&l->mutex);
	/* Never over the end of a tile, so that each tail is one tile's beginning. */
	while (rc == 0 && n) {
		if (audit_tiles_full(&l->tiles) && (rc = tile_close(l)) < 0)
			break;
		size_t room = AUDIT_TILE - l->tiles.nedge[0], take = n < room ? n : room;
		rc = lines_append(l, lines, take);
		lines += take;
		n -= take;
	}
	/* The entries stand; a tile that cannot be closed now is closed before the next one. */
	int closed = rc == 0 && audit_tiles_full(&l->tiles) ? tile_close(l) : 0;
	pthread_mutex_unlock(&l->mutex);
	if (rc < 0 || closed < 0)
		log_error("audit-log", "append error=%s", err_name(rc < 0 ? rc : closed));
	return rc < 0 ? ERR_AUDIT : 0;
}

int audit_log_append(
	struct audit_log *l, const char *action, const char *subject, const json_t *detail, int64_t *index)
{
	struct buf line;
	char at[TIME_TEXT];
	int64_t n = audit_log_size(l);
	buf_init(&line, AUDIT_ENTRY_MAX);
	time_text(time_now_ms(), at);
	json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:O?,s:I}", "at", at, "by", l->info.origin, "action", action,
		"subject", subject, "detail", detail, "n", (json_int_t)n);
	if (o && !detail)
		json_object_set_new(o, "detail", json_null());
	int rc = o ? json_canon(o, &line) : ERR_AUDIT;
	if (rc == 0) {
		struct view v = buf_view(&line);
		rc = audit_log_append_lines(l, &v, 1);
	}
	if (rc == 0 && index)
		*index = n;
	json_decref(o);
	buf_fini(&line);
	return rc < 0 ? ERR_AUDIT : 0;
}

/* ---- heads and proofs */

int64_t audit_log_size(struct audit_log *l)
{
	pthread_mutex_lock(&l->mutex);
	int64_t n = l->tiles.n;
	pthread_mutex_unlock(&l->mutex);
	return n;
}

int audit_log_root(struct audit_log *l, int64_t n, struct digest *out)
{
	pthread_mutex_lock(&l->mutex);
	struct merkle_nodes nodes = audit_tiles_nodes(&l->tiles);
	int rc = n < 0 || n > l->tiles.n ? ERR_RANGE : merkle_nodes_root(l->info.suite, &nodes, n, out);
	pthread_mutex_unlock(&l->mutex);
	return rc;
}

static int checkpoint_write(struct audit_log *l)
{
	struct buf text;
	buf_init(&text, AUDIT_NOTE_MAX);
	int rc = note_make(l, &text);
	if (rc == 0)
		rc = file_write(l->dir, "checkpoint", 0600, buf_view(&text), "audit.checkpoint");
	if (rc == 0) {
		buf_fini(&l->newest);
		l->newest = text;
		l->checkpointed = l->tiles.n;
	} else {
		buf_fini(&text);
	}
	return rc;
}

/* Made by the key in use now: who receives it has this key's certificate. */
static bool checkpoint_mine(const struct audit_log *l)
{
	struct audit_note n;
	return audit_note_parse(buf_view(&l->newest), &n, NULL) == 0 &&
	       strncmp(n.key, sign_key_id(l->signer), 8) == 0;
}

int audit_log_checkpoint(struct audit_log *l, struct buf *out, struct audit_note *note)
{
	if (!l->signer)
		return ERR_STATE;
	pthread_mutex_lock(&l->mutex);
	int rc = l->checkpointed == l->tiles.n && checkpoint_mine(l) ? 0 : checkpoint_write(l);
	if (rc == 0 && out)
		rc = buf_add_view(out, buf_view(&l->newest));
	if (rc == 0 && note)
		rc = audit_note_parse(buf_view(&l->newest), note, NULL);
	pthread_mutex_unlock(&l->mutex);
	return rc;
}

int audit_log_consistency(struct audit_log *l, int64_t from, int64_t to, struct digest *proof, size_t *n)
{
	pthread_mutex_lock(&l->mutex);
	struct merkle_nodes nodes = audit_tiles_nodes(&l->tiles);
	int rc = from < 0 || from > to || to > l->tiles.n
			 ? ERR_RANGE
			 : merkle_nodes_consistency(l->info.suite, &nodes, from, to, proof, n);
	pthread_mutex_unlock(&l->mutex);
	return rc;
}

/* ---- reading */

struct reading {
	int64_t from, index;
	int (*each)(void *arg, int64_t index, struct view entry);
	void *arg;
};

static int reading_entry(void *arg, struct view entry)
{
	struct reading *r = arg;
	int64_t i = r->index++;
	return i < r->from ? 0 : r->each(r->arg, i, entry);
}

static int tail_read(struct audit_log *l, struct reading *r)
{
	struct buf tail;
	struct view entry;
	struct digest leaf;
	size_t at = AUDIT_TAIL_HEAD;
	buf_init(&tail, AUDIT_TAIL_MAX);
	int rc = file_read(l->dir, "tail", AUDIT_TAIL_MAX, &tail), more = 0;
	while (rc == 0 && r->index < l->tiles.n &&
		(more = audit_folder_tail_next(l->info.suite, buf_view(&tail), &at, &entry, &leaf)) == 1)
		rc = reading_entry(r, entry);
	buf_fini(&tail);
	return rc != 0 ? rc : more < 0 ? more : 0;
}

int audit_log_read(struct audit_log *l, int64_t from,
	int (*each)(void *arg, int64_t index, struct view entry), void *arg)
{
	struct reading r = {from, from / AUDIT_TILE * AUDIT_TILE, each, arg};
	char path[AUDIT_PATH];
	size_t used = 0;
	int rc = 0;
	pthread_mutex_lock(&l->mutex);
	int64_t whole = l->tiles.n - (int64_t)l->tiles.nedge[0];
	while (rc == 0 && r.index < whole) {
		int64_t tile = r.index / AUDIT_TILE;
		struct buf b;
		buf_init(&b, AUDIT_ENTRIES_MAX);
		audit_folder_path("entries", tile, path);
		rc = file_read(l->dir, path, AUDIT_ENTRIES_MAX, &b);
		if (rc == 0)
			rc = audit_folder_entries(buf_view(&b), reading_entry, &r, &used);
		else if (rc == ERR_NOTFOUND)
			rc = 0;
		r.index = (tile + 1) * AUDIT_TILE;
		buf_fini(&b);
	}
	if (rc == 0 && !l->stale)
		rc = tail_read(l, &r);
	pthread_mutex_unlock(&l->mutex);
	return rc;
}
