/* Savepoints inside a transaction function: an effect that may be taken back while what stands around it
 * stays. Nest in order. */
#ifndef SW_DB_DB_SAVEPOINT_H
#define SW_DB_DB_SAVEPOINT_H
#include "common/db/db.h"

SW_MUST_USE int db_savepoint(struct db_tx *tx);
/* Takes back all since the newest savepoint and ends it. */
SW_MUST_USE int db_rollback_to(struct db_tx *tx);
/* Keeps all since the newest savepoint and ends it. */
SW_MUST_USE int db_release(struct db_tx *tx);
#endif
