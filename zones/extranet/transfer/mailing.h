/* 邮寄 as acts: what moves a parcel moves the blanks in it, is recorded and is told to the portal, in one
 * transaction. */
#ifndef REG_TRANSFER_MAILING_H
#define REG_TRANSFER_MAILING_H
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"
#include "zones/extranet/store/mailing.h"

/* The choice of how the paper comes, as it stands now, to the portal (delivery.told). */
SW_MUST_USE int mailing_tell_choice(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const char *way);
/* Whether another way may be chosen for the case now. ERR_STATE: it ended without a certificate, its business
 * has none, or a parcel is under way. */
SW_MUST_USE int mailing_may_choose(
	struct registry *r, struct db_tx *tx, const struct case_row *c, struct err_note *note);
/* Orders the carrier for the printed certificates of a case. ERR_STATE with the reason. */
SW_MUST_USE int mailing_order(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *who,
	struct err_note *note);
/* text: of MAILING_DO_POST the waybill as it was read from the parcel, else the reason. ERR_STATE,
 * ERR_CONFLICT (another waybill), ERR_NOTFOUND. */
SW_MUST_USE int mailing_do(struct registry *r, struct db_tx *tx, const char *id, enum mailing_act act,
	const char *text, const char *who, struct err_note *note);
/* What the carrier answered to an order that still waits for it. */
SW_MUST_USE int mailing_taken(struct registry *r, struct db_tx *tx, const struct mailing *m,
	const char *waybill, const char *carrier);
/* A station that the carrier told of a parcel it still has. */
SW_MUST_USE int mailing_station(
	struct registry *r, struct db_tx *tx, const struct mailing *m, const struct mailing_event *e);
#endif
