/* What a forwarded bundle says about the bundle its messages came from. */
#ifndef SW_BUNDLE_ORIGIN_H
#define SW_BUNDLE_ORIGIN_H
#include "common/bundle/bundle_contents.h"

struct bundle_origin {
	struct manifest manifest;
	const struct suite *suite;
	struct digest identity;
	struct buf bytes; /* of the manifest, as signed */
	struct buf sig, pem;
	int64_t leaves;
};
struct bundle_origin *bundle_origin_new(void);
void bundle_origin_free(struct bundle_origin *o);
/* Decodes bytes, checks form of the certificate text; no trust. bytes, sig, pem are in place. */
SW_MUST_USE int bundle_origin_decode(struct bundle_origin *o, struct err_note *note);
/* Certificate below `t`, of station `from`, and its signature over the manifest. `what` names the certificate
 * for the note. Shared with the bundle's own manifest. */
SW_MUST_USE int bundle_origin_verify(const struct manifest *m, struct view bytes, struct view sig,
	struct view pem, const struct trust *t, const char *what, struct err_note *note);
/* The entry's path leads from its leaf to the origin's root. digest: of the message's bytes by the origin's
 * suite; a message.refused record may stand for another. */
SW_MUST_USE int bundle_origin_check(const struct bundle_origin *o, const struct bundle_entry *e,
	const struct digest *digest, struct err_note *note);
#endif
