#include "common/crypto/suite.h"
#include "zones/extranet/api/api.h"
#include "zones/extranet/domain/facts.h"
#include "zones/extranet/store/document.h"
#include "zones/extranet/store/notice.h"
#include "zones/extranet/transfer/certifier.h"
#include "zones/extranet/transfer/sealer.h"
#include <stdio.h>
#include <string.h>

#define FILE_MAX (32 << 20)

struct listing {
	const char *id;
	json_t *rows;
};

static int list_read(struct db_tx *tx, void *arg)
{
	struct listing *l = arg;
	struct case_row c;
	int rc = case_get(tx, l->id, &c);
	return rc == 0 ? document_list(tx, c.id, &l->rows) : rc;
}

int api_case_documents(struct http_request *r)
{
	struct listing l = {http_param(r, "id"), NULL};
	json_t *one;
	size_t i;
	int rc = account_read(r, list_read, &l);
	if (rc < 0)
		return rc;
	json_array_foreach(l.rows, i, one)
	{
		const struct layout *y = layout_find(api_registry(r)->layouts, json_str(one, "kind"));
		json_object_set_new(one, "zh", json_string(y ? layout_zh(y) : ""));
		json_object_set_new(one, "en", json_string(y ? layout_en(y) : ""));
	}
	return http_reply_json(r, 200, json_pack("{s:o}", "rows", l.rows));
}

struct sheet {
	struct registry *r;
	const char *id, *kind, *who;
	char number[DOCUMENT_NUMBER];
};

static int sheet_write(struct db_tx *tx, void *arg)
{
	struct sheet *s = arg;
	struct case_row c;
	int rc = case_get(tx, s->id, &c);
	if (rc == 0)
		rc = notice_put_sheet(s->r, tx, &c, s->kind, s->who, s->number, sizeof s->number);
	return rc == 0 ? audit_record(tx, s->who, "document.sheet", s->number, NULL) : rc;
}

static int sheet_make(struct http_request *r, const char *kind)
{
	struct sheet s = {api_registry(r), http_param(r, "id"), kind, http_user(r)->user, ""};
	int rc = account_act(r, sheet_write, &s);
	if (rc < 0)
		return rc;
	certifier_wake(s.r->certifier);
	return http_reply_json(r, 200, json_pack("{s:s}", "number", s.number));
}

int api_case_sheet(struct http_request *r)
{
	return sheet_make(r, "approval-sheet");
}

int api_case_check_sheet(struct http_request *r)
{
	return sheet_make(r, "check-sheet");
}

struct extract {
	struct registry *r;
	const char *unit, *asked_by, *purpose, *who;
	struct document_row d;
};

static int extract_write(struct db_tx *tx, void *arg)
{
	struct extract *x = arg;
	json_t *rows = NULL, *facts = NULL;
	char today[11], at[TIME_TEXT];
	int64_t n = 0;
	time_date_cst(time_now_ms(), today);
	time_text(time_now_ms(), at);
	memset(&x->d, 0, sizeof x->d);
	int rc = book_unit(tx, x->r->service->vault, x->unit, NULL, &rows);
	if (rc == 0 && json_object_size(rows) == 0)
		rc = ERR_NOTFOUND;
	if (rc == 0)
		rc = book_series(tx, "extract", today, 1, &n);
	snprintf(x->d.number, sizeof x->d.number, "%s-%.4s%.2s%.2s-CX%05lld", db_tx_tenant(tx), today,
		today + 5, today + 8, (long long)n);
	snprintf(x->d.kind, sizeof x->d.kind, "register-extract");
	snprintf(x->d.unit_code, sizeof x->d.unit_code, "%s", x->unit);
	snprintf(x->d.who, sizeof x->d.who, "%s", x->who);
	const struct facts_look l = {rows, x->unit, x->d.number, registry_office(x->r, tx)->name, today,
		x->asked_by, x->purpose, at};
	if (rc == 0 && !(facts = facts_extract(&l)))
		rc = ERR_NOMEM;
	if (rc == 0)
		rc = document_add(tx, x->r->service->vault, &x->d, facts);
	if (rc == 0)
		rc = audit_record(tx, x->who, "document.extract", x->d.number, NULL);
	json_decref(rows);
	json_decref(facts);
	return rc;
}

