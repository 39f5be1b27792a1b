/* Looks at personal data in full: allowed by permission, with a reason, recorded before anything is shown. */
#include "common/http/account_impl.h"

#include <stdio.h>
#include <string.h>

#define REASON_MIN 4
#define REASON_MAX 200

DB_STMT(look_insert,
	"INSERT INTO look (tenant, id, at, login, role, organisation, subject, reason) VALUES (:tenant, :id,"
	" :at, :login, :role, :organisation, :subject, :reason)");
DB_STMT(look_page,
	"SELECT at, login, role, organisation, subject, reason FROM look WHERE tenant = :tenant AND "
	"(:subject = '' OR subject = :subject) ORDER BY id DESC LIMIT 200");

struct looking {
	const struct http_account *who;
	const char *subject, *reason;
	db_fn *allowed; /* NULL: at any time */
	void *arg;
};

static int look_tx(struct db_tx *tx, void *arg)
{
	const struct looking *l = arg;
	int rc = l->allowed ? l->allowed(tx, l->arg) : 0;
	if (rc < 0)
		return rc;
	struct uuid id = uuid_new();
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	struct db_query *q = db_query(tx, &look_insert);
	db_bind_text(q, "id", id.s);
	db_bind_text(q, "at", at);
	db_bind_text(q, "login", l->who->user);
	db_bind_text(q, "role", l->who->roles);
	db_bind_text(q, "organisation", l->who->organisation);
	db_bind_text(q, "subject", l->subject);
	db_bind_text(q, "reason", l->reason);
	rc = db_exec(q);
	json_t *detail = json_pack("{s:s}", "reason", l->reason);
	if (rc == 0)
		rc = audit_record(tx, l->who->user, "person.reveal", l->subject, detail);
	json_decref(detail);
	return rc;
}

int account_reveal(struct http_request *r, const char *subject, const char *reason)
{
	return account_reveal_if(r, subject, reason, NULL, NULL);
}

int account_reveal_if(struct http_request *r, const char *subject, const char *reason, db_fn *fn, void *arg)
{
	struct account_service *s = account_service_of(r);
	struct looking l = {http_user(r), subject, reason, fn, arg};
	if (!l.who || !s->auth.may(l.who, "person.reveal"))
		return http_fail(r, ERR_DENIED, "full names and numbers need the permission person.reveal");
	if (strlen(reason) < REASON_MIN || strlen(reason) > REASON_MAX)
		return http_fail(r, ERR_SCHEMA, "reveal: say why, in %d to %d bytes", REASON_MIN, REASON_MAX);
	int rc = account_act(r, look_tx, &l);
	if (rc == 0)
		http_unmask(r);
	return rc;
}

struct listing {
	const char *subject;
	json_t *rows;
};

static int looks_tx(struct db_tx *tx, void *arg)
{
	struct listing *l = arg;
	struct db_query *q = db_query(tx, &look_page);
	int rc;
	db_bind_text(q, "subject", l->subject);
	while ((rc = db_step(q)) == 1)
		json_array_append_new(
			l->rows, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "at", db_text(q, 0), "user",
					 db_text(q, 1), "role", db_text(q, 2), "organisation", db_text(q, 3),
					 "subject", db_text(q, 4), "reason", db_text(q, 5)));
	db_done(q);
	return rc;
}

int account_looks(struct http_request *r)
{
	const char *subject = http_query(r, "subject");
	struct listing l = {subject ? subject : "", json_array()};
	int rc = l.rows ? account_read(r, looks_tx, &l) : ERR_NOMEM;
	if (rc < 0) {
		json_decref(l.rows);
		return rc;
	}
	return http_reply_json(r, 200, json_pack("{s:o}", "rows", l.rows));
}
