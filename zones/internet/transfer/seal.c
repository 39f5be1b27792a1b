#include "zones/internet/transfer/seal.h"

int seal_check(const struct trust *trust, const char *text, const char *signature, const char *certificate,
	struct err_note *note)
{
	struct cert *seal = NULL;
	int rc = cert_check(trust, view_str(certificate), CERT_SEAL, 0, &seal, note);
	if (rc == 0)
		rc = cert_verify_base64(seal, view_str(text), signature);
	if (rc < 0 && rc != ERR_CERT)
		rc = err_set(note, ERR_SIGNATURE, "signature: the e-seal does not verify");
	cert_free(seal);
	return rc;
}
