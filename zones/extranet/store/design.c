#include "zones/extranet/store/design.h"

#include "common/config/config.h"
#include "common/db/db_rows.h"
#include "common/workflow/flow_def.h"
#include "zones/extranet/domain/process.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/offer.h"
#include "zones/extranet/store/rules.h"
#include "zones/extranet/transfer/publish.h"
#include <stdio.h>
#include <stdlib.h>

#define TEXTS_MAX (1 << 20)

DB_STMT(design_all, "SELECT code, version, content, state, proposed_by, proposed_at, decided_by, decided_at "
		    "FROM business_design WHERE tenant = :tenant ORDER BY code, version");
DB_STMT(design_newest, "SELECT coalesce(max(version), 0) FROM business_design WHERE tenant = :tenant AND "
		       "code = :code");
DB_STMT(design_published, "SELECT coalesce(max(version), 0) FROM flow_definition WHERE tenant = :tenant AND "
			  "business = :code");
DB_STMT(design_add, "INSERT INTO business_design (tenant, code, version, content, state, proposed_by, "
		    "proposed_at) VALUES (:tenant, :code, :version, :content, 'proposed', :who, :at)");
DB_STMT(design_one, "SELECT content, state, proposed_by FROM business_design WHERE tenant = :tenant AND code "
		    "= :code AND version = :version");
DB_STMT(design_decided,
	"UPDATE business_design SET state = :state, decided_by = :who, decided_at = :at WHERE tenant = "
	":tenant AND code = :code AND version = :version AND state = 'proposed'");

/* ---- from the page */
static int text_add(json_t *texts, const char *name, const json_t *v, struct err_note *note)
{
	char *text = json_dumps(v, JSON_INDENT(2));
	int rc = text ? 0 : ERR_NOMEM;
	if (rc == 0 && json_object_set_new(texts, name, json_string(text)) < 0)
		rc = err_set(note, ERR_SCHEMA, "%s: not a text in UTF-8", name);
	free(text);
	return rc;
}

static int texts_make(const json_t *body, json_t **out, struct err_note *note)
{
	static const char *const keys[] = {"business", "form", "process", NULL};
	json_t *business = NULL, *form = NULL, *texts;
	const char *process = NULL;
	int rc = json_only_keys(body, keys, note);
	if (rc == 0)
		rc = json_get_obj(body, "business", &business, note);
	if (rc == 0)
		rc = json_get_obj(body, "form", &form, note);
	if (rc == 0)
		rc = json_get_str(body, "process", TEXTS_MAX, &process, note);
	if (rc < 0)
		return rc;
	if (!(texts = json_pack("{s:s}", "process.bpmn", process)))
		return ERR_NOMEM;
	rc = text_add(texts, "business.yaml", business, note);
	if (rc == 0)
		rc = text_add(texts, "form.json", form, note);
	if (rc < 0)
		json_decref(texts);
	else
		*out = texts;
	return rc;
}

static int drawing_check(
	struct registry *r, const struct business *b, const json_t *texts, struct err_note *note)
{
	struct flow_def *def = NULL;
	int rc = flow_def_load(view_str(json_str(texts, "process.bpmn")), flows_box(r->flows), &def, note);
	if (rc == 0)
		rc = process_fits(b, def->b, note);
	flow_def_free(def);
	return rc;
}

int design_check(struct registry *r, const json_t *texts, struct business **out, struct err_note *note)
{
	struct business *b = NULL;
	int rc = business_parse(texts, &b, note);
	if (rc == 0)
		rc = offer_fits(r, b, note);
	if (rc == 0)
		rc = publish_fits(b, note);
	if (rc == 0 && !flows_room(r->flows))
		rc = err_set(note, ERR_LIMIT, "as many versions of businesses are published as there may be");
	if (rc == 0)
		rc = rules_known(r, b, note);
	if (rc == 0)
		rc = drawing_check(r, b, texts, note);
	if (rc < 0)
		business_one_free(b);
	else
		*out = b;
	return rc;
}

int design_read(
	struct registry *r, const json_t *body, json_t **texts, struct business **out, struct err_note *note)
{
	json_t *made = NULL;
	int rc = texts_make(body, &made, note);
	if (rc == 0)
		rc = design_check(r, made, out, note);
	if (rc == ERR_CONFIG)
		rc = note->err = ERR_SCHEMA; /* of the page that sent it, not of this machine */
	if (rc < 0)
		json_decref(made);
	else
		*texts = made;
	return rc;
}

/* ---- kept */
static int parsed(const char *text, json_t **out)
{
	return json_parse(view_str(text), TEXTS_MAX * 2, out, NULL);
}

