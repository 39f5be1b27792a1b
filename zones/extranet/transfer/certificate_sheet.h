/* One paper 缮证 that an entry gave: of a right of one unit. A division 分割 gives every new unit its own.
 * Inside transfer/certificate*.c only. */
#ifndef REG_TRANSFER_CERTIFICATE_SHEET_H
#define REG_TRANSFER_CERTIFICATE_SHEET_H
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"
#include "zones/extranet/store/document.h"

struct certificate_sheet {
	struct registry *r; /* this and the two that follow are borrowed */
	const struct office *office;
	const struct case_row *c;
	char number[NUMBER_CERTIFICATE], unit[29];
	int64_t bsm;
	json_t *rows;        /* of the unit */
	const char *table;   /* of the right */
	const json_t *right; /* borrowed from rows; NULL: it ended before its paper was made */
	json_t *holders, *facts;
	struct buf pdf, text, signature; /* signature: over text, base64 */
	struct blob_ref ref;
};
void certificate_sheet_init(struct certificate_sheet *m);
void certificate_sheet_fini(struct certificate_sheet *m);
/* Outside of any transaction: the paper as drawn from the book, its text with the office's e-seal, its blob.
 */
SW_MUST_USE int certificate_sheet_make(struct certificate_sheet *m);
/* In the transaction of the step: its rows; `send`: and the message to the portal, when the case came from
 * one. */
SW_MUST_USE int certificate_sheet_store(struct certificate_sheet *m, struct db_tx *tx, bool send);
#endif
