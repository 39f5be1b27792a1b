/* The rows of a large register, written in big transactions without triggers and without the indexes whose
 * order is random; both are put back at the end. The rows are no entries: the log does not know them. */
#include "tests/bench/registry_make.h"

#include "zones/extranet/domain/location.h"
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "tenant, bsm, bdcdyh, ywh, zzywh, yxq_q, yxq_z"
#define LIFE "'" MAKE_TENANT "', ?1, ?2, 'taken-in', ?3, ?4, ?5"
enum { PARCEL, HOUSE, FLAT, OWNERSHIP, MORTGAGE, HOLDER, NUMBER, PLACE, WORD, PLACED, STATEMENTS };
static const char *const texts[STATEMENTS] = {
	"INSERT INTO zdjbxx (" HEAD ", zddm, zdtzm, zl, zdmj, yt, qlxz) VALUES (" LIFE
	", ?6, 'GB', ?7, 100000000, '城镇住宅用地', '出让')",
	"INSERT INTO zrz (" HEAD ", zrzh, zddm, zl, zcs, fwjg, jgrq) VALUES (" LIFE
	", ?6, ?7, ?8, 10, '钢筋混凝土结构', '2009-06-30')",
	"INSERT INTO h (" HEAD ", zddm, zrzh, zl, shbw, szc, jzmj, ghyt) VALUES (" LIFE
	", ?6, ?7, ?8, ?9, '1', 900000, '住宅')",
	"INSERT INTO fdcq2 (" HEAD
	", qllx, djlx, djyy, bdcqzh, fj, dbr, djsj, jg, tdsyqssj, tdsyjssj) VALUES "
	"(" LIFE ", '4', '200', '买卖', ?6, '', 'import', ?4, 0, '2009-01-01', '2079-12-31')",
	"INSERT INTO dyaq (" HEAD
	", qllx, djlx, djyy, bdcdjzmh, fj, dbr, djsj, ywr, scsj, dyfs, dybdclx, dysw, "
	"bdbzzqse, zwlxqssj, zwlxjssj, dbfw, jzzr) VALUES (" LIFE
	", '23', '100', '抵押', ?6, '', 'import', ?4, "
	"?7, ?4, '1', '2', 1, 100000000, '2020-01-01', '2050-01-01', '', '0')",
	"INSERT INTO qlr (" HEAD
	", qltb, qlbsm, sxh, qlrmc, zjzl, zjh, zjh_index, qlrlx, gyfs, qlbl, qlbl_fz, "
	"qlbl_fm) VALUES (" LIFE ", ?6, ?7, 1, ?8, '1', ?9, ?10, '1', '0', '', 1, 1)",
	"INSERT INTO zsbh (tenant, number, kind, period, n, state, bdcdyh, bsm, ywh, at, reason) VALUES "
	"('" MAKE_TENANT "', ?1, ?2, ?3, nullif(?4, 0), 'used', ?5, ?6, 'taken-in', '" MAKE_AT "', '')",
	"INSERT INTO zldz (tenant, zlid, zl) VALUES ('" MAKE_TENANT "', ?1, ?2)",
	"INSERT OR IGNORE INTO zlci (tenant, ci, zlid) VALUES ('" MAKE_TENANT "', ?2, ?1)",
	"INSERT INTO zldy (tenant, zlid, bdcdyh) VALUES ('" MAKE_TENANT "', ?1, ?2)",
};
#define OVER "taken-in"
struct making {
	sqlite3 *db;
	sqlite3_stmt *st[STATEMENTS];
	struct vault *v;
	int64_t bsm, place;
	bool failed;
};

static void script(struct making *m, const char *sql)
{
	char *why = NULL;
	if (!m->failed && sqlite3_exec(m->db, sql, NULL, NULL, &why) != SQLITE_OK) {
		fprintf(stderr, "%.120s: %s\n", sql, why ? why : "failed");
		m->failed = true;
	}
	sqlite3_free(why);
}

