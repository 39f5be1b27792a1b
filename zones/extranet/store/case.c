#include "zones/extranet/store/case.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

#define CASE_SELECT                                                                                          \
	"SELECT " CASE_COLUMNS                                                                               \
	" FROM reg_case c LEFT JOIN reg_tax t ON t.tenant = c.tenant AND t.case_id = c.id"                   \
	" WHERE c.tenant = :tenant AND "
DB_STMT(case_by_id, CASE_SELECT "c.id = :by");
DB_STMT(case_by_number, CASE_SELECT "c.number = :by");
DB_STMT(case_insert_row,
	"INSERT INTO reg_case (tenant, id, number, business, business_version, state, "
	"version, unit_code, location,"
	" applicant_mask, form, received_at, channel, claims, office, portal, batch) VALUES (:tenant, :id, "
	":number, :business, "
	":business_version, :state, 1, :unit_code,"
	" :location, :applicant_mask, :form, :received_at, :channel, :claims, :office, :portal, :batch)");
DB_STMT(case_move_row, "UPDATE reg_case SET state = :state, version = version + 1, note = :note"
		       " WHERE tenant = :tenant AND id = :id AND version = :version");
DB_STMT(case_pack,
	"INSERT INTO reg_archive_waiting (tenant, case_id, number) VALUES (:tenant, :id, :number)");
DB_STMT(step_insert,
	"INSERT INTO reg_step (tenant, case_id, n, state, at, who, note, ground) SELECT :tenant, :case_id,"
	" (SELECT count(*) FROM reg_step WHERE tenant = :tenant AND case_id = :case_id), :state, :at, :who, "
	":note, :ground");
DB_STMT(tax_void_insert, "INSERT INTO reg_tax_void (tenant, case_id, n, voucher, amount_cents, paid_on, "
			 "entered_by, at, voided_by, "
			 "voided_at) SELECT tenant, case_id, (SELECT count(*) FROM reg_tax_void v WHERE "
			 "v.tenant = :tenant AND "
			 "v.case_id = :case_id), voucher, amount_cents, paid_on, entered_by, at, :who, :now "
			 "FROM reg_tax WHERE "
			 "tenant = :tenant AND case_id = :case_id");
DB_STMT(tax_delete, "DELETE FROM reg_tax WHERE tenant = :tenant AND case_id = :case_id");
DB_STMT(case_deadline_set,
	"UPDATE reg_case SET deadline = :value, warn_on = :warn_on WHERE tenant = :tenant AND id = :id");
DB_STMT(case_reviewer_set, "UPDATE reg_case SET reviewer = :value WHERE tenant = :tenant AND id = :id");
DB_STMT(case_cadastral_set, "UPDATE reg_case SET cadastral = :value WHERE tenant = :tenant AND id = :id");
DB_STMT(nonce_insert,
	"INSERT INTO reg_identity_nonce (tenant, nonce, case_id) VALUES (:tenant, :nonce, :case_id)");
DB_STMT(tax_insert, "INSERT INTO reg_tax (tenant, case_id, voucher, amount_cents, paid_on, entered_by, at)"
		    " VALUES (:tenant, :case_id, :voucher, :amount, :paid_on, :who, :at)");
DB_STMT(tax_select, "SELECT voucher, amount_cents, paid_on, entered_by, at FROM reg_tax WHERE tenant = "
		    ":tenant AND case_id = :case_id");
DB_STMT(graphics_insert, "INSERT INTO reg_graphics (tenant, case_id, n, name, size, digest, blob, at) SELECT "
			 ":tenant, :case_id,"
			 " (SELECT count(*) FROM reg_graphics WHERE tenant = :tenant AND case_id = "
			 ":case_id), :name, :size, :digest, :blob, :at");
DB_STMT(graphics_answered,
	"SELECT g.case_id, g.blob FROM reg_graphics g JOIN reg_case c ON c.tenant = g.tenant AND"
	" c.id = g.case_id WHERE g.tenant = :tenant AND g.removed_at IS NULL AND (c.cadastral IS NOT NULL"
	" OR c.state IN ('refused', 'rejected', 'withdrawn')) ORDER BY g.case_id || '', g.n");
DB_STMT(graphics_count, "SELECT count(*) FROM reg_graphics WHERE tenant = :tenant AND case_id = :case_id");
DB_STMT(graphics_removed, "UPDATE reg_graphics SET removed_at = :at WHERE tenant = :tenant AND case_id = "
			  ":case_id AND removed_at IS NULL");
