/* Approval of a disc: a person's signature with the own key over the bytes of disc.json. */
#ifndef SW_BURNER_APPROVAL_H
#define SW_BURNER_APPROVAL_H
#include "common/crypto/key.h"

#define APPROVALS_MAX 8
#define APPROVALS_NEEDED 2
#define APPROVAL_SIG_MAX 256
#define APPROVAL_PEM_MAX 8192
struct approval {
	struct buf sig, pem;
	char who[64];     /* CN of the certificate; "" until verified */
	char key[KEY_ID]; /* two persons have two keys */
};
struct approvals {
	struct approval v[APPROVALS_MAX];
	size_t n;
};
void approvals_fini(struct approvals *a);
/* Adds a copy of one signature and its certificate, nothing checked. ERR_LIMIT. */
SW_MUST_USE int approvals_put(struct approvals *a, struct view sig, struct view pem, struct err_note *note);
/* Every approval is a signature over `manifest` by a person's certificate, valid at at_ms below `t`; without
 * `t` (the station's own staged disc) only its form is checked. All persons and all keys differ. ERR_CERT,
 * ERR_SIGNATURE, ERR_APPROVAL. */
SW_MUST_USE int approvals_verify(struct approvals *a, struct view manifest, const struct trust *t,
	int64_t at_ms, struct err_note *note);
struct disc_revoked;
/* ERR_CERT: an approval of this disc is by a key that does not count any more. The approvals are verified. */
SW_MUST_USE int approvals_revoked(const struct approvals *a, const char *disc, const struct disc_revoked *v,
	size_t n, struct err_note *note);
/* 0 or ERR_APPROVAL: approvals of two different persons are there. */
SW_MUST_USE int approvals_enough(const struct approvals *a, struct err_note *note);
#endif
