/* What a case's entries did to the book, as text whose digests anybody can recompute: for the archive. */
#ifndef REG_STORE_ENTRY_EVIDENCE_H
#define REG_STORE_ENTRY_EVIDENCE_H
#include "zones/extranet/store/entry_book.h"

/* [{"n","unit","at","by","text","chain","rows":[{"op","table","key","digest","text","row"}]}], an element a
 * row of the log, in order. "text" of an entry: the chain before, a line end and the log row without "lz" in
 * canonical form; its digest is "chain". "text" of a row: salt, op, table, a line each, and the row in
 * canonical form as it was then; its digest is "digest", which the log row names in "mx". "row": the same as
 * values. ERR_DIGEST: the book says otherwise than it did. New reference. */
SW_MUST_USE int entry_evidence(
	struct vault *v, const struct suite *s, struct db_tx *tx, const char *ywh, json_t **out);
#endif