/* i an int64_t, s a text or NULL: one parameter each. */
static void put(struct making *m, int which, const char *kinds, ...)
{
	sqlite3_stmt *q = m->st[which];
	va_list ap;
	va_start(ap, kinds);
	for (int i = 1; *kinds; kinds++, i++) {
		if (*kinds == 'i')
			sqlite3_bind_int64(q, i, va_arg(ap, int64_t));
		else
			sqlite3_bind_text(q, i, va_arg(ap, const char *), -1, SQLITE_TRANSIENT);
	}
	va_end(ap);
	if (!m->failed && sqlite3_step(q) != SQLITE_DONE) {
		fprintf(stderr, "%.40s: %s\n", texts[which], sqlite3_errmsg(m->db));
		m->failed = true;
	}
	sqlite3_reset(q);
}

static char *sealed(struct making *m, const char *table, const char *column, int64_t bsm, const char *plain)
{
	struct buf b;
	char key[24];
	snprintf(key, sizeof key, "%012lld", (long long)bsm);
	buf_init(&b, 4096);
	if (vault_seal(m->v, table, column, key, view_str(plain), &b) < 0)
		m->failed = true;
	char *copy = strdup(b.n ? (const char *)b.p : "");
	buf_fini(&b);
	return copy;
}

static void holder(struct making *m, const char *unit, const char *table, int64_t right, long who,
	const char *from, const char *until)
{
	struct make_person p;
	struct buf index;
	int64_t bsm = ++m->bsm;
	make_person(who, &p);
	char *name = sealed(m, "qlr", "qlrmc", bsm, p.name), *id = sealed(m, "qlr", "zjh", bsm, p.id);
	buf_init(&index, 256);
	if (vault_index(m->v, "id-number", p.id, &index) < 0)
		m->failed = true;
	put(m, HOLDER, "isssssisss", bsm, unit, until ? OVER : NULL, from, until, table, right, name, id,
		(const char *)index.p);
	buf_fini(&index);
	free(name);
	free(id);
}

static void right(struct making *m, const struct make_unit *u, long who, const char *from, const char *until,
	const char *number)
{
	int64_t bsm = ++m->bsm;
	put(m, OWNERSHIP, "isssss", bsm, u->unit, until ? OVER : NULL, from, until, number);
	holder(m, u->unit, "fdcq2", bsm, who, from, until);
}

static void mortgage(struct making *m, const struct make_unit *u, long i)
{
	int64_t bsm = ++m->bsm;
	struct make_person p;
	char number[128];
	make_person(make_owner(i), &p);
	snprintf(number, sizeof number, "旧证明%ld", i);
	char *by = sealed(m, "dyaq", "ywr", bsm, p.name);
	put(m, MORTGAGE, "issssss", bsm, u->unit, NULL, MAKE_AT, NULL, number, by);
	free(by);
	holder(m, u->unit, "dyaq", bsm, i % 40, MAKE_AT, NULL);
	put(m, NUMBER, "sssisi", number, "proof", "", INT64_C(0), u->unit, bsm);
}

static int word(void *arg, const char *pair)
{
	struct making *m = arg;
	put(m, WORD, "is", m->place, pair);
	return 0;
}

static void place(struct making *m, const char *text, const char *unit)
{
	char clean[LOCATION_MAX];
	location_clean(text, clean);
	size_t n = location_building(clean);
	clean[n] = '\0';
	m->place++;
	put(m, PLACE, "is", m->place, clean);
	if (location_pairs(clean, n, word, m) < 0)
		m->failed = true;
	if (unit)
		put(m, PLACED, "is", m->place, unit);
}

static void parcel(struct making *m, const struct make_unit *u)
{
	char house[96];
	put(m, PARCEL, "issssss", ++m->bsm, u->land, NULL, MAKE_AGO, NULL, u->parcel, u->street);
	put(m, HOUSE, "isssssss", ++m->bsm, u->house, NULL, MAKE_AGO, NULL, u->building, u->parcel,
		u->street);
	place(m, u->street, u->land);
	snprintf(house, sizeof house, "%s1幢", u->street);
	place(m, house, NULL);
}