/* The names of a business that was checked when it was proposed. */
static int row_add(struct db_query *q, json_t *rows)
{
	json_t *texts = NULL, *b = NULL;
	int rc = parsed(db_text(q, 2), &texts);
	if (rc == 0)
		rc = config_yaml_json_text(
			"business.yaml", view_str(json_str(texts, "business.yaml")), &b, NULL);
	if (rc == 0)
		rc = json_array_append_new(rows,
			json_pack("{s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "code", db_text(q, 0), "version",
				(json_int_t)db_int(q, 1), "zh", json_str(b, "zh"), "en", json_str(b, "en"),
				"state", db_text(q, 3), "proposed_by", db_text(q, 4), "proposed_at",
				db_text(q, 5), "decided_by", db_text(q, 6), "decided_at", db_text(q, 7)));
	json_decref(texts);
	json_decref(b);
	return rc < 0 ? rc : 1;
}

int design_list(struct db_tx *tx, json_t **out)
{
	struct db_query *q = db_query(tx, &design_all);
	json_t *rows = json_array();
	int rc;
	while ((rc = db_step(q)) == 1 && (rc = row_add(q, rows)) == 1)
		continue;
	return db_rows_end(q, rc, rows, out);
}

static struct db_query *one(struct db_tx *tx, const char *code, int64_t version)
{
	struct db_query *q = db_query(tx, &design_one);
	db_bind_text(q, "code", code);
	db_bind_int(q, "version", version);
	return q;
}

int design_texts(struct db_tx *tx, const char *code, int64_t version, json_t **out)
{
	struct db_query *q = one(tx, code, version);
	int rc = db_found(db_step(q));
	if (rc == 0)
		rc = parsed(db_text(q, 0), out);
	db_done(q);
	return rc;
}

int design_json(const char *code, int64_t version, const json_t *texts, json_t **out, struct err_note *note)
{
	json_t *business = NULL, *form = NULL;
	int rc = config_yaml_json_text(
		"business.yaml", view_str(json_str(texts, "business.yaml")), &business, note);
	if (rc == 0)
		rc = json_parse(view_str(json_str(texts, "form.json")), TEXTS_MAX, &form, note);
	if (rc == 0 &&
		!(*out = json_pack("{s:s,s:I,s:O,s:O,s:s}", "code", code, "version", (json_int_t)version,
			  "business", business, "form", form, "process", json_str(texts, "process.bpmn"))))
		rc = ERR_NOMEM;
	json_decref(business);
	json_decref(form);
	return rc;
}

static int highest(struct db_tx *tx, const struct db_stmt *s, const char *code, int64_t *out)
{
	struct db_query *q = db_query(tx, s);
	db_bind_text(q, "code", code);
	return db_one_int(q, out);
}

int design_propose(struct db_tx *tx, const struct business *b, const json_t *texts, const char *who,
	struct err_note *note)
{
	int64_t mine = 0, published = 0;
	struct buf text;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	buf_init(&text, TEXTS_MAX * 2);
	int rc = highest(tx, &design_newest, b->code, &mine);
	if (rc == 0)
		rc = highest(tx, &design_published, b->code, &published);
	if (rc == 0 && b->version != (mine > published ? mine : published) + 1)
		rc = err_set(note, ERR_CONFLICT, "business %s: version: %lld is the next one", b->code,
			(long long)(mine > published ? mine : published) + 1);
	if (rc == 0)
		rc = json_canon(texts, &text);
	if (rc == 0) {
		struct db_query *q = db_query(tx, &design_add);
		db_bind_text(q, "code", b->code);
		db_bind_int(q, "version", b->version);
		db_bind_textn(q, "content", buf_view(&text));
		db_bind_text(q, "who", who);
		db_bind_text(q, "at", at);
		rc = db_exec(q);
	}
	buf_fini(&text);
	return rc;
}

int design_open(struct db_tx *tx, const char *code, int64_t version, const char *who, json_t **texts,
	struct err_note *note)
{
	struct db_query *q = one(tx, code, version);
	int rc = db_found(db_step(q));
	if (rc == 0 && strcmp(db_text(q, 1), "proposed") != 0)
		rc = err_set(note, ERR_STATE, "business %.40s, version %lld: decided already", code,
			(long long)version);
	else if (rc == 0 && strcmp(db_text(q, 2), who) == 0)
		rc = err_set(note, ERR_APPROVAL, "who proposed a business cannot decide on it");
	else if (rc == 0)
		rc = parsed(db_text(q, 0), texts);
	db_done(q);
	return rc;
}

int design_decide(struct registry *r, struct db_tx *tx, const char *code, int64_t version,
	const struct business *agreed, const char *who, struct err_note *note)
{
	json_t *texts = NULL;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	int rc = design_open(tx, code, version, who, &texts, note);
	json_decref(texts);
	if (rc == 0 && agreed)
		rc = flows_publish(r, tx, agreed, who, note);
	if (rc < 0)
		return rc;
	struct db_query *q = db_query(tx, &design_decided);
	db_bind_text(q, "code", code);
	db_bind_int(q, "version", version);
	db_bind_text(q, "state", agreed ? "active" : "refused");
	db_bind_text(q, "who", who);
	db_bind_text(q, "at", at);
	rc = db_exec(q);
	return rc == 0 && db_changes(tx) != 1 ? ERR_CONFLICT : rc;
}
