#include "zones/extranet/store/archive.h"

#include "common/message/format.h"
#include "zones/extranet/api/api.h"

static const char *query_or(struct http_request *r, const char *name)
{
	const char *v = http_query(r, name);
	return v ? v : "";
}

struct finding {
	struct archive_search s;
	json_t *rows;
};

static int find(struct db_tx *tx, void *arg)
{
	struct finding *f = arg;
	return archive_find(tx, &f->s, &f->rows);
}

int api_archive(struct http_request *r)
{
	struct finding f = {{query_or(r, "number"), query_or(r, "unit"), query_or(r, "words"),
				    query_or(r, "from"), query_or(r, "to"), query_or(r, "after")},
		NULL};
	if ((*f.s.from && !format_date(f.s.from)) || (*f.s.to && !format_date(f.s.to)))
		return http_fail(r, ERR_SCHEMA, "from, to: not a date YYYY-MM-DD");
	int rc = account_read(r, find, &f);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", f.rows));
}

struct lending {
	const char *by, *borrower, *purpose, *due, *who;
	bool back;
	char id[37], number[24];
	struct blob_ref ref;
	bool out;
	json_t *rows;
};

static int lend(struct db_tx *tx, void *arg)
{
	struct lending *l = arg;
	int rc = archive_file(tx, l->by, l->id, l->number, &l->ref);
	if (rc == 0)
		rc = l->back ? archive_return(tx, l->id, l->who)
			     : archive_lend(tx, l->id, l->borrower, l->purpose, l->due, l->who);
	return rc == 0 ? audit_record(
				 tx, l->who, l->back ? "archive.return" : "archive.lend", l->number, NULL)
		       : rc;
}

int api_archive_lend(struct http_request *r)
{
	struct lending l = {.by = http_param(r, "id"), .who = http_user(r)->user};
	struct err_note note = {0};
	int rc = json_get_str(http_body(r), "borrower", 90, &l.borrower, &note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "purpose", 200, &l.purpose, &note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "due", 10, &l.due, &note);
	if (rc == 0 && (!*l.borrower || !*l.purpose || !format_date(l.due)))
		rc = err_set(&note, ERR_SCHEMA, "borrower, purpose: must not be empty; due: a date");
	if (rc < 0)
		return http_fail_note(r, &note);
	rc = account_act(r, lend, &l);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:s}", "number", l.number));
}

int api_archive_return(struct http_request *r)
{
	struct lending l = {.by = http_param(r, "id"), .who = http_user(r)->user, .back = true};
	int rc = account_act(r, lend, &l);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:s}", "number", l.number));
}

static int lendings(struct db_tx *tx, void *arg)
{
	struct lending *l = arg;
	int rc = l->by ? archive_file(tx, l->by, l->id, l->number, &l->ref) : 0;
	return rc == 0 ? archive_lendings(tx, l->id, &l->rows) : rc;
}

int api_archive_lendings(struct http_request *r)
{
	struct lending l = {.by = http_param(r, "id")};
	int rc = account_read(r, lendings, &l);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", l.rows));
}

int api_archive_out(struct http_request *r)
{
	struct lending l = {.by = NULL};
	int rc = account_read(r, lendings, &l);
	return rc < 0 ? rc : http_reply_json(r, 200, json_pack("{s:o}", "rows", l.rows));
}

static int package_find(struct db_tx *tx, void *arg)
{
	struct lending *l = arg;
	int rc = archive_file(tx, l->by, l->id, l->number, &l->ref);
	if (rc == 0)
		rc = archive_lent(tx, l->id, &l->out);
	return rc == 0 && !l->out ? ERR_STATE : rc;
}

/* Only what is lent is opened, and each opening is a look. */
int api_archive_package(struct http_request *r)
{
	struct lending l = {.by = http_param(r, "id")};
	struct buf file;
	int rc = account_reveal_if(r, l.number, "借阅档案 archived case opened", package_find, &l);
	if (rc == ERR_STATE)
		return http_fail(r, ERR_STATE, "the package is not lent out: enter the lending first");
	if (rc < 0)
		return rc;
	buf_init(&file, (size_t)1 << 30);
	rc = blob_load(api_registry(r)->service->blobs, &l.ref, (size_t)1 << 30, &file);
	if (rc == 0)
		rc = http_reply_bytes(r, 200, "application/x-tar", "case.tar", buf_view(&file));
	buf_fini(&file);
	return rc;
}
