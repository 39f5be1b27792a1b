/* Deleting entries after a year. */
#include "common/audit/audit_log_impl.h"
#include "common/log/log.h"
#include "common/os/file.h"

static int newest_see(void *arg, struct view entry)
{
	int64_t *newest = arg, at = 0;
	int rc = audit_folder_entry_at(entry, &at);
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

int audit_log_prune_held(struct audit_log *l, int64_t through)
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
	int rc = audit_log_prune_held(l, through);
	pthread_mutex_unlock(&l->mutex);
	return rc;
}
