/* Deletion of entries after their year, in a log that is written directly (gapd, diode, burner); and what the
 * logs of the zones share with it (audit_prune.h). The record comes first; the hashes stay, so everything
 * else can still be proved. */
#ifndef SW_AUDIT_AUDIT_PRUNE_LOG_H
#define SW_AUDIT_AUDIT_PRUNE_LOG_H
#include "common/audit/audit_log.h"

/* The beginning of a day like 2026-11-24 in China. ERR_USAGE. */
SW_MUST_USE int audit_prune_day(const char *day, int64_t *before_ms, struct err_note *note);

/* Whole tiles from the beginning whose entries are all older than `before`: fed with every entry. */
struct audit_prune_old {
	int64_t before;
	int64_t through, newest; /* so many entries (0: none), and when the newest of them was made */
	int64_t in_tile;
	bool ended;
};
SW_MUST_USE int audit_prune_old_each(void *arg, int64_t index, struct view entry);
/* An earlier day than a year ago: ERR_REFUSED with the words for it in note. */
SW_MUST_USE int audit_prune_early(int64_t before_ms, struct err_note *note);

/* Deletes them, as audit_prune.h says of a zone's; `by` stands in the record. *through (may be NULL): the
 * entries before it are gone. ERR_REFUSED (recorded), ERR_NOTFOUND, ERR_AUDIT: nothing was deleted. */
SW_MUST_USE int audit_prune_log(
	struct audit_log *l, const char *by, int64_t before_ms, int64_t *through, struct err_note *note);
/* The officer's command of a program that writes such a log: from before that day, given as words, printed
 * when it is done; what it recorded is signed where the log is. ERR_USAGE: no day. */
SW_MUST_USE int audit_prune_command(
	struct audit_log *l, const char *by, const char *day, struct err_note *note);
#endif
