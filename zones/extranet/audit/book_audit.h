/* The book's auditor: reads the raw tables by statements of its own and recomputes every invariant — the
 * chain of the log, the digest of every row as it was made and as it was ended, numbers without gaps, one
 * ownership for a unit, shares, queues, blind indexes, papers, the signed decisions — sharing with the writer
 * nothing but the list of columns and the digests' definition. */
#ifndef REG_AUDIT_BOOK_AUDIT_H
#define REG_AUDIT_BOOK_AUDIT_H
#include "common/crypto/key.h"
#include "common/crypto/vault.h"
#include "common/db/blob.h"
#include "zones/extranet/store/paper.h"

struct book_audit {
	struct vault *vault;
	const struct suite *suite;
	struct paper_office office;
	const struct cert *seal;       /* of the certificates' signatures; NULL: not checked */
	const struct trust *authority; /* of the office's people, for their decisions; NULL: not checked */
	struct blob_store *blobs;      /* of the certificates' files; NULL: not checked */
	json_t *findings;              /* filled: [{"code","table","key","text"}] */
	int64_t rows, entries;         /* filled: looked at */
};
/* 0 when it could look at everything, whatever it found. Consequences of a damaged row are not told again. */
SW_MUST_USE int book_audit_run(struct book_audit *a, struct db_tx *tx);
#endif
