#include "zones/extranet/store/inquiry.h"

#include "common/db/db_rows.h"
#include "zones/extranet/domain/person.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOKS_MAX 100
#define CASES_MAX 20

DB_STMT(inquiry_insert,
	"INSERT INTO reg_inquiry (tenant, id, at, at_ms, kind, person_index, person_mask, purpose, number, "
	"digest) "
	"VALUES (:tenant, :id, :at, :at_ms, :kind, :person_index, :person_mask, :purpose, :number, :digest)");
DB_STMT(inquiry_unit_insert,
	"INSERT INTO reg_inquiry_unit (tenant, id, unit_code) VALUES (:tenant, :id, :unit) "
	"ON CONFLICT DO NOTHING");
DB_STMT(inquiry_recent, "SELECT count(*) FROM reg_inquiry WHERE tenant = :tenant AND person_index "
			"IN (:now, :before) AND at_ms > :since");
DB_STMT(inquiry_of_unit,
	"SELECT count(*) FROM reg_inquiry_unit u JOIN reg_inquiry i ON i.tenant = u.tenant AND i.id = u.id "
	"WHERE u.tenant = :tenant AND u.unit_code = :unit AND i.kind = :kind AND i.at_ms > :since");
DB_STMT(inquiry_of_kind,
	"SELECT count(*) FROM reg_inquiry WHERE tenant = :tenant AND kind = :kind AND at_ms > :since");
DB_STMT(inquiry_by_number, "SELECT at FROM reg_inquiry WHERE tenant = :tenant AND number = :number AND "
			   "digest = :digest AND number <> ''");
DB_STMT(looks_of_unit,
	"SELECT i.at, i.person_mask, i.kind, i.purpose FROM reg_inquiry_unit u JOIN reg_inquiry i ON "
	"i.tenant = "
	"u.tenant AND i.id = u.id WHERE u.tenant = :tenant AND u.unit_code = :unit AND i.person_index "
	"NOT IN (:now, :before) ORDER BY i.at DESC LIMIT 100");
DB_STMT(looks_of_case,
	"SELECT at, login, role, organisation, reason FROM look WHERE tenant = :tenant AND subject "
	"= :number ORDER BY at DESC LIMIT 100");
DB_STMT(cases_of_person,
	"SELECT c.number, p.id_kind FROM reg_party p JOIN reg_case c ON c.tenant = p.tenant AND "
	"c.id = p.case_id WHERE p.tenant = :tenant AND p.id_index IN (:now, :before) ORDER BY "
	"c.number DESC");
DB_STMT(held_by_person,
	"SELECT bdcdyh, qltb, bsm FROM qlr WHERE tenant = :tenant AND zjh_index = :now AND yxq_z IS NULL "
	"UNION ALL SELECT bdcdyh, qltb, bsm FROM qlr WHERE tenant = :tenant AND zjh_index = :before AND "
	"yxq_z IS NULL ORDER BY bsm LIMIT 200");

static void person_bind(struct db_query *q, const struct vault_lookup *person)
{
	db_bind_text(q, "now", person->now);
	db_bind_text(q, "before", person->before);
}

int inquiry_add(struct db_tx *tx, const struct inquiry *i, const json_t *units)
{
	char at[TIME_TEXT];
	int64_t now = time_now_ms();
	const json_t *unit;
	size_t k;
	time_text(now, at);
	struct db_query *q = db_query(tx, &inquiry_insert);
	db_bind_text(q, "id", i->id);
	db_bind_text(q, "at", at);
	db_bind_int(q, "at_ms", now);
	db_bind_text(q, "kind", i->kind);
	db_bind_text(q, "person_index", i->person_index);
	db_bind_text(q, "person_mask", i->person_mask);
	db_bind_text(q, "purpose", i->purpose);
	db_bind_text(q, "number", i->number);
	db_bind_text(q, "digest", i->digest);
	int rc = db_exec(q);
	json_array_foreach(units, k, unit) if (rc == 0)
	{
		q = db_query(tx, &inquiry_unit_insert);
		db_bind_text(q, "id", i->id);
		db_bind_text(q, "unit", json_string_value(unit));
		rc = db_exec(q);
	}
	return rc;
}

int inquiry_count(struct db_tx *tx, const struct vault_lookup *person, int64_t since_ms, int64_t *out)
{
	struct db_query *q = db_query(tx, &inquiry_recent);
	person_bind(q, person);
	db_bind_int(q, "since", since_ms);
	return db_one_int(q, out);
}

