#include "zones/internet/store/application_impl.h"

#include "common/db/db_rows.h"
#include "zones/internet/store/batch.h"
#include "zones/internet/store/party.h"
#include <stdio.h>
#include <string.h>

#define COLUMNS                                                                                              \
	"id, owner, business, business_version, state, version, number, reason, updated_at, form IS NOT "    \
	"NULL, round, batch"
DB_STMT(application_select, "SELECT " COLUMNS " FROM application WHERE tenant = :tenant AND id = :id");
DB_STMT(application_select_draft,
	"SELECT " COLUMNS
	" FROM application WHERE tenant = :tenant AND owner = :owner AND business = :business"
	" AND state IN ('draft', 'signing') AND round = 0 AND batch = ''");
DB_STMT(application_select_key,
	"SELECT " COLUMNS
	" FROM application WHERE tenant = :tenant AND owner = :owner AND client_key = :key");
DB_STMT(application_insert_row,
	"INSERT INTO application (tenant, id, owner, business, business_version, state, version, draft, "
	"updated_at, client_key, batch)"
	" VALUES (:tenant, :id, :owner, :business, :business_version, 'draft', 1, :draft, :at, :key, "
	":batch)");
DB_STMT(application_update_draft,
	"UPDATE application SET draft = :draft, version = version + 1, updated_at = :at"
	" WHERE tenant = :tenant AND id = :id AND version = :version AND state IN ('draft', 'correction')");
DB_STMT(application_update_business,
	"UPDATE application SET business_version = :business_version WHERE tenant = :tenant AND id = :id AND "
	"state = 'draft' AND round = 0");
DB_STMT(application_update_form,
	"UPDATE application SET form = :form, state = 'signing', version = version + 1, updated_at = :at"
	" WHERE tenant = :tenant AND id = :id AND version = :version AND state IN ('draft', 'correction')");
DB_STMT(application_update_thaw,
	"UPDATE application SET form = :form, state = CASE WHEN round = 0 THEN 'draft' ELSE 'correction' END,"
	" version = version + 1, updated_at = :at"
	" WHERE tenant = :tenant AND id = :id AND state = 'signing'");
DB_STMT(application_update_round,
	"UPDATE application SET before = :before, state = 'correction', round = round + 1, version = version "
	"+ 1, updated_at = :at WHERE tenant = :tenant AND id = :id");
DB_STMT(application_update_state, "UPDATE application SET state = :state, number = :number, reason = "
				  ":reason, version = version + 1, updated_at = :at,"
				  " submitted_at = CASE WHEN :state = 'submitted' AND submitted_at IS NULL "
				  "THEN :at ELSE submitted_at END"
				  " WHERE tenant = :tenant AND id = :id");
DB_STMT(application_select_list,
	"SELECT " COLUMNS
	", (SELECT count(*) FROM application_party p WHERE p.tenant = :tenant AND p.application = a.id"
	" AND p.id_index IN (:now, :before) AND p.signs = 1 AND p.signed_at IS NULL) > 0 AND a.state = "
	"'signing'"
	", (SELECT count(*) FROM withdrawal w WHERE w.tenant = :tenant AND w.application = a.id AND w.state "
	"= "
	"'signing'), (SELECT count(*) FROM withdrawal w JOIN application_party p ON p.tenant = w.tenant AND "
	"p.application = w.application WHERE w.tenant = :tenant AND w.application = a.id AND w.state = "
	"'signing' AND p.id_index IN (:now, :before) AND p.signs = 1 AND NOT EXISTS (SELECT 1 FROM "
	"withdrawal_signature s WHERE s.tenant = p.tenant AND s.application = p.application AND s.n = p.n))"
	" FROM application a WHERE a.tenant = :tenant AND (a.owner = :owner OR a.id IN (SELECT q.application "
	"FROM application_party q"
	" WHERE q.tenant = :tenant AND (q.id_index IN (:now, :before) OR (q.principal_index <> '' AND "
	"q.principal_index IN (:now, :before))))) AND NOT (a.owner = :owner AND a.batch <> '' AND a.state <> "
	"'correction') ORDER BY a.updated_at DESC LIMIT 200");

static void now(char at[static TIME_TEXT])
{
	time_text(time_now_ms(), at);
}

