/* Inside common/audit only: reads a whole log in order, compares everything that stands twice, and names the
 * first place that is wrong. */
#ifndef SW_AUDIT_AUDIT_WALK_H
#define SW_AUDIT_AUDIT_WALK_H
#include "common/audit/audit_note.h"
#include "common/audit/audit_tiles.h"
#include "common/base/json.h"

/* An entry, in order; not called for entries whose file was deleted after its time. */
typedef int audit_walk_each(void *arg, int64_t index, struct view entry);
struct audit_walk {
	/* in */
	int dir;
	const struct trust
		*trust;        /* CA of the log's zone: every checkpoint's signature is checked; NULL: not */
	bool content;          /* entries are JSON with running numbers */
	audit_walk_each *each; /* NULL none */
	void *arg;
	/* out */
	struct audit_folder_info info;
	struct audit_tiles tiles; /* caller: audit_tiles_fini, also after failure */
	bool has_checkpoint;
	struct audit_note checkpoint;
	struct buf checkpoint_text; /* caller: buf_fini */
	int64_t checkpoint_at;      /* ms: of the newest entry it covers; 0 not known */
	size_t tail_used;           /* bytes of the tail that hold entries */
	size_t torn;                /* bytes behind them */
	bool stale_tail;            /* its entries are a tile already */
	int64_t deleted;            /* entries at the beginning whose files were deleted */
	int64_t deletable;          /* … and how many recorded deletions allow */
	int64_t offset;             /* number of the first entry (0 or 1), -1 not known yet */
};
/* 0, or the finding: ERR_DIGEST, ERR_TRUNCATED, ERR_TRAILING, ERR_SIGNATURE, ERR_CERT, ERR_SYNTAX … with its
 * place in note. A torn end behind the checkpoint is no finding here (torn > 0). */
SW_MUST_USE int audit_walk(struct audit_walk *w, struct err_note *note);
#endif
