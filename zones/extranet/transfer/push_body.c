#include "zones/extranet/transfer/push_body.h"

#include "common/db/db_rows.h"
#include "zones/extranet/store/document.h"
#include "zones/extranet/store/flows.h"
#include "zones/extranet/store/party_signature.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX (4 << 20)
#define FILE_MAX (8 << 20)

DB_STMT(push_certificates,
	"SELECT number FROM zsbh WHERE tenant = :tenant AND ywh = :number AND state = 'used' "
	"ORDER BY number || ''");

void push_body_fini(struct push_body *b)
{
	json_decref(b->statement);
	memset(b, 0, sizeof *b);
}

static json_t *certificate_row(struct db_query *q)
{
	return json_string(db_text(q, 0));
}

static int certificates_set(struct db_tx *tx, const struct case_row *c, json_t *to)
{
	json_t *numbers = NULL;
	struct db_query *q = db_query(tx, &push_certificates);
	db_bind_text(q, "number", c->number);
	int rc = db_rows(q, certificate_row, &numbers);
	return rc == 0 && json_object_set_new(to, "certificates", numbers) < 0 ? ERR_NOMEM : rc;
}

/* What they signed with, without the inquiry record 询问笔录, which is the registry's. */
static int signatures_set(struct registry *r, struct db_tx *tx, const struct case_row *c, json_t *to)
{
	static const char *const keys[] = {
		"party", "signature", "certificate", "token", "token_signature", "token_certificate"};
	json_t *all = NULL, *list = json_array(), *s;
	size_t i;
	int rc = list ? party_signature_list(tx, r->service->vault, c->id, &all) : ERR_NOMEM;
	json_array_foreach(all, i, s)
	{
		json_t *one = json_object();
		for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
			json_object_set(one, keys[k], json_object_get(s, keys[k]));
		if (!json_object_get(s, "withdrawal") && json_array_append(list, one) < 0)
			rc = ERR_NOMEM;
		json_decref(one);
	}
	json_decref(all);
	if (rc == 0 && json_object_set(to, "signatures", list) < 0)
		rc = ERR_NOMEM;
	json_decref(list);
	return rc;
}

static int form_set(struct registry *r, struct db_tx *tx, const struct case_row *c, json_t *to)
{
	struct buf text;
	json_t *form = NULL;
	buf_init(&text, TEXT_MAX);
	int rc = case_get_form(tx, r->service->vault, c->id, &text);
	if (rc == 0)
		rc = json_parse(buf_view(&text), TEXT_MAX, &form, NULL);
	if (rc == 0 && json_object_set_new(to, "form", form) < 0)
		rc = ERR_NOMEM;
	buf_wipe(text.p, text.n);
	buf_fini(&text);
	return rc;
}

/* The newest document that the contract's paper made; "" when it was brought as a scan. */
static int contract_number(struct db_tx *tx, const struct case_row *c, const struct business *b,
	const json_t *form, char out[static DOCUMENT_NUMBER], const char **kind)
{
	json_t *documents = NULL, *d;
	size_t i;
	*out = '\0';
	int rc = document_list(tx, c->id, &documents);
	for (size_t p = 0; rc == 0 && p < b->npapers; p++) {
		if (b->papers[p].each || !business_paper_given(form, b->papers[p].code))
			continue;
		json_array_foreach(
			documents, i, d) if (strcmp(json_str(d, "kind"), b->papers[p].template) == 0)
		{
			snprintf(out, DOCUMENT_NUMBER, "%s", json_str(d, "number"));
			*kind = b->papers[p].template;
		}
	}
	json_decref(documents);
	return rc;
}

