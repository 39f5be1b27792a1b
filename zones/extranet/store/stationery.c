#include "zones/extranet/store/stationery.h"

#include "common/db/db_rows.h"
#include <stdio.h>
#include <string.h>

DB_STMT(stationery_insert,
	"INSERT INTO reg_blank (tenant, serial, kind, state, paper, moves) VALUES (:tenant, "
	":serial, :kind, 'stock', '', 0)");
DB_STMT(stationery_select,
	"SELECT kind, state, paper, moves FROM reg_blank WHERE tenant = :tenant AND serial = :serial");
DB_STMT(stationery_update,
	"UPDATE reg_blank SET state = :state, paper = :paper, moves = moves + 1 WHERE tenant "
	"= :tenant AND serial = :serial");
DB_STMT(stationery_move, "INSERT INTO reg_blank_move (tenant, serial, n, state, paper, at, who, note) VALUES "
			 "(:tenant, :serial, :n, :state, :paper, :at, :who, :note)");
DB_STMT(stationery_moves, "SELECT state, paper, at, who, note FROM reg_blank_move WHERE tenant = :tenant AND "
			  "serial = :serial ORDER BY n");
DB_STMT(stationery_rows,
	"SELECT serial, kind, state, paper FROM reg_blank WHERE tenant = :tenant AND (:state = "
	"'' OR state = :state) AND serial > :after ORDER BY serial LIMIT 100");
DB_STMT(stationery_sums, "SELECT kind, state, count(*) FROM reg_blank WHERE tenant = :tenant GROUP BY kind, "
			 "state ORDER BY kind, "
			 "state");
DB_STMT(stationery_kind,
	"SELECT kind FROM zsbh WHERE tenant = :tenant AND number = :paper AND state = 'used'");

struct blank {
	char kind[8], state[12], paper[128];
	int64_t moves;
};

static int blank_get(struct db_tx *tx, const char *serial, struct blank *out)
{
	struct db_query *q = db_query(tx, &stationery_select);
	db_bind_text(q, "serial", serial);
	int rc = db_step(q);
	if (rc == 1) {
		snprintf(out->kind, sizeof out->kind, "%s", db_text(q, 0));
		snprintf(out->state, sizeof out->state, "%s", db_text(q, 1));
		snprintf(out->paper, sizeof out->paper, "%s", db_text(q, 2));
		out->moves = db_int(q, 3);
	}
	db_done(q);
	return db_found(rc);
}

struct step {
	const char *serial, *state, *paper, *who, *note;
};

static int move_add(struct db_tx *tx, const struct step *s, int64_t n)
{
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &stationery_move);
	db_bind_text(q, "serial", s->serial);
	db_bind_int(q, "n", n);
	db_bind_text(q, "state", s->state);
	db_bind_text(q, "paper", s->paper);
	db_bind_text(q, "at", at);
	db_bind_text(q, "who", s->who);
	db_bind_text(q, "note", s->note);
	return db_exec(q);
}

static int move(struct db_tx *tx, const struct step *s, const struct blank *b)
{
	struct db_query *q = db_query(tx, &stationery_update);
	db_bind_text(q, "state", s->state);
	db_bind_text(q, "paper", s->paper);
	db_bind_text(q, "serial", s->serial);
	int rc = db_exec(q);
	return rc == 0 ? move_add(tx, s, b->moves + 1) : rc;
}

int stationery_receive(
	struct db_tx *tx, const struct stationery_range *g, const char *who, struct err_note *note)
{
	if (g->to < g->from || g->to - g->from >= STATIONERY_AT_ONCE)
		return err_set(
			note, ERR_RANGE, "to: not behind from, or more than %d at once", STATIONERY_AT_ONCE);
	int rc = 0;
	for (int64_t n = g->from; rc == 0 && n <= g->to; n++) {
		char serial[STATIONERY_SERIAL];
		int len = snprintf(serial, sizeof serial, "%s%0*lld", g->prefix, g->digits, (long long)n);
		if (len < 0 || (size_t)len >= sizeof serial)
			return err_set(note, ERR_RANGE, "the number is too long");
		const struct step s = {serial, "stock", "", who, ""};
		struct db_query *q = db_query(tx, &stationery_insert);
		db_bind_text(q, "serial", serial);
		db_bind_text(q, "kind", g->kind);
		rc = db_exec(q);
		if (rc == ERR_EXISTS)
			return err_set(note, rc, "%s: is in the stock already", serial);
		if (rc == 0)
			rc = move_add(tx, &s, 0);
	}
	return rc;
}

/* Of which kind of paper a number is. */
static int paper_kind(struct db_tx *tx, const char *paper, char kind[static 8])
{
	struct db_query *q = db_query(tx, &stationery_kind);
	db_bind_text(q, "paper", paper);
	int rc = db_step(q);
	snprintf(kind, 8, "%s", rc == 1 ? db_text(q, 0) : "");
	db_done(q);
	return db_found(rc);
}

