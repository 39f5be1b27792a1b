#include "zones/extranet/store/book_tables.h"

#include <stdio.h>
#include <string.h>

#define TABLES_MAX 32

static int rows_take(struct db_query *q, struct vault *v, const struct book_table *t, json_t *all)
{
	json_t *rows = NULL;
	int rc = book_take_unit(q, v, t, &rows);
	if (rc == 0 && json_array_size(rows) == 0)
		json_decref(rows);
	else if (rc == 0 && json_object_set_new(all, t->name, rows))
		rc = ERR_NOMEM;
	return rc;
}

static int tables_read(struct db_tx *tx, struct vault *v, const char *unit, const char *at,
	bool (*wanted)(const struct book_table *t), json_t **out)
{
	struct db_query *q[TABLES_MAX] = {NULL};
	json_t *all = json_object();
	int rc = all ? 0 : ERR_NOMEM;
	for (size_t i = 0; book_table_at(i); i++) {
		REQUIRE(i < TABLES_MAX);
		if (wanted(book_table_at(i)))
			q[i] = book_ask_unit(tx, book_table_at(i), unit, at);
	}
	for (size_t i = 0; i < TABLES_MAX; i++) {
		if (q[i] && rc == 0)
			rc = rows_take(q[i], v, book_table_at(i), all);
		else
			db_done(q[i]);
	}
	if (rc < 0)
		json_decref(all);
	else
		*out = all;
	return rc;
}

static bool of_unit(const struct book_table *t)
{
	return t->class != BOOK_LOG && t->class != BOOK_ENDING;
}

/* A building or unit stands on land: what the land is, and whose. */
static bool of_land(const struct book_table *t)
{
	return t->class == BOOK_UNIT || t->class == BOOK_OWNER || t->class == BOOK_HOLDER ||
	       strcmp(t->name, "cfdj") == 0;
}

static bool of_building(const struct book_table *t)
{
	return strcmp(t->name, "zrz") == 0 || strcmp(t->name, "fdcq3") == 0;
}

int book_unit(struct db_tx *tx, struct vault *v, const char *unit, const char *at, json_t **out)
{
	json_t *all = NULL, *land = NULL, *building = NULL;
	char parcel[29], house[29];
	snprintf(parcel, sizeof parcel, "%.19sW00000000", unit);
	snprintf(house, sizeof house, "%.24s0000", unit);
	int rc = tables_read(tx, v, unit, at, of_unit, &all);
	if (rc == 0 && strcmp(parcel, unit) != 0)
		rc = tables_read(tx, v, parcel, at, of_land, &land);
	if (rc == 0 && land && json_object_set(all, "land", land))
		rc = ERR_NOMEM;
	if (rc == 0 && land && strcmp(house, unit) != 0)
		rc = tables_read(tx, v, house, at, of_building, &building);
	if (rc == 0 && building && json_object_set(all, "building", building))
		rc = ERR_NOMEM;
	json_decref(land);
	json_decref(building);
	if (rc < 0)
		json_decref(all);
	else
		*out = all;
	return rc;
}
