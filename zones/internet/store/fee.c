#include "zones/internet/store/fee.h"

#define BODY_MAX 65536

DB_STMT(fee_order_upsert, "INSERT INTO application_fee (tenant, application, number, state, amount_cents, "
			  "body) VALUES (:tenant, "
			  ":application, :number, :state, :amount, :body) ON CONFLICT (tenant, application) "
			  "DO UPDATE SET number "
			  "= excluded.number, state = excluded.state, amount_cents = excluded.amount_cents, "
			  "body = excluded.body");
DB_STMT(fee_order_select,
	"SELECT number, state, amount_cents, body FROM application_fee WHERE tenant = :tenant "
	"AND application = :application");

int fee_order_put(struct db_tx *tx, const char *application, const json_t *body)
{
	struct buf text;
	json_t *rest = json_pack("{s:O,s:O,s:O,s:O,s:O}", "table", json_object_get(body, "table"), "reckoned",
		json_object_get(body, "reckoned"), "lines", json_object_get(body, "lines"), "reason",
		json_object_get(body, "reason"), "at", json_object_get(body, "at"));
	buf_init(&text, BODY_MAX);
	int rc = rest ? json_canon(rest, &text) : ERR_NOMEM;
	if (rc == 0) {
		struct db_query *q = db_query(tx, &fee_order_upsert);
		db_bind_text(q, "application", application);
		db_bind_text(q, "number", json_str(body, "order"));
		db_bind_text(q, "state", json_str(body, "state"));
		db_bind_int(q, "amount", json_int(body, "amount_cents"));
		db_bind_textn(q, "body", buf_view(&text));
		rc = db_exec(q);
	}
	json_decref(rest);
	buf_fini(&text);
	return rc;
}

int fee_order_get(struct db_tx *tx, const char *application, json_t **out)
{
	struct db_query *q = db_query(tx, &fee_order_select);
	json_t *o = NULL;
	db_bind_text(q, "application", application);
	int rc = db_step(q);
	if (rc == 1) {
		int read = json_parse(view_str(db_text(q, 3)), BODY_MAX, &o, NULL);
		if (read == 0) {
			json_object_set_new(o, "order", json_string(db_text(q, 0)));
			json_object_set_new(o, "state", json_string(db_text(q, 1)));
			json_object_set_new(o, "amount_cents", json_integer(db_int(q, 2)));
		}
		rc = read < 0 ? read : 1;
	}
	db_done(q);
	if (rc >= 0)
		*out = rc == 1 ? o : json_null();
	return rc < 0 ? rc : 0;
}
