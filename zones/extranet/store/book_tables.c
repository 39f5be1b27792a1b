#include "zones/extranet/store/book_tables.h"

#include "common/base/embed.h"
#include "zones/extranet/store/book_columns.h"
#include <string.h>

EMBED(reg_sql_0001, "zones/extranet/store/sql/0001-registry.sqlite.sql");
EMBED(reg_pg_0001, "zones/extranet/store/sql/0001-registry.pg.sql");
EMBED(reg_sql_0002, "zones/extranet/store/sql/0002-book.sqlite.sql");
EMBED(reg_pg_0002, "zones/extranet/store/sql/0002-book.pg.sql");
EMBED(reg_sql_0003, "zones/extranet/store/sql/0003-book-whole.sqlite.sql");
EMBED(reg_pg_0003, "zones/extranet/store/sql/0003-book-whole.pg.sql");
EMBED(reg_sql_0004, "zones/extranet/store/sql/0004-definition.sqlite.sql");
EMBED(reg_pg_0004, "zones/extranet/store/sql/0004-definition.pg.sql");
EMBED(reg_sql_0005, "zones/extranet/store/sql/0005-papers.sqlite.sql");
EMBED(reg_pg_0005, "zones/extranet/store/sql/0005-papers.pg.sql");
EMBED(reg_sql_0006, "zones/extranet/store/sql/0006-unit-index.sqlite.sql");
EMBED(reg_pg_0006, "zones/extranet/store/sql/0006-unit-index.pg.sql");
EMBED(reg_sql_0033, "zones/extranet/store/sql/0033-due.sqlite.sql");
EMBED(reg_pg_0033, "zones/extranet/store/sql/0033-due.pg.sql");
EMBED(reg_sql_0007, "zones/extranet/store/sql/0007-window.sqlite.sql");
EMBED(reg_pg_0007, "zones/extranet/store/sql/0007-window.pg.sql");
EMBED(reg_sql_0008, "zones/extranet/store/sql/0008-voids.sqlite.sql");
EMBED(reg_pg_0008, "zones/extranet/store/sql/0008-voids.pg.sql");
EMBED(reg_sql_0009, "zones/extranet/store/sql/0009-appointment.sqlite.sql");
EMBED(reg_pg_0009, "zones/extranet/store/sql/0009-appointment.pg.sql");
EMBED(reg_sql_0013, "zones/extranet/store/sql/0013-desk.sqlite.sql");
EMBED(reg_pg_0013, "zones/extranet/store/sql/0013-desk.pg.sql");
EMBED(reg_sql_0010, "zones/extranet/store/sql/0010-access.sqlite.sql");
EMBED(reg_pg_0010, "zones/extranet/store/sql/0010-access.pg.sql");
EMBED(reg_sql_0011, "zones/extranet/store/sql/0011-import.sqlite.sql");
EMBED(reg_pg_0011, "zones/extranet/store/sql/0011-import.pg.sql");
EMBED(reg_sql_0012, "zones/extranet/store/sql/0012-certificates.sqlite.sql");
EMBED(reg_pg_0012, "zones/extranet/store/sql/0012-certificates.pg.sql");
EMBED(reg_sql_0015, "zones/extranet/store/sql/0015-charge.sqlite.sql");
EMBED(reg_pg_0015, "zones/extranet/store/sql/0015-charge.pg.sql");
EMBED(reg_sql_0018, "zones/extranet/store/sql/0018-correction.sqlite.sql");
EMBED(reg_pg_0018, "zones/extranet/store/sql/0018-correction.pg.sql");
EMBED(reg_sql_0024, "zones/extranet/store/sql/0024-ground.sqlite.sql");
EMBED(reg_pg_0024, "zones/extranet/store/sql/0024-ground.pg.sql");
EMBED(reg_sql_0016, "zones/extranet/store/sql/0016-calendar.sqlite.sql");
EMBED(reg_pg_0016, "zones/extranet/store/sql/0016-calendar.pg.sql");
EMBED(reg_sql_0017, "zones/extranet/store/sql/0017-reminder.sqlite.sql");
EMBED(reg_pg_0017, "zones/extranet/store/sql/0017-reminder.pg.sql");
EMBED(reg_sql_0019, "zones/extranet/store/sql/0019-inquiry.sqlite.sql");
EMBED(reg_pg_0019, "zones/extranet/store/sql/0019-inquiry.pg.sql");
EMBED(reg_sql_0023, "zones/extranet/store/sql/0023-decision.sqlite.sql");
EMBED(reg_pg_0023, "zones/extranet/store/sql/0023-decision.pg.sql");
EMBED(reg_sql_0029, "zones/extranet/store/sql/0029-tax-due.sqlite.sql");
EMBED(reg_pg_0029, "zones/extranet/store/sql/0029-tax-due.pg.sql");
EMBED(reg_sql_0030, "zones/extranet/store/sql/0030-added.sqlite.sql");
EMBED(reg_pg_0030, "zones/extranet/store/sql/0030-added.pg.sql");
EMBED(reg_sql_0037, "zones/extranet/store/sql/0037-inquiry-kind.sqlite.sql");
EMBED(reg_pg_0037, "zones/extranet/store/sql/0037-inquiry-kind.pg.sql");
EMBED(reg_sql_0038, "zones/extranet/store/sql/0038-portals.sqlite.sql");
EMBED(reg_pg_0038, "zones/extranet/store/sql/0038-portals.pg.sql");
EMBED(reg_sql_0044, "zones/extranet/store/sql/0044-batch.sqlite.sql");
EMBED(reg_pg_0044, "zones/extranet/store/sql/0044-batch.pg.sql");
EMBED(reg_sql_0045, "zones/extranet/store/sql/0045-notice.sqlite.sql");
EMBED(reg_pg_0045, "zones/extranet/store/sql/0045-notice.pg.sql");
EMBED(reg_sql_0046, "zones/extranet/store/sql/0046-visit.sqlite.sql");
EMBED(reg_pg_0046, "zones/extranet/store/sql/0046-visit.pg.sql");
EMBED(reg_sql_0048, "zones/extranet/store/sql/0048-design.sqlite.sql");
EMBED(reg_pg_0048, "zones/extranet/store/sql/0048-design.pg.sql");
EMBED(reg_sql_0049, "zones/extranet/store/sql/0049-delivery.sqlite.sql");
EMBED(reg_pg_0049, "zones/extranet/store/sql/0049-delivery.pg.sql");
EMBED(reg_sql_0050, "zones/extranet/store/sql/0050-push.sqlite.sql");
EMBED(reg_pg_0050, "zones/extranet/store/sql/0050-push.pg.sql");
EMBED(reg_sql_0051, "zones/extranet/store/sql/0051-clock.sqlite.sql");
EMBED(reg_pg_0051, "zones/extranet/store/sql/0051-clock.pg.sql");
EMBED(reg_sql_0039, "zones/extranet/store/sql/0039-waiting.sqlite.sql");
EMBED(reg_pg_0039, "zones/extranet/store/sql/0039-waiting.pg.sql");
EMBED(reg_sql_0040, "zones/extranet/store/sql/0040-surplus.sqlite.sql");
EMBED(reg_pg_0040, "zones/extranet/store/sql/0040-surplus.pg.sql");
EMBED(reg_sql_0025, "zones/extranet/store/sql/0025-tax-rounds.sqlite.sql");
EMBED(reg_pg_0025, "zones/extranet/store/sql/0025-tax-rounds.pg.sql");
EMBED(reg_sql_0026, "zones/extranet/store/sql/0026-consult.sqlite.sql");
EMBED(reg_pg_0026, "zones/extranet/store/sql/0026-consult.pg.sql");
EMBED(reg_sql_0035, "zones/extranet/store/sql/0035-mandate.sqlite.sql");
EMBED(reg_pg_0035, "zones/extranet/store/sql/0035-mandate.pg.sql");

