/* json_parse and json_canon: what parses has one canonical form, which parses to itself. */
#include "common/base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err_note note = {0};
	struct buf once, twice;
	json_t *v = NULL, *again = NULL;
	buf_init(&once, 6 * size + 16);
	buf_init(&twice, 6 * size + 16);
	int rc = json_parse(view_of(data, size), 1 << 16, &v, &note);
	if (rc < 0) {
		REQUIRE(!v && note.err == rc && note.text[0]);
		REQUIRE(!json_is_canon(view_of(data, size)) || size > 1 << 16);
		goto out;
	}
	REQUIRE(json_canon(v, &once) == 0);
	REQUIRE(json_parse(buf_view(&once), once.n, &again, NULL) == 0);
	REQUIRE(json_equal(v, again));
	REQUIRE(json_canon(again, &twice) == 0);
	REQUIRE(view_eq(buf_view(&once), buf_view(&twice)));
	REQUIRE(json_is_canon(buf_view(&once)));
out:
	json_decref(v);
	json_decref(again);
	buf_fini(&once);
	buf_fini(&twice);
	return 0;
}
