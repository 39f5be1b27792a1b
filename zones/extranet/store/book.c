#include "zones/extranet/store/book.h"

#include "common/base/embed.h"
#include <stdio.h>
#include <string.h>

EMBED(reg_sql_0001, "zones/extranet/store/sql/0001-registry.sqlite.sql");
EMBED(reg_pg_0001, "zones/extranet/store/sql/0001-registry.pg.sql");
EMBED(reg_sql_0002, "zones/extranet/store/sql/0002-book.sqlite.sql");
EMBED(reg_pg_0002, "zones/extranet/store/sql/0002-book.pg.sql");

static const struct db_migration migrations[] = {
	{1, "registry", reg_sql_0001, reg_pg_0001},
	{2, "book", reg_sql_0002, reg_pg_0002},
};
const struct db_schema registry_schema = {"registry", migrations, sizeof migrations / sizeof migrations[0]};

enum kind { TEXT, INT, SEALED, MAYBE }; /* MAYBE: text or NULL */
struct column {
	const char *name;
	enum kind kind;
	bool index; /* sealed and searchable: NAME_index beside it */
};
#define COLUMNS_MAX 16
struct book_table {
	const char *name, *key;
	bool key_is_int;
	struct column columns[COLUMNS_MAX];
	const struct db_stmt *insert, *end, *get, *all, *of_unit;
};

#define LIFE                                                                                                 \
	{"ywh", TEXT, false}, {"zzywh", MAYBE, false}, {"yxq_q", TEXT, false},                               \
	{                                                                                                    \
		"yxq_z", MAYBE, false                                                                        \
	}
/* Column lists: the same order in every statement of a table. */
#define ZDJBXX "zddm, bdcdyh, zdtzm, zl, zdmj, yt, qlxz, ywh, zzywh, yxq_q, yxq_z"
#define H "bdcdyh, zddm, zl, shbw, jzmj, ghyt, ywh, zzywh, yxq_q, yxq_z"
#define FDCQ2 "qlid, bdcdyh, djlx, djyy, qllx, jg, gyfs, bdcqzh, dbr, djsj, ywh, zzywh, yxq_q, yxq_z"
#define QLR "qlrid, qlid, bdcdyh, qlrmc, zjzl, zjh, qlrlx, qlbl_fz, qlbl_fm, ywh, zzywh, yxq_q, yxq_z"
#define CFDJ "cfid, bdcdyh, cfjg, cflx, cfwh, cfqssj, cfjssj, ywh, zzywh, yxq_q, yxq_z"
#define DJLOG "xh, ywh, bdcdyh, djlx, qllx, bdcqzh, dbr, djsj, hs, zy"

DB_STMT(zdjbxx_insert,
	"INSERT INTO zdjbxx (tenant, " ZDJBXX
	") VALUES (:tenant, :zddm, :bdcdyh, :zdtzm, :zl, :zdmj, :yt, :qlxz, :ywh, :zzywh, :yxq_q, :yxq_z)");
DB_STMT(h_insert,
	"INSERT INTO h (tenant, " H
	") VALUES (:tenant, :bdcdyh, :zddm, :zl, :shbw, :jzmj, :ghyt, :ywh, :zzywh, :yxq_q, :yxq_z)");
DB_STMT(fdcq2_insert,
	"INSERT INTO fdcq2 (tenant, " FDCQ2 ") VALUES (:tenant, :qlid, :bdcdyh, :djlx, :djyy, :qllx, :jg, "
	":gyfs, :bdcqzh, :dbr, :djsj, :ywh, :zzywh, :yxq_q, :yxq_z)");
DB_STMT(qlr_insert, "INSERT INTO qlr (tenant, " QLR
		    ", zjh_index) VALUES (:tenant, :qlrid, :qlid, :bdcdyh, :qlrmc, :zjzl, :zjh, :qlrlx, "
		    ":qlbl_fz, :qlbl_fm, :ywh, :zzywh, :yxq_q, :yxq_z, :zjh_index)");
DB_STMT(cfdj_insert,
	"INSERT INTO cfdj (tenant, " CFDJ ") VALUES (:tenant, :cfid, :bdcdyh, :cfjg, :cflx, :cfwh, :cfqssj, "
	":cfjssj, :ywh, :zzywh, :yxq_q, :yxq_z)");
DB_STMT(djlog_insert, "INSERT INTO djlog (tenant, " DJLOG
		      ") VALUES (:tenant, :xh, :ywh, :bdcdyh, :djlx, :qllx, :bdcqzh, :dbr, :djsj, :hs, :zy)");
