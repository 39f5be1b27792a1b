/* One act of a registrar on one case: the review rules on a snapshot, then one transaction that rechecks
 * version, claim, state and process, that what the rules judged still stands, and records it. The routes of
 * single cases and of batches take the same way. */
#ifndef REG_API_CASE_ACT_H
#define REG_API_CASE_ACT_H
#include "zones/extranet/api/api.h"
#include "zones/extranet/api/keyring.h"
#include "zones/extranet/store/case.h"
#include "zones/extranet/store/charge.h"
#include "zones/extranet/store/rules.h"

struct case_act;
struct case_act_kind {
	const char *act;   /* of the process */
	const char *audit; /* record */
	const char *stage; /* of the review rules; NULL none are asked */
	enum case_action law;
	bool keeps; /* whoever has claimed the case keeps it after the act */
	/* What the act does to the case that was read, before it is recorded; moves it. */
	int (*effect)(struct case_act *a, struct db_tx *tx, struct case_row *c);
};
struct case_act {
	const struct case_act_kind *kind;
	struct registry *r;
	const char *id, *who;
	const struct http_account *user; /* who asks */
	int64_t version;
	const char *text;              /* opinion, reason, or what the applicant is told; "" none */
	const char *ground;            /* legal, of reject and refuse; NULL none */
	const char *to;                /* of a way back: the act that is done anew; NULL the last one */
	const json_t *items;           /* of a correction; NULL none */
	const char *voucher, *paid_on; /* tax */
	int64_t amount_cents;
	struct charge_order charge; /* acceptance */
	struct keyring_key *key;    /* the person's, while the act is taken */
	struct rules_look look;
	bool looked;
	bool stale; /* what the rules judged was changed before the act */
	struct err_note note;
	struct case_row after;
};
/* accept, review, approve, check, enter, archive by name; NULL another. */
const struct case_act_kind *case_act_find(const char *act);
/* The drawing's own permission for that act at this step (flows_permit), asked of who asks. */
SW_MUST_USE int case_act_permit(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const char *act, const struct http_account *user, struct err_note *note);
/* Judged on a snapshot; when case, book or rules changed before the act's transaction, nothing is done and it
 * is judged anew, a few times. Signed with the person's own key: ERR_LOCKED when it is not open in this
 * session. ERR_BLOCKED: by the book (note), or by a review rule (look.verdict, which is kept with the case).
 * Ends with case_act_fini in every case. */
SW_MUST_USE int case_act_take(struct http_request *r, struct case_act *a);
void case_act_fini(struct case_act *a);
/* The same for the case and version of the request, and its answer. */
SW_MUST_USE int case_act_answer(struct http_request *r, struct case_act *a);
/* A text of the body, 1 to 500 bytes. */
SW_MUST_USE int case_act_text(struct http_request *r, const char *key, const char **out);

/* "ground" of the body: one of grounds.yaml for this act. */
SW_MUST_USE int case_act_ground(
	struct http_request *r, const char *act, const char **out, struct err_note *note);

extern const struct case_act_kind case_act_enter, case_act_approve, case_act_check; /* case_tasks.c */
/* Moves to the state that the law gives after this act. */
SW_MUST_USE int case_act_move(struct case_act *a, struct db_tx *tx, struct case_row *c);
#endif
