#include "zones/extranet/transfer/sealer.h"

#include "common/document/document.h"
#include "common/log/log.h"
#include "zones/extranet/store/document.h"
#include "zones/extranet/transfer/progress.h"
#include <string.h>

#define FILE_MAX (32 << 20)
#define ROUND 3 /* documents, before whoever waits for a certificate is looked at again */

/* One document, read on a snapshot, made outside the transaction, kept inside it. */
struct sealing {
	struct registry *r;
	const struct office *office;
	const char *number;
	struct document_row d;
	json_t *facts;
	struct blob_ref files[DOCUMENT_FORMATS];
	struct buf statement, signature; /* signature: base64 */
};

static int row_read(struct db_tx *tx, void *arg)
{
	struct sealing *s = arg;
	json_decref(s->facts);
	s->facts = NULL;
	return document_get(tx, s->r->service->vault, s->number, &s->d, &s->facts);
}

static void digest_word(const struct sealing *s, struct view v, char out[static DIGEST_HEX])
{
	digest_hex_of(sign_key_suite(s->office->seal), v, out);
}

static int statement_make(struct sealing *s, const struct document *d, char files[][DIGEST_HEX])
{
	char facts[DIGEST_HEX];
	digest_word(s, document_facts(d), facts);
	json_t *t = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "number", s->d.number, "kind", s->d.kind,
		"office", s->office->name, "at", s->d.at, "facts", facts, "pdf", files[0], "ofd", files[1]);
	int rc = t ? json_canon(t, &s->statement) : ERR_NOMEM;
	json_decref(t);
	return rc == 0 ? sign_make_base64(s->office->seal, buf_view(&s->statement), &s->signature) : rc;
}

static int files_make(struct sealing *s)
{
	const struct layout *l = layout_find(s->r->layouts, s->d.kind);
	struct document *d = NULL;
	struct err_note note = {0};
	char digests[DOCUMENT_FORMATS][DIGEST_HEX];
	int rc = l ? document_new(l, s->facts, sign_key_suite(s->office->seal), &d, &note)
		   : err_set(&note, ERR_CONFIG, "no layout %s", s->d.kind);
	for (int i = 0; rc == 0 && i < DOCUMENT_FORMATS; i++) {
		struct buf file;
		buf_init(&file, FILE_MAX);
		rc = i == 0 ? document_pdf(d, &file) : document_ofd(d, s->office->seal, s->d.at, &file);
		if (rc == 0) {
			digest_word(s, buf_view(&file), digests[i]);
			rc = blob_save(s->r->service->blobs, buf_view(&file), &s->files[i]);
		}
		buf_fini(&file);
	}
	if (rc == 0)
		rc = statement_make(s, d, digests);
	document_free(d);
	if (rc < 0)
		log_error("document", "number=%s error=%s text=\"%s\"", s->number, err_name(rc), note.text);
	return rc;
}

/* Notices and certificates go to whom they are about; sheets and extracts stay. */
static int issue(struct sealing *s, struct db_tx *tx)
{
	struct case_row c;
	const struct progress_document doc = {s->d.number, s->d.kind, s->d.at, (const char *)s->statement.p,
		(const char *)s->signature.p, layout_find(s->r->layouts, s->d.kind),
		sign_key_cert_pem(s->office->seal), s->files};
	if (strncmp(s->d.kind, "notice-", 7) != 0 && strncmp(s->d.kind, "certificate-", 12) != 0)
		return 0;
	int rc = case_get(tx, s->d.case_id, &c);
	return rc == 0 ? progress_put_document(s->r, tx, &c, &doc) : rc;
}

static int seal_store(struct db_tx *tx, void *arg)
{
	struct sealing *s = arg;
	int rc = document_seal_add(tx, s->number, s->files, (const char *)s->statement.p,
		(const char *)s->signature.p, sign_key_cert_pem(s->office->seal));
	if (rc == 0)
		rc = issue(s, tx);
	/* The log holds what was sealed: the statement names the digests of facts and files. */
	char hex[DIGEST_HEX];
	digest_word(s, buf_view(&s->statement), hex);
	json_t *detail = json_pack("{s:s}", "statement", hex);
	if (rc == 0)
		rc = detail ? audit_record(tx, "system", "document.sealed", s->number, detail) : ERR_NOMEM;
	json_decref(detail);
	return rc;
}

static void sealing_init(struct sealing *s)
{
	buf_init(&s->statement, 8192);
	buf_init(&s->signature, 1024);
}

static void sealing_fini(struct sealing *s)
{
	json_decref(s->facts);
	buf_fini(&s->statement);
	buf_fini(&s->signature);
}

static int one_make(struct registry *r, const struct office *o, const char *number)
{
	struct db *db = r->service->db;
	struct sealing s = {.r = r, .office = o, .number = number};
	sealing_init(&s);
	int rc = db_read(db, o->division, row_read, &s);
	if (rc == 0)
		rc = files_make(&s);
	if (rc == 0)
		rc = db_write(db, o->division, seal_store, &s);
	sealing_fini(&s);
	return rc;
}

static int pending_read(struct db_tx *tx, void *arg)
{
	return document_pending(tx, arg);
}

int sealer_run(struct registry *r, const struct office *o, bool *more, bool *sealed)
{
	json_t *numbers = NULL, *one;
	size_t i, made = 0;
	int rc = db_read(r->service->db, o->division, pending_read, &numbers);
	json_array_foreach(numbers, i, one)
	{
		if (made == ROUND) {
			*more = true;
			break;
		}
		int done = one_make(r, o, json_string_value(one));
		made += done == 0;
		*sealed |= done == 0;
		rc = done < 0 ? done : rc;
	}
	json_decref(numbers);
	return rc;
}
