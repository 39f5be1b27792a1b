#include "zones/extranet/audit/audit_state.h"

#include <stdio.h>
#include <string.h>

#define BODY_MAX 262144

DB_STMT(audit_decisions_all,
	"SELECT c.number, c.id, d.step, d.act, d.who, d.body, d.signature, d.certificate, s.state, s.at, "
	"s.who, "
	"s.note FROM reg_decision d JOIN reg_case c ON c.tenant = d.tenant AND c.id = d.case_id LEFT JOIN "
	"reg_step s ON s.tenant = d.tenant AND s.case_id = d.case_id AND s.n = d.step WHERE d.tenant = "
	":tenant "
	"ORDER BY d.case_id, d.step");
/* Since an office signs, no case moves by a person's word that is not signed. Graphics and what comes in are
 * no decisions. */
DB_STMT(audit_decisions_absent,
	"SELECT c.number, s.n FROM reg_step s JOIN reg_case c ON c.tenant = s.tenant AND c.id = s.case_id "
	"WHERE "
	"s.tenant = :tenant AND s.who NOT IN ('system', 'portal', 'cadastre', 'payment') AND s.state NOT IN "
	"('submitted', "
	"'cadastral') AND s.at >= (SELECT min(f.at) FROM reg_decision d JOIN reg_step f ON f.tenant = "
	"d.tenant "
	"AND f.case_id = d.case_id AND f.n = d.step WHERE d.tenant = :tenant) AND s.state <> "
	"coalesce((SELECT "
	"p.state FROM reg_step p WHERE p.tenant = s.tenant AND p.case_id = s.case_id AND p.n = s.n - 1), '') "
	"AND "
	"NOT EXISTS (SELECT 1 FROM reg_decision d WHERE d.tenant = s.tenant AND d.case_id = s.case_id AND "
	"d.step = s.n) ORDER BY c.number, s.n");
DB_STMT(audit_decision_chain, "SELECT lz FROM djlog WHERE tenant = :tenant AND xh = :n AND ywh = :number");
DB_STMT(audit_decision_form, "SELECT form FROM reg_case WHERE tenant = :tenant AND id = :id");
DB_STMT(audit_decision_changed,
	"SELECT count(*) FROM reg_step WHERE tenant = :tenant AND case_id = :id AND n "
	"> :step AND state = 'submitted'");

struct decided {
	char id[37], before[DIGEST_HEX], reviewer[64];
	bool damaged; /* the one before: what follows of that is not told again */
};

/* Signed by the person it names, whose certificate the zone's authority gave. */
static const char *signature_wrong(struct audit_state *s, struct db_query *q, const json_t *body)
{
	struct cert *cert = NULL;
	const char *what = NULL;
	int64_t at = 0;
	if (time_parse(json_str(body, "at"), &at) < 0 ||
		cert_check(s->a->authority, view_str(db_text(q, 7)), CERT_PERSON, at, &cert, NULL) < 0)
		what = "the certificate is not one of this office's people, or was not good then";
	else if (strcmp(cert_subject(cert), db_text(q, 4)) != 0)
		what = "signed by another person than the one it names";
	else if (cert_verify_base64(cert, view_str(db_text(q, 5)), db_text(q, 6)) < 0)
		what = "the signature does not verify";
	cert_free(cert);
	return what;
}

/* It says what the case's own step says. */
static const char *step_wrong(struct db_query *q, const json_t *body)
{
	static const char *const texts[] = {"state", "at", "by", "text"};
	if (db_null(q, 8))
		return "the step it made is gone";
	for (int i = 0; i < 4; i++)
		if (strcmp(json_str(body, texts[i]), db_text(q, 8 + i)) != 0)
			return "the step says something else than was signed";
	return strcmp(json_str(body, "case"), db_text(q, 0)) != 0 ||
			       strcmp(json_str(body, "case_id"), db_text(q, 1)) != 0 ||
			       strcmp(json_str(body, "act"), db_text(q, 3)) != 0 ||
			       strcmp(json_str(body, "by"), db_text(q, 4)) != 0 ||
			       json_int(body, "step") != db_int(q, 2)
		       ? "it stands beside another case, act or step than was signed"
		       : NULL;
}

