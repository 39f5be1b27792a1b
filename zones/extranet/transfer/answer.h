/* query.asked: what a person asks over the portal is answered from the book, recorded for the holders, never
 * stored on the way. The portal is believed about nothing: questions about people and property carry the
 * person's own signature and the identity platform's token. */
#ifndef REG_TRANSFER_ANSWER_H
#define REG_TRANSFER_ANSWER_H
#include "common/exchange/exchange.h"
#include "zones/extranet/domain/query.h"
#include "zones/extranet/registry.h"

exchange_reply answer_query; /* query.asked → query.answered */

struct answer {
	struct registry *r;
	char tenant[7];
	const struct office *office;
	struct query q;
	char name[96], id_kind[4], id_number[32]; /* of the person who signed; "" for the public kinds */
	struct vault_lookup person; /* by the number; empty for the public kinds, of QUERY_HOLDING who is
				       named */
	json_t *out;                /* the answer */
	json_t *units;              /* codes it shows */
	struct buf pdf;             /* a proof; empty else */
	json_t *held, *facts; /* of a proof to be drawn: what it was made from, what it says; NULL else */
	char number[64], digest[DIGEST_HEX];
};
/* answer.c. ERR_RATE: as many as a person, or the public, may ask. */
SW_MUST_USE int answer_limits(struct answer *a, struct db_tx *tx, struct err_note *note);
SW_MUST_USE int answer_record(struct answer *a, struct db_tx *tx);
SW_MUST_USE int answer_reply(struct answer *a, json_t **body);
/* answer_book.c: own, unit, certificate, location. */
SW_MUST_USE int answer_book_own(struct answer *a, struct db_tx *tx);
SW_MUST_USE int answer_book_state(struct answer *a, struct db_tx *tx, struct err_note *note);
/* The holdings of the person as answer_book_own shows them. New reference. */
SW_MUST_USE int answer_book_held(struct answer *a, struct db_tx *tx, json_t **rows);
/* Rows of the unit as they bind today: a lapse counts although nobody wrote it down yet. */
SW_MUST_USE int answer_book_unit(struct answer *a, struct db_tx *tx, const char *unit, json_t **rows);
/* answer_proof.c: 无房证明, 有房证明. Reserved: in the transaction of the question the number is taken and
 * written in the log (proof.reserved), with facts set; a->facts stays NULL when what was asked for is not so.
 * Given: drawn and sealed in no transaction, then recorded in one that finds the holdings as they were
 * (ERR_CONFLICT else). A number that nothing came of is void, proof.void in the log; what a crash left
 * reserved is voided by answer_proof_settle, at the next start. */
SW_MUST_USE int answer_proof_reserve(struct answer *a, struct db_tx *tx);
SW_MUST_USE int answer_proof_give(struct answer *a, json_t **body, struct err_note *note);
SW_MUST_USE int answer_proof_settle(struct registry *r);
/* answer_holding.c: {"state":"matches","location"} or {"state":"differs"}: not told which part of what was
 * named is wrong, nor whether any of it is in the book. Questions are counted for who is named and for the
 * unit, whoever asks: ERR_RATE. */
SW_MUST_USE int answer_holding(struct answer *a, struct db_tx *tx, struct err_note *note);
/* answer_public.c: state of a paper, progress of a case, notices. */
SW_MUST_USE int answer_public_paper(struct answer *a, struct db_tx *tx);
/* {"state"}: valid, replaced, issued, unknown. The same "unknown" for what was never drawn, is void, is
 * another office's, or stays in the office. */
SW_MUST_USE int answer_public_number(struct answer *a, struct db_tx *tx);
SW_MUST_USE int answer_public_case(struct answer *a, struct db_tx *tx);
/* {"rows"}: public_notice.h. */
SW_MUST_USE int answer_public_notices(struct answer *a, struct db_tx *tx);
#endif
