/* The archive 归档 of closed cases, and who borrowed what 借阅. */
#ifndef REG_STORE_ARCHIVE_H
#define REG_STORE_ARCHIVE_H
#include "common/base/json.h"
#include "common/db/blob.h"
#include "common/db/db.h"
#include "zones/extranet/store/case.h"

/* Cases that ended (case_move) and have no package yet, at most 20: array of ids. */
SW_MUST_USE int archive_waiting(struct db_tx *tx, json_t **out);
/* How many audit records tell of a subject. */
SW_MUST_USE int archive_records(struct db_tx *tx, const char *subject, int64_t *out);
/* closed: instant of the last step; manifest: SHA-256 of its tagmanifest in hex. ERR_EXISTS. */
SW_MUST_USE int archive_add(struct db_tx *tx, const struct case_row *c, const char *closed,
	const char *manifest, const struct blob_ref *ref);
/* by: case id or number. number: of the case; NULL when of no interest. ERR_NOTFOUND. */
SW_MUST_USE int archive_file(
	struct db_tx *tx, const char *by, char id[static 37], char number[static 24], struct blob_ref *out);
/* What is looked for; "" all. words: part of a location. day: YYYY-MM-DD, closed from and to. */
struct archive_search {
	const char *number, *unit, *words, *from, *to, *after;
};
/* [{"case","number","business","unit_code","location","closed","at","manifest","size","lent"}], by number, at
 * most 100 behind `after`. */
SW_MUST_USE int archive_find(struct db_tx *tx, const struct archive_search *s, json_t **out);
/* ERR_EXISTS: it is lent already. */
SW_MUST_USE int archive_lend(struct db_tx *tx, const char *case_id, const char *borrower, const char *purpose,
	const char *due, const char *who);
SW_MUST_USE int archive_return(struct db_tx *tx, const char *case_id, const char *who); /* ERR_NOTFOUND */
SW_MUST_USE int archive_lent(struct db_tx *tx, const char *case_id, bool *out);
/* [{"n","borrower","purpose","due","at","by","returned_at","returned_to"}]; case_id "": what is out now. */
SW_MUST_USE int archive_lendings(struct db_tx *tx, const char *case_id, json_t **out);
#endif
