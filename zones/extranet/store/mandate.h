/* Statements by which agents signed for parties of a case (domain/authority.h). */
#ifndef REG_STORE_MANDATE_H
#define REG_STORE_MANDATE_H
#include "common/crypto/vault.h"
#include "common/db/db.h"
#include "zones/extranet/domain/authority.h"

/* ERR_EXISTS: this statement came before. */
SW_MUST_USE int mandate_add(struct db_tx *tx, struct vault *v, const char *case_id, int n,
	const struct authority_result *r, const struct mandate *m);
/* The newest about the party: {"kind","power","businesses","units","from","until","at"}; ERR_NOTFOUND. New
 * reference. */
SW_MUST_USE int mandate_of(struct db_tx *tx, const char *case_id, int n, json_t **out);
/* All of a case as they were signed: [{"party","statement","signature","certificate"}]. New reference. */
SW_MUST_USE int mandate_list(struct db_tx *tx, struct vault *v, const char *case_id, json_t **out);
#endif
