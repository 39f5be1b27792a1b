/* Parcels with certificates 邮寄 (domain/mailing.h): the order at the carrier, the waybill, the stations it
 * told. */
#ifndef REG_STORE_MAILING_H
#define REG_STORE_MAILING_H
#include "common/crypto/vault.h"
#include "common/db/db.h"
#include "common/message/delivery.h"
#include "zones/extranet/domain/mailing.h"

#define MAILING_BLANKS_MAX 20
/* In statements: of a parcel of which more is to come, and of the others. */
#define MAILING_OPEN "('ordered','ready','posted','moving','returned','lost')"
#define MAILING_ENDED "('delivered','kept','spoiled','cancelled')"
struct mailing {
	char id[37], case_id[37], who[64];
	enum mailing_state state;
	char carrier[MAILING_CARRIER], waybill[MAILING_WAYBILL];
	json_t *serials; /* of the blanks in it */
	int64_t events, tries;
	struct delivery to; /* name "" when it was removed */
};
void mailing_fini(struct mailing *m);
/* Printed blanks that carry certificates of the case with this number: ["SERIAL"]. New reference. */
SW_MUST_USE int mailing_blanks(struct db_tx *tx, const char *case_number, json_t **out);
/* A new order. ERR_EXISTS: the case has one under way. */
SW_MUST_USE int mailing_add(struct db_tx *tx, struct vault *v, const char *case_id, const json_t *serials,
	const struct delivery *to, const char *who, struct uuid *id);
/* Ends with mailing_fini. ERR_NOTFOUND. */
SW_MUST_USE int mailing_get(struct db_tx *tx, struct vault *v, const char *id, struct mailing *out);
/* Whether the case has one under way that may not be ordered anew. */
SW_MUST_USE int mailing_under_way(struct db_tx *tx, const char *case_id, bool *yes);
/* The state that it has now; note: how it was settled. The carrier is asked at once in the states that wait
 * for it. */
SW_MUST_USE int mailing_set(
	struct db_tx *tx, const struct mailing *m, enum mailing_state to, const char *note);
/* The carrier's answer to the order. ERR_EXISTS: the waybill is another parcel's. */
SW_MUST_USE int mailing_ready(
	struct db_tx *tx, const struct mailing *m, const char *waybill, const char *carrier);
/* The next station. ERR_EXISTS: it is known. */
SW_MUST_USE int mailing_event_add(struct db_tx *tx, const struct mailing *m, const struct mailing_event *e);
/* The carrier was asked: rc how it went; it is asked again after `again_ms`. */
SW_MUST_USE int mailing_asked(struct db_tx *tx, const struct mailing *m, int rc, int64_t again_ms);
/* The one to ask about that waits longest, of the transaction's office. ERR_NOTFOUND. */
SW_MUST_USE int mailing_due(struct db_tx *tx, struct vault *v, struct mailing *out);
/* Of a case, oldest first: [{"id","state","carrier","waybill","serials","by","at","note","error","to"
 * (masked), "events":[{"n","code","station","at"}]}]. New reference. */
SW_MUST_USE int mailing_of_case(struct db_tx *tx, struct vault *v, const char *case_id, json_t **out);
/* What waits for the window: [{"case","number","state","id","waybill","carrier","at","error"}]; state
 * "wanted": the certificates are printed and none is ordered. At most 100. New reference. */
SW_MUST_USE int mailing_tasks(struct db_tx *tx, json_t **out);
/* Removes who received it from parcels that ended before `before`. */
SW_MUST_USE int mailing_forget(struct db_tx *tx, const char *before);
#endif
