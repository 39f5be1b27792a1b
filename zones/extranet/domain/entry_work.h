/* Inside the rules of entry_plan.h: what the planners of the single kinds share. A planner returns 0 or the
 * error of work_block. */
#ifndef REG_DOMAIN_ENTRY_WORK_H
#define REG_DOMAIN_ENTRY_WORK_H
#include "zones/extranet/domain/entry_plan.h"
#include "zones/extranet/domain/right.h"
#include "zones/extranet/domain/share.h"

#define WORK_HOLDERS_MAX 64
struct entry_work {
	const struct entry_input *in;
	struct plan *plan;
	json_t *findings;
	const char *unit;
	const json_t *fields, *parties;
	/* The unit's ownership or use right, NULL none. */
	const json_t *right;
	const struct right_owner *owner;
	json_t *holders; /* its qlr rows */
};
typedef int entry_planner(struct entry_work *w);
entry_planner entry_first_plan, entry_transfer_plan, entry_change_holder_plan, entry_change_unit_plan,
	entry_split_plan, entry_merge_plan, entry_cancel_plan, entry_correct_plan, entry_reissue_plan;
entry_planner entry_objection_plan, entry_objection_suit_plan, entry_objection_cancel_plan,
	entry_prenotice_plan, entry_prenotice_cancel_plan;
entry_planner entry_mortgage_plan, entry_mortgage_change_plan, entry_mortgage_transfer_plan,
	entry_mortgage_cancel_plan;
entry_planner entry_seizure_plan, entry_seizure_renew_plan, entry_seizure_release_plan;
entry_planner entry_easement_plan, entry_residence_plan, entry_burden_cancel_plan;

/* Records the reason; returns ERR_BLOCKED. */
int work_block(struct entry_work *w, const char *reason, const char *what);
/* A text field of the form, "" when absent; a whole number, 0 when absent. */
const char *work_field(const struct entry_work *w, const char *code);
int64_t work_int(const struct entry_work *w, const char *code);
/* 登记原因: the form's own words, else the business's name. */
const char *work_ground(const struct entry_work *w);
/* Number of parties in a role. */
size_t work_count(const struct entry_work *w, const char *role);
/* Names of the parties of a role, or of holders, joined by 、. Appended. */
int work_names(const struct entry_work *w, const char *role, struct buf *out);
/* NO-RIGHT unless an ownership or use right is in force. */
SW_MUST_USE int work_need_right(struct entry_work *w);
/* Who disposes of the whole, in `role`: a sole owner, all joint owners, owners by shares of two thirds or
 * more. `holders`: of the right disposed of. NOT-HOLDER, CO-OWNERS. */
SW_MUST_USE int work_need_disposers(struct entry_work *w, const char *role, const json_t *holders);
/* All parties of `role` are among `holders`, and at least one. NOT-HOLDER. */
SW_MUST_USE int work_need_among(struct entry_work *w, const char *role, const json_t *holders);
/* Every holder of the right row stands among the parties who sign. NOT-HOLDER. */
SW_MUST_USE int work_need_signers(struct entry_work *w, int64_t right_row);
/* Row in force of `table` whose paper has the number in field `code`. PROOF. */
SW_MUST_USE int work_by_proof(struct entry_work *w, const char *table, const char *code, const json_t **out);
/* from ≤ to, both dates. DATES. */
SW_MUST_USE int work_need_dates(struct entry_work *w, const char *from, const char *to);

/* Who holds how much of a right that is made. */
struct work_holder {
	const char *name, *id_kind, *id_number; /* borrowed from form or rows */
	struct share share;
};
struct work_holders {
	struct work_holder v[WORK_HOLDERS_MAX];
	size_t n;
	bool joint; /* 共同共有: no shares */
};
/* The parties of a role with their shares times `of`; a person who is there already gets the sum. */
SW_MUST_USE int work_add_parties(
	struct entry_work *w, struct work_holders *h, const char *role, struct share of);
SW_MUST_USE int work_add_holder(struct entry_work *w, struct work_holders *h, const json_t *row);
/* PERSON-TWICE, when what changed made two holders the same person. */
int work_need_once(struct entry_work *w, const struct work_holders *h);
/* Writes the qlr rows of a right row of this plan (or, for a right that stays, its bsm). */
SW_MUST_USE int work_write_holders(struct entry_work *w, const struct work_holders *h, const char *table,
	const char *unit, int64_t right_row);
/* Columns that every new right has: bdcdyh qllx djlx djyy fj dbr djsj ssbsm and the paper. New reference. */
json_t *work_right(const struct entry_work *w, const char *unit, const char *table, int right_type);
/* The ownership goes on under a new row and number; holders NULL: the same. `changes`: columns to set
 * (stolen, may be NULL). */
SW_MUST_USE int work_renew(struct entry_work *w, const struct work_holders *h, json_t *changes);
/* The same for another right of the unit: a new row after `old` with its holders. */
SW_MUST_USE int work_renew_row(struct entry_work *w, const char *table, const json_t *old, json_t *changes,
	const struct work_holders *h, enum entry_paper paper);
/* Ends a right row and its holders; with a ground also zxdj. */
void work_end(struct entry_work *w, const char *table, const json_t *row, const char *ground);
void work_end_in(
	struct entry_work *w, const json_t *rows, const char *table, const json_t *row, const char *ground);
/* Ends the pre-notices of the kinds that this entry fulfils: 预告转本登记. */
void work_fulfil(struct entry_work *w, const char *first_kind, const char *last_kind);
#endif
