#include "zones/extranet/store/push.h"

#include "common/db/db_rows.h"
#include "zones/extranet/store/flows.h"
#include <stdio.h>
#include <string.h>

DB_STMT(push_of_case,
	"SELECT n, who, event, at, taken_at, receipt, error FROM reg_push WHERE tenant = :tenant "
	"AND case_id = :case_id ORDER BY n");
DB_STMT(push_insert, "INSERT INTO reg_push (tenant, case_id, n, who, event, at, taken_at, receipt, tries, "
		     "next_at, error) VALUES "
		     "(:tenant, :case_id, :n, :who, :event, :at, '', '', 0, 0, '')");
DB_STMT(push_first,
	"SELECT p.case_id, p.n, p.who, p.event, p.at, p.tries FROM reg_push p WHERE p.tenant = :tenant AND "
	"p.taken_at "
	"= '' AND p.next_at <= :now AND NOT EXISTS (SELECT 1 FROM reg_push b WHERE b.tenant = p.tenant AND "
	"b.case_id "
	"= p.case_id AND b.n < p.n AND b.who = p.who AND b.taken_at = '') ORDER BY p.next_at LIMIT 1");
DB_STMT(push_update_taken,
	"UPDATE reg_push SET taken_at = :at, receipt = :receipt, error = '' WHERE tenant = "
	":tenant AND case_id = :case_id AND n = :n AND taken_at = ''");
DB_STMT(push_update_failed,
	"UPDATE reg_push SET tries = tries + 1, next_at = :next, error = :error WHERE tenant = "
	":tenant AND case_id = :case_id AND n = :n AND taken_at = ''");
DB_STMT(push_update_again,
	"UPDATE reg_push SET next_at = 0 WHERE tenant = :tenant AND case_id = :case_id AND n = "
	":n AND taken_at = ''");

static json_t *row(struct db_query *q)
{
	return json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s}", "n", (json_int_t)db_int(q, 0), "who", db_text(q, 1),
		"event", db_text(q, 2), "at", db_text(q, 3), "taken_at", db_text(q, 4), "receipt",
		db_text(q, 5), "error", db_text(q, 6));
}

int push_list(struct db_tx *tx, const char *case_id, json_t **out)
{
	struct db_query *q = db_query(tx, &push_of_case);
	db_bind_text(q, "case_id", case_id);
	return db_rows(q, row, out);
}

/* A contract of sale is a paper of all its parties. */
static bool sold(const struct business *b)
{
	bool yes = false;
	for (size_t i = 0; i < b->npapers; i++)
		yes |= !b->papers[i].each;
	return yes;
}

static bool told_before(const json_t *rows, const char *who, const char *event)
{
	const json_t *p;
	size_t i;
	json_array_foreach(rows, i, p) if (strcmp(json_str(p, "who"), who) == 0 &&
					   (!event || strcmp(json_str(p, "event"), event) == 0)) return true;
	return false;
}

static int add(struct db_tx *tx, const struct case_row *c, size_t n, const char *who, const char *event)
{
	char at[TIME_TEXT];
	struct db_query *q = db_query(tx, &push_insert);
	time_text(time_now_ms(), at);
	db_bind_text(q, "case_id", c->id);
	db_bind_int(q, "n", (int64_t)n);
	db_bind_text(q, "who", who);
	db_bind_text(q, "event", event);
	db_bind_text(q, "at", at);
	return db_exec(q);
}

static int put(struct registry *r, struct db_tx *tx, const struct case_row *c, const char *event)
{
	const struct business *b = flows_business(r->flows, c->business, c->business_version);
	const struct {
		const char *who;
		bool wants;
	} to[] = {{"trade", r->config->trade_url && b && sold(b)},
		{"tax", r->config->tax_url && b && b->needs_tax}};
	bool first = strcmp(event, "accepted") == 0, many = strcmp(event, "changed") == 0;
	json_t *rows = NULL;
	if (!to[0].wants && !to[1].wants)
		return 0;
	int rc = push_list(tx, c->id, &rows);
	size_t n = json_array_size(rows);
	for (size_t i = 0; rc == 0 && i < 2; i++)
		if (to[i].wants && told_before(rows, to[i].who, NULL) != first &&
			(many || !told_before(rows, to[i].who, event)))
			rc = add(tx, c, ++n, to[i].who, event);
	json_decref(rows);
	return rc;
}

int push_step(struct registry *r, struct db_tx *tx, const struct case_row *c)
{
	switch (c->state) {
	case CASE_ACCEPTED:
		return put(r, tx, c, "accepted");
	case CASE_ENTRY:
		return put(r, tx, c, "entered");
	case CASE_WITHDRAWN:
	case CASE_REFUSED:
		return put(r, tx, c, "ended");
	default:
		return 0;
	}
}

int push_changed(struct registry *r, struct db_tx *tx, const struct case_row *c)
{
	return put(r, tx, c, "changed");
}

int push_due(struct db_tx *tx, struct push *out)
{
	struct db_query *q = db_query(tx, &push_first);
	db_bind_int(q, "now", time_now_ms());
	int rc = db_found(db_step(q));
	if (rc == 0) {
		snprintf(out->case_id, sizeof out->case_id, "%s", db_text(q, 0));
		out->n = db_int(q, 1);
		snprintf(out->who, sizeof out->who, "%s", db_text(q, 2));
		snprintf(out->event, sizeof out->event, "%s", db_text(q, 3));
		snprintf(out->at, sizeof out->at, "%s", db_text(q, 4));
		out->tries = db_int(q, 5);
	}
	db_done(q);
	return rc;
}

static struct db_query *query_at(struct db_tx *tx, const struct db_stmt *s, const char *case_id, int64_t n)
{
	struct db_query *q = db_query(tx, s);
	db_bind_text(q, "case_id", case_id);
	db_bind_int(q, "n", n);
	return q;
}

int push_taken(struct db_tx *tx, const struct push *p, const char *receipt)
{
	char at[TIME_TEXT];
	struct db_query *q = query_at(tx, &push_update_taken, p->case_id, p->n);
	time_text(time_now_ms(), at);
	db_bind_text(q, "at", at);
	db_bind_text(q, "receipt", receipt);
	return db_exec(q);
}

int push_failed(struct db_tx *tx, const struct push *p, int error, int64_t wait_ms)
{
	struct db_query *q = query_at(tx, &push_update_failed, p->case_id, p->n);
	db_bind_int(q, "next", time_now_ms() + wait_ms);
	db_bind_text(q, "error", err_name(error));
	return db_exec(q);
}

int push_again(struct db_tx *tx, const char *case_id, int64_t n)
{
	int rc = db_exec(query_at(tx, &push_update_again, case_id, n));
	return rc == 0 && db_changes(tx) != 1 ? ERR_STATE : rc;
}
