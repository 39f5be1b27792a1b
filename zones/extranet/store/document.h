/* Documents 文书 of this office (reg_document): what stands on one is fixed when it is added; its files and
 * the seal over them are added later, once. */
#ifndef REG_STORE_DOCUMENT_H
#define REG_STORE_DOCUMENT_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/blob.h"
#include "common/db/db.h"

#define DOCUMENT_NUMBER 128
#define DOCUMENT_FORMATS 2
extern const char *const document_formats[DOCUMENT_FORMATS]; /* "pdf", "ofd" */
struct document_row {
	char number[DOCUMENT_NUMBER], kind[48], case_id[37], unit_code[29], who[64], at[TIME_TEXT];
	int64_t n;
};
/* at and n are filled. ERR_EXISTS. */
SW_MUST_USE int document_add(struct db_tx *tx, struct vault *v, struct document_row *d, const json_t *facts);
/* How many of a kind a case has. */
SW_MUST_USE int document_count(struct db_tx *tx, const char *kind, const char *case_id, int64_t *out);
/* facts: new reference; NULL when of no interest. ERR_NOTFOUND. */
SW_MUST_USE int document_get(
	struct db_tx *tx, struct vault *v, const char *number, struct document_row *out, json_t **facts);
/* ERR_NOTFOUND: not sealed yet, or no such format. */
SW_MUST_USE int document_file(struct db_tx *tx, const char *number, const char *format, struct blob_ref *out);
/* The document with a file of that digest: "" when there is none. */
SW_MUST_USE int document_of_file(
	struct db_tx *tx, const struct digest *file, char number[static DOCUMENT_NUMBER]);
struct document_seal {
	struct buf statement; /* caller: buf_init, buf_fini */
	char signature[512], certificate[8192];
};
SW_MUST_USE int document_seal_add(struct db_tx *tx, const char *number,
	const struct blob_ref files[static DOCUMENT_FORMATS], const char *statement, const char *signature,
	struct view certificate);
SW_MUST_USE int document_seal_get(struct db_tx *tx, const char *number, struct document_seal *out);
/* Numbers without a seal, oldest first, at most 50. */
SW_MUST_USE int document_pending(struct db_tx *tx, json_t **out);
/* [{"number","kind","at","by","sealed"}] of a case, oldest first. */
SW_MUST_USE int document_list(struct db_tx *tx, const char *case_id, json_t **out);
#endif
