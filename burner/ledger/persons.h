/* Whose signatures count on this side: those of persons below the authority in STORE/trust/persons.pem, put
 * there before the first use. Without it anybody could make the second person up. */
#ifndef SW_BURNER_PERSONS_H
#define SW_BURNER_PERSONS_H
#include "burner/ledger/ledger.h"
#include "common/crypto/trust.h"

/* *out: NULL where there is no such file, and then only the form of a certificate is checked. The caller
 * frees it. */
SW_MUST_USE int persons_trust(const struct ledger *l, struct trust **out, struct err_note *note);
#endif