DB_STMT(case_list_rows, "SELECT " CASE_COLUMNS
			" FROM reg_case c LEFT JOIN reg_tax t ON t.tenant = c.tenant AND t.case_id = c.id"
			" WHERE c.tenant = :tenant AND (:state = '' OR c.state = :state) AND (:before = '' "
			"OR c.number < :before)"
			" ORDER BY c.number DESC LIMIT 100");
DB_STMT(step_list, "SELECT state, at, who, note, ground FROM reg_step WHERE tenant = :tenant AND case_id = "
		   ":case_id ORDER BY n");
DB_STMT(case_state_ids, "SELECT id FROM reg_case WHERE tenant = :tenant AND state = :state ORDER BY number");
DB_STMT(form_select, "SELECT form FROM reg_case WHERE tenant = :tenant AND id = :case_id");

void case_fill(struct db_query *q, struct case_row *c)
{
	memset(c, 0, sizeof *c);
	const struct {
		char *to;
		size_t n;
		int col;
	} texts[] = {{c->id, sizeof c->id, 0}, {c->number, sizeof c->number, 1},
		{c->business, sizeof c->business, 2}, {c->unit_code, sizeof c->unit_code, 6},
		{c->location, sizeof c->location, 7}, {c->applicant_mask, sizeof c->applicant_mask, 8},
		{c->received_at, sizeof c->received_at, 9}, {c->deadline, sizeof c->deadline, 10},
		{c->reviewer, sizeof c->reviewer, 11}, {c->note, sizeof c->note, 12},
		{c->channel, sizeof c->channel, 15}, {c->claims, sizeof c->claims, 16},
		{c->office, sizeof c->office, 17}, {c->portal, sizeof c->portal, 18},
		{c->batch, sizeof c->batch, 19}};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		snprintf(texts[i].to, texts[i].n, "%s", db_text(q, texts[i].col));
	c->business_version = db_int(q, 3);
	c->version = db_int(q, 5);
	REQUIRE(case_state_parse(db_text(q, 4), &c->state) == 0);
	c->has_cadastral = !db_null(q, 13);
	c->has_tax = !db_null(q, 14);
	json_t *result = NULL;
	if (c->has_cadastral && json_parse(view_str(db_text(q, 13)), 65536, &result, NULL) == 0)
		c->cadastral_area_cm2 = json_int(result, "area_cm2");
	json_decref(result);
}

static int case_by(struct db_tx *tx, const struct db_stmt *s, const char *by, struct case_row *out)
{
	struct db_query *q = db_query(tx, s);
	db_bind_text(q, "by", by);
	int rc = db_step(q);
	if (rc == 1)
		case_fill(q, out);
	db_done(q);
	return db_found(rc);
}

int case_get(struct db_tx *tx, const char *by, struct case_row *out)
{
	int rc = case_by(tx, &case_by_id, by, out);
	return rc == ERR_NOTFOUND ? case_by(tx, &case_by_number, by, out) : rc;
}

int case_insert(struct db_tx *tx, struct vault *v, const struct case_row *c, const char *form)
{
	struct buf sealed;
	buf_init(&sealed, 4 << 20);
	int rc = vault_seal(v, "reg_case", "form", c->id, view_str(form), &sealed);
	if (rc < 0)
		goto out;
	struct db_query *q = db_query(tx, &case_insert_row);
	db_bind_text(q, "id", c->id);
	db_bind_text(q, "number", c->number);
	db_bind_text(q, "business", c->business);
	db_bind_int(q, "business_version", c->business_version);
	db_bind_text(q, "state", case_state_code(c->state));
	db_bind_text(q, "unit_code", c->unit_code);
	db_bind_text(q, "location", c->location);
	db_bind_text(q, "applicant_mask", c->applicant_mask);
	db_bind_textn(q, "form", buf_view(&sealed));
	db_bind_text(q, "received_at", c->received_at);
	db_bind_text(q, "channel", c->channel);
	db_bind_text(q, "claims", c->claims);
	db_bind_text(q, "office", c->office);
	db_bind_text(q, "portal", c->portal);
	db_bind_text(q, "batch", c->batch);
	rc = db_exec(q);
out:
	buf_fini(&sealed);
	return rc;
}

static int step_add(
	struct db_tx *tx, const struct case_row *c, enum case_state s, const char *who, const char *note)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &step_insert);
	db_bind_text(q, "case_id", c->id);
	db_bind_text(q, "ground", c->ground);
	db_bind_text(q, "state", case_state_code(s));
	db_bind_text(q, "at", at);
	db_bind_text(q, "who", who);
	db_bind_text(q, "note", note);
	return db_exec(q);
}