int inquiry_count_unit(struct db_tx *tx, const char *unit, const char *kind, int64_t since_ms, int64_t *out)
{
	struct db_query *q = db_query(tx, &inquiry_of_unit);
	db_bind_text(q, "unit", unit);
	db_bind_text(q, "kind", kind);
	db_bind_int(q, "since", since_ms);
	return db_one_int(q, out);
}

int inquiry_count_kind(struct db_tx *tx, const char *kind, int64_t since_ms, int64_t *out)
{
	struct db_query *q = db_query(tx, &inquiry_of_kind);
	db_bind_text(q, "kind", kind);
	db_bind_int(q, "since", since_ms);
	return db_one_int(q, out);
}

int inquiry_proof(struct db_tx *tx, const char *number, const char *digest, char at[static 25])
{
	struct db_query *q = db_query(tx, &inquiry_by_number);
	db_bind_text(q, "number", number);
	db_bind_text(q, "digest", digest);
	int rc = db_step(q);
	if (rc == 1)
		snprintf(at, 25, "%s", db_text(q, 0));
	db_done(q);
	return db_found(rc);
}

static int unit_looks(struct db_tx *tx, const struct vault_lookup *person, const char *unit, json_t *rows)
{
	struct db_query *q = db_query(tx, &looks_of_unit);
	int rc;
	db_bind_text(q, "unit", unit);
	person_bind(q, person);
	while ((rc = db_step(q)) == 1)
		json_array_append_new(rows, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "at", db_text(q, 0), "who",
						    db_text(q, 1), "role", "applicant", "office", "", "what",
						    db_text(q, 2), "reason", db_text(q, 3)));
	db_done(q);
	return rc;
}

static int case_looks(struct db_tx *tx, const char *number, json_t *rows)
{
	struct db_query *q = db_query(tx, &looks_of_case);
	int rc;
	db_bind_text(q, "number", number);
	while ((rc = db_step(q)) == 1)
		json_array_append_new(rows, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "at", db_text(q, 0), "who",
						    db_text(q, 1), "role", db_text(q, 2), "office",
						    db_text(q, 3), "what", number, "reason", db_text(q, 4)));
	db_done(q);
	return rc;
}

static int by_time(const void *a, const void *b)
{
	return strcmp(json_str(*(json_t *const *)b, "at"), json_str(*(json_t *const *)a, "at"));
}

/* Newest first, at most LOOKS_MAX. New reference. */
static json_t *newest(const json_t *rows)
{
	size_t n = json_array_size(rows), i;
	json_t **v = calloc(n ? n : 1, sizeof *v), *out = json_array();
	for (i = 0; v && i < n; i++)
		v[i] = json_array_get(rows, i);
	if (v)
		qsort(v, n, sizeof *v, by_time);
	for (i = 0; v && i < n && i < LOOKS_MAX; i++)
		json_array_append(out, v[i]);
	free(v);
	return out;
}

int inquiry_looks(struct db_tx *tx, const struct vault_lookup *person, const json_t *units,
	const json_t *numbers, json_t **out)
{
	json_t *rows = json_array();
	const json_t *one;
	size_t i;
	int rc = 0;
	json_array_foreach(units, i, one) if (rc == 0) rc =
		unit_looks(tx, person, json_string_value(one), rows);
	json_array_foreach(numbers, i, one) if (rc == 0) rc = case_looks(tx, json_string_value(one), rows);
	if (rc == 0)
		*out = newest(rows);
	json_decref(rows);
	return rc;
}

int inquiry_cases(struct db_tx *tx, const struct vault_lookup *person, const char *kind, const char *number,
	json_t **out)
{
	struct db_query *q = db_query(tx, &cases_of_person);
	json_t *ids = json_array();
	char last[32] = "";
	int rc = 0;
	person_bind(q, person);
	while (json_array_size(ids) < CASES_MAX && (rc = db_step(q)) == 1) {
		if (strcmp(db_text(q, 0), last) == 0 || !person_same(db_text(q, 1), number, kind, number))
			continue;
		snprintf(last, sizeof last, "%s", db_text(q, 0));
		json_array_append_new(ids, json_string(last));
	}
	return db_rows_end(q, rc == 1 ? 0 : rc, ids, out);
}

int inquiry_held(struct db_tx *tx, const struct vault_lookup *person, json_t **out)
{
	struct db_query *q = db_query(tx, &held_by_person);
	json_t *rows = json_array();
	int rc;
	person_bind(q, person);
	while ((rc = db_step(q)) == 1)
		json_array_append_new(rows, json_pack("{s:s,s:s,s:I}", "unit", db_text(q, 0), "table",
						    db_text(q, 1), "row", (json_int_t)db_int(q, 2)));
	return db_rows_end(q, rc, rows, out);
}
