#include "zones/extranet/store/rules.h"

#include "zones/extranet/store/book.h"
#include <stdio.h>
#include <string.h>

DB_STMT(look_log, "SELECT coalesce(max(xh), 0) FROM djlog WHERE tenant = :tenant");
/* Rows of land and buildings stand in the log with a unit on that land. What is
 * imported row by row stands there without a unit: it may be of any. */
DB_STMT(look_since,
	"SELECT count(*) FROM djlog WHERE tenant = :tenant AND xh > :log AND (substr(bdcdyh, 1, 19) = "
	":parcel OR bdcdyh = '')");
DB_STMT(look_decided, "SELECT count(*) FROM rule_version WHERE tenant = :tenant AND state <> 'proposed'");

void rules_look_fini(struct rules_look *l)
{
	buf_fini(&l->input);
	buf_fini(&l->sealed);
	case_form_fini(&l->form);
	json_decref(l->rows);
	l->rows = NULL;
	json_decref(l->verdict);
	l->verdict = NULL;
}

/* What the rules see of a case, its form and the register. */
static int input_make(struct registry *r, const struct case_row *c, struct rules_look *l)
{
	const struct business *b = flows_business(r->flows, c->business, c->business_version);
	json_t *value = json_pack("{s:s,s:s,s:{s:s,s:I,s:i},s:O,s:{s:s,s:b,s:b,s:s},s:O}", "stage", l->stage,
		"today", l->seen.day, "business", "code", c->business, "version",
		(json_int_t)c->business_version, "registration_type", b ? b->registration_type : 0, "form",
		l->form.json, "case", "number", c->number, "has_tax", c->has_tax, "has_cadastral",
		c->has_cadastral, "received", c->received_at, "register", l->rows);
	int rc = value ? json_canon(value, &l->input) : ERR_NOMEM;
	json_decref(value);
	return rc;
}

int rules_look(struct registry *r, struct db_tx *tx, const char *case_id, const char *stage,
	struct rules_look *out, struct err_note *note)
{
	struct vault *v = r->service->vault;
	struct case_row c;
	rules_look_fini(out);
	buf_init(&out->input, 4 << 20);
	buf_init(&out->sealed, 8 << 20);
	snprintf(out->stage, sizeof out->stage, "%s", stage);
	snprintf(out->division, sizeof out->division, "%s", db_tx_tenant(tx));
	memset(&out->seen, 0, sizeof out->seen);
	time_date_cst(time_now_ms(), out->seen.day);
	int rc = case_get(tx, case_id, &c);
	if (rc == 0)
		rc = db_one_int(db_query(tx, &look_log), &out->seen.log);
	if (rc == 0)
		rc = case_form_read(tx, v, r->service->suite, &c, &out->form, note);
	if (rc == 0)
		rc = book_unit(tx, v, c.unit_code, NULL, &out->rows);
	if (rc == 0)
		rc = input_make(r, &c, out);
	if (rc == 0)
		out->seen.version = c.version;
	if (rc == 0)
		rc = vault_seal(v, "rule_verdict", "input", c.id, buf_view(&out->input), &out->sealed);
	return rc;
}

/* Others were entered on the parcel: whether anything of what was looked at is another now. */
static int rows_same(struct registry *r, struct db_tx *tx, const struct case_row *c,
	const struct rules_look *l, bool *same)
{
	json_t *rows = NULL;
	int rc = book_unit(tx, r->service->vault, c->unit_code, NULL, &rows);
	*same = rc == 0 && json_equal(rows, l->rows);
	json_decref(rows);
	return rc;
}

int rules_stand(struct registry *r, struct db_tx *tx, const struct case_row *c, const struct rules_look *l,
	bool *stand)
{
	char today[11], parcel[20];
	int64_t entries = 0, decided = 0;
	time_date_cst(time_now_ms(), today);
	snprintf(parcel, sizeof parcel, "%.19s", c->unit_code);
	int rc = db_one_int(db_query(tx, &look_decided), &decided);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &look_since);
		db_bind_int(q, "log", l->seen.log);
		db_bind_text(q, "parcel", parcel);
		rc = db_one_int(q, &entries);
	}
	if (rc == 0)
		*stand = l->seen.version == c->version && decided == l->seen.decided &&
			 strcmp(today, l->seen.day) == 0;
	return rc == 0 && *stand && entries > 0 ? rows_same(r, tx, c, l, stand) : rc;
}
