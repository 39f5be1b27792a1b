/* The payment platform's receipt 缴费凭据: its signed statement that money came, or went back. The portal
 * only carries it. Pure. */
#ifndef SW_MESSAGE_PAID_H
#define SW_MESSAGE_PAID_H
#include "common/base/json.h"
#include "common/crypto/key.h"

#define PAID_TEXT 64
struct paid {
	bool refund;
	char order[PAID_TEXT], payment[PAID_TEXT], at[25]; /* payment: the platform's own number */
	int64_t amount_cents;
};
/* text: canonical JSON {"iss":"payment","kind":"payment"|"refund","order","amount_cents","payment","at"};
 * signature (base64) by the certificate "payment" under the pinned CA. ERR_SIGNATURE, ERR_CERT, ERR_SCHEMA.
 */
SW_MUST_USE int paid_check(const struct trust *platform, const char *text, const char *signature,
	const char *certificate, struct paid *out, struct err_note *note);
#endif
