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
	struct query q;
	char name[96], id_number[32]; /* of the person who signed; "" for the public kinds */
	struct vault_lookup person;   /* by the number; empty for the public kinds */
	json_t *out;                  /* the answer */
	json_t *units;                /* codes it shows */
	struct buf pdf;               /* a proof; empty else */
	char number[64], digest[DIGEST_HEX];
};
/* answer_book.c: own, unit, certificate, location. */
SW_MUST_USE int answer_book_own(struct answer *a, struct db_tx *tx);
SW_MUST_USE int answer_book_state(struct answer *a, struct db_tx *tx, struct err_note *note);
/* The holdings of the person as answer_book_own shows them. New reference. */
SW_MUST_USE int answer_book_held(struct answer *a, struct db_tx *tx, json_t **rows);
/* answer_proof.c: 无房证明, 有房证明: drawn, sealed, numbered. */
SW_MUST_USE int answer_proof_make(struct answer *a, struct db_tx *tx, struct err_note *note);
/* answer_public.c: state of a paper, progress of a case. */
SW_MUST_USE int answer_public_paper(struct answer *a, struct db_tx *tx);
SW_MUST_USE int answer_public_case(struct answer *a, struct db_tx *tx);
#endif
