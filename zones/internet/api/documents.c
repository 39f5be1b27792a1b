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
