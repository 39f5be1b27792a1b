#include "zones/internet/api/api.h"
#include "zones/internet/store/certificate.h"
#include <string.h>

struct query {
	struct service *s;
	const char *id;
	const struct http_account *who;
	struct certificate c;
	struct buf text;
};

static int query_run(struct db_tx *tx, void *arg)
{
	struct query *q = arg;
	struct application a;
	int party;
	buf_reset(&q->text);
	int rc = application_get(tx, q->id, &a);
	if (rc == 0)
		rc = api_may_see(q->s, tx, q->who, &a, &party);
	return rc == 0 ? certificate_get(tx, q->s->vault, a.id, &q->c, &q->text) : rc;
}

static int query_do(struct http_request *r, struct query *q)
{
	q->s = http_arg(r);
	q->id = http_param(r, "id");
	q->who = http_user(r);
	buf_init(&q->text, 1 << 20);
	return account_read(r, query_run, q);
}

int api_certificate_pdf(struct http_request *r)
{
	struct query q = {0};
	struct buf pdf;
	buf_init(&pdf, 16 << 20);
	int rc = query_do(r, &q);
	if (rc == 0)
		rc = blob_load(q.s->blobs, &q.c.ref, 16 << 20, &pdf);
	if (rc == 0)
		rc = http_reply_bytes(r, 200, "application/pdf", "certificate.pdf", buf_view(&pdf));
	buf_fini(&q.text);
	buf_fini(&pdf);
	return rc;
}

int api_certificate_json(struct http_request *r)
{
	struct query q = {0};
	int rc = query_do(r, &q);
	if (rc == 0)
		rc = http_reply_json(r, 200,
			json_pack("{s:s,s:s,s:s,s:s}", "number", q.c.number, "certificate",
				(const char *)q.text.p, "signature", q.c.signature, "seal_certificate",
				q.c.seal_certificate));
	buf_fini(&q.text);
	return rc;
}

/* Anybody may check a certificate: the seal over its text, by the pinned CA. */
int api_certificate_verify(struct http_request *r)
{
	const char *text = NULL, *signature = NULL, *pem = NULL;
	struct err_note note = {0};
	struct cert *seal = NULL;
	struct buf sig;
	buf_init(&sig, 1024);
	int rc = json_get_str(http_body(r), "certificate", 65536, &text, &note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "signature", 1024, &signature, &note);
	if (rc == 0)
		rc = json_get_str(http_body(r), "seal_certificate", 8192, &pem, &note);
	if (rc < 0)
		return http_fail_note(r, &note);
	rc = cert_check(api_portal(r)->seal, view_str(pem), CERT_SEAL, 0, &seal, &note);
	if (rc == 0 && b64_parse(view_str(signature), &sig) < 0)
		rc = err_set(&note, ERR_SIGNATURE, "signature: not base64");
	if (rc == 0 && (rc = cert_verify(seal, view_str(text), buf_view(&sig))) < 0)
		err_set(&note, rc, "the seal does not belong to this text");
	cert_free(seal);
	buf_fini(&sig);
	if (rc < 0 && err_fault(rc) != ERR_FAULT_PEER)
		return rc;
	return http_reply_json(r, 200,
		json_pack("{s:b,s:s,s:s}", "valid", rc == 0, "error", rc == 0 ? "" : err_name(rc), "reason",
			rc == 0 ? "" : note.text));
}
