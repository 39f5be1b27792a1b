#include "zones/extranet/store/consult_sheet.h"

#include "zones/extranet/domain/day.h"
#include "zones/extranet/store/consult.h"
#include <string.h>

#define ANSWER_MAX 16384

/* Of the answer as it stands with the case, members in canonical order. */
static int answer_digest(const struct suite *s, const json_t *row, char hex[static DIGEST_HEX])
{
	static const char *const members[] = {
		"key", "kind", "asked_at", "answered_at", "answer_zh", "source"};
	json_t *o = json_object();
	struct buf text;
	int rc = o ? 0 : ERR_NOMEM;
	buf_init(&text, ANSWER_MAX);
	for (size_t i = 0; rc == 0 && i < sizeof members / sizeof members[0]; i++)
		rc = json_object_set(o, members[i], json_object_get(row, members[i])) ? ERR_NOMEM : 0;
	if (rc == 0)
		rc = json_canon(o, &text);
	if (rc == 0)
		digest_hex_of(s, buf_view(&text), hex);
	buf_fini(&text);
	json_decref(o);
	return rc;
}

static int answer_add(const struct suite *s, const json_t *row, json_t *to)
{
	char asked[DAY_MINUTE], answered[DAY_MINUTE], hex[DIGEST_HEX];
	day_minute(json_str(row, "asked_at"), asked);
	day_minute(json_str(row, "answered_at"), answered);
	int rc = answer_digest(s, row, hex);
	return rc == 0 ? json_array_append_new(
				 to, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "key",
					     json_str(row, "key"), "from", json_str(row, "zh"), "asked",
					     json_str(row, "asked_zh"), "asked_at", asked, "answer",
					     json_str(row, "answer_zh"), "answered_at", answered, "source",
					     json_str(row, "source"), "digest", hex))
				 ? ERR_NOMEM
				 : 0
		       : rc;
}

int consult_sheet_facts(
	struct registry *r, struct db_tx *tx, const struct case_row *c, const char *who, json_t *facts)
{
	json_t *rows = NULL, *to = json_array();
	const json_t *row;
	size_t i;
	int rc = to ? consult_list(r, tx, c, &rows) : ERR_NOMEM;
	json_array_foreach(rows, i, row) if (rc == 0 && strcmp(json_str(row, "state"), "answered") == 0) rc =
		answer_add(r->service->suite, row, to);
	if (rc == 0 && (json_object_set(facts, "consults", to) ||
			       json_object_set_new(facts, "operator", json_string(who))))
		rc = ERR_NOMEM;
	json_decref(rows);
	json_decref(to);
	return rc;
}

void consult_sheet_then(const json_t *is, json_t *now)
{
	json_t *list = json_object_get(now, "consults");
	for (size_t i = json_array_size(list); i-- > 0;)
		if (!json_find(
			    json_object_get(is, "consults"), "key", json_str(json_array_get(list, i), "key")))
			json_array_remove(list, i);
}
