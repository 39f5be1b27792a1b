/* The account of an import: every record that was read, taken or refused (domain/import_map.h). read = taken
 * + refused when it is done. */
#ifndef REG_STORE_IMPORT_H
#define REG_STORE_IMPORT_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/db.h"

#define IMPORT_RUN 40 /* text of a run's name */
enum import_state { IMPORT_READING, IMPORT_WRITING, IMPORT_DONE };

struct import_record {
	const char *run, *source;
	int64_t n, line;    /* number of the record in its source, from 1; where it begins */
	const char *unit;   /* "" refused before it was known */
	const json_t *rows; /* NULL: refused */
	const char *column, *reason;
};
/* Begins, or goes on: *state says where. */
SW_MUST_USE int import_begin(struct db_tx *tx, const char *run, const char *origin, enum import_state *state);
SW_MUST_USE int import_set_state(struct db_tx *tx, const char *run, enum import_state to);
SW_MUST_USE int import_add(struct db_tx *tx, struct vault *v, const struct import_record *r);
/* The last record of a source that was read; 0 none. */
SW_MUST_USE int import_last(struct db_tx *tx, const char *run, const char *source, int64_t *n);
/* Units with records that wait, in order behind `after`: array of codes. */
SW_MUST_USE int import_units(struct db_tx *tx, const char *run, const char *after, int limit, json_t **out);
/* The records of a unit that wait: [{"source","n","line","rows"}]. */
SW_MUST_USE int import_of_unit(
	struct db_tx *tx, struct vault *v, const char *run, const char *unit, json_t **out);
/* All waiting records of the unit are in the book now. */
SW_MUST_USE int import_taken(struct db_tx *tx, const char *run, const char *unit, const char *ywh);
/* All waiting records of the unit are refused; record n of source (NULL none) for column and reason, the
 * others because of it. */
SW_MUST_USE int import_refuse(struct db_tx *tx, const char *run, const char *unit, const char *source,
	int64_t n, const char *column, const char *reason);
/* [{"source","read","taken","refused"}] */
SW_MUST_USE int import_counts(struct db_tx *tx, const char *run, json_t **out);
/* Refused records by source and line. */
SW_MUST_USE int import_refused(
	struct db_tx *tx, const char *run, int (*each)(void *arg, json_t *row), void *arg);
/* Of a trial: nothing of it stays. */
SW_MUST_USE int import_forget(struct db_tx *tx, const char *run);
#endif
