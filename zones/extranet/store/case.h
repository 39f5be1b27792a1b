/* Cases 办件, their parties, materials, steps, tax vouchers, graphics. Every change of state goes through
 * case_move, which checks the version. */
#ifndef REG_STORE_CASE_H
#define REG_STORE_CASE_H
#include "common/base/json.h"
#include "common/crypto/vault.h"
#include "common/db/blob.h"
#include "common/db/db.h"
#include "zones/extranet/domain/case_state.h"

/* The form of a case, taken apart. Read on a snapshot it counts in a transaction that finds the case at the
 * same version: every change of the form moves it. */
struct case_form {
	int64_t version;
	json_t *json;
	char digest[DIGEST_HEX]; /* of the canonical text */
};
struct case_row {
	char id[37], number[24], business[48], unit_code[29], deadline[11], reviewer[64], received_at[25];
	char location[256], applicant_mask[96], note[512];
	char channel[16]; /* portal, window, department */
	char portal[16];  /* zone of the portal it came from; "internet" for all others */
	char claims[128]; /* reductions of the fee it claims: codes separated by spaces */
	char ground[32];  /* legal ground of the step that is being written; not read back */
	char office[32];  /* unit that took it in at the window; "" from the portal */
	char batch[37];   /* 集中申请 it came in with; "" none */
	int64_t business_version, version;
	enum case_state state;
	bool has_tax, has_cadastral;
	int64_t cadastral_area_cm2;
	const struct case_form *form; /* borrowed, of who read it before and found the version; NULL none */
	const json_t
		*rows; /* borrowed: book_unit of its unit as it stands in this transaction; NULL not read */
};
/* What a statement about cases (reg_case c, reg_tax t) selects first, for case_fill. */
#define CASE_COLUMNS                                                                                         \
	"c.id, c.number, c.business, c.business_version, c.state, c.version, c.unit_code, c.location, "      \
	"c.applicant_mask, c.received_at, c.deadline, c.reviewer, c.note, c.cadastral, t.voucher, "          \
	"c.channel, "                                                                                        \
	"c.claims, c.office, c.portal, c.batch"
#define CASE_WIDTH 20
struct case_party {
	char role[24], name[96], id_kind[4], id_number[32];
	int64_t share_num, share_den;
	char signed_at[25], person_certificate[DIGEST_HEX];
};
struct case_material {
	char code[48], name[160], media[64];
	struct blob_ref ref;
};

void case_fill(struct db_query *q, struct case_row *c);
/* by: case id or number. ERR_NOTFOUND. */
SW_MUST_USE int case_get(struct db_tx *tx, const char *by, struct case_row *out);
SW_MUST_USE int case_insert(struct db_tx *tx, struct vault *v, const struct case_row *c, const char *form);
SW_MUST_USE int case_add_party(
	struct db_tx *tx, struct vault *v, const char *case_id, int n, const struct case_party *p);
/* ERR_EXISTS: this token was used before. */
SW_MUST_USE int case_take_nonce(struct db_tx *tx, const char *nonce, const char *case_id);
SW_MUST_USE int case_add_material(
	struct db_tx *tx, const char *case_id, int n, const struct case_material *m);
/* Moves to a state if `version` is still current (-1: any): ERR_CONFLICT otherwise. Writes the step row; note
 * ≤ 500 bytes. */
SW_MUST_USE int case_move(struct db_tx *tx, struct case_row *c, int64_t version, enum case_state to,
	const char *who, const char *note);
/* Last day of the promised term, and the day on which 80 % of it are used. */
SW_MUST_USE int case_set_deadline(
	struct db_tx *tx, const struct case_row *c, const char *date, const char *warn_on);
SW_MUST_USE int case_set_reviewer(struct db_tx *tx, const struct case_row *c, const char *who);
SW_MUST_USE int case_set_cadastral(struct db_tx *tx, const struct case_row *c, const char *result_json);
SW_MUST_USE int case_add_tax(struct db_tx *tx, const char *case_id, const char *voucher, int64_t amount_cents,
	const char *paid_on, const char *who);
/* 撤销完税登记: the voucher is taken back and kept among the voided ones. */
SW_MUST_USE int case_void_tax(struct db_tx *tx, struct case_row *c, const char *who);
SW_MUST_USE int case_add_graphics(
	struct db_tx *tx, const char *case_id, const char *name, const struct blob_ref *ref);
/* Whether any were handed in, held still or not. */
SW_MUST_USE int case_has_graphics(struct db_tx *tx, const char *case_id, bool *has);
/* Graphics still held of cases whose result came back from the intranet, or that ended without an entry:
 * [{"case","blob" (hex)}]. */
SW_MUST_USE int case_graphics_answered(struct db_tx *tx, json_t **out);
SW_MUST_USE int case_graphics_removed(struct db_tx *tx, const char *case_id);

/* Party n (0…), ERR_NOTFOUND behind the last. */
SW_MUST_USE int case_get_party(
	struct db_tx *tx, struct vault *v, const char *case_id, int n, struct case_party *out);
SW_MUST_USE int case_get_material(struct db_tx *tx, const char *case_id, int n, struct case_material *out);
/* The canonical form the parties signed, appended. */
SW_MUST_USE int case_get_form(struct db_tx *tx, struct vault *v, const char *case_id, struct buf *out);
/* The same taken apart, of the version of `c`. Ends with case_form_fini. */
SW_MUST_USE int case_form_read(struct db_tx *tx, struct vault *v, const struct suite *s,
	const struct case_row *c, struct case_form *out, struct err_note *note);
/* c's own, or read now into `own`, which is empty; *out is the one that was taken. */
SW_MUST_USE int case_form_of(struct db_tx *tx, struct vault *v, const struct suite *s,
	const struct case_row *c, struct case_form *own, const struct case_form **out);
void case_form_fini(struct case_form *f);
/* JSON for pages. list: state "" = all; before: number cursor or "". */
SW_MUST_USE int case_list(struct db_tx *tx, const char *state, const char *before, json_t **out);
SW_MUST_USE int case_json(const struct case_row *c, json_t **out);
SW_MUST_USE int case_steps(struct db_tx *tx, const char *case_id, json_t **out);
SW_MUST_USE int case_tax(struct db_tx *tx, const char *case_id, json_t **out); /* null when none */
/* Vouchers that were taken back: [{"voucher_no","amount_cents","paid_on","by","at","voided_by","voided_at"}].
 */
SW_MUST_USE int case_tax_voids(struct db_tx *tx, const char *case_id, json_t **out);
/* Result of the cadastral review as it came from the intranet; null when none. */
SW_MUST_USE int case_cadastral(struct db_tx *tx, const char *case_id, json_t **out);
/* A document added after the submission, as the next one; it takes the place of the added one with the digest
 * `replaces` (NULL none). ERR_NOTFOUND: none such stands. */
SW_MUST_USE int case_add_late(struct db_tx *tx, const char *case_id, const struct case_material *m,
	const char *note, const struct digest *replaces);
/* All that were ever handed in; "added" says when, of one that came after the submission; "replaced" says
 * which a later answer to a correction ("round") took the place of. */
SW_MUST_USE int case_materials(struct db_tx *tx, const char *case_id, json_t **out);
/* Ids of cases in a state, oldest first: array of strings. */
SW_MUST_USE int case_in_state(struct db_tx *tx, enum case_state s, json_t **out);
#endif
