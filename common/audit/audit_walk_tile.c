/* Whole tiles: entries, their hashes, the levels above and the checkpoint made when each was closed. */
#include "common/audit/audit_walk_impl.h"
#include "common/os/file.h"
#include <stdlib.h>
#include <string.h>

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
	int rc = audit_walk_note(w, path, out, &text, t->note);
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
		rc = audit_walk_entry(w, t->index * AUDIT_TILE + (int64_t)i, t->entry[i], t->note);
	for (size_t i = 0; rc == 0 && i < AUDIT_TILE; i++)
		audit_tiles_add(&w->tiles, &t->leaf[i]);
	if (rc == 0)
		rc = audit_tiles_complete(&w->tiles, upper_check, t);
	if (rc == 0)
		audit_tiles_fold(&w->tiles);
	return rc;
}

int audit_walk_tiles(struct audit_walk *w, int64_t count, struct err_note *note)
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
