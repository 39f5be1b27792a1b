#include "zones/extranet/transfer/publish_impl.h"

#include "common/log/log.h"
#include "common/os/file.h"
#include "zones/extranet/store/flows.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define DEFINITION_MAX 131072

DB_STMT(definition_sent_version,
	"SELECT version FROM definition_sent WHERE tenant = :tenant AND portal = :portal"
	" AND kind = :kind AND code = :code AND version = :version");
DB_STMT(definition_sent_fees,
	"SELECT version, digest FROM definition_sent WHERE tenant = :tenant AND kind = 'fees'"
	" ORDER BY version DESC LIMIT 1");
DB_STMT(definition_sent_add, "INSERT INTO definition_sent (tenant, portal, kind, code, version, digest, at)"
			     " VALUES (:tenant, :portal, :kind, :code, :version, :digest, :at)");

/* ---- one definition, sealed */

/* `texts` is stolen. */
static int definition_text(
	const char *kind, const char *code, int64_t version, json_t *texts, struct buf *out)
{
	json_t *definition = json_pack("{s:s,s:s,s:I,s:o}", "kind", kind, "code", code, "version",
		(json_int_t)version, "texts", texts);
	int rc = definition ? json_canon(definition, out) : ERR_NOMEM;
	json_decref(definition);
	return rc;
}

int publish_seal(const struct sign_key *key, const char *kind, const char *code, int64_t version,
	json_t *texts, json_t **out)
{
	struct view pem = sign_key_cert_pem(key);
	struct buf text, signature;
	buf_init(&text, DEFINITION_MAX);
	buf_init(&signature, 512);
	int rc = definition_text(kind, code, version, texts, &text);
	if (rc == 0)
		rc = sign_make_base64(key, buf_view(&text), &signature);
	if (rc == 0 &&
		!(*out = json_pack("{s:s,s:s,s:I,s:s,s:s,s:s#}", "kind", kind, "code", code, "version",
			  (json_int_t)version, "definition", (const char *)text.p, "signature",
			  (const char *)signature.p, "seal_certificate", (const char *)pem.p, (int)pem.n)))
		rc = ERR_NOMEM;
	buf_fini(&text);
	buf_fini(&signature);
	return rc;
}

json_t *publish_texts(const struct business *b)
{
	return json_pack("{s:O,s:O}", "business.yaml", json_object_get(b->texts, "business.yaml"),
		"form.json", json_object_get(b->texts, "form.json"));
}

int publish_fits(const struct business *b, struct err_note *note)
{
	struct buf text;
	buf_init(&text, DEFINITION_MAX);
	int rc = definition_text("business", b->code, b->version, publish_texts(b), &text);
	buf_fini(&text);
	return rc == ERR_LIMIT ? err_set(note, rc, "definition and form: more than %d bytes", DEFINITION_MAX)
			       : rc;
}

int publish_fees(const struct registry_config *c, struct buf *out, struct err_note *note)
{
	char path[4200];
	snprintf(path, sizeof path, "%s/fees.yaml", c->businesses);
	int rc = file_read(AT_FDCWD, path, PUBLISH_FEES_MAX, out);
	return rc < 0 ? err_set(note, rc, "%s: %s", path, err_text(rc)) : 0;
}