static void row_fill(struct db_query *q, struct application *a)
{
	memset(a, 0, sizeof *a);
	snprintf(a->id, sizeof a->id, "%s", db_text(q, 0));
	snprintf(a->owner, sizeof a->owner, "%s", db_text(q, 1));
	snprintf(a->business, sizeof a->business, "%s", db_text(q, 2));
	a->business_version = db_int(q, 3);
	snprintf(a->state, sizeof a->state, "%s", db_text(q, 4));
	a->version = db_int(q, 5);
	snprintf(a->number, sizeof a->number, "%s", db_text(q, 6));
	snprintf(a->reason, sizeof a->reason, "%s", db_text(q, 7));
	snprintf(a->updated_at, sizeof a->updated_at, "%s", db_text(q, 8));
	a->frozen = db_int(q, 9) != 0;
	a->round = db_int(q, 10);
	snprintf(a->batch, sizeof a->batch, "%s", db_text(q, 11));
}

static int one_row(struct db_query *q, struct application *out)
{
	int rc = db_step(q);
	if (rc == 1)
		row_fill(q, out);
	db_done(q);
	return db_found(rc);
}

int application_get(struct db_tx *tx, const char *id, struct application *out)
{
	struct db_query *q = db_query(tx, &application_select);
	db_bind_text(q, "id", id);
	return one_row(q, out);
}

int application_open_draft(struct db_tx *tx, const char *owner, const char *business, struct application *out)
{
	struct db_query *q = db_query(tx, &application_select_draft);
	db_bind_text(q, "owner", owner);
	db_bind_text(q, "business", business);
	return one_row(q, out);
}

int application_by_key(struct db_tx *tx, const char *owner, const char *key, struct application *out)
{
	struct db_query *q = db_query(tx, &application_select_key);
	db_bind_text(q, "owner", owner);
	db_bind_text(q, "key", key);
	return one_row(q, out);
}

int application_insert(struct db_tx *tx, const struct application *a, const char *key, struct view sealed)
{
	char at[TIME_TEXT];
	now(at);
	struct db_query *q = db_query(tx, &application_insert_row);
	db_bind_text(q, "id", a->id);
	db_bind_text(q, "owner", a->owner);
	db_bind_text(q, "business", a->business);
	db_bind_int(q, "business_version", a->business_version);
	db_bind_text(q, "key", key);
	db_bind_text(q, "batch", a->batch);
	db_bind_textn(q, "draft", sealed);
	db_bind_text(q, "at", at);
	return db_exec(q);
}

bool application_handed_in(const struct application *a)
{
	return a->round || (strcmp(a->state, "draft") != 0 && strcmp(a->state, "signing") != 0);
}

bool application_open(const struct application *a)
{
	static const char *const open[] = {
		"submitted", "accepted", "correction", "tax", "cadastral", "review"};
	for (size_t i = 0; i < sizeof open / sizeof open[0]; i++)
		if (strcmp(a->state, open[i]) == 0)
			return true;
	return false;
}

int application_may_save(const struct application *a, int64_t version)
{
	if (strcmp(a->state, "draft") != 0 && strcmp(a->state, "correction") != 0)
		return ERR_STATE;
	return a->version == version ? 0 : ERR_CONFLICT;
}

/* Why an update of a draft found no row. */
static int not_changed(const struct application *a, int64_t version)
{
	int rc = application_may_save(a, version);
	return rc < 0 ? rc : ERR_CONFLICT;
}

int application_put(struct db_tx *tx, struct application *a, int64_t version, struct view sealed)
{
	char at[TIME_TEXT];
	now(at);
	struct db_query *q = db_query(tx, &application_update_draft);
	db_bind_textn(q, "draft", sealed);
	db_bind_text(q, "id", a->id);
	db_bind_int(q, "version", version);
	db_bind_text(q, "at", at);
	int rc = db_exec(q);
	if (rc == 0 && db_changes(tx) != 1)
		rc = not_changed(a, version);
	if (rc < 0)
		return rc;
	a->version = version + 1;
	snprintf(a->updated_at, sizeof a->updated_at, "%s", at);
	return 0;
}

int application_renew(struct db_tx *tx, struct vault *v, struct application *a, int64_t version,
	int64_t business_version, const json_t *draft)
{
	struct buf sealed;
	struct db_query *q = db_query(tx, &application_update_business);
	db_bind_text(q, "id", a->id);
	db_bind_int(q, "business_version", business_version);
	int rc = db_exec(q);
	if (rc == 0 && db_changes(tx) != 1)
		return ERR_STATE;
	buf_init(&sealed, 4 << 20);
	if (rc == 0)
		rc = application_seal_draft(v, a->id, draft, &sealed);
	if (rc == 0)
		rc = application_put(tx, a, version, buf_view(&sealed));
	buf_fini(&sealed);
	if (rc == 0)
		a->business_version = business_version;
	return rc;
}