EMBED(reg_sql_0027, "zones/extranet/store/sql/0027-face.sqlite.sql");
EMBED(reg_pg_0027, "zones/extranet/store/sql/0027-face.pg.sql");
EMBED(reg_sql_0034, "zones/extranet/store/sql/0034-evidence.sqlite.sql");
EMBED(reg_pg_0034, "zones/extranet/store/sql/0034-evidence.pg.sql");
static const struct db_migration migrations[] = {
	{1, "registry", reg_sql_0001, reg_pg_0001},
	{2, "book", reg_sql_0002, reg_pg_0002},
	{3, "book-whole", reg_sql_0003, reg_pg_0003},
	{4, "definition", reg_sql_0004, reg_pg_0004},
	{5, "papers", reg_sql_0005, reg_pg_0005},
	{6, "unit-index", reg_sql_0006, reg_pg_0006},
	{33, "due", reg_sql_0033, reg_pg_0033},
	{7, "window", reg_sql_0007, reg_pg_0007},
	{8, "voids", reg_sql_0008, reg_pg_0008},
	{9, "appointment", reg_sql_0009, reg_pg_0009},
	{13, "desk", reg_sql_0013, reg_pg_0013},
	{10, "access", reg_sql_0010, reg_pg_0010},
	{11, "import", reg_sql_0011, reg_pg_0011},
	{12, "certificates", reg_sql_0012, reg_pg_0012},
	{15, "charge", reg_sql_0015, reg_pg_0015},
	{16, "calendar", reg_sql_0016, reg_pg_0016},
	{24, "ground", reg_sql_0024, reg_pg_0024},
	{17, "reminder", reg_sql_0017, reg_pg_0017},
	{18, "correction", reg_sql_0018, reg_pg_0018},
	{19, "inquiry", reg_sql_0019, reg_pg_0019},
	{23, "decision", reg_sql_0023, reg_pg_0023},
	{27, "face", reg_sql_0027, reg_pg_0027},
	{29, "tax-due", reg_sql_0029, reg_pg_0029},
	{30, "added", reg_sql_0030, reg_pg_0030},
	{34, "evidence", reg_sql_0034, reg_pg_0034},
	{37, "inquiry-kind", reg_sql_0037, reg_pg_0037},
	{38, "portals", reg_sql_0038, reg_pg_0038},
	{44, "batch", reg_sql_0044, reg_pg_0044},
	{45, "notice", reg_sql_0045, reg_pg_0045},
	{46, "visit", reg_sql_0046, reg_pg_0046},
	{48, "design", reg_sql_0048, reg_pg_0048},
	{49, "delivery", reg_sql_0049, reg_pg_0049},
	{50, "push", reg_sql_0050, reg_pg_0050},
	{39, "waiting", reg_sql_0039, reg_pg_0039},
	{40, "surplus", reg_sql_0040, reg_pg_0040},
	{25, "tax-rounds", reg_sql_0025, reg_pg_0025},
	{26, "consult", reg_sql_0026, reg_pg_0026},
	{35, "mandate", reg_sql_0035, reg_pg_0035},
	{51, "clock", reg_sql_0051, reg_pg_0051},
};
const struct db_schema registry_schema = {"registry", migrations, sizeof migrations / sizeof migrations[0]};