/* ---- what was sent to whom */
static int sent_before(struct db_tx *tx, const char *portal, const char *kind, const char *code,
	int64_t version, bool *before)
{
	struct db_query *q = db_query(tx, &definition_sent_version);
	db_bind_text(q, "portal", portal);
	db_bind_text(q, "kind", kind);
	db_bind_text(q, "code", code);
	db_bind_int(q, "version", version);
	int rc = db_one_int(q, &version);
	*before = rc == 0;
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* text: what a later one is compared with. */
static int sent_add(struct db_tx *tx, const char *portal, const char *kind, const char *code, int64_t version,
	const struct suite *suite, struct view text)
{
	struct digest d;
	char at[TIME_TEXT];
	time_text(time_now_ms(), at);
	digest_of(suite, text, &d);
	struct db_query *q = db_query(tx, &definition_sent_add);
	db_bind_text(q, "portal", portal);
	db_bind_text(q, "kind", kind);
	db_bind_text(q, "code", code);
	db_bind_int(q, "version", version);
	db_bind_digest(q, "digest", &d);
	db_bind_text(q, "at", at);
	return db_exec(q);
}

/* The fee table has no number of its own: it is counted as its text changes, in one count for all portals,
 * for of two tables a portal goes by the one of the higher number. */
static int fees_number(struct db_tx *tx, const struct suite *suite, struct view fees, int64_t *out)
{
	struct digest last, now;
	struct db_query *q = db_query(tx, &definition_sent_fees);
	int rc = db_step(q);
	*out = rc == 1 ? db_int(q, 0) : 0;
	if (rc == 1)
		db_digest(q, 1, &last);
	db_done(q);
	digest_of(suite, fees, &now);
	if (rc == 0 || (rc == 1 && !digest_eq(&last, &now)))
		++*out;
	return rc < 0 ? rc : 0;
}

int publish_fees_by_hand(struct db_tx *tx, const struct suite *suite, struct view fees, int64_t *version)
{
	bool before = false;
	int rc = fees_number(tx, suite, fees, version);
	if (rc == 0)
		rc = sent_before(tx, "", "fees", "fees", *version, &before);
	return rc == 0 && !before ? sent_add(tx, "", "fees", "fees", *version, suite, fees) : rc;
}

/* ---- over the gap */
struct publishing {
	struct registry *r;
	const char *portal; /* zone that it goes to */
	struct buf fees;
	json_t *published; /* of the transaction: what and in which version */
	struct err_note note;
};

static int put(struct publishing *p, struct db_tx *tx, const json_t *body, struct view text)
{
	const char *code = json_str(body, "code");
	struct exchange_draft draft = {.type = "definition.published",
		.dest = p->portal,
		.tenant = db_tx_tenant(tx),
		.keys = {{json_str(body, "kind"), code}},
		.nkeys = 1,
		.body = body};
	int rc = exchange_put(p->r->service->exchange, tx, &draft, NULL, &p->note);
	if (rc == 0)
		rc = sent_add(tx, p->portal, json_str(body, "kind"), code, json_int(body, "version"),
			p->r->service->suite, text);
	if (rc < 0)
		return rc;
	json_t *one = json_pack("{s:s,s:s,s:I}", "kind", json_str(body, "kind"), "code", code, "version",
		(json_int_t)json_int(body, "version"));
	return json_array_append_new(p->published, one) < 0 ? ERR_NOMEM : 0;
}

static int business_put(struct publishing *p, struct db_tx *tx, const struct business *b)
{
	json_t *body = NULL;
	bool before = false;
	int rc = sent_before(tx, p->portal, "business", b->code, b->version, &before);
	if (rc < 0 || before)
		return rc;
	rc = publish_seal(
		offices_at(p->r->offices, 0)->seal, "business", b->code, b->version, publish_texts(b), &body);
	if (rc == 0)
		rc = put(p, tx, body, view_str(json_str(body, "definition")));
	json_decref(body);
	return rc;
}

static int fees_put(struct publishing *p, struct db_tx *tx)
{
	int64_t version = 0;
	json_t *body = NULL;
	bool before = false;
	int rc = fees_number(tx, p->r->service->suite, buf_view(&p->fees), &version);
	if (rc == 0)
		rc = sent_before(tx, p->portal, "fees", "fees", version, &before);
	if (rc < 0 || before)
		return rc;
	rc = publish_seal(offices_at(p->r->offices, 0)->seal, "fees", "fees", version,
		json_pack("{s:s#}", "fees.yaml", (const char *)p->fees.p, (int)p->fees.n), &body);
	if (rc == 0)
		rc = put(p, tx, body, buf_view(&p->fees));
	json_decref(body);
	return rc;
}

/* One record of the run, however much it publishes: a few may wait for the log, and a first start says all.
 */
static int publish_to(struct publishing *p, struct db_tx *tx)
{
	const struct business *b;
	json_t *detail = json_pack("{s:[]}", "published");
	if (!detail)
		return ERR_NOMEM;
	p->published = json_object_get(detail, "published");
	int rc = fees_put(p, tx);
	for (size_t i = 0; rc == 0 && (b = flows_at(p->r->flows, i)); i++)
		rc = business_put(p, tx, b);
	if (rc == 0 && json_array_size(p->published))
		rc = audit_record(tx, "system", "definition.published", p->portal, detail);
	json_decref(detail);
	return rc;
}

static int publish_run(struct db_tx *tx, void *arg)
{
	struct publishing *p = arg;
	int rc = 0;
	for (size_t i = 0; rc == 0 && (p->portal = registry_portal_at(p->r, i)); i++)
		rc = publish_to(p, tx);
	return rc;
}

int publish_definitions(struct registry *r, struct err_note *note)
{
	struct publishing p = {.r = r};
	buf_init(&p.fees, PUBLISH_FEES_MAX);
	int rc = publish_fees(r->config, &p.fees, note);
	if (rc == 0) {
		rc = db_write(r->service->db, r->service->tenant, publish_run, &p);
		if (rc < 0)
			err_set(note, rc, "publishing definitions: %.200s",
				p.note.err ? p.note.text : err_text(rc));
	}
	buf_fini(&p.fees);
	return rc;
}
