#include "zones/internet/store/due.h"

#include "zones/internet/store/fee.h"
#include <stdio.h>
#include <string.h>

DB_STMT(tax_upsert,
	"INSERT INTO application_tax (tenant, application, number, declaration, state, amount_cents, at) "
	"VALUES (:tenant, :application, :number, :declaration, :state, :amount, :at) ON CONFLICT (tenant, "
	"application) DO UPDATE SET number = excluded.number, declaration = excluded.declaration, state = "
	"excluded.state, amount_cents = excluded.amount_cents, at = excluded.at");
DB_STMT(tax_select, "SELECT number, declaration, state, amount_cents, at FROM application_tax WHERE tenant = "
		    ":tenant AND application = :application");
DB_STMT(owner_select,
	"SELECT application FROM application_fee WHERE tenant = :tenant AND number = :item UNION SELECT "
	"application FROM application_tax WHERE tenant = :tenant AND number = :item");
/* Of a number that another took the place of, where a tax was assessed anew. */
DB_STMT(owner_before, "SELECT application FROM payment WHERE tenant = :tenant AND lines LIKE '%\"' || :item "
		      "|| '\"%' LIMIT 1");

int due_tax_put(struct db_tx *tx, const char *application, const json_t *body)
{
	struct db_query *q = db_query(tx, &tax_upsert);
	db_bind_text(q, "application", application);
	db_bind_text(q, "number", json_str(body, "order"));
	db_bind_text(q, "declaration", json_str(body, "declaration"));
	db_bind_text(q, "state", json_str(body, "state"));
	db_bind_int(q, "amount", json_int(body, "amount_cents"));
	db_bind_text(q, "at", json_str(body, "at"));
	return db_exec(q);
}

int due_tax_get(struct db_tx *tx, const char *application, json_t **out)
{
	struct db_query *q = db_query(tx, &tax_select);
	json_t *o = NULL;
	db_bind_text(q, "application", application);
	int rc = db_step(q);
	if (rc == 1)
		o = json_pack("{s:s,s:s,s:s,s:I,s:s}", "order", db_text(q, 0), "declaration", db_text(q, 1),
			"state", db_text(q, 2), "amount_cents", (json_int_t)db_int(q, 3), "at",
			db_text(q, 4));
	else if (rc == 0)
		o = json_null();
	db_done(q);
	if (rc < 0)
		return rc;
	*out = o;
	return o ? 0 : ERR_NOMEM;
}

static int due_add(json_t *list, const json_t *due, const char *zh, const char *en)
{
	if (strcmp(json_str(due, "state"), "due") != 0 || json_int(due, "amount_cents") <= 0)
		return 0;
	return json_array_append_new(
		       list, json_pack("{s:s,s:s,s:s,s:I}", "number", json_str(due, "order"), "zh", zh, "en",
				     en, "amount_cents", (json_int_t)json_int(due, "amount_cents")))
		       ? ERR_NOMEM
		       : 0;
}

int due_list(struct db_tx *tx, const char *application, json_t **out)
{
	json_t *fee = NULL, *tax = NULL, *list = json_array();
	int rc = list ? fee_order_get(tx, application, &fee) : ERR_NOMEM;
	if (rc == 0)
		rc = due_tax_get(tx, application, &tax);
	if (rc == 0)
		rc = due_add(list, fee, "不动产登记费", "registration fee");
	if (rc == 0)
		rc = due_add(list, tax, "税款", "taxes");
	json_decref(fee);
	json_decref(tax);
	if (rc < 0)
		json_decref(list);
	else
		*out = list;
	return rc;
}

static int owner_by(struct db_tx *tx, const struct db_stmt *s, const char *item, char application[static 37])
{
	struct db_query *q = db_query(tx, s);
	db_bind_text(q, "item", item);
	int rc = db_step(q);
	if (rc == 1)
		snprintf(application, 37, "%s", db_text(q, 0));
	db_done(q);
	return db_found(rc);
}

int due_owner(struct db_tx *tx, const char *item, char application[static 37])
{
	int rc = owner_by(tx, &owner_select, item, application);
	return rc == ERR_NOTFOUND ? owner_by(tx, &owner_before, item, application) : rc;
}
