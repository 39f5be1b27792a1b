/* json_parse, json_canon and json_form: what parses has one canonical form, which parses to itself; json_form
 * takes that form and nothing else. */
#include "common/base/json.h"
#include "common/base/json_form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes of a member are a value in canonical form themselves. */
static void check_members(struct view text)
{
	static const char *const names[] = {"a", "b", "", NULL};
	struct view v[3];
	if (json_form_object(text, names, v, NULL) != 0)
		return;
	for (size_t i = 0; i < 3; i++)
		REQUIRE(v[i].n == 0 || json_form(v[i], NULL) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err_note note = {0}, why = {0};
	struct buf once, twice;
	json_t *v = NULL, *again = NULL;
	struct view text = view_of(data, size);
	buf_init(&once, 6 * size + 16);
	buf_init(&twice, 6 * size + 16);
	int rc = json_parse(text, 1 << 16, &v, &note), form = json_form(text, &why);
	REQUIRE(form == why.err && (form == 0 || why.text[0]));
	check_members(text);
	if (rc < 0) {
		REQUIRE(!v && note.err == rc && note.text[0]);
		REQUIRE(form < 0 || size > 1 << 16);
		goto out;
	}
	REQUIRE(json_canon(v, &once) == 0);
	REQUIRE((form == 0) == view_eq(buf_view(&once), text));
	REQUIRE(json_parse(buf_view(&once), once.n, &again, NULL) == 0);
	REQUIRE(json_equal(v, again));
	REQUIRE(json_canon(again, &twice) == 0);
	REQUIRE(view_eq(buf_view(&once), buf_view(&twice)));
	REQUIRE(json_form(buf_view(&once), NULL) == 0);
out:
	json_decref(v);
	json_decref(again);
	buf_fini(&once);
	buf_fini(&twice);
	return 0;
}
