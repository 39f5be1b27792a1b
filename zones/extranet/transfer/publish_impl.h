/* Between the files of publish: one definition, sealed. */
#ifndef REG_TRANSFER_PUBLISH_IMPL_H
#define REG_TRANSFER_PUBLISH_IMPL_H
#include "zones/extranet/transfer/publish.h"

#define PUBLISH_FEES_MAX (1 << 18)
#define PUBLISH_CONTENT_MAX (4 << 20) /* of a version, with its drawing */

/* {"kind","code","version","definition","signature","seal_certificate"}; `texts` is stolen. ERR_LIMIT: larger
 * than a message may be. */
SW_MUST_USE int publish_seal(const struct sign_key *key, const char *kind, const char *code, int64_t version,
	json_t *texts, json_t **out);
/* Without its drawing, which stays here: a portal steps no process. New reference. */
json_t *publish_texts(const struct business *b);
/* The number of the fee table as it is now, on record from then on as one that a portal may have: another
 * text gets another number, by whichever way it goes. */
SW_MUST_USE int publish_fees_by_hand(
	struct db_tx *tx, const struct suite *suite, struct view fees, int64_t *version);
SW_MUST_USE int publish_fees(const struct registry_config *c, struct buf *out, struct err_note *note);
#endif
