/* Numbers of certificates and proofs 证书、证明编号: drawn in the entry's transaction from the office's
 * series of the year; a number that no right got is a state of its own, never a gap. */
#ifndef REG_STORE_PAPER_H
#define REG_STORE_PAPER_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"
#include "zones/extranet/domain/number.h"

/* What stands in every number of an office: "京", "东城区". */
struct paper_office {
	const char *province, *place;
};
/* Draws the next number for a right row. day: YYYY-MM-DD; at: instant. */
SW_MUST_USE int paper_draw(struct db_tx *tx, const struct paper_office *o, bool proof, const char *day,
	const char *unit, int64_t right_row, const char *ywh, const char *at,
	char out[static NUMBER_CERTIFICATE]);
/* Takes in a number that a right brought along (import). ERR_EXISTS. */
SW_MUST_USE int paper_take_in(struct db_tx *tx, const struct paper_office *o, bool proof, const char *number,
	const char *unit, int64_t right_row, const char *ywh, const char *at);
/* After an import: what lies unused below the highest number of each series becomes void, and the series goes
 * on behind it. */
SW_MUST_USE int paper_fill(struct db_tx *tx, const struct paper_office *o, const char *ywh, const char *at);
/* 作废: the next number is drawn and declared void (a spoiled preprinted form …). reason ≤ 500 bytes. */
SW_MUST_USE int paper_void(struct db_tx *tx, const struct paper_office *o, bool proof, const char *day,
	const char *who, const char *at, const char *reason, char out[static NUMBER_CERTIFICATE]);
/* {"number","kind","state","unit","row","ywh","at","reason"}, new reference. ERR_NOTFOUND. */
SW_MUST_USE int paper_find(struct db_tx *tx, const char *number, json_t **out);
/* Whether the right that the number was drawn for stands in the book now; false for a number nobody has. */
SW_MUST_USE int paper_stands(struct db_tx *tx, struct vault *v, const char *number, bool *out);
#endif