/* A column as text of a SELECT, of an INSERT, of its VALUES. */
#define NAME(kind, name, zh, en, show) #name ", "
#define INTO(kind, name, zh, en, show) INTO_##kind(name)
#define INTO_TEXT(name) #name ", "
#define INTO_INT(name) #name ", "
#define INTO_MAYBE(name) #name ", "
#define INTO_MAYINT(name) #name ", "
#define INTO_SEALED(name) #name ", "
#define INTO_SINDEX(name) #name ", " #name "_index, "
#define VALUE(kind, name, zh, en, show) VALUE_##kind(name)
#define VALUE_TEXT(name) ":" #name ", "
#define VALUE_INT(name) ":" #name ", "
#define VALUE_MAYBE(name) ":" #name ", "
#define VALUE_MAYINT(name) ":" #name ", "
#define VALUE_SEALED(name) ":" #name ", "
#define VALUE_SINDEX(name) ":" #name ", :" #name "_index, "
#define COLUMN(kind, name, zh, en, show) {#name, zh, en, show, BOOK_##kind},
#define ROW(U, M) BOOK_HEAD(M) BOOK_##U(M) BOOK_LIFE(M)

/* Half-open validity: what was in force at :at. "+": by the index of units, then sorted; without it SQLite
 * reads the whole table in the order of its key. */