/* To be packed by the archiver. */
static int pack_later(struct db_tx *tx, const struct case_row *c)
{
	struct db_query *q = db_query(tx, &case_pack);
	db_bind_text(q, "id", c->id);
	db_bind_text(q, "number", c->number);
	return db_exec(q);
}

static bool ended(enum case_state s)
{
	return s == CASE_ARCHIVED || s == CASE_REJECTED || s == CASE_REFUSED || s == CASE_WITHDRAWN;
}

int case_move(struct db_tx *tx, struct case_row *c, int64_t version, enum case_state to, const char *who,
	const char *note)
{
	if (version >= 0 && version != c->version)
		return ERR_CONFLICT;
	struct db_query *q = db_query(tx, &case_move_row);
	db_bind_text(q, "state", case_state_code(to));
	db_bind_text(q, "note", note);
	db_bind_text(q, "id", c->id);
	db_bind_int(q, "version", c->version);
	int rc = db_exec(q);
	if (rc == 0 && db_changes(tx) != 1)
		rc = ERR_CONFLICT;
	if (rc == 0)
		rc = step_add(tx, c, to, who, note);
	if (rc == 0 && ended(to) && !ended(c->state))
		rc = pack_later(tx, c);
	if (rc == 0) {
		c->state = to;
		c->version++;
		snprintf(c->note, sizeof c->note, "%s", note);
	}
	return rc;
}

static int set_value(struct db_tx *tx, const struct db_stmt *s, const struct case_row *c, const char *value)
{
	struct db_query *q = db_query(tx, s);
	db_bind_text(q, "value", value);
	db_bind_text(q, "id", c->id);
	return db_exec(q);
}

int case_set_deadline(struct db_tx *tx, const struct case_row *c, const char *date, const char *warn_on)
{
	struct db_query *q = db_query(tx, &case_deadline_set);
	db_bind_text(q, "value", date);
	db_bind_text(q, "warn_on", warn_on);
	db_bind_text(q, "id", c->id);
	return db_exec(q);
}

int case_set_reviewer(struct db_tx *tx, const struct case_row *c, const char *who)
{
	return set_value(tx, &case_reviewer_set, c, who);
}

int case_set_cadastral(struct db_tx *tx, const struct case_row *c, const char *result_json)
{
	return set_value(tx, &case_cadastral_set, c, result_json);
}

int case_take_nonce(struct db_tx *tx, const char *nonce, const char *case_id)
{
	struct db_query *q = db_query(tx, &nonce_insert);
	db_bind_text(q, "nonce", nonce);
	db_bind_text(q, "case_id", case_id);
	return db_exec(q);
}

int case_add_tax(struct db_tx *tx, const char *case_id, const char *voucher, int64_t amount_cents,
	const char *paid_on, const char *who)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &tax_insert);
	db_bind_text(q, "case_id", case_id);
	db_bind_text(q, "voucher", voucher);
	db_bind_int(q, "amount", amount_cents);
	db_bind_text(q, "paid_on", paid_on);
	db_bind_text(q, "who", who);
	db_bind_text(q, "at", at);
	return db_exec(q);
}

int case_void_tax(struct db_tx *tx, struct case_row *c, const char *who)
{
	char now[TIME_TEXT];
	time_text(time_now_ms(), now);
	struct db_query *q = db_query(tx, &tax_void_insert);
	db_bind_text(q, "case_id", c->id);
	db_bind_text(q, "who", who);
	db_bind_text(q, "now", now);
	int rc = db_exec(q);
	if (rc == 0 && db_changes(tx) != 1)
		rc = ERR_NOTFOUND;
	q = db_query(tx, &tax_delete);
	db_bind_text(q, "case_id", c->id);
	if (rc == 0)
		rc = db_exec(q);
	c->has_tax = rc == 0 ? false : c->has_tax;
	return rc;
}

int case_add_graphics(struct db_tx *tx, const char *case_id, const char *name, const struct blob_ref *ref)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &graphics_insert);
	db_bind_text(q, "case_id", case_id);
	db_bind_text(q, "name", name);
	db_bind_int(q, "size", ref->size);
	db_bind_digest(q, "digest", &ref->digest);
	db_bind_digest(q, "blob", &ref->name);
	db_bind_text(q, "at", at);
	return db_exec(q);
}

