/* Batches 集中申请: applications that an agent hands in together under one signature. */
#ifndef INTAKE_STORE_BATCH_H
#define INTAKE_STORE_BATCH_H
#include "zones/internet/store/application.h"

#define BATCH_ROWS_MAX 1000
#define BATCH_PATH_MAX 10 /* nodes on the way of one of BATCH_ROWS_MAX forms */
struct batch {
	char id[37], owner[37], business[48], division[7], at[25];
	int64_t business_version, count;
};
struct batch_row {
	int64_t n, part, leaf; /* n from 1; part 0: in no text yet */
	char application[37], path[BATCH_PATH_MAX * DIGEST_HEX];
};
SW_MUST_USE int batch_insert(struct db_tx *tx, const struct batch *b, const char *key);
/* ERR_NOTFOUND; also where it is another person's. */
SW_MUST_USE int batch_get(struct db_tx *tx, const char *id, const char *owner, struct batch *out);
SW_MUST_USE int batch_by_key(struct db_tx *tx, const char *owner, const char *key, struct batch *out);
/* Newest first, at most 200: [{"id","business","business_version","count","at","states":{STATE:n}}]. */
SW_MUST_USE int batch_list(struct db_tx *tx, const char *owner, json_t **out);
/* An application, which stands with this batch in the table, is row n of it. */
SW_MUST_USE int batch_row_add(
	struct db_tx *tx, const char *batch, int64_t n, const char *application, const char *unit_code);
SW_MUST_USE int batch_row_unit(struct db_tx *tx, const char *batch, int64_t n, const char *unit_code);
/* ERR_NOTFOUND: nothing of this row arrived. */
SW_MUST_USE int batch_row_get(struct db_tx *tx, const char *batch, int64_t n, struct batch_row *out);
/* [{"n","application","unit_code","state","number","reason","part","waiting"}], waiting: parties that have
 * still to sign. */
SW_MUST_USE int batch_rows(struct db_tx *tx, const char *batch, json_t **out);
/* Rows whose form is fixed and that stand in no signed text, by n: [application, …]. New reference. */
SW_MUST_USE int batch_ready(struct db_tx *tx, const char *batch, json_t **out);
/* Where a row stands in a text. */
SW_MUST_USE int batch_row_place(struct db_tx *tx, const char *batch, const char *application, int64_t part,
	int64_t leaf, const char *path);
/* Its form was opened again: it stands in no text. Nothing where it is no row of a batch. */
SW_MUST_USE int batch_row_open(struct db_tx *tx, const struct application *a);
/* The text that is not signed yet takes the place of the one before it; *part: its number. */
SW_MUST_USE int batch_text_put(struct db_tx *tx, const char *batch, const char *text, int64_t *part);
/* Appended; part 0: the newest. *part its number, *is_signed whether it was. ERR_NOTFOUND. */
SW_MUST_USE int batch_text_get(
	struct db_tx *tx, const char *batch, int64_t *part, struct buf *text, bool *is_signed);
/* signature: JSON text. ERR_EXISTS: it is signed. */
SW_MUST_USE int batch_text_sign(
	struct db_tx *tx, struct vault *v, const char *batch, int64_t part, const char *signature);
/* The signature of a part; ERR_NOTFOUND: not signed. New reference. */
SW_MUST_USE int batch_text_signature(
	struct db_tx *tx, struct vault *v, const char *batch, int64_t part, json_t **out);
#endif
