/* Inside common/audit only: a database and its log after one of the two may have been restored. */
#ifndef SW_AUDIT_AUDIT_REJOIN_H
#define SW_AUDIT_AUDIT_REJOIN_H
#include "common/audit/audit_log.h"
#include "common/db/db.h"

/* A database older than its log takes back from it what it has forgotten; then its newest rows must be the
 * log's newest entries. ERR_DIGEST: they tell different things. */
SW_MUST_USE int audit_rejoin(struct db *d, struct audit_log *l);
#endif
