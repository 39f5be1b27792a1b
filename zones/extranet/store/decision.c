#include "zones/extranet/store/decision.h"

#include "common/db/db_rows.h"
#include "common/service/revoked.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY_MAX 262144

DB_STMT(decision_step, "SELECT n, state, at, who, note FROM reg_step WHERE tenant = :tenant AND case_id = "
		       ":case_id ORDER BY n DESC LIMIT 1");
DB_STMT(decision_before, "SELECT body FROM reg_decision WHERE tenant = :tenant AND case_id = :case_id ORDER "
			 "BY step DESC LIMIT 1");
DB_STMT(decision_entries, "SELECT xh, lz FROM djlog WHERE tenant = :tenant AND ywh = :number ORDER BY +xh");
DB_STMT(decision_insert,
	"INSERT INTO reg_decision (tenant, case_id, step, act, who, body, signature, certificate) VALUES "
	"(:tenant, :case_id, :step, :act, :who, :body, :signature, :certificate)");
DB_STMT(decision_rows, "SELECT step, act, who, body, signature, certificate FROM reg_decision WHERE tenant = "
		       ":tenant AND case_id = :case_id ORDER BY step");

const struct trust *decision_authority(const struct service *s)
{
	for (size_t i = 0; i < s->revoked->n; i++)
		if (strcmp(trust_zone(s->revoked->trusts[i]), s->zone_name) == 0)
			return s->revoked->trusts[i];
	return NULL;
}

static int step_read(struct db_tx *tx, const char *case_id, json_t *body)
{
	struct db_query *q = db_query(tx, &decision_step);
	db_bind_text(q, "case_id", case_id);
	int rc = db_step(q);
	if (rc == 1)
		rc = json_object_set_new(body, "step", json_integer(db_int(q, 0))) ||
				     json_object_set_new(body, "state", json_string(db_text(q, 1))) ||
				     json_object_set_new(body, "at", json_string(db_text(q, 2))) ||
				     json_object_set_new(body, "by", json_string(db_text(q, 3))) ||
				     json_object_set_new(body, "text", json_string(db_text(q, 4)))
			     ? ERR_NOMEM
			     : 0;
	else if (rc == 0)
		rc = ERR_NOTFOUND;
	db_done(q);
	return rc;
}

static int before_read(struct registry *r, struct db_tx *tx, const char *case_id, json_t *body)
{
	char hex[DIGEST_HEX] = "";
	struct db_query *q = db_query(tx, &decision_before);
	db_bind_text(q, "case_id", case_id);
	int rc = db_step(q);
	if (rc == 1)
		digest_hex_of(r->service->suite, view_str(db_text(q, 0)), hex);
	db_done(q);
	return rc < 0 ? rc : json_object_set_new(body, "before", json_string(hex)) ? ERR_NOMEM : 0;
}

static int form_read(struct registry *r, struct db_tx *tx, const struct case_row *c, json_t *body)
{
	struct case_form own = {.json = NULL};
	const struct case_form *form;
	int rc = case_form_of(tx, r->service->vault, r->service->suite, c, &own, &form);
	if (rc == 0 && json_object_set_new(body, "form", json_string(form->digest)))
		rc = ERR_NOMEM;
	case_form_fini(&own);
	return rc;
}

static int materials_read(struct db_tx *tx, const char *case_id, json_t *body)
{
	json_t *rows = NULL, *to = json_array();
	const json_t *m;
	size_t i;
	int rc = case_materials(tx, case_id, &rows);
	json_array_foreach(rows, i, m) if (!json_is_true(json_object_get(m, "replaced")))
		json_array_append(to, json_object_get(m, "digest"));
	json_decref(rows);
	return json_object_set_new(body, "materials", to) && rc == 0 ? ERR_NOMEM : rc;
}

/* What the entry put into the log, by its chain. */
static int entries_read(struct db_tx *tx, const char *number, json_t *body)
{
	struct db_query *q = db_query(tx, &decision_entries);
	json_t *to = json_array();
	int rc;
	db_bind_text(q, "number", number);
	while ((rc = db_step(q)) == 1)
		json_array_append_new(
			to, json_pack("{s:I,s:s}", "n", (json_int_t)db_int(q, 0), "chain", db_text(q, 1)));
	db_done(q);
	return json_object_set_new(body, "entries", to) && rc == 0 ? ERR_NOMEM : rc;
}

