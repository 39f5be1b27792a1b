#include "zones/extranet/store/access.h"

#include "common/db/db_rows.h"
#include "zones/extranet/store/book.h"
#include <stdio.h>
#include <string.h>

#define DAY_MESSAGES_MAX 999999

DB_STMT(access_insert, "INSERT INTO jrbw (tenant, bwid, xh, day, ywh, bdcdyh, djlx, qllx, zss, zms, bw, zy, "
		       "state, tries, handed_at, "
		       "answered_at, code, said) VALUES (:tenant, :id, :xh, :day, :ywh, :unit, :djlx, :qllx, "
		       ":zss, :zms, :bw, :zy, "
		       "'produced', 0, '', '', '', '')");
DB_STMT(access_waiting_rows,
	"SELECT bwid, bw FROM jrbw WHERE tenant = :tenant AND state = 'produced' ORDER BY bwid LIMIT :limit");
DB_STMT(access_waiting_days,
	"SELECT day, text FROM jrrz WHERE tenant = :tenant AND state = 'produced' ORDER BY day LIMIT 4");
DB_STMT(access_hand, "UPDATE jrbw SET state = 'handed', handed_at = :at, tries = tries + 1 WHERE tenant = "
		     ":tenant AND bwid = :id AND state = 'produced'");
DB_STMT(access_hand_day, "UPDATE jrrz SET state = 'handed', handed_at = :at, tries = tries + 1 WHERE tenant "
			 "= :tenant AND day = :day AND state = 'produced'");
DB_STMT(access_get, "SELECT state, code FROM jrbw WHERE tenant = :tenant AND bwid = :id");
DB_STMT(access_get_day, "SELECT state, code FROM jrrz WHERE tenant = :tenant AND day = :day");
DB_STMT(access_answer, "UPDATE jrbw SET state = :state, answered_at = :at, code = :code, said = :said WHERE "
		       "tenant = :tenant AND bwid = :id AND state = :was");
DB_STMT(access_answer_day, "UPDATE jrrz SET state = :state, answered_at = :at, code = :code, said = :said "
			   "WHERE tenant = :tenant AND day = :day AND state = :was");

/* ---- beside the log row */
void access_digest(const struct suite *s, const char *salt, struct view text, char hex[static DIGEST_HEX])
{
	struct buf b;
	buf_init(&b, ACCESS_MESSAGE_MAX + 256);
	REQUIRE(buf_addf(&b, "%s\nmessage\n", salt) == 0 && buf_add_view(&b, text) == 0);
	digest_hex_of(s, buf_view(&b), hex);
	buf_fini(&b);
}

static int id_draw(struct db_tx *tx, const char *day, char out[static ACCESS_ID])
{
	int64_t n;
	int rc = book_series(tx, "access", day, 1, &n);
	if (rc == 0 && n > DAY_MESSAGES_MAX)
		rc = ERR_LIMIT;
	if (rc == 0)
		snprintf(out, ACCESS_ID, "%.6s%.2s%.2s%.2s%06lld", db_tx_tenant(tx), day + 2, day + 5,
			day + 8, (long long)n);
	return rc;
}

static int row_insert(
	struct db_tx *tx, const struct access_entry *e, const char *id, const char *day, struct view text)
{
	const json_t *l = e->log;
	char hex[DIGEST_HEX];
	struct buf sealed;
	buf_init(&sealed, 2 * ACCESS_MESSAGE_MAX);
	int rc = vault_seal(e->vault, "jrbw", "bw", id, text, &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &access_insert);
		access_digest(e->suite, json_str(l, "yz"), text, hex);
		db_bind_text(q, "id", id);
		db_bind_int(q, "xh", json_int(l, "xh"));
		db_bind_text(q, "day", day);
		db_bind_text(q, "ywh", json_str(l, "ywh"));
		db_bind_text(q, "unit", json_str(l, "bdcdyh"));
		db_bind_text(q, "djlx", json_str(l, "djlx"));
		db_bind_text(q, "qllx", json_str(l, "qllx"));
		db_bind_int(q, "zss", json_int(l, "zss"));
		db_bind_int(q, "zms", json_int(l, "zms"));
		db_bind_textn(q, "bw", buf_view(&sealed));
		db_bind_text(q, "zy", hex);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	return rc;
}

int access_put(struct db_tx *tx, const struct access_entry *e)
{
	char id[ACCESS_ID], day[DAY_TEXT];
	struct buf text;
	const json_t *l = e->log;
	if (strcmp(json_str(l, "djlx"), "000") == 0)
		return 0;
	day_of_instant(json_str(l, "djsj"), day);
	int rc = id_draw(tx, day, id);
	if (rc < 0)
		return rc;
	const struct access_head h = {.id = id,
		.division = db_tx_tenant(tx),
		.entry = json_str(l, "ywh"),
		.office = e->office,
		.unit = json_str(l, "bdcdyh"),
		.right = json_str(l, "qllx"),
		.registration = json_str(l, "djlx"),
		.at = json_str(l, "djsj"),
		.before_unit = e->before_unit,
		.before_paper = e->before_paper,
		.titles = (int)json_int(l, "zss"),
		.proofs = (int)json_int(l, "zms")};
	buf_init(&text, ACCESS_MESSAGE_MAX);
	rc = access_message(&h, e->rows, &text);
	if (rc == 0)
		rc = row_insert(tx, e, id, day, buf_view(&text));
	buf_fini(&text);
	return rc;
}

