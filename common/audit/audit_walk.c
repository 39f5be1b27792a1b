#include "common/audit/audit_walk_impl.h"

#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PEM_MAX 65536

/* ---- checkpoints */

static int signer_read(struct audit_walk *w, const char *key, struct cert **out, struct err_note *note)
{
	struct buf pem;
	char path[AUDIT_PATH];
	int rc = 0;
	snprintf(path, sizeof path, "signer/%s.pem", key);
	buf_init(&pem, PEM_MAX);
	if (file_read(w->dir, path, PEM_MAX, &pem) < 0)
		rc = err_set(note, ERR_TRUNCATED, "%s: missing", path);
	if (rc == 0)
		rc = cert_check(w->trust, buf_view(&pem), CERT_SIGN, 0, out, note);
	buf_fini(&pem);
	return rc;
}

static int signature_check(struct audit_walk *w, struct view text, struct err_note *note)
{
	struct audit_note n;
	struct cert *c = NULL;
	int rc = audit_note_parse(text, &n, note);
	if (rc == 0)
		rc = signer_read(w, n.key, &c, note);
	if (rc == 0)
		rc = audit_note_check(text, c, &n, note);
	cert_free(c);
	return rc;
}

/* The newest checkpoint vouches for all that is before it: its key must have been good when the newest entry
 * under it was made. Those of closed tiles may be of keys that were retired later. */
static int signer_judge(struct audit_walk *w, struct err_note *note)
{
	struct cert *c = NULL;
	struct err_note why = {0};
	if (!w->trust || !w->has_checkpoint || !trust_revocations(w->trust))
		return 0;
	int rc = signer_read(w, w->checkpoint.key, &c, &why);
	if (rc == 0)
		rc = trust_judge_at(w->trust, c, w->checkpoint_at, &why);
	cert_free(c);
	return rc < 0 ? err_set(note, rc, "checkpoint: %.180s", why.text) : 0;
}

int audit_walk_note(struct audit_walk *w, const char *path, struct audit_note *out, struct buf *text,
	struct err_note *note)
{
	struct err_note why = {0};
	int rc = file_read(w->dir, path, AUDIT_NOTE_MAX, text);
	if (rc < 0)
		return err_set(note, rc == ERR_NOTFOUND ? ERR_TRUNCATED : rc, "%s: %s", path,
			rc == ERR_NOTFOUND ? "missing" : err_text(rc));
	rc = audit_note_parse(buf_view(text), out, &why);
	if (rc == 0 && strcmp(out->origin, w->info.origin) != 0)
		rc = err_set(&why, ERR_DIGEST, "of another log: %s", out->origin);
	if (rc == 0 && w->trust)
		rc = signature_check(w, buf_view(text), &why);
	return rc < 0 ? err_set(note, rc, "%s: %.180s", path, why.text) : 0;
}

static int checkpoint_read(struct audit_walk *w, struct err_note *note)
{
	if (!w->info.is_signed)
		return w->trust ? err_set(note, ERR_SIGNATURE, "checkpoint: this log has none") : 0;
	int rc = audit_walk_note(w, "checkpoint", &w->checkpoint, &w->checkpoint_text, note);
	w->has_checkpoint = rc == 0;
	return rc;
}

/* ---- entries */

/* What a deletion that was recorded allows: {"action":"log.prune","detail":{"through":N}}. */
static void deletion_see(struct audit_walk *w, struct view entry)
{
	static const char action[] = "\"action\":\"log.prune\"";
	json_t *o = NULL;
	if (!memmem(entry.p, entry.n, action, sizeof action - 1) ||
		json_parse(entry, AUDIT_ENTRY_MAX, &o, NULL) < 0)
		return;
	const json_t *d = json_object_get(o, "detail");
	int64_t through = json_int(d, "through"), newest, at;
	/* Only of what was older than a year then. */
	if (through > w->deletable && time_parse(json_str(d, "newest"), &newest) == 0 &&
		time_parse(json_str(o, "at"), &at) == 0 && at - newest >= AUDIT_KEEP_MS)
		w->deletable = through;
	json_decref(o);
}

