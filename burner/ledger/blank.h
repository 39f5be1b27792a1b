/* Register of blank discs 空白盘登记: no disc without a number, no number twice, scrap counts as well. A
 * record:
 * {"serial","label","mark","state":"blank"|"used"|"scrap"|"void","disc","told","steps":[{"state","at","by",
 * "note"}]}; told is the state in which it was last made known by or to the other side, "" never; void: it
 * lies under a disc that was declared void there. */
#ifndef SW_BURNER_BLANK_H
#define SW_BURNER_BLANK_H
#include "burner/ledger/ledger.h"

/* ERR_EXISTS for a number that is known. */
SW_MUST_USE int blank_add(struct ledger *l, const char *serial, const char *label, enum disc_mark mark,
	const char *by, json_t **out, struct err_note *note);
/* Not used any more; a used one stays used. ERR_STATE. */
SW_MUST_USE int blank_scrap(struct ledger *l, const char *serial, const char *reason, const char *by,
	json_t **out, struct err_note *note);
/* Is it free, and marked at least as high as the disc? Free is also what this disc has already. ERR_NOTFOUND,
 * ERR_STATE, ERR_REFUSED. */
SW_MUST_USE int blank_fits(const struct ledger *l, const char *serial, const struct disc *d, json_t **record,
	struct err_note *note);
/* Is it free, or this disc's already? ERR_NOTFOUND, ERR_STATE. */
SW_MUST_USE int blank_free(
	const struct ledger *l, const char *serial, const char *disc, json_t **record, struct err_note *note);
/* The other side knows it as this. ERR_STATE when it is not that any more. -> the record */
SW_MUST_USE int blank_told(
	struct ledger *l, const char *serial, const char *state, json_t **out, struct err_note *note);
/* The other side tells that it became scrap, or lies under a void disc; unknown, used and scrap ones stay
 * what they are. */
SW_MUST_USE int blank_spend(struct ledger *l, const char *serial, const char *state, const char *by,
	const char *why, struct err_note *note);
/* It carries this disc now. */
SW_MUST_USE int blank_use(
	struct ledger *l, json_t *record, const char *disc, const char *by, struct err_note *note);
/* A blank or used one; scrap stays scrap: ERR_STATE. */
SW_MUST_USE int blank_erasable(
	const struct ledger *l, const char *serial, json_t **record, struct err_note *note);
/* It is blank again. */
SW_MUST_USE int blank_erased(
	struct ledger *l, json_t *record, const char *reason, const char *by, struct err_note *note);
/* All of them by number. */
SW_MUST_USE int blank_list(const struct ledger *l, json_t **out, struct err_note *note);
#endif
