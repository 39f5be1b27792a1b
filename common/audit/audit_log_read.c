/* Reading entries back. */
#include "common/audit/audit_log_impl.h"
#include "common/os/file.h"

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
		rc = audit_log_files_tail_each(l, reading_entry, &r);
	pthread_mutex_unlock(&l->mutex);
	return rc;
}
