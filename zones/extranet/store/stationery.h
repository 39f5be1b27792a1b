/* Numbered blanks of certificates and proofs 空白证书: stock, 缮证 (printed), 发证 (handed over), spoiled.
 * Every move is a row; what was received equals what lies in stock, was printed, is with the carrier, was
 * handed over and spoiled. */
#ifndef REG_STORE_STATIONERY_H
#define REG_STORE_STATIONERY_H
#include "common/base/json.h"
#include "common/db/db.h"

#define STATIONERY_SERIAL 32
#define STATIONERY_AT_ONCE 1000
/* Blanks PREFIX + from … PREFIX + to with `digits` digits enter the stock. kind: "title" or "proof".
 * ERR_EXISTS: one of them is known already. */
struct stationery_range {
	const char *kind, *prefix;
	int64_t from, to;
	int digits;
};
SW_MUST_USE int stationery_receive(
	struct db_tx *tx, const struct stationery_range *g, const char *who, struct err_note *note);
/* 缮证: a certificate (number `paper`) on a blank of its kind that lies in stock. ERR_NOTFOUND; ERR_STATE:
 * the blank is not in stock, is of the other kind, or the paper is printed already; a paper that is no
 * certificate of this office is ERR_NOTFOUND. */
SW_MUST_USE int stationery_print(
	struct db_tx *tx, const char *serial, const char *paper, const char *who, struct err_note *note);
/* 发证: to whom is told by `note_text` (who showed what; no personal number). ERR_STATE: it is not printed.
 */
SW_MUST_USE int stationery_hand_over(
	struct db_tx *tx, const char *serial, const char *to, const char *who, struct err_note *note);
/* 交邮: to the carrier, under the waybill that `waybill` tells. ERR_STATE: it is not printed. */
SW_MUST_USE int stationery_post(
	struct db_tx *tx, const char *serial, const char *waybill, const char *who, struct err_note *note);
/* What became of a posted one: "handed", "printed" (it came back and lies at the window) or "spoiled".
 * ERR_STATE: it is not with the carrier. */
SW_MUST_USE int stationery_posted(struct db_tx *tx, const char *serial, const char *state, const char *text,
	const char *who, struct err_note *note);
/* 作废: from stock or printed, never after the hand-over. */
SW_MUST_USE int stationery_spoil(
	struct db_tx *tx, const char *serial, const char *reason, const char *who, struct err_note *note);
/* {"serial","kind","state","paper","moves":[{"state","paper","at","by","note"}]} */
SW_MUST_USE int stationery_get(struct db_tx *tx, const char *serial, json_t **out);
/* {"balance":[{"kind","received","stock","printed","posted","handed","spoiled"}],"rows":[…]}: blanks of a
 * state ("" all) behind `after`, at most 100. */
SW_MUST_USE int stationery_list(struct db_tx *tx, const char *state, const char *after, json_t **out);
#endif
