/* 授权委托: what the authority says of who signs for a party, beside the signature. */
#ifndef REG_TRANSFER_MANDATED_H
#define REG_TRANSFER_MANDATED_H
#include "zones/extranet/registry.h"

struct mandated {
	const char *case_id, *business, *unit_code;
	const json_t *party, *signature; /* of the form; of the message, with "mandate" */
	size_t n;                        /* of the party */
	struct view text;                /* that the statement is about: the form, or its withdrawal */
	const char *at;                  /* when the message was made */
};
/* An agent without a statement signs for nobody; the statement is kept, and counts once. Nothing for a party
 * without such an agent. ERR_SIGNATURE, ERR_REFUSED and what authority_check says. */
SW_MUST_USE int mandated_check(
	struct registry *r, struct db_tx *tx, const struct mandated *m, struct err_note *note);
#endif