/* What the entry signed for is what the log has. */
static const char *entries_wrong(struct audit_state *s, const json_t *body)
{
	size_t i;
	const json_t *e;
	const char *what = NULL;
	if (strcmp(json_str(body, "act"), "enter") != 0)
		return NULL;
	if (json_array_size(json_object_get(body, "entries")) == 0)
		return "an entry that put nothing into the log";
	json_array_foreach(json_object_get(body, "entries"), i, e)
	{
		struct db_query *q = db_query(s->tx, &audit_decision_chain);
		db_bind_int(q, "n", json_int(e, "n"));
		db_bind_text(q, "number", json_str(body, "case"));
		if (db_step(q) != 1 || strcmp(db_text(q, 0), json_str(e, "chain")) != 0)
			what = "the log does not have what was signed for";
		db_done(q);
	}
	return what;
}

/* Over the form as it stands, unless the applicants answered a correction later. */
static const char *form_wrong(struct audit_state *s, const char *id, const json_t *body)
{
	struct buf form;
	char hex[DIGEST_HEX] = "";
	int64_t later = 0;
	struct db_query *q = db_query(s->tx, &audit_decision_changed);
	db_bind_text(q, "id", id);
	db_bind_int(q, "step", json_int(body, "step"));
	if (db_one_int(q, &later) < 0 || later)
		return NULL;
	buf_init(&form, 4 << 20);
	q = db_query(s->tx, &audit_decision_form);
	db_bind_text(q, "id", id);
	if (db_step(q) == 1 && vault_unseal(s->a->vault, "reg_case", "form", id, db_text(q, 0), &form) == 0)
		digest_hex_of(s->a->suite, buf_view(&form), hex);
	db_done(q);
	buf_fini(&form);
	return strcmp(hex, json_str(body, "form")) != 0 ? "the form is not the one it was decided over"
							: NULL;
}

/* One case's decisions hang together, and who reviewed it last did not approve or enter it. */
static const char *chain_wrong(
	struct audit_state *s, struct db_query *q, const json_t *body, struct decided *d)
{
	const char *what = NULL, *act = db_text(q, 3);
	if (strcmp(d->id, db_text(q, 1)) != 0) {
		memset(d, 0, sizeof *d);
		snprintf(d->id, sizeof d->id, "%s", db_text(q, 1));
	}
	if (!d->damaged && strcmp(json_str(body, "before"), d->before) != 0)
		what = "the decision before it is gone or another";
	else if ((strcmp(act, "enter") == 0 || strcmp(act, "approve") == 0) &&
		 strcmp(d->reviewer, db_text(q, 4)) == 0)
		what = "by the person who reviewed the case";
	if (strcmp(act, "review") == 0)
		snprintf(d->reviewer, sizeof d->reviewer, "%s", db_text(q, 4));
	digest_hex_of(s->a->suite, view_str(db_text(q, 5)), d->before);
	return what;
}

static void decision_audit(struct audit_state *s, struct db_query *q, struct decided *d)
{
	json_t *body = NULL;
	char key[48], id[37];
	snprintf(key, sizeof key, "%s/%lld", db_text(q, 0), (long long)db_int(q, 2));
	snprintf(id, sizeof id, "%s", db_text(q, 1));
	const char *what = json_parse(view_str(db_text(q, 5)), BODY_MAX, &body, NULL) < 0 ||
					   strcmp(json_str(body, "format"), "sanwang decision 1") != 0
				   ? "it cannot be read"
				   : signature_wrong(s, q, body);
	if (!what)
		what = step_wrong(q, body);
	const char *chain = chain_wrong(s, q, body, d);
	if (!what)
		what = chain;
	if (!what)
		what = entries_wrong(s, body);
	if (!what)
		what = form_wrong(s, id, body);
	if (what)
		audit_find(s, "DECISION", "reg_decision", key, what);
	d->damaged = what != NULL;
	json_decref(body);
	s->a->rows++;
}

int audit_decisions(struct audit_state *s)
{
	struct decided d = {.id = ""};
	int rc;
	if (!s->a->authority)
		return 0;
	struct db_query *q = db_query(s->tx, &audit_decisions_all);
	while ((rc = db_step(q)) == 1)
		decision_audit(s, q, &d);
	db_done(q);
	if (rc < 0)
		return rc;
	q = db_query(s->tx, &audit_decisions_absent);
	while ((rc = db_step(q)) == 1) {
		char key[48];
		snprintf(key, sizeof key, "%s/%lld", db_text(q, 0), (long long)db_int(q, 1));
		audit_find(s, "DECISION", "reg_step", key, "a person's step that nobody signed");
	}
	db_done(q);
	return rc;
}