int api_register_extract(struct http_request *r)
{
	struct extract x = {.r = api_registry(r), .unit = http_param(r, "code"), .who = http_user(r)->user};
	struct err_note note = {0};
	int rc = json_get_str(http_body(r), "asked_by", 90, &x.asked_by, &note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "purpose", 200, &x.purpose, &note);
	if (rc == 0 && (!*x.asked_by || strlen(x.purpose) < 4))
		rc = err_set(&note, ERR_SCHEMA, "asked_by, purpose: must not be empty");
	if (rc < 0)
		return http_fail_note(r, &note);
	if (strlen(x.unit) != 28)
		return ERR_NOTFOUND;
	/* Who is looked at is told who looked. */
	rc = account_reveal_if(r, x.unit, x.purpose, extract_write, &x);
	if (rc < 0)
		return rc;
	certifier_wake(x.r->certifier);
	return http_reply_json(r, 200, json_pack("{s:s}", "number", x.d.number));
}

struct opening {
	struct registry *r;
	const char *number, *format;
	struct document_row d;
	struct blob_ref ref;
};

static int file_find(struct db_tx *tx, void *arg)
{
	struct opening *o = arg;
	int rc = document_get(tx, o->r->service->vault, o->number, &o->d, NULL);
	return rc == 0 ? document_file(tx, o->number, o->format, &o->ref) : rc;
}

/* A document names persons in full: opening it is a look, recorded. */
int api_document_file(struct http_request *r)
{
	struct opening o = {
		.r = api_registry(r), .number = http_param(r, "number"), .format = http_param(r, "format")};
	bool ofd = strcmp(o.format, "ofd") == 0;
	const char *reason = http_query(r, "reveal");
	struct buf file;
	int rc = account_reveal_if(
		r, o.number, reason ? reason : "查看或打印文书 document opened", file_find, &o);
	if (rc < 0)
		return rc;
	buf_init(&file, FILE_MAX);
	rc = blob_load(o.r->service->blobs, &o.ref, FILE_MAX, &file);
	if (rc == 0)
		rc = http_reply_bytes(r, 200, ofd ? "application/ofd" : "application/pdf",
			ofd ? "document.ofd" : NULL, buf_view(&file));
	buf_fini(&file);
	return rc;
}

static int number_known(struct db_tx *tx, void *arg)
{
	struct opening *o = arg;
	return document_get(tx, o->r->service->vault, o->number, &o->d, NULL);
}

int api_document_check(struct http_request *r)
{
	struct opening o = {.r = api_registry(r), .number = http_param(r, "number")};
	json_t *out = NULL;
	int rc = account_read(r, number_known, &o);
	if (rc == 0)
		rc = sealer_check(o.r, http_user(r)->tenant, o.number, &out);
	return rc < 0 ? rc : http_reply_json(r, 200, out);
}

/* A file somebody hands in: its digest says which document it is, if any. */
static int verify_begin(struct http_request *r, void **cookie)
{
	return hasher_new(api_registry(r)->service->suite, (struct hasher **)cookie);
}

static int verify_data(void *cookie, struct view v)
{
	hasher_add(cookie, v);
	return 0;
}

static void verify_drop(void *cookie)
{
	hasher_free(cookie);
}

const struct http_upload api_document_upload = {verify_begin, verify_data, verify_drop};

struct looking {
	struct digest digest;
	char number[DOCUMENT_NUMBER];
};

static int digest_find(struct db_tx *tx, void *arg)
{
	struct looking *l = arg;
	return document_of_file(tx, &l->digest, l->number);
}

int api_document_verify(struct http_request *r)
{
	struct looking l = {.number = ""};
	json_t *out = NULL;
	hasher_get(http_upload_cookie(r), &l.digest);
	int rc = account_read(r, digest_find, &l);
	if (rc < 0)
		return rc;
	if (!*l.number)
		return http_reply_json(r, 200,
			json_pack("{s:b,s:s,s:[{s:s,s:s}]}", "valid", 0, "number", "", "findings", "what",
				"file", "where", "no document of this office has these bytes"));
	rc = sealer_check(api_registry(r), http_user(r)->tenant, l.number, &out);
	return rc < 0 ? rc : http_reply_json(r, 200, out);
}