static void unit(struct making *m, long i)
{
	struct make_unit u;
	char year[8], before[128];
	make_unit(i, &u);
	if (i % MAKE_ROOMS == 0)
		parcel(m, &u);
	put(m, FLAT, "issssssss", ++m->bsm, u.unit, NULL, MAKE_AGO, NULL, u.parcel, u.building, u.location,
		u.room);
	if (i % 4 == 1) {
		snprintf(before, sizeof before, "旧证%ld", i);
		right(m, &u, i + 1, MAKE_AGO, MAKE_AT, before);
		put(m, NUMBER, "sssisi", before, "title", "", INT64_C(0), u.unit, m->bsm - 1);
	}
	right(m, &u, make_owner(i), MAKE_AT, NULL, u.certificate);
	snprintf(year, sizeof year, "%ld", 2010 + i / 9000000);
	put(m, NUMBER, "sssisi", u.certificate, "title", year, (int64_t)(1 + i % 9000000), u.unit,
		m->bsm - 1);
	put(m, PLACED, "is", m->place, u.unit);
	if (make_mortgaged(i))
		mortgage(m, &u, i);
}

static void begin(struct making *m, const char *data)
{
	char path[4200];
	snprintf(path, sizeof path, "%s/main.db", data);
	if (sqlite3_open_v2(path, &m->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
		fprintf(stderr, "%s: cannot be opened\n", path);
		m->failed = true;
		return;
	}
	script(m, "PRAGMA journal_mode=DELETE; PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF;"
		  "PRAGMA cache_size=-400000;"
		  "CREATE TEMP TABLE kept AS SELECT sql, type, name FROM sqlite_master WHERE (type = "
		  "'trigger' OR "
		  "name IN ('qlr_person', 'zsbh_row')) AND sql IS NOT NULL");
	sqlite3_stmt *q = NULL;
	struct buf drop;
	buf_init(&drop, 1 << 20);
	sqlite3_prepare_v2(
		m->db, "SELECT 'DROP ' || type || ' ' || name || ';' FROM temp.kept", -1, &q, NULL);
	while (q && sqlite3_step(q) == SQLITE_ROW)
		m->failed |= buf_add_str(&drop, (const char *)sqlite3_column_text(q, 0)) < 0;
	sqlite3_finalize(q);
	script(m, (const char *)drop.p);
	buf_fini(&drop);
	for (int i = 0; i < STATEMENTS && !m->failed; i++)
		if (sqlite3_prepare_v2(m->db, texts[i], -1, &m->st[i], NULL) != SQLITE_OK) {
			fprintf(stderr, "%.60s: %s\n", texts[i], sqlite3_errmsg(m->db));
			m->failed = true;
		}
}

static void end(struct making *m, long n)
{
	char sql[400];
	sqlite3_stmt *q = NULL;
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(m->st[i]);
	snprintf(sql, sizeof sql,
		"INSERT INTO reg_series (tenant, kind, period, next) VALUES ('" MAKE_TENANT
		"', 'bsm', '', %lld), ('" MAKE_TENANT "', 'location', '', %lld)",
		(long long)m->bsm + 1, (long long)m->place + 1);
	script(m, sql);
	sqlite3_prepare_v2(m->db, "SELECT sql FROM temp.kept ORDER BY type", -1, &q, NULL);
	while (q && sqlite3_step(q) == SQLITE_ROW)
		script(m, (const char *)sqlite3_column_text(q, 0));
	sqlite3_finalize(q);
	script(m, "PRAGMA journal_mode=WAL");
	sqlite3_close(m->db);
	if (!m->failed)
		printf("%ld units, %lld rows\n", n, (long long)m->bsm);
}

int make_units(const char *data, struct vault *v, long n)
{
	struct making m = {.v = v};
	begin(&m, data);
	for (long i = 0; i < n && !m.failed; i++) {
		if (i % 100000 == 0)
			script(&m, i ? "COMMIT; BEGIN" : "BEGIN");
		unit(&m, i);
	}
	script(&m, "COMMIT");
	end(&m, n);
	return m.failed ? -1 : 0;
}
