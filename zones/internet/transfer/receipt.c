#include "zones/internet/transfer/receipt.h"

#include "common/crypto/key.h"
#include "zones/internet/store/material.h"
#include "zones/internet/store/receipt.h"
#include <stdio.h>

static json_t *digest_json(const struct suite *s, const char *text)
{
	char hex[DIGEST_HEX];
	digest_hex_of(s, view_str(text), hex);
	return json_string(hex);
}

static json_t *signatures_json(const struct suite *s, const json_t *signatures)
{
	json_t *list = json_array();
	const json_t *one;
	size_t i;
	json_array_foreach(signatures, i, one) json_array_append_new(list,
		json_pack("{s:I,s:o,s:o,s:O*}", "party", (json_int_t)json_int(one, "party"),
			"certificate_digest", digest_json(s, json_str(one, "certificate")), "token_digest",
			digest_json(s, json_str(one, "token")), "record", json_object_get(one, "record")));
	return list;
}

/* An answer to a correction names the receipt before it, and each replaced file: old digest, new digest. */
static int answer_set(struct portal *p, struct db_tx *tx, const struct application *a, json_t *t)
{
	struct receipt before;
	struct buf text;
	char hex[DIGEST_HEX];
	json_t *replaced = NULL;
	if (!a->round)
		return 0;
	buf_init(&text, 2 << 20);
	int rc = receipt_get(tx, p->service->vault, a->id, &before, &text);
	buf_fini(&text);
	if (rc == 0)
		rc = material_replaced(tx, a->id, a->round, &replaced);
	if (rc < 0)
		return rc;
	digest_hex(&before.digest, hex);
	return json_object_set_new(t, "correction",
		       json_pack("{s:I,s:s,s:o}", "round", (json_int_t)a->round, "receipt_before", hex,
			       "replaced", replaced))
		       ? ERR_NOMEM
		       : 0;
}

static int text_make(struct portal *p, struct db_tx *tx, const struct application *a, const json_t *form,
	const json_t *signatures, const char *at, struct buf *out)
{
	const struct suite *s = p->service->suite;
	struct buf canonical;
	buf_init(&canonical, 1 << 20);
	int rc = json_canon(form, &canonical);
	json_t *t = rc == 0 ? json_pack("{s:i,s:s,s:s,s:I,s:s,s:s,s:s,s:o,s:O,s:o}", "receipt", 1,
				      "application", a->id, "business", a->business, "business_version",
				      (json_int_t)a->business_version, "division", json_str(form, "division"),
				      "submitted_at", at, "suite", suite_name(s), "form_digest",
				      digest_json(s, (const char *)canonical.p), "form", form, "signatures",
				      signatures_json(s, signatures))
			    : NULL;
	if (rc == 0)
		rc = t ? answer_set(p, tx, a, t) : ERR_NOMEM;
	if (rc == 0)
		rc = json_canon(t, out);
	json_decref(t);
	buf_fini(&canonical);
	return rc;
}

static int text_sign(const struct sign_key *k, struct view text, struct receipt *r)
{
	struct view pem = sign_key_cert_pem(k);
	struct buf b64;
	buf_init(&b64, sizeof r->signature - 1);
	int rc = sign_make_base64(k, text, &b64);
	if (rc == 0 && pem.n >= sizeof r->certificate)
		rc = ERR_LIMIT;
	if (rc == 0) {
		snprintf(r->signature, sizeof r->signature, "%s", (const char *)b64.p);
		snprintf(r->certificate, sizeof r->certificate, "%.*s", (int)pem.n, (const char *)pem.p);
	}
	buf_fini(&b64);
	return rc;
}

int receipt_make(struct portal *p, struct db_tx *tx, const struct application *a, const json_t *form,
	const json_t *signatures)
{
	struct receipt r = {.at = ""};
	struct buf text;
	char hex[DIGEST_HEX];
	time_text(time_now_ms(), r.at);
	buf_init(&text, 2 << 20);
	int rc = text_make(p, tx, a, form, signatures, r.at, &text);
	if (rc == 0)
		rc = text_sign(p->service->signer, buf_view(&text), &r);
	if (rc == 0) {
		digest_of(p->service->suite, buf_view(&text), &r.digest);
		rc = receipt_add(tx, p->service->vault, a->id, &r, buf_view(&text));
	}
	buf_fini(&text);
	if (rc < 0)
		return rc;
	digest_hex(&r.digest, hex);
	json_t *detail = json_pack("{s:s}", "digest", hex), *replaced = NULL;
	if (detail && a->round && material_replaced(tx, a->id, a->round, &replaced) == 0)
		json_object_set_new(detail, "replaced", replaced);
	rc = detail ? audit_record(tx, "system", "receipt.given", a->id, detail) : ERR_NOMEM;
	json_decref(detail);
	return rc;
}
