/* 文书 of an application: what the office decided, as PDF and OFD, with its sealed statement. */
#include "zones/internet/api/api.h"
#include "zones/internet/store/issued.h"
#include <string.h>

struct asked {
	struct service *s;
	const struct http_account *who;
	const char *id, *number, *format;
	json_t *rows;
	struct blob_ref ref;
};

static int asked_run(struct db_tx *tx, void *arg)
{
	struct asked *q = arg;
	struct application a;
	int party;
	int rc = application_get(tx, q->id, &a);
	if (rc == 0)
		rc = api_may_see(q->s, tx, q->who, &a, &party);
	if (rc < 0)
		return rc;
	return q->number ? issued_file(tx, a.id, q->number, q->format, &q->ref)
			 : issued_list(tx, a.id, &q->rows);
}

/* All of a person's: each application that was handed in with what was issued for it. */
static int own_run(struct db_tx *tx, void *arg)
{
	struct asked *q = arg;
	struct vault_lookup person;
	json_t *all = NULL, *one;
	size_t i;
	json_decref(q->rows);
	q->rows = NULL;
	int rc = vault_find(q->s->vault, "id-number", q->who->id_number, &person);
	if (rc == 0)
		rc = application_list(tx, q->who->id, &person, &all);
	json_t *rows = json_array();
	json_array_foreach(all, i, one)
	{
		const char *state = json_str(one, "state");
		json_t *documents = NULL;
		if (rc < 0 || strcmp(state, "draft") == 0 || strcmp(state, "signing") == 0)
			continue;
		rc = issued_list(tx, json_str(one, "id"), &documents);
		if (rc == 0 &&
			json_array_append_new(rows,
				json_pack("{s:O,s:O,s:O,s:O,s:o}", "application", json_object_get(one, "id"),
					"business", json_object_get(one, "business"), "case_number",
					json_object_get(one, "number"), "updated",
					json_object_get(one, "updated"), "documents", documents)))
			rc = ERR_NOMEM;
	}
	json_decref(all);
	q->rows = rows;
	return rc;
}

int api_document_own(struct http_request *r)
{
	struct asked q = {.s = http_arg(r), .who = http_user(r)};
	json_t *one;
	size_t i;
	int rc = account_read(r, own_run, &q);
	json_array_foreach(q.rows, i, one)
	{
		const struct business *b = offer_newest(api_portal(r)->offer, json_str(one, "business"));
		json_object_set_new(one, "business_zh", json_string(b ? b->zh : ""));
		json_object_set_new(one, "business_en", json_string(b ? b->en : ""));
	}
	if (rc < 0) {
		json_decref(q.rows);
		return rc;
	}
	return http_reply_json(r, 200, json_pack("{s:o}", "rows", q.rows));
}

int api_document_list(struct http_request *r)
{
	struct asked q = {.s = http_arg(r), .who = http_user(r), .id = http_param(r, "id")};
	int rc = account_read(r, asked_run, &q);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", q.rows));
}

int api_document_file(struct http_request *r)
{
	struct asked q = {.s = http_arg(r),
		.who = http_user(r),
		.id = http_param(r, "id"),
		.number = http_param(r, "number"),
		.format = http_param(r, "format")};
	bool pdf = strcmp(q.format, "pdf") == 0;
	struct buf file;
	if (!pdf && strcmp(q.format, "ofd") != 0)
		return ERR_NOTFOUND;
	buf_init(&file, 16 << 20);
	int rc = account_read(r, asked_run, &q);
	if (rc == 0)
		rc = blob_load(q.s->blobs, &q.ref, 16 << 20, &file);
	if (rc == 0)
		rc = http_reply_bytes(r, 200, pdf ? "application/pdf" : "application/ofd",
			pdf ? "document.pdf" : "document.ofd", buf_view(&file));
	buf_fini(&file);
	return rc;
}
