#include "zones/extranet/domain/push_receipt.h"

#include <stdio.h>

int push_receipt_read(const json_t *reply, char out[static PUSH_RECEIPT], struct err_note *note)
{
	const char *s = NULL;
	int rc = json_get_str(reply, "receipt", PUSH_RECEIPT - 1, &s, note);
	if (rc == 0 && !*s)
		rc = err_set(note, ERR_SCHEMA, "receipt: must not be empty");
	for (const char *c = s; rc == 0 && *c; c++)
		if (*c < 0x21 || *c > 0x7e)
			rc = err_set(note, ERR_SCHEMA, "receipt: only printing characters of ASCII");
	if (rc == 0)
		snprintf(out, PUSH_RECEIPT, "%s", s);
	return rc;
}