static int content_check(struct audit_walk *w, int64_t index, struct view entry, struct err_note *note)
{
	json_t *o = NULL;
	int64_t n = -1;
	if (json_parse(entry, AUDIT_ENTRY_MAX, &o, NULL) < 0)
		return err_set(note, ERR_SYNTAX, "entry %lld: not JSON", (long long)index);
	int rc = json_get_int(o, "n", 0, INT64_MAX, &n, NULL);
	/* Rows of a database begin with 1, what a program writes by itself with 0. */
	if (rc == 0 && w->offset < 0 && (n == index || n == index + 1))
		w->offset = n - index;
	if (rc < 0 || w->offset < 0 || n != index + w->offset)
		rc = err_set(note, ERR_DIGEST,
			"entry %lld: numbered %lld, an entry before it was removed or moved",
			(long long)index, (long long)n);
	json_decref(o);
	return rc;
}

int audit_walk_entry(struct audit_walk *w, int64_t index, struct view entry, struct err_note *note)
{
	int rc = w->content ? content_check(w, index, entry, note) : 0;
	if (rc == 0)
		deletion_see(w, entry);
	if (rc == 0 && w->trust && index + 1 == w->checkpoint.size &&
		audit_folder_entry_at(entry, &w->checkpoint_at) < 0)
		w->checkpoint_at = 0;
	return rc == 0 && w->each ? w->each(w->arg, index, entry) : rc;
}

/* ---- the tail */

