/* registry-raw: what SQLite alone does, for bench-registry.
 * - lookup DB REQUESTS SECONDS: rows of a unit (h, fdcq2, qlr) by their index, one prepared statement each,
 * in the order of the look-ups that http-load asks;
 * - entries DB SINCE NEW: every row that entries left behind in DB, written again into NEW (the same tables
 * and indexes, no triggers), one commit for each entry; SINCE: lines "table rowid", the highest before the
 * entries. Prints "rate N", and of entries "rows N" for one entry, "p99_us" of one's time and "processor_us"
 * of one. */
#include "tests/bench/raw_sqlite.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* ---- look-ups */

static int lookup(const char *path, const char *requests, double seconds)
{
	static const char *const sql[3] = {
		"SELECT * FROM h WHERE tenant = '110101' AND bdcdyh = ?1 AND yxq_z IS NULL",
		"SELECT * FROM fdcq2 WHERE tenant = '110101' AND bdcdyh = ?1 AND yxq_z IS NULL",
		"SELECT * FROM qlr WHERE tenant = '110101' AND bdcdyh = ?1 AND yxq_z IS NULL"};
	sqlite3 *db = raw_open(path, "PRAGMA mmap_size=1073741824; PRAGMA query_only=ON");
	sqlite3_stmt *q[3];
	char(*units)[29] = NULL, line[256];
	size_t n = 0, done = 0, found = 0;
	FILE *f = fopen(requests, "re");
	for (int i = 0; i < 3; i++)
		q[i] = raw_prepared(db, sql[i]);
	if (!f)
		raw_die(NULL, requests);
	while (fgets(line, sizeof line, f)) {
		const char *unit = strstr(line, "/units/");
		units = realloc(units, (n + 1) * sizeof *units);
		if (!unit || !units)
			raw_die(NULL, line);
		snprintf(units[n++], 29, "%.28s", unit + 7);
	}
	fclose(f);
	double began = raw_now();
	while (n && raw_now() - began < seconds) {
		for (int i = 0; i < 3; i++) {
			sqlite3_bind_text(q[i], 1, units[done % n], -1, SQLITE_STATIC);
			while (sqlite3_step(q[i]) == SQLITE_ROW)
				found++;
			sqlite3_reset(q[i]);
		}
		done++;
	}
	printf("rate %.0f\n", (double)done / (raw_now() - began));
	return found >= done ? 0 : 1;
}

/* ---- entries */

struct row {
	int table, n;
	sqlite3_value **v;
};
struct copying {
	sqlite3 *from, *to;
	uint32_t *us; /* of each entry */
	sqlite3_stmt *insert[64];
	struct row *rows;
	size_t nrows, room, entries;
	int ntables;
};

static void rows_take(struct copying *c, const char *table, int64_t since, int per_entry)
{
	char sql[4000];
	int columns;
	snprintf(sql, sizeof sql, "SELECT * FROM %s WHERE rowid > %lld ORDER BY rowid", table,
		(long long)since);
	sqlite3_stmt *q = raw_prepared(c->from, sql);
	columns = sqlite3_column_count(q);
	int at = snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?", table);
	for (int i = 1; i < columns; i++)
		at += snprintf(sql + at, sizeof sql - (size_t)at, ",?");
	snprintf(sql + at, sizeof sql - (size_t)at, ")");
	c->insert[c->ntables] = raw_prepared(c->to, sql);
	size_t most = c->entries ? c->entries * (size_t)per_entry : SIZE_MAX;
	for (size_t k = 0; k < most && sqlite3_step(q) == SQLITE_ROW; k++) {
		if (c->nrows == c->room) {
			c->room = c->room ? c->room * 2 : 4096;
			c->rows = realloc(c->rows, c->room * sizeof *c->rows);
			if (!c->rows)
				raw_die(NULL, "memory");
		}
		struct row *r = &c->rows[c->nrows++];
		*r = (struct row){c->ntables, columns, calloc((size_t)columns, sizeof *r->v)};
		for (int i = 0; i < columns; i++)
			r->v[i] = sqlite3_value_dup(sqlite3_column_value(q, i));
	}
	sqlite3_finalize(q);
	c->ntables++;
}

