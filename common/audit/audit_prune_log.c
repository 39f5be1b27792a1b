#include "common/audit/audit_prune_log.h"

#include "common/audit/audit_folder.h"
#include <stdio.h>
#include <string.h>

#define CHINA_MS (INT64_C(8) * 3600000)

int audit_prune_day(const char *day, int64_t *before_ms, struct err_note *note)
{
	char text[TIME_TEXT];
	int64_t begins = 0;
	if (strlen(day) != 10 || snprintf(text, sizeof text, "%.10sT00:00:00.000Z", day) != TIME_TEXT - 1 ||
		time_parse(text, &begins) < 0)
		return err_set(note, ERR_USAGE, "%.40s is no day like 2026-11-24", day);
	*before_ms = begins - CHINA_MS;
	return 0;
}

int audit_prune_old_each(void *arg, int64_t index, struct view entry)
{
	struct audit_prune_old *o = arg;
	int64_t at = 0;
	if (o->ended)
		return 0;
	int rc = audit_folder_entry_at(entry, &at);
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

int audit_prune_early(int64_t before_ms, struct err_note *note)
{
	char before[TIME_TEXT];
	if (before_ms <= time_now_ms() - AUDIT_KEEP_MS)
		return 0;
	time_text(before_ms, before);
	return err_set(note, ERR_REFUSED,
		"entries of the last 365 days are kept; that deletion up to %s was asked for is recorded",
		before);
}

static int append(struct audit_log *l, const char *action, json_t *detail)
{
	int rc = detail ? audit_log_append(l, action, "log", detail, NULL) : ERR_NOMEM;
	json_decref(detail);
	return rc;
}

int audit_prune_log(
	struct audit_log *l, const char *by, int64_t before_ms, int64_t *through, struct err_note *note)
{
	struct audit_prune_old o = {.before = before_ms};
	char text[TIME_TEXT];
	time_text(before_ms, text);
	int early = audit_prune_early(before_ms, note);
	if (early < 0) {
		int rc = append(l, "log.prune-refused", json_pack("{s:s,s:s}", "before", text, "who", by));
		return rc < 0 ? err_set(note, rc, "the refusal to delete entries cannot be recorded") : early;
	}
	int rc = audit_log_read(l, 0, audit_prune_old_each, &o);
	if (rc < 0)
		return err_set(note, rc, "the log cannot be read");
	if (o.through == 0)
		return err_set(note, ERR_NOTFOUND, "no %d entries from the beginning are so old", AUDIT_TILE);
	time_text(o.newest, text);
	rc = append(l, "log.prune",
		json_pack("{s:s,s:I,s:s}", "newest", text, "through", (json_int_t)o.through, "who", by));
	if (rc < 0)
		return err_set(note, rc, "the deletion cannot be recorded, nothing was deleted");
	if ((rc = audit_log_prune(l, o.through)) < 0)
		return err_set(note, rc, "entries that the record says are deleted are kept");
	if (through)
		*through = o.through;
	return 0;
}

int audit_prune_command(struct audit_log *l, const char *by, const char *day, struct err_note *note)
{
	int64_t before = 0, through = 0;
	int rc = audit_prune_day(day, &before, note);
	if (rc < 0)
		return rc;
	rc = audit_prune_log(l, by, before, &through, note);
	int signed_ = audit_log_checkpoint(l, NULL, NULL);
	if (rc == 0 && signed_ < 0 && signed_ != ERR_STATE)
		rc = err_set(note, signed_, "what was deleted is recorded and not signed yet");
	if (rc == 0)
		printf("entries 0 to %lld are gone\n", (long long)through - 1);
	return rc;
}