static bool exists(struct audit_walk *w, const char *kind, int64_t index)
{
	char path[AUDIT_PATH];
	audit_folder_path(kind, index, path);
	return faccessat(w->dir, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* How many whole tiles there must be. A tail whose 256 entries were made a tile just before the end is stale.
 */
static int tail_place(struct audit_walk *w, struct view tail, int64_t *tiles, struct err_note *note)
{
	int64_t first = 0;
	if (tail.n == 0) {
		/* Without a tail the tiles that are there are all there is to look at. */
		while (exists(w, "entries", first) || exists(w, "0", first))
			first++;
		*tiles = first;
		return first || w->checkpoint.size ? err_set(note, ERR_TRUNCATED, "tail: missing") : 0;
	}
	if (audit_folder_tail_head(w->info.suite, tail, &first) < 0)
		return err_set(note, ERR_FORMAT, "tail: its header was changed");
	*tiles = first / AUDIT_TILE;
	w->stale_tail = exists(w, "entries", *tiles);
	if (w->stale_tail)
		++*tiles;
	if (exists(w, "entries", *tiles))
		return err_set(note, ERR_DIGEST, "tail: its header names entry %lld, there are tiles beyond",
			(long long)first);
	return 0;
}

static int tail_check(struct audit_walk *w, struct view tail, struct err_note *note)
{
	size_t at = AUDIT_TAIL_HEAD;
	struct view entry;
	struct digest leaf;
	int rc = 0;
	if (tail.n == 0)
		return 0;
	while ((rc = audit_folder_tail_next(w->info.suite, tail, &at, &entry, &leaf)) == 1) {
		int64_t index = w->tiles.n;
		if (audit_tiles_full(&w->tiles))
			return err_set(note, ERR_TRAILING, "tail: more than %d entries", AUDIT_TILE);
		rc = audit_walk_entry(w, index, entry, note);
		if (rc < 0)
			return rc;
		audit_tiles_add(&w->tiles, &leaf);
	}
	w->tail_used = at;
	w->torn = tail.n - at;
	/* Behind the checkpoint it is a write that a crash cut off, before it is damage. */
	if (rc < 0 && w->tiles.n < w->checkpoint.size)
		return err_set(note, rc,
			rc == ERR_DIGEST ? "tail: entry %lld was changed" : "tail: entry %lld cannot be read",
			(long long)w->tiles.n);
	return 0;
}

static int stale_check(struct audit_walk *w, struct view tail, struct err_note *note)
{
	size_t at = AUDIT_TAIL_HEAD;
	struct view entry;
	struct digest leaf, node;
	struct merkle_nodes nodes = audit_tiles_nodes(&w->tiles);
	int64_t i = w->tiles.n - AUDIT_TILE;
	int rc;
	while ((rc = audit_folder_tail_next(w->info.suite, tail, &at, &entry, &leaf)) == 1 &&
		i < w->tiles.n) {
		if ((rc = nodes.get(nodes.arg, 0, i++, &node)) < 0)
			return rc;
		if (!digest_eq(&node, &leaf))
			return err_set(note, ERR_DIGEST, "tail: entry %lld is another than in its tile",
				(long long)i - 1);
	}
	return rc != 0 || i != w->tiles.n ? err_set(note, ERR_DIGEST, "tail: its header was changed") : 0;
}

/* ---- all of it */

static int end_check(struct audit_walk *w, struct err_note *note)
{
	struct merkle_nodes nodes = audit_tiles_nodes(&w->tiles);
	struct digest head;
	if (w->content && w->deleted > w->deletable)
		return err_set(note, ERR_TRUNCATED,
			"tile/entries/000: missing (entries 0 to %lld), and no recorded deletion covers them",
			(long long)w->deleted - 1);
	if (!w->has_checkpoint)
		return 0;
	if (w->checkpoint.size > w->tiles.n)
		return err_set(note, ERR_TRUNCATED,
			"tail: entries %lld to %lld are missing (the checkpoint names %lld)",
			(long long)w->tiles.n, (long long)w->checkpoint.size - 1,
			(long long)w->checkpoint.size);
	int rc = merkle_nodes_root(w->info.suite, &nodes, w->checkpoint.size, &head);
	if (rc == 0 && !digest_eq(&head, &w->checkpoint.root))
		rc = err_set(note, ERR_DIGEST, "tail: entries %lld to %lld are not those of the checkpoint",
			(long long)(w->checkpoint.size / AUDIT_TILE * AUDIT_TILE),
			(long long)w->checkpoint.size - 1);
	return rc == 0 ? signer_judge(w, note) : rc;
}

/* The tail is read once, before the tiles: what is appended meanwhile is not looked at. */
static int entries_check(struct audit_walk *w, struct err_note *note)
{
	struct buf tail;
	struct err_note place = {0};
	int64_t tiles = 0;
	buf_init(&tail, AUDIT_TAIL_MAX);
	int rc = file_read(w->dir, "tail", AUDIT_TAIL_MAX, &tail);
	rc = rc < 0 && rc != ERR_NOTFOUND ? err_set(note, rc, "tail: %s", err_text(rc)) : 0;
	/* What is wrong with the tail is told when the tiles before it are in order. */
	int placed = rc == 0 ? tail_place(w, buf_view(&tail), &tiles, &place) : 0;
	if (rc == 0)
		rc = audit_walk_tiles(w, tiles, note);
	if (rc == 0 && placed < 0)
		rc = err_set(note, placed, "%s", place.text);
	if (rc == 0)
		rc = w->stale_tail ? stale_check(w, buf_view(&tail), note)
				   : tail_check(w, buf_view(&tail), note);
	buf_fini(&tail);
	return rc;
}

int audit_walk(struct audit_walk *w, struct err_note *note)
{
	struct err_note late = {0};
	w->offset = -1;
	buf_init(&w->checkpoint_text, AUDIT_NOTE_MAX);
	int rc = audit_folder_info_read(w->dir, &w->info, note);
	if (rc == 0)
		rc = audit_tiles_init(&w->tiles, w->dir, w->info.suite);
	if (rc < 0)
		return rc;
	/* The checkpoint first: whatever is appended meanwhile comes behind it. */
	int checkpoint = checkpoint_read(w, &late);
	if (checkpoint == ERR_DIGEST)
		return err_set(note, ERR_DIGEST, "log.json: the log of %s, its checkpoint is %.100s",
			w->info.origin, strchr(late.text, ' ') + 1);
	rc = entries_check(w, note);
	/* A crash may have come between the making of a log and its first checkpoint. */
	if (rc == 0 && checkpoint < 0 && (w->tiles.n > 0 || checkpoint != ERR_TRUNCATED))
		rc = err_set(note, checkpoint, "%s", late.text);
	return rc == 0 ? end_check(w, note) : rc;
}
