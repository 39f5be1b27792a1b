/* What an identity platform's token says: somebody is signed in only with the claims that are wanted. */
#include "zones/internet/domain/claims.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct claims_want want = {
		"https://id.example", "portal", "n-1", "urn:level:3", "id_number", 1795478400};
	struct claims_person who;
	struct err_note note = {0};
	json_t *token = NULL;
	if (json_parse(view_of(data, size), 1 << 16, &token, &note) == 0 &&
		claims_check(token, &want, &who, &note) == 0) {
		REQUIRE(strcmp(json_str(token, "iss"), want.issuer) == 0 &&
			strcmp(json_str(token, "nonce"), want.nonce) == 0);
		REQUIRE(who.name[0] && who.number[0] && strlen(who.name) < sizeof who.name);
	}
	json_decref(token);
	return 0;
}
