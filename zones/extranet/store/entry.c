#include "zones/extranet/store/entry.h"

#include "zones/extranet/domain/block.h"
#include "zones/extranet/domain/number.h"
#include "zones/extranet/transfer/progress.h"
#include <stdio.h>
#include <string.h>

#define PARTIES_MAX 32

struct entry {
	struct registry *r;
	struct db_tx *tx;
	struct vault *vault;
	const struct business *b;
	struct case_row c;
	json_t *form;
	json_t *rows; /* what was written: [{"table","key","row"}], row as canonical text */
	struct hasher *digest;
	char at[TIME_TEXT], date[11], qlid[37], certificate[NUMBER_CERTIFICATE];
	const char *who;
	struct err_note *note;
};

/* Reads the row back from the database, adds it to the message and to the digest of the log row. */
static int row_publish(struct entry *e, const struct book_table *t, const char *key)
{
	struct buf text;
	json_t *row = NULL;
	buf_init(&text, 1 << 20);
	int rc = book_get(e->tx, e->vault, t, key, &row);
	if (rc == 0)
		rc = json_canon(row, &text);
	if (rc == 0) {
		hasher_add(e->digest, buf_view(&text));
		rc = json_array_append_new(e->rows, json_pack("{s:s,s:s,s:s}", "table", book_table_name(t),
							    "key", key, "row", (const char *)text.p))
			     ? ERR_NOMEM
			     : 0;
	}
	json_decref(row);
	buf_fini(&text);
	return rc;
}

static int row_insert(struct entry *e, const char *table, json_t *row)
{
	const struct book_table *t = book_table_find(table);
	struct buf key;
	buf_init(&key, 128);
	int rc = row ? book_insert(e->tx, e->vault, t, row, e->note) : ERR_NOMEM;
	if (rc == 0)
		rc = book_key(t, row, &key);
	if (rc == 0)
		rc = row_publish(e, t, (const char *)key.p);
	buf_fini(&key);
	json_decref(row);
	return rc;
}

