#include "zones/extranet/domain/statement.h"

#include <string.h>

int statement_verify(
	const struct cert *c, struct view v, const char *b64, const char *what, struct err_note *note)
{
	return cert_verify_base64(c, v, b64) < 0 ? err_set(note, ERR_SIGNATURE, "%s does not verify", what)
						 : 0;
}

int statement_equals(
	const json_t *o, const char *what, const char *key, const char *want, struct err_note *note)
{
	const char *have = NULL;
	int rc = json_get_str(o, key, 512, &have, note);
	if (rc == 0 && strcmp(have, want) != 0)
		rc = err_set(note, ERR_SIGNATURE, "%s.%s is not that of this application", what, key);
	return rc;
}