DB_STMT(zdjbxx_end, "UPDATE zdjbxx SET yxq_z = :at, zzywh = :ywh WHERE tenant = :tenant AND zddm = :key");
DB_STMT(h_end, "UPDATE h SET yxq_z = :at, zzywh = :ywh WHERE tenant = :tenant AND bdcdyh = :key");
DB_STMT(fdcq2_end, "UPDATE fdcq2 SET yxq_z = :at, zzywh = :ywh WHERE tenant = :tenant AND qlid = :key");
DB_STMT(qlr_end, "UPDATE qlr SET yxq_z = :at, zzywh = :ywh WHERE tenant = :tenant AND qlrid = :key");
DB_STMT(cfdj_end, "UPDATE cfdj SET yxq_z = :at, zzywh = :ywh WHERE tenant = :tenant AND cfid = :key");
DB_STMT(zdjbxx_get, "SELECT " ZDJBXX " FROM zdjbxx WHERE tenant = :tenant AND zddm = :key");
DB_STMT(h_get, "SELECT " H " FROM h WHERE tenant = :tenant AND bdcdyh = :key");
DB_STMT(fdcq2_get, "SELECT " FDCQ2 " FROM fdcq2 WHERE tenant = :tenant AND qlid = :key");
DB_STMT(qlr_get, "SELECT " QLR " FROM qlr WHERE tenant = :tenant AND qlrid = :key");
DB_STMT(cfdj_get, "SELECT " CFDJ " FROM cfdj WHERE tenant = :tenant AND cfid = :key");
DB_STMT(djlog_get, "SELECT " DJLOG " FROM djlog WHERE tenant = :tenant AND xh = :key");
DB_STMT(zdjbxx_all, "SELECT " ZDJBXX " FROM zdjbxx WHERE tenant = :tenant ORDER BY zddm");
DB_STMT(h_all, "SELECT " H " FROM h WHERE tenant = :tenant ORDER BY bdcdyh");
DB_STMT(fdcq2_all, "SELECT " FDCQ2 " FROM fdcq2 WHERE tenant = :tenant ORDER BY qlid");
DB_STMT(qlr_all, "SELECT " QLR " FROM qlr WHERE tenant = :tenant ORDER BY qlrid");
DB_STMT(cfdj_all, "SELECT " CFDJ " FROM cfdj WHERE tenant = :tenant ORDER BY cfid");
DB_STMT(djlog_all, "SELECT " DJLOG " FROM djlog WHERE tenant = :tenant ORDER BY xh");
DB_STMT(zdjbxx_of, "SELECT " ZDJBXX
		   " FROM zdjbxx WHERE tenant = :tenant AND zddm = substr(:unit, 1, 19) AND yxq_z IS NULL");
DB_STMT(h_of, "SELECT " H " FROM h WHERE tenant = :tenant AND bdcdyh = :unit AND yxq_z IS NULL");
DB_STMT(fdcq2_of, "SELECT " FDCQ2 " FROM fdcq2 WHERE tenant = :tenant AND bdcdyh = :unit AND yxq_z IS NULL");
DB_STMT(qlr_of, "SELECT " QLR
		" FROM qlr WHERE tenant = :tenant AND yxq_z IS NULL AND qlid IN (SELECT f.qlid FROM fdcq2 f "
		"WHERE f.tenant = :tenant AND f.bdcdyh = :unit AND f.yxq_z IS NULL) ORDER BY qlrid");
DB_STMT(cfdj_of,
	"SELECT " CFDJ
	" FROM cfdj WHERE tenant = :tenant AND bdcdyh = :unit AND yxq_z IS NULL ORDER BY yxq_q, cfid");
DB_STMT(djlog_of, "SELECT " DJLOG " FROM djlog WHERE tenant = :tenant AND bdcdyh = :unit ORDER BY xh");

