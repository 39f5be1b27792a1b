#include "zones/extranet/store/proof_number.h"

#include "common/db/db_rows.h"
#include "zones/extranet/store/book.h"
#include <stdio.h>

DB_STMT(proof_reserve,
	"INSERT INTO reg_proof_number (tenant, number, query, at, state) VALUES (:tenant, :number, "
	":query, :at, 'reserved')");
DB_STMT(proof_settle,
	"UPDATE reg_proof_number SET state = :state, reason = :reason WHERE tenant = :tenant AND "
	"number = :number AND state = 'reserved'");
DB_STMT(proof_given, "SELECT count(*) FROM reg_proof_number WHERE tenant = :tenant AND number = :number AND "
		     "state = 'given'");
DB_STMT(proof_open,
	"SELECT number, query FROM reg_proof_number WHERE tenant = :tenant AND state = 'reserved' "
	"LIMIT 100");

int proof_number_reserve(struct db_tx *tx, const char *query, char out[static PROOF_NUMBER])
{
	char date[11], at[TIME_TEXT];
	int64_t n = 0, now = time_now_ms();
	time_date_cst(now, date);
	time_text(now, at);
	int rc = book_series(tx, "property-proof", date, 1, &n);
	if (rc < 0)
		return rc;
	snprintf(out, PROOF_NUMBER, "%s-%.4s%.2s%.2s-CX%05lld", db_tx_tenant(tx), date, date + 5, date + 8,
		(long long)n);
	struct db_query *q = db_query(tx, &proof_reserve);
	db_bind_text(q, "number", out);
	db_bind_text(q, "query", query);
	db_bind_text(q, "at", at);
	return db_exec(q);
}

static int settle(struct db_tx *tx, const char *number, const char *state, const char *reason)
{
	struct db_query *q = db_query(tx, &proof_settle);
	db_bind_text(q, "number", number);
	db_bind_text(q, "state", state);
	db_bind_text(q, "reason", reason);
	int rc = db_exec(q);
	return rc == 0 && db_changes(tx) != 1 ? ERR_CONFLICT : rc;
}

int proof_number_give(struct db_tx *tx, const char *number)
{
	return settle(tx, number, "given", "");
}

int proof_number_void(struct db_tx *tx, const char *number, const char *reason)
{
	return settle(tx, number, "void", reason);
}

static json_t *open_row(struct db_query *q)
{
	return json_pack("{s:s,s:s}", "number", db_text(q, 0), "query", db_text(q, 1));
}

int proof_number_open(struct db_tx *tx, json_t **out)
{
	return db_rows(db_query(tx, &proof_open), open_row, out);
}

int proof_number_given(struct db_tx *tx, const char *number, bool *given)
{
	int64_t n = 0;
	struct db_query *q = db_query(tx, &proof_given);
	db_bind_text(q, "number", number);
	int rc = db_one_int(q, &n);
	*given = n > 0;
	return rc;
}
