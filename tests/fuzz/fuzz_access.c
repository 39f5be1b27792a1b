/* Answers of the national platform: what is taken is bounded and names a message; a refusal says where.
 * Messages as the auditor reads them. */
#include "zones/extranet/domain/access.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err_note note = {0};
	struct access_answer a;
	json_t *said = NULL;
	int rc = access_answer_read(view_of(data, size), &a, &note);
	if (rc == 0) {
		size_t n = strlen(a.id);
		REQUIRE((n == ACCESS_ID - 1 || n == 14) && strspn(a.id, "0123456789") == n);
		REQUIRE(strlen(a.code) < sizeof a.code && strlen(a.text) < sizeof a.text &&
			(a.accepted || a.code[0]));
	} else {
		REQUIRE(rc == ERR_NOMEM || (note.err == rc && note.text[0]));
	}
	if (access_message_read(view_of(data, size), &said, NULL) == 0)
		REQUIRE(json_is_integer(json_object_get(said, "rows")));
	json_decref(said);
	return 0;
}