#define STMTS(t) &t##_insert, &t##_end, &t##_get, &t##_all, &t##_of
static const struct book_table tables[] = {
	{"zdjbxx", "zddm", false,
		{{"zddm", TEXT, false}, {"bdcdyh", TEXT, false}, {"zdtzm", TEXT, false}, {"zl", TEXT, false},
			{"zdmj", INT, false}, {"yt", TEXT, false}, {"qlxz", TEXT, false}, LIFE},
		STMTS(zdjbxx)},
	{"h", "bdcdyh", false,
		{{"bdcdyh", TEXT, false}, {"zddm", TEXT, false}, {"zl", TEXT, false}, {"shbw", TEXT, false},
			{"jzmj", INT, false}, {"ghyt", TEXT, false}, LIFE},
		STMTS(h)},
	{"fdcq2", "qlid", false,
		{{"qlid", TEXT, false}, {"bdcdyh", TEXT, false}, {"djlx", TEXT, false}, {"djyy", TEXT, false},
			{"qllx", TEXT, false}, {"jg", INT, false}, {"gyfs", TEXT, false},
			{"bdcqzh", TEXT, false}, {"dbr", TEXT, false}, {"djsj", TEXT, false}, LIFE},
		STMTS(fdcq2)},
	{"qlr", "qlrid", false,
		{{"qlrid", TEXT, false}, {"qlid", TEXT, false}, {"bdcdyh", TEXT, false},
			{"qlrmc", SEALED, false}, {"zjzl", TEXT, false}, {"zjh", SEALED, true},
			{"qlrlx", TEXT, false}, {"qlbl_fz", INT, false}, {"qlbl_fm", INT, false}, LIFE},
		STMTS(qlr)},
	{"cfdj", "cfid", false,
		{{"cfid", TEXT, false}, {"bdcdyh", TEXT, false}, {"cfjg", TEXT, false}, {"cflx", TEXT, false},
			{"cfwh", TEXT, false}, {"cfqssj", TEXT, false}, {"cfjssj", TEXT, false}, LIFE},
		STMTS(cfdj)},
	{"djlog", "xh", true,
		{{"xh", INT, false}, {"ywh", TEXT, false}, {"bdcdyh", TEXT, false}, {"djlx", TEXT, false},
			{"qllx", TEXT, false}, {"bdcqzh", TEXT, false}, {"dbr", TEXT, false},
			{"djsj", TEXT, false}, {"hs", INT, false}, {"zy", TEXT, false}},
		&djlog_insert, NULL, &djlog_get, &djlog_all, &djlog_of},
};
#define NTABLES (sizeof tables / sizeof tables[0])

const struct book_table *book_table_find(const char *name)
{
	for (size_t i = 0; i < NTABLES; i++)
		if (strcmp(tables[i].name, name) == 0)
			return &tables[i];
	return NULL;
}

const struct book_table *book_table_at(size_t i)
{
	return i < NTABLES ? &tables[i] : NULL;
}

const char *book_table_name(const struct book_table *t)
{
	return t->name;
}

int book_key(const struct book_table *t, const json_t *row, struct buf *out)
{
	if (t->key_is_int)
		return buf_addf(out, "%012lld", (long long)json_int(row, t->key));
	return buf_add_str(out, json_str(row, t->key));
}

static int bind_sealed(struct db_query *q, struct vault *v, const struct book_table *t,
	const struct column *c, const char *key, const char *plain)
{
	struct buf sealed, index;
	char name[32];
	buf_init(&sealed, 4096);
	buf_init(&index, 256);
	int rc = vault_seal(v, t->name, c->name, key, view_str(plain), &sealed);
	if (rc == 0)
		db_bind_textn(q, c->name, buf_view(&sealed));
	if (rc == 0 && c->index)
		rc = vault_index(v, "id-number", plain, &index);
	if (rc == 0 && c->index) {
		snprintf(name, sizeof name, "%s_index", c->name);
		db_bind_textn(q, name, buf_view(&index));
	}
	buf_fini(&sealed);
	buf_fini(&index);
	return rc;
}

static int bind_column(struct db_query *q, struct vault *v, const struct book_table *t,
	const struct column *c, const char *key, const json_t *value, struct err_note *note)
{
	if (c->kind == INT         ? !json_is_integer(value)
		: c->kind == MAYBE ? value && !json_is_null(value) && !json_is_string(value)
				   : !json_is_string(value))
		return err_set(note, ERR_SCHEMA, "%s.%s: missing or of another type", t->name, c->name);
	switch (c->kind) {
	case INT:
		db_bind_int(q, c->name, json_integer_value(value));
		return 0;
	case SEALED:
		return bind_sealed(q, v, t, c, key, json_string_value(value));
	case TEXT:
	case MAYBE:
		break;
	}
	db_bind_text(q, c->name, json_string_value(value));
	return 0;
}

