/* What the department of trade or the tax office answers when it was told of a case. */
#include "zones/extranet/domain/push_receipt.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char receipt[PUSH_RECEIPT];
	struct err_note note = {0};
	json_t *o = NULL;
	if (json_parse(view_of(data, size), 1 << 16, &o, &note) < 0)
		return 0;
	memset(receipt, 1, sizeof receipt);
	int rc = push_receipt_read(o, receipt, &note);
	const char *given = json_string_value(json_object_get(o, "receipt"));
	if (rc == 0) {
		REQUIRE(given && strcmp(receipt, given) == 0 && receipt[0]);
		for (const char *c = receipt; *c; c++)
			REQUIRE(*c > ' ' && *c < 0x7f);
	} else {
		REQUIRE(note.err == rc && note.text[0] && receipt[0] == 1);
	}
	json_decref(o);
	return 0;
}