int case_has_graphics(struct db_tx *tx, const char *case_id, bool *has)
{
	int64_t n = 0;
	struct db_query *q = db_query(tx, &graphics_count);
	db_bind_text(q, "case_id", case_id);
	int rc = db_one_int(q, &n);
	*has = n > 0;
	return rc;
}

int case_graphics_answered(struct db_tx *tx, json_t **out)
{
	struct db_query *q = db_query(tx, &graphics_answered);
	json_t *rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1) {
		struct digest name;
		char hex[DIGEST_HEX];
		db_digest(q, 1, &name);
		digest_hex(&name, hex);
		json_array_append_new(rows, json_pack("{s:s,s:s}", "case", db_text(q, 0), "blob", hex));
	}
	return db_rows_end(q, rc, rows, out);
}

int case_graphics_removed(struct db_tx *tx, const char *case_id)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &graphics_removed);
	db_bind_text(q, "case_id", case_id);
	db_bind_text(q, "at", at);
	return db_exec(q);
}

int case_get_form(struct db_tx *tx, struct vault *v, const char *case_id, struct buf *out)
{
	struct db_query *q = db_query(tx, &form_select);
	db_bind_text(q, "case_id", case_id);
	int rc = db_step(q);
	if (rc == 1)
		rc = vault_unseal(v, "reg_case", "form", case_id, db_text(q, 0), out);
	else if (rc == 0)
		rc = ERR_NOTFOUND;
	db_done(q);
	return rc;
}

static json_t *row_json(const struct case_row *c)
{
	return json_pack("{s:s,s:s,s:s,s:I,s:s,s:s,s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:b,s:b}",
		"id", c->id, "number", c->number, "business", c->business, "business_version",
		(json_int_t)c->business_version, "state", case_state_code(c->state), "state_zh",
		case_state_zh(c->state), "state_en", case_state_en(c->state), "version",
		(json_int_t)c->version, "unit_code", c->unit_code, "location", c->location, "applicant",
		c->applicant_mask, "received", c->received_at, "deadline", c->deadline, "reviewer",
		c->reviewer, "note", c->note, "channel", c->channel, "batch", c->batch, "has_tax", c->has_tax,
		"has_cadastral", c->has_cadastral);
}

int case_list(struct db_tx *tx, const char *state, const char *before, json_t **out)
{
	struct db_query *q = db_query(tx, &case_list_rows);
	db_bind_text(q, "state", state);
	db_bind_text(q, "before", before);
	json_t *rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1) {
		struct case_row c;
		case_fill(q, &c);
		json_array_append_new(rows, row_json(&c));
	}
	return db_rows_end(q, rc, rows, out);
}

int case_json(const struct case_row *c, json_t **out)
{
	*out = row_json(c);
	return *out ? 0 : ERR_NOMEM;
}

int case_steps(struct db_tx *tx, const char *case_id, json_t **out)
{
	struct db_query *q = db_query(tx, &step_list);
	db_bind_text(q, "case_id", case_id);
	json_t *rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1) {
		enum case_state s;
		REQUIRE(case_state_parse(db_text(q, 0), &s) == 0);
		json_array_append_new(rows,
			json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "state", case_state_code(s), "state_zh",
				case_state_zh(s), "state_en", case_state_en(s), "at", db_text(q, 1), "by",
				db_text(q, 2), "note", db_text(q, 3), "ground", db_text(q, 4)));
	}
	return db_rows_end(q, rc, rows, out);
}

int case_tax(struct db_tx *tx, const char *case_id, json_t **out)
{
	struct db_query *q = db_query(tx, &tax_select);
	db_bind_text(q, "case_id", case_id);
	int rc = db_step(q);
	if (rc == 1)
		*out = json_pack("{s:s,s:I,s:s,s:s,s:s}", "voucher_no", db_text(q, 0), "amount_cents",
			(json_int_t)db_int(q, 1), "paid_on", db_text(q, 2), "by", db_text(q, 3), "at",
			db_text(q, 4));
	else if (rc == 0)
		*out = json_null();
	db_done(q);
	return rc < 0 ? rc : 0;
}

int case_in_state(struct db_tx *tx, enum case_state s, json_t **out)
{
	struct db_query *q = db_query(tx, &case_state_ids);
	db_bind_text(q, "state", case_state_code(s));
	json_t *ids = json_array();
	int rc;
	while ((rc = db_step(q)) == 1)
		json_array_append_new(ids, json_string(db_text(q, 0)));
	return db_rows_end(q, rc, ids, out);
}
