#include "zones/extranet/audit/audit_state.h"

#include "common/base/room.h"
#include "zones/extranet/store/entry_book.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

DB_STMT(audit_log_rows,
	"SELECT xh, bdcdyh, ywh, djlx, qllx, djyy, bdcqzh, zss, zms, dbr, djsj, hs, mx, yz, zy, lz FROM djlog"
	" WHERE tenant = :tenant ORDER BY xh");
static const char *const columns[] = {"xh", "bdcdyh", "ywh", "djlx", "qllx", "djyy", "bdcqzh", "zss", "zms",
	"dbr", "djsj", "hs", "mx", "yz", "zy", "lz"};
static const bool whole[] = {true, false, false, false, false, false, false, true, true, false, false, true,
	false, false, false, false};
#define NCOLUMNS (sizeof columns / sizeof columns[0])

struct audit_row *audit_row_of(struct audit_state *s, int64_t bsm)
{
	return bsm >= 1 && bsm <= (int64_t)s->nrows && s->rows[bsm - 1].made ? &s->rows[bsm - 1] : NULL;
}

struct audit_row *audit_row_make(struct audit_state *s, int64_t bsm)
{
	if (bsm < 1 || bsm > INT64_C(1) << 32)
		return NULL;
	if ((size_t)bsm > s->room) {
		size_t room = s->room ? s->room : 1024;
		while (room < (size_t)bsm)
			room *= 2;
		struct audit_row *more = realloc(s->rows, room * sizeof *more);
		if (!more)
			return NULL;
		memset(more + s->room, 0, (room - s->room) * sizeof *more);
		s->rows = more;
		s->room = room;
	}
	if ((size_t)bsm > s->nrows)
		s->nrows = (size_t)bsm;
	return &s->rows[bsm - 1];
}

static struct audit_entry *entry_make(struct audit_state *s)
{
	if (ROOM(s->log, s->nlog, s->log_room) < 0)
		return NULL;
	memset(&s->log[s->nlog], 0, sizeof s->log[0]);
	return &s->log[s->nlog++];
}

static json_t *row_of(struct audit_state *s, struct db_query *q)
{
	json_t *row = json_object();
	struct buf salt;
	char key[32];
	snprintf(key, sizeof key, "%012lld", (long long)db_int(q, 0));
	buf_init(&salt, 4096);
	for (size_t i = 0; i < NCOLUMNS; i++)
		json_object_set_new(row, columns[i],
			whole[i] ? json_integer(db_int(q, (int)i)) : json_string(db_text(q, (int)i)));
	int rc = vault_unseal(s->a->vault, "djlog", "yz", key, db_text(q, 13), &salt);
	if (rc == 0)
		json_object_set_new(row, "yz", json_stringn((const char *)salt.p, salt.n));
	buf_fini(&salt);
	if (rc < 0) {
		json_decref(row);
		return NULL;
	}
	return row;
}

/* What an entry says of its rows; a damaged one says nothing that is believed. */
static int list_read(struct audit_state *s, const json_t *row, int64_t xh)
{
	json_t *list = NULL, *one;
	size_t i;
	int rc = json_parse(view_str(json_str(row, "mx")), 1 << 20, &list, NULL);
	json_array_foreach(list, i, one)
	{
		const char *op = json_string_value(json_array_get(one, 0)),
			   *table = json_string_value(json_array_get(one, 1)),
			   *hex = json_string_value(json_array_get(one, 3));
		struct audit_row *r = audit_row_make(s, json_integer_value(json_array_get(one, 2)));
		if (!r || !op || !table || !hex) {
			rc = ERR_BUG;
			break;
		}
		if (*op == '+') {
			snprintf(r->table, sizeof r->table, "%s", table);
			r->made = xh;
			snprintf(r->made_hex, sizeof r->made_hex, "%s", hex);
		} else {
			r->ended = xh;
			snprintf(r->ended_hex, sizeof r->ended_hex, "%s", hex);
		}
	}
	if (rc == 0 && (int64_t)json_array_size(list) != json_int(row, "hs"))
		rc = ERR_BUG;
	json_decref(list);
	return rc;
}

int audit_log(struct audit_state *s)
{
	struct db_query *q = db_query(s->tx, &audit_log_rows);
	char before[DIGEST_HEX] = "", chain[DIGEST_HEX], zy[DIGEST_HEX];
	int rc;
	while ((rc = db_step(q)) == 1) {
		int64_t xh = db_int(q, 0);
		/* Numbers that are missing: their rows will be missed too, but only the log is told. */
		while ((int64_t)s->nlog + 1 < xh) {
			struct audit_entry *gap = entry_make(s);
			if (!gap)
				break;
			gap->damaged = s->log_damaged = true;
			audit_find_row(s, "MISSING", "djlog", (int64_t)s->nlog, "a log row is missing");
			before[0] = '\0';
		}
		struct audit_entry *e = entry_make(s);
		json_t *row = row_of(s, q);
		if (!e) {
			json_decref(row);
			rc = ERR_NOMEM;
			break;
		}
		bool after_gap = xh > 1 && !before[0];
		snprintf(e->ywh, sizeof e->ywh, "%s", db_text(q, 2));
		snprintf(e->djsj, sizeof e->djsj, "%s", db_text(q, 10));
		snprintf(e->unit, sizeof e->unit, "%s", db_text(q, 1));
		snprintf(e->djlx, sizeof e->djlx, "%s", db_text(q, 3));
		snprintf(e->qllx, sizeof e->qllx, "%s", db_text(q, 4));
		e->titles = db_int(q, 7);
		e->proofs = db_int(q, 8);
		snprintf(e->salt, sizeof e->salt, "%s", row ? json_str(row, "yz") : "");
		entry_book_list_digest(s->a->suite, db_text(q, 12), zy);
		e->damaged = !row || entry_book_chain(s->a->suite, before, row, chain) < 0 ||
			     (strcmp(chain, db_text(q, 15)) != 0 && !after_gap) ||
			     strcmp(zy, db_text(q, 14)) != 0;
		if (!e->damaged && list_read(s, row, xh) < 0)
			e->damaged = true;
		s->log_damaged |= e->damaged;
		if (e->damaged)
			audit_find_row(
				s, "CHAIN", "djlog", xh, "the log row is not the one that was chained");
		snprintf(before, sizeof before, "%s", db_text(q, 15));
		s->a->entries++;
		json_decref(row);
	}
	db_done(q);
	return rc;
}
