/* Proofs for third parties, as text of one line (canonical JSON). Who checks one needs the CA certificate of
 * the log's zone and nothing of its machines.
 * {"checkpoint":NOTE,"entry":LINE,"format":1,"index":N,"kind":"entry","path":[HEX…],"signer":PEM}
 * {"checkpoint":NOTE,"earlier":NOTE,"earlier_signer":PEM,"format":1,"kind":"consistency","path":[HEX…],"signer":PEM}
 * The suite is that of the signer's certificate; the tree that of RFC 6962. */
#ifndef SW_AUDIT_AUDIT_PROOF_H
#define SW_AUDIT_AUDIT_PROOF_H
#include "common/audit/audit_view.h"

#define AUDIT_PROOF_MAX 262144
/* Appended. The entry's bytes as the view gave them. ERR_STATE: the log has no checkpoints; ERR_RANGE: behind
 * the checkpoint. */
SW_MUST_USE int audit_proof_entry(struct audit_view *v, int64_t index, struct view entry, struct buf *out);
/* That an earlier checkpoint of this log is a prefix of its newest one. ERR_RANGE: it is larger; ERR_DIGEST:
 * it is none; ERR_NOTFOUND: its signer's certificate is not with the log. */
SW_MUST_USE int audit_proof_consistency(
	struct audit_view *v, struct view earlier, struct buf *out, struct err_note *note);

struct audit_proof {
	bool consistency;
	struct audit_note checkpoint, earlier;
	int64_t index;
	struct buf entry; /* caller: buf_fini */
};
/* Form, certificate(s) against the CA, signature(s), path. ERR_SYNTAX, ERR_SCHEMA, ERR_FORMAT, ERR_CERT,
 * ERR_SIGNATURE, ERR_DIGEST with note. */
SW_MUST_USE int audit_proof_check(
	struct view text, const struct trust *t, struct audit_proof *out, struct err_note *note);
#endif
