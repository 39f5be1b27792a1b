/* Inside audit_walk*.c only. Findings as audit_walk's, with their place in note. */
#ifndef SW_AUDIT_AUDIT_WALK_IMPL_H
#define SW_AUDIT_AUDIT_WALK_IMPL_H
#include "common/audit/audit_walk.h"

/* A checkpoint of this log in `path`, appended to text: its form, origin and signature. */
SW_MUST_USE int audit_walk_note(struct audit_walk *w, const char *path, struct audit_note *out,
	struct buf *text, struct err_note *note);
/* An entry in its turn: its form and number, what it allows to be deleted; handed to w->each. */
SW_MUST_USE int audit_walk_entry(
	struct audit_walk *w, int64_t index, struct view entry, struct err_note *note);
/* audit_walk_tile.c: the first `count` whole tiles, in order. */
SW_MUST_USE int audit_walk_tiles(struct audit_walk *w, int64_t count, struct err_note *note);
#endif