static int contract_set(struct registry *r, struct db_tx *tx, const struct case_row *c, struct push_body *out)
{
	const struct business *b = flows_business(r->flows, c->business, c->business_version);
	char number[DOCUMENT_NUMBER];
	const char *kind = "";
	struct document_seal *seal = calloc(1, sizeof *seal);
	int rc = seal && b ? contract_number(tx, c, b, json_object_get(out->statement, "form"), number, &kind)
			   : ERR_NOMEM;
	if (seal)
		buf_init(&seal->statement, 8192);
	if (rc == 0 && *number) {
		rc = document_file(tx, number, "pdf", &out->contract);
		if (rc == 0)
			rc = document_seal_get(tx, number, seal);
		if (rc == ERR_NOTFOUND)
			rc = ERR_BUSY;
		out->has_contract = rc == 0;
	}
	if (out->has_contract &&
		json_object_set_new(out->statement, "contract",
			json_pack("{s:s,s:s,s:s#,s:s,s:s}", "number", number, "kind", kind, "statement",
				(const char *)seal->statement.p, (int)seal->statement.n, "signature",
				seal->signature, "certificate", seal->certificate)) < 0)
		rc = ERR_NOMEM;
	if (seal)
		buf_fini(&seal->statement);
	free(seal);
	return rc;
}

int push_body_read(struct registry *r, struct db_tx *tx, const struct push *p, struct push_body *out)
{
	struct case_row c;
	char push[64];
	push_body_fini(out);
	int rc = case_get(tx, p->case_id, &c);
	if (rc < 0)
		return rc;
	const struct business *b = flows_business(r->flows, c.business, c.business_version);
	const struct office *o = registry_office(r, tx);
	snprintf(push, sizeof push, "%s-%lld", p->case_id, (long long)p->n);
	out->statement = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:s}", "iss",
		"registry", "to", p->who, "push", push, "event", p->event, "at", p->at, "office", o->name,
		"division", o->division, "case", c.number, "application", c.id, "business", c.business,
		"business_version", (json_int_t)c.business_version, "business_name", b ? b->zh : "",
		"unit_code", c.unit_code, "state", case_state_code(c.state));
	if (!out->statement)
		return ERR_NOMEM;
	if (strcmp(p->event, "entered") == 0)
		return certificates_set(tx, &c, out->statement);
	if (strcmp(p->event, "ended") == 0)
		return 0;
	rc = form_set(r, tx, &c, out->statement);
	if (rc == 0)
		rc = signatures_set(r, tx, &c, out->statement);
	return rc == 0 ? contract_set(r, tx, &c, out) : rc;
}

static int file_add(struct registry *r, const struct push_body *b, json_t *files)
{
	struct buf raw, text;
	buf_init(&raw, FILE_MAX);
	buf_init(&text, FILE_MAX / 3 * 4 + 4);
	int rc = b->has_contract ? blob_load(r->service->blobs, &b->contract, FILE_MAX, &raw) : 0;
	if (rc == 0 && b->has_contract)
		rc = b64_add(&text, buf_view(&raw));
	if (rc == 0 && b->has_contract &&
		json_object_set_new(files, "contract", json_stringn((const char *)text.p, text.n)) < 0)
		rc = ERR_NOMEM;
	buf_fini(&raw);
	buf_fini(&text);
	return rc;
}

int push_body_seal(struct registry *r, const struct office *o, const struct push_body *b, json_t **out)
{
	struct buf text, signature;
	struct view pem = sign_key_cert_pem(o->seal);
	json_t *files = json_object();
	buf_init(&text, TEXT_MAX);
	buf_init(&signature, 1024);
	int rc = files ? json_canon(b->statement, &text) : ERR_NOMEM;
	if (rc == 0)
		rc = sign_make_base64(o->seal, buf_view(&text), &signature);
	if (rc == 0)
		rc = file_add(r, b, files);
	if (rc == 0 && !(*out = json_pack("{s:s#,s:s#,s:s#,s:O}", "statement", (const char *)text.p,
				 (int)text.n, "signature", (const char *)signature.p, (int)signature.n,
				 "certificate", (const char *)pem.p, (int)pem.n, "files", files)))
		rc = ERR_NOMEM;
	json_decref(files);
	buf_fini(&text);
	buf_fini(&signature);
	return rc;
}
