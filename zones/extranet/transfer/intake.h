/* One queue for what comes from the portal, the window and departments 线上线下一体: a form becomes a case.
 * What vouches for the parties differs (their signatures, or the registrar who saw them) and is the caller's.
 */
#ifndef REG_TRANSFER_INTAKE_H
#define REG_TRANSFER_INTAKE_H
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"

struct intake {
	struct registry *r;
	const json_t *form;  /* business_check_form */
	const char *channel; /* portal, window, department */
	const char *portal;  /* zone of the portal; "internet" unless the caller says another */
	const char *batch;   /* 集中申请 it is one of; "" */
	const char *who;     /* who brought it in: "portal" or the registrar */
	const char *note;    /* of the first step */
	const char *claims;  /* reductions of the fee, codes separated by spaces */
	const char *office;  /* unit of who took it in, "" */
	const struct business *b;
	struct buf canonical;
	struct case_row row;
};
void intake_init(
	struct intake *in, struct registry *r, const json_t *form, const char *channel, const char *who);
void intake_fini(struct intake *in);
/* Checks the form against a version this office takes and against the channel, numbers the case, stores it
 * with its process, first step, progress and audit record. ERR_REFUSED, ERR_SCHEMA with the reason in note.
 * Parties and materials follow in the same transaction. */
SW_MUST_USE int intake_store(struct intake *in, struct db_tx *tx, struct err_note *note);
/* 补正: the form is the applicants' answer to what was asked for in the case of this application, and differs
 * from the one that stood by nothing else. It takes its place; parties are gone, materials stand. *round:
 * which answer this is. ERR_REFUSED, ERR_SCHEMA with the reason in note. */
SW_MUST_USE int intake_again(struct intake *in, struct db_tx *tx, int64_t *round, struct err_note *note);
/* A party of the form without what vouches for it. */
void intake_party(const json_t *p, const char *at, struct case_party *out);
/* Uploads that no case took within a day go, rows and files. */
void intake_sweep(struct registry *r, const struct office *o);
#endif
