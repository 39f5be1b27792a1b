#include "common/audit/audit_walk.h"

#include "common/os/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PEM_MAX 65536

/* ---- checkpoints */

static int signature_check(struct audit_walk *w, struct view text, struct err_note *note)
{
	struct audit_note n;
	struct cert *c = NULL;
	struct buf pem;
	char path[AUDIT_PATH];
	int rc = audit_note_parse(text, &n, note);
	if (rc < 0)
		return rc;
	snprintf(path, sizeof path, "signer/%s.pem", n.key);
	buf_init(&pem, PEM_MAX);
	if (file_read(w->dir, path, PEM_MAX, &pem) < 0)
		rc = err_set(note, ERR_TRUNCATED, "%s: missing", path);
	if (rc == 0)
		rc = cert_check(w->trust, buf_view(&pem), CERT_SIGN, 0, &c, note);
	if (rc == 0)
		rc = audit_note_check(text, c, &n, note);
	cert_free(c);
	buf_fini(&pem);
	return rc;
}

/* A checkpoint of this log in `path`, appended to text; its form, origin and signature. */
static int note_read(struct audit_walk *w, const char *path, struct audit_note *out, struct buf *text,
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
	int rc = note_read(w, "checkpoint", &w->checkpoint, &w->checkpoint_text, note);
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
	if (rc < 0 || n != index + w->offset)
		rc = err_set(note, ERR_DIGEST,
			"entry %lld: numbered %lld, an entry before it was removed or moved",
			(long long)index, (long long)n);
	json_decref(o);
	return rc;
}

static int entry_take(struct audit_walk *w, int64_t index, struct view entry, struct err_note *note)
{
	int rc = w->content ? content_check(w, index, entry, note) : 0;
	if (rc == 0)
		deletion_see(w, entry);
	return rc == 0 && w->each ? w->each(w->arg, index, entry) : rc;
}

/* ---- whole tiles */

struct tile {
	struct audit_walk *w;
	int64_t index;
	struct view entry[AUDIT_TILE];
	size_t n;
	struct digest leaf[AUDIT_TILE], stored[AUDIT_TILE];
	struct err_note *note;
	char path[AUDIT_PATH];
};

static int tile_entry(void *arg, struct view entry)
{
	struct tile *t = arg;
	if (t->n == AUDIT_TILE)
		return ERR_TRAILING;
	t->entry[t->n] = entry;
	merkle_leaf(t->w->info.suite, entry, &t->leaf[t->n++]);
	return 0;
}

/* Head of the tree up to this tile, were these its leaves. */
static int head_with(struct tile *t, const struct digest *leaves, struct digest *out)
{
	struct audit_tiles *tiles = &t->w->tiles;
	for (size_t i = 0; i < AUDIT_TILE; i++)
		audit_tiles_add(tiles, &leaves[i]);
	struct merkle_nodes nodes = audit_tiles_nodes(tiles);
	int rc = merkle_nodes_root(t->w->info.suite, &nodes, tiles->n, out);
	tiles->nedge[0] = 0;
	tiles->n -= AUDIT_TILE;
	return rc;
}

/* Entry and hash differ at i: the checkpoint made when the tile was closed tells which of them was changed.
 */
static int tile_differs(struct tile *t, size_t i, const struct audit_note *closed)
{
	long long at = (long long)(t->index * AUDIT_TILE) + (long long)i;
	struct digest by_entries, by_hashes;
	char hashes[AUDIT_PATH];
	audit_folder_level(0, t->index, hashes);
	int rc = head_with(t, t->leaf, &by_entries);
	if (rc == 0)
		rc = head_with(t, t->stored, &by_hashes);
	if (rc < 0)
		return rc;
	if (closed && digest_eq(&closed->root, &by_entries))
		return err_set(t->note, ERR_DIGEST, "%s: the hash of entry %lld was changed", hashes, at);
	if (closed && !digest_eq(&closed->root, &by_hashes))
		return err_set(t->note, ERR_DIGEST, "%s: entry %lld was changed, and more in this tile",
			t->path, at);
	return err_set(t->note, ERR_DIGEST,
		closed ? "%s: entry %lld was changed" : "%s: entry %lld or its hash was changed", t->path,
		at);
}

static int tile_hashes_read(struct tile *t)
{
	struct buf b;
	char path[AUDIT_PATH];
	audit_folder_level(0, t->index, path);
	buf_init(&b, sizeof t->stored);
	int rc = file_read(t->w->dir, path, sizeof t->stored, &b);
	if (rc == ERR_NOTFOUND)
		rc = err_set(t->note, ERR_TRUNCATED, "%s: missing", path);
	else if (rc < 0 || b.n != sizeof t->stored)
		rc = err_set(t->note, ERR_TRUNCATED, "%s: of another size", path);
	if (rc == 0)
		memcpy(t->stored, b.p, sizeof t->stored);
	buf_fini(&b);
	return rc;
}

/* Entries that were deleted after their time stand as hashes only. */
static int tile_deleted(struct tile *t)
{
	struct audit_walk *w = t->w;
	if (t->index * AUDIT_TILE != w->deleted)
		return err_set(t->note, ERR_TRUNCATED, "%s: missing (entries %lld to %lld)", t->path,
			(long long)t->index * AUDIT_TILE, (long long)t->index * AUDIT_TILE + AUDIT_TILE - 1);
	memcpy(t->leaf, t->stored, sizeof t->leaf);
	t->n = 0;
	w->deleted += AUDIT_TILE;
	return 0;
}

