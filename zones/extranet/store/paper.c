#include "zones/extranet/store/paper.h"

#include "zones/extranet/store/book.h"
#include <stdio.h>
#include <string.h>

DB_STMT(paper_insert,
	"INSERT INTO zsbh (tenant, number, kind, period, n, state, bdcdyh, bsm, ywh, at, reason)"
	" VALUES (:tenant, :number, :kind, :period, :n, :state, :unit, :bsm, :ywh, :at, "
	":reason)");
DB_STMT(paper_select, "SELECT number, kind, state, bdcdyh, bsm, ywh, at, reason FROM zsbh WHERE tenant = "
		      ":tenant AND number = :number");
DB_STMT(paper_tops, "SELECT kind, period, max(n) FROM zsbh WHERE tenant = :tenant AND n IS NOT NULL GROUP BY "
		    "kind, period ORDER BY kind, period");
DB_STMT(paper_numbers,
	"SELECT n FROM zsbh WHERE tenant = :tenant AND kind = :kind AND period = :period AND n "
	"IS NOT NULL ORDER BY n");
DB_STMT(paper_series, "INSERT INTO reg_series (tenant, kind, period, next) VALUES (:tenant, :kind, :period, "
		      ":next) ON CONFLICT (tenant, kind, period) DO UPDATE SET next = :next WHERE "
		      "reg_series.next < :next");

static const char *kind_of(bool proof)
{
	return proof ? "proof" : "title";
}

struct paper {
	const char *number, *period, *state, *unit, *ywh, *at, *reason;
	bool proof;
	int64_t n, row; /* n 0: of no series of ours */
};

static int insert(struct db_tx *tx, const struct paper *p)
{
	struct db_query *q = db_query(tx, &paper_insert);
	db_bind_text(q, "number", p->number);
	db_bind_text(q, "kind", kind_of(p->proof));
	db_bind_text(q, "period", p->period);
	if (p->n)
		db_bind_int(q, "n", p->n);
	else
		db_bind_text(q, "n", NULL);
	db_bind_text(q, "state", p->state);
	db_bind_text(q, "unit", p->unit);
	db_bind_int(q, "bsm", p->row);
	db_bind_text(q, "ywh", p->ywh);
	db_bind_text(q, "at", p->at);
	db_bind_text(q, "reason", p->reason);
	return db_exec(q);
}

static int next(struct db_tx *tx, const struct paper_office *o, const char *day, const struct paper *p,
	char out[static NUMBER_CERTIFICATE])
{
	char year[5];
	struct paper full = *p;
	snprintf(year, sizeof year, "%.4s", day);
	full.period = year;
	full.number = out;
	int rc = book_series(tx, kind_of(p->proof), year, 1, &full.n);
	if (rc == 0)
		rc = number_certificate(p->proof, o->province, year, o->place, full.n, out);
	return rc == 0 ? insert(tx, &full) : rc;
}

int paper_draw(struct db_tx *tx, const struct paper_office *o, bool proof, const char *day, const char *unit,
	int64_t right_row, const char *ywh, const char *at, char out[static NUMBER_CERTIFICATE])
{
	struct paper p = {.proof = proof,
		.state = "used",
		.unit = unit,
		.row = right_row,
		.ywh = ywh,
		.at = at,
		.reason = ""};
	return next(tx, o, day, &p, out);
}

int paper_void(struct db_tx *tx, const struct paper_office *o, bool proof, const char *day, const char *who,
	const char *at, const char *reason, char out[static NUMBER_CERTIFICATE])
{
	struct paper p = {
		.proof = proof, .state = "void", .unit = "", .ywh = who, .at = at, .reason = reason};
	return next(tx, o, day, &p, out);
}

int paper_take_in(struct db_tx *tx, const struct paper_office *o, bool proof, const char *number,
	const char *unit, int64_t right_row, const char *ywh, const char *at)
{
	char year[5] = "";
	bool says_proof = proof;
	struct paper p = {.number = number,
		.proof = proof,
		.period = year,
		.state = "used",
		.unit = unit,
		.row = right_row,
		.ywh = ywh,
		.at = at,
		.reason = ""};
	if (!number_parse(number, o->province, o->place, &says_proof, year, &p.n) || says_proof != proof) {
		p.n = 0;
		year[0] = '\0';
	}
	return insert(tx, &p);
}

