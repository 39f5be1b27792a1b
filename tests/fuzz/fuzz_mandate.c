/* A statement of the authority about who acts for whom, as another zone hands it over: what is read keeps to
 * its bounds, and what covers an application says so by its own words. */
#include "common/workflow/mandate.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mandate m;
	struct err_note note = {0};
	json_t *o = NULL;
	if (json_parse((struct view){data, size}, MANDATE_STATEMENT_MAX, &o, &note) < 0)
		return 0;
	/* The party is who the statement speaks of: what lies behind that comparison is read too. */
	json_t *party = json_is_object(json_object_get(o, "principal"))
				? json_deep_copy(json_object_get(o, "principal"))
				: json_object();
	json_object_set(party, "agent", json_object_get(o, "agent"));
	if (mandate_read(o, party, json_str(o, "form_digest"), &m, &note) == 0) {
		REQUIRE(uuid_valid(m.power.s) && uuid_valid(m.nonce.s) && strlen(m.from) == 10);
		if (mandate_covers(&m, "a", "u", "2026-11-27", &note) == 0)
			REQUIRE(!*m.revoked && strcmp(m.from, "2026-11-27") <= 0 &&
				strcmp(m.until, "2026-11-27") >= 0);
	}
	json_decref(party);
	json_decref(o);
	return 0;
}