static int tile_entries_read(struct tile *t, struct buf *data)
{
	size_t used = 0;
	int rc = file_read(t->w->dir, t->path, AUDIT_ENTRIES_MAX, data);
	if (rc == ERR_NOTFOUND)
		return tile_deleted(t);
	if (rc == 0)
		rc = audit_folder_entries(buf_view(data), tile_entry, t, &used);
	if (rc == ERR_TRAILING || (rc == 0 && t->n == AUDIT_TILE && used != data->n))
		return err_set(t->note, ERR_TRAILING, "%s: more than %d entries", t->path, AUDIT_TILE);
	/* What was read up to the damage is compared first: it may begin before the cut. */
	for (size_t i = 0; rc == 0 && t->n < AUDIT_TILE && i < t->n; i++)
		if (!digest_eq(&t->leaf[i], &t->stored[i]))
			return err_set(t->note, ERR_DIGEST, "%s: entry %lld was changed", t->path,
				(long long)t->index * AUDIT_TILE + (long long)i);
	if (rc == 0 && t->n < AUDIT_TILE)
		rc = err_set(t->note, ERR_TRUNCATED, "%s: entry %lld cannot be read", t->path,
			(long long)t->index * AUDIT_TILE + (long long)t->n);
	return rc < 0 && t->note && !t->note->err ? err_set(t->note, rc, "%s: %s", t->path, err_text(rc))
						  : rc;
}

static int tile_note_read(struct tile *t, struct audit_note *out, bool *has)
{
	struct audit_walk *w = t->w;
	struct buf text;
	char path[AUDIT_PATH];
	*has = false;
	if (!w->info.is_signed)
		return 0;
	audit_folder_path("notes", t->index, path);
	buf_init(&text, AUDIT_NOTE_MAX);
	int rc = note_read(w, path, out, &text, t->note);
	if (rc == 0 && out->size != (t->index + 1) * AUDIT_TILE)
		rc = err_set(
			t->note, ERR_DIGEST, "%s: a checkpoint of %lld entries", path, (long long)out->size);
	buf_fini(&text);
	*has = rc == 0;
	return rc;
}

/* Tiles of the levels above, compared with what the entries give. */
static int upper_check(void *arg, int level, int64_t index, const struct digest *hashes)
{
	struct tile *t = arg;
	char path[AUDIT_PATH];
	struct buf b;
	const size_t size = AUDIT_TILE * sizeof *hashes;
	if (level == 0)
		return 0;
	audit_folder_level(level, index, path);
	buf_init(&b, size);
	int rc = file_read(t->w->dir, path, size, &b);
	if (rc < 0 || b.n != size)
		rc = err_set(t->note, ERR_TRUNCATED, "%s: missing or of another size", path);
	for (size_t i = 0; rc == 0 && i < AUDIT_TILE; i++)
		if (memcmp(b.p + i * sizeof *hashes, hashes[i].b, sizeof *hashes) != 0)
			rc = err_set(t->note, ERR_DIGEST, "%s: hash %zu was changed", path, i);
	buf_fini(&b);
	return rc;
}

static int tile_check(struct tile *t, struct buf *data)
{
	struct audit_walk *w = t->w;
	struct audit_note closed;
	struct digest head;
	bool has = false;
	int rc = tile_hashes_read(t);
	if (rc == 0)
		rc = tile_entries_read(t, data);
	if (rc == 0)
		rc = tile_note_read(t, &closed, &has);
	for (size_t i = 0; rc == 0 && i < AUDIT_TILE; i++)
		if (!digest_eq(&t->leaf[i], &t->stored[i]))
			rc = tile_differs(t, i, has ? &closed : NULL);
	if (rc == 0 && has)
		rc = head_with(t, t->leaf, &head);
	if (rc == 0 && has && !digest_eq(&head, &closed.root))
		rc = err_set(t->note, ERR_DIGEST,
			"%s: entries %lld to %lld are not those of the checkpoint made of them", t->path,
			(long long)t->index * AUDIT_TILE, (long long)closed.size - 1);
	for (size_t i = 0; rc == 0 && i < t->n; i++)
		rc = entry_take(w, t->index * AUDIT_TILE + (int64_t)i, t->entry[i], t->note);
	for (size_t i = 0; rc == 0 && i < AUDIT_TILE; i++)
		audit_tiles_add(&w->tiles, &t->leaf[i]);
	if (rc == 0)
		rc = audit_tiles_complete(&w->tiles, upper_check, t);
	if (rc == 0)
		audit_tiles_fold(&w->tiles);
	return rc;
}

static int tiles_check(struct audit_walk *w, int64_t count, struct err_note *note)
{
	struct tile *t = malloc(sizeof *t);
	int rc = t ? 0 : ERR_NOMEM;
	for (int64_t i = 0; rc == 0 && i < count; i++) {
		struct buf data;
		*t = (struct tile){.w = w, .index = i, .note = note};
		audit_folder_path("entries", i, t->path);
		buf_init(&data, AUDIT_ENTRIES_MAX);
		rc = tile_check(t, &data);
		buf_fini(&data);
	}
	free(t);
	return rc;
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
		rc = entry_take(w, index, entry, note);
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
	return rc;
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
		rc = tiles_check(w, tiles, note);
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
