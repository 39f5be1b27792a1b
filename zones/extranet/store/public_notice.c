#include "zones/extranet/store/public_notice.h"

#include "zones/extranet/domain/codes.h"
#include "zones/extranet/domain/facts.h"
#include "zones/extranet/store/book_tables.h"
#include "zones/extranet/store/document.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/notice.h"
#include "zones/extranet/store/notice_entry.h"
#include "zones/extranet/store/terms.h"
#include <stdio.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)
#define TEXT_MAX 1024

DB_STMT(public_notice_open,
	"SELECT n, from_day FROM reg_notice WHERE tenant = :tenant AND case_id = :id AND ended IS NULL");
DB_STMT(public_notice_add,
	"INSERT INTO reg_notice (tenant, case_id, n, number, from_day, until_day) SELECT :tenant, :id, "
	"(SELECT "
	"count(*) FROM reg_notice WHERE tenant = :tenant AND case_id = :id), :number, :from, :until");
DB_STMT(public_notice_end,
	"UPDATE reg_notice SET ended = :ended, how = :how WHERE tenant = :tenant AND case_id "
	"= :id AND n = :n");
DB_STMT(public_notice_of,
	"SELECT from_day, until_day FROM reg_notice WHERE tenant = :tenant AND number = :number");
/* The last day as the calendar stands now, which a suspension moves. */
DB_STMT(public_notice_rows,
	"SELECT g.number, g.from_day, g.until_day, w.due FROM reg_notice g LEFT JOIN flow_token t ON "
	"t.tenant = "
	"g.tenant AND t.instance = g.case_id AND t.kind = 'serviceTask' AND t.ref = 'notice' LEFT JOIN "
	"flow_wait "
	"w ON w.tenant = t.tenant AND w.instance = t.instance AND w.token = t.token AND w.due IS NOT NULL "
	"WHERE "
	"g.tenant = :tenant AND g.ended IS NULL ORDER BY g.from_day DESC, g.number DESC LIMIT 200");

/* ---- when it begins and ends */
static int begin(struct registry *r, struct db_tx *tx, const struct case_row *c, int days,
	struct public_notice_news *news)
{
	char number[DOCUMENT_NUMBER];
	time_date_cst(time_now_ms(), news->from);
	int rc = terms_deadline(r, tx, news->from, days, news->until);
	if (rc == 0)
		rc = notice_put_public(r, tx, c, news->from, news->until, number);
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, &public_notice_add);
	db_bind_text(q, "id", c->id);
	db_bind_text(q, "number", number);
	db_bind_text(q, "from", news->from);
	db_bind_text(q, "until", news->until);
	rc = db_exec(q);
	news->begun = rc == 0;
	return rc == 0 ? audit_record(tx, "system", "notice.begun", number, NULL) : rc;
}

/* One that has run out did so at the end of the day before. */
static int end(struct registry *r, struct db_tx *tx, struct case_row *c, int64_t n, const char *from,
	const char *how)
{
	char day[11];
	time_date_cst(time_now_ms() - (strcmp(how, "over") == 0 ? DAY_MS : 0), day);
	struct db_query *q = db_query(tx, &public_notice_end);
	db_bind_text(q, "id", c->id);
	db_bind_int(q, "n", n);
	db_bind_text(q, "ended", strcmp(day, from) < 0 ? from : day);
	db_bind_text(q, "how", how);
	int rc = db_exec(q);
	if (rc == 0)
		rc = audit_record(tx, "system", "notice.ended", c->number, NULL);
	return rc == 0 ? terms_renew(r, tx, c) : rc;
}

int public_notice_settle(struct registry *r, struct db_tx *tx, struct case_row *c, const char *how,
	struct public_notice_news *news)
{
	const struct business *b = flows_business(r->flows, c->business, c->business_version);
	bool runs = false, over = c->state == CASE_WITHDRAWN || c->state == CASE_REFUSED;
	char from[11] = "";
	int64_t n = 0;
	*news = (struct public_notice_news){.begun = false};
	/* There is none before the acceptance. */
	if (!b || !b->notice_days || !c->deadline[0])
		return 0;
	struct db_query *q = db_query(tx, &public_notice_open);
	db_bind_text(q, "id", c->id);
	int rc = db_step(q);
	bool open = rc == 1;
	if (open) {
		n = db_int(q, 0);
		snprintf(from, sizeof from, "%s", db_text(q, 1));
	}
	db_done(q);
	if (rc >= 0)
		rc = over ? 0 : flows_is_serving(r, tx, c, "notice", &runs);
	if (rc == 0 && runs && !open)
		rc = begin(r, tx, c, b->notice_days, news);
	else if (rc == 0 && open && !runs) {
		rc = end(r, tx, c, n, from, how);
		news->ended = rc == 0;
	}
	return rc;
}

int public_notice_days(struct db_tx *tx, const char *number, char from[static 11], char until[static 11])
{
	struct db_query *q = db_query(tx, &public_notice_of);
	db_bind_text(q, "number", number);
	int rc = db_step(q);
	if (rc == 1) {
		snprintf(from, 11, "%s", db_text(q, 0));
		snprintf(until, 11, "%s", db_text(q, 1));
	}
	db_done(q);
	return rc == 1 ? 0 : rc < 0 ? rc : ERR_NOTFOUND;
}

