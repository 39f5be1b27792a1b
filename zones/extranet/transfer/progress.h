/* Messages from the registry: progress to the portal, entries to the intranet's copy, graphics to the
 * cadastre. Rows of the outbox, in the business transaction. */
#ifndef REG_TRANSFER_PROGRESS_H
#define REG_TRANSFER_PROGRESS_H
#include "zones/extranet/registry.h"
#include "zones/extranet/store/case.h"

struct charge;
struct tax_due;
struct layout;

/* What a step brings with it: application.progress with the case's present state, note (to the applicant) and
 * items to correct (array or NULL, borrowed), for the portal; the notice of the law; what trade and tax are
 * told; the end of the fee of a case that ended. */
SW_MUST_USE int progress_put(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *note,
	const json_t *items);
/* The same of a step that is no state of the law (复审核定, 公告期满), by its own words. */
SW_MUST_USE int progress_put_step(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const char *zh, const char *en, const char *note);
/* The applicants are asked to come once 最多跑一次, with this; the same state. */
SW_MUST_USE int progress_put_visit(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const char *bring);
/* fee.order: what the case costs, as it stands now. */
SW_MUST_USE int progress_put_charge(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const struct charge *ch);
/* tax.order: the taxes of the case, as they stand now. */
SW_MUST_USE int progress_put_tax(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const struct tax_due *t);
/* material.taken: a document added after the submission stands with the case. */
SW_MUST_USE int progress_put_taken(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const char *document);
/* fee.refund: the payment platform is to send this money back; sealed, because the portal is not believed. */
SW_MUST_USE int progress_put_refund(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const char *order, int64_t amount_cents);
/* document.issued: a sealed notice or certificate of the case as its two files (PDF, OFD). */
struct progress_document {
	const char *number, *kind, *at, *statement, *signature; /* signature: base64 */
	const struct layout *layout;                            /* its names */
	struct view certificate;                                /* of the seal, PEM */
	const struct blob_ref *files;                           /* two */
};
SW_MUST_USE int progress_put_document(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const struct progress_document *doc);
/* register.entry: rows [{"table","key","row"}] of one entry (borrowed), sent with those of the log first.
 * entry: its business number. */
SW_MUST_USE int progress_put_entry(
	struct registry *r, struct db_tx *tx, const char *entry, const json_t *rows);
/* The same of several entries one behind the other, each ending with its rows of the log. */
SW_MUST_USE int progress_put_entries(struct registry *r, struct db_tx *tx, const json_t *rows);
/* A message of this type about a case to the portal it came from; nothing where it came another way. `body`
 * is stolen (NULL: ERR_NOMEM); files NULL: none, else its PDF and OFD. */
SW_MUST_USE int progress_put_portal(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const char *type, json_t *body, const struct blob_ref *files);
/* graphics.submitted with the opaque upload as attachment; plan: graphics_plan.h. */
SW_MUST_USE int progress_put_graphics(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const json_t *plan, const char *file_name, const struct blob_ref *ref);
#endif
