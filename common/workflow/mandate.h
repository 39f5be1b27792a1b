/* What the authority of organisations and powers of attorney 法人认证与授权委托 states of who may act for
 * whom. Pure. Statement, canonical JSON:
 * {"iss":"authority","kind":"representative"|"power","power":UUID,"principal":{"name","id_kind","id_number"},
 * "agent":{the same},"businesses":["*"]|[codes],"units":["*"]|[unit
 * codes],"from","until":dates,"revoked":""|time, "form_digest","issued","nonce"}. kind representative: the
 * 法定代表人 or 负责人 of an organisation, who needs no power of attorney; its "power" names the record. */
#ifndef SW_WORKFLOW_MANDATE_H
#define SW_WORKFLOW_MANDATE_H
#include "common/base/id.h"
#include "common/base/json.h"

#define MANDATE_STATEMENT_MAX 4096
struct mandate {
	char kind[16], from[11], until[11], revoked[TIME_TEXT], issued[TIME_TEXT];
	struct uuid power, nonce;
	const json_t *businesses, *units; /* of the statement */
};
/* Reads it, and that it speaks of this party, of its agent and of a form with this digest. ERR_SCHEMA;
 * ERR_SIGNATURE: of somebody or something else. */
SW_MUST_USE int mandate_read(const json_t *statement, const json_t *party, const char *form_digest,
	struct mandate *out, struct err_note *note);
/* Whether it lets the agent act: not revoked, valid on `day`, for this business and this unit. ERR_REFUSED
 * with the reason. */
SW_MUST_USE int mandate_covers(const struct mandate *m, const char *business, const char *unit,
	const char *day, struct err_note *note);
#endif