static int body_make(struct registry *r, struct db_tx *tx, const struct case_row *c, const struct decision *d,
	json_t **out)
{
	json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:s}", "format", DECISION_FORMAT, "office",
		db_tx_tenant(tx), "case", c->number, "case_id", c->id, "business", c->business, "version",
		(json_int_t)c->business_version, "unit", c->unit_code, "act", d->act);
	int rc = body ? step_read(tx, c->id, body) : ERR_NOMEM;
	if (rc == 0)
		rc = before_read(r, tx, c->id, body);
	if (rc == 0)
		rc = form_read(r, tx, c, body);
	if (rc == 0)
		rc = materials_read(tx, c->id, body);
	if (rc == 0 && strcmp(d->act, "enter") == 0)
		rc = entries_read(tx, c->number, body);
	if (rc == 0 && d->ground && json_object_set_new(body, "ground", json_string(d->ground)))
		rc = ERR_NOMEM;
	if (rc == 0 && d->to && json_object_set_new(body, "to", json_string(d->to)))
		rc = ERR_NOMEM;
	if (rc == 0 && d->items && json_object_set_new(body, "items", json_deep_copy(d->items)))
		rc = ERR_NOMEM;
	if (rc == 0)
		*out = body;
	else
		json_decref(body);
	return rc;
}

/* Signed by the thread that waits for the transaction, while the writer goes on with others. */
struct signing {
	char case_id[37], act[24], who[64];
	int64_t step;
	const struct sign_key *key;
	struct buf text, signature; /* base64 */
};

static int text_sign(void *arg)
{
	struct signing *s = arg;
	return sign_make_base64(s->key, buf_view(&s->text), &s->signature);
}

static int row_add(struct db_tx *tx, void *arg)
{
	const struct signing *s = arg;
	struct db_query *q = db_query(tx, &decision_insert);
	db_bind_text(q, "case_id", s->case_id);
	db_bind_int(q, "step", s->step);
	db_bind_text(q, "act", s->act);
	db_bind_text(q, "who", s->who);
	db_bind_textn(q, "body", buf_view(&s->text));
	db_bind_textn(q, "signature", buf_view(&s->signature));
	db_bind_textn(q, "certificate", sign_key_cert_pem(s->key));
	return db_exec(q);
}

static void signing_free(void *arg)
{
	struct signing *s = arg;
	buf_fini(&s->text);
	buf_fini(&s->signature);
	free(s);
}

static int signing_begin(
	struct db_tx *tx, const struct case_row *c, const struct decision *d, const json_t *body)
{
	static const struct db_work signs = {text_sign, row_add, signing_free};
	struct signing *s = calloc(1, sizeof *s);
	if (!s)
		return ERR_NOMEM;
	s->step = json_int(body, "step");
	s->key = d->key;
	snprintf(s->case_id, sizeof s->case_id, "%s", c->id);
	snprintf(s->act, sizeof s->act, "%s", d->act);
	snprintf(s->who, sizeof s->who, "%s", json_str(body, "by"));
	buf_init(&s->text, BODY_MAX);
	buf_init(&s->signature, 1024);
	int rc = json_canon(body, &s->text);
	if (rc == 0)
		rc = db_meanwhile(tx, &signs, s);
	if (rc < 0)
		signing_free(s);
	return rc;
}

int decision_put(struct registry *r, struct db_tx *tx, const struct case_row *c, const struct decision *d)
{
	json_t *body = NULL;
	int rc = body_make(r, tx, c, d, &body);
	/* The key is the person's who acts: whoever opened it. */
	if (rc == 0 && strcmp(json_str(body, "by"), sign_key_subject(d->key)) != 0)
		rc = ERR_BUG;
	if (rc == 0)
		rc = signing_begin(tx, c, d, body);
	json_decref(body);
	return rc;
}

static int row_json(struct db_query *q, void *arg, json_t **out)
{
	const bool *whole = arg;
	struct cert *cert = NULL;
	json_t *body = NULL, *one = NULL;
	char until[TIME_TEXT] = "";
	int rc = json_parse(view_str(db_text(q, 3)), BODY_MAX, &body, NULL);
	if (rc == 0)
		rc = cert_from_pem(view_str(db_text(q, 5)), CERT_PERSON, &cert, NULL);
	if (rc == 0) {
		time_text(cert_ends_ms(cert), until);
		one = json_pack("{s:I,s:s,s:s,s:s,s:s,s:s}", "step", (json_int_t)db_int(q, 0), "act",
			db_text(q, 1), "by", db_text(q, 2), "at", json_str(body, "at"), "key",
			cert_key_id(cert), "until", until);
		rc = one ? 0 : ERR_NOMEM;
	}
	if (rc == 0 && *whole &&
		(json_object_set_new(one, "body", json_string(db_text(q, 3))) ||
			json_object_set_new(one, "signature", json_string(db_text(q, 4))) ||
			json_object_set_new(one, "certificate", json_string(db_text(q, 5)))))
		rc = ERR_NOMEM;
	cert_free(cert);
	json_decref(body);
	if (rc == 0)
		*out = one;
	else
		json_decref(one);
	return rc;
}

int decision_list(struct db_tx *tx, const char *case_id, bool whole, json_t **out)
{
	struct db_query *q = db_query(tx, &decision_rows);
	db_bind_text(q, "case_id", case_id);
	return db_rows_with(q, row_json, &whole, out);
}
