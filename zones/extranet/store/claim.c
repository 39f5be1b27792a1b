#include "zones/extranet/store/claim.h"

#include <stdio.h>
#include <string.h>

DB_STMT(claim_select, "SELECT who, since, until FROM reg_claim WHERE tenant = :tenant AND case_id = :id");
DB_STMT(claim_insert,
	"INSERT INTO reg_claim (tenant, case_id, who, since, until) VALUES (:tenant, :id, :who, :since, "
	":until) "
	"ON CONFLICT (tenant, case_id) DO UPDATE SET who = excluded.who, since = excluded.since, until = "
	"excluded.until");
DB_STMT(claim_delete, "DELETE FROM reg_claim WHERE tenant = :tenant AND case_id = :id");

int claim_get(struct db_tx *tx, const char *case_id, struct claim *out)
{
	struct claim c = {.who = ""};
	struct db_query *q = db_query(tx, &claim_select);
	db_bind_text(q, "id", case_id);
	int rc = db_step(q);
	if (rc == 1 && db_int(q, 2) > time_now_ms()) {
		snprintf(c.who, sizeof c.who, "%s", db_text(q, 0));
		snprintf(c.since, sizeof c.since, "%s", db_text(q, 1));
		c.until_ms = db_int(q, 2);
	}
	db_done(q);
	if (rc < 0)
		return rc;
	*out = c;
	return 0;
}

static int held(const struct claim *c, const char *who, struct err_note *note)
{
	char until[TIME_TEXT];
	if (!c->until_ms || strcmp(c->who, who) == 0)
		return 0;
	time_text(c->until_ms, until);
	return err_set(note, ERR_CLAIMED, "%s has this case until %s", c->who, until);
}

int claim_guard(struct db_tx *tx, const char *case_id, const char *who, struct err_note *note)
{
	struct claim c;
	int rc = claim_get(tx, case_id, &c);
	return rc == 0 ? held(&c, who, note) : rc;
}

int claim_take(
	struct db_tx *tx, const char *case_id, const char *who, struct claim *out, struct err_note *note)
{
	struct claim c;
	int rc = claim_get(tx, case_id, &c);
	if (rc == 0)
		rc = held(&c, who, note);
	if (rc < 0)
		return rc;
	if (!c.until_ms) {
		snprintf(c.who, sizeof c.who, "%s", who);
		time_text(time_now_ms(), c.since);
	}
	c.until_ms = time_now_ms() + CLAIM_MS;
	struct db_query *q = db_query(tx, &claim_insert);
	db_bind_text(q, "id", case_id);
	db_bind_text(q, "who", c.who);
	db_bind_text(q, "since", c.since);
	db_bind_int(q, "until", c.until_ms);
	rc = db_exec(q);
	if (rc == 0)
		*out = c;
	return rc;
}

int claim_drop(struct db_tx *tx, const char *case_id)
{
	struct db_query *q = db_query(tx, &claim_delete);
	db_bind_text(q, "id", case_id);
	return db_exec(q);
}

json_t *claim_json(const struct claim *c)
{
	char until[TIME_TEXT];
	if (!c->until_ms)
		return json_null();
	time_text(c->until_ms, until);
	return json_pack("{s:s,s:s,s:s}", "who", c->who, "since", c->since, "until", until);
}
