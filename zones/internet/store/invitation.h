/* Invitations of parties to sign: a code per party, of which only the digest is kept. */
#ifndef INTAKE_STORE_INVITATION_H
#define INTAKE_STORE_INVITATION_H
#include "common/db/db.h"

#define INVITATION_DAYS 14
/* A new code takes the place of the party's earlier one. */
SW_MUST_USE int invitation_put(
	struct db_tx *tx, const char *application, int n, const struct digest *code, int64_t until_ms);
/* Which party of which application; ERR_NOTFOUND also when it has run out. */
SW_MUST_USE int invitation_find(
	struct db_tx *tx, const struct digest *code, int64_t now_ms, char application[static 37], int *n);
SW_MUST_USE int invitation_drop_all(struct db_tx *tx, const char *application);
#endif