#define STATEMENTS(t, U, zh, en, class)                                                                      \
	DB_STMT(t##_insert,                                                                                  \
		"INSERT INTO " #t " (" ROW(U, INTO) "tenant) VALUES (" ROW(U, VALUE) ":tenant)");            \
	DB_STMT(t##_end, "UPDATE " #t " SET yxq_z = :at, zzywh = :ywh WHERE tenant = :tenant AND bsm = :key" \
			 " AND yxq_z IS NULL");                                                              \
	DB_STMT(t##_get, "SELECT " ROW(U, NAME) "tenant FROM " #t " WHERE tenant = :tenant AND bsm = :key"); \
	DB_STMT(t##_all, "SELECT " ROW(U, NAME) "tenant FROM " #t " WHERE tenant = :tenant ORDER BY bsm");   \
	DB_STMT(t##_of, "SELECT " ROW(U, NAME) "tenant FROM " #t                                             \
					       " WHERE tenant = :tenant AND bdcdyh = :unit AND yxq_q < :at"  \
					       " AND (yxq_z IS NULL OR yxq_z >= :at) ORDER BY +bsm");
BOOK_TABLES(STATEMENTS)

DB_STMT(djlog_insert, "INSERT INTO djlog (" BOOK_DJLOG(INTO) "tenant) VALUES (" BOOK_DJLOG(VALUE) ":tenant)");
DB_STMT(djlog_get, "SELECT " BOOK_DJLOG(NAME) "tenant FROM djlog WHERE tenant = :tenant AND xh = :key");
DB_STMT(djlog_all, "SELECT " BOOK_DJLOG(NAME) "tenant FROM djlog WHERE tenant = :tenant ORDER BY xh");
DB_STMT(djlog_of, "SELECT " BOOK_DJLOG(
			  NAME) "tenant FROM djlog WHERE tenant = :tenant AND bdcdyh = :unit AND djsj < :at"
				" ORDER BY +xh");

#define TABLE(t, U, zh, en, class)                                                                           \
	{#t, zh, en, BOOK_##class, "bsm", {ROW(U, COLUMN){NULL, NULL, NULL, NULL, BOOK_TEXT}}, &t##_insert,  \
		&t##_end, &t##_get, &t##_all, &t##_of},
static const struct book_table tables[] = {
	BOOK_TABLES(TABLE){"djlog", "登簿日志", "Log of entries", BOOK_LOG, "xh",
		{BOOK_DJLOG(COLUMN){NULL, NULL, NULL, NULL, BOOK_TEXT}}, &djlog_insert, NULL, &djlog_get,
		&djlog_all, &djlog_of},
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

enum book_class book_table_class(const struct book_table *t)
{
	return t->class;
}

json_t *book_model(void)
{
	json_t *all = json_array();
	for (size_t i = 0; i < NTABLES; i++) {
		const struct book_table *t = &tables[i];
		json_t *columns = json_array();
		for (const struct book_column *c = t->columns; c->name; c++)
			json_array_append_new(columns, json_pack("{s:s,s:s,s:s,s:s}", "code", c->name, "zh",
							       c->zh, "en", c->en, "show", c->show));
		json_array_append_new(all, json_pack("{s:s,s:s,s:s,s:i,s:o}", "code", t->name, "zh", t->zh,
						   "en", t->en, "class", (int)t->class, "columns", columns));
	}
	return all;
}
