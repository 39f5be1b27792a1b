/* The one signature under a batch, and each of its rows on its way with it. */
#include "zones/internet/api/record.h"
#include "zones/internet/domain/joint.h"
#include "zones/internet/store/batch.h"
#include "zones/internet/store/port.h"
#include <stdlib.h>
#include <string.h>

struct batch_signing {
	struct portal *p;
	struct service *s;
	const char *id;
	const struct http_account *who;
	const json_t *body;
	const char *text; /* canonical JSON of the body */
	int64_t n;
	struct batch_row row;
	json_t *signature, *proof;
	char own_hex[DIGEST_HEX]; /* of what the person would have signed by itself */
	struct err_note note;
};

static int token_check(struct batch_signing *g, struct view text)
{
	char hex[DIGEST_HEX];
	digest_hex_of(g->s->suite, text, hex);
	return api_token_check(g->who, g->body, "text", hex, &g->note);
}

static int sign_run(struct db_tx *tx, void *arg)
{
	struct batch_signing *g = arg;
	struct batch b;
	struct buf text;
	int64_t part = 0;
	bool is_signed = false;
	json_t *before = NULL;
	buf_init(&text, 4096);
	int rc = batch_get(tx, g->id, g->who->id, &b);
	if (rc == 0)
		rc = port_check(tx, g->who->id, &g->note);
	if (rc == 0)
		rc = batch_text_get(tx, g->id, &part, &text, &is_signed);
	if (rc == ERR_NOTFOUND && *b.id)
		rc = err_set(&g->note, ERR_STATE, "nothing is to be signed now");
	if (rc == 0)
		rc = token_check(g, buf_view(&text));
	/* The same again, whose answer was lost, changes nothing. */
	if (rc == 0 && is_signed)
		rc = batch_text_signature(tx, g->s->vault, g->id, part, &before);
	if (rc == 0 && is_signed && !json_equal(before, g->body))
		rc = err_set(&g->note, ERR_EXISTS, "signed already");
	if (rc == 0 && !is_signed)
		rc = batch_text_sign(tx, g->s->vault, g->id, part, g->text);
	if (rc == 0 && !is_signed)
		rc = audit_record(tx, g->who->user, "batch.signed", g->id, NULL);
	json_decref(before);
	buf_fini(&text);
	return rc;
}

int api_batch_sign(struct http_request *r)
{
	struct batch_signing g = {
		.s = http_arg(r), .id = http_param(r, "id"), .who = http_user(r), .body = http_body(r)};
	struct buf text;
	buf_init(&text, 65536);
	int rc = api_signature_check(g.body, &g.note);
	if (rc == 0)
		rc = json_canon(g.body, &text);
	if (rc == 0) {
		g.text = (const char *)text.p;
		rc = account_write(r, sign_run, &g);
	}
	buf_fini(&text);
	if (rc < 0)
		return g.note.err == rc ? http_fail_note(r, &g.note) : rc;
	return http_reply_json(r, 200, json_object());
}

/* ---- a row under it */
static int proof_make(struct batch_signing *g, struct db_tx *tx)
{
	struct buf text, own;
	struct api_asked asked = {.b = NULL};
	struct application a;
	int64_t part = g->row.part;
	bool is_signed = false;
	buf_init(&text, 4096);
	buf_init(&own, 2 << 20);
	int rc = batch_text_get(tx, g->id, &part, &text, &is_signed);
	if (rc == 0)
		rc = application_get(tx, g->row.application, &a);
	if (rc == 0 && !a.frozen)
		rc = ERR_CONFLICT;
	if (rc == 0)
		rc = api_asked_load(g->p, tx, &a, g->who, &asked);
	if (rc == 0)
		rc = api_asked_text(&asked, &own);
	if (rc == 0) {
		digest_hex_of(g->s->suite, buf_view(&own), g->own_hex);
		rc = joint_proof(g->s->suite, (const char *)text.p, buf_view(&own), g->row.leaf, g->row.path,
			&g->proof);
	}
	if (rc == ERR_CONFLICT)
		rc = err_set(&g->note, rc, "it was changed since the batch was signed");
	api_asked_fini(&asked);
	buf_fini(&text);
	buf_fini(&own);
	return rc;
}

static int proof_run(struct db_tx *tx, void *arg)
{
	struct batch_signing *g = arg;
	struct batch b;
	int rc = batch_get(tx, g->id, g->who->id, &b);
	if (rc == 0)
		rc = batch_row_get(tx, g->id, g->n, &g->row);
	if (rc < 0)
		return rc;
	rc = g->row.part ? batch_text_signature(tx, g->s->vault, g->id, g->row.part, &g->signature)
			 : ERR_NOTFOUND;
	if (rc == ERR_NOTFOUND)
		return err_set(&g->note, ERR_STATE, "this row stands in no signed batch");
	return rc == 0 ? proof_make(g, tx) : rc;
}

int api_batch_row_sign(struct http_request *r)
{
	struct batch_signing g = {.p = api_portal(r),
		.s = http_arg(r),
		.id = http_param(r, "id"),
		.who = http_user(r),
		.n = strtoll(http_param(r, "n"), NULL, 10)};
	int rc = account_read(r, proof_run, &g);
	if (rc == 0 && json_object_set(g.signature, "batch", g.proof))
		rc = ERR_NOMEM;
	if (rc == 0)
		rc = api_sign(r, g.row.application, g.signature, json_str(g.proof, "text"), g.own_hex);
	else if (g.note.err == rc)
		rc = http_fail_note(r, &g.note);
	json_decref(g.signature);
	json_decref(g.proof);
	return rc;
}
