#include "common/message/paid.h"

#include <stdio.h>
#include <string.h>

#define PAID_MAX 4096

static int word_get(const json_t *o, const char *key, char *to, size_t size, struct err_note *note)
{
	int rc = json_get_text(o, key, to, size, note);
	return rc == 0 && !*to ? err_set(note, ERR_SCHEMA, "receipt.%s: must not be empty", key) : rc;
}

static int paid_read(const json_t *o, struct paid *r, struct err_note *note)
{
	static const char *const keys[] = {"iss", "kind", "order", "amount_cents", "payment", "at", NULL};
	const char *kind = json_str(o, "kind");
	int64_t ms;
	int rc = json_only_keys(o, keys, note);
	if (rc == 0 && strcmp(json_str(o, "iss"), "payment") != 0)
		rc = err_set(note, ERR_SCHEMA, "receipt.iss: not the payment platform");
	if (rc == 0 && strcmp(kind, "payment") != 0 && strcmp(kind, "refund") != 0)
		rc = err_set(note, ERR_SCHEMA, "receipt.kind: payment or refund");
	if (rc == 0)
		rc = word_get(o, "order", r->order, sizeof r->order, note);
	if (rc == 0)
		rc = word_get(o, "payment", r->payment, sizeof r->payment, note);
	if (rc == 0)
		rc = word_get(o, "at", r->at, sizeof r->at, note);
	if (rc == 0 && time_parse(r->at, &ms) < 0)
		rc = err_set(note, ERR_SCHEMA, "receipt.at: not a time");
	if (rc == 0)
		rc = json_get_int(o, "amount_cents", 1, INT64_C(100000000000), &r->amount_cents, note);
	r->refund = strcmp(kind, "refund") == 0;
	return rc;
}

int paid_check(const struct trust *platform, const char *text, const char *signature, const char *certificate,
	struct paid *out, struct err_note *note)
{
	struct cert *cert = NULL;
	struct paid r;
	json_t *o = NULL;
	memset(&r, 0, sizeof r);
	int rc = json_parse(view_str(text), PAID_MAX, &o, note);
	if (rc == 0)
		rc = paid_read(o, &r, note);
	if (rc == 0) {
		int64_t at_ms = 0;
		rc = time_parse(r.at, &at_ms);
		if (rc == 0)
			rc = cert_check_service(
				platform, view_str(certificate), "payment", at_ms, &cert, note);
	}
	if (rc == 0 && cert_verify_base64(cert, view_str(text), signature) < 0)
		rc = err_set(note, ERR_SIGNATURE, "receipt: the platform's signature does not verify");
	if (rc == 0)
		*out = r;
	json_decref(o);
	cert_free(cert);
	return rc;
}
