#include "zones/extranet/store/book_columns.h"
#include "zones/extranet/store/book_tables.h"

#include <stdio.h>
#include <string.h>

#define TABLES_MAX 32

/* A building or unit stands on land: what the land is, and whose; and on which building. */
enum part { OF_UNIT, OF_LAND, OF_HOUSE, PARTS };

/* Where the rows of a unit lie: most tables hold none of it, and to ask them all in one statement is cheaper
 * than to ask each for its rows. */
#define LIES(part, of, t)                                                                                    \
	"SELECT " #part ", '" #t "' WHERE EXISTS (SELECT 1 FROM " #t " WHERE tenant = :tenant AND bdcdyh = " \
	":" #of " AND yxq_q < :at AND (yxq_z IS NULL OR yxq_z >= :at)) UNION ALL "
#define UNIT(t, U, zh, en, class) UNIT_##class(t)
#define UNIT_UNIT(t) LIES(0, unit, t)
#define UNIT_OWNER(t) LIES(0, unit, t)
#define UNIT_RIGHT(t) LIES(0, unit, t)
#define UNIT_LIMIT(t) LIES(0, unit, t)
#define UNIT_HOLDER(t) LIES(0, unit, t)
#define UNIT_ENDING(t)
#define LAND(t, U, zh, en, class) LAND_##class(t)
#define LAND_UNIT(t) LIES(1, land, t)
#define LAND_OWNER(t) LIES(1, land, t)
#define LAND_RIGHT(t)
#define LAND_LIMIT(t)
#define LAND_HOLDER(t) LIES(1, land, t)
#define LAND_ENDING(t)
/* clang-format off */
#define END "SELECT 0, '' WHERE 1 = 0"
DB_STMT(unit_lies, BOOK_TABLES(UNIT) END);
DB_STMT(ground_lies,
	BOOK_TABLES(LAND) LIES(1, land, cfdj) LIES(2, house, zrz) LIES(2, house, fdcq3) END);
/* clang-format on */

struct places {
	const char *code[PARTS]; /* NULL: the unit has no such part */
	bool lies[PARTS][TABLES_MAX];
};

static size_t table_place(const char *name)
{
	size_t i = 0;
	while (book_table_at(i) != book_table_find(name))
		i++;
	REQUIRE(i < TABLES_MAX);
	return i;
}

static int places_take(struct db_query *q, struct places *p)
{
	int rc;
	while ((rc = db_step(q)) == 1)
		p->lies[db_int(q, 0)][table_place(db_text(q, 1))] = true;
	db_done(q);
	return rc;
}

static int places_read(struct db_tx *tx, const char *at, struct places *p)
{
	struct db_query *unit = db_query(tx, &unit_lies), *ground = NULL;
	db_bind_text(unit, "unit", p->code[OF_UNIT]);
	db_bind_text(unit, "at", at);
	db_ask(unit);
	if (p->code[OF_LAND]) {
		ground = db_query(tx, &ground_lies);
		db_bind_text(ground, "land", p->code[OF_LAND]);
		db_bind_text(ground, "house", p->code[OF_HOUSE]);
		db_bind_text(ground, "at", at);
		db_ask(ground);
	}
	int rc = places_take(unit, p);
	if (ground && rc == 0)
		rc = places_take(ground, p);
	else
		db_done(ground);
	return rc;
}

static int rows_take(struct db_query *q, struct vault *v, const struct book_table *t, json_t *all)
{
	json_t *rows = NULL;
	int rc = book_take_unit(q, v, t, &rows);
	if (rc == 0 && json_object_set_new(all, t->name, rows))
		rc = ERR_NOMEM;
	return rc;
}

static int tables_read(struct db_tx *tx, struct vault *v, const char *unit, const char *at,
	const bool lies[TABLES_MAX], json_t *all)
{
	struct db_query *q[TABLES_MAX] = {NULL};
	int rc = all ? 0 : ERR_NOMEM;
	for (size_t i = 0; book_table_at(i); i++)
		if (lies[i])
			q[i] = book_ask_unit(tx, book_table_at(i), unit, at);
	for (size_t i = 0; i < TABLES_MAX; i++) {
		if (q[i] && rc == 0)
			rc = rows_take(q[i], v, book_table_at(i), all);
		else
			db_done(q[i]);
	}
	return rc;
}

int book_unit(struct db_tx *tx, struct vault *v, const char *unit, const char *at, json_t **out)
{
	static const char *const names[PARTS] = {NULL, "land", "building"};
	char parcel[29], house[29];
	json_t *all[PARTS] = {json_object(), NULL, NULL};
	snprintf(parcel, sizeof parcel, "%.19sW00000000", unit);
	snprintf(house, sizeof house, "%.24s0000", unit);
	bool is_parcel = strcmp(parcel, unit) == 0, is_house = strcmp(house, unit) == 0;
	struct places p = {
		{unit, is_parcel ? NULL : parcel, is_parcel || is_house ? NULL : house}, {{false}}};
	at = at ? at : BOOK_NOW;
	int rc = places_read(tx, at, &p);
	for (size_t i = 0; rc == 0 && i < PARTS; i++) {
		if (!p.code[i])
			continue;
		if (i)
			all[i] = json_object();
		rc = tables_read(tx, v, p.code[i], at, p.lies[i], all[i]);
		if (rc == 0 && i && json_object_set(all[0], names[i], all[i]))
			rc = ERR_NOMEM;
	}
	json_decref(all[OF_LAND]);
	json_decref(all[OF_HOUSE]);
	if (rc < 0)
		json_decref(all[0]);
	else
		*out = all[0];
	return rc;
}