static int text_put(void *to, int n, char **v, char **names)
{
	(void)n, (void)names;
	if (v[0] && sqlite3_exec(to, v[0], NULL, NULL, NULL) != SQLITE_OK)
		raw_die(to, v[0]);
	return 0;
}

/* The k-th of `entries` commits takes its part of each table's rows: they lie in the order of writing. */
static void write_all(struct copying *c)
{
	size_t first[65] = {0}, count[64] = {0};
	for (size_t i = 0; i < c->nrows; i++)
		count[c->rows[i].table]++;
	for (int t = 0; t < c->ntables; t++)
		first[t + 1] = first[t] + count[t];
	c->us = calloc(c->entries, sizeof *c->us);
	if (!c->us)
		raw_die(NULL, "memory");
	for (size_t k = 0; k < c->entries; k++) {
		double began = raw_now();
		if (sqlite3_exec(c->to, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
			raw_die(c->to, "begin");
		for (int t = 0; t < c->ntables; t++)
			for (size_t i = first[t] + k * count[t] / c->entries;
				i < first[t] + (k + 1) * count[t] / c->entries; i++) {
				for (int p = 0; p < c->rows[i].n; p++)
					sqlite3_bind_value(c->insert[t], p + 1, c->rows[i].v[p]);
				if (sqlite3_step(c->insert[t]) != SQLITE_DONE)
					raw_die(c->to, "insert");
				sqlite3_reset(c->insert[t]);
			}
		if (sqlite3_exec(c->to, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
			raw_die(c->to, "commit");
		c->us[k] = (uint32_t)((raw_now() - began) * 1e6);
	}
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

/* Of this process so far: what a machine's load does not change. */
static double processor_us(void)
{
	struct rusage u;
	if (getrusage(RUSAGE_SELF, &u) < 0)
		raw_die(NULL, "getrusage");
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static int entries(const char *path, const char *since, const char *fresh)
{
	struct copying c = {.from = raw_open(path, "PRAGMA query_only=ON"),
		.to = raw_open(
			fresh, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=OFF")};
	char table[64];
	long long rowid;
	FILE *f = fopen(since, "re");
	if (!f)
		raw_die(NULL, since);
	if (sqlite3_exec(c.from,
		    "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND name NOT LIKE "
		    "'sqlite\\_%' ESCAPE '\\' "
		    "ORDER BY type DESC",
		    text_put, c.to, NULL) != SQLITE_OK)
		raw_die(c.from, "schema");
	int per_entry;
	while (fscanf(f, "%63s %lld %d", table, &rowid, &per_entry) == 3 && c.ntables < 64) {
		size_t before = c.nrows;
		rows_take(&c, table, rowid, per_entry);
		if (strcmp(table, "djlog") == 0)
			c.entries = c.nrows - before;
	}
	fclose(f);
	if (c.entries == 0)
		raw_die(NULL, "no entries");
	double began = raw_now(), spent = processor_us();
	write_all(&c);
	double took = raw_now() - began;
	spent = processor_us() - spent;
	qsort(c.us, c.entries, sizeof *c.us, by_size);
	printf("rate %.0f\nrows %.1f\np99_us %u\nprocessor_us %.0f\n", (double)c.entries / took,
		(double)c.nrows / (double)c.entries, c.us[c.entries * 99 / 100], spent / (double)c.entries);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "lookup") == 0)
		return lookup(argv[2], argv[3], atof(argv[4]));
	if (argc == 5 && strcmp(argv[1], "entries") == 0)
		return entries(argv[2], argv[3], argv[4]);
	fprintf(stderr, "USAGE: registry-raw lookup DB REQUESTS SECONDS | entries DB SINCE NEW\n");
	return 2;
}
