/* A checkpoint as manifests carry it: note, size, head, and the consistency proof from the one before it on
 * the same link. */
#ifndef SW_AUDIT_AUDIT_ANCHOR_FORM_H
#define SW_AUDIT_AUDIT_ANCHOR_FORM_H
#include "common/audit/audit_log.h"
#include "common/base/buf.h"

#define AUDIT_ANCHOR_PROOF 4096

struct audit_anchor {
	int64_t size;
	struct digest root;
	struct buf note,
		proof; /* signed text; a line of base64 for each hash, no line where there is no growth */
};
void audit_anchor_init(struct audit_anchor *a);
void audit_anchor_fini(struct audit_anchor *a);
/* The lines of a proof, appended. */
SW_MUST_USE int audit_anchor_proof(const struct digest *proof, size_t n, struct buf *out);
/* The newest checkpoint of a log that is written directly, with its proof from `last`; from a larger size
 * than the log has (it was put back) there is none. Nothing is signed for it. ERR_NOTFOUND: no checkpoint
 * yet. */
SW_MUST_USE int audit_anchor_of_log(struct audit_log *l, int64_t last, struct audit_anchor *out);
#endif