int stationery_print(
	struct db_tx *tx, const char *serial, const char *paper, const char *who, struct err_note *note)
{
	struct blank b;
	char kind[8];
	int rc = blank_get(tx, serial, &b);
	if (rc < 0)
		return rc == ERR_NOTFOUND ? err_set(note, rc, "serial: no such blank") : rc;
	rc = paper_kind(tx, paper, kind);
	if (rc < 0)
		return rc == ERR_NOTFOUND ? err_set(note, rc, "paper: no certificate of this number") : rc;
	if (strcmp(b.state, "stock") != 0)
		return err_set(note, ERR_STATE, "the blank is not in stock: %s", b.state);
	if (strcmp(kind, b.kind) != 0)
		return err_set(note, ERR_STATE, "the blank is for a %s, the paper is a %s", b.kind, kind);
	const struct step s = {serial, "printed", paper, who, ""};
	rc = move(tx, &s, &b);
	return rc == ERR_EXISTS ? err_set(note, ERR_STATE, "the paper is printed on another blank") : rc;
}

int stationery_hand_over(
	struct db_tx *tx, const char *serial, const char *to, const char *who, struct err_note *note)
{
	struct blank b;
	int rc = blank_get(tx, serial, &b);
	if (rc < 0)
		return rc;
	if (strcmp(b.state, "printed") != 0)
		return err_set(note, ERR_STATE, "the blank is not printed: %s", b.state);
	const struct step s = {serial, "handed", b.paper, who, to};
	return move(tx, &s, &b);
}

/* A blank that is in a parcel, or is to be. */
static int parcel_move(
	struct db_tx *tx, const char *from, const char *wrong, const struct step *to, struct err_note *note)
{
	struct blank b;
	int rc = blank_get(tx, to->serial, &b);
	if (rc < 0)
		return rc;
	if (strcmp(b.state, from) != 0)
		return err_set(note, ERR_STATE, "%s: the blank is not %s: %s", to->serial, wrong, b.state);
	const struct step s = {to->serial, to->state, b.paper, to->who, to->note};
	return move(tx, &s, &b);
}

int stationery_post(
	struct db_tx *tx, const char *serial, const char *waybill, const char *who, struct err_note *note)
{
	const struct step to = {serial, "posted", "", who, waybill};
	return parcel_move(tx, "printed", "printed", &to, note);
}

int stationery_posted(struct db_tx *tx, const char *serial, const char *state, const char *text,
	const char *who, struct err_note *note)
{
	const struct step to = {serial, state, "", who, text};
	return parcel_move(tx, "posted", "with the carrier", &to, note);
}

int stationery_spoil(
	struct db_tx *tx, const char *serial, const char *reason, const char *who, struct err_note *note)
{
	struct blank b;
	int rc = blank_get(tx, serial, &b);
	if (rc < 0)
		return rc;
	if (strcmp(b.state, "stock") != 0 && strcmp(b.state, "printed") != 0)
		return err_set(note, ERR_STATE, "the blank is %s", b.state);
	const struct step s = {serial, "spoiled", b.paper, who, reason};
	return move(tx, &s, &b);
}

static json_t *moves_row(struct db_query *q)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:s}", "state", db_text(q, 0), "paper", db_text(q, 1), "at",
		db_text(q, 2), "by", db_text(q, 3), "note", db_text(q, 4));
}

static int moves_json(struct db_tx *tx, const char *serial, json_t **out)
{
	struct db_query *q = db_query(tx, &stationery_moves);
	db_bind_text(q, "serial", serial);
	return db_rows(q, moves_row, out);
}

int stationery_get(struct db_tx *tx, const char *serial, json_t **out)
{
	struct blank b;
	json_t *moves = NULL;
	int rc = blank_get(tx, serial, &b);
	if (rc == 0)
		rc = moves_json(tx, serial, &moves);
	if (rc == 0 && !(*out = json_pack("{s:s,s:s,s:s,s:s,s:o}", "serial", serial, "kind", b.kind, "state",
				 b.state, "paper", b.paper, "moves", moves)))
		rc = ERR_NOMEM;
	return rc;
}

/* One object a kind; `received` is the sum of the states. */
static int balance(struct db_tx *tx, json_t **out)
{
	static const char *const kinds[] = {"title", "proof"};
	struct db_query *q = db_query(tx, &stationery_sums);
	json_t *rows = json_array();
	int rc;
	for (int i = 0; i < 2; i++)
		json_array_append_new(
			rows, json_pack("{s:s,s:i,s:i,s:i,s:i,s:i,s:i}", "kind", kinds[i], "received", 0,
				      "stock", 0, "printed", 0, "posted", 0, "handed", 0, "spoiled", 0));
	while ((rc = db_step(q)) == 1) {
		json_t *one = json_array_get(rows, strcmp(db_text(q, 0), "proof") == 0);
		json_object_set_new(one, db_text(q, 1), json_integer(db_int(q, 2)));
		json_object_set_new(one, "received", json_integer(json_int(one, "received") + db_int(q, 2)));
	}
	return db_rows_end(q, rc, rows, out);
}

int stationery_list(struct db_tx *tx, const char *state, const char *after, json_t **out)
{
	json_t *sums = NULL, *rows = json_array();
	int rc = balance(tx, &sums);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &stationery_rows);
		db_bind_text(q, "state", state);
		db_bind_text(q, "after", after);
		while ((rc = db_step(q)) == 1)
			json_array_append_new(
				rows, json_pack("{s:s,s:s,s:s,s:s}", "serial", db_text(q, 0), "kind",
					      db_text(q, 1), "state", db_text(q, 2), "paper", db_text(q, 3)));
		db_done(q);
	}
	if (rc == 0 && !(*out = json_pack("{s:O,s:O}", "balance", sums, "rows", rows)))
		rc = ERR_NOMEM;
	json_decref(sums);
	json_decref(rows);
	return rc;
}