/* ---- what it says */
static const char *basis_of(int registration_type)
{
	switch (registration_type) {
	case 100:
		return "不动产登记暂行条例实施细则第十七条第一款第二项";
	case 400:
		return "不动产登记暂行条例实施细则第十七条第一款第四项";
	case 500:
		return "不动产登记暂行条例实施细则第十七条第一款第三项";
	case 900:
		return "不动产登记暂行条例实施细则第二十二条";
	default:
		return "不动产登记暂行条例实施细则第十七条";
	}
}

/* What the book calls a column. */
static const char *column_zh(const char *table, const char *column)
{
	const struct book_table *t = book_table_find(table);
	for (size_t i = 0; t && t->columns[i].name; i++)
		if (strcmp(t->columns[i].name, column) == 0)
			return t->columns[i].zh;
	return column;
}

/* What is about to be done, named by the paper or the entry it is done to; nothing of what was entered. */
static int matter_add(const struct business *b, const json_t *fields, struct buf *out)
{
	const char *paper = json_str(fields, "certificate_no"), *column = json_str(fields, "column");
	int rc = buf_add_str(out, b->zh);
	if (rc == 0 && *paper)
		rc = buf_addf(out, "：%s", paper);
	if (rc == 0 && *column)
		rc = buf_addf(out, "：登记簿记载的%s", column_zh(json_str(fields, "table"), column));
	return rc;
}

static const char *text_of(const struct buf *b)
{
	return b->n ? (const char *)b->p : "";
}

/* As the application has it, else as the book. */
static int unit_add(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *at,
	const json_t *fields, struct buf *use, struct buf *area)
{
	const struct business *b = flows_business(r->flows, c->business, c->business_version);
	json_t *rows = NULL;
	REQUIRE(b);
	int rc = notice_entry_field(b, "use", fields, use);
	if (rc == 0)
		rc = notice_entry_field(b, "area_cm2", fields, area);
	if (rc < 0 || (use->n && area->n))
		return rc;
	rc = book_unit(tx, r->service->vault, c->unit_code, at, &rows);
	struct facts_unit u = facts_unit(rows);
	if (rc == 0 && !use->n)
		rc = buf_add_str(use, u.use);
	if (rc == 0 && !area->n && u.area_cm2)
		rc = buf_addf(area, "%lld.%02lld 平方米", (long long)(u.area_cm2 / 10000),
			(long long)(u.area_cm2 / 100 % 100));
	json_decref(rows);
	return rc;
}

int public_notice_facts(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *at,
	const char *from, const char *until, json_t *facts)
{
	const struct business *b = flows_business(r->flows, c->business, c->business_version);
	struct case_form own = {.json = NULL};
	const struct case_form *form = &own;
	struct buf matter, use, area;
	char type[16];
	REQUIRE(b);
	buf_init(&matter, TEXT_MAX);
	buf_init(&use, TEXT_MAX);
	buf_init(&area, TEXT_MAX);
	snprintf(type, sizeof type, "%d", b->right_type);
	int rc = case_form_of(tx, r->service->vault, r->service->suite, c, &own, &form);
	const json_t *fields = json_object_get(form->json, "fields");
	if (rc == 0)
		rc = matter_add(b, fields, &matter);
	if (rc == 0)
		rc = unit_add(r, tx, c, at, fields, &use, &area);
	if (rc == 0 &&
		json_object_update_new(facts,
			json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "matter", text_of(&matter), "use",
				text_of(&use), "area", text_of(&area), "right_type", codes_zh("qllx", type),
				"from", from, "until", until, "basis", basis_of(b->registration_type))) < 0)
		rc = ERR_NOMEM;
	case_form_fini(&own);
	buf_fini(&matter);
	buf_fini(&use);
	buf_fini(&area);
	return rc;
}

/* ---- those that run */
static int number_keep(struct db_query *q, json_t *list)
{
	char until[11];
	snprintf(until, sizeof until, "%s", db_text(q, 2));
	if (!db_null(q, 3))
		time_date_cst(db_int(q, 3) - 1, until);
	return json_array_append_new(list,
		json_pack("{s:s,s:s,s:s}", "number", db_text(q, 0), "from", db_text(q, 1), "until", until));
}

/* Of the document's facts what is published. */
static int row_fill(struct registry *r, struct db_tx *tx, json_t *row)
{
	static const char *const keys[] = {
		"business", "applicants", "unit_code", "location", "right_type", "use", "area", "matter"};
	struct document_row d;
	json_t *facts = NULL;
	int rc = document_get(tx, r->service->vault, json_str(row, "number"), &d, &facts);
	for (size_t i = 0; rc == 0 && i < sizeof keys / sizeof keys[0]; i++)
		if (json_object_set_new(row, keys[i], json_string(json_str(facts, keys[i]))))
			rc = ERR_NOMEM;
	json_decref(facts);
	return rc;
}

int public_notice_list(struct registry *r, struct db_tx *tx, json_t **out)
{
	struct db_query *q = db_query(tx, &public_notice_rows);
	json_t *rows = json_array(), *one;
	size_t i;
	int rc, kept = 0;
	while (kept == 0 && (rc = db_step(q)) == 1)
		kept = number_keep(q, rows);
	db_done(q);
	rc = kept < 0 ? ERR_NOMEM : rc;
	json_array_foreach(rows, i, one)
	{
		if (rc == 0)
			rc = row_fill(r, tx, one);
	}
	if (rc == 0)
		*out = rows;
	else
		json_decref(rows);
	return rc;
}
