#include "zones/extranet/store/delivery.h"

#include "common/message/format.h"
#include "zones/extranet/store/mailing.h"
#include <stdio.h>
#include <string.h>

DB_STMT(delivery_upsert, "INSERT INTO reg_delivery (tenant, case_id, way, receiver, chosen_by, chosen_at) "
			 "VALUES (:tenant, :case_id, "
			 ":way, :receiver, :who, :at) ON CONFLICT (tenant, case_id) DO UPDATE SET way = "
			 "excluded.way, receiver = "
			 "excluded.receiver, chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at");
DB_STMT(delivery_select,
	"SELECT way, receiver, chosen_by, chosen_at FROM reg_delivery WHERE tenant = :tenant AND "
	"case_id = :case_id");
DB_STMT(delivery_clear,
	"UPDATE reg_delivery SET receiver = '' WHERE tenant = :tenant AND way = 'post' AND receiver <> '' "
	"AND chosen_at < "
	":before AND "
	"NOT EXISTS (SELECT 1 FROM reg_mailing m WHERE m.tenant = reg_delivery.tenant AND m.case_id = "
	"reg_delivery.case_id AND (m.state IN " MAILING_OPEN " OR m.at >= "
	":before)) AND (EXISTS (SELECT 1 FROM reg_mailing m WHERE m.tenant = reg_delivery.tenant AND "
	"m.case_id = "
	"reg_delivery.case_id AND m.state = 'delivered') OR EXISTS (SELECT 1 FROM reg_case c WHERE c.tenant "
	"= "
	"reg_delivery.tenant AND c.id = reg_delivery.case_id AND c.state IN "
	"('withdrawn','refused','rejected')))");

int delivery_seal(
	struct vault *v, const char *table, const char *row, const struct delivery *d, struct buf *out)
{
	struct buf text;
	if (strcmp(d->way, "post") != 0)
		return buf_add_str(out, "");
	json_t *o = json_pack("{s:s,s:s,s:s}", "name", d->name, "phone", d->phone, "address", d->address);
	buf_init(&text, DELIVERY_TEXT);
	int rc = o ? json_canon(o, &text) : ERR_NOMEM;
	if (rc == 0)
		rc = vault_seal(v, table, "receiver", row, buf_view(&text), out);
	json_decref(o);
	buf_fini(&text);
	return rc;
}

int delivery_unseal(
	struct vault *v, const char *table, const char *row, const char *sealed, struct delivery *out)
{
	struct buf text;
	json_t *o = NULL;
	if (!*sealed)
		return ERR_STATE;
	buf_init(&text, DELIVERY_TEXT);
	int rc = vault_unseal(v, table, "receiver", row, sealed, &text);
	if (rc == 0)
		rc = json_parse(buf_view(&text), DELIVERY_TEXT, &o, NULL);
	if (rc == 0) {
		snprintf(out->name, sizeof out->name, "%s", json_str(o, "name"));
		snprintf(out->phone, sizeof out->phone, "%s", json_str(o, "phone"));
		snprintf(out->address, sizeof out->address, "%s", json_str(o, "address"));
	}
	json_decref(o);
	buf_fini(&text);
	return rc;
}

int delivery_masked(const struct delivery *d, json_t **out)
{
	struct buf name, phone, address;
	buf_init(&name, 256);
	buf_init(&address, 64);
	buf_init(&phone, 64);
	int rc = mask_name(d->name, &name);
	if (rc == 0)
		rc = mask_phone(d->phone, &phone);
	if (rc == 0)
		rc = mask_address(d->address, &address);
	if (rc == 0 && !(*out = json_pack("{s:s,s:s,s:s}", "name", (const char *)name.p, "phone",
				 (const char *)phone.p, "address", (const char *)address.p)))
		rc = ERR_NOMEM;
	buf_fini(&name);
	buf_fini(&phone);
	buf_fini(&address);
	return rc;
}

int delivery_put(
	struct db_tx *tx, struct vault *v, const char *case_id, const struct delivery *d, const char *who)
{
	struct buf sealed;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	buf_init(&sealed, 8192);
	int rc = delivery_seal(v, "reg_delivery", case_id, d, &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &delivery_upsert);
		db_bind_text(q, "case_id", case_id);
		db_bind_text(q, "way", d->way);
		db_bind_textn(q, "receiver", buf_view(&sealed));
		db_bind_text(q, "who", who);
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	return rc;
}

static int read_row(struct db_query *q, struct vault *v, const char *case_id, struct delivery *d)
{
	memset(d, 0, sizeof *d);
	int rc = db_found(db_step(q));
	if (rc < 0)
		return rc;
	snprintf(d->way, sizeof d->way, "%s", db_text(q, 0));
	return strcmp(d->way, "post") == 0 ? delivery_unseal(v, "reg_delivery", case_id, db_text(q, 1), d)
					   : 0;
}

int delivery_get(struct db_tx *tx, struct vault *v, const char *case_id, struct delivery *out)
{
	struct db_query *q = db_query(tx, &delivery_select);
	db_bind_text(q, "case_id", case_id);
	int rc = read_row(q, v, case_id, out);
	db_done(q);
	return rc;
}

int delivery_json(struct db_tx *tx, struct vault *v, const char *case_id, json_t **out)
{
	struct delivery d;
	json_t *o = NULL;
	struct db_query *q = db_query(tx, &delivery_select);
	db_bind_text(q, "case_id", case_id);
	int rc = read_row(q, v, case_id, &d);
	bool none = rc == ERR_NOTFOUND;
	if (rc == 0 || rc == ERR_STATE)
		rc = delivery_masked(&d, &o);
	if (rc == 0 && (json_object_set_new(o, "way", json_string(d.way)) ||
			       json_object_set_new(o, "by", json_string(db_text(q, 2))) ||
			       json_object_set_new(o, "at", json_string(db_text(q, 3)))))
		rc = ERR_NOMEM;
	db_done(q);
	buf_wipe(&d, sizeof d);
	if (rc < 0)
		json_decref(o);
	else
		*out = o;
	if (none)
		*out = json_null();
	return none ? 0 : rc;
}

int delivery_forget(struct db_tx *tx, const char *before)
{
	struct db_query *q = db_query(tx, &delivery_clear);
	db_bind_text(q, "before", before);
	return db_exec(q);
}
