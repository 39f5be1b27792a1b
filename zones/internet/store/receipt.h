/* 提交回执: signed by the portal in the transaction that hands the application in. */
#ifndef INTAKE_STORE_RECEIPT_H
#define INTAKE_STORE_RECEIPT_H
#include "common/crypto/vault.h"
#include "common/db/db.h"

struct receipt {
	struct digest digest; /* of the text */
	char signature[512], certificate[8192], at[25];
};
SW_MUST_USE int receipt_add(struct db_tx *tx, struct vault *v, const char *application,
	const struct receipt *r, struct view text);
/* text appended; ERR_NOTFOUND. */
SW_MUST_USE int receipt_get(
	struct db_tx *tx, struct vault *v, const char *application, struct receipt *out, struct buf *text);
/* Is there a receipt of this application with this digest? at: since when. ERR_NOTFOUND. */
SW_MUST_USE int receipt_known(
	struct db_tx *tx, const char *application, const struct digest *digest, char at[static 25]);
#endif
