/* Face comparison 人脸比对: POST URL {"name","id_kind","id_number","form_digest","image"} with the bearer
 * token, 200
 * {"statement","signature","certificate"}. The statement is the registry's to judge; here it only tells what
 * to say to the person. The photograph is kept nowhere. */
#ifndef INTAKE_TRANSFER_FACE_H
#define INTAKE_TRANSFER_FACE_H
#include "zones/internet/portal.h"

struct face_question {
	const char *name, *id_number, *form_digest, *image; /* image: base64 of a JPEG or PNG */
};
/* Whether a party of this business needs one before signing. */
bool face_demanded(const struct portal *p, const char *business);
/* *result: as it came, new reference; *matches: what it says. ERR_TIMEOUT, ERR_IO, ERR_REFUSED, ERR_SYNTAX:
 * the service did not do it; ERR_SIGNATURE: it speaks of somebody or something else. */
SW_MUST_USE int face_compare(const struct portal *p, const struct face_question *q, json_t **result,
	bool *matches, struct err_note *note);
#endif
