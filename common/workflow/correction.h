/* 补正: what a registrar asks an applicant to put right, item by item, and what may then be changed. Pure. An
 * item is {"kind","code","text"}: kind unit 不动产单元 (no code), field, party (code: role), material, or
 * other (no code: a document that is not on the list, under whatever material it fits); text is the sentence
 * about it. Forms are those of business_check_form. */
#ifndef SW_WORKFLOW_CORRECTION_H
#define SW_WORKFLOW_CORRECTION_H
#include "common/workflow/business.h"

#define CORRECTION_ITEMS_MAX 50
#define CORRECTION_TEXT_MAX 200
/* 1 to 50 items, each of what the business asks for, each with its sentence. ERR_SCHEMA. */
SW_MUST_USE int correction_check(const struct business *b, const json_t *items, struct err_note *note);
/* Is the form `after` the form `before` but for what the items open? ERR_STATE names what they do not. */
SW_MUST_USE int correction_fits(
	const json_t *before, const json_t *after, const json_t *items, struct err_note *note);
/* Has what the item names been changed? What is not named by its place (other) counts as done. */
bool correction_done(const json_t *before, const json_t *after, const json_t *item);
bool correction_opens_material(const json_t *items, const char *code);
/* Chinese name of what the item is about; "" for other. */
const char *correction_name(const struct business *b, const json_t *item);
#endif