int book_insert(struct db_tx *tx, struct vault *v, const struct book_table *t, const json_t *row,
	struct err_note *note)
{
	struct db_query *q = db_query(tx, t->insert);
	int rc = 0;
	for (const struct column *c = t->columns; rc == 0 && c < t->columns + COLUMNS_MAX && c->name; c++)
		rc = bind_column(q, v, t, c, json_str(row, t->key), json_object_get(row, c->name), note);
	if (rc < 0) {
		db_done(q);
		return rc;
	}
	return db_exec(q);
}

static void bind_key(struct db_query *q, const struct book_table *t, const char *key)
{
	long long n;
	if (t->key_is_int && sscanf(key, "%lld", &n) == 1)
		db_bind_int(q, "key", n);
	else
		db_bind_text(q, "key", key);
}

int book_end(struct db_tx *tx, const struct book_table *t, const char *key, const char *at, const char *ywh)
{
	REQUIRE(t->end);
	struct db_query *q = db_query(tx, t->end);
	bind_key(q, t, key);
	db_bind_text(q, "at", at);
	db_bind_text(q, "ywh", ywh);
	int rc = db_exec(q);
	return rc == 0 && db_changes(tx) != 1 ? ERR_NOTFOUND : rc;
}

static int column_read(struct db_query *q, struct vault *v, const struct book_table *t, size_t i,
	const char *key, json_t *row)
{
	const struct column *c = &t->columns[i];
	struct buf plain;
	int rc = 0;
	switch (c->kind) {
	case INT:
		return json_object_set_new(row, c->name, json_integer(db_int(q, (int)i))) ? ERR_NOMEM : 0;
	case SEALED:
		buf_init(&plain, 4096);
		rc = vault_unseal(v, t->name, c->name, key, db_text(q, (int)i), &plain);
		if (rc == 0)
			rc = json_object_set_new(row, c->name, json_stringn((const char *)plain.p, plain.n))
				     ? ERR_NOMEM
				     : 0;
		buf_fini(&plain);
		return rc;
	case MAYBE:
		if (db_null(q, (int)i))
			return json_object_set_new(row, c->name, json_null()) ? ERR_NOMEM : 0;
		break;
	case TEXT:
		break;
	}
	return json_object_set_new(row, c->name, json_string(db_text(q, (int)i))) ? ERR_NOMEM : 0;
}

/* The row the query stands on. The key is always the first column. */
static int row_read(struct db_query *q, struct vault *v, const struct book_table *t, json_t **out)
{
	json_t *row = json_object();
	char key[64];
	snprintf(key, sizeof key, "%s", db_text(q, 0));
	int rc = row ? 0 : ERR_NOMEM;
	for (size_t i = 0; rc == 0 && i < COLUMNS_MAX && t->columns[i].name; i++)
		rc = column_read(q, v, t, i, key, row);
	if (rc < 0)
		json_decref(row);
	else
		*out = row;
	return rc;
}

int book_get(struct db_tx *tx, struct vault *v, const struct book_table *t, const char *key, json_t **out)
{
	struct db_query *q = db_query(tx, t->get);
	bind_key(q, t, key);
	int rc = db_step(q);
	if (rc == 1)
		rc = row_read(q, v, t, out);
	else if (rc == 0)
		rc = ERR_NOTFOUND;
	db_done(q);
	return rc;
}

int book_each(struct db_tx *tx, struct vault *v, const struct book_table *t,
	int (*each)(void *arg, const char *key, json_t *row), void *arg)
{
	struct db_query *q = db_query(tx, t->all);
	struct buf key;
	int rc;
	buf_init(&key, 64);
	while ((rc = db_step(q)) == 1) {
		json_t *row = NULL;
		buf_reset(&key);
		rc = row_read(q, v, t, &row);
		if (rc == 0)
			rc = book_key(t, row, &key);
		if (rc == 0)
			rc = each(arg, (const char *)key.p, row);
		json_decref(row);
		if (rc != 0)
			break;
	}
	db_done(q);
	buf_fini(&key);
	return rc;
}

int book_of_unit(
	struct db_tx *tx, struct vault *v, const struct book_table *t, const char *unit, json_t **out)
{
	json_t *rows = json_array();
	struct db_query *q = db_query(tx, t->of_unit);
	int rc = ERR_NOMEM;
	db_bind_text(q, "unit", unit);
	while (rows && (rc = db_step(q)) == 1) {
		json_t *row = NULL;
		rc = row_read(q, v, t, &row);
		if (rc < 0 || json_array_append_new(rows, row)) {
			rc = rc < 0 ? rc : ERR_NOMEM;
			break;
		}
	}
	db_done(q);
	if (rc < 0)
		json_decref(rows);
	else
		*out = rows;
	return rc;
}
