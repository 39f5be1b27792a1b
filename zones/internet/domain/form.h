/* The form that the parties sign, made from a draft. Pure. */
#ifndef INTAKE_DOMAIN_FORM_H
#define INTAKE_DOMAIN_FORM_H
#include "common/workflow/business.h"

/* Checks shape and bounds of what a browser sends for a draft: {"version"?, "division"?, "unit_code"?,
 * "fields"?, "parties"?, "papers"?: [{"code","online","answers"}],
 * "delivery"?: see holder.h, null takes it back, "confirmed"?: [place]}; unknown keys and fields are refused,
 * missing ones are fine. */
SW_MUST_USE int form_check_draft(const struct business *b, const json_t *draft, struct err_note *note);
/* Puts `patch` over the draft; the first party always stays the person (name, number) who started, or
 * one for whom that person is the agent. New reference, which shares with draft and patch what it does not
 * change: none of them is changed in place afterwards but at the top. */
SW_MUST_USE int form_merge(
	const json_t *draft, const json_t *patch, const char *name, const char *id_number, json_t **out);
/* A draft with the person as first party in the business's first role and, where the form asks for the
 * reason 登记原因 and the definition gives it, that; otherwise empty. New reference. */
json_t *form_new(const struct business *b, const char *division, const char *name, const char *id_number);
/* The office that is responsible: of the division its unit lies in, or, as long as none is named, the one
 * that was chosen; else the first. served: divisions of the offices reached, ends with NULL; one of them is
 * returned.
 */
const char *form_division(const json_t *draft, const char *const *served);
/* ERR_REFUSED: the unit lies where none of these is responsible; the note says who is. */
SW_MUST_USE int form_check_office(const json_t *draft, const char *const *served, struct err_note *note);
/* The draft of one version of a business as one of another, `to`: fields, roles and materials that `to` does
 * not ask for are left out, each named in *dropped: [{"kind":"field"|"party"|"material","code"}]. materials:
 * codes of those that are there. New references. */
SW_MUST_USE int form_renew(const struct business *to, const json_t *draft, const json_t *materials,
	json_t **out, json_t **dropped);
/* The signed form:
 * {"application","business","business_version","division","unit_code",
 * "parties","fields","materials","statement","papers"?,"delivery"?}, the pledge as the business words it,
 * papers that are filled in online, the way of delivery where somebody who chooses signs it. New reference.
 */
json_t *form_sign_text(const struct business *b, const char *application, const char *division,
	const json_t *draft, const json_t *materials);
#endif
