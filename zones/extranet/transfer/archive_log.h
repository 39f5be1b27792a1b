/* The records that the audit log holds of a case and of its documents, each with its proof. */
#ifndef REG_TRANSFER_ARCHIVE_LOG_H
#define REG_TRANSFER_ARCHIVE_LOG_H
#include "zones/extranet/transfer/archive_case.h"

/* Gives each as (n from 1, its line, its proof under the newest checkpoint as audit_proof.h writes it).
 * ERR_BUSY: a record of the case is not under a checkpoint yet; or what `each` returns. */
SW_MUST_USE int archive_log_each(const struct archive_case *a,
	int (*each)(void *arg, size_t n, struct view line, struct view proof), void *arg);
#endif
