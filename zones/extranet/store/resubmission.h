/* 补正 of a case: what was asked for, and the applicants' answer, which takes the place of form, parties and
 * materials; what stood before stays traceable. */
#ifndef REG_STORE_RESUBMISSION_H
#define REG_STORE_RESUBMISSION_H
#include "zones/extranet/store/case.h"

/* items: as correction_check takes them. */
SW_MUST_USE int resubmission_ask(struct db_tx *tx, const char *case_id, const json_t *items, const char *who);
/* The round that is asked for and not answered, with its items (new reference); ERR_NOTFOUND: none. */
SW_MUST_USE int resubmission_open(struct db_tx *tx, const char *case_id, int64_t *round, json_t **items);
/* The open round was answered at the window: form and materials stand. */
SW_MUST_USE int resubmission_close(struct db_tx *tx, const char *case_id);
/* Keeps the form that stood (`before`) and ends the round; the new form and what the row shows of it (unit
 * code, location, masked applicant) take its place, parties are taken away for case_add_party. */
SW_MUST_USE int resubmission_take(struct db_tx *tx, struct vault *v, const struct case_row *c, int64_t round,
	struct view before, struct view form);
struct resubmission_material {
	int64_t n;
	char code[48];
	struct digest digest;
	bool used; /* for the caller */
};
/* Materials of the form that stand, without those added later; *next is the number of the next one.
 * free(*out). */
SW_MUST_USE int resubmission_standing(
	struct db_tx *tx, const char *case_id, struct resubmission_material **out, size_t *n, int *next);
SW_MUST_USE int resubmission_end_material(struct db_tx *tx, const char *case_id, int64_t n, int64_t round);
SW_MUST_USE int resubmission_mark_material(struct db_tx *tx, const char *case_id, int64_t n, int64_t round);
/* [{"round","items","asked_at","who","answered_at"}] New reference. */
SW_MUST_USE int resubmission_list(struct db_tx *tx, const char *case_id, json_t **out);
/* The form that stood before the answer to a round, as it was signed; appended. ERR_NOTFOUND: the round kept
 * none. */
SW_MUST_USE int resubmission_form(
	struct db_tx *tx, struct vault *v, const char *case_id, int64_t round, struct buf *out);
#endif
