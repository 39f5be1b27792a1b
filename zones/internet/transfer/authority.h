/* Authority of organisations and powers of attorney 法人认证与授权委托: POST URL/mandates {"agent"} with the
 * bearer token, 200 {"rows":[…]}: for whom the person may act; POST URL/attest
 * {"agent","principal","business","unit_code","form_digest"}, 200 {"statement","signature","certificate"},
 * 404: nobody gave such a power. The statement (common/workflow/mandate.h) is the registry's to judge; here
 * it only tells what to say to the person. */
#ifndef INTAKE_TRANSFER_AUTHORITY_H
#define INTAKE_TRANSFER_AUTHORITY_H
#include "zones/internet/portal.h"

/* [{"power","kind","principal":{"name","id_kind","id_number"},"businesses","units","from","until","revoked"}]
 * of this person; new reference. Errors as call_json. */
SW_MUST_USE int authority_mandates(const struct portal *p, const char *name, const char *id_number,
	json_t **rows, struct err_note *note);
struct authority_question {
	const json_t *party; /* of the form, with its agent */
	const char *business, *unit, *form_digest;
};
/* *result: as it came; *facts: {"kind","power","businesses","units","from","until","problem"}, problem ""
 * where the power covers the application today, else why not; new references. ERR_REFUSED: no such power;
 * ERR_TIMEOUT, ERR_IO, ERR_SYNTAX: the service did not do it; ERR_SIGNATURE, ERR_SCHEMA: it speaks of
 * somebody or something else. */
SW_MUST_USE int authority_attest(const struct portal *p, const struct authority_question *q, json_t **result,
	json_t **facts, struct err_note *note);
#endif