/* Numbers of one series that are missing below `top`, as a list. */
static int missing(struct db_tx *tx, const char *kind, const char *period, json_t *out)
{
	struct db_query *q = db_query(tx, &paper_numbers);
	int64_t want = 1;
	int rc;
	db_bind_text(q, "kind", kind);
	db_bind_text(q, "period", period);
	while ((rc = db_step(q)) == 1) {
		for (; want < db_int(q, 0); want++)
			if (json_array_append_new(out, json_integer(want)))
				rc = ERR_NOMEM;
		want++;
		if (rc < 0)
			break;
	}
	db_done(q);
	return rc;
}

static int series_fill(
	struct db_tx *tx, const struct paper_office *o, const json_t *series, const char *ywh, const char *at)
{
	const char *kind = json_str(series, "kind"), *period = json_str(series, "period");
	json_t *gaps = json_array();
	size_t i;
	const json_t *n;
	int rc = gaps ? missing(tx, kind, period, gaps) : ERR_NOMEM;
	json_array_foreach(gaps, i, n)
	{
		char number[NUMBER_CERTIFICATE];
		struct paper p = {.number = number,
			.proof = strcmp(kind, "proof") == 0,
			.period = period,
			.n = json_integer_value(n),
			.state = "void",
			.unit = "",
			.ywh = ywh,
			.at = at,
			.reason = "导入前未使用 not used before the import"};
		if (rc == 0)
			rc = number_certificate(p.proof, o->province, period, o->place, p.n, number);
		if (rc == 0)
			rc = insert(tx, &p);
	}
	json_decref(gaps);
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, &paper_series);
	db_bind_text(q, "kind", kind);
	db_bind_text(q, "period", period);
	db_bind_int(q, "next", json_int(series, "top") + 1);
	return db_exec(q);
}

int paper_fill(struct db_tx *tx, const struct paper_office *o, const char *ywh, const char *at)
{
	struct db_query *q = db_query(tx, &paper_tops);
	json_t *all = json_array(), *one;
	size_t i;
	int rc;
	while ((rc = db_step(q)) == 1)
		json_array_append_new(all, json_pack("{s:s,s:s,s:I}", "kind", db_text(q, 0), "period",
						   db_text(q, 1), "top", (json_int_t)db_int(q, 2)));
	db_done(q);
	json_array_foreach(all, i, one) if (rc == 0) rc = series_fill(tx, o, one, ywh, at);
	json_decref(all);
	return rc;
}

int paper_find(struct db_tx *tx, const char *number, json_t **out)
{
	struct db_query *q = db_query(tx, &paper_select);
	db_bind_text(q, "number", number);
	int rc = db_step(q);
	if (rc == 1)
		*out = json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:s}", "number", db_text(q, 0), "kind",
			db_text(q, 1), "state", db_text(q, 2), "unit", db_text(q, 3), "row",
			(json_int_t)db_int(q, 4), "ywh", db_text(q, 5), "at", db_text(q, 6), "reason",
			db_text(q, 7));
	db_done(q);
	return db_found(rc);
}

int paper_stands(struct db_tx *tx, struct vault *v, const char *number, bool *out)
{
	json_t *paper = NULL, *rows = NULL;
	const char *table;
	json_t *list;
	int rc = paper_find(tx, number, &paper);
	*out = false;
	if (rc == 0 && *json_str(paper, "unit"))
		rc = book_unit(tx, v, json_str(paper, "unit"), NULL, &rows);
	json_object_foreach(rows, table, list)
	{
		size_t i;
		const json_t *one;
		if (json_is_array(list) && strcmp(table, "qlr") != 0)
			json_array_foreach(
				list, i, one) if (json_int(one, "bsm") == json_int(paper, "row")) *out = true;
	}
	json_decref(paper);
	json_decref(rows);
	return rc == ERR_NOTFOUND ? 0 : rc;
}
