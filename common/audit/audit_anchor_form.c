#include "common/audit/audit_anchor_form.h"

#include "common/audit/merkle.h"
#include "common/base/id.h"
#include <string.h>

void audit_anchor_init(struct audit_anchor *a)
{
	memset(a, 0, sizeof *a);
	buf_init(&a->note, AUDIT_NOTE_MAX);
	buf_init(&a->proof, AUDIT_ANCHOR_PROOF);
}

void audit_anchor_fini(struct audit_anchor *a)
{
	buf_fini(&a->note);
	buf_fini(&a->proof);
}

int audit_anchor_proof(const struct digest *proof, size_t n, struct buf *out)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = b64_add(out, view_of(proof[i].b, sizeof proof[i].b));
		if (rc == 0)
			rc = buf_add_str(out, "\n");
	}
	return rc;
}

int audit_anchor_of_log(struct audit_log *l, int64_t last, struct audit_anchor *out)
{
	struct audit_note n;
	struct digest proof[MERKLE_PATH_MAX + 1];
	size_t np = 0;
	int rc = audit_log_newest(l, &out->note, &n);
	if (rc == 0 && last > 0 && last < n.size)
		rc = audit_log_consistency(l, last, n.size, proof, &np);
	if (rc == 0)
		rc = audit_anchor_proof(proof, np, &out->proof);
	if (rc == 0) {
		out->size = n.size;
		out->root = n.root;
	}
	return rc;
}