static int rows_end(struct entry *e, const char *table, const char *key_column, const json_t *rows)
{
	const struct book_table *t = book_table_find(table);
	size_t i;
	const json_t *row;
	json_array_foreach(rows, i, row)
	{
		int rc = book_end(e->tx, t, json_str(row, key_column), e->at, e->c.number);
		if (rc == 0)
			rc = row_publish(e, t, json_str(row, key_column));
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int blocks_check(struct entry *e)
{
	json_t *rows = NULL, *row;
	struct block_seizure seizures[64];
	size_t n = 0, i;
	int rc = book_of_unit(e->tx, e->vault, book_table_find("cfdj"), e->c.unit_code, &rows);
	if (rc < 0)
		return rc;
	json_array_foreach(rows, i, row) if (n < 64) seizures[n++] = (struct block_seizure){
		json_str(row, "cfqssj"), json_str(row, "cfjssj"), json_str(row, "cfjg")};
	rc = block_check(e->b->registration_type, seizures, n, e->date, e->note);
	json_decref(rows);
	return rc;
}

/* The parties of the ended role must be exactly the present holders (共同共有 and 按份共有 disposed of as a
 * whole need all). */
static int holders_match(struct entry *e, const json_t *holders)
{
	size_t found = 0, parties = 0, i, k;
	const json_t *h, *p;
	json_array_foreach(json_object_get(e->form, "parties"), i, p)
	{
		if (strcmp(json_str(p, "role"), e->b->ended_role) != 0)
			continue;
		parties++;
		json_array_foreach(
			holders, k, h) if (strcmp(json_str(h, "zjh"), json_str(p, "id_number")) == 0 &&
					   strcmp(json_str(h, "qlrmc"), json_str(p, "name")) == 0) found++;
	}
	if (json_array_size(holders) == 0)
		return err_set(e->note, ERR_BLOCKED,
			"unit %s: no right is registered that could be transferred", e->c.unit_code);
	if (found != json_array_size(holders) || parties != found)
		return err_set(e->note, ERR_BLOCKED,
			"unit %s: the transferors are not exactly the registered holders", e->c.unit_code);
	return 0;
}

static int old_right_end(struct entry *e)
{
	json_t *rights = NULL, *holders = NULL;
	int rc = book_of_unit(e->tx, e->vault, book_table_find("fdcq2"), e->c.unit_code, &rights);
	if (rc == 0)
		rc = book_of_unit(e->tx, e->vault, book_table_find("qlr"), e->c.unit_code, &holders);
	if (rc == 0 && e->b->ended_role[0])
		rc = holders_match(e, holders);
	else if (rc == 0 && json_array_size(rights) > 0)
		rc = err_set(e->note, ERR_BLOCKED, "unit %s: a right is registered already", e->c.unit_code);
	if (rc == 0)
		rc = rows_end(e, "qlr", "qlrid", holders);
	if (rc == 0)
		rc = rows_end(e, "fdcq2", "qlid", rights);
	json_decref(rights);
	json_decref(holders);
	return rc;
}

/* First registration: the parcel (once) and the unit come into the book. */
static int unit_make(struct entry *e)
{
	const json_t *f = json_object_get(e->form, "fields");
	char parcel[20];
	char parcel_unit[29];
	json_t *have = NULL;
	int rc;
	snprintf(parcel, sizeof parcel, "%.19s", e->c.unit_code);
	snprintf(parcel_unit, sizeof parcel_unit, "%sW00000000", parcel);
	rc = book_get(e->tx, e->vault, book_table_find("zdjbxx"), parcel, &have);
	json_decref(have);
	if (rc == ERR_NOTFOUND)
		rc = row_insert(e, "zdjbxx",
			json_pack("{s:s,s:s,s:s#,s:s,s:I,s:s,s:s,s:s,s:n,s:s,s:n}", "zddm", parcel, "bdcdyh",
				parcel_unit, "zdtzm", parcel + 12, 2, "zl", json_str(f, "location"), "zdmj",
				(json_int_t)e->c.cadastral_area_cm2, "yt", json_str(f, "use"), "qlxz", "出让",
				"ywh", e->c.number, "zzywh", "yxq_q", e->at, "yxq_z"));
	if (rc < 0)
		return rc;
	return row_insert(e, "h",
		json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:n,s:s,s:n}", "bdcdyh", e->c.unit_code, "zddm",
			parcel, "zl", json_str(f, "location"), "shbw", json_str(f, "room"), "jzmj",
			(json_int_t)json_int(f, "area_cm2"), "ghyt", json_str(f, "use"), "ywh", e->c.number,
			"zzywh", "yxq_q", e->at, "yxq_z"));
}

static size_t holder_count(const struct entry *e)
{
	size_t n = 0, i;
	const json_t *p;
	json_array_foreach(json_object_get(e->form, "parties"), i, p) n +=
		strcmp(json_str(p, "role"), e->b->holder_role) == 0;
	return n;
}

static int holders_make(struct entry *e)
{
	size_t i;
	const json_t *p;
	json_array_foreach(json_object_get(e->form, "parties"), i, p)
	{
		if (strcmp(json_str(p, "role"), e->b->holder_role) != 0)
			continue;
		struct uuid id = uuid_new();
		int rc = row_insert(e, "qlr",
			json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:I,s:s,s:n,s:s,s:n}", "qlrid", id.s,
				"qlid", e->qlid, "bdcdyh", e->c.unit_code, "qlrmc", json_str(p, "name"),
				"zjzl", json_str(p, "id_kind"), "zjh", json_str(p, "id_number"), "qlrlx", "1",
				"qlbl_fz", (json_int_t)json_int(p, "share_num"), "qlbl_fm",
				(json_int_t)json_int(p, "share_den"), "ywh", e->c.number, "zzywh", "yxq_q",
				e->at, "yxq_z"));
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int right_make(struct entry *e)
{
	const json_t *f = json_object_get(e->form, "fields");
	char year[5], type[8], right[8];
	int64_t n;
	struct uuid id = uuid_new();
	snprintf(e->qlid, sizeof e->qlid, "%s", id.s);
	snprintf(year, sizeof year, "%.4s", e->date);
	snprintf(type, sizeof type, "%d", e->b->registration_type);
	snprintf(right, sizeof right, "%d", e->b->right_type);
	int rc = case_series(e->tx, "certificate", year, &n);
	if (rc == 0)
		rc = number_certificate(e->r->config->province, year, e->r->config->place, n, e->certificate);
	if (rc < 0)
		return rc;
	rc = row_insert(e, "fdcq2",
		json_pack("{s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:n,s:s,s:n}", "qlid", e->qlid,
			"bdcdyh", e->c.unit_code, "djlx", type, "djyy", e->b->zh, "qllx", right, "jg",
			(json_int_t)json_int(f, "price_cents"), "gyfs", holder_count(e) > 1 ? "2" : "0",
			"bdcqzh", e->certificate, "dbr", e->who, "djsj", e->at, "ywh", e->c.number, "zzywh",
			"yxq_q", e->at, "yxq_z"));
	return rc == 0 ? holders_make(e) : rc;
}

