/* Face comparison at submission 提交时人脸比对 (guide 二(二)2): what registryd believes of it, with keys the
 * internet zone lacks. Pure but for cryptography. */
#ifndef REG_DOMAIN_FACE_H
#define REG_DOMAIN_FACE_H
#include "zones/extranet/domain/consent.h"

struct face_result {             /* borrowed text */
	const char *statement;   /* canonical JSON, see below */
	const char *signature;   /* base64, by the service */
	const char *certificate; /* PEM, use sign, subject "face" */
};
struct face_fact {
	int64_t score; /* of 100 */
	char at[TIME_TEXT];
	struct uuid nonce;
};
/* Statement:
 * {"iss":"face","result":"match","score","name","id_kind","id_number","form_digest","image_digest","issued","nonce"}.
 * Checks the service's certificate and signature, that it speaks of this person and this form, that the faces
 * match, and that it was made within the day before `at` (when the message was made). ERR_SIGNATURE,
 * ERR_CERT, ERR_SCHEMA; ERR_REFUSED: they do not match. */
SW_MUST_USE int face_check(const struct trust *service, struct view form, const struct face_result *r,
	const struct consent_person *p, const char *at, struct face_fact *out, struct err_note *note);
#endif