int application_freeze(
	struct db_tx *tx, struct vault *v, struct application *a, int64_t version, struct view form)
{
	struct buf sealed;
	char at[TIME_TEXT];
	now(at);
	buf_init(&sealed, 4 << 20);
	int rc = vault_seal(v, "application", "form", a->id, form, &sealed);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &application_update_form);
		db_bind_textn(q, "form", buf_view(&sealed));
		db_bind_text(q, "id", a->id);
		db_bind_int(q, "version", version);
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	buf_fini(&sealed);
	if (rc == 0 && db_changes(tx) != 1)
		rc = not_changed(a, version);
	if (rc == 0)
		a->version++;
	return rc;
}

int application_thaw(struct db_tx *tx, struct vault *v, struct application *a)
{
	struct buf form;
	char at[TIME_TEXT];
	now(at);
	buf_init(&form, 4 << 20);
	int rc = a->round ? application_form_back(tx, v, a->id, &form) : 0;
	if (rc == 0) {
		struct db_query *q = db_query(tx, &application_update_thaw);
		db_bind_text(q, "id", a->id);
		db_bind_text(q, "at", at);
		if (a->round)
			db_bind_textn(q, "form", buf_view(&form));
		else
			db_bind_text(q, "form", NULL);
		rc = db_exec(q);
	}
	buf_fini(&form);
	if (rc == 0 && db_changes(tx) != 1)
		return ERR_STATE;
	if (rc == 0)
		snprintf(a->state, sizeof a->state, "%s", a->round ? "correction" : "draft");
	if (rc == 0)
		rc = batch_row_open(tx, a);
	/* The parties of the form that stood see it on. */
	return rc < 0 || a->round ? rc : party_drop_all(tx, a->id);
}

int application_correct(struct db_tx *tx, struct vault *v, struct application *a)
{
	struct buf before;
	char at[TIME_TEXT];
	now(at);
	buf_init(&before, 4 << 20);
	int rc = application_form_keep(tx, v, a->id, &before);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &application_update_round);
		db_bind_textn(q, "before", buf_view(&before));
		db_bind_text(q, "id", a->id);
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	buf_fini(&before);
	if (rc == 0) {
		snprintf(a->state, sizeof a->state, "correction");
		a->round++;
		a->version++;
	}
	return rc;
}

int application_set_state(
	struct db_tx *tx, struct application *a, const char *state, const char *number, const char *reason)
{
	char at[TIME_TEXT];
	now(at);
	if (state != a->state)
		snprintf(a->state, sizeof a->state, "%s", state);
	if (number)
		snprintf(a->number, sizeof a->number, "%s", number);
	if (reason)
		snprintf(a->reason, sizeof a->reason, "%s", reason);
	struct db_query *q = db_query(tx, &application_update_state);
	db_bind_text(q, "state", a->state);
	db_bind_text(q, "number", a->number);
	db_bind_text(q, "reason", a->reason);
	db_bind_text(q, "id", a->id);
	db_bind_text(q, "at", at);
	return db_exec(q);
}

int application_list(struct db_tx *tx, const char *owner, const struct vault_lookup *person, json_t **out)
{
	struct db_query *q = db_query(tx, &application_select_list);
	db_bind_text(q, "owner", owner);
	db_bind_text(q, "now", person->now);
	db_bind_text(q, "before", person->before);
	json_t *rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1) {
		struct application a;
		row_fill(q, &a);
		bool withdrawn = application_open(&a) && db_int(q, 13) != 0;
		json_array_append_new(
			rows, json_pack("{s:s,s:s,s:s,s:s,s:s,s:b,s:b,s:s}", "id", a.id, "business",
				      a.business, "state", a.state, "number", a.number, "updated",
				      a.updated_at, "mine", strcmp(a.owner, owner) == 0, "needs_my_signature",
				      db_int(q, 12) != 0, "withdrawal",
				      !withdrawn           ? ""
				      : db_int(q, 14) != 0 ? "sign"
							   : "wait"));
	}
	return db_rows_end(q, rc, rows, out);
}
