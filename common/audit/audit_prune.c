#include "common/audit/audit_prune.h"

#include "common/audit/audit_folder.h"
#include "common/audit/audit_prune_log.h"
#include "common/audit/audit_view.h"

struct request {
	const char *who, *action;
	json_t *detail;
};

static int request_tx(struct db_tx *tx, void *arg)
{
	const struct request *r = arg;
	return audit_record(tx, r->who, r->action, "log", r->detail);
}

static int request_write(struct db *db, const char *who, const char *action, json_t *detail)
{
	struct request r = {who, action, detail};
	int rc = detail ? db_write(db, "", request_tx, &r) : ERR_NOMEM;
	json_decref(detail);
	return rc;
}

static int early_record(struct db *db, const char *who, int64_t before_ms)
{
	char before[TIME_TEXT];
	time_text(before_ms, before);
	return request_write(db, who, "log.prune-refused", json_pack("{s:s}", "before", before));
}

int audit_prune(struct db *db, const char *dir, const char *who, int64_t before_ms, int64_t *through,
	struct err_note *note)
{
	struct audit_prune_old o = {.before = before_ms};
	struct audit_view *v = NULL;
	char newest[TIME_TEXT];
	int early = audit_prune_early(before_ms, note), rc = early < 0 ? early_record(db, who, before_ms) : 0;
	if (early < 0)
		return rc < 0 ? err_set(note, rc, "the refusal to delete entries cannot be recorded") : early;
	const struct audit_view_options read = {.live = true, .each = audit_prune_old_each, .arg = &o};
	rc = audit_view_open(dir, &read, &v, note);
	audit_view_close(v);
	if (rc < 0)
		return rc;
	if (o.through == 0)
		return err_set(note, ERR_NOTFOUND, "no %d entries from the beginning are so old", AUDIT_TILE);
	time_text(o.newest, newest);
	rc = request_write(db, who, "log.prune",
		json_pack("{s:s,s:I}", "newest", newest, "through", (json_int_t)o.through));
	if (rc < 0)
		return err_set(note, rc, "the deletion cannot be recorded, nothing was deleted");
	if (through)
		*through = o.through;
	return 0;
}
