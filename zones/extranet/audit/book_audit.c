#include "zones/extranet/audit/book_audit.h"

#include "zones/extranet/audit/audit_state.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void audit_find(struct audit_state *s, const char *code, const char *table, const char *key, const char *text)
{
	json_array_append_new(s->a->findings,
		json_pack("{s:s,s:s,s:s,s:s}", "code", code, "table", table, "key", key, "text", text));
}

void audit_find_row(struct audit_state *s, const char *code, const char *table, int64_t key, const char *text)
{
	char name[24];
	snprintf(name, sizeof name, "%lld", (long long)key);
	audit_find(s, code, table, name, text);
}

bool audit_unit_damaged(const struct audit_state *s, const char *unit)
{
	return json_object_get(s->units, unit) != NULL;
}

int book_audit_run(struct book_audit *a, struct db_tx *tx)
{
	struct audit_state s = {.a = a, .tx = tx, .units = json_object()};
	json_decref(a->findings);
	a->findings = json_array();
	a->rows = a->entries = 0;
	int rc = audit_log(&s);
	if (rc == 0)
		rc = audit_entered(&s);
	if (rc == 0)
		rc = audit_rows(&s);
	if (rc == 0)
		rc = audit_sums(&s);
	if (rc == 0)
		rc = audit_papers(&s);
	if (rc == 0)
		rc = audit_places(&s);
	if (rc == 0)
		rc = audit_access(&s);
	if (rc == 0)
		rc = audit_decisions(&s);
	if (rc == 0)
		rc = audit_office(&s);
	for (size_t i = 0; i < s.nlog; i++)
		buf_wipe(s.log[i].salt, sizeof s.log[i].salt);
	json_decref(s.units);
	free(s.rows);
	free(s.log);
	return rc;
}
