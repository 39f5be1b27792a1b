#include "common/audit/audit_prune.h"

#include "common/audit/audit_folder.h"
#include "common/audit/audit_view.h"

struct old {
	int64_t before, newest, through;
	int64_t in_tile; /* newest of the tile that is being read */
	bool ended;
};

/* Whole tiles from the beginning, up to the first with an entry that is younger. */
static int old_each(void *arg, int64_t index, struct view entry)
{
	struct old *o = arg;
	json_t *e = NULL;
	int64_t at = 0;
	if (o->ended)
		return 0;
	int rc = json_parse(entry, AUDIT_ENTRY_MAX, &e, NULL);
	if (rc == 0)
		rc = time_parse(json_str(e, "at"), &at);
	json_decref(e);
	if (rc < 0)
		return rc;
	o->in_tile = at > o->in_tile ? at : o->in_tile;
	o->ended = at >= o->before;
	if (!o->ended && (index + 1) % AUDIT_TILE == 0) {
		o->through = index + 1;
		o->newest = o->in_tile;
	}
	return 0;
}

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

static int early_refuse(struct db *db, const char *who, int64_t before_ms, struct err_note *note)
{
	char before[TIME_TEXT];
	time_text(before_ms, before);
	int rc = request_write(db, who, "log.prune-refused", json_pack("{s:s}", "before", before));
	return rc < 0 ? err_set(note, rc, "the refusal to delete entries cannot be recorded")
		      : err_set(note, ERR_REFUSED,
				"entries of the last 365 days are kept; that deletion up to %s was asked for "
				"is recorded",
				before);
}

int audit_prune(struct db *db, const char *dir, const char *who, int64_t before_ms, int64_t *through,
	struct err_note *note)
{
	struct old o = {.before = before_ms};
	struct audit_view *v = NULL;
	char newest[TIME_TEXT];
	if (before_ms > time_now_ms() - AUDIT_KEEP_MS)
		return early_refuse(db, who, before_ms, note);
	const struct audit_view_options read = {.live = true, .each = old_each, .arg = &o};
	int rc = audit_view_open(dir, &read, &v, note);
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
