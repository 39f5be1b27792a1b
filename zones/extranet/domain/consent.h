/* Consent of the parties 申请人签字: what registryd checks with keys the internet zone lacks. Pure but for
 * cryptography. */
#ifndef REG_DOMAIN_CONSENT_H
#define REG_DOMAIN_CONSENT_H
#include "common/base/json.h"
#include "common/crypto/key.h"

struct consent_signature { /* what a party's device brought back from the identity platform; all borrowed text
			    */
	const char *signature;       /* base64, by the person's key over the canonical form */
	const char *certificate;     /* PEM, use person */
	const char *token;           /* canonical JSON, see below */
	const char *token_signature; /* base64, by the platform */
	const char *token_certificate;
};
struct consent_person {
	const char *name, *id_kind, *id_number;
};
/* From a message, its members of the same names; they stay the message's. */
struct consent_signature consent_signature_of(const json_t *o);
/* Of party n, counted from 0, in a list of signatures ("party"); NULL when there is none. Borrowed of the
 * list. */
const json_t *consent_find(const json_t *signatures, size_t n);
/* Token:
 * {"iss":"identity","name","id_kind","id_number","form_digest","person_certificate","purpose":"application","issued","expires","nonce"}.
 * Checks platform's certificate and signature, that the token speaks of this person, this form and this
 * certificate, was valid at `at` (when the message was made), and the person's own signature over the form.
 * ERR_SIGNATURE, ERR_CERT, ERR_SCHEMA with the reason. nonce and cert_digest are given back for the record.
 */
SW_MUST_USE int consent_check(const struct trust *identity, struct view form,
	const struct consent_signature *s, const struct consent_person *p, const char *at, struct uuid *nonce,
	struct digest *cert_digest, struct err_note *note);
/* What was signed and held back: ERR_SIGNATURE when it was handed in (`at`) more than CONSENT_DAYS before
 * now. A portal in other hands would else choose the day on which a signature that its person gave up has its
 * effect. */
#define CONSENT_DAYS 30
SW_MUST_USE int consent_fresh(const char *at, int64_t now_ms, struct err_note *note);
#endif
