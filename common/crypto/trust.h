/* What is believed of a zone: its pinned CA certificates, and which of the keys below them are no longer
 * good. */
#ifndef SW_CRYPTO_TRUST_H
#define SW_CRYPTO_TRUST_H
#include "common/crypto/suite.h"
#include <stdbool.h>

struct cert;
struct trust;

/* One or more CA certificates in one PEM file. */
SW_MUST_USE int trust_load(const char *ca_file, struct trust **out, struct err_note *note);
SW_MUST_USE int trust_from_pem(struct view pem, struct trust **out, struct err_note *note);
const struct suite *trust_suite(const struct trust *t);
const char *trust_zone(const struct trust *t);
void trust_free(struct trust *t);
/* The pinned certificates as PEM, one behind the other; appended. For who is to check by hand. ERR_NOMEM. */
SW_MUST_USE int trust_pem(const struct trust *t, struct buf *out);
/* The pinned CA that signed the certificate; ERR_SIGNATURE: none, ERR_NOMEM. */
SW_MUST_USE int trust_issuer(const struct trust *t, const struct cert *c, const struct cert **out);

/* Takes a zone's list of revoked keys (revocation.h). Other threads may ask meanwhile. ERR_LINK: of another
 * zone; ERR_SIGNATURE, ERR_CERT, ERR_SUITE: not signed by a pinned CA; ERR_CONFLICT: older than the one in
 * force, or another one of the same number. 0 also for the same list again. */
SW_MUST_USE int trust_revoke(struct trust *t, struct view file, struct err_note *note);
/* Takes the lists of this zone that stand in a folder, in whatever order; a folder that is not there holds
 * none. A file that is no list signed for this zone is passed over if it is another zone's, refused
 * otherwise. */
SW_MUST_USE int trust_revoke_folder(struct trust *t, const char *dir, struct err_note *note);
/* The same of a folder that a person named, who means to have its lists looked at. ERR_NOTFOUND: not there.
 */
SW_MUST_USE int trust_revoke_named(struct trust *t, const char *dir, struct err_note *note);
/* Keeps a list that was taken: in the folder (made when it is not there) under a name of its zone, in place
 * of the older one. */
SW_MUST_USE int trust_keep(const char *dir, struct view file, struct err_note *note);
/* Number of the list in force; 0: none. */
int64_t trust_revocations(const struct trust *t);

/* A signed bundle: what a revocation is measured by. */
struct trust_bundle {
	const char *link;
	int64_t epoch, seq;
	bool numbered; /* a tick is not: once its key is revoked nothing bounds it */
	const struct digest *identity;
};
/* 0, or ERR_REVOKED: the key was revoked, and this bundle is behind the last one it signed rightly. */
SW_MUST_USE int trust_judge(
	const struct trust *t, const struct cert *c, const struct trust_bundle *b, struct err_note *note);
/* For what carries no number: ERR_REVOKED when the key was revoked at that time or before (at_ms 0: at any
 * time), or was compromised at whatever time. */
SW_MUST_USE int trust_judge_at(
	const struct trust *t, const struct cert *c, int64_t at_ms, struct err_note *note);
#endif
