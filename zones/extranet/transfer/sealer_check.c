/* The check of a document against its files, its seal, and the book or case it was made of. */
#include "zones/extranet/domain/facts.h"
#include "zones/extranet/domain/right.h"
#include "zones/extranet/store/document.h"
#include "zones/extranet/store/notice.h"
#include "zones/extranet/store/signed_paper.h"
#include "zones/extranet/transfer/sealer.h"
#include <stdio.h>
#include <string.h>

#define FILE_MAX (32 << 20)

struct checking {
	struct registry *r;
	const struct office *office;
	const char *number;
	struct document_row d;
	json_t *facts, *again; /* as made; as the book and the case say now */
	struct document_seal seal;
	struct blob_ref files[DOCUMENT_FORMATS];
	json_t *findings;
};

static int found(struct checking *c, const char *what, const char *where)
{
	return json_array_append_new(c->findings, json_pack("{s:s,s:s}", "what", what, "where", where))
		       ? ERR_NOMEM
		       : 0;
}

/* The right row that carries the paper's number. */
static const json_t *right_of(const json_t *rows, const char *number, const char **table)
{
	json_t *list;
	json_object_foreach((json_t *)(uintptr_t)rows, *table, list)
	{
		const char *column = right_paper_column(*table);
		const json_t *row = column ? json_find(list, column, number) : NULL;
		if (row)
			return row;
	}
	return NULL;
}

/* Of a certificate: the book as it stood when it was made. */
static int certificate_again(struct checking *c, struct db_tx *tx)
{
	json_t *rows = NULL;
	const char *table = NULL;
	struct case_row k;
	int rc = case_get(tx, c->d.case_id, &k);
	if (rc == 0)
		rc = book_unit(tx, c->r->service->vault, c->d.unit_code, c->d.at, &rows);
	const json_t *right = rc == 0 ? right_of(rows, json_str(c->facts, "number"), &table) : NULL;
	if (right) {
		const struct facts_paper p = {rows, right, table, c->d.unit_code, k.number, c->office->name};
		c->again = facts_certificate(&p);
	} else if (rc == 0) {
		c->again = json_object();
	}
	json_decref(rows);
	return rc == 0 && !c->again ? ERR_NOMEM : rc;
}

static int extract_again(struct checking *c, struct db_tx *tx)
{
	json_t *rows = NULL;
	int rc = book_unit(tx, c->r->service->vault, c->d.unit_code, c->d.at, &rows);
	const struct facts_look l = {rows, c->d.unit_code, c->d.number, c->office->name,
		json_str(c->facts, "date"), json_str(c->facts, "asked_by"), json_str(c->facts, "purpose"),
		json_str(c->facts, "as_of")};
	if (rc == 0 && !(c->again = facts_extract(&l)))
		rc = ERR_NOMEM;
	json_decref(rows);
	return rc;
}

static int all_read(struct db_tx *tx, void *arg)
{
	struct checking *c = arg;
	int rc = document_get(tx, c->r->service->vault, c->number, &c->d, &c->facts);
	if (rc == 0)
		rc = document_seal_get(tx, c->number, &c->seal);
	for (int i = 0; rc == 0 && i < DOCUMENT_FORMATS; i++)
		rc = document_file(tx, c->number, document_formats[i], &c->files[i]);
	if (rc < 0)
		return rc;
	if (strncmp(c->d.kind, "certificate-", 12) == 0)
		return certificate_again(c, tx);
	if (strcmp(c->d.kind, "register-extract") == 0)
		return extract_again(c, tx);
	bool answered = false;
	rc = signed_paper_is(c->r, tx, &c->d, &answered);
	if (rc < 0)
		return rc;
	return answered ? signed_paper_facts_again(c->r, tx, &c->d, c->facts, &c->again)
			: notice_facts_again(c->r, tx, &c->d, c->facts, &c->again);
}

static int files_check(struct checking *c, const json_t *statement)
{
	int rc = 0;
	for (int i = 0; rc == 0 && i < DOCUMENT_FORMATS; i++) {
		struct buf file;
		char hex[DIGEST_HEX] = "";
		buf_init(&file, FILE_MAX);
		if (blob_load(c->r->service->blobs, &c->files[i], FILE_MAX, &file) == 0)
			digest_hex_of(sign_key_suite(c->office->seal), buf_view(&file), hex);
		if (strcmp(hex, json_str(statement, document_formats[i])) != 0)
			rc = found(c, "file", document_formats[i]);
		buf_fini(&file);
	}
	return rc;
}

static int seal_check(struct checking *c, json_t *statement)
{
	struct cert *cert = NULL;
	struct buf canon;
	char hex[DIGEST_HEX];
	buf_init(&canon, 8 << 20);
	int rc = cert_from_pem(view_str(c->seal.certificate), CERT_SEAL, &cert, NULL);
	if (rc == 0)
		rc = cert_verify_base64(cert, buf_view(&c->seal.statement), c->seal.signature);
	rc = rc < 0 || strcmp(json_str(statement, "number"), c->number) != 0 ? found(c, "seal", "") : 0;
	if (rc == 0 && (rc = json_canon(c->facts, &canon)) == 0) {
		digest_hex_of(sign_key_suite(c->office->seal), buf_view(&canon), hex);
		if (strcmp(hex, json_str(statement, "facts")) != 0)
			rc = found(c, "facts", "");
	}
	cert_free(cert);
	buf_fini(&canon);
	return rc;
}

int sealer_check(struct registry *r, const char *tenant, const char *number, json_t **out)
{
	struct checking c = {.r = r,
		.office = offices_find(r->offices, tenant),
		.number = number,
		.findings = json_array()};
	REQUIRE(c.office);
	json_t *statement = NULL;
	char where[128] = "";
	buf_init(&c.seal.statement, 8192);
	int rc = c.findings ? db_read(r->service->db, tenant, all_read, &c) : ERR_NOMEM;
	if (rc == 0)
		rc = json_parse(buf_view(&c.seal.statement), 8192, &statement, NULL);
	if (rc == 0)
		rc = files_check(&c, statement);
	if (rc == 0)
		rc = seal_check(&c, statement);
	if (rc == 0 && !json_equal(c.facts, c.again)) {
		facts_differ(c.facts, c.again, where, sizeof where);
		rc = found(&c, "book", where);
	}
	if (rc == 0)
		*out = json_pack("{s:s,s:s,s:b,s:O,s:s,s:s}", "number", c.d.number, "kind", c.d.kind, "valid",
			json_array_size(c.findings) == 0, "findings", c.findings, "statement",
			(const char *)c.seal.statement.p, "signature", c.seal.signature);
	buf_fini(&c.seal.statement);
	json_decref(statement);
	json_decref(c.facts);
	json_decref(c.again);
	json_decref(c.findings);
	return rc == 0 && !*out ? ERR_NOMEM : rc;
}