static int log_make(struct entry *e)
{
	struct digest d;
	char hex[DIGEST_HEX], type[8], right[8];
	int64_t n;
	hasher_get(e->digest, &d);
	digest_hex(&d, hex);
	snprintf(type, sizeof type, "%d", e->b->registration_type);
	snprintf(right, sizeof right, "%d", e->b->right_type);
	int rc = case_series(e->tx, "djlog", "", &n);
	if (rc < 0)
		return rc;
	return row_insert(e, "djlog",
		json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:s}", "xh", (json_int_t)n, "ywh",
			e->c.number, "bdcdyh", e->c.unit_code, "djlx", type, "qllx", right, "bdcqzh",
			e->certificate, "dbr", e->who, "djsj", e->at, "hs",
			(json_int_t)json_array_size(e->rows), "zy", hex));
}

static int form_read(struct entry *e)
{
	struct buf text;
	buf_init(&text, 4 << 20);
	int rc = case_get_form(e->tx, e->vault, e->c.id, &text);
	if (rc == 0)
		rc = json_parse(buf_view(&text), 4 << 20, &e->form, e->note);
	buf_fini(&text);
	/* What the parties signed is checked again as it was at the door: shares, roles, unit. */
	return rc == 0 ? business_check_form(e->b, e->form, NULL, e->note) : rc;
}

static int gate(struct entry *e, const char *case_id, int64_t version, enum case_state *to)
{
	int rc = case_get(e->tx, case_id, &e->c);
	if (rc < 0)
		return rc;
	e->b = business_find(e->r->businesses, e->c.business);
	REQUIRE(e->b);
	if (version != e->c.version)
		return err_set(e->note, ERR_CONFLICT, "the case was changed meanwhile (version %lld)",
			(long long)e->c.version);
	rc = case_state_next(e->c.state, CASE_DO_ENTER,
		(struct case_needs){e->b->needs_tax, e->b->needs_cadastral},
		(struct case_has){e->c.has_tax, e->c.has_cadastral}, to, e->note);
	if (rc == 0 && strcmp(e->c.reviewer, e->who) == 0)
		rc = err_set(e->note, ERR_APPROVAL, "who reviewed the case cannot enter it");
	if (rc == 0)
		rc = form_read(e);
	return rc == 0 ? blocks_check(e) : rc;
}

int entry_make(struct registry *r, struct db_tx *tx, const char *case_id, int64_t version, const char *who,
	struct err_note *note)
{
	struct entry e = {
		.r = r, .tx = tx, .vault = r->service->vault, .who = who, .note = note, .rows = json_array()};
	enum case_state to;
	time_text(time_now_ms(), e.at);
	time_date_cst(time_now_ms(), e.date);
	int rc = e.rows ? hasher_new(r->service->suite, &e.digest) : ERR_NOMEM;
	if (rc == 0)
		rc = gate(&e, case_id, version, &to);
	if (rc == 0)
		rc = old_right_end(&e);
	if (rc == 0 && !e.b->ended_role[0])
		rc = unit_make(&e);
	if (rc == 0)
		rc = right_make(&e);
	if (rc == 0)
		rc = log_make(&e);
	if (rc == 0)
		rc = case_move(tx, &e.c, version, to, who, e.certificate);
	if (rc == 0)
		rc = progress_put(r, tx, &e.c, e.certificate, NULL);
	if (rc == 0)
		rc = progress_put_entry(r, tx, e.c.number, e.rows);
	if (rc == 0)
		rc = audit_record(tx, who, "book.enter", e.c.number, NULL);
	hasher_free(e.digest);
	json_decref(e.form);
	json_decref(e.rows);
	return rc;
}