/* ---- handing over */
static void day_id(const char *tenant, const char *day, char out[static ACCESS_ANSWER])
{
	snprintf(out, ACCESS_ANSWER, "%.6s%.4s%.2s%.2s", tenant, day, day + 5, day + 8);
}

/* The day of a daily log's id; "" when the id is a message's or of another office. */
static void id_day(const char *tenant, const char *id, char day[static DAY_TEXT])
{
	day[0] = '\0';
	if (strlen(id) == 14 && strncmp(id, tenant, 6) == 0)
		snprintf(day, DAY_TEXT, "%.4s-%.2s-%.2s", id + 6, id + 10, id + 12);
}

static int add(json_t *all, const char *id, const char *day, struct view text)
{
	return json_array_append_new(all, json_pack("{s:s,s:s,s:s#}", "id", id, "day", day, "text",
						  (const char *)text.p, (int)text.n))
		       ? ERR_NOMEM
		       : 0;
}

static int waiting_messages(struct db_tx *tx, struct vault *v, int limit, json_t *all)
{
	struct db_query *q = db_query(tx, &access_waiting_rows);
	int rc;
	db_bind_int(q, "limit", limit);
	while ((rc = db_step(q)) == 1) {
		struct buf text;
		buf_init(&text, ACCESS_MESSAGE_MAX);
		rc = vault_unseal(v, "jrbw", "bw", db_text(q, 0), db_text(q, 1), &text);
		if (rc == 0)
			rc = add(all, db_text(q, 0), "", buf_view(&text));
		buf_fini(&text);
		if (rc < 0)
			break;
	}
	db_done(q);
	return rc;
}

int access_waiting(struct db_tx *tx, struct vault *v, int limit, json_t **out)
{
	json_t *all = json_array();
	int rc = all ? waiting_messages(tx, v, limit, all) : ERR_NOMEM;
	struct db_query *q = db_query(tx, &access_waiting_days);
	while (rc == 0 && (rc = db_step(q)) == 1) {
		char id[ACCESS_ANSWER];
		day_id(db_tx_tenant(tx), db_text(q, 0), id);
		rc = add(all, id, db_text(q, 0), view_str(db_text(q, 1)));
	}
	return db_rows_end(q, rc, all, out);
}

int access_handed(struct db_tx *tx, const json_t *waiting, int64_t now_ms)
{
	char at[TIME_TEXT];
	size_t i;
	const json_t *one;
	int rc = 0;
	time_text(now_ms, at);
	json_array_foreach(waiting, i, one)
	{
		const char *day = json_str(one, "day");
		if (rc < 0)
			break;
		struct db_query *q = db_query(tx, *day ? &access_hand_day : &access_hand);
		db_bind_text(q, *day ? "day" : "id", *day ? day : json_str(one, "id"));
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	return rc;
}

/* ---- answers */
static int state_of(
	struct db_tx *tx, const char *id, const char *day, char *state, size_t size, char *code, size_t csize)
{
	struct db_query *q = db_query(tx, *day ? &access_get_day : &access_get);
	db_bind_text(q, *day ? "day" : "id", *day ? day : id);
	int rc = db_step(q);
	if (rc == 1) {
		snprintf(state, size, "%s", db_text(q, 0));
		snprintf(code, csize, "%s", db_text(q, 1));
	}
	db_done(q);
	return db_found(rc);
}

static int state_set(struct db_tx *tx, const char *id, const char *day, const char *was, const char *to,
	const char *at, const char *code, const char *said)
{
	struct db_query *q = db_query(tx, *day ? &access_answer_day : &access_answer);
	db_bind_text(q, *day ? "day" : "id", *day ? day : id);
	db_bind_text(q, "was", was);
	db_bind_text(q, "state", to);
	db_bind_text(q, "at", at);
	db_bind_text(q, "code", code);
	db_bind_text(q, "said", said);
	int rc = db_exec(q);
	return rc == 0 && db_changes(tx) != 1 ? ERR_CONFLICT : rc;
}

int access_answered(struct db_tx *tx, const struct access_answer *a, int64_t now_ms, struct err_note *note)
{
	char day[DAY_TEXT], state[16], code[40], at[TIME_TEXT];
	const char *to = a->accepted ? "accepted" : "refused";
	id_day(db_tx_tenant(tx), a->id, day);
	int rc = state_of(tx, a->id, day, state, sizeof state, code, sizeof code);
	if (rc == ERR_NOTFOUND)
		return err_set(note, rc, "%s: no such message was ever made", a->id);
	if (rc < 0)
		return rc;
	if (strcmp(state, "produced") == 0)
		return err_set(note, ERR_STATE, "%s: an answer to what was not handed over", a->id);
	if (strcmp(state, "handed") != 0)
		return strcmp(state, to) == 0 && strcmp(code, a->code) == 0
			       ? err_set(note, ERR_DUPLICATE, "%s: answered so before", a->id)
			       : err_set(note, ERR_FORK, "%s: was %s, now %s is said", a->id, state, to);
	time_text(now_ms, at);
	rc = state_set(tx, a->id, day, "handed", to, at, a->code, a->text);
	return rc;
}

int access_again(struct db_tx *tx, const char *id, struct err_note *note)
{
	char day[DAY_TEXT], state[16], code[40];
	id_day(db_tx_tenant(tx), id, day);
	int rc = state_of(tx, id, day, state, sizeof state, code, sizeof code);
	if (rc < 0)
		return rc;
	if (strcmp(state, "refused") != 0)
		return err_set(note, ERR_STATE, "only a refused message is handed over again; this one is %s",
			state);
	return state_set(tx, id, day, "refused", "produced", "", "", "");
}
