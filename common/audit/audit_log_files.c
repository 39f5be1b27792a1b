#include "common/audit/audit_log_impl.h"

#include "common/log/log.h"
#include "common/os/file.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int audit_log_files_tail_open(struct audit_log *l, size_t size)
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

int audit_log_files_tail_begin(struct audit_log *l)
{
	struct buf b;
	buf_init(&b, AUDIT_TAIL_HEAD);
	int rc = audit_folder_tail_begin(l->info.suite, l->tiles.n, &b);
	if (rc == 0)
		rc = file_write(l->dir, "tail", 0600, buf_view(&b), "audit.tail");
	if (rc == 0)
		rc = audit_log_files_tail_open(l, AUDIT_TAIL_HEAD);
	if (rc == 0)
		l->stale = l->ragged = false;
	buf_fini(&b);
	return rc;
}

int audit_log_files_smooth(struct audit_log *l)
{
	if (l->stale)
		return audit_log_files_tail_begin(l);
	if (l->ragged && ftruncate(l->tail, (off_t)l->tail_size) < 0)
		return err_from_errno(errno);
	l->ragged = false;
	return 0;
}

static int tile_write(void *arg, int level, int64_t index, const struct digest *hashes)
{
	struct audit_log *l = arg;
	char path[AUDIT_PATH];
	audit_folder_level(level, index, path);
	return audit_folder_write(l->dir, path, view_of(hashes, AUDIT_TILE * sizeof *hashes), "audit.tile");
}

int audit_log_files_note(struct audit_log *l, struct buf *out)
{
	struct merkle_nodes nodes = audit_tiles_nodes(&l->tiles);
	struct digest root;
	int rc = merkle_nodes_root(l->info.suite, &nodes, l->tiles.n, &root);
	return rc == 0 ? audit_note_make(l->signer, l->info.origin, l->tiles.n, &root, out) : rc;
}

int audit_log_files_tail_each(struct audit_log *l, int (*each)(void *arg, struct view entry), void *arg)
{
	struct buf tail;
	struct view entry;
	struct digest leaf;
	size_t at = AUDIT_TAIL_HEAD;
	buf_init(&tail, AUDIT_TAIL_MAX);
	int rc = file_read(l->dir, "tail", AUDIT_TAIL_MAX, &tail), more = 0;
	if (rc == 0 && tail.n > l->tail_size)
		tail.n = l->tail_size;
	while (rc == 0 &&
		(more = audit_folder_tail_next(l->info.suite, buf_view(&tail), &at, &entry, &leaf)) == 1)
		rc = each(arg, entry);
	buf_fini(&tail);
	return rc != 0 ? rc : more;
}

/* As it stands in a tile. */
static int tile_entry(void *arg, struct view entry)
{
	struct buf *out = arg;
	const uint8_t len[2] = {(uint8_t)(entry.n >> 8), (uint8_t)entry.n};
	int rc = buf_add(out, len, sizeof len);
	return rc == 0 ? buf_add_view(out, entry) : rc;
}

/* The entries' tile comes last: it is what a reader takes for whole. */
int audit_log_files_tile_close(struct audit_log *l)
{
	struct buf data, note;
	char path[AUDIT_PATH];
	int64_t index = l->tiles.n / AUDIT_TILE - 1;
	buf_init(&data, AUDIT_ENTRIES_MAX);
	buf_init(&note, AUDIT_NOTE_MAX);
	int rc = audit_log_files_tail_each(l, tile_entry, &data);
	if (rc == 0 && l->signer) {
		rc = audit_log_files_note(l, &note);
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
		rc = audit_log_files_tail_begin(l);
	}
	buf_fini(&data);
	buf_fini(&note);
	return rc;
}
